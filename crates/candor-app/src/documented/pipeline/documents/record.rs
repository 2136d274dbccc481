//! The parent record with all its answers.

use candor_core::measured::{Measured, NotMeasured};
use serde_json::{Value, json};

use super::{overall_score, put_analysis, scored, time};
use crate::documented::pipeline::{
    Sheet,
    facts::{AnalysisFacts, QuestionFacts, RecordFacts},
    vocabulary::{pipeline_status, record_status},
};

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

fn question_of_record(question: &QuestionFacts, analysis: Option<&AnalysisFacts>) -> Value {
    let result = analysis.and_then(|analysis| {
        let mut sheet = Sheet::default();
        put_analysis(&mut sheet, &scored(analysis)?, analysis);
        Some(sheet.finish())
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
