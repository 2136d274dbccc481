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
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{held::Held, judge, reports::KIND};
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

/// Keeps the report and says that the interview is over.
pub(super) async fn finish(
    app: &App,
    transaction: &DatabaseTransaction,
    held: &mut Held,
    now: Micros,
) -> Result<(), AppError> {
    let (organisation, id) = (held.organisation(), held.id());
    let rubric = judge::find_rubric(transaction, held).await?;
    let scoring = rubric.as_ref().map(Scoring::from).unwrap_or_default();
    let report = report(held, &scoring);
    let overall = report.overall.as_ref().ok().map(|mark| mark.score * 10.0);
    let body = serde_json::to_value(&report).map_err(AppError::internal)?;
    let row = rows::Model {
        id: ReportId::generate().uuid(),
        organisation_id: organisation.uuid(),
        interview_id: Some(id.uuid()),
        analysis_id: None,
        kind: KIND.to_owned(),
        format: "json".to_owned(),
        object_key: None,
        sha256: hex::encode(Sha256::digest(body.to_string())),
        body: Some(body),
        created_at: now,
    };
    let report_id = ReportId::from(row.id);
    reports::insert(transaction, row).await?;
    let values = interviews::ActiveModel {
        status: Set(Words::of(&held.interview.origin).over.to_owned()),
        finished_at: Set(Some(now)),
        overall_score: Set(overall),
        updated_at: Set(now),
        ..Default::default()
    };
    let all = Condition::all();
    let changed = scoped::update::<interviews::Entity>(
        transaction,
        organisation,
        id.uuid(),
        None,
        all,
        values,
    );
    held.interview = changed.await?.ok_or(AppError::NotFound("interview"))?;
    conduct::complete_invitation(transaction, organisation, id, now).await?;
    let told = json!({
        "interview_id": id,
        "report_id": report_id,
        "status": held.interview.status,
        "overall_score": overall,
        "recommendation": report.recommendation,
        "end": held.session.state.end,
    });
    webhooks::emit(app, transaction, organisation, EVENT, told, None).await
}

/// The report as of now. In practice nobody is recommended for anything.
pub(super) fn report(held: &Held, scoring: &Scoring) -> InterviewReport {
    let report = held.session.report(scoring);
    match held.purpose() {
        Purpose::Practice => report::rehearsed(report),
        Purpose::Hiring => report,
    }
}
