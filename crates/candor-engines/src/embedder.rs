//! Sentence embeddings by a MiniLM-class network.
