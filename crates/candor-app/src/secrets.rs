//! The installation's secret, and what is derived from it.

use std::{fs, io, path::Path};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{AeadCore, KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use hmac::{Hmac, Mac};
use rand::Rng;
use sha2::{Digest, Sha256};

/// Shortest secret that is taken from the configuration, in characters.
pub const SHORTEST: usize = 32;

/// Keys for tokens and for secrets at rest. Never printed.
#[derive(Clone)]
pub struct Secrets {
    signing: [u8; 32],
    sealing: [u8; 32],
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Secrets {
    /// Derives the keys from one secret (HMAC-SHA-256 with a label for each use).
    pub fn derive(master: &[u8]) -> Self {
        Self {
            signing: derive(master, b"candor access tokens v1"),
            sealing: derive(master, b"candor secrets at rest v1"),
        }
    }

    /// Reads the secret file, or makes it with permissions for the owner alone.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(file: &Path) -> io::Result<Self> {
        match fs::read(file) {
            Ok(master) if master.len() >= SHORTEST => return Ok(Self::derive(&master)),
            Ok(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the secret file is too short; restore it from a backup",
                ));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) => {}
        }
        let part = file.with_extension("part");
        write_private(&part, random_token().as_bytes())?;
        // A hard link fails when another process made the file first: its secret is the one.
        let linked = fs::hard_link(&part, file);
        fs::remove_file(&part)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(Self::derive(&fs::read(file)?)),
        }
    }

    /// Key that access tokens are signed with.
    pub fn signing_key(&self) -> &[u8; 32] {
        &self.signing
    }

    /// Encrypts a secret for the database (XChaCha20-Poly1305; nonce before the cipher text, base64url).
    pub fn seal(&self, plain: &str) -> String {
        let cipher = XChaCha20Poly1305::new(&self.sealing.into());
        let nonce = XChaCha20Poly1305::generate_nonce(&mut chacha20poly1305::aead::OsRng);
        let sealed = cipher
            .encrypt(&nonce, plain.as_bytes())
            .expect("a short text in memory always encrypts");
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what [`Secrets::seal`] made; `None` when it was made with another secret or altered.
    pub fn unseal(&self, sealed: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(24)?;
        let cipher = XChaCha20Poly1305::new(&self.sealing.into());
        let plain = cipher.decrypt(XNonce::from_slice(nonce), sealed).ok()?;
        String::from_utf8(plain).ok()
    }
}

fn derive(master: &[u8], label: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(master)
        .expect("HMAC takes keys of any length");
    mac.update(label);
    mac.finalize().into_bytes().into()
}

fn write_private(file: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// 32 random bytes in base64url: for tokens that must not be guessed.
pub fn random_token() -> String {
    let mut bytes = [0u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// 32 random bytes in hexadecimal, as the documented join links have them.
pub fn random_hex() -> String {
    let mut bytes = [0u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// SHA-256 of a token in hexadecimal: what the database keeps of it.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_sealed_secret_opens_with_the_same_master_only() {
        let secrets = Secrets::derive(b"one master secret of enough length");
        let sealed = secrets.seal("whsec_abc");
        assert_eq!(secrets.unseal(&sealed).as_deref(), Some("whsec_abc"));
        assert_eq!(Secrets::derive(b"another").unseal(&sealed), None);
        assert_eq!(secrets.unseal("AAAA"), None);
    }

    #[test]
    fn the_secret_file_is_made_once_for_the_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        let first = Secrets::open(&file).unwrap();
        let again = Secrets::open(&file).unwrap();
        assert_eq!(first.signing_key(), again.signing_key());
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
