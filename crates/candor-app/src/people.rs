//! Candidates, positions and applications.
