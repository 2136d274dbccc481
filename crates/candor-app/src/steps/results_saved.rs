//! `results_saved`: the report among the reports, the outcome on the analysis.

use async_trait::async_trait;
use candor_core::{
    ids::{AnalysisId, ReportId},
    measured::Measured,
};
use candor_store::records::{analyses, reach::Rows, reports};
use serde_json::{Value, json};

use super::{
    artefacts::{self, Kept},
    input_normalized, permission,
    question_evaluated::{self, ScoreSheet},
};
use crate::jobs::{Pool, Step, StepContext, StepError, StepOutput};

/// Kind of the report of an analysis.
pub const KIND: &str = "analysis";

/// The step.
pub(super) struct ResultsSaved;

#[async_trait]
impl Step for ResultsSaved {
    fn name(&self) -> &'static str {
        "results_saved"
    }

    fn pool(&self) -> Pool {
        Pool::Io
    }

    fn needs(&self) -> &'static [&'static str] {
        &[input_normalized::NAME, question_evaluated::NAME]
    }

    fn version(&self) -> String {
        "results.v1".to_owned()
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        permission::require(context).await?;
        let kept: Kept = artefacts::output(context, input_normalized::NAME, "report")?;
        let sheet: ScoreSheet = artefacts::output(context, question_evaluated::NAME, "sheet")?;
        let result = result(context, &sheet)?;
        let app = &context.app;
        let transaction = app.store.begin().await?;
        let analysis =
            analyses::get_by_job(&transaction, context.organisation, context.job).await?;
        let report = save_report(context, &transaction, &analysis, &kept).await?;
        analyses::set_result(
            &transaction,
            context.organisation,
            analysis.id.into(),
            sheet.overall.ok(),
            &result,
            app.clock.now(),
        )
        .await?;
        transaction
            .commit()
            .await
            .map_err(candor_store::StoreError::from)?;
        Ok(json!({ "report": report, "overall_score": result["overall_score"] }).into())
    }
}

/// The short outcome for lists and events.
fn result(context: &StepContext, sheet: &ScoreSheet) -> Result<Value, StepError> {
    let summary: Value = artefacts::output(context, input_normalized::NAME, "summary")?;
    let mut not_measured: serde_json::Map<String, Value> = serde_json::Map::new();
    let mut told = |name: &str, value: &Measured<f64>| {
        if let Err(reason) = value {
            not_measured.insert(name.to_owned(), json!(reason));
        }
        value.as_ref().ok().copied()
    };
    let overall = told("overall_score", &sheet.overall);
    let content: serde_json::Map<String, Value> = sheet
        .content
        .iter()
        .map(|(name, score)| {
            let score = told(&format!("content.{name}"), score);
            (name.clone(), json!(score))
        })
        .collect();
    Ok(json!({
        "overall_score": overall,
        "basis": sheet.basis,
        "duration_s": summary["duration_s"],
        "language": summary["language"],
        "n_words": summary["n_words"],
        "content": content,
        "lab": summary["scores"],
        "evaluation": sheet.evaluation,
        "first_revision": sheet.first_revision,
        "not_measured": not_measured,
    }))
}

/// Adds the report, unless an earlier attempt did.
async fn save_report(
    context: &StepContext,
    transaction: &sea_orm::DatabaseTransaction,
    analysis: &analyses::Model,
    kept: &Kept,
) -> Result<ReportId, StepError> {
    let bound = analyses::Bound {
        organisation: context.organisation,
        rows: Rows::All,
    };
    let filter = reports::Filter {
        analysis: Some(AnalysisId::from(analysis.id)),
        kind: Some(KIND.to_owned()),
        ..reports::Filter::default()
    };
    let newest = reports::list(transaction, bound, &filter, None, 1).await?;
    if let Some(there) = newest.first()
        && there.object_key.as_deref() == Some(&kept.key)
    {
        return Ok(there.id.into());
    }
    let id = ReportId::generate();
    let report = reports::Model {
        id: id.uuid(),
        organisation_id: context.organisation.uuid(),
        interview_id: analysis.interview_id,
        analysis_id: Some(analysis.id),
        kind: KIND.to_owned(),
        format: "json".to_owned(),
        object_key: Some(kept.key.clone()),
        body: None,
        sha256: kept.sha256.clone(),
        created_at: context.app.clock.now().into(),
    };
    reports::insert(transaction, report).await?;
    Ok(id)
}
