//! A certificate authority that only tests trust.

use std::path::Path;

use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};

/// Issues certificates for this machine.
pub struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key, in PEM.
pub struct Issued {
    /// The certificate alone; there is none between it and the authority's.
    pub certificate: String,
    /// Its key.
    pub key: String,
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Authority {
    /// A new one.
    ///
    /// # Panics
    /// When no key can be made.
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key can be made");
        let mut parameters = CertificateParams::new(Vec::<String>::new()).expect("no names");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = parameters.self_signed(&key).expect("a key signs");
        Self {
            certificate,
            issuer: Issuer::new(parameters, key),
        }
    }

    /// The certificate that clients have to trust, in PEM.
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A new certificate for these names and addresses.
    ///
    /// # Panics
    /// When a name is none.
    pub fn issue(&self, names: &[&str]) -> Issued {
        let key = KeyPair::generate().expect("a key can be made");
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names)
            .and_then(|parameters| parameters.signed_by(&key, &self.issuer))
            .expect("the names are names");
        Issued {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        }
    }
}

impl Issued {
    /// Writes `certificate.pem` and `key.pem` into `folder`.
    ///
    /// # Panics
    /// When they can't be written.
    pub fn write(&self, folder: &Path) {
        for (name, text) in [
            ("certificate.pem", &self.certificate),
            ("key.pem", &self.key),
        ] {
            std::fs::write(folder.join(name), text).expect("the folder can be written to");
        }
    }
}
