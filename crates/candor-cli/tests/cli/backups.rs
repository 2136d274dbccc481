//! A backup taken while everything is written to is whole: what it names is in it, and people can go on with it.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use candor_testkit::Clips;
use reqwest::blocking::{Client, multipart};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::served::{ADMIN, PASSWORD, Served, client, key, succeed, until};

/// What was accepted, by id: the hash of a recording, the title of an interview.
type Accepted = Mutex<BTreeMap<String, String>>;

fn upload(client: &Client, served: &Served, key: &str, content: Vec<u8>) -> Value {
    let part = multipart::Part::bytes(content).file_name("clip.wav");
    let form = multipart::Form::new().text("meta", "{}").part("file", part);
    let request = client
        .post(served.at("/api/v1/recordings"))
        .bearer_auth(key);
    let answer = request.multipart(form).send().unwrap();
    assert_eq!(answer.status(), 201);
    answer.json().unwrap()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// Uploads and makes interviews until it is told to stop.
fn keep_writing(
    served: &Served,
    key: &str,
    clip: &[u8],
    number: usize,
    accepted: &Accepted,
    stop: &AtomicBool,
) {
    let client = client(&[]);
    for round in 0.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        // Each recording is another one.
        let content = [clip, format!("{number} {round}").as_bytes()].concat();
        let made = upload(&client, served, key, content);
        let title = format!("{number}-{round}");
        let body = json!({"title": title});
        let request = client
            .post(served.at("/api/v1/interviews"))
            .bearer_auth(key);
        let interview: Value = request.json(&body).send().unwrap().json().unwrap();
        let mut accepted = accepted.lock().unwrap();
        accepted.insert(text(&made, "id"), text(&made, "sha256"));
        accepted.insert(text(&interview, "id"), title);
    }
}

/// Every row of a list.
fn all(client: &Client, served: &Served, key: &str, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = format!("{path}?limit=100{cursor}");
        let answer = client
            .get(served.at(&page))
            .bearer_auth(key)
            .send()
            .unwrap();
        let page: Value = answer.json().unwrap();
        rows.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else {
            return rows;
        };
        cursor = format!("&cursor={next}");
    }
}

fn check(restored: &Path, key: &str, before: &BTreeMap<String, String>) -> usize {
    let served = Served::start(restored, &[]);
    let client = client(&[]);
    let login = json!({"login": ADMIN, "password": PASSWORD});
    let answer = client
        .post(served.at("/api/v1/auth/login"))
        .json(&login)
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200, "the admin signs in");
    let mut there: BTreeMap<String, String> = all(&client, &served, key, "/api/v1/interviews")
        .iter()
        .map(|row| (text(row, "id"), text(row, "title")))
        .collect();
    for row in all(&client, &served, key, "/api/v1/recordings") {
        let (id, sha256) = (text(&row, "id"), text(&row, "sha256"));
        let path = format!("/api/v1/recordings/{id}/content");
        let played = client
            .get(served.at(&path))
            .bearer_auth(key)
            .send()
            .unwrap();
        assert_eq!(played.status(), 200, "{id}");
        let hash = Sha256::digest(played.bytes().unwrap());
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, sha256, "every recording is whole");
        there.insert(id, sha256);
    }
    for (id, expected) in before {
        assert_eq!(
            there.get(id),
            Some(expected),
            "{id} was accepted before the backup"
        );
    }
    there.len()
}

#[test]
fn a_backup_taken_while_everything_is_written_to_is_whole() {
    let Some(clips) = Clips::new("a_backup_taken_while_everything_is_written_to_is_whole") else {
        return;
    };
    let sound = "-f lavfi -i anoisesrc=duration=4:amplitude=0.1:seed=3";
    let clip = std::fs::read(clips.make("clip.wav", sound)).unwrap();
    let outside = tempfile::tempdir().unwrap();
    let path = |name: &str| outside.path().join(name).to_str().unwrap().to_owned();
    let data = outside.path().join("data");
    let served = Served::start(&data, &[]);
    let key = key(&data);
    let (accepted, stop) = (Accepted::default(), AtomicBool::new(false));
    let mut befores = Vec::new();
    thread::scope(|scope| {
        for number in 0..3 {
            let (served, key, clip) = (&served, &key, &clip);
            let (accepted, stop) = (&accepted, &stop);
            scope.spawn(move || keep_writing(served, key, clip, number, accepted, stop));
        }
        for to in ["copy.tar", "copy"] {
            let n = accepted.lock().unwrap().len();
            until("some is written", || {
                accepted.lock().unwrap().len() > n + 12
            });
            befores.push(accepted.lock().unwrap().clone());
            succeed(&[
                "backup",
                "--data",
                data.to_str().unwrap(),
                "--to",
                &path(to),
            ]);
        }
        stop.store(true, Ordering::SeqCst);
    });
    let n_all = accepted.lock().unwrap().len();
    for (to, before) in ["copy.tar", "copy"].iter().zip(&befores) {
        let restored = path(&format!("restored-{to}"));
        succeed(&["restore", "--data", &restored, "--from", &path(to)]);
        let n = check(Path::new(&restored), &key, before);
        assert!(n >= before.len() && n <= n_all);
    }
    assert_eq!(served.stop(), Some(0));
}
