//! The documented routes of *practice*, as its web client calls them.

mod abandoned;
mod coached;
mod fairness;
mod formulas;
mod live;
mod model;
mod refused;
mod stage;
mod story;
