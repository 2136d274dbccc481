//! Consent before recording and before every analysis.
