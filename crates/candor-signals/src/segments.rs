//! Parts of a recording: by question markers, by silence, by topic.
