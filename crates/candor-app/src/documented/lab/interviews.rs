//! Interviews of *lab*: a name and a recording, analysed when asked to.

use candor_core::{
    access::{Action, Actor, Denied, Reach},
    ids::{InterviewId, RecordingId},
    purpose::Purpose,
};
use candor_signals::text::content::Question;
use candor_store::{Micros, entities::interviews, records::scoped};
use sea_orm::Condition;
use serde_json::json;

use super::{
    LabFacts,
    rows::{self, ORIGIN},
};
use crate::{
    App, AppError,
    analyses::{self, Settled, Wishes},
    consent::{self, Scope, Subject},
    documented::pipeline::intake::StatedConsent,
    jobs,
    media::{self, NewRecording, Staged},
    organisations,
    paging::{Page, PageRequest},
};

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
    let made = rows::insert(app, actor, &new.candidate_name, new.purpose, recording).await;
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
    let filter = rows::within(actor, may_read(actor)?)?;
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
        items.push(rows::facts(app, actor, row).await?);
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
    let row = rows::find(app.store.fresh(), actor, reach, id).await?;
    rows::facts(app, actor, row).await
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
    rows::find(app.store.writer(), actor, reach, id).await?;
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
    let row = rows::lock(app, &transaction, actor, reach, id).await?;
    let now = Micros::from(app.clock.now());
    let all = Condition::all();
    scoped::delete::<interviews::Entity>(&transaction, actor.organisation, row.id, None, all, now)
        .await?;
    let running = rows::running(&transaction, actor, id).await?;
    let recording = rows::recording(&transaction, actor, id).await?;
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
    let row = rows::lock(app, &transaction, actor, reach, id).await?;
    rows::refuse_running(&transaction, actor, id).await?;
    let recording = rows::recording(&transaction, actor, id)
        .await?
        .ok_or(AppError::NotFound("recording"))?;
    let consent = consent::establish(
        app,
        &transaction,
        actor,
        Subject::Recording(recording.id.into()),
        None,
        &[Scope::Analysis],
    )
    .await?;
    let analysis = Settled {
        recording: recording.id.into(),
        owner: row.owner_id.map(Into::into),
        interview: Some(id),
        question: None,
        asked: Question::default(),
        answers: Vec::new(),
        purpose: Purpose::from_name(&row.purpose),
        // The documented report tells expressions to a person who practises.
        wishes: Wishes {
            emotions: Some(true),
            ..Wishes::default()
        },
        weights: None,
        request: json!({}),
        callback_url: None,
        origin: ORIGIN.to_owned(),
        external_id: None,
        consent,
    };
    analyses::accept(app, &transaction, actor, &policy, analysis).await?;
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
    let row = rows::lock(app, &transaction, actor, reach, id).await?;
    let mut replaced = None;
    if let Some(video) = video {
        rows::refuse_running(&transaction, actor, id).await?;
        replaced = rows::recording(&transaction, actor, id)
            .await?
            .map(|row| row.id.into());
        rows::attach(&transaction, actor, video, id, now).await?;
    }
    if let Some(name) = name {
        rows::rename(&transaction, actor, &row, name, now).await?;
    }
    transaction.commit().await?;
    Ok(replaced)
}
