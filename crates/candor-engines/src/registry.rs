//! The model registry: what models there are, where they come from, whether they are intact.
