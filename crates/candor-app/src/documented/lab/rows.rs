//! Interviews of *lab* as rows: an interview, its candidate, its newest recording, its newest analysis.

use candor_core::{
    access::{Actor, Reach},
    ids::{CandidateId, InterviewId, JobId, RecordingId},
    purpose::Purpose,
};
use candor_store::{
    Micros,
    entities::{candidates, interviews, recordings},
    records::{
        self, analyses as rows_of_analyses, reach::Rows, recordings::RecordingFilter, scoped,
    },
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction};
use serde_json::json;

use super::LabFacts;
use crate::{
    App, AppError,
    analyses::{self, Analysis},
};

/// Interface that these interviews come through.
pub(super) const ORIGIN: &str = "lab";

pub(super) async fn insert(
    app: &App,
    actor: &Actor,
    candidate_name: &str,
    purpose: Purpose,
    recording: RecordingId,
) -> Result<InterviewId, AppError> {
    let now = Micros::from(app.clock.now());
    let id = InterviewId::generate();
    let transaction = app.store.begin().await?;
    let candidate = match candidate_name {
        "" => None,
        name => Some(insert_candidate(&transaction, actor, name, now).await?),
    };
    let row = interviews::Model {
        id: id.uuid(),
        organisation_id: actor.organisation.uuid(),
        owner_id: actor.owner().map(Into::into),
        candidate_id: candidate.map(CandidateId::uuid),
        application_id: None,
        position_id: None,
        external_id: None,
        origin: ORIGIN.to_owned(),
        purpose: purpose.as_str().to_owned(),
        title: None,
        job_role: None,
        domain: None,
        status: "recorded".to_owned(),
        details: json!({}),
        overall_score: None,
        started_at: None,
        finished_at: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    scoped::insert::<interviews::Entity>(&transaction, row).await?;
    attach(&transaction, actor, recording, id, now).await?;
    transaction.commit().await?;
    Ok(id)
}

async fn insert_candidate(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    name: &str,
    now: Micros,
) -> Result<CandidateId, AppError> {
    let id = CandidateId::generate();
    let row = candidates::Model {
        id: id.uuid(),
        organisation_id: actor.organisation.uuid(),
        user_id: None,
        external_id: None,
        name: Some(name.to_owned()),
        email: None,
        phone: None,
        profile: json!({}),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    scoped::insert::<candidates::Entity>(transaction, row).await?;
    Ok(id)
}

pub(super) async fn attach(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    recording: RecordingId,
    interview: InterviewId,
    now: Micros,
) -> Result<(), AppError> {
    let row =
        records::recordings::find(transaction, actor.organisation, Rows::All, recording).await?;
    let row = row.ok_or(AppError::NotFound("recording"))?;
    let change = recordings::ActiveModel {
        interview_id: Set(Some(interview.uuid())),
        ..Default::default()
    };
    Ok(records::recordings::update(transaction, &row, change, now).await?)
}

pub(super) async fn rename(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    row: &interviews::Model,
    name: &str,
    now: Micros,
) -> Result<(), AppError> {
    match row.candidate_id {
        Some(candidate) => {
            let values = candidates::ActiveModel {
                name: Set(Some(name.to_owned())),
                updated_at: Set(now),
                ..Default::default()
            };
            scoped::update::<candidates::Entity>(
                transaction,
                actor.organisation,
                candidate,
                None,
                Condition::all(),
                values,
            )
            .await?;
        }
        None if name.is_empty() => {}
        None => {
            let candidate = insert_candidate(transaction, actor, name, now).await?;
            let values = interviews::ActiveModel {
                candidate_id: Set(Some(candidate.uuid())),
                ..Default::default()
            };
            scoped::update::<interviews::Entity>(
                transaction,
                actor.organisation,
                row.id,
                None,
                Condition::all(),
                values,
            )
            .await?;
        }
    }
    Ok(())
}

/// Reads an interview and makes other writers wait for the end of the transaction.
pub(super) async fn lock(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    reach: Reach,
    id: InterviewId,
) -> Result<interviews::Model, AppError> {
    let now = Micros::from(app.clock.now());
    let filter = within(actor, reach)?;
    let found =
        records::interviews::touch(transaction, actor.organisation, id, filter, now).await?;
    if !found {
        return Err(gone());
    }
    find(transaction, actor, reach, id).await
}

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    reach: Reach,
    id: InterviewId,
) -> Result<interviews::Model, AppError> {
    let filter = within(actor, reach)?;
    scoped::find::<interviews::Entity>(connection, actor.organisation, id.uuid(), filter)
        .await?
        .ok_or_else(gone)
}

pub(super) fn within(actor: &Actor, reach: Reach) -> Result<Condition, AppError> {
    Ok(crate::records::rows(actor, reach)?
        .interviews()
        .add(interviews::Column::Origin.eq(ORIGIN)))
}

/// The newest recording of an interview.
pub(super) async fn recording(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: InterviewId,
) -> Result<Option<recordings::Model>, AppError> {
    let filter = RecordingFilter {
        interview: Some(id.uuid()),
        ..RecordingFilter::default()
    };
    let newest =
        records::recordings::list(connection, actor.organisation, Rows::All, &filter, None, 1);
    Ok(newest.await?.into_iter().next())
}

/// The newest analysis of an interview.
async fn analysis(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: InterviewId,
) -> Result<Option<rows_of_analyses::Model>, AppError> {
    let all = rows_of_analyses::list_of_interview(connection, actor.organisation, id).await?;
    Ok(all.into_iter().next_back())
}

pub(super) async fn running(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: InterviewId,
) -> Result<Option<JobId>, AppError> {
    let newest = analysis(connection, actor, id).await?;
    Ok(newest
        .filter(|row| matches!(row.state.as_str(), "queued" | "in_progress"))
        .map(|row| row.job_id.into()))
}

pub(super) async fn refuse_running(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: InterviewId,
) -> Result<(), AppError> {
    match running(connection, actor, id).await? {
        None => Ok(()),
        Some(_) => Err(AppError::conflict(
            "analysis_running",
            "the interview is being analysed; wait until it ends",
        )),
    }
}

pub(super) async fn facts(
    app: &App,
    actor: &Actor,
    row: interviews::Model,
) -> Result<LabFacts, AppError> {
    let connection = app.store.fresh();
    let id = InterviewId::from(row.id);
    let recording = recording(connection, actor, id).await?;
    let recording_id = recording.as_ref().map(|recording| recording.id);
    // An analysis of a recording that was replaced says nothing about the present one.
    let newest = analysis(connection, actor, id)
        .await?
        .filter(|analysis| analysis.recording_id == recording_id);
    let candidate = match row.candidate_id {
        None => None,
        Some(candidate) => {
            scoped::find::<candidates::Entity>(
                connection,
                actor.organisation,
                candidate,
                Condition::all(),
            )
            .await?
        }
    };
    let report = match &newest {
        Some(analysis) if analysis.state == "done" => {
            analyses::shown_report(app, actor, &Analysis::from(analysis.clone())).await?
        }
        _ => None,
    };
    Ok(LabFacts {
        id,
        candidate_name: candidate.and_then(|row| row.name).unwrap_or_default(),
        recording: recording_id.map(Into::into),
        state: newest.as_ref().map(|analysis| analysis.state.clone()),
        error: newest.and_then(|analysis| analysis.error),
        report: report.map(|file| json!(file.report)),
        created_at: row.created_at.into(),
    })
}

fn gone() -> AppError {
    AppError::NotFound("interview")
}
