//! The pipeline document: one answer on its way, step by step.

use serde_json::{Map, Value, json};

use super::{overall_score, put_analysis, scored, time, transcription::transcription};
use crate::documented::pipeline::{
    Sheet,
    facts::{AnalysisFacts, QuestionFacts, RecordFacts, StepFacts},
    scoring::{self, Scored},
    vocabulary::{STEPS, pipeline_status, step_state, step_status},
};

/// The pipeline document: the observed map of steps, and the described list beside it.
pub fn pipeline(record: &RecordFacts, question: &QuestionFacts, analysis: &AnalysisFacts) -> Value {
    let scored = scored(analysis);
    let overall = overall_score(analysis);
    let candidate = &record.application["candidate"];
    let mut sheet = Sheet::default();
    sheet
        .put("_id", analysis.id.uuid().to_string())
        .put("pipelineId", analysis.id.uuid().to_string())
        .put("interviewRecordId", record.id.uuid().to_string())
        .put("meta", record.meta.clone())
        .put("application", record.application.clone())
        .put("interviewId", record.interview_id.clone())
        .put("interviewTitle", json!(record.title));
    put_question(&mut sheet, question);
    put_steps(&mut sheet, analysis, scored.as_ref());
    let is_done = |step: &str| analysis.step(step).is_some_and(|step| step.state == "done");
    let recording = analysis.recording.map(|id| id.to_string());
    let retries: u32 = analysis
        .steps
        .iter()
        .map(|step| step.attempts.saturating_sub(1))
        .sum();
    sheet
        .put("status", pipeline_status(&analysis.state))
        .put("error", json!(analysis.error))
        .put("errors", errors(&analysis.steps))
        .put("priority", analysis.priority)
        .put(
            "timeoutMs",
            (1000.0 * analysis.step_timeout_s).round() as i64,
        )
        .put("retries", retries)
        .put("startedAt", time(analysis.started_at))
        .put("finishedAt", time(analysis.finished_at))
        .put("recordingId", json!(recording))
        // Media ids: paths of this server are told to nobody.
        .put(
            "videoPath",
            json!(recording.filter(|_| is_done("video_downloaded"))),
        )
        .put("audioPath", json!(audio(analysis)))
        .put("purpose", json!(analysis.purpose));
    put_results(&mut sheet, analysis, scored.as_ref());
    sheet
        .measured("overallScore", overall.clone())
        .measured("final_score", overall)
        .put(
            "savedAnalysisId",
            json!((analysis.state == "done").then(|| analysis.id.uuid().to_string())),
        )
        .put(
            "candidate_id",
            candidate
                .get("id")
                .filter(|id| id.is_string())
                .cloned()
                .unwrap_or_else(|| record.application["id"].clone()),
        )
        .put("created_at", analysis.created_at.to_string())
        .put("createdAt", analysis.created_at.to_string())
        .put("updatedAt", analysis.updated_at.to_string());
    sheet.finish()
}

fn put_question(sheet: &mut Sheet, question: &QuestionFacts) {
    sheet
        .put("questionId", question.id.clone())
        .put("order", question.order)
        .put("duration", question.duration_s)
        .put("videoResponseId", question.video_response_id.clone())
        .put("videoUrl", json!(question.video_url))
        .put("questionText", json!(question.text))
        .put("expectedAnswer", json!(question.expected_answer))
        .put("keywords", json!(question.keywords))
        .put("aiMetadata", question.ai_metadata.clone());
}

fn put_steps(sheet: &mut Sheet, analysis: &AnalysisFacts, scored: Option<&Scored>) {
    let mut map = Map::new();
    let mut list = Vec::new();
    for names in STEPS {
        let Some(step) = analysis.step(names.ledger) else {
            continue;
        };
        map.insert(
            names.ledger.to_owned(),
            json!({
                "state": step_state(&step.state),
                "startedAt": time(step.started_at),
                "finishedAt": time(step.finished_at),
                "error": step.error,
                "details": {
                    "attempts": step.attempts,
                    "progress": step.progress,
                    "history": history(step),
                },
            }),
        );
        let output = match (names.ledger, scored) {
            ("question_evaluated", Some(scored)) => super::evaluation(scored, analysis),
            _ => step.output.clone().unwrap_or_else(|| json!({})),
        };
        list.push(json!({
            "name": names.described,
            "key": names.ledger,
            "status": step_status(&step.state),
            "error": step.error,
            "output": output,
        }));
    }
    sheet.put("pipelineSteps", map).put("steps", list);
}

/// What was found; every field is there, `null` until it is.
fn put_results(sheet: &mut Sheet, analysis: &AnalysisFacts, scored: Option<&Scored>) {
    let Some(scored) = scored else {
        for name in [
            "transcription",
            "normalizedInput",
            "faceScores",
            "voiceScores",
            "questionAIResult",
            "aiResult",
            "evaluationResult",
            "gptFeedback",
            "scoring",
        ] {
            sheet.put(name, Value::Null);
        }
        return;
    };
    let normalized = analysis
        .step("input_normalized")
        .and_then(|step| step.output.clone());
    put_analysis(sheet, scored, analysis);
    sheet
        .measured("transcription", transcription(analysis))
        .put("normalizedInput", normalized.unwrap_or_default())
        .nested("aiResult", scoring::first_result(scored))
        .put("gptFeedback", scored.content.feedback())
        .put(
            "scoring",
            json!({"r1": scoring::first_revision(scored), "r2": super::evaluation(scored, analysis)}),
        );
}

/// Id of the sound, an artefact of the analysis; `None` until it is there, and where there is none.
fn audio(analysis: &AnalysisFacts) -> Option<&str> {
    let output = analysis.step("audio_extracted")?.output.as_ref()?;
    output.pointer("/sound/Ok/wav/artefact")?.as_str()
}

fn errors(steps: &[StepFacts]) -> Value {
    steps
        .iter()
        .flat_map(|step| {
            step.history.iter().filter_map(|attempt| {
                Some(json!({
                    "step": step.name,
                    "attempt": attempt.attempt,
                    "error": attempt.error.as_ref()?,
                    "code": attempt.error_code,
                    "at": time(attempt.finished_at),
                }))
            })
        })
        .collect()
}

fn history(step: &StepFacts) -> Value {
    step.history
        .iter()
        .map(|attempt| {
            json!({
                "attempt": attempt.attempt,
                "state": attempt.state,
                "error": attempt.error,
                "code": attempt.error_code,
                "startedAt": attempt.started_at.to_string(),
                "finishedAt": time(attempt.finished_at),
            })
        })
        .collect()
}
