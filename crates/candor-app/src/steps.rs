//! The steps of the analysis, one file each, and the pipeline that lines them up.
