//! The report of one recording: the documented `lab` fields to the letter, and everything else
//! that was measured in the `candor` object.
//!
//! A number that could not be measured is `null`, and [`Details::not_measured`] says why under the
//! number's path, e.g. `speech.wpm` or `nonverbal.emotions`.

mod details;
mod lab;

pub use details::*;
pub use lab::*;
