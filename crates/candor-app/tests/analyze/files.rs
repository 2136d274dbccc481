//! What lies in the folder afterwards.

use std::fs;

use candor_app::{
    analyze::{AnalyzeError, Settings, analyze},
    progress::{Progress, Stage as Step},
};
use candor_core::transcript::Accuracy;
use candor_media::Tools;
use candor_testkit::{FakeEngines, files_below, note_codes, report_in_page};

use crate::stage::{Stage, TONE, TONE_AND_PICTURE, everything, words};

#[test]
fn the_page_and_the_transcripts_tell_what_the_report_tells() {
    let test = "the_page_and_the_transcripts_tell_what_the_report_tells";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let both = stage.clips.make("both.mkv", TONE_AND_PICTURE);
    let engines = everything(&words(30), Accuracy::Good);
    let report = stage.report(&both, &Settings::default(), &engines);
    assert_eq!(
        files_below(&stage.out()),
        [
            "audio.wav",
            "report.html",
            "report.json",
            "transcript.json",
            "transcript.srt",
            "transcript.txt",
            "transcript.vtt",
        ]
    );
    let read = |name: &str| fs::read_to_string(stage.out().join(name)).unwrap();
    let page = read("report.html");
    assert_eq!(report_in_page(&page), report);
    assert!(page.contains("../both.mkv"), "the page finds the recording");
    assert!(!page.contains(stage.clips.folder().to_str().unwrap()));
    assert!(!read("report.json").contains(stage.clips.folder().to_str().unwrap()));
    assert_eq!(read("transcript.txt").trim(), report["transcript"]);
    assert!(read("transcript.vtt").starts_with("WEBVTT"));
}

#[test]
fn several_tracks_are_told_and_the_first_of_each_is_analysed() {
    let test = "several_tracks_are_told_and_the_first_of_each_is_analysed";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let tracks = stage.clips.make(
        "tracks.mkv",
        "-f lavfi -i sine=frequency=200:duration=2 -f lavfi -i anullsrc=r=16000:cl=mono \
         -f lavfi -i testsrc2=size=160x120:rate=10:duration=2 \
         -f lavfi -i color=size=64x64:rate=10:duration=2 \
         -map 0 -map 1 -map 2 -map 3 -t 2 -c:v libx264 -c:a pcm_s16le",
    );
    let report = stage.report(&tracks, &Settings::default(), &FakeEngines::default());
    assert!(note_codes(&report).contains(&"several_tracks"));
    let source = &report["candor"]["source"];
    assert_eq!(source["audio"]["n_tracks"], 2);
    assert_eq!(source["video"]["n_tracks"], 2);
    assert_eq!(source["video"]["width"], 160);
    // The second track is silent.
    assert!(!note_codes(&report).contains(&"silent"));
}

/// Asks to stop as soon as `step` has begun.
struct StopAt {
    step: Step,
    reached: std::sync::atomic::AtomicBool,
}

impl Progress for StopAt {
    fn advance(&self, stage: Step, _fraction: f32) {
        if stage == self.step {
            self.reached
                .store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }
    fn is_cancelled(&self) -> bool {
        self.reached.load(std::sync::atomic::Ordering::Relaxed)
    }
}

#[test]
fn an_analysis_that_is_stopped_at_any_step_leaves_nothing() {
    let test = "an_analysis_that_is_stopped_at_any_step_leaves_nothing";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let sound = stage.clips.make("sound.wav", TONE);
    let tools = Tools::find().unwrap();
    let engines = everything(&words(30), Accuracy::Good);
    for step in Step::ALL {
        let progress = StopAt {
            step,
            reached: false.into(),
        };
        let outcome = analyze(
            &sound,
            &stage.out().join("deep"),
            &Settings::default(),
            &tools,
            &engines,
            &progress,
        );
        let is_stopped = outcome.as_ref().is_err_and(AnalyzeError::is_cancelled);
        assert!(is_stopped, "{step:?}: {outcome:?}");
        assert_eq!(files_below(stage.clips.folder()), ["sound.wav"], "{step:?}");
    }
}

#[test]
fn the_same_recording_gives_the_same_files() {
    let Some(stage) = Stage::new("the_same_recording_gives_the_same_files") else {
        return;
    };
    let both = stage.clips.make("both.mkv", TONE_AND_PICTURE);
    let engines = everything(&words(30), Accuracy::Good);
    let files = || {
        stage.report(&both, &Settings::default(), &engines);
        files_below(&stage.out())
            .into_iter()
            .map(|name| (fs::read(stage.out().join(&name)).unwrap(), name))
            .collect::<Vec<_>>()
    };
    assert!(files() == files());
}
