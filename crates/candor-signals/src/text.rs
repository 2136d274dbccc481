//! Measurements on text: fillers, structure, specificity, sentiment, keywords, coverage.
