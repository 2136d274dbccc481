//! The files of the scaled form, read without running them: what they name has to exist.

use std::{fs, path::Path, process::Command};

use candor_app::config::Sources;
use serde_json::Value;

fn read(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(name)).unwrap()
}

fn compose() -> Value {
    let mut text: serde_norway::Value =
        serde_norway::from_str(&read("docker-compose.yml")).unwrap();
    text.apply_merge().unwrap();
    serde_json::to_value(text).unwrap()
}

/// `${NAME:-default}` and `${NAME:?why}` with something long enough for every secret.
fn filled(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once("${") {
        let (inside, after) = tail.split_once('}').unwrap();
        out.push_str(head);
        match inside.split_once(":-") {
            Some((_, default)) => out.push_str(default),
            None => out.push_str("0123456789abcdef0123456789abcdef"),
        }
        rest = after;
    }
    out + rest
}

fn words(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect()
}

#[test]
fn the_settings_of_the_containers_are_settings_of_candor() {
    let compose = compose();
    let environment = compose["services"]["server"]["environment"]
        .as_object()
        .unwrap();
    let sources = Sources {
        environment: environment
            .iter()
            .map(|(name, value)| (name.clone(), filled(value.as_str().unwrap())))
            .collect(),
        ..Sources::default()
    };
    let composed = sources.compose().unwrap();
    assert_eq!(composed.warnings, Vec::<String>::new());
    assert!(composed.first_admin.is_some());
    assert_eq!(composed.config.live.url, "redis://redis:6379/0");
}

#[test]
fn every_address_in_the_settings_is_a_service_that_is_there() {
    let compose = compose();
    let services = compose["services"].as_object().unwrap();
    for name in ["server", "worker-cpu", "worker-io", "migrate"] {
        let environment = services[name]["environment"].as_object().unwrap();
        for key in [
            "CANDOR_STORE__URL",
            "CANDOR_LIVE__URL",
            "CANDOR_MEDIA__S3_ENDPOINT",
        ] {
            let url = url::Url::parse(&filled(environment[key].as_str().unwrap())).unwrap();
            assert!(
                services.contains_key(url.host_str().unwrap()),
                "{name} {key}"
            );
        }
        assert_eq!(environment["CANDOR_MEDIA__S3_ENDPOINT"], "http://s3:9000");
    }
    let entry = words(&services["s3"]["entrypoint"]).join(" ");
    assert!(
        entry.contains(":9000") && entry.contains("/data/candor"),
        "{entry}"
    );
    for service in services.values() {
        for needed in service["depends_on"]
            .as_object()
            .into_iter()
            .flat_map(|map| map.keys())
        {
            assert!(services.contains_key(needed), "{needed}");
        }
    }
}

#[test]
fn every_command_of_the_containers_is_understood() {
    let compose = compose();
    let services = compose["services"].as_object().unwrap();
    let mut pools = Vec::new();
    for name in ["server", "worker-cpu", "worker-io", "migrate"] {
        let mut line = words(&services[name]["command"]);
        if let Some(at) = line.iter().position(|word| *word == "--pool") {
            pools.extend(line[at + 1].split(','));
        }
        // The help of a command that exists with these flags succeeds; an unknown flag fails first.
        line.push("--help");
        let outcome = Command::new(env!("CARGO_BIN_EXE_candor"))
            .args(&line)
            .output()
            .unwrap();
        assert!(outcome.status.success(), "{name}: {line:?}");
    }
    pools.sort_unstable();
    assert_eq!(pools, ["cpu", "io", "llm", "webhook"]);
}

#[test]
fn only_the_proxy_is_reached_from_outside() {
    let compose = compose();
    for (name, service) in compose["services"].as_object().unwrap() {
        assert_eq!(service.get("ports").is_some(), name == "proxy", "{name}");
    }
    let file = compose["configs"]["caddyfile"]["content"].as_str().unwrap();
    assert!(file.contains("dynamic a server 8000"), "{file}");
}

#[test]
fn every_name_that_has_to_be_set_stands_in_the_example() {
    let (compose, example) = (read("docker-compose.yml"), read(".env.example"));
    for piece in compose.split("${").skip(1) {
        let name = piece.split([':', '}']).next().unwrap();
        assert!(example.contains(&format!("\n{name}=")), "{name}");
    }
}

#[test]
fn the_image_runs_the_program_as_somebody_who_owns_the_data() {
    let file = read("Dockerfile");
    let line = |start: &str| {
        let found: Vec<&str> = file
            .lines()
            .filter(|line| line.starts_with(start))
            .collect();
        *found.last().unwrap_or_else(|| panic!("no {start}"))
    };
    assert_eq!(line("USER"), "USER candor");
    assert_eq!(line("ENTRYPOINT"), "ENTRYPOINT [\"candor\"]");
    assert_eq!(line("EXPOSE"), "EXPOSE 8000");
    assert!(line("CMD").contains("serve"));
    assert_eq!(file.matches("\nFROM ").count(), 2);
}

#[test]
fn the_start_script_is_sound_and_says_what_it_takes() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/start");
    let syntax = Command::new("bash")
        .arg("-n")
        .arg(&script)
        .status()
        .unwrap();
    assert!(syntax.success());
    let state = tempfile::tempdir().unwrap();
    let run = |word: &str| {
        let outcome = Command::new(&script)
            .arg(word)
            .env("CANDOR_STATE", state.path())
            .output();
        let outcome = outcome.unwrap();
        (
            outcome.status.success(),
            String::from_utf8(outcome.stderr).unwrap(),
        )
    };
    let (fine, said) = run("perhaps");
    assert!(!fine && said.contains("start|stop|status"), "{said}");
    let (fine, said) = run("status");
    assert!(!fine && said.contains("nothing runs"), "{said}");
}
