//! Organisations, their members and their policy.
