//! The queue that wakes workers: apalis on the database of the records.

use crate::{Store, StoreError};

/// Where step messages are queued.
#[derive(Debug, Clone)]
pub struct Queue {
    store: Store,
}

impl Queue {
    /// Opens the queue beside the records, or at `url` where one is given, and makes its tables.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn connect(store: &Store, url: Option<&str>) -> Result<Self, StoreError> {
        let store = match url {
            Some(url) => Store::connect(url, None).await?,
            None => store.clone(),
        };
        Ok(Self { store })
    }

    /// The database it lives in.
    pub fn store(&self) -> &Store {
        &self.store
    }
}
