//! The documents of one finished answer, of one that is under way, and of one held for hiring.

use candor_core::{
    ids::{AnalysisId, InterviewId, RecordingId},
    purpose::Purpose,
    report::Report,
};
use candor_signals::scores::{
    pipeline_r2::{ContentInputs, ScoreWeights},
    policy::ScorePolicy,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    content::AnswerFacts,
    documents,
    facts::{AnalysisFacts, AttemptFacts, QuestionFacts, RecordFacts, StepFacts},
    services,
};
use crate::page::fixture;

const AT: &str = "2026-11-20T10:00:00Z";

fn at() -> Timestamp {
    AT.parse().unwrap()
}

fn record() -> RecordFacts {
    RecordFacts {
        id: InterviewId::generate(),
        meta: json!({"apiVersion": "1.0.0", "requestId": "r-1"}),
        application: json!({"id": "app-1", "candidate": {"name": "Ada"}}),
        interview_id: "int-1".to_owned(),
        title: Some("Backend".to_owned()),
        created_at: at(),
        updated_at: at(),
    }
}

fn question() -> QuestionFacts {
    QuestionFacts {
        id: "q1".to_owned(),
        order: 1,
        duration_s: 90.0,
        text: Some("Why us?".to_owned()),
        keywords: vec!["travel".to_owned()],
        video_response_id: "vr-1".to_owned(),
        video_url: Some("https://media.example.org/a.mp4".to_owned()),
        ..QuestionFacts::default()
    }
}

fn step(name: &str, state: &str) -> StepFacts {
    StepFacts {
        name: name.to_owned(),
        state: state.to_owned(),
        attempts: 1,
        progress: 1.0,
        error: None,
        started_at: Some(at()),
        finished_at: Some(at()),
        output: None,
        history: Vec::new(),
    }
}

fn analysis(report: Option<Report>, policy: ScorePolicy, relevance: f64) -> AnalysisFacts {
    let done = report.is_some();
    let state = if done { "done" } else { "pending" };
    let steps: Vec<StepFacts> = super::vocabulary::STEPS
        .iter()
        .map(|names| step(names.ledger, state))
        .collect();
    let answer = AnswerFacts {
        scores: ContentInputs {
            answer_relevance: Ok(relevance),
            keyword_coverage: Ok(50.0),
            technical: Ok(70.0),
            clarity: Ok(90.0),
            completeness: Ok(60.0),
            initiative: Ok(40.0),
        },
        strengths: vec!["names figures".to_owned()],
        weaknesses: vec!["no result".to_owned()],
        keywords: vec!["travel".to_owned()],
        evidence: Vec::new(),
        basis: None,
    };
    AnalysisFacts {
        id: AnalysisId::generate(),
        recording: Some(RecordingId::generate()),
        state: if done { "done" } else { "in_progress" }.to_owned(),
        error: None,
        purpose: Purpose::Practice,
        policy,
        is_own: true,
        weights: ScoreWeights::default(),
        request: json!({"sampling_rate": 1.0, "max_frames": 30}),
        priority: 3,
        step_timeout_s: 3600.0,
        created_at: at(),
        started_at: Some(at()),
        finished_at: done.then(at),
        updated_at: at(),
        steps,
        answer,
        report,
    }
}

#[test]
fn a_finished_answer_has_both_views_of_its_steps_and_its_scores() {
    let analysis = analysis(Some(fixture::practice()), ScorePolicy::Documented, 80.0);
    let found = documents::pipeline(&record(), &question(), &analysis);
    assert_eq!(found["pipelineSteps"]["video_downloaded"]["state"], "done");
    assert_eq!(found["pipelineSteps"].as_object().unwrap().len(), 9);
    assert_eq!(found["steps"][0]["name"], "video_download");
    assert_eq!(found["steps"][0]["status"], "success");
    assert_eq!(found["steps"][7]["output"], found["evaluationResult"]);
    assert_eq!(found["candidate_id"], "app-1");
    assert_eq!(found["created_at"], AT);
    // 24 + 7.5 + 14 + 9 + 9 + 4
    assert_eq!(found["evaluationResult"]["breakdown"]["llm"], 67.5);
    assert_eq!(found["final_score"], found["overallScore"]);
    assert!(found["final_score"].as_f64().is_some_and(|s| s > 0.0));
    assert!(found["faceScores"]["eyeContactRatio"].is_f64());
    assert_eq!(
        found["faceScores"]["dominantEmotions"],
        json!(["neutral", "happiness", "surprise"])
    );
    assert!(
        found["voiceScores"]["prosody"]["speechRate"]
            .as_f64()
            .unwrap()
            > 1.0
    );
    assert!(found["voiceScores"]["pitchMean"].as_f64().unwrap() > 50.0);
    assert!(
        !found["transcription"]["words"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(found["scoring"]["r1"]["overall"].is_f64());
    assert_eq!(found["voiceScores"]["dominantEmotion"], Value::Null);
    assert_eq!(
        found["notMeasured"]["voiceScores.dominantEmotion"]["code"],
        "no_engine"
    );
}

#[test]
fn another_answer_gives_another_score() {
    let score = |relevance| {
        let analysis = analysis(
            Some(fixture::practice()),
            ScorePolicy::ContentOnly,
            relevance,
        );
        documents::pipeline(&record(), &question(), &analysis)["final_score"].as_f64()
    };
    // 67.5 − 0.3·40
    assert_eq!(score(80.0), Some(68.0));
    assert_eq!(score(40.0), Some(56.0));
}

#[test]
fn in_hiring_nothing_of_face_and_voice_is_told_but_the_quality_of_the_recording() {
    let analysis = analysis(Some(fixture::practice()), ScorePolicy::ContentOnly, 80.0);
    let found = documents::pipeline(&record(), &question(), &analysis);
    assert_eq!(found["evaluationResult"]["basis"], "content_only");
    assert_eq!(found["evaluationResult"]["breakdown"]["face"], Value::Null);
    for field in ["confidenceScore", "eyeContactRatio", "dominantEmotions"] {
        assert_eq!(found["faceScores"][field], Value::Null, "{field}");
    }
    for field in ["pitchMean", "energyMean"] {
        assert_eq!(found["voiceScores"][field], Value::Null, "{field}");
    }
    assert_eq!(found["voiceScores"]["prosody"]["speechRate"], Value::Null);
    assert!(found["voiceScores"]["snrEstimate"].is_number());
    let result = documents::video_analysis(&record(), &question(), &analysis).unwrap();
    assert_eq!(result["faceScores"]["attention"], Value::Null);
    assert_eq!(result["matchingScore"], 80.0);
    assert_eq!(result["keywordCoverage"], 0.5);
    assert_eq!(result["version"], "v1.0.0");
    assert_eq!(result["gptFeedback"]["improvements"], json!(["no result"]));
}

#[test]
fn an_answer_under_way_has_states_but_no_scores() {
    let mut analysis = analysis(None, ScorePolicy::ContentOnly, 80.0);
    analysis.steps[0].state = "error".to_owned();
    analysis.steps[0].error = Some("the address does not answer".to_owned());
    analysis.steps[0].history = vec![AttemptFacts {
        attempt: 1,
        state: "failed".to_owned(),
        error: Some("the address does not answer".to_owned()),
        error_code: Some("unreachable".to_owned()),
        started_at: at(),
        finished_at: Some(at()),
    }];
    let found = documents::pipeline(&record(), &question(), &analysis);
    assert_eq!(found["status"], "in_progress");
    assert_eq!(found["steps"][0]["status"], "error");
    assert_eq!(found["errors"][0]["code"], "unreachable");
    assert_eq!(found["final_score"], Value::Null);
    assert_eq!(found["notMeasured"]["final_score"]["code"], "not_finished");
    assert_eq!(
        documents::video_analysis(&record(), &question(), &analysis),
        None
    );
    let map = documents::status_map(&record(), &question(), &analysis);
    assert_eq!(map["video_downloaded"], "error");
    assert!(map.as_object().unwrap().values().all(Value::is_string));
}

#[test]
fn a_record_is_scored_by_the_mean_of_its_questions_when_all_are_done() {
    let one = |relevance| {
        (
            question(),
            Some(analysis(
                Some(fixture::practice()),
                ScorePolicy::ContentOnly,
                relevance,
            )),
        )
    };
    let found = documents::record(&record(), &[one(80.0), one(40.0)]);
    assert_eq!(found["status"], "done");
    assert_eq!(found["overallScore"], 62.0);
    assert_eq!(found["finalReport"]["questions"][1]["finalScore"], 56.0);
    let first = &found["interview"]["questions"][0];
    assert_eq!(first["analysis"]["evaluationResult"]["finalScore"], 68.0);
    let waiting = (
        question(),
        Some(analysis(None, ScorePolicy::ContentOnly, 0.0)),
    );
    let found = documents::record(&record(), &[one(80.0), waiting]);
    assert_eq!(found["status"], "in_progress");
    assert_eq!(found["overallScore"], Value::Null);
    assert_eq!(found["finalReport"], Value::Null);
}

#[test]
fn the_services_answer_numbers_as_texts_and_lists_as_lists() {
    let analysis = analysis(Some(fixture::practice()), ScorePolicy::Documented, 80.0);
    let face = services::face_status(&analysis);
    assert_eq!(face["status"], "done");
    assert_eq!(face["framesProcessed"], "30");
    assert_eq!(face["sampling_rate"], "1.0");
    assert!(face["dominantEmotions"].is_array());
    assert!(face["confidenceScore"].is_string());
    let voice = services::voice_status(&analysis);
    assert!(voice["pitchMean"].is_string());
    assert_eq!(voice["emotionScores"], Value::Null);
    assert_eq!(voice["notMeasured"]["emotionScores"]["code"], "no_engine");
}
