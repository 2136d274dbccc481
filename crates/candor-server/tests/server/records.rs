//! Interviews, candidates, positions, competencies and applications.

mod interviews;
mod reach;
mod refused;
mod versions;
