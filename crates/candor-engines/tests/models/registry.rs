//! The registry on directories with intact, damaged and missing files.

use std::{fs, path::Path};

use crate::shared;
use candor_core::ports::EngineError;
use candor_engines::registry::{
    Manifest, ModelState, Registry, RegistryError, RegistryOptions, hash_bytes,
};

fn manifest(content: &[u8]) -> Manifest {
    Manifest::parse(&format!(
        "[[model]]\nid='tiny'\npurpose='tests'\nlicence='MIT'\nlanguages=[]\ndefault=true\n\
         [[model.variant]]\nname='plain'\n[[model.variant.file]]\nrole='network'\nname='tiny.onnx'\n\
         bytes={}\nsha256='{}'\n",
        content.len(),
        hash_bytes(content)
    ))
    .unwrap()
}

fn open(content: &[u8], models: &Path, data: &Path) -> Registry {
    let options = RegistryOptions::in_data_dir(data, Some(models.to_owned()));
    Registry::with_manifest(manifest(content), options)
}

#[test]
fn a_model_is_found_by_its_content_under_any_name_and_depth() {
    let (models, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = models.path().join("a/b/whatever.bin");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, b"weights").unwrap();
    let found = open(b"weights", models.path(), data.path())
        .find("tiny")
        .unwrap();
    assert_eq!(found.path("network"), Some(path.as_path()));
    assert_eq!(found.variant, "plain");
    assert_eq!(found.sha256, hash_bytes(b"weights"));
}

#[test]
fn a_model_with_one_flipped_byte_is_refused_with_the_command_that_mends_it() {
    let (models, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(models.path().join("tiny.onnx"), b"weightz").unwrap();
    let registry = open(b"weights", models.path(), data.path());
    let error = registry.find("tiny").unwrap_err();
    assert!(matches!(error, RegistryError::Damaged { .. }));
    let text = error.to_string();
    assert!(text.contains("candor models pull tiny"), "{text}");
    assert!(text.contains("tiny.onnx"), "{text}");
    assert!(matches!(
        registry.list()[0].state,
        ModelState::Damaged { .. }
    ));
    let engine = EngineError::from(error);
    assert!(engine.to_string().contains("candor models pull tiny"));
}

#[test]
fn a_byte_flipped_after_the_first_load_is_noticed() {
    let (models, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = models.path().join("tiny.onnx");
    fs::write(&path, b"weights").unwrap();
    assert!(
        open(b"weights", models.path(), data.path())
            .find("tiny")
            .is_ok()
    );
    fs::write(&path, b"weightz").unwrap();
    assert!(
        open(b"weights", models.path(), data.path())
            .find("tiny")
            .is_err()
    );
}

#[test]
fn a_cut_file_counts_as_damaged_and_an_absent_one_as_missing() {
    let (models, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let registry = open(b"weights", models.path(), data.path());
    assert!(matches!(
        registry.find("tiny"),
        Err(RegistryError::Missing { .. })
    ));
    fs::write(models.path().join("tiny.onnx"), b"wei").unwrap();
    let registry = open(b"weights", models.path(), data.path());
    assert!(matches!(
        registry.find("tiny"),
        Err(RegistryError::Damaged { .. })
    ));
    assert!(matches!(
        registry.find("nope"),
        Err(RegistryError::Unknown(_))
    ));
}

#[test]
fn an_intact_copy_in_the_data_directory_outweighs_a_damaged_one() {
    let (models, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(models.path().join("tiny.onnx"), b"weightz").unwrap();
    let good = data.path().join("models/tiny/plain/tiny.onnx");
    fs::create_dir_all(good.parent().unwrap()).unwrap();
    fs::write(&good, b"weights").unwrap();
    assert_eq!(
        open(b"weights", models.path(), data.path())
            .path("tiny")
            .unwrap(),
        good
    );
}

#[test]
fn the_reference_tree_holds_every_model_but_whisper() {
    let name = "the_reference_tree_holds_every_model_but_whisper";
    let Some(models) = shared::models(name, &["silero", "derived", "minilm", "pocketsphinx"])
    else {
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let options = RegistryOptions::in_data_dir(data.path(), Some(models));
    let registry = Registry::open(options).unwrap();
    for model in registry.list() {
        let found = registry.find(&model.id);
        assert_eq!(
            found.is_err(),
            model.id.starts_with("whisper-"),
            "{found:?}"
        );
    }
    let found = registry.find("pocketsphinx-en-us").unwrap();
    assert!(found.path("acoustic").unwrap().join("mdef").is_file());
    assert!(found.path("dictionary").unwrap().is_file());
}

#[test]
fn a_model_whose_originals_are_here_is_imported_at_first_use() {
    let name = "a_model_whose_originals_are_here_is_imported_at_first_use";
    let Some(models) = shared::models(name, &["face-api"]) else {
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let options = RegistryOptions::in_data_dir(data.path(), Some(models.join("face-api")));
    let registry = Registry::open(options.clone()).unwrap();
    let state = |registry: &Registry| {
        let mut list = registry.list().into_iter();
        list.find(|model| model.id == "face-expression")
            .unwrap()
            .state
    };
    assert_eq!(state(&registry), ModelState::Importable);
    let found = registry.find("face-expression").unwrap();
    assert!(found.path("network").unwrap().starts_with(data.path()));
    assert_eq!(
        state(&Registry::open(options).unwrap()),
        ModelState::Ready(found)
    );
}
