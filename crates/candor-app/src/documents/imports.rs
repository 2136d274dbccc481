//! Documents that lie in an S3-compatible store: each organisation reads what lies below its own id, nothing else.

use bytes::{Bytes, BytesMut};
use candor_core::ids::OrganisationId;
use candor_store::{
    StoreError,
    objects::{Objects, S3Address},
};
use futures::StreamExt;

use super::MOST_BYTES;
use crate::AppError;

/// What an address of such a store begins with.
pub(super) const SCHEME: &str = "s3://";

/// The folder of a bucket that documents are read from.
#[derive(Debug, Clone)]
pub struct Imports {
    /// `s3://bucket/folder/`
    root: String,
    objects: Objects,
}

impl Imports {
    /// The folder that the address names.
    ///
    /// # Errors
    /// [`StoreError::Objects`] when the address is incomplete.
    pub fn open(address: &S3Address) -> Result<Self, StoreError> {
        let folder = address.prefix.trim_matches('/');
        let root = match folder {
            "" => format!("{SCHEME}{}/", address.bucket),
            folder => format!("{SCHEME}{}/{folder}/", address.bucket),
        };
        let objects = Objects::s3(address)?;
        Ok(Self { root, objects })
    }

    /// Reads a file below the organisation's own folder, at most [`MOST_BYTES`] of it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] (`address_refused`, `invalid_address`, or `unreachable` where the store does not give it);
    /// [`AppError::TooLarge`].
    pub(super) async fn read(
        &self,
        organisation: OrganisationId,
        address: &str,
    ) -> Result<Bytes, AppError> {
        let key = self.key(organisation, address)?;
        let found = self.objects.read_named(&key).await.map_err(unreachable)?;
        if found.bytes_total > MOST_BYTES {
            return Err(AppError::TooLarge { limit: MOST_BYTES });
        }
        let mut stream = found.stream;
        let mut bytes = BytesMut::new();
        while let Some(block) = stream.next().await {
            let block = block.map_err(unreachable)?;
            // What the store said about the size is no promise.
            if (bytes.len() + block.len()) as u64 > MOST_BYTES {
                return Err(AppError::TooLarge { limit: MOST_BYTES });
            }
            bytes.extend_from_slice(&block);
        }
        Ok(bytes.freeze())
    }

    /// The key below the folder. Keys are what stands in the address: `%20` is no space in them.
    fn key(&self, organisation: OrganisationId, address: &str) -> Result<String, AppError> {
        let own = format!("{}{organisation}/", self.root);
        let Some(name) = address.strip_prefix(&own) else {
            let message = format!("documents of this organisation are read from {own} alone");
            return Err(AppError::invalid("address_refused", "url", message));
        };
        let odd = |part: &str| {
            ["", ".", ".."].contains(&part) || part.chars().any(|c| c.is_ascii_control())
        };
        if name.split('/').any(odd) {
            let message = format!("this names no file below {own}");
            return Err(AppError::invalid("invalid_address", "url", message));
        }
        Ok(format!("{organisation}/{name}"))
    }
}

fn unreachable(error: StoreError) -> AppError {
    let message = match error {
        StoreError::NotFound { .. } => "the store has no such file",
        error => {
            tracing::warn!(%error, "document.import_failed");
            "the store does not give the file"
        }
    };
    AppError::invalid("unreachable", "url", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(prefix: &str) -> Imports {
        let address = S3Address {
            bucket: "candidates".to_owned(),
            prefix: prefix.to_owned(),
            endpoint: None,
            region: "us-east-1".to_owned(),
            access_key_id: Some("id".to_owned()),
            secret_access_key: Some("secret".to_owned()),
            path_style: true,
        };
        // Other tests of this process may have installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Imports::open(&address).expect("complete")
    }

    #[test]
    fn an_organisation_reads_below_its_own_id_alone() {
        let (own, other) = (OrganisationId::generate(), OrganisationId::generate());
        for prefix in ["", "incoming", "/in/coming/"] {
            let imports = imports(prefix);
            let root = imports.root.clone();
            let key = |address: &str| imports.key(own, address).ok();
            let expected = Some(format!("{own}/a b/résumé.pdf"));
            assert_eq!(key(&format!("{root}{own}/a b/résumé.pdf")), expected);
            for address in [
                format!("{root}{other}/cv.pdf"),
                format!("{root}cv.pdf"),
                format!("{root}{own}"),
                format!("{root}{own}/"),
                format!("{root}{own}//cv.pdf"),
                format!("{root}{own}/../{other}/cv.pdf"),
                format!("{root}{own}/./cv.pdf"),
                format!("{root}{own}/cv\n.pdf"),
                format!("s3://others/{own}/cv.pdf"),
                "s3://candidates".to_owned(),
            ] {
                assert_eq!(key(&address), None, "{address}");
            }
        }
    }
}
