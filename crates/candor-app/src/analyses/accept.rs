//! The one way to an analysis: its settings follow from purpose, policy and consent, its row and its job are
//! written together.

use candor_core::{
    access::Actor,
    ids::{AnalysisId, ConsentId, InterviewId, QuestionId, RecordingId, UserId},
    policy::{Policy, Scoring},
    purpose::Purpose,
};
use candor_signals::{
    scores::pipeline_r2::ScoreWeights, segments::TimedAnswer, text::content::Question,
};
use candor_store::records::analyses as rows;
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};

use super::Analysis;
use crate::{
    App, AppError,
    analyze::Settings,
    audit, config,
    consent::{self, Scope, Subject},
    jobs::{self, JobInput},
    steps::{ANALYSIS, AnalysisInput},
};

/// Lower runs first.
const PRIORITY: i32 = 3;

/// What may be set for one analysis; everything else is the configuration's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wishes {
    /// Language of the speech, e.g. `en`; `None`: as configured, or found out.
    pub language: Option<String>,
    /// Whether to look at the picture; `None`: yes.
    pub face: Option<bool>,
    /// Whether only stretches of speech are transcribed; `None`: yes.
    pub speech_only: Option<bool>,
    /// Whether expressions are told: only to a practising person who asks for it.
    pub emotions: Option<bool>,
    /// Frames classified per second; `None`: as configured.
    pub frame_fps: Option<f64>,
}

/// An analysis of which everything is settled: checked, allowed and agreed to.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    /// What is analysed.
    pub recording: RecordingId,
    /// The person it belongs to; `None`: the organisation.
    pub owner: Option<UserId>,
    /// The interview.
    pub interview: Option<InterviewId>,
    /// The question that is answered.
    pub question: Option<QuestionId>,
    /// What is asked.
    pub asked: Question,
    /// Several answers in the recording, with the times that a client told.
    pub answers: Vec<TimedAnswer>,
    /// What it is for.
    pub purpose: Purpose,
    /// Settings.
    pub wishes: Wishes,
    /// Weights of face, voice and content in the documented total.
    pub weights: Option<ScoreWeights>,
    /// What a documented interface was asked for besides.
    pub request: Value,
    /// Where the outcome is told.
    pub callback_url: Option<String>,
    /// Through which interface.
    pub origin: String,
    /// The client's own id.
    pub external_id: Option<String>,
    /// The consent it runs under.
    pub consent: ConsentId,
}

/// Writes the row and its job; call [`jobs::wake`] when the transaction is committed.
///
/// # Errors
/// [`AppError::Invalid`] for a language that can't be, and what the database says.
pub(crate) async fn accept(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    policy: &Policy,
    settled: Settled,
) -> Result<Analysis, AppError> {
    let id = AnalysisId::generate();
    let behaviour_agreed = agreed(app, transaction, actor, settled.recording).await?;
    let settings = settings(app, actor, policy, &settled, behaviour_agreed)?;
    let input = json!(AnalysisInput {
        recording: settled.recording,
        settings,
        policy: policy.clone(),
        behaviour_agreed,
        question: settled.asked,
        answers: settled.answers,
        weights: settled.weights,
        request: settled.request,
    });
    let job = JobInput {
        pipeline: ANALYSIS,
        organisation: actor.organisation,
        subject: Some(id.uuid()),
        priority: PRIORITY,
        input: input.clone(),
    };
    let job = jobs::enqueue(app, transaction, job).await?;
    let now = app.clock.now();
    let purpose = settled.purpose.as_str();
    let row = rows::Model {
        id: id.uuid(),
        organisation_id: actor.organisation.uuid(),
        job_id: job.uuid(),
        recording_id: Some(settled.recording.uuid()),
        interview_id: settled.interview.map(InterviewId::uuid),
        question_id: settled.question.map(QuestionId::uuid),
        owner_id: settled.owner.map(UserId::uuid),
        origin: settled.origin,
        external_id: settled.external_id,
        purpose: purpose.to_owned(),
        settings: input,
        callback_url: settled.callback_url,
        state: "queued".to_owned(),
        overall_score: None,
        result: None,
        error: None,
        consent_id: Some(settled.consent.uuid()),
        created_at: now.into(),
        started_at: None,
        finished_at: None,
        updated_at: now.into(),
        version: 1,
    };
    rows::insert(transaction, row.clone()).await?;
    let details = json!({ "purpose": purpose });
    let entry = audit::Entry::new(
        actor.organisation,
        actor.principal,
        "analysis.created",
        &id,
        details,
    );
    audit::record(transaction, app, entry).await?;
    Ok(row.into())
}

/// Whether being observed was agreed to; a key can't attest it.
async fn agreed(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    recording: RecordingId,
) -> Result<bool, AppError> {
    let subject = Subject::Recording(recording);
    let scopes = &[Scope::Behaviour];
    match consent::find_grounds(app, transaction, actor, subject, None, scopes).await {
        Ok(_) => Ok(true),
        Err(AppError::ConsentRequired) => Ok(false),
        Err(error) => Err(error),
    }
}

fn settings(
    app: &App,
    actor: &Actor,
    policy: &Policy,
    settled: &Settled,
    behaviour_agreed: bool,
) -> Result<Settings, AppError> {
    let configured = &app.config.analysis;
    let (purpose, wishes) = (settled.purpose, &settled.wishes);
    let language = match &wishes.language {
        Some(language) => Some(language_code(language)?),
        None => config::given(&configured.language).map(str::to_owned),
    };
    let in_hiring = purpose == Purpose::Hiring;
    Ok(Settings {
        purpose,
        face: wishes.face.unwrap_or(true),
        sample_fps: wishes.frame_fps.unwrap_or(configured.sample_fps),
        smooth_win: configured.smooth_win,
        max_width: configured.max_width,
        max_timeline: configured.max_timeline,
        max_duration_s: app.config.limits.duration_s,
        language,
        speech_only: wishes.speech_only.unwrap_or(true),
        // Only a person who practises may ask for it, and only for themself.
        emotions: wishes.emotions.unwrap_or(false)
            && settled.owner.is_some()
            && settled.owner == actor.user()
            && policy.allow_emotion(purpose).is_ok(),
        behaviour_in_hiring: in_hiring && policy.allow_behaviour(purpose, behaviour_agreed).is_ok(),
        documented_in_hiring: in_hiring && policy.scoring == Scoring::Documented,
        ..Settings::default()
    })
}

fn language_code(text: &str) -> Result<String, AppError> {
    let code = text.trim().to_ascii_lowercase();
    if (2..=3).contains(&code.len()) && code.chars().all(|c| c.is_ascii_lowercase()) {
        return Ok(code);
    }
    Err(AppError::invalid(
        "invalid_language",
        "settings.language",
        "language must be a code like \"en\"",
    ))
}
