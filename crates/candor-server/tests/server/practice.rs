//! The documented routes of *practice*, as its web client calls them.

mod formulas;
mod refused;
mod stage;
mod story;
