//! Real analyses while their workers are killed in each of the nine steps.

use std::{collections::HashMap, path::Path};

use candor_app::{
    analyses::{self, NewAnalysis},
    consent::ConsentStatement,
    media::{self, NewRecording},
};
use candor_core::{
    access::Actor,
    ids::{AnalysisId, JobId, RecordingId},
};
use candor_testkit::{
    Clips, Database,
    jobs::{ANSWER, Kit, TestApp, WorkerProcess, gate, gate_log},
};
use futures::StreamExt;
use jiff::Timestamp;
use rstest::rstest;

use crate::{faults::until, process::worker};

/// All steps of an analysis, in their order.
const STEPS: [&str; 9] = [
    "video_downloaded",
    "audio_extracted",
    "face_analyzed",
    "transcribed",
    "voice_analyzed",
    "input_normalized",
    "question_analyzed",
    "question_evaluated",
    "results_saved",
];
/// A tone and a moving picture.
const TWO_SECONDS: &str = "-f lavfi -i sine=frequency=200:sample_rate=16000:duration=2 \
    -f lavfi -i testsrc2=size=160x120:rate=5:duration=2 -c:v libx264 -c:a pcm_s16le";
const ANALYSES: usize = 20;

async fn recording(test: &TestApp, file: &Path) -> RecordingId {
    let actor = Actor::operator(test.organisation);
    let bytes = std::fs::read(file).unwrap();
    let body = futures::stream::iter([Ok(bytes.into())]).boxed();
    let new = NewRecording {
        consent: Some(ConsentStatement {
            version: "2026-01".to_owned(),
            obtained_at: Timestamp::now(),
            by: "the candidate".to_owned(),
        }),
        ..NewRecording::default()
    };
    let kept = media::receive(&test.app, &actor, new, body).await.unwrap();
    kept.id
}

async fn analysis(test: &TestApp, recording: RecordingId) -> (AnalysisId, JobId) {
    let actor = Actor::operator(test.organisation);
    let new = NewAnalysis {
        recording: Some(recording),
        ..NewAnalysis::default()
    };
    let made = analyses::create(&test.app, &actor, new).await.unwrap();
    (made.id, made.job)
}

/// The processes that have done the work of this step and have not told it yet.
fn caught(folder: &Path, step: &str) -> Vec<u32> {
    let log = std::fs::read_to_string(gate_log(folder)).unwrap_or_default();
    log.lines()
        .map(|line| line.split(' ').collect::<Vec<_>>())
        .filter(|words| words[0] == step && words[4] == "worked")
        .map(|words| words[3].parse().unwrap())
        .collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_analyses_finish_although_workers_are_killed_in_each_step(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let name = "twenty_analyses_finish";
    let Some(clips) = Clips::new(name) else {
        return;
    };
    let clip = clips.make("clip.mkv", TWO_SECONDS);
    let test = TestApp::start_kit(name, database, Kit::GatedAnalyses, |config| {
        // All wait at one gate together.
        config.jobs.cpu = 20;
        config.jobs.io = 20;
    });
    let Some(test) = test.await else { return };
    let recording = recording(&test, &clip).await;
    let mut all = Vec::new();
    for _ in 0..ANALYSES {
        all.push(analysis(&test, recording).await);
    }

    let mut workers: Vec<WorkerProcess> = vec![worker(&test), worker(&test)];
    for step in STEPS {
        let is_caught = |worker: &WorkerProcess| caught(test.folder(), step).contains(&worker.id());
        until(step, || workers.iter().any(is_caught)).await;
        let at = workers.iter().position(is_caught).unwrap();
        workers[at].kill();
        std::fs::write(gate(test.folder(), step), "").unwrap();
        workers[at] = worker(&test);
    }

    let mut abandoned: HashMap<String, usize> = HashMap::new();
    for (id, job) in all {
        let view = test.ended(job).await;
        assert_eq!(view.state, "done", "{view:#?}");
        for step in &view.steps {
            let count = |state| step.history.iter().filter(|a| a.state == state).count();
            assert_eq!(count("succeeded"), 1, "{}: {:#?}", step.name, step.history);
            let last = step.history.last().unwrap();
            assert_eq!(last.state, "succeeded", "nothing finished is repeated");
            *abandoned.entry(step.name.clone()).or_default() += count("abandoned");
        }
        let actor = Actor::operator(test.organisation);
        let told = analyses::report(&test.app, &actor, id).await.unwrap();
        assert_eq!(told.report.transcript, ANSWER);
    }
    for step in STEPS {
        assert!(abandoned[step] >= 1, "a kill met {step}: {abandoned:?}");
    }
    // What the killed left behind is cleared up by the others.
    let scratch = test.app.scratch.clone();
    until("temporary files are removed", || {
        std::fs::read_dir(&scratch).unwrap().count() == 0
    })
    .await;
}
