//! Practice sessions of one person.
