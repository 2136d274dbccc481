//! The audit log: who did what. Appended, hash-chained, pseudonymous ids only.
