//! Recordings of a session and their analyses.

use candor_core::{
    access::{Action, Actor},
    ids::{ConsentId, InterviewId, JobId, RecordingId},
    purpose::Purpose,
};
use candor_signals::text::content::Question;
use candor_store::{
    entities::{analyses as analysis_row, interviews},
    records::{analyses as analysis_rows, practice as store},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use crate::documented::practice::Wishes;

use super::{Agreement, before, consent, documents, live, sessions};
use crate::{
    App, AppError,
    analyses::{self, Settled},
    consent::{Scope, Subject},
    jobs,
    media::{self, NewRecording, Recording, Staged},
    organisations,
};

/// Frames per second and seconds of a window unless the client says otherwise.
pub const DEFAULT_WISHES: Wishes = Wishes {
    frame_fps: 2.0,
    window_s: 3.0,
    learned_fusion: false,
};

/// Types of a session's video, by content.
const VIDEO: [&str; 2] = ["video/mp4", "video/webm"];

/// A file that arrived.
#[derive(Debug)]
pub struct Media {
    /// The recording it becomes.
    pub id: RecordingId,
    /// The client's name for it.
    pub file_name: Option<String>,
    /// The bytes, kept but belonging to nothing yet.
    pub staged: Staged,
}

/// What was uploaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Uploaded {
    /// The video.
    pub video: RecordingId,
    /// The separate audio.
    pub audio: Option<RecordingId>,
}

/// Makes sure that the caller may upload to a session, before any byte is taken.
///
/// # Errors
/// [`AppError::Denied`]; [`AppError::NotFound`] for an unknown session and for somebody else's.
pub async fn session_for_upload(
    app: &App,
    actor: &Actor,
    session: InterviewId,
) -> Result<(), AppError> {
    actor.may(Action::WriteRecordings)?;
    sessions::own(app.store.fresh(), actor, session).await?;
    Ok(())
}

/// Keeps the recordings of a session, which is `media_uploaded` then.
///
/// # Errors
/// [`AppError::ConsentRequired`] when nobody agreed, [`AppError::Invalid`] (`invalid_video`) for content that
/// is no MP4 or WebM video. Nothing is kept then.
pub async fn upload(
    app: &App,
    actor: &Actor,
    session: InterviewId,
    agreement: Option<Agreement>,
    video: Media,
    audio: Option<Media>,
) -> Result<Uploaded, AppError> {
    session_for_upload(app, actor, session).await?;
    if !VIDEO.contains(&video.staged.content_type()) {
        return Err(AppError::invalid(
            "invalid_video",
            "video",
            "send an .mp4 or .webm video; the content is of another kind",
        ));
    }
    if let Some(agreement) = agreement {
        let transaction = app.store.begin().await?;
        consent::agree(app, &transaction, actor, session, agreement).await?;
        transaction.commit().await?;
    }
    let kept = keep(app, actor, session, video).await?;
    let audio = match audio {
        Some(audio) => Some(keep(app, actor, session, audio).await?.id),
        None => None,
    };
    let to = "media_uploaded";
    let now = app.clock.now().into();
    store::set_status(
        app.store.writer(),
        actor.organisation,
        session,
        before(to),
        to,
        now,
    )
    .await?;
    Ok(Uploaded {
        video: kept.id,
        audio,
    })
}

async fn keep(
    app: &App,
    actor: &Actor,
    session: InterviewId,
    media: Media,
) -> Result<Recording, AppError> {
    let new = NewRecording {
        interview: Some(session),
        file_name: media.file_name,
        ..NewRecording::default()
    };
    media::keep(app, actor, media.id, new, media.staged).await
}

/// The video that is played for a session: the newest upload.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown session, somebody else's, and one without a video.
pub async fn find_video(
    app: &App,
    actor: &Actor,
    session: InterviewId,
) -> Result<RecordingId, AppError> {
    actor.may(Action::ReadRecordings)?;
    let connection = app.store.fresh();
    sessions::own(connection, actor, session).await?;
    store::latest_video(connection, actor.organisation, session)
        .await?
        .map(|row| row.id.into())
        .ok_or(AppError::NotFound("video of this session"))
}

/// What is asked of an analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAnalysis {
    /// The session.
    pub session: InterviewId,
    /// Media id of the video.
    pub video: RecordingId,
    /// Media id of a separate audio recording.
    pub audio: Option<RecordingId>,
    /// Consent, where it was not given before.
    pub agreement: Option<Agreement>,
    /// How it is shown.
    pub wishes: Wishes,
    /// When the video began, on the clock that the times of live answers come from; what was told before of the same
    /// video counts as well.
    pub began: Option<Timestamp>,
}

/// How far an analysis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// No worker took it yet.
    Queued,
    /// A worker is at it.
    Running,
    /// The results are there.
    Completed,
    /// There will be no results.
    Failed,
}

/// An analysis as the contract's job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The job.
    pub id: JobId,
    /// The session.
    pub session: InterviewId,
    /// How far it is.
    pub state: JobState,
    /// Why it failed.
    pub error: Option<String>,
    /// `summaryScores`, once they are there; else an empty object.
    pub summary_scores: Value,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

/// One job of the caller.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown job and for one of somebody else's session.
pub async fn get_job(app: &App, actor: &Actor, id: JobId) -> Result<Job, AppError> {
    actor.may(Action::ReadAnalyses)?;
    let gone = || AppError::NotFound("job");
    let row = analysis_rows::get_by_job(app.store.fresh(), actor.organisation, id)
        .await
        .map_err(|error| match error {
            candor_store::StoreError::NotFound { .. } => gone(),
            error => error.into(),
        })?;
    let session = row.interview_id.ok_or_else(gone)?;
    job(app, actor, session.into(), row)
        .await
        .map_err(|error| match error {
            AppError::NotFound("session") => gone(),
            error => error,
        })
}

/// The newest job of a session.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown session, somebody else's, and one that was never analysed.
pub async fn latest_job(app: &App, actor: &Actor, session: InterviewId) -> Result<Job, AppError> {
    actor.may(Action::ReadAnalyses)?;
    let connection = app.store.fresh();
    sessions::own(connection, actor, session).await?;
    let row = store::list_analyses(connection, actor.organisation, session)
        .await?
        .into_iter()
        .next()
        .ok_or(AppError::NotFound("job of this session"))?;
    job(app, actor, session, row).await
}

async fn job(
    app: &App,
    actor: &Actor,
    session: InterviewId,
    row: analysis_row::Model,
) -> Result<Job, AppError> {
    let owner = sessions::own(app.store.fresh(), actor, session).await?;
    let state = match row.state.as_str() {
        "queued" => JobState::Queued,
        "done" => JobState::Completed,
        "failed" | "cancelled" => JobState::Failed,
        _ => JobState::Running,
    };
    let summary_scores = if state == JobState::Completed {
        let results = documents::of_analysis(app, actor, &owner, row.id).await?;
        results.analysis["summaryScores"].clone()
    } else {
        Value::Object(serde_json::Map::new())
    };
    let stopped = || (row.state == "cancelled").then(|| "cancelled".to_owned());
    Ok(Job {
        id: row.job_id.into(),
        session,
        state,
        error: row.error.clone().or_else(stopped),
        summary_scores,
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    })
}

/// What was asked of an analysis besides what it measures; stands in its settings under `request`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Request {
    frame_fps: f64,
    window_s: f64,
    learned_fusion: bool,
    pub audio: Option<RecordingId>,
    #[serde(default)]
    began: Option<Timestamp>,
}

impl Request {
    pub(super) fn wishes(self) -> Wishes {
        Wishes {
            frame_fps: self.frame_fps,
            window_s: self.window_s,
            learned_fusion: self.learned_fusion,
        }
    }
}

/// What was asked of an analysis; the documented defaults where it was asked for through another interface.
pub(super) fn request_of(analysis: &analysis_row::Model) -> Request {
    let request = &analysis.settings["request"][store::ORIGIN];
    serde_json::from_value(request.clone()).unwrap_or(Request {
        frame_fps: DEFAULT_WISHES.frame_fps,
        window_s: DEFAULT_WISHES.window_s,
        learned_fusion: DEFAULT_WISHES.learned_fusion,
        audio: None,
        began: None,
    })
}

/// Queues the analysis of an uploaded recording of the session.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown session; [`AppError::Invalid`] (`invalid_media`) for a media id that
/// is not a recording of the caller for this session; [`AppError::ConsentRequired`].
pub async fn analyse(app: &App, actor: &Actor, new: NewAnalysis) -> Result<Job, AppError> {
    actor.may(Action::RunAnalyses)?;
    let row = sessions::own(app.store.fresh(), actor, new.session).await?;
    own_recording(app, actor, new.session, new.video, "videoFilePath").await?;
    if let Some(audio) = new.audio {
        own_recording(app, actor, new.session, audio, "audioFilePath").await?;
    }
    let policy = organisations::policy(app, actor.organisation).await?;
    let transaction = app.store.begin().await?;
    if let Some(agreement) = new.agreement.clone() {
        consent::agree(app, &transaction, actor, new.session, agreement).await?;
    }
    let consent = crate::consent::establish(
        app,
        &transaction,
        actor,
        Subject::Interview(new.session),
        None,
        &[Scope::Analysis],
    )
    .await?;
    let began = match new.began {
        Some(began) => Some(began),
        None => told_before(app, actor, &new).await?,
    };
    let answers = live::timed_answers(app, actor, new.session, began).await?;
    let settled = Settled {
        answers,
        ..settled(actor, &row, &new, began, consent)
    };
    let id = analyses::accept(app, &transaction, actor, &policy, settled)
        .await?
        .id;
    transaction.commit().await?;
    jobs::wake(app);
    let bound = crate::records::bound(actor, Action::ReadAnalyses)?;
    let analysis = analysis_rows::get(app.store.near(), bound, id).await?;
    job(app, actor, new.session, analysis).await
}

/// When the same video began, as an earlier analysis of it was told.
async fn told_before(
    app: &App,
    actor: &Actor,
    new: &NewAnalysis,
) -> Result<Option<Timestamp>, AppError> {
    let connection = app.store.fresh();
    let earlier = store::list_analyses(connection, actor.organisation, new.session).await?;
    let of_video = earlier
        .iter()
        .filter(|row| row.recording_id == Some(new.video.uuid()));
    Ok(of_video.map(request_of).find_map(|request| request.began))
}

fn settled(
    actor: &Actor,
    row: &interviews::Model,
    new: &NewAnalysis,
    began: Option<Timestamp>,
    consent: ConsentId,
) -> Settled {
    let request = Request {
        frame_fps: new.wishes.frame_fps,
        window_s: new.wishes.window_s,
        learned_fusion: new.wishes.learned_fusion,
        audio: new.audio,
        began,
    };
    Settled {
        recording: new.video,
        owner: actor.user(),
        interview: Some(new.session),
        question: None,
        asked: Question::default(),
        answers: Vec::new(),
        purpose: Purpose::Practice,
        wishes: analyses::Wishes {
            emotions: Some(sessions::session(row.clone()).emotions),
            frame_fps: Some(new.wishes.frame_fps),
            ..analyses::Wishes::default()
        },
        weights: None,
        request: json!({ store::ORIGIN: request }),
        callback_url: None,
        origin: store::ORIGIN.to_owned(),
        external_id: None,
        consent,
    }
}

async fn own_recording(
    app: &App,
    actor: &Actor,
    session: InterviewId,
    id: RecordingId,
    field: &str,
) -> Result<(), AppError> {
    let unknown = || {
        AppError::invalid(
            "invalid_media",
            field,
            format!("{field} is no id of a recording of this session; upload it first"),
        )
    };
    let recording = match media::get_recording(app, actor, id).await {
        Ok(recording) => recording,
        Err(AppError::NotFound(_)) => return Err(unknown()),
        Err(error) => return Err(error),
    };
    let is_own = recording.owner == actor.user() && recording.interview == Some(session);
    if is_own { Ok(()) } else { Err(unknown()) }
}
