//! Interviews of recruiters: what is written for them, who is invited, what comes of it.

mod bank;
mod jobs;
mod rubrics;
mod templates;
