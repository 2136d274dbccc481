//! The server's own pages in a browser, under the policies that it serves them with.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    thread,
};

use candor_testkit::skip;

use crate::{
    browser::built,
    served::{Served, key},
};

/// An address that passes everything on to the server, signed in with a key: what a session's cookie does for
/// people. It ends with the test's process.
fn signed_in(served: &Served, key: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = served.addresses[0]
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    let key = key.to_owned();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (server, key) = (server.clone(), key.clone());
            // A browser that goes away in between is no failure.
            thread::spawn(move || pass_on(stream?, &server, &key));
        }
    });
    url
}

fn pass_on(stream: TcpStream, server: &str, key: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let (request, headers) = head.split_once("\r\n").unwrap();
    let headers: String = headers
        .split_inclusive("\r\n")
        .filter(|line| !line.to_lowercase().starts_with("connection:"))
        .collect();
    let mut to = TcpStream::connect(server)?;
    write!(
        to,
        "{request}\r\nauthorization: Bearer {key}\r\nconnection: close\r\n{headers}"
    )?;
    let mut back = reader.into_inner();
    std::io::copy(&mut to, &mut back)?;
    Ok(())
}

/// The pages of a server with some data.
fn look(test: &str, path: &str, there: &[&str]) {
    let outside = tempfile::tempdir().unwrap();
    let data = outside.path().join("data");
    let served = Served::start(&data, &[]);
    let url = format!("{}{path}", signed_in(&served, &key(&data)));
    let profile: &Path = &outside.path().join("profile");
    let Some(dom) = built(&url, profile) else {
        skip(test, "chromium is not installed");
        return;
    };
    for text in there {
        assert!(dom.contains(text), "{text} is missing: {dom}");
    }
}

#[test]
fn the_description_of_the_interface_is_drawn() {
    let test = "the_description_of_the_interface_is_drawn";
    look(
        test,
        "/docs",
        &["opblock-tag", "recordings", "/openapi.json"],
    );
}

#[test]
fn the_operators_page_shows_steps_and_workers() {
    let test = "the_operators_page_shows_steps_and_workers";
    look(
        test,
        "/admin/queues",
        &["as of ", "webhook", "Last sign of life"],
    );
}
