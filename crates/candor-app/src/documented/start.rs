//! An analysis in the transaction of what it belongs to.

use candor_core::{
    access::Actor,
    ids::{AnalysisId, ConsentId, InterviewId, QuestionId, RecordingId, UserId},
    policy::{Policy, Scoring},
    purpose::Purpose,
};
use candor_store::records::analyses as rows;
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};

use crate::{
    App, AppError,
    analyze::Settings,
    config::given,
    documented::pipeline::{facts::QuestionFacts, intake::ScoreWeights},
    jobs::{self, JobInput},
    steps::{ANALYSIS, AnalysisInput, Weights},
};

/// What is started.
pub(crate) struct Start {
    pub recording: RecordingId,
    pub interview: Option<InterviewId>,
    pub question: Option<QuestionId>,
    pub asked: candor_signals::text::content::Question,
    pub purpose: Purpose,
    pub agreed_to_behaviour: bool,
    pub weights: Option<ScoreWeights>,
    pub callback_url: Option<String>,
    pub origin: &'static str,
    pub external_id: Option<String>,
    pub request: Value,
    pub consent: ConsentId,
    pub practice: Option<Practising>,
}

/// What a practising person chooses for themself.
pub(crate) struct Practising {
    /// Whom the analysis belongs to; `None`: the organisation, for a machine.
    pub owner: Option<UserId>,
    /// Frames classified per second.
    pub frame_fps: f64,
    /// Whether expressions are told.
    pub emotions: bool,
}

/// What the steps are told of a question.
pub(crate) fn asked(question: &QuestionFacts) -> candor_signals::text::content::Question {
    candor_signals::text::content::Question {
        text: question.text.clone(),
        expected_answer: question.expected_answer.clone(),
        keywords: question.keywords.clone(),
    }
}

/// Adds the analysis and its job; call [`jobs::wake`] when the transaction is committed.
pub(crate) async fn start(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    policy: &Policy,
    start: Start,
) -> Result<AnalysisId, AppError> {
    let id = AnalysisId::generate();
    let observed = policy
        .allow_behaviour(Purpose::Hiring, start.agreed_to_behaviour)
        .is_ok();
    let configured = &app.config.analysis;
    let practice = start.practice.as_ref();
    let settings = Settings {
        purpose: start.purpose,
        sample_fps: practice.map_or(configured.sample_fps, |practice| practice.frame_fps),
        smooth_win: configured.smooth_win,
        max_width: configured.max_width,
        max_timeline: configured.max_timeline,
        max_duration_s: app.config.limits.duration_s,
        language: given(&configured.language).map(str::to_owned),
        // Only people may have them told, and only for themselves.
        emotions: policy.allow_emotion(start.purpose).is_ok()
            && practice.map_or(actor.owner().is_some(), |practice| practice.emotions),
        behaviour_in_hiring: observed,
        documented_in_hiring: observed && policy.scoring == Scoring::Documented,
        ..Settings::default()
    };
    let input = json!(AnalysisInput {
        recording: start.recording,
        settings,
        policy: policy.clone(),
        behaviour_agreed: start.agreed_to_behaviour,
        question: start.asked,
        weights: start.weights.map(|weights| Weights {
            face: weights.face,
            voice: weights.voice,
            llm: weights.llm,
        }),
        request: start.request,
    });
    let job = jobs::enqueue(
        app,
        transaction,
        JobInput {
            pipeline: ANALYSIS,
            organisation: actor.organisation,
            subject: Some(id.uuid()),
            priority: 3,
            input: input.clone(),
        },
    )
    .await?;
    let now = app.clock.now().into();
    let row = rows::Model {
        id: id.uuid(),
        organisation_id: actor.organisation.uuid(),
        job_id: job.uuid(),
        recording_id: Some(start.recording.uuid()),
        interview_id: start.interview.map(InterviewId::uuid),
        question_id: start.question.map(QuestionId::uuid),
        owner_id: match &start.practice {
            Some(practice) => practice.owner,
            None => actor.owner(),
        }
        .map(Into::into),
        origin: start.origin.to_owned(),
        external_id: start.external_id,
        purpose: match start.purpose {
            Purpose::Hiring => "hiring",
            Purpose::Practice => "practice",
        }
        .to_owned(),
        settings: input,
        callback_url: start.callback_url,
        state: "queued".to_owned(),
        overall_score: None,
        result: None,
        error: None,
        consent_id: Some(start.consent.uuid()),
        created_at: now,
        started_at: None,
        finished_at: None,
        updated_at: now,
        version: 1,
    };
    rows::insert(transaction, row).await?;
    Ok(id)
}
