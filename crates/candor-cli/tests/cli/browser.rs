//! Pages in a browser.

use std::{path::Path, process::Command};

/// What a page consists of once its script has run, without a word in the browser's console; `None` where
/// there is no browser.
pub fn built(url: &str, profile: &Path) -> Option<String> {
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
        ])
        .args(["--no-first-run", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync"])
        .arg("--no-proxy-server")
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg("--window-size=1280,900")
        .args([
            "--enable-logging=stderr",
            "--virtual-time-budget=8000",
            "--dump-dom",
        ])
        .arg(url)
        .output()
        .ok()?;
    let log = String::from_utf8_lossy(&output.stderr);
    let complaints: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("CONSOLE"))
        .collect();
    assert!(complaints.is_empty(), "{complaints:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}
