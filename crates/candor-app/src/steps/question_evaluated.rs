//! `question_evaluated`: the documented scores of the answer, from its report and content, under the
//! policy of its purpose.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use candor_core::{measured::Measured, ports::Unwatched};
use candor_interviewer::commentary::{self, Measurements};
use candor_signals::scores::{
    pipeline_gaze, pipeline_prosody, pipeline_r1,
    pipeline_r2::{self, ContentInputs},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    artefacts::{self, Artefact},
    input_normalized, permission, question_analyzed, work,
};
use crate::{
    analyze,
    documented::pipeline::{
        commentary::{measurements, not_written, put, written},
        measures::FaceSampling,
        rounded,
        scoring::{self, Scored},
    },
    jobs::{Pool, Step, StepContext, StepError, StepOutput},
    mind::{self, Judging},
    usage::Task,
};

/// What the request of an interface that tells a commentary holds.
pub(crate) const COMMENTARY: &str = "commentary";
/// Language of the commentary, as it is assembled.
const LANGUAGE: &str = "en";
/// Where its output stands.
pub(super) const NAME: &str = "question_evaluated";

/// The step.
pub(super) struct QuestionEvaluated;

/// The scores of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreSheet {
    /// The documented total, 0–100; the reason where there is none.
    pub overall: Measured<f64>,
    /// `content_only`, `documented_without_emotion` or `documented`.
    pub basis: String,
    /// What the answer's content gave, 0–100 each, by name.
    pub content: BTreeMap<String, Measured<f64>>,
    /// The total's parts, warnings and formula.
    pub evaluation: Value,
    /// The first revision's total.
    pub first_revision: Value,
}

#[async_trait]
impl Step for QuestionEvaluated {
    fn name(&self) -> &'static str {
        NAME
    }

    fn pool(&self) -> Pool {
        Pool::Cpu
    }

    fn needs(&self) -> &'static [&'static str] {
        &[input_normalized::NAME, question_analyzed::NAME]
    }

    fn version(&self) -> String {
        [
            pipeline_r1::FORMULA,
            pipeline_r2::FORMULA,
            pipeline_gaze::FORMULA,
            pipeline_prosody::FORMULA,
            commentary::FORMULA,
        ]
        .join(" ")
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let input = permission::require(context).await?;
        let report = input_normalized::report(context).await?;
        let sampling = FaceSampling::asked(&input.request);
        let answer = question_analyzed::content(context).await?.facts();
        let is_asked = input.request[COMMENTARY] == true;
        let processor = input.policy.chat_processor.clone().filter(|_| is_asked);
        let (mut sheet, measured) = work::blocking(context, move |_| {
            let scored = scoring::score(
                &report,
                answer,
                sampling,
                input.weights.unwrap_or_default(),
                input.score_policy(),
            );
            Ok((sheet(&scored), measurements(&scored)))
        })
        .await?;
        let processor = processor.as_ref().map(|processor| processor.name.as_str());
        let told = write(context, processor, measured).await?;
        put(&mut sheet.evaluation, &told);
        let provenance = [pipeline_r1::FORMULA, pipeline_r2::FORMULA]
            .map(|formula| (formula.to_owned(), analyze::formula(formula)))
            .into();
        let artefact = Artefact {
            name: "scores.json",
            content_type: "application/json",
            provenance: &provenance,
        };
        let kept = artefacts::keep_json(context, self, artefact, sheet.clone()).await?;
        Ok(json!({ "scores": kept, "sheet": sheet, "commentary": told }).into())
    }
}

/// The commentary by the chat model whose processor was on record when the analysis was asked for; nothing where no
/// model may be asked. It gets figures with their units, reasons and the keywords that were used, no other words of the
/// answer, and no name.
async fn write(
    context: &StepContext,
    processor: Option<&str>,
    measured: Measurements,
) -> Result<Value, StepError> {
    let app = &context.app;
    let mind = mind::find_mind(app, context.organisation, Judging::live(app)).await?;
    let mind = mind.where_told_of(processor);
    let Some(processor) = mind.processor().map(str::to_owned) else {
        return Ok(Value::Null);
    };
    let timeout = Duration::from_secs_f64(app.config.chat.timeout_s);
    let found = mind.ask(Task::Comment, move |model| {
        model.map(|model| commentary::write(&*model, &measured, LANGUAGE, timeout, &Unwatched))
    });
    Ok(match found.await? {
        None => Value::Null,
        Some(Ok((commentary, provenance))) => written(commentary, &provenance, &processor),
        Some(Err(reason)) => {
            tracing::warn!(code = %reason.code, "the chat model wrote no commentary; it is assembled");
            not_written(&reason)
        }
    })
}

fn sheet(scored: &Scored) -> ScoreSheet {
    ScoreSheet {
        overall: scored.r2.final_score.clone(),
        basis: scored.r2.policy.as_str().to_owned(),
        content: by_name(&scored.content.scores),
        evaluation: scoring::evaluation(scored),
        first_revision: scoring::first_revision(scored),
    }
}

fn by_name(scores: &ContentInputs) -> BTreeMap<String, Measured<f64>> {
    [
        ("relevance", &scores.answer_relevance),
        ("keyword_coverage", &scores.keyword_coverage),
        ("technical", &scores.technical),
        ("clarity", &scores.clarity),
        ("completeness", &scores.completeness),
        ("initiative", &scores.initiative),
    ]
    .map(|(name, score)| {
        (
            name.to_owned(),
            score.clone().map(|score| rounded(score, 1)),
        )
    })
    .into()
}
