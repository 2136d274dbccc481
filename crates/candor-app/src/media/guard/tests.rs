use super::*;

fn refused(policy: &Policy, text: &str) -> bool {
    GuardedClient::check(policy, &text.parse().unwrap()).is_err()
}

#[test]
fn by_default_only_https_to_public_hosts_without_credentials_is_asked() {
    let policy = Policy::fetch(&Config::default());
    assert!(!refused(&policy, "https://videos.example.org/a.mp4"));
    for text in [
        "http://videos.example.org/a.mp4",
        "ftp://videos.example.org/a.mp4",
        "file:///etc/passwd",
        "https://user:secret@videos.example.org/a.mp4",
        "https://videos.example.org:8443/a.mp4",
        "https://127.0.0.1/a.mp4",
        "https://2130706433/a.mp4",
        "https://0x7f.1/a.mp4",
        "https://[::1]/a.mp4",
        "https://[::ffff:10.0.0.1]/a.mp4",
        "https://169.254.169.254/latest/meta-data",
    ] {
        assert!(refused(&policy, text), "{text}");
    }
}

#[test]
fn loopback_is_asked_only_by_explicit_setting() {
    let mut config = Config::default();
    config.fetch.allow_loopback = true;
    let policy = Policy::fetch(&config);
    assert!(!refused(&policy, "http://127.0.0.1:9000/a.mp4"));
    assert!(refused(&policy, "http://10.0.0.1:9000/a.mp4"));
    assert!(refused(&policy, "https://10.0.0.1/a.mp4"));
    assert!(refused(&policy, "http://93.184.216.34/a.mp4"));
}

#[test]
fn events_go_to_private_networks_only_by_explicit_setting() {
    let mut config = Config::default();
    let policy = Policy::webhooks(&config);
    assert!(!refused(&policy, "https://hooks.example.org:8443/in"));
    assert!(refused(&policy, "http://hooks.example.org/in"));
    assert!(refused(&policy, "https://192.168.0.9/in"));
    config.webhooks.allow_private = true;
    let policy = Policy::webhooks(&config);
    assert!(!refused(&policy, "http://192.168.0.9:3000/in"));
    assert!(!refused(&policy, "http://127.0.0.1:3000/in"));
    assert!(refused(&policy, "http://169.254.169.254/in"));
}

#[test]
fn a_wait_is_read_in_seconds_and_as_a_date() {
    let wait = |text: &str| {
        let mut headers = HeaderMap::new();
        let date = HeaderValue::from_static("Wed, 21 Oct 2026 07:28:00 GMT");
        headers.insert(header::DATE, date);
        headers.insert(header::RETRY_AFTER, text.parse().unwrap());
        retry_after(&headers).map(|wait| wait.as_secs())
    };
    assert_eq!(wait("7"), Some(7));
    assert_eq!(wait("Wed, 21 Oct 2026 07:30:00 GMT"), Some(120));
    assert_eq!(wait("99999999"), Some(86_400));
    for nonsense in ["-1", "soon", "", "Wed, 21 Oct 2026 07:00:00 GMT"] {
        assert_eq!(wait(nonsense), None, "{nonsense}");
    }
}
