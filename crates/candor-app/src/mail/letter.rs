//! One mail about an invitation, as text and as HTML, in the candidate's language.

use candor_core::{
    ids::{InvitationId, MailId},
    ports::{Calendar, Mail},
};
use candor_store::records::invitations::{InvitationRow, MailRow};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    Kind,
    wording::{Wording, wording},
};
use crate::{
    App, AppError,
    conduct::USUAL_MINUTES,
    invitations::{calendar::Entry, join_url},
};

/// What is sent.
pub(super) struct Letter(Mail);

impl Letter {
    /// Writes it.
    pub fn new(
        app: &App,
        mail: &MailRow,
        kind: Kind,
        row: &InvitationRow,
        organisation: &str,
        processor: Option<&str>,
        base: &str,
    ) -> Result<Self, AppError> {
        let words = wording(&row.language);
        let link = app
            .secrets
            .unseal(&row.token_sealed)
            .map(|token| join_url(base, &token))
            .ok_or_else(|| AppError::internal("the join token can't be opened"))?;
        let organisation = one_line(organisation);
        let subject = fill(words.subject(kind), &organisation, "");
        let paragraphs = paragraphs(words, kind, row, &organisation, processor, &link);
        let from = address(&app.config.mail.from);
        let domain = from.rsplit('@').next().unwrap_or("candor").to_owned();
        let uid = format!("{}@{domain}", InvitationId::from(row.id));
        let text = text(&paragraphs);
        let entry = Entry {
            uid: &uid,
            sequence: row.sequence,
            is_cancelled: kind == Kind::Cancellation,
            stamp: app.clock.now(),
            start: row.scheduled_at.into(),
            minutes: minutes(row),
            summary: &subject_of_entry(words, &organisation),
            description: &text,
            url: &link,
            organizer: from,
            attendee_name: row.candidate_name.as_deref(),
            attendee: &row.candidate_email,
        };
        let calendar = Calendar {
            method: entry.method(),
            content: entry.write(),
        };
        Ok(Self(Mail {
            id: MailId::from(mail.id).to_string(),
            to_name: row.candidate_name.clone(),
            to_address: row.candidate_email.clone(),
            subject,
            html: html(&row.language, &paragraphs),
            text,
            // A reminder changes nothing in a calendar.
            calendar: Some(calendar).filter(|_| kind != Kind::Reminder),
        }))
    }

    /// The mail.
    pub fn into_mail(self) -> Mail {
        self.0
    }
}

/// A part of the letter.
enum Paragraph {
    Words(String),
    /// What somebody else wrote.
    Quote(String),
    Link(String),
}

/// What whoever is invited is told in any case: that an AI system asks, who decides, and who runs the chat model that
/// may read the answers.
pub fn notice(language: &str, organisation: &str, processor: Option<&str>) -> String {
    told(wording(language), &one_line(organisation), processor)
}

fn told(words: &Wording, organisation: &str, processor: Option<&str>) -> String {
    let asks = fill(words.machine, organisation, "");
    match processor {
        Some(name) => {
            let reads = words.processor.replace("{processor}", &one_line(name));
            format!("{asks} {reads}")
        }
        None => asks,
    }
}

/// What an interview is called to whoever is invited.
pub fn title(language: &str, organisation: &str) -> String {
    subject_of_entry(wording(language), &one_line(organisation))
}

/// What is asked of whoever has the link.
pub fn personal(language: &str) -> &'static str {
    wording(language).personal
}

/// A time as mail tells it, in its zone.
pub fn time_in_words(language: &str, at: Timestamp, time_zone: &str) -> String {
    shown(wording(language), at, time_zone)
}

/// How long the interview lasts.
fn minutes(row: &InvitationRow) -> i32 {
    row.duration_minutes.unwrap_or(USUAL_MINUTES)
}

fn subject_of_entry(words: &Wording, organisation: &str) -> String {
    fill(words.subject(Kind::Invitation), organisation, "")
}

fn paragraphs(
    words: &Wording,
    kind: Kind,
    row: &InvitationRow,
    organisation: &str,
    processor: Option<&str>,
    link: &str,
) -> Vec<Paragraph> {
    let time = shown(words, row.scheduled_at.into(), &row.time_zone);
    let say = |template: &str| Paragraph::Words(fill(template, organisation, &time));
    let greeting = match row.candidate_name.as_deref() {
        Some(name) => words.greeting.replace("{name}", &one_line(name)),
        None => words.greeting_without_name.to_owned(),
    };
    let mut letter = vec![Paragraph::Words(greeting), say(words.opening(kind))];
    if kind == Kind::Cancellation {
        return letter;
    }
    let minutes = minutes(row).to_string();
    letter.push(Paragraph::Words(
        words.duration.replace("{minutes}", &minutes),
    ));
    if let (Some(message), Kind::Invitation) = (&row.message, kind) {
        letter.push(say(words.message));
        letter.push(Paragraph::Quote(message.clone()));
    }
    letter.push(say(words.link));
    letter.push(Paragraph::Link(link.to_owned()));
    letter.push(say(words.personal));
    let told = told(words, organisation, processor);
    letter.push(Paragraph::Words(told));
    letter
}

/// The time in its zone, e.g. `Tuesday, 12 May 2026, 10:00 (Europe/Istanbul, UTC+03:00)`.
fn shown(words: &Wording, at: Timestamp, time_zone: &str) -> String {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let local = at.to_zoned(zone);
    let weekday =
        words.weekdays[usize::from(local.weekday().to_monday_zero_offset().unsigned_abs())];
    let month = words.months[usize::from(local.month().unsigned_abs()) - 1];
    let name = if time_zone == "UTC" {
        "UTC".to_owned()
    } else {
        format!("{time_zone}, UTC{}", local.strftime("%:z"))
    };
    words
        .time
        .replace("{weekday}", weekday)
        .replace("{day}", &local.day().to_string())
        .replace("{month}", month)
        .replace("{year}", &local.year().to_string())
        .replace("{clock}", &local.strftime("%H:%M").to_string())
        .replace("{zone}", &name)
}

/// The time first: names may look like placeholders.
fn fill(template: &str, organisation: &str, time: &str) -> String {
    template
        .replace("{time}", time)
        .replace("{organisation}", organisation)
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The address within `Name <address>`.
fn address(from: &str) -> &str {
    match (from.rfind('<'), from.rfind('>')) {
        (Some(start), Some(end)) if start < end => &from[start + 1..end],
        _ => from.trim(),
    }
}

fn text(letter: &[Paragraph]) -> String {
    let parts: Vec<String> = letter
        .iter()
        .map(|part| match part {
            Paragraph::Words(words) => words.clone(),
            Paragraph::Link(link) => link.clone(),
            Paragraph::Quote(quote) => quote
                .lines()
                .map(|line| format!("> {line}"))
                .collect::<Vec<_>>()
                .join("\n"),
        })
        .collect();
    parts.join("\n\n") + "\n"
}

fn html(language: &str, letter: &[Paragraph]) -> String {
    let parts: String = letter
        .iter()
        .map(|part| match part {
            Paragraph::Words(words) => format!("<p>{}</p>\n", escaped(words)),
            Paragraph::Link(link) => {
                let link = escaped(link);
                format!("<p><a href=\"{link}\">{link}</a></p>\n")
            }
            Paragraph::Quote(quote) => {
                let lines: Vec<String> = quote.lines().map(escaped).collect();
                format!("<blockquote>{}</blockquote>\n", lines.join("<br>\n"))
            }
        })
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"></head><body>\n{parts}</body></html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_in_its_zone_and_the_language() {
        let at: Timestamp = "2026-05-12T07:00:00Z".parse().unwrap();
        assert_eq!(
            shown(wording("en"), at, "Europe/Istanbul"),
            "Tuesday, 12 May 2026, 10:00 (Europe/Istanbul, UTC+03:00)"
        );
        assert_eq!(
            shown(wording("fr"), at, "UTC"),
            "mardi 12 mai 2026 à 07:00 (UTC)"
        );
        assert_eq!(
            shown(wording("tr"), at, "America/New_York"),
            "12 Mayıs 2026 Salı, 03:00 (America/New_York, UTC-04:00)"
        );
        assert_eq!(
            shown(wording("id"), at, "Asia/Jakarta"),
            "Selasa, 12 Mei 2026 pukul 14:00 (Asia/Jakarta, UTC+07:00)"
        );
    }

    #[test]
    fn what_others_wrote_is_escaped() {
        let letter = [
            Paragraph::Words("<b>Ana</b> & co".to_owned()),
            Paragraph::Quote("line\n<script>\"x\"</script>".to_owned()),
        ];
        let html = html("en", &letter);
        assert!(html.contains("&lt;b&gt;Ana&lt;/b&gt; &amp; co"));
        assert!(html.contains("line<br>\n&lt;script&gt;&quot;x&quot;&lt;/script&gt;"));
        assert!(text(&letter).contains("> line\n> <script>"));
    }

    #[test]
    fn the_address_is_found_in_the_sender() {
        assert_eq!(address("Interviews <a@b.org>"), "a@b.org");
        assert_eq!(address(" a@b.org "), "a@b.org");
    }

    #[test]
    fn every_language_fills_every_place() {
        for language in crate::invitations::LANGUAGES {
            let words = wording(language);
            for kind in [
                Kind::Invitation,
                Kind::Change,
                Kind::Cancellation,
                Kind::Reminder,
            ] {
                assert!(words.subject(kind).contains("{organisation}"), "{language}");
                assert!(words.opening(kind).contains("{time}"), "{language}");
                let filled = fill(words.opening(kind), "Acme", "then");
                assert!(!filled.contains(['{', '}']), "{filled}");
            }
            assert!(words.greeting.contains("{name}"));
            assert!(words.duration.contains("{minutes}"));
            let told = notice(language, "{processor}", Some("Example Models Ltd"));
            assert!(
                told.contains("{processor}"),
                "names stay as they are: {told}"
            );
            assert!(told.contains("Example Models Ltd"), "{told}");
            assert!(!notice(language, "Acme", None).contains(['{', '}']));
        }
    }
}
