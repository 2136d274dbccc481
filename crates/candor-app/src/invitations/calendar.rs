//! The calendar entry of an invitation: an iCalendar object (RFC 5545) as mail carries it (RFC 5546).

use jiff::{SignedDuration, Timestamp};

/// What is written into the entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Stays the same over all changes of the invitation.
    pub uid: &'a str,
    /// Grows with every change of time and with cancellation.
    pub sequence: i32,
    /// Whether it is off.
    pub is_cancelled: bool,
    /// When this version was written.
    pub stamp: Timestamp,
    /// Begin.
    pub start: Timestamp,
    /// Length in minutes.
    pub minutes: i32,
    /// Title.
    pub summary: &'a str,
    /// Text.
    pub description: &'a str,
    /// Join link.
    pub url: &'a str,
    /// Address of who invites.
    pub organizer: &'a str,
    /// Name of who is invited.
    pub attendee_name: Option<&'a str>,
    /// Address of who is invited.
    pub attendee: &'a str,
}

impl Entry<'_> {
    /// `REQUEST` or `CANCEL`.
    pub fn method(&self) -> &'static str {
        if self.is_cancelled {
            "CANCEL"
        } else {
            "REQUEST"
        }
    }

    /// The object; times in UTC, so that it needs no definition of a zone.
    pub fn write(&self) -> String {
        let end = self.start + SignedDuration::from_mins(self.minutes.into());
        let status = if self.is_cancelled {
            "CANCELLED"
        } else {
            "CONFIRMED"
        };
        let attendee = match self.attendee_name {
            Some(name) => format!(
                "ATTENDEE;CN={};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{}",
                parameter(name),
                one_line(self.attendee)
            ),
            None => format!(
                "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{}",
                one_line(self.attendee)
            ),
        };
        let lines = [
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Candor//Interviews//EN".to_owned(),
            "CALSCALE:GREGORIAN".to_owned(),
            format!("METHOD:{}", self.method()),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", text(self.uid)),
            format!("SEQUENCE:{}", self.sequence),
            format!("DTSTAMP:{}", utc(self.stamp)),
            format!("DTSTART:{}", utc(self.start)),
            format!("DTEND:{}", utc(end)),
            format!("SUMMARY:{}", text(self.summary)),
            format!("DESCRIPTION:{}", text(self.description)),
            format!("URL:{}", one_line(self.url)),
            format!("ORGANIZER:mailto:{}", one_line(self.organizer)),
            attendee,
            format!("STATUS:{status}"),
            "TRANSP:OPAQUE".to_owned(),
            "END:VEVENT".to_owned(),
            "END:VCALENDAR".to_owned(),
        ];
        lines.iter().map(|line| folded(line)).collect()
    }
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text value: backslashes, commas, semicolons and line ends are escaped, other control characters dropped.
fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    let value = value.replace("\r\n", "\n");
    for c in value.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            ',' => escaped.push_str("\\,"),
            ';' => escaped.push_str("\\;"),
            '\n' | '\r' => escaped.push_str("\\n"),
            c if c.is_control() && c != '\t' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// The value of a parameter, in quotes, which it can't hold itself.
fn parameter(value: &str) -> String {
    let kept: String = value
        .chars()
        .map(|c| if c == '"' { '\'' } else { c })
        .filter(|c| !c.is_control())
        .collect();
    format!("\"{kept}\"")
}

/// An address: what could end the line is dropped.
fn one_line(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).collect()
}

/// A line of at most 75 bytes, continued on the next after a space, never within a character.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut bytes = 0;
    for c in line.chars() {
        if bytes + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            bytes = 1;
        }
        out.push(c);
        bytes += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::invitations::moment;

    fn entry<'a>(start: Timestamp, summary: &'a str, description: &'a str) -> Entry<'a> {
        Entry {
            uid: "inv_1@candor",
            sequence: 2,
            is_cancelled: false,
            stamp: "2026-03-01T08:00:00Z".parse().unwrap(),
            start,
            minutes: 45,
            summary,
            description,
            url: "https://candor.example/interview/join/abc",
            organizer: "interviews@example.org",
            attendee_name: Some("Zoë \"Z\" O'Neil"),
            attendee: "zoe@example.org",
        }
    }

    fn unfolded(text: &str) -> Vec<String> {
        let whole = text.replace("\r\n ", "");
        whole.split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_hour_is_another_instant_before_and_after_clocks_change() {
        for (local, start, end) in [
            ("2026-03-28T10:00", "20260328T090000Z", "20260328T094500Z"),
            ("2026-03-29T10:00", "20260329T080000Z", "20260329T084500Z"),
        ] {
            let at = moment(local, Some("Europe/Paris")).unwrap().at;
            let lines = unfolded(&entry(at, "Interview", "x").write());
            assert!(lines.contains(&format!("DTSTART:{start}")), "{lines:?}");
            assert!(lines.contains(&format!("DTEND:{end}")), "{lines:?}");
        }
    }

    #[test]
    fn a_cancelled_entry_says_so_and_keeps_its_uid() {
        let at = "2026-03-28T09:00:00Z".parse().unwrap();
        let mut cancelled = entry(at, "Interview", "x");
        cancelled.is_cancelled = true;
        let lines = unfolded(&cancelled.write());
        for line in [
            "METHOD:CANCEL",
            "STATUS:CANCELLED",
            "UID:inv_1@candor",
            "SEQUENCE:2",
        ] {
            assert!(lines.contains(&line.to_owned()), "{line}");
        }
    }

    #[test]
    fn texts_are_escaped_and_start_no_line_of_their_own() {
        let at = "2026-03-28T09:00:00Z".parse().unwrap();
        let lines = unfolded(&entry(at, "a,b;c\\d", "one\r\nATTENDEE:mailto:x@y.z").write());
        assert!(lines.contains(&"SUMMARY:a\\,b\\;c\\\\d".to_owned()));
        assert!(lines.contains(&"DESCRIPTION:one\\nATTENDEE:mailto:x@y.z".to_owned()));
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("ATTENDEE;CN=\"Zoë 'Z' O'Neil\";")),
            "{lines:?}"
        );
    }

    proptest! {
        #[test]
        fn lines_are_short_and_unfold_to_what_was_written(summary in "\\PC{0,300}", description in ".{0,300}") {
            let at = "2026-03-28T09:00:00Z".parse().unwrap();
            let written = entry(at, &summary, &description).write();
            prop_assert!(written.ends_with("\r\n"));
            for line in written.split("\r\n") {
                prop_assert!(line.len() <= 75, "{}", line);
                prop_assert!(!line.contains(['\r', '\n']));
            }
            let lines = unfolded(&written);
            prop_assert_eq!(lines.len(), 20);
            prop_assert_eq!(&lines[11], &format!("SUMMARY:{}", text(&summary)));
        }
    }
}
