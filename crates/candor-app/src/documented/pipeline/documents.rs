//! The job, the record and the result as documents.

use candor_core::{
    measured::{Measured, NotMeasured},
    transcript::Transcript,
};
use candor_signals::scores::pipeline_r2::ScoreWeights;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    Sheet,
    facts::{AnalysisFacts, QuestionFacts, RecordFacts, StepFacts},
    measures::{FaceSampling, no_words},
    rounded,
    scoring::{self, Scored, pick},
    services,
    vocabulary::{STEPS, pipeline_status, record_status, step_state, step_status},
};

/// Version of the result document (documented).
const RESULT_VERSION: &str = "v1.0.0";

/// How faces are sampled for this analysis.
pub fn sampling(settings: &Value) -> FaceSampling {
    let sent = &settings["request"];
    let default = FaceSampling::default();
    FaceSampling {
        sampling_rate_s: sent["sampling_rate"]
            .as_f64()
            .unwrap_or(default.sampling_rate_s),
        gaze_threshold_rad: sent["gaze_threshold"].as_f64(),
        max_frames: sent["max_frames"]
            .as_u64()
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(default.max_frames),
    }
}

/// Measures and scores, once there is a report.
pub fn scored(analysis: &AnalysisFacts) -> Option<Scored> {
    let report = analysis.report.as_ref()?;
    let weights = &analysis.settings["scoreWeights"];
    let default = ScoreWeights::default();
    let weight = |name: &str, default: f64| weights[name].as_f64().unwrap_or(default);
    Some(scoring::score(
        report,
        analysis.answer.clone(),
        sampling(&analysis.settings),
        ScoreWeights {
            face: weight("face", default.face),
            voice: weight("voice", default.voice),
            llm: weight("llm", default.llm),
        },
        analysis.policy,
    ))
}

/// Total of the answer, 0–100: that of the second revision.
///
/// # Errors
/// Why there is none.
pub fn overall_score(analysis: &AnalysisFacts) -> Measured<f64> {
    match scored(analysis) {
        Some(scored) => scored.r2.final_score,
        None => Err(NotMeasured::new(
            "not_finished",
            "the analysis is not finished",
        )),
    }
}

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
    let retries: u32 = analysis
        .steps
        .iter()
        .map(|step| step.attempts.saturating_sub(1))
        .sum();
    sheet
        .put("status", pipeline_status(&analysis.state))
        .put("error", json!(analysis.error))
        .put("errors", errors(&analysis.steps))
        .put(
            "priority",
            analysis
                .settings
                .get("priority")
                .cloned()
                .unwrap_or(json!(3)),
        )
        .put("retries", retries)
        .put("startedAt", time(analysis.started_at))
        .put("finishedAt", time(analysis.finished_at))
        .put(
            "recordingId",
            json!(analysis.recording.map(|id| id.to_string())),
        )
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

/// The parent record with the analysis of each question.
pub fn record(record: &RecordFacts, answers: &[(QuestionFacts, Option<AnalysisFacts>)]) -> Value {
    let known: Vec<&AnalysisFacts> = answers.iter().filter_map(|(_, a)| a.as_ref()).collect();
    let status = record_status(known.iter().map(|analysis| analysis.state.as_str()));
    let overall = mean_score(&known);
    let mut interview = Sheet::default();
    interview
        .put("id", record.interview_id.clone())
        .put("title", json!(record.title))
        .put(
            "questions",
            answers
                .iter()
                .map(|(question, analysis)| question_of_record(question, analysis.as_ref()))
                .collect::<Vec<_>>(),
        );
    let ended = matches!(status, "done" | "failed");
    let started = known.iter().filter_map(|a| a.started_at).min();
    let finished = known.iter().filter_map(|a| a.finished_at).max();
    let error = known.iter().find_map(|a| a.error.clone());
    let mut sheet = Sheet::default();
    sheet
        .put("_id", record.id.uuid().to_string())
        .put("interviewRecordId", record.id.uuid().to_string())
        .put("meta", record.meta.clone())
        .put("application", record.application.clone())
        .nested("interview", interview)
        .measured("overallScore", overall.clone())
        .put("finalReport", final_report(answers, &overall, status))
        .put("status", status)
        .put("startedAt", time(started))
        .put("finishedAt", time(finished.filter(|_| ended)))
        .put("error", json!(error))
        .put("createdAt", record.created_at.to_string())
        .put("updatedAt", record.updated_at.to_string());
    sheet.finish()
}

/// The result document (`VideoAnalysis`); `None` until there is a report.
pub fn video_analysis(
    record: &RecordFacts,
    question: &QuestionFacts,
    analysis: &AnalysisFacts,
) -> Option<Value> {
    let report = analysis.report.as_ref()?;
    let scored = scored(analysis)?;
    let content = &scored.content.scores;
    let mut sheet = Sheet::default();
    sheet
        .put("_id", analysis.id.uuid().to_string())
        .put("jobId", analysis.id.uuid().to_string())
        .put("applicationId", record.application["id"].clone())
        .put("videoResponseId", question.video_response_id.clone())
        .put("questionId", question.id.clone())
        .measured("transcript", words(analysis).map(Transcript::text))
        .measured(
            "sentiment",
            report
                .text
                .sentiment
                .label
                .clone()
                .ok_or_else(|| no_words(report)),
        )
        .measured(
            "keywordCoverage",
            content
                .keyword_coverage
                .clone()
                .map(|v| rounded(v / 100.0, 4)),
        )
        .measured("matchingScore", content.answer_relevance.clone());
    let mut face = Sheet::default();
    face.measured(
        "attention",
        scored.face.engagement.clone().map(|v| rounded(v, 2)),
    )
    .measured(
        "eyeContact",
        pick(&scored.face.counts, |c| c.eye_contact_ratio),
    )
    .measured(
        "emotionDistribution",
        scored.face.expressions.clone().map(|shares| {
            shares
                .into_iter()
                .map(|(label, share)| (label.label().to_owned(), json!(share)))
                .collect::<Map<_, _>>()
        }),
    );
    let mut voice = Sheet::default();
    let steadiness = |curve: &super::measures::Curve| {
        // One minus the coefficient of variation.
        rounded(
            (1.0 - curve.sd / curve.mean.max(f64::EPSILON)).clamp(0.0, 1.0),
            2,
        )
    };
    let words_per_s = scored
        .voice
        .prosody
        .as_ref()
        .map_err(NotMeasured::clone)
        .and_then(|prosody| prosody.words_per_s.clone());
    voice
        .measured(
            "pitchVar",
            pick(&scored.voice.pitch_hz, |c| rounded(c.sd * c.sd, 2)),
        )
        .measured(
            "speakingRate",
            words_per_s.map(|rate| rounded(60.0 * rate, 1)),
        )
        .measured("volumeStability", pick(&scored.voice.energy, steadiness));
    sheet
        .nested("faceScores", face)
        .nested("voiceScores", voice)
        .put("gptFeedback", scored.content.feedback())
        .measured("overallScore", scored.r2.final_score.clone())
        .put("basis", scored.r2.policy.as_str())
        .put("isReliable", scored.r2.is_reliable)
        .put("warnings", json!(scored.r2.warnings))
        .put("version", RESULT_VERSION)
        .put("createdAt", time(analysis.finished_at));
    Some(sheet.finish())
}

/// `GET /video-analysis/{jobId}/status`: a flat map of texts.
pub fn status_map(
    record: &RecordFacts,
    question: &QuestionFacts,
    analysis: &AnalysisFacts,
) -> Value {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value.into());
        }
    };
    put("jobId", Some(analysis.id.uuid().to_string()));
    put(
        "requestId",
        record.meta["requestId"].as_str().map(str::to_owned),
    );
    put(
        "applicationId",
        record.application["id"].as_str().map(str::to_owned),
    );
    put("videoResponseId", Some(question.video_response_id.clone()));
    put("questionId", Some(question.id.clone()));
    put("status", Some(pipeline_status(&analysis.state).to_owned()));
    for step in &analysis.steps {
        put(&step.name, Some(step_state(&step.state).to_owned()));
    }
    put("error", analysis.error.clone());
    put(
        "overallScore",
        overall_score(analysis).ok().map(|score| score.to_string()),
    );
    put("createdAt", Some(analysis.created_at.to_string()));
    put("startedAt", analysis.started_at.map(|at| at.to_string()));
    put("finishedAt", analysis.finished_at.map(|at| at.to_string()));
    Value::Object(fields)
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
            ("question_evaluated", Some(scored)) => scoring::evaluation(scored),
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

fn put_results(sheet: &mut Sheet, analysis: &AnalysisFacts, scored: Option<&Scored>) {
    let Some(scored) = scored else {
        for name in [
            "transcription",
            "faceScores",
            "voiceScores",
            "questionAIResult",
            "evaluationResult",
            "gptFeedback",
            "scoring",
        ] {
            sheet.put(name, Value::Null);
        }
        return;
    };
    let output = |step: &str| analysis.step(step).and_then(|step| step.output.clone());
    let mut voice = services::voice_scores(&scored.voice, analysis);
    voice.nested("prosody", services::prosody(&scored.voice));
    sheet
        .measured("transcription", words(analysis).map(transcription))
        .put(
            "normalizedInput",
            output("input_normalized").unwrap_or_default(),
        )
        .nested("faceScores", services::face_scores(&scored.face))
        .nested("voiceScores", voice)
        .nested("questionAIResult", scored.content.document())
        .put("evaluationResult", scoring::evaluation(scored))
        .put("gptFeedback", scored.content.feedback())
        .put(
            "scoring",
            json!({"r1": scoring::first_revision(scored), "r2": scoring::evaluation(scored)}),
        );
}

fn question_of_record(question: &QuestionFacts, analysis: Option<&AnalysisFacts>) -> Value {
    let scored = analysis.and_then(scored);
    let result = scored.as_ref().zip(analysis).map(|(scored, analysis)| {
        let mut voice = services::voice_scores(&scored.voice, analysis);
        voice.nested("prosody", services::prosody(&scored.voice));
        let mut sheet = Sheet::default();
        sheet
            .nested("faceScores", services::face_scores(&scored.face))
            .nested("voiceScores", voice)
            .nested("questionAIResult", scored.content.document())
            .put("evaluationResult", scoring::evaluation(scored));
        sheet.finish()
    });
    json!({
        "id": question.id,
        "order": question.order,
        "duration": question.duration_s,
        "questionText": question.text,
        "expectedAnswer": question.expected_answer,
        "keywords": question.keywords,
        "aiMetadata": question.ai_metadata,
        "videoResponseId": question.video_response_id,
        "videoUrl": question.video_url,
        "pipelineId": analysis.map(|analysis| analysis.id.uuid().to_string()),
        "status": analysis.map(|analysis| pipeline_status(&analysis.state)),
        "analysis": result,
    })
}

/// Mean of the questions' totals, whole; only when every pipeline has one.
fn mean_score(analyses: &[&AnalysisFacts]) -> Measured<f64> {
    if analyses.is_empty() {
        return Err(NotMeasured::new("no_questions", "there is no question"));
    }
    let totals: Vec<f64> = analyses
        .iter()
        .map(|analysis| overall_score(analysis))
        .collect::<Measured<_>>()?;
    Ok((totals.iter().sum::<f64>() / totals.len() as f64).round())
}

fn final_report(
    answers: &[(QuestionFacts, Option<AnalysisFacts>)],
    overall: &Measured<f64>,
    status: &str,
) -> Value {
    if status != "done" {
        return Value::Null;
    }
    let questions: Vec<Value> = answers
        .iter()
        .filter_map(|(question, analysis)| {
            let scored = scored(analysis.as_ref()?)?;
            Some(json!({
                "questionId": question.id,
                "finalScore": scored.r2.final_score.as_ref().ok(),
                "isReliable": scored.r2.is_reliable,
                "basis": scored.r2.policy.as_str(),
                "strengths": scored.content.strengths,
                "weaknesses": scored.content.weaknesses,
                "warnings": scored.r2.warnings,
            }))
        })
        .collect();
    json!({"overallScore": overall.as_ref().ok(), "questions": questions})
}

fn words(analysis: &AnalysisFacts) -> Measured<&Transcript> {
    let report = analysis
        .report
        .as_ref()
        .ok_or_else(|| NotMeasured::new("not_finished", "the analysis is not finished"))?;
    report
        .candor
        .transcript
        .as_ref()
        .ok_or_else(|| no_words(report))
}

/// `transcription`: text, words and segments with times.
fn transcription(transcript: &Transcript) -> Value {
    let start = |span: Option<candor_core::span::Span>| span.map(|span| rounded(span.start_s, 3));
    let end = |span: Option<candor_core::span::Span>| span.map(|span| rounded(span.end_s, 3));
    let words: Vec<Value> = transcript
        .words()
        .map(|word| {
            json!({
                "word": word.text,
                "start": start(word.span),
                "end": end(word.span),
                "confidence": word.confidence.map(|c| rounded(f64::from(c), 3)),
            })
        })
        .collect();
    let segments: Vec<Value> = transcript
        .segments
        .iter()
        .enumerate()
        .map(|(id, segment)| {
            json!({"id": id, "start": start(segment.span), "end": end(segment.span), "text": segment.text()})
        })
        .collect();
    let known: Vec<f64> = transcript
        .words()
        .filter_map(|word| word.confidence.map(f64::from))
        .collect();
    let mean =
        (!known.is_empty()).then(|| rounded(known.iter().sum::<f64>() / known.len() as f64, 3));
    let last = transcript
        .words()
        .filter_map(|word| end(word.span))
        .fold(None, |a: Option<f64>, b| Some(a.map_or(b, |a| a.max(b))));
    json!({
        "text": transcript.text(),
        "language": transcript.language,
        "duration": last,
        "meta": {
            "avgWordConfidence": mean,
            "totalWords": words.len(),
            "segmentCount": segments.len(),
            "engine": transcript.engine,
            "model": transcript.model,
            "accuracy": transcript.accuracy,
        },
        "words": words,
        "segments": segments,
    })
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

fn time(at: Option<Timestamp>) -> Value {
    json!(at.map(|at| at.to_string()))
}
