//! Speech to text and forced alignment.
