//! Points in time in the database: whole microseconds since 1970 UTC.
//!
//! A number orders and compares in the same way on SQLite and PostgreSQL; SQLite has no type for times and
//! compares their texts, which goes wrong with fractions of different length.

use jiff::Timestamp;
use sea_orm::DeriveValueType;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Micros(pub i64);

impl From<Timestamp> for Micros {
    fn from(at: Timestamp) -> Self {
        Self(at.as_microsecond())
    }
}

impl From<Micros> for Timestamp {
    /// Values beyond the years −9999 and 9999 become the nearest end.
    fn from(at: Micros) -> Self {
        Self::from_microsecond(at.0).unwrap_or(if at.0 < 0 { Self::MIN } else { Self::MAX })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_the_database_to_the_microsecond() {
        let at: Timestamp = "2026-11-20T10:00:00.123456Z".parse().unwrap();
        assert_eq!(Timestamp::from(Micros::from(at)), at);
    }
}
