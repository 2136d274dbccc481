//! When an interview is: an instant, or a local time with its zone.

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

use crate::AppError;

/// A point in time, and how it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// IANA name of the zone.
    pub time_zone: String,
    /// What had to be decided about it, in words.
    pub note: Option<String>,
}

/// Reads an RFC 3339 instant, or a local time `2026-03-29T10:00` in the given zone. Of a local time that
/// happens twice, when clocks are put back, the first is taken, and `note` says so.
///
/// # Errors
/// [`AppError::Invalid`]: `unknown_time_zone`, `time_zone_required`, `local_time_skipped` for a local time that
/// clocks jump over, `invalid_time` for what is no time.
pub fn moment(text: &str, time_zone: Option<&str>) -> Result<Moment, AppError> {
    let text = text.trim();
    let zone = time_zone.map(zone).transpose()?;
    if let Ok(at) = text.parse::<Timestamp>() {
        let time_zone = zone.map_or("UTC", |(name, _)| name).to_owned();
        return Ok(Moment {
            at,
            time_zone,
            note: None,
        });
    }
    let local: DateTime = text.parse().map_err(|_| {
        AppError::invalid(
            "invalid_time",
            "scheduled_at",
            "scheduled_at must be an RFC 3339 time like 2026-03-29T10:00:00Z, or a local time like \
             2026-03-29T10:00 with time_zone",
        )
    })?;
    let Some((name, zone)) = zone else {
        return Err(AppError::invalid(
            "time_zone_required",
            "time_zone",
            "a local time needs time_zone, an IANA name like Europe/Istanbul",
        ));
    };
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let note = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Gap { .. } => {
            return Err(AppError::invalid(
                "local_time_skipped",
                "scheduled_at",
                format!(
                    "{local} does not exist in {name}: clocks are put forward over it; choose another time"
                ),
            ));
        }
        AmbiguousOffset::Fold { before, .. } => Some(format!(
            "{local} happens twice in {name}, as clocks are put back; the first is taken (UTC{before})"
        )),
    };
    let at = ambiguous.earlier().map_err(|_| {
        AppError::invalid(
            "invalid_time",
            "scheduled_at",
            "scheduled_at is out of range",
        )
    })?;
    Ok(Moment {
        at,
        time_zone: name.to_owned(),
        note,
    })
}

fn zone(name: &str) -> Result<(&str, TimeZone), AppError> {
    let name = name.trim();
    let shaped = !name.is_empty()
        && name.len() <= 64
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c));
    shaped
        .then(|| TimeZone::get(name).ok())
        .flatten()
        .map(|zone| (name, zone))
        .ok_or_else(|| {
            AppError::invalid(
                "unknown_time_zone",
                "time_zone",
                "time_zone must be an IANA name like Europe/Istanbul",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, zone: Option<&str>) -> &'static str {
        match moment(text, zone) {
            Err(AppError::Invalid { code, .. }) => code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_instant_keeps_its_zone_for_showing_only() {
        let read = moment("2026-05-01T09:00:00+03:00", Some("Europe/Paris")).unwrap();
        assert_eq!(read.at.to_string(), "2026-05-01T06:00:00Z");
        assert_eq!(read.time_zone, "Europe/Paris");
        assert_eq!(
            moment("2026-05-01T09:00:00Z", None).unwrap().time_zone,
            "UTC"
        );
    }

    #[test]
    fn a_local_time_is_read_in_summer_and_winter() {
        let at = |text| moment(text, Some("Europe/Paris")).unwrap().at.to_string();
        assert_eq!(at("2026-03-28T10:00"), "2026-03-28T09:00:00Z");
        assert_eq!(at("2026-03-29T10:00"), "2026-03-29T08:00:00Z");
    }

    #[test]
    fn a_skipped_local_time_is_refused_and_of_a_double_one_the_first_is_taken() {
        assert_eq!(
            code("2026-03-29T02:30", Some("Europe/Paris")),
            "local_time_skipped"
        );
        let double = moment("2026-10-25T02:30", Some("Europe/Paris")).unwrap();
        assert_eq!(double.at.to_string(), "2026-10-25T00:30:00Z");
        assert!(double.note.unwrap().contains("happens twice"));
    }

    #[test]
    fn what_is_no_time_or_zone_is_refused() {
        assert_eq!(code("tomorrow", Some("UTC")), "invalid_time");
        assert_eq!(code("2026-05-01T10:00", None), "time_zone_required");
        for zone in ["Mars/Base", "", "../etc/passwd", "Europe/Paris\r\nX: y"] {
            assert_eq!(code("2026-05-01T10:00", Some(zone)), "unknown_time_zone");
        }
    }
}
