//! Analyses of recordings: accepted once, run as jobs, read with their evidence.
