//! Interviews, their questions and answers.
