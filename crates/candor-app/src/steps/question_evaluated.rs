//! `question_evaluated`: the documented scores of the answer, from its report and content, under the
//! policy of its purpose.

use std::collections::BTreeMap;

use async_trait::async_trait;
use candor_core::measured::Measured;
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
        measures::FaceSampling,
        rounded,
        scoring::{self, Scored},
    },
    jobs::{Pool, Step, StepContext, StepError, StepOutput},
};

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
        ]
        .join(" ")
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let input = permission::require(context).await?;
        let report = input_normalized::report(context).await?;
        let sampling = FaceSampling::asked(&input.request);
        let answer = question_analyzed::content(context).await?.facts();
        let sheet = work::blocking(context, move |_| {
            let scored = scoring::score(
                &report,
                answer,
                sampling,
                input.weights.unwrap_or_default(),
                input.score_policy(),
            );
            Ok(sheet(&scored))
        })
        .await?;
        let provenance = [pipeline_r1::FORMULA, pipeline_r2::FORMULA]
            .map(|formula| (formula.to_owned(), analyze::formula(formula)))
            .into();
        let artefact = Artefact {
            name: "scores.json",
            content_type: "application/json",
            provenance: &provenance,
        };
        let kept = artefacts::keep_json(context, self, artefact, sheet.clone()).await?;
        Ok(json!({ "scores": kept, "sheet": sheet }).into())
    }
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
