//! The server as an operator runs it: from nothing, drained, migrated, copied and restored.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use crate::served::{Served, candor, get, refused, succeed};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_server_starts_from_nothing_on_every_address_and_drains_when_told_to_stop() {
    let outside = tempfile::tempdir().unwrap();
    let data = outside.path().join("data");
    let served = Served::start(&data, &["--listen", "127.0.0.1:0"]);
    assert_eq!(served.addresses.len(), 2);
    for url in &served.addresses {
        assert_eq!(get(url, "/health").0, 200);
    }
    assert_eq!(served.get("/health/ready").0, 200);
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("secret")), 0o600);
    assert!(data.join("candor.db").is_file() && data.join("media").is_dir());
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_data_folder_takes_one_server_at_a_time_and_another_one_later() {
    let outside = tempfile::tempdir().unwrap();
    let data = outside.path().join("data");
    let served = Served::start(&data, &[]);
    let text = data.to_str().unwrap();
    let said = refused(&["serve", "--data", text, "--listen", "127.0.0.1:0"]);
    assert!(said.contains("another candor serve"), "{said}");
    assert_eq!(served.stop(), Some(0));
    let again = Served::start(&data, &[]);
    assert_eq!(again.get("/health").0, 200);
}

#[test]
fn settings_that_make_no_sense_are_refused_before_anything_is_made() {
    let outside = tempfile::tempdir().unwrap();
    let data = outside.path().join("data");
    let data = data.to_str().unwrap();
    for (name, value, said) in [
        ("CANDOR_STORE__URI", "x", "store.uri"),
        ("MONGODB_URI", "mongodb://x/y", "set store.url"),
        ("JWT_SECRET_KEY", "change-me-in-production", "auth.secret"),
        ("CANDOR_ADMIN_PASSWORD", "short", "CANDOR_ADMIN_EMAIL"),
    ] {
        let output = candor(&["serve", "--data", data, "--listen", "0.0.0.0:0"])
            .env(name, value)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
        assert!(stderr.contains(said), "{name}: {stderr}");
        assert!(!Path::new(data).exists(), "{name}");
    }
}

#[test]
fn the_settings_in_force_are_shown_without_secrets() {
    let output = candor(&["config", "show"])
        .env("CANDOR_AUTH__SECRET", "sesame sesame sesame sesame sesame")
        .env("DATABASE_URL", "postgres://candor:sesame@db.example/candor")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(!stdout.contains("sesame"), "{stdout}");
    assert!(stdout.contains("@db.example/candor"), "{stdout}");
}

#[test]
fn the_statements_of_a_migration_are_printed_and_then_run_once() {
    let outside = tempfile::tempdir().unwrap();
    let data = outside.path().join("data");
    let data = data.to_str().unwrap();
    let printed = succeed(&["migrate", "--data", data, "--print-sql"]);
    assert!(
        printed.contains("CREATE TABLE \"organisations\""),
        "{printed}"
    );
    assert!(succeed(&["migrate", "--data", data]).contains("m0001_create_tables: done"));
    assert!(succeed(&["migrate", "--data", data]).contains("up to date"));
    assert_eq!(succeed(&["migrate", "--data", data, "--print-sql"]), "");
}

#[test]
fn seeding_twice_makes_rows_once() {
    let outside = tempfile::tempdir().unwrap();
    let data = outside.path().join("data");
    let data = data.to_str().unwrap();
    let first = succeed(&["seed", "--data", data]);
    assert!(
        first.contains("00000000-0000-0000-0000-000000000001"),
        "{first}"
    );
    assert!(first.contains("rows made"), "{first}");
    assert!(succeed(&["seed", "--data", data]).contains("already"));
}

#[test]
fn a_backup_of_a_running_server_restores_rows_recordings_and_secret() {
    let outside = tempfile::tempdir().unwrap();
    let data = outside.path().join("data");
    let served = Served::start(&data, &[]);
    fs::create_dir_all(data.join("media/aa")).unwrap();
    fs::write(data.join("media/aa/recording.webm"), b"a recording").unwrap();
    fs::write(data.join("media/aa/half.webm#1"), b"half a rec").unwrap();
    let data_text = data.to_str().unwrap();
    succeed(&["seed", "--data", data_text]);
    for to in ["backup.tar", "backup"] {
        let to = outside.path().join(to);
        let to = to.to_str().unwrap();
        succeed(&["backup", "--data", data_text, "--to", to]);
        refused(&["backup", "--data", data_text, "--to", to]);
        let restored = outside.path().join(format!("restored-from-{}", to.len()));
        let text = restored.to_str().unwrap();
        succeed(&["restore", "--data", text, "--from", to]);
        assert!(refused(&["restore", "--data", text, "--from", to]).contains("not empty"));
        let read = |name: &str| fs::read(restored.join(name)).unwrap();
        assert_eq!(read("media/aa/recording.webm"), b"a recording");
        assert!(!restored.join("media/aa/half.webm#1").exists());
        assert_eq!(read("secret"), fs::read(data.join("secret")).unwrap());
        assert_eq!(mode(&restored), 0o700);
        assert!(succeed(&["seed", "--data", text]).contains("already"));
        let second = Served::start(&restored, &[]);
        assert_eq!(second.get("/health/ready").0, 200);
    }
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let outside = tempfile::tempdir().unwrap();
    let path = |name: &str| outside.path().join(name).to_str().unwrap().to_owned();
    let (data, to, restored) = (path("data"), path("backup"), path("restored"));
    succeed(&["seed", "--data", &data]);
    succeed(&["backup", "--data", &data, "--to", &to]);
    let database = outside.path().join("backup/candor.db");
    let mut bytes = fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&database, bytes).unwrap();
    let said = refused(&["restore", "--data", &restored, "--from", &to]);
    assert!(said.contains("damaged"), "{said}");
    fs::remove_file(outside.path().join("backup/manifest.json")).unwrap();
    let said = refused(&["restore", "--data", &restored, "--from", &to]);
    assert!(said.contains("manifest"), "{said}");
    let left: Vec<_> = fs::read_dir(outside.path()).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn the_description_of_the_interface_is_printed() {
    let printed = succeed(&["openapi"]);
    assert!(printed.contains("\"openapi\": \"3.1"), "{printed}");
}
