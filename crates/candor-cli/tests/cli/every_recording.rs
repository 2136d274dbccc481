//! Every labelled recording gives a report that the published schema accepts, and the schema is
//! strict about the documented part.

use std::{
    fs,
    path::{Path, PathBuf},
};

use candor_app::schema::report_schema;
use candor_testkit::{read_json, report_in_page, unexplained_nulls};
use serde_json::{Value, json};

use crate::desk::Desk;

const ENDINGS: [&str; 9] = [
    "wav", "mp3", "flac", "opus", "wma", "mpg", "mp4", "mov", "webm",
];

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&report_schema()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn recordings(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let ending = path.extension().unwrap_or_default().to_str().unwrap();
            ENDINGS.contains(&ending)
        })
        .collect();
    found.sort();
    found
}

fn accept(validator: &jsonschema::Validator, report: &Value, name: &str) {
    let errors: Vec<String> = validator
        .iter_errors(report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, [""; 0], "{name}");
}

#[test]
fn every_labelled_recording_gives_a_report_that_the_schema_accepts() {
    let test = "every_labelled_recording_gives_a_report_that_the_schema_accepts";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let folders = ["video", "audio", "emodb"].map(|name| media.join(name));
    let recordings = recordings(&folders);
    assert!(recordings.len() > 40, "{}", recordings.len());
    let mut arguments = vec!["analyze", "--stt-model", "none", "--outdir", "out"];
    arguments.extend(recordings.iter().map(|path| path.to_str().unwrap()));
    let printed = desk.succeed(&arguments);
    let paths: Vec<&str> = printed.lines().collect();
    assert_eq!(paths.len(), recordings.len());
    let validator = validator();
    for (path, recording) in paths.iter().zip(&recordings) {
        let report = read_json(&desk.clips.path(path));
        let name = recording.file_name().unwrap().to_str().unwrap();
        accept(&validator, &report, name);
        assert_eq!(report["candor"]["source"]["file_name"], name);
        assert_eq!(unexplained_nulls(&report), [""; 0], "{name}");
        let page = desk.clips.path(path).with_file_name("report.html");
        let page = fs::read_to_string(page).unwrap();
        assert_eq!(report_in_page(&page), report, "{name}");
    }
}

#[test]
fn words_of_the_fallback_recogniser_pass_the_schema_and_feed_no_score() {
    let test = "words_of_the_fallback_recogniser_pass_the_schema_and_feed_no_score";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    if !has_fallback(&desk) {
        candor_testkit::skip(test, "the fallback recogniser's language model");
        return;
    }
    for name in ["audio/librivox_austen_0880.wav", "video/grid_bbaf2n.mpg"] {
        let report = desk.report(&media.join(name), &["--stt-model", "pocketsphinx"]);
        accept(&validator(), &report, name);
        let words = report["candor"]["transcript"]["segments"][0]["words"]
            .as_array()
            .unwrap();
        assert!(!words.is_empty(), "{name}");
        assert!(words.iter().all(|word| word["span"].is_object()), "{name}");
        assert_eq!(report["candor"]["transcript"]["accuracy"], "low");
        assert_eq!(report["scores"]["verbal"], Value::Null, "{name}");
        for component in report["candor"]["scores"]["components"].as_array().unwrap() {
            if ["words", "wpm", "fillers"].contains(&component["name"].as_str().unwrap()) {
                assert_eq!(component["points"], Value::Null, "{name}");
            }
        }
        for ending in ["txt", "vtt", "srt", "json"] {
            let file = desk.clips.path(&format!("out/transcript.{ending}"));
            assert!(file.is_file(), "{name}: {}", file.display());
        }
    }
}

/// Whether words can be recognised here.
pub fn has_fallback(desk: &Desk) -> bool {
    let found = desk.run(&["models", "path", "pocketsphinx-en-us"]);
    found.code == Some(0) && Path::new("/usr/share/pocketsphinx/model/en-us/en-us.lm.bin").is_file()
}

/// Calls `change` for the path of every object in the documented part.
fn objects(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(path.to_owned());
            for (name, value) in fields {
                if name != "candor" {
                    objects(value, &format!("{path}/{name}"), found);
                }
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                objects(first, &format!("{path}/0"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn the_schema_rejects_missing_unknown_and_mistyped_fields() {
    let test = "the_schema_rejects_missing_unknown_and_mistyped_fields";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let report = desk.report(&media.join("video/pyfeat_single_face.mp4"), &[]);
    let validator = validator();
    accept(&validator, &report, "unchanged");
    let mut paths = Vec::new();
    objects(&report, "", &mut paths);
    let mut n_changes = 0;
    let mut rejects = |changed: &Value, what: &str| {
        assert!(!validator.is_valid(changed), "{what} was accepted");
        n_changes += 1;
    };
    for path in &paths {
        // The shares of the expressions are open: another network has other classes.
        if path.ends_with("/distribution") {
            continue;
        }
        let object = report.pointer(path).unwrap().as_object().unwrap();
        let mut changed = report.clone();
        changed.pointer_mut(path).unwrap()["unknown"] = json!(1);
        rejects(&changed, &format!("{path}/unknown"));
        for name in object.keys() {
            let mut changed = report.clone();
            let fields = changed.pointer_mut(path).unwrap().as_object_mut().unwrap();
            fields.remove(name);
            rejects(&changed, &format!("{path} without {name}"));
            for wrong in [json!(true), json!({"a": {}})] {
                let mut changed = report.clone();
                changed.pointer_mut(path).unwrap()[name] = wrong;
                rejects(&changed, &format!("{path}/{name} of another type"));
            }
        }
    }
    assert!(n_changes > 100, "{n_changes}");

    let mut changed = report.clone();
    changed["nonverbal"]["emotions"]["distribution"]["happiness"] = json!("much");
    assert!(!validator.is_valid(&changed));
    let mut changed = report.clone();
    changed["candor"]["later_addition"] = json!({"x": 1});
    accept(&validator, &changed, "an addition to the candor object");
}
