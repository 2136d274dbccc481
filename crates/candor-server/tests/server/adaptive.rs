//! Interviews of recruiters: what is written for them, who is invited, what comes of it.

mod applications;
mod bank;
mod documents;
mod imports;
mod jobs;
mod joining;
mod rejoining;
mod rubrics;
mod scheduling;
mod templates;
