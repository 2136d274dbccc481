//! Scores by documented formulas, each in its own file.
