//! The analysis as a job: its steps run one after the other, as a worker would run them, and give the
//! report of `candor analyze`.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use candor_app::{
    App,
    analyze::Settings,
    jobs::{AttemptWatch, Pipeline, StepContext, StepError},
    media::{self, NewRecording},
    steps::{AnalysisInput, AnalysisPipeline},
};
use candor_core::{
    access::{Actor, AttestedConsent},
    ids::{AnalysisId, JobId, OrganisationId},
    policy::Policy,
    purpose::Purpose,
    transcript::Accuracy,
};
use candor_signals::text::content::Question;
use candor_store::{
    entities::{analyses, jobs},
    records,
};
use candor_testkit::{Database, FakeEngines, TestServer};
use futures::StreamExt;
use sea_orm::{ActiveModelTrait, EntityTrait};
use serde_json::{Value, json};

use crate::stage::{Stage, TONE, TONE_AND_PICTURE, everything};

const ANSWER: &str = "In my last job the shop was slow. I measured the slow queries and I added an \
    index to the database. As a result pages became 80 percent faster.";

/// A job as a worker would run it, step by step.
struct Driver {
    server: TestServer,
    pipeline: AnalysisPipeline,
    scratch: tempfile::TempDir,
}

/// A job that is being driven.
struct Driven {
    organisation: OrganisationId,
    job: JobId,
    analysis: AnalysisId,
    input: Value,
    outputs: BTreeMap<String, Value>,
}

impl Driver {
    async fn new(test: &str, engines: FakeEngines) -> Self {
        let server = TestServer::start_with(test, Database::Sqlite, engines, |_| {})
            .await
            .unwrap();
        Self {
            pipeline: AnalysisPipeline::new(Arc::clone(&server.app.engines)),
            scratch: tempfile::tempdir().unwrap(),
            server,
        }
    }

    fn app(&self) -> &Arc<App> {
        &self.server.app
    }

    /// An analysis of a recording that is uploaded, without any of its steps done.
    async fn begin(&self, recording: &Path, settings: &Settings, question: Question) -> Driven {
        let app = self.app();
        let organisation = self.server.organisation("Test").await;
        let actor = Actor {
            attested_consent: Some(AttestedConsent {
                version: "1".to_owned(),
                by: "test".to_owned(),
            }),
            ..Actor::operator(organisation)
        };
        let bytes = std::fs::read(recording).unwrap();
        let body = futures::stream::iter([Ok(bytes.into())]).boxed();
        let new = NewRecording {
            file_name: Some(recording.file_name().unwrap().to_str().unwrap().to_owned()),
            ..NewRecording::default()
        };
        let recording = media::receive(app, &actor, new, body).await.unwrap();
        let input = json!(AnalysisInput {
            recording: recording.id,
            settings: settings.clone(),
            policy: Policy::default(),
            behaviour_agreed: false,
            question,
            answers: Vec::new(),
            weights: None,
            request: Value::Null,
        });
        let (job, analysis) = (JobId::generate(), AnalysisId::generate());
        self.insert(organisation, job, analysis, &input).await;
        Driven {
            organisation,
            job,
            analysis,
            input,
            outputs: BTreeMap::new(),
        }
    }

    async fn insert(
        &self,
        organisation: OrganisationId,
        job: JobId,
        analysis: AnalysisId,
        input: &Value,
    ) {
        let app = self.app();
        let now = app.clock.now().into();
        let row = jobs::Model {
            id: job.uuid(),
            organisation_id: organisation.uuid(),
            pipeline: "analysis".to_owned(),
            subject_id: Some(analysis.uuid()),
            priority: 3,
            state: "queued".to_owned(),
            input: input.clone(),
            error: None,
            cancel_requested_at: None,
            created_at: now,
            started_at: None,
            finished_at: None,
            updated_at: now,
            version: 1,
        };
        let row: jobs::ActiveModel = row.into();
        jobs::Entity::insert(row.reset_all())
            .exec_without_returning(app.store.writer())
            .await
            .unwrap();
        let row = analyses::Model {
            id: analysis.uuid(),
            organisation_id: organisation.uuid(),
            job_id: job.uuid(),
            recording_id: None,
            interview_id: None,
            question_id: None,
            owner_id: None,
            origin: "test".to_owned(),
            external_id: None,
            purpose: "practice".to_owned(),
            settings: input.clone(),
            callback_url: None,
            state: "queued".to_owned(),
            overall_score: None,
            result: None,
            error: None,
            consent_id: None,
            created_at: now,
            started_at: None,
            finished_at: None,
            updated_at: now,
            version: 1,
        };
        records::analyses::insert(app.store.writer(), row)
            .await
            .unwrap();
    }

    /// Runs every step whose needs are met, in order; the first failure ends it.
    async fn run(&self, driven: &mut Driven) -> Result<(), (String, StepError)> {
        for step in self.pipeline.steps() {
            let scratch = self.scratch.path().join(step.name());
            std::fs::create_dir_all(&scratch).unwrap();
            let context = StepContext {
                app: Arc::clone(self.app()),
                job: driven.job,
                organisation: driven.organisation,
                subject: Some(driven.analysis.uuid()),
                input: driven.input.clone(),
                outputs: step
                    .needs()
                    .iter()
                    .map(|name| ((*name).to_owned(), driven.outputs[*name].clone()))
                    .collect(),
                attempt: 1,
                watch: Arc::new(AttemptWatch::default()),
                scratch: scratch.clone(),
            };
            let outcome = step.run(&context).await;
            std::fs::remove_dir_all(&scratch).unwrap();
            match outcome {
                Ok(output) => driven.outputs.insert(step.name().to_owned(), output.value),
                Err(error) => return Err((step.name().to_owned(), error)),
            };
        }
        Ok(())
    }

    async fn artefact(&self, driven: &Driven, name: &str) -> Value {
        let app = self.app();
        let row = records::artefacts::find_newest(
            app.store.writer(),
            driven.organisation,
            driven.job,
            name,
        )
        .await
        .unwrap()
        .unwrap_or_else(|| panic!("{name} is among the artefacts"));
        let bytes = app.objects.get(&row.object_key.unwrap()).await.unwrap();
        assert_eq!(row.bytes, bytes.len() as i64);
        serde_json::from_slice(&bytes).unwrap()
    }

    async fn result(&self, driven: &Driven) -> Value {
        let bound = records::analyses::Bound {
            organisation: driven.organisation,
            rows: records::reach::Rows::All,
        };
        let app = self.app();
        let row = records::analyses::get(app.store.writer(), bound, driven.analysis)
            .await
            .unwrap();
        row.result.unwrap_or_default()
    }
}

fn question() -> Question {
    Question {
        text: Some("How do you make a slow database query fast?".to_owned()),
        expected_answer: Some("Measure the slow queries. Add an index.".to_owned()),
        keywords: vec!["index".to_owned(), "caching".to_owned()],
    }
}

/// Where two values differ.
fn differences(path: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                let none = Value::String("(absent)".to_owned());
                let (a, b) = (a.get(key).unwrap_or(&none), b.get(key).unwrap_or(&none));
                differences(&format!("{path}.{key}"), a, b, found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{path}.{index}"), a, b, found);
            }
        }
        _ if a == b => {}
        _ => found.push(format!("{path}: {a} / {b}")),
    }
}

async fn compare(test: &str, clip: (&str, &str), settings: &Settings, engines: FakeEngines) {
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let recording = stage.clips.make(clip.0, clip.1);
    let alone = stage.report(&recording, settings, &engines);
    let driver = Driver::new(test, engines).await;
    let mut driven = driver.begin(&recording, settings, question()).await;
    driver.run(&mut driven).await.unwrap();
    let of_job = driver.artefact(&driven, "report.json").await;
    let mut found = Vec::new();
    differences("", &alone, &of_job, &mut found);
    assert!(found.is_empty(), "{test}: {found:#?}");
}

#[tokio::test]
async fn a_job_gives_the_report_of_the_command_line() {
    let test = "a_job_gives_the_report_of_the_command_line";
    let settings = Settings::default();
    let engines = everything(ANSWER, Accuracy::Good);
    Box::pin(compare(
        test,
        ("talk.mkv", TONE_AND_PICTURE),
        &settings,
        engines,
    ))
    .await;
}

#[tokio::test]
async fn a_job_for_hiring_gives_the_report_of_the_command_line() {
    let test = "a_job_for_hiring_gives_the_report_of_the_command_line";
    let settings = Settings {
        purpose: Purpose::Hiring,
        ..Settings::default()
    };
    let engines = everything(ANSWER, Accuracy::Good);
    Box::pin(compare(
        test,
        ("talk.mkv", TONE_AND_PICTURE),
        &settings,
        engines,
    ))
    .await;
}

#[tokio::test]
async fn a_job_on_sound_without_models_gives_the_report_of_the_command_line() {
    let test = "a_job_on_sound_without_models_gives_the_report_of_the_command_line";
    let settings = Settings::default();
    Box::pin(compare(
        test,
        ("talk.wav", TONE),
        &settings,
        FakeEngines::default(),
    ))
    .await;
}

#[tokio::test]
async fn a_job_on_a_picture_without_sound_gives_the_report_of_the_command_line() {
    let test = "a_job_on_a_picture_without_sound_gives_the_report_of_the_command_line";
    let silent = "-f lavfi -i testsrc2=size=160x120:rate=10:duration=3 -c:v libx264";
    let engines = everything(ANSWER, Accuracy::Good);
    Box::pin(compare(
        test,
        ("talk.mp4", silent),
        &Settings::default(),
        engines,
    ))
    .await;
}

#[tokio::test]
async fn an_answer_is_measured_against_its_question_and_scored() {
    let test = "an_answer_is_measured_against_its_question_and_scored";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let recording = stage.clips.make("talk.mkv", TONE_AND_PICTURE);
    let driver = Driver::new(test, everything(ANSWER, Accuracy::Good)).await;
    let settings = Settings::default();
    let mut right = driver.begin(&recording, &settings, question()).await;
    driver.run(&mut right).await.unwrap();
    let content = driver.artefact(&right, "content.json").await;
    let found = &content["measured"]["Ok"];
    assert_eq!(found["keyword_coverage"]["Ok"], 50.0, "{found}");
    let quote = found["keywords"][0]["quote"]["text"].as_str().unwrap();
    assert!(ANSWER.contains(quote), "{quote}");
    let result = driver.result(&right).await;
    assert_eq!(result["content"]["keyword_coverage"], 50.0, "{result}");
    assert_eq!(
        result["not_measured"]["content.technical"]["code"],
        "no_evaluator"
    );
    let relevance = result["content"]["relevance"].as_f64().unwrap();
    assert!(result["overall_score"].as_f64().unwrap() > 0.0, "{result}");

    let other = Question {
        text: Some("Which animals live in your garden?".to_owned()),
        ..Question::default()
    };
    let mut wrong = driver.begin(&recording, &settings, other).await;
    driver.run(&mut wrong).await.unwrap();
    let result = driver.result(&wrong).await;
    assert!(
        result["content"]["relevance"].as_f64().unwrap() < relevance,
        "{result}"
    );
    assert_eq!(
        result["not_measured"]["content.keyword_coverage"]["code"],
        "no_key_terms"
    );
}

#[tokio::test]
async fn words_of_low_accuracy_feed_no_score() {
    let test = "words_of_low_accuracy_feed_no_score";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let recording = stage.clips.make("talk.mkv", TONE_AND_PICTURE);
    let driver = Driver::new(test, everything(ANSWER, Accuracy::Low)).await;
    let mut driven = driver
        .begin(&recording, &Settings::default(), question())
        .await;
    driver.run(&mut driven).await.unwrap();
    let result = driver.result(&driven).await;
    assert_eq!(result["overall_score"], Value::Null);
    let reason = &result["not_measured"]["overall_score"]["code"];
    assert_eq!(reason, "low_accuracy_transcript", "{result}");
}

#[tokio::test]
async fn hiring_keeps_no_behaviour_among_the_artefacts() {
    let test = "hiring_keeps_no_behaviour_among_the_artefacts";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let recording = stage.clips.make("talk.mkv", TONE_AND_PICTURE);
    let driver = Driver::new(test, everything(ANSWER, Accuracy::Good)).await;
    let settings = Settings {
        purpose: Purpose::Hiring,
        ..Settings::default()
    };
    let mut driven = driver.begin(&recording, &settings, question()).await;
    driver.run(&mut driven).await.unwrap();
    let faces = driver.artefact(&driven, "faces.json").await;
    let records = faces["observer"]["records"].as_array().unwrap();
    assert!(!records.is_empty());
    for record in records {
        assert_eq!(record["face"]["pose"], Value::Null);
        assert_eq!(record["face"]["mouth_open"], Value::Null);
        assert_eq!(record["expression"], Value::Null);
    }
    let voice = driver.artefact(&driven, "voice.json").await;
    assert_eq!(voice["pitch"]["f0_hz"], "");
    assert_eq!(voice["pulses"], json!([]));
    let result = driver.result(&driven).await;
    assert_eq!(result["basis"], "content_only");
    assert_eq!(result["evaluation"]["breakdown"]["face"], Value::Null);
}
