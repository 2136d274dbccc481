//! The end of an interview: its report is kept, its record says so, whoever wants to know is told; all in the
//! transaction of the last turn.

use candor_core::{ids::ReportId, interview::InterviewReport, purpose::Purpose};
use candor_interviewer::report::{self, Scoring};
use candor_store::{
    Micros,
    entities::{interviews, reports as rows},
    records::{conduct, reports, scoped},
};
use sea_orm::{ActiveValue::Set, Condition, DatabaseTransaction};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{held::Held, judge, reports::KIND, thorough};
use crate::{App, AppError, webhooks};

/// The event that an interview has ended.
const EVENT: &str = "interview.finished";

/// How the interface through which an interview was made calls its states.
pub(super) struct Words {
    /// It runs.
    pub running: &'static str,
    /// It is over.
    pub over: &'static str,
}

impl Words {
    /// Of this interface.
    pub(super) fn of(origin: &str) -> Self {
        let (running, over) = match origin {
            "adaptive" => ("in_progress", "completed"),
            "practice" => ("live_in_progress", "live_completed"),
            _ => ("in_progress", "finished"),
        };
        Self { running, over }
    }
}

/// A report that was kept.
pub(super) struct Kept {
    /// Its id.
    pub id: ReportId,
    report: InterviewReport,
}

impl Kept {
    /// The total as the interview's record has it, 0 to 100.
    pub(super) fn overall(&self) -> Option<f64> {
        let overall = self.report.overall.as_ref().ok();
        overall.map(|mark| mark.score * 10.0)
    }

    /// What is told of it.
    pub(super) fn told(&self, held: &Held) -> Value {
        json!({
            "interview_id": held.id(),
            "report_id": self.id,
            "status": held.interview.status,
            "overall_score": self.overall(),
            "recommendation": self.report.recommendation,
            "end": held.session.state.end,
        })
    }
}

/// Keeps the report as of now: from now on the newest of the interview.
pub(super) async fn keep_report(
    transaction: &DatabaseTransaction,
    held: &Held,
    now: Micros,
) -> Result<Kept, AppError> {
    let rubric = judge::find_rubric(transaction, held).await?;
    let scoring = rubric.as_ref().map(Scoring::from).unwrap_or_default();
    let report = report(held, &scoring);
    let body = serde_json::to_value(&report).map_err(AppError::internal)?;
    let id = ReportId::generate();
    let row = rows::Model {
        id: id.uuid(),
        organisation_id: held.organisation().uuid(),
        interview_id: Some(held.id().uuid()),
        analysis_id: None,
        kind: KIND.to_owned(),
        format: "json".to_owned(),
        object_key: None,
        sha256: hex::encode(Sha256::digest(body.to_string())),
        body: Some(body),
        created_at: now,
    };
    reports::insert(transaction, row).await?;
    Ok(Kept { id, report })
}

/// Keeps the report, says that the interview is over, and has its answers judged again where a chat model may be asked.
pub(super) async fn finish(
    app: &App,
    transaction: &DatabaseTransaction,
    held: &mut Held,
    now: Micros,
) -> Result<(), AppError> {
    let (organisation, id) = (held.organisation(), held.id());
    let kept = keep_report(transaction, held, now).await?;
    let values = interviews::ActiveModel {
        status: Set(Words::of(&held.interview.origin).over.to_owned()),
        finished_at: Set(Some(now)),
        overall_score: Set(kept.overall()),
        updated_at: Set(now),
        ..Default::default()
    };
    write(transaction, held, values).await?;
    conduct::complete_invitation(transaction, organisation, id, now).await?;
    thorough::enqueue(app, transaction, held).await?;
    let told = kept.told(held);
    webhooks::emit(app, transaction, organisation, EVENT, told, None).await
}

/// Writes the total of another report into the interview's record.
pub(super) async fn set_total(
    transaction: &DatabaseTransaction,
    held: &mut Held,
    overall: Option<f64>,
    now: Micros,
) -> Result<(), AppError> {
    let values = interviews::ActiveModel {
        overall_score: Set(overall),
        updated_at: Set(now),
        ..Default::default()
    };
    write(transaction, held, values).await
}

async fn write(
    transaction: &DatabaseTransaction,
    held: &mut Held,
    values: interviews::ActiveModel,
) -> Result<(), AppError> {
    let changed = scoped::update::<interviews::Entity>(
        transaction,
        held.organisation(),
        held.interview.id,
        None,
        Condition::all(),
        values,
    );
    held.interview = changed.await?.ok_or(AppError::NotFound("interview"))?;
    Ok(())
}

/// The report as of now. In practice nobody is recommended for anything.
fn report(held: &Held, scoring: &Scoring) -> InterviewReport {
    let report = held.session.report(scoring);
    match held.purpose() {
        Purpose::Practice => report::rehearsed(report),
        Purpose::Hiring => report,
    }
}
