//! Nothing is lost and nothing finished is repeated, whatever dies.
