//! Files of strangers are read by a guarded child, alone and for a server.

use std::{
    io::Write,
    process::Stdio,
    time::{Duration, Instant},
};

use candor_testkit::documents::{docx, docx_bomb, encrypted_pdf, pdf};
use serde_json::Value;

use crate::served::{Served, candor, client};

fn read(bytes: &[u8]) -> Value {
    let mut child = candor(&["read-document"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It may stop reading before the end.
    let _ = child.stdin.take().unwrap().write_all(bytes);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn one_document_comes_in_and_its_text_goes_out() {
    let first = read(&pdf(&["Ada sells machines"]));
    assert_eq!(first["text"]["text"], "Ada sells machines");
    assert_eq!(first["text"]["format"], "pdf");
    let second = read(&docx(&["Bo buys <machines>"]));
    assert_eq!(second["text"]["text"], "Bo buys <machines>");
    for (bytes, code) in [
        (encrypted_pdf(), "encrypted"),
        (docx_bomb(64), "too_large"),
        (vec![b'a'; (10 << 20) + 1], "too_large"),
        (Vec::new(), "empty"),
    ] {
        let said = read(&bytes);
        assert_eq!(said["failure"]["code"], code, "{said}");
    }
}

#[test]
fn a_server_reads_what_strangers_send_in_a_child() {
    let outside = tempfile::tempdir().unwrap();
    let served = Served::start(&outside.path().join("data"), &[]);
    let client = client(&[]);
    let send = |bytes: Vec<u8>, name: &str| {
        let file = reqwest::blocking::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::blocking::multipart::Form::new().part("resume", file);
        let url = served.at("/api/v1/public/jobs/resume-upload");
        let answer = client.post(url).multipart(form).send().unwrap();
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().unwrap())
    };
    let (status, kept) = send(pdf(&["Ada sells machines"]), "ada.pdf");
    assert_eq!(
        (status, &kept["fileName"]),
        (201, &Value::from("ada.pdf")),
        "{kept}"
    );
    let begun = Instant::now();
    let (status, refused) = send(docx_bomb(256), "bomb.docx");
    assert_eq!(status, 400, "{refused}");
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(served.get("/health").0, 200);
    assert_eq!(served.stop(), Some(0));
}
