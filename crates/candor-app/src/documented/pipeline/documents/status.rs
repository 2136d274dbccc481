//! The flat status of a job.

use serde_json::{Map, Value};

use super::overall_score;
use crate::documented::pipeline::{
    facts::{AnalysisFacts, QuestionFacts, RecordFacts},
    vocabulary::{pipeline_status, step_state},
};

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
