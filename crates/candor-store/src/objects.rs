//! Media objects: a local folder or an S3-compatible store.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, path::Path as Key};

use crate::StoreError;

mod read;
mod tidy;
mod write;

pub use read::{ObjectRead, ObjectStream};
pub use tidy::Listed;
pub use write::{Kept, ObjectWriter};

/// How an S3-compatible store is reached.
#[derive(Clone)]
pub struct S3Address {
    /// Bucket.
    pub bucket: String,
    /// Prefix of all keys; may be empty.
    pub prefix: String,
    /// Address of the server; `None`: AWS.
    pub endpoint: Option<String>,
    /// Region.
    pub region: String,
    /// Access key id; `None`: from the environment of AWS.
    pub access_key_id: Option<String>,
    /// Secret access key.
    pub secret_access_key: Option<String>,
    /// Whether the bucket stands in the path rather than in the host name.
    pub path_style: bool,
}

/// Where media is kept. Keys are made by Candor, never by clients.
#[derive(Debug, Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    prefix: String,
    folder: Option<PathBuf>,
}

impl Objects {
    /// A folder of this machine; made when it is missing.
    ///
    /// # Errors
    /// [`StoreError::Objects`] when it can't be made.
    pub fn folder(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|source| object_store::Error::Generic {
            store: "folder",
            source: Box::new(source),
        })?;
        let folder =
            std::fs::canonicalize(folder).map_err(|source| object_store::Error::Generic {
                store: "folder",
                source: Box::new(source),
            })?;
        // An object counts as kept only when the disk has it.
        let store =
            object_store::local::LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
            prefix: String::new(),
            folder: Some(folder),
        })
    }

    /// An S3-compatible store.
    ///
    /// # Errors
    /// [`StoreError::Objects`] when the address is incomplete.
    pub fn s3(address: &S3Address) -> Result<Self, StoreError> {
        let mut builder = object_store::aws::AmazonS3Builder::from_env()
            .with_bucket_name(&address.bucket)
            .with_region(&address.region)
            .with_virtual_hosted_style_request(!address.path_style);
        if let Some(endpoint) = &address.endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_allow_http(endpoint.starts_with("http://"));
        }
        if let (Some(id), Some(secret)) = (&address.access_key_id, &address.secret_access_key) {
            builder = builder
                .with_access_key_id(id)
                .with_secret_access_key(secret);
        }
        Ok(Self {
            store: Arc::new(builder.build()?),
            prefix: address.prefix.trim_matches('/').to_owned(),
            folder: None,
        })
    }

    fn key(&self, key: &str) -> Key {
        if self.prefix.is_empty() {
            Key::from(key)
        } else {
            Key::from(format!("{}/{key}", self.prefix))
        }
    }

    /// Keeps a small object.
    ///
    /// # Errors
    /// [`StoreError::Objects`].
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.store
            .put(&self.key(key), PutPayload::from_bytes(bytes))
            .await?;
        Ok(())
    }

    /// Reads a small object.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] or [`StoreError::Objects`].
    pub async fn get(&self, key: &str) -> Result<Bytes, StoreError> {
        match self.store.get(&self.key(key)).await {
            Ok(found) => Ok(found.bytes().await?),
            Err(object_store::Error::NotFound { .. }) => {
                Err(StoreError::NotFound { entity: "object" })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Removes an object; one that is gone already is no error.
    ///
    /// # Errors
    /// [`StoreError::Objects`].
    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        match self.store.delete(&self.key(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
