//! TLS as an operator sets it up: renewed without a restart, never lost by a broken file.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use candor_testkit::Authority;

use crate::served::{Served, candor, client, until};

/// Status of `/health` over a connection of its own, for somebody who trusts this authority.
fn health(served: &Served, authority: &Authority) -> Option<u16> {
    let answer = client(&[authority.pem()]).get(served.at("/health")).send();
    answer.ok().map(|answer| answer.status().as_u16())
}

fn flags(folder: &Path) -> Vec<String> {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    vec![
        "--tls-cert".to_owned(),
        path("certificate.pem"),
        "--tls-key".to_owned(),
        path("key.pem"),
    ]
}

#[test]
fn a_certificate_is_renewed_while_the_server_runs_and_a_broken_one_changes_nothing() {
    let outside = tempfile::tempdir().unwrap();
    let (old, new) = (Authority::new(), Authority::new());
    old.issue(&["127.0.0.1"]).write(outside.path());
    let flags = flags(outside.path());
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let log = outside.path().join("log");
    let served = Served::logged(&outside.path().join("data"), &flags, &[], &log);
    let n_logged = |what: &str| fs::read_to_string(&log).unwrap().matches(what).count();
    assert!(served.addresses[0].starts_with("https://"));
    let answer = client(&[old.pem()])
        .get(served.at("/health"))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().contains_key("strict-transport-security"));
    assert_eq!(health(&served, &new), None, "not trusted yet");

    new.issue(&["127.0.0.1"]).write(outside.path());
    until("the new certificate counts", || {
        health(&served, &new) == Some(200)
    });
    assert_eq!(health(&served, &old), None);
    assert!(n_logged("tls.certificate_renewed") > 0);

    let (unreadable, renewed) = (
        n_logged("tls.certificate_unreadable"),
        n_logged("tls.certificate_renewed"),
    );
    fs::write(outside.path().join("certificate.pem"), "no certificate").unwrap();
    until("the broken file is told", || {
        n_logged("tls.certificate_unreadable") > unreadable
    });
    assert_eq!(health(&served, &new), Some(200), "the old one stays");
    // A key that belongs to another certificate is as bad.
    let unreadable = n_logged("tls.certificate_unreadable");
    fs::write(
        outside.path().join("certificate.pem"),
        old.issue(&["127.0.0.1"]).certificate,
    )
    .unwrap();
    until("the wrong pair is told", || {
        n_logged("tls.certificate_unreadable") > unreadable
    });
    assert_eq!(health(&served, &new), Some(200));
    assert_eq!(n_logged("tls.certificate_renewed"), renewed);
    old.issue(&["127.0.0.1"]).write(outside.path());
    until("it is mended", || health(&served, &old) == Some(200));
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn whoever_speaks_no_tls_is_sent_away_and_keeps_nobody_waiting() {
    let outside = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    authority.issue(&["127.0.0.1"]).write(outside.path());
    let flags = flags(outside.path());
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let served = Served::start(&outside.path().join("data"), &flags);
    let host = served.addresses[0]
        .strip_prefix("https://")
        .unwrap()
        .to_owned();
    let connect = || {
        let stream = TcpStream::connect(&host).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        stream
    };
    // Says nothing, and nothing is done about it for ten seconds.
    let mut silent: Vec<TcpStream> = (0..20).map(|_| connect()).collect();
    let mut plain = connect();
    plain
        .write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    // Closed, or cut off; what came is no HTTP.
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");
    assert_eq!(health(&served, &authority), Some(200));
    let mut rest = Vec::new();
    let ended = silent[0].read_to_end(&mut rest);
    assert!(
        !matches!(&ended, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock),
        "a silent connection is still open"
    );
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn files_that_are_no_certificate_end_the_start() {
    let outside = tempfile::tempdir().unwrap();
    Authority::new().issue(&["127.0.0.1"]).write(outside.path());
    fs::write(outside.path().join("key.pem"), "no key").unwrap();
    let data = outside.path().join("data");
    let flags = flags(outside.path());
    let mut words = vec![
        "serve",
        "--data",
        data.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ];
    words.extend(flags.iter().map(String::as_str));
    let output = candor(&words).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("certificate or its key can't be used"),
        "{said}"
    );
}
