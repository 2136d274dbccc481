//! Interviews of *lab*: a name and a recording, analysed when asked to.

use candor_core::{
    access::{Action, Actor, Denied, Reach},
    ids::{CandidateId, InterviewId, JobId, RecordingId},
    purpose::Purpose,
};
use candor_store::{
    Micros,
    entities::{candidates, interviews, recordings},
    records::{self, analyses, reach::Rows, recordings::RecordingFilter, scoped},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction};
use serde_json::json;

use super::LabFacts;
use crate::{
    App, AppError,
    consent::{self, Scope, Subject},
    documented::{
        pipeline::{intake::StatedConsent, records::load},
        start::{self, Start},
    },
    jobs,
    media::{self, NewRecording, Staged},
    organisations,
    paging::{Page, PageRequest},
};

/// Interface that these interviews come through.
pub const ORIGIN: &str = "lab";

/// A recording that arrived with a form.
#[derive(Debug)]
pub struct NewVideo {
    /// Its id.
    pub id: RecordingId,
    /// The client's name for the file.
    pub file_name: Option<String>,
    /// The bytes, kept already.
    pub staged: Staged,
}

/// What is said about a new interview.
#[derive(Debug)]
pub struct NewInterview {
    /// Who is interviewed; may be empty.
    pub candidate_name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Who agreed.
    pub consent: Option<StatedConsent>,
    /// The recording.
    pub video: NewVideo,
}

/// What is changed of an interview.
#[derive(Debug, Default)]
pub struct InterviewChange {
    /// Who is interviewed.
    pub candidate_name: Option<String>,
    /// Who agreed to the new recording.
    pub consent: Option<StatedConsent>,
    /// Another recording.
    pub video: Option<NewVideo>,
}

/// Whether the actor may upload recordings, to be asked before any byte is taken.
///
/// # Errors
/// [`AppError::Denied`].
pub fn may_upload(actor: &Actor) -> Result<(), AppError> {
    actor.may(Action::WriteInterviews)?;
    actor.may(Action::WriteRecordings)?;
    Ok(())
}

/// Whether the actor may read interviews, which show their reports.
fn may_read(actor: &Actor) -> Result<Reach, Denied> {
    actor.may(Action::ReadInterviews)?;
    actor.may(Action::ReadAnalyses)
}

/// Makes an interview of a recording that arrived.
///
/// # Errors
/// [`AppError::ConsentRequired`] when nobody agreed; nothing is kept then.
pub async fn create_interview(
    app: &App,
    actor: &Actor,
    new: NewInterview,
) -> Result<LabFacts, AppError> {
    may_upload(actor)?;
    let recording = keep(app, actor, new.video, new.consent.as_ref()).await?;
    let made = insert(app, actor, &new.candidate_name, new.purpose, recording).await;
    match made {
        Ok(id) => get_interview(app, actor, id).await,
        Err(error) => {
            forget(app, actor, recording).await;
            Err(error)
        }
    }
}

/// Interviews, newest first.
///
/// # Errors
/// What the stores say.
pub async fn list_interviews(
    app: &App,
    actor: &Actor,
    page: PageRequest,
) -> Result<Page<LabFacts>, AppError> {
    let filter = within(actor, may_read(actor)?)?;
    let rows = scoped::page::<interviews::Entity>(
        app.store.fresh(),
        actor.organisation,
        filter,
        page.after,
        page.limit,
    )
    .await?;
    let page = Page::cut(rows, page, |row| row.id);
    let mut items = Vec::new();
    for row in page.items {
        items.push(facts(app, actor, row).await?);
    }
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
    })
}

/// One interview.
///
/// # Errors
/// [`AppError::NotFound`] when it is not there or out of reach.
pub async fn get_interview(
    app: &App,
    actor: &Actor,
    id: InterviewId,
) -> Result<LabFacts, AppError> {
    let reach = may_read(actor)?;
    let row = find(app.store.fresh(), actor, reach, id).await?;
    facts(app, actor, row).await
}

/// Changes the name, or replaces the recording, after which nothing is analysed yet.
///
/// # Errors
/// [`AppError::Conflict`] while it is analysed.
pub async fn update_interview(
    app: &App,
    actor: &Actor,
    id: InterviewId,
    change: InterviewChange,
) -> Result<LabFacts, AppError> {
    may_upload(actor)?;
    let reach = actor.may(Action::WriteInterviews)?;
    find(app.store.writer(), actor, reach, id).await?;
    let kept = match change.video {
        Some(video) => Some(keep(app, actor, video, change.consent.as_ref()).await?),
        None => None,
    };
    let changed = apply(
        app,
        actor,
        reach,
        id,
        change.candidate_name.as_deref(),
        kept,
    )
    .await;
    match (changed, kept) {
        (Ok(replaced), _) => {
            if let Some(replaced) = replaced {
                forget(app, actor, replaced).await;
            }
            get_interview(app, actor, id).await
        }
        (Err(error), Some(kept)) => {
            forget(app, actor, kept).await;
            Err(error)
        }
        (Err(error), None) => Err(error),
    }
}

/// Deletes an interview with its recording; an analysis under way is stopped.
///
/// # Errors
/// [`AppError::NotFound`] when it is not there or out of reach.
pub async fn delete_interview(app: &App, actor: &Actor, id: InterviewId) -> Result<(), AppError> {
    may_upload(actor)?;
    let reach = actor.may(Action::WriteInterviews)?;
    let transaction = app.store.begin().await?;
    let row = lock(app, &transaction, actor, reach, id).await?;
    let now = Micros::from(app.clock.now());
    let values = interviews::ActiveModel {
        deleted_at: Set(Some(now)),
        ..Default::default()
    };
    let all = Condition::all();
    scoped::update::<interviews::Entity>(
        &transaction,
        actor.organisation,
        row.id,
        None,
        all,
        values,
    )
    .await?;
    let running = running(&transaction, actor, id).await?;
    let recording = recording(&transaction, actor, id).await?;
    transaction.commit().await?;
    // Tokens of the interview end with it.
    app.identity.forget();
    if let Some(job) = running {
        jobs::cancel(app, job).await?;
    }
    if let Some(recording) = recording {
        media::delete_recording(app, actor, recording.id.into()).await?;
    }
    Ok(())
}

/// Starts the analysis of an interview.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Conflict`] while it is analysed already,
/// [`AppError::ConsentRequired`] when the consent was withdrawn.
pub async fn analyze_interview(app: &App, actor: &Actor, id: InterviewId) -> Result<(), AppError> {
    let reach = actor.may(Action::RunAnalyses)?;
    let policy = organisations::policy(app, actor.organisation).await?;
    let transaction = app.store.begin().await?;
    let row = lock(app, &transaction, actor, reach, id).await?;
    refuse_running(&transaction, actor, id).await?;
    let recording = recording(&transaction, actor, id)
        .await?
        .ok_or(AppError::NotFound("recording"))?;
    let subject = Subject::Recording(recording.id.into());
    let scopes = [Scope::Analysis];
    let grounds = consent::find_grounds(app, &transaction, actor, subject, None, &scopes).await?;
    let consent = consent::record(
        app,
        &transaction,
        actor.organisation,
        subject,
        grounds,
        &scopes,
    )
    .await?;
    let analysis = Start {
        recording: recording.id.into(),
        interview: Some(id),
        question: None,
        asked: candor_signals::text::content::Question::default(),
        purpose: match row.purpose.as_str() {
            "practice" => Purpose::Practice,
            _ => Purpose::Hiring,
        },
        agreed_to_behaviour: false,
        weights: None,
        callback_url: None,
        origin: ORIGIN,
        external_id: None,
        request: json!({}),
        consent,
        practice: None,
    };
    start::start(app, &transaction, actor, &policy, analysis).await?;
    transaction.commit().await?;
    jobs::wake(app);
    Ok(())
}

async fn keep(
    app: &App,
    actor: &Actor,
    video: NewVideo,
    consent: Option<&StatedConsent>,
) -> Result<RecordingId, AppError> {
    let new = NewRecording {
        file_name: video.file_name,
        consent: consent.map(StatedConsent::statement),
        ..NewRecording::default()
    };
    let kept = media::keep(app, actor, video.id, new, video.staged).await?;
    Ok(kept.id)
}

/// Removes a recording that belongs to nothing any more. What fails here is found by retention.
async fn forget(app: &App, actor: &Actor, recording: RecordingId) {
    if let Err(error) = media::delete_recording(app, actor, recording).await {
        tracing::warn!(recording.id = %recording, %error, "lab.recording_left");
    }
}

async fn insert(
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
        purpose: match purpose {
            Purpose::Hiring => "hiring",
            Purpose::Practice => "practice",
        }
        .to_owned(),
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

async fn attach(
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

/// Applies a change; the recording that was replaced.
async fn apply(
    app: &App,
    actor: &Actor,
    reach: Reach,
    id: InterviewId,
    name: Option<&str>,
    video: Option<RecordingId>,
) -> Result<Option<RecordingId>, AppError> {
    let now = Micros::from(app.clock.now());
    let transaction = app.store.begin().await?;
    let row = lock(app, &transaction, actor, reach, id).await?;
    let mut replaced = None;
    if let Some(video) = video {
        refuse_running(&transaction, actor, id).await?;
        replaced = recording(&transaction, actor, id)
            .await?
            .map(|row| row.id.into());
        attach(&transaction, actor, video, id, now).await?;
    }
    if let Some(name) = name {
        rename(&transaction, actor, &row, name, now).await?;
    }
    transaction.commit().await?;
    Ok(replaced)
}

async fn rename(
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
async fn lock(
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

async fn find(
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

fn within(actor: &Actor, reach: Reach) -> Result<Condition, AppError> {
    Ok(crate::records::rows(actor, reach)?
        .interviews()
        .add(interviews::Column::Origin.eq(ORIGIN)))
}

/// The newest recording of an interview.
async fn recording(
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
) -> Result<Option<analyses::Model>, AppError> {
    let all = analyses::list_of_interview(connection, actor.organisation, id).await?;
    Ok(all.into_iter().next_back())
}

async fn running(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: InterviewId,
) -> Result<Option<JobId>, AppError> {
    let newest = analysis(connection, actor, id).await?;
    Ok(newest
        .filter(|row| matches!(row.state.as_str(), "queued" | "in_progress"))
        .map(|row| row.job_id.into()))
}

async fn refuse_running(
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

async fn facts(app: &App, actor: &Actor, row: interviews::Model) -> Result<LabFacts, AppError> {
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
            load::report(app, actor, analysis.id.into()).await?
        }
        _ => None,
    };
    Ok(LabFacts {
        id,
        candidate_name: candidate.and_then(|row| row.name).unwrap_or_default(),
        recording: recording_id.map(Into::into),
        state: newest.as_ref().map(|analysis| analysis.state.clone()),
        error: newest.and_then(|analysis| analysis.error),
        report: report.map(|report| json!(report)),
        created_at: row.created_at.into(),
    })
}

fn gone() -> AppError {
    AppError::NotFound("interview")
}
