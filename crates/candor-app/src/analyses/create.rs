//! Accepting an analysis: consent, policy and purpose first, then the row and its job in one transaction.

use candor_core::{
    access::{Action, Actor, Reach},
    ids::{AnalysisId, ConsentId, InterviewId, QuestionId, RecordingId, UserId},
    policy::{Policy, Scoring},
    purpose::Purpose,
};
use candor_signals::text::content::Question;
use candor_store::{
    StoreError,
    entities::{interview_questions, interviews, recordings},
    records::{self, analyses as rows, reach::Rows},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::Analysis;
use crate::{
    App, AppError,
    analyze::Settings,
    audit, config,
    consent::{self, ConsentStatement, Scope, Subject},
    fields,
    jobs::{self, JobInput},
    media::{self, NewRecording},
    organisations,
    steps::{ANALYSIS, AnalysisInput, Weights},
};

/// Longest list of keywords.
const MOST_KEYWORDS: usize = 200;
/// Longest address.
const LONGEST_URL: usize = 2000;

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
}

/// A new analysis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewAnalysis {
    /// A recording that is here; either this or `url`.
    pub recording: Option<RecordingId>,
    /// Where the recording is fetched from.
    pub url: Option<String>,
    /// The interview; that of the recording where it has one.
    pub interview: Option<InterviewId>,
    /// A question of the interview; that of the recording where it has one.
    pub question_id: Option<QuestionId>,
    /// What is asked; fields that are given win over the interview's question.
    pub question: Question,
    /// What it is for; `None`: as the interview says, `practice` for people who analyse their own, else
    /// `hiring`.
    pub purpose: Option<Purpose>,
    /// Settings.
    pub wishes: Wishes,
    /// Where the outcome is told.
    pub callback_url: Option<String>,
    /// The consent it runs under; one that was given before counts as well.
    pub consent: Option<ConsentStatement>,
    /// The client's own id.
    pub external_id: Option<String>,
    /// The client's own id of a recording that is fetched.
    pub recording_external_id: Option<String>,
    /// Through which interface; empty: `native`.
    pub origin: String,
    /// Weights of face, voice and content in the documented total.
    pub weights: Option<Weights>,
    /// What a documented interface was asked for besides.
    pub request: Value,
    /// Lower runs first; `None`: 3.
    pub priority: Option<i32>,
}

/// Accepts an analysis.
///
/// # Errors
/// [`AppError::ConsentRequired`], [`AppError::NotFound`] for a recording, interview or question out of reach,
/// [`AppError::Invalid`] for a field that can't be. Nothing is stored then.
pub async fn create(app: &App, actor: &Actor, new: NewAnalysis) -> Result<Analysis, AppError> {
    let transaction = app.store.begin().await?;
    let analysis = create_within(app, &transaction, actor, new).await?;
    transaction.commit().await?;
    jobs::wake(app);
    Ok(analysis)
}

/// [`create`] in the caller's transaction; call [`jobs::wake`] when it is committed.
///
/// # Errors
/// Like [`create`].
pub async fn create_within(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    new: NewAnalysis,
) -> Result<Analysis, AppError> {
    let reach = actor.may(Action::RunAnalyses)?;
    let new = checked(new)?;
    let policy = organisations::policy(app, actor.organisation).await?;
    let which = crate::records::rows(actor, reach)?;
    let recording = recording(app, transaction, actor, which, &new).await?;
    let place = place(transaction, actor, which, &new, &recording).await?;
    let purpose = purpose(reach, &new, place.interview.as_ref())?;
    let id = RecordingId::from(recording.id);
    let subject = Subject::Recording(id);
    let consent = consent::establish(
        app,
        transaction,
        actor,
        subject,
        new.consent.clone(),
        &[Scope::Analysis],
    )
    .await?;
    let behaviour = &[Scope::Behaviour];
    let agreed = consent::find_grounds(app, transaction, actor, subject, None, behaviour).await;
    let behaviour_agreed = match agreed {
        Ok(_) => true,
        Err(AppError::ConsentRequired) => false,
        Err(error) => return Err(error),
    };
    let input = AnalysisInput {
        recording: id,
        settings: settings(app, actor, &policy, purpose, behaviour_agreed, &new.wishes)?,
        policy,
        behaviour_agreed,
        question: question(new.question.clone(), place.question.as_ref())?,
        weights: new.weights,
        request: new.request.clone(),
    };
    accept(
        app,
        transaction,
        actor,
        new,
        place,
        consent,
        &recording,
        input,
    )
    .await
}

/// Refuses what can't be.
fn checked(mut new: NewAnalysis) -> Result<NewAnalysis, AppError> {
    if new.recording.is_some() == new.url.is_some() {
        return Err(AppError::invalid(
            "invalid_recording",
            "recording_id",
            "give either recording_id or url",
        ));
    }
    if let Some(id) = &new.external_id {
        new.external_id = Some(fields::line("external_id", id, fields::LINE)?);
    }
    if let Some(text) = &new.callback_url {
        let url = url::Url::parse(text).ok();
        let is_web = url.is_some_and(|url| {
            ["http", "https"].contains(&url.scheme()) && url.host_str().is_some()
        });
        if !is_web || text.len() > LONGEST_URL {
            return Err(AppError::invalid(
                "invalid_callback_url",
                "callback_url",
                "callback_url must be an http or https address",
            ));
        }
    }
    if let Some(weights) = &new.weights {
        let all = [weights.face, weights.voice, weights.llm];
        let is_usable = all
            .iter()
            .all(|weight| weight.is_finite() && *weight >= 0.0)
            && all.iter().sum::<f64>() > 0.0;
        if !is_usable {
            return Err(AppError::invalid(
                "invalid_weights",
                "scoreWeights",
                "weights must not be negative, and one must be above 0",
            ));
        }
    }
    if new.origin.is_empty() {
        "native".clone_into(&mut new.origin);
    }
    Ok(new)
}

async fn recording(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    which: Rows,
    new: &NewAnalysis,
) -> Result<recordings::Model, AppError> {
    let id = match (&new.url, new.recording) {
        (Some(url), _) => {
            let announced = NewRecording {
                interview: new.interview,
                question: new.question_id,
                external_id: new.recording_external_id.clone(),
                file_name: None,
                consent: new.consent.clone(),
            };
            media::announce(app, transaction, actor, url, announced)
                .await?
                .id
        }
        (None, Some(id)) => id,
        (None, None) => return Err(AppError::NotFound("recording")),
    };
    let row = records::recordings::find(transaction, actor.organisation, which, id)
        .await?
        .ok_or(AppError::NotFound("recording"))?;
    if row.state == "failed" || (row.state == "pending" && row.source_url.is_none()) {
        return Err(AppError::conflict(
            "recording_not_available",
            "the recording has not arrived; finish its upload first",
        ));
    }
    Ok(row)
}

/// Interview and question of an analysis.
struct Place {
    interview: Option<interviews::Model>,
    question: Option<interview_questions::Model>,
}

async fn place(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    which: Rows,
    new: &NewAnalysis,
    recording: &recordings::Model,
) -> Result<Place, AppError> {
    let interview = match new
        .interview
        .map(InterviewId::uuid)
        .or(recording.interview_id)
    {
        None => None,
        Some(id) => {
            let id = InterviewId::from(id);
            let found =
                records::recordings::find_interview(transaction, actor.organisation, which, id);
            Some(found.await?.ok_or(AppError::NotFound("interview"))?)
        }
    };
    let question = match new
        .question_id
        .map(QuestionId::uuid)
        .or(recording.question_id)
    {
        None => None,
        Some(id) => {
            let interview = interview.as_ref().ok_or(AppError::NotFound("question"))?;
            let found = interview_questions::Entity::find_by_id(id)
                .filter(interview_questions::Column::InterviewId.eq(interview.id))
                .one(transaction)
                .await
                .map_err(StoreError::from)?;
            Some(found.ok_or(AppError::NotFound("question"))?)
        }
    };
    Ok(Place {
        interview,
        question,
    })
}

/// What it is for. An interview held for hiring stays one, whatever the request says.
fn purpose(
    reach: Reach,
    new: &NewAnalysis,
    interview: Option<&interviews::Model>,
) -> Result<Purpose, AppError> {
    if let Some(interview) = interview {
        let of_interview = match interview.purpose.as_str() {
            "practice" => Purpose::Practice,
            _ => Purpose::Hiring,
        };
        if new.purpose.is_some_and(|purpose| purpose != of_interview) {
            return Err(AppError::invalid(
                "invalid_purpose",
                "purpose",
                "the purpose is that of the interview; leave it out",
            ));
        }
        return Ok(of_interview);
    }
    match (reach, new.purpose) {
        (Reach::Own, Some(Purpose::Hiring)) => Err(AppError::invalid(
            "invalid_purpose",
            "purpose",
            "analyses of your own are for practice",
        )),
        (Reach::Own, _) => Ok(Purpose::Practice),
        (Reach::Organisation, purpose) => Ok(purpose.unwrap_or(Purpose::Hiring)),
    }
}

fn settings(
    app: &App,
    actor: &Actor,
    policy: &Policy,
    purpose: Purpose,
    behaviour_agreed: bool,
    wishes: &Wishes,
) -> Result<Settings, AppError> {
    let configured = &app.config.analysis;
    let language = match &wishes.language {
        Some(language) => Some(language_code(language)?),
        None => config::given(&configured.language).map(str::to_owned),
    };
    let in_hiring = purpose == Purpose::Hiring;
    Ok(Settings {
        purpose,
        face: wishes.face.unwrap_or(true),
        sample_fps: configured.sample_fps,
        smooth_win: configured.smooth_win,
        max_width: configured.max_width,
        max_timeline: configured.max_timeline,
        max_duration_s: app.config.limits.duration_s,
        language,
        speech_only: wishes.speech_only.unwrap_or(true),
        // Only a person who practises may ask for it, and only for themself.
        emotions: wishes.emotions.unwrap_or(false)
            && actor.owner().is_some()
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

/// What is asked: the request's words, else those of the interview's question.
fn question(
    given: Question,
    row: Option<&interview_questions::Model>,
) -> Result<Question, AppError> {
    let text = given.text.or_else(|| row?.text.clone());
    let expected_answer = given
        .expected_answer
        .or_else(|| row?.expected_answer.clone());
    let keywords = if given.keywords.is_empty() {
        row.and_then(|row| serde_json::from_value(row.keywords.clone()).ok())
            .unwrap_or_default()
    } else {
        given.keywords
    };
    let prose = |field, text: Option<String>| {
        text.filter(|text| !text.trim().is_empty())
            .map(|text| fields::prose(field, &text, fields::PROSE))
            .transpose()
    };
    Ok(Question {
        text: prose("question.text", text)?,
        expected_answer: prose("question.expected_answer", expected_answer)?,
        keywords: fields::lines("question.keywords", &keywords, MOST_KEYWORDS)?,
    })
}

/// Writes the row and its job.
#[expect(
    clippy::too_many_arguments,
    reason = "everything that was found out about one request"
)]
async fn accept(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    new: NewAnalysis,
    place: Place,
    consent: ConsentId,
    recording: &recordings::Model,
    input: AnalysisInput,
) -> Result<Analysis, AppError> {
    let id = AnalysisId::generate();
    let purpose = match input.settings.purpose {
        Purpose::Practice => "practice",
        Purpose::Hiring => "hiring",
    };
    let input = json!(input);
    let job = jobs::enqueue(
        app,
        transaction,
        JobInput {
            pipeline: ANALYSIS,
            organisation: actor.organisation,
            subject: Some(id.uuid()),
            priority: new.priority.unwrap_or(3),
            input: input.clone(),
        },
    )
    .await?;
    let now = app.clock.now();
    let owner = actor.owner().map(UserId::uuid).or(recording.owner_id);
    let row = rows::Model {
        id: id.uuid(),
        organisation_id: actor.organisation.uuid(),
        job_id: job.uuid(),
        recording_id: Some(recording.id),
        interview_id: place.interview.map(|interview| interview.id),
        question_id: place.question.map(|question| question.id),
        owner_id: owner,
        origin: new.origin,
        external_id: new.external_id,
        purpose: purpose.to_owned(),
        settings: input,
        callback_url: new.callback_url,
        state: "queued".to_owned(),
        overall_score: None,
        result: None,
        error: None,
        consent_id: Some(consent.uuid()),
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
