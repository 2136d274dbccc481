//! Documents of *lab*: the interview and its report.
