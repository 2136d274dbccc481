//! Models, the doctor and the schema: shapes that programs read.

use std::{path::Path, process::Stdio};

use serde_json::Value;

use crate::desk::{Desk, outcome, refused};

#[test]
fn every_model_is_listed_with_its_licence_and_state() {
    let Some(desk) = Desk::with_models("every_model_is_listed_with_its_licence_and_state") else {
        return;
    };
    let models = desk.json(&["models", "list", "--json"]);
    let models = models.as_array().unwrap();
    for model in models {
        for name in ["id", "purpose", "licence"] {
            assert!(!model[name].as_str().unwrap().is_empty(), "{model}");
        }
        assert!(model["bytes"].as_u64().unwrap() > 0 && model["needed"].is_boolean());
        assert!(model["languages"].is_array());
        let state = model["state"].as_str().unwrap();
        assert!(["ready", "missing", "damaged"].contains(&state), "{model}");
    }
    let ids: Vec<&str> = models
        .iter()
        .map(|model| model["id"].as_str().unwrap())
        .collect();
    for id in [
        "silero-vad",
        "face-mesh",
        "iris",
        "face-expression",
        "minilm",
        "whisper-base",
    ] {
        assert!(ids.contains(&id), "{id}");
    }
    let table = desk.succeed(&["models", "list"]);
    assert_eq!(table.lines().count(), models.len() + 1);
}

#[test]
fn a_model_can_be_found_and_verified_by_its_name() {
    let Some(desk) = Desk::with_models("a_model_can_be_found_and_verified_by_its_name") else {
        return;
    };
    for id in ["silero-vad", "face-expression"] {
        let path = desk.succeed(&["models", "path", id]);
        assert!(Path::new(path.trim()).is_file(), "{path}");
        let verified = desk.succeed(&["models", "verify", id]);
        assert!(verified.starts_with(&format!("{id}: intact")), "{verified}");
    }
    let message = refused(&desk.run(&["models", "path", "parrot"]));
    assert!(message.contains("parrot"), "{message}");
    let message = refused(&desk.run(&["models", "path", "whisper-large-v3-turbo"]));
    assert!(
        message.contains("candor models pull whisper-large-v3-turbo"),
        "{message}"
    );
}

#[test]
fn the_doctor_names_the_command_that_mends_what_is_missing() {
    let test = "the_doctor_names_the_command_that_mends_what_is_missing";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    let nowhere = desk.clips.path("nowhere");
    let found = outcome(
        desk.command(&["doctor", "--json"])
            .env("CANDOR_MODELS_DIR", &nowhere),
    );
    assert_eq!(found.code, Some(2));
    let findings: Value = serde_json::from_str(&found.stdout).unwrap();
    for finding in findings.as_array().unwrap() {
        let state = finding["state"].as_str().unwrap();
        assert!(["ok", "warning", "missing"].contains(&state), "{finding}");
        assert!(finding["detail"].is_string(), "{finding}");
        if state == "missing" {
            assert!(finding["mend"].is_string(), "{finding}");
        }
    }
    let of = |what: &str| {
        let mut all = findings.as_array().unwrap().iter();
        all.find(|finding| finding["what"] == what).unwrap().clone()
    };
    assert_eq!(of("ffmpeg")["state"], "ok");
    assert_eq!(
        of("model silero-vad")["mend"],
        "candor models pull silero-vad"
    );
    assert_eq!(of("model whisper-base")["state"], "warning");
    let plain = outcome(desk.command(&["doctor"]).env("CANDOR_MODELS_DIR", &nowhere));
    assert_eq!(plain.code, Some(2));
    assert!(plain.stdout.contains("candor models pull silero-vad"));
}

#[test]
fn without_models_the_analysis_says_what_it_could_not_measure() {
    let test = "without_models_the_analysis_says_what_it_could_not_measure";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    desk.clips.make(
        "talk.mkv",
        "-f lavfi -i sine=duration=1 -f lavfi -i testsrc2=size=160x120:duration=1 \
         -c:v libx264 -c:a pcm_s16le",
    );
    let nowhere = desk.clips.path("nowhere");
    let done = outcome(
        desk.command(&["analyze", "talk.mkv", "--outdir", "out"])
            .env("CANDOR_MODELS_DIR", nowhere),
    );
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let report = candor_testkit::read_json(&desk.clips.path("out/report.json"));
    let codes = candor_testkit::note_codes(&report);
    assert!(
        codes.contains(&"no_speech_model") && codes.contains(&"no_face_models"),
        "{codes:?}"
    );
    assert_eq!(candor_testkit::unexplained_nulls(&report), [""; 0]);
    assert_eq!(report["scores"]["total"], Value::Null);
}

#[test]
fn the_schema_is_printed_whole_and_a_closed_pipe_is_no_error() {
    let test = "the_schema_is_printed_whole_and_a_closed_pipe_is_no_error";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    assert_eq!(
        desk.succeed(&["schema"]),
        candor_app::schema::report_schema()
    );

    // A reader that has seen enough, as `| head` is.
    let mut child = desk
        .command(&["models", "list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
