//! The whole data folder on a disk that is full: the server lives on and goes on.

use candor_testkit::TinyDisk;
use serde_json::{Value, json};

use crate::served::{Served, client, key};

#[test]
fn a_server_on_a_full_disk_reads_refuses_to_write_and_recovers() {
    let test = "a_server_on_a_full_disk_reads_refuses_to_write_and_recovers";
    let Some(disk) = TinyDisk::mount(test, 48 << 20) else {
        return;
    };
    let outside = tempfile::tempdir().unwrap();
    let data = disk.path().join("data");
    let settings = [("CANDOR_LIMITS__DISK_RESERVE_BYTES", "1048576")];
    let served = Served::logged(&data, &[], &settings, &outside.path().join("log"));
    let key = key(&data);
    let client = client(&[]);
    let post = |title: &str| {
        let body = json!({"title": title, "details": {"x": "y".repeat(3000)}});
        let request = client.post(served.at("/api/v1/interviews")).json(&body);
        request.bearer_auth(&key).send().unwrap()
    };
    let list = || {
        let request = client.get(served.at("/api/v1/interviews?limit=100"));
        let answer = request.bearer_auth(&key).send().unwrap();
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().unwrap()["items"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(post("before").status(), 201);
    disk.fill(0);
    let mut made = 1;
    let refused = loop {
        let answer = post("during");
        if answer.status() != 201 {
            break answer;
        }
        made += 1;
        assert!(made < 100, "the disk is not full");
    };
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()["retry-after"], "60");
    assert_eq!(refused.json::<Value>().unwrap()["code"], "disk_full");
    assert_eq!(list(), made);
    assert_eq!(served.get("/health").0, 200);
    let (status, ready) = served.get("/health/ready");
    assert_eq!(status, 503);
    assert!(ready.contains("\"disk\":\"full\""), "{ready}");
    disk.clear();
    assert_eq!(post("after").status(), 201);
    assert_eq!(list(), made + 1);
    assert_eq!(served.get("/health/ready").0, 200);
    assert_eq!(served.stop(), Some(0));
}
