//! A record is accepted once: its rows, the consent and one analysis for each recorded answer appear in one
//! transaction.

use candor_core::{
    access::{Action, Actor},
    ids::{AnalysisId, InterviewId},
};
use candor_store::{
    Micros,
    records::idempotency::{self, Claim, Request},
};
use jiff::SignedDuration;
use sea_orm::DatabaseTransaction;
use serde_json::json;
use uuid::Uuid;

use super::{ORIGIN, load, rows};
use crate::{
    App, AppError,
    analyses::{self, Settled, Wishes},
    consent::{self, Scope, Subject},
    documented::pipeline::intake::{NewRecord, StatedConsent},
    jobs, organisations,
    readiness::Disk,
    steps::COMMENTARY,
};

/// How long a repeated request id or video response id is recognised.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 3660);

/// An accepted record.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The record.
    pub record: InterviewId,
    /// Its questions in order.
    pub answers: Vec<AcceptedAnswer>,
}

/// A question of an accepted record.
#[derive(Debug, Clone, PartialEq)]
pub struct AcceptedAnswer {
    /// The client's id of the question.
    pub question_id: String,
    /// The client's id of the recording; empty without one.
    pub video_response_id: String,
    /// Its analysis; none where there is no recording.
    pub analysis: Option<AnalysisId>,
    /// Status of the analysis.
    pub status: String,
}

/// Accepts a record. A repeat of its request id, or of all its video response ids, answers the record that
/// was accepted first.
///
/// # Errors
/// [`AppError::ConsentRequired`] when nobody agreed, [`AppError::Conflict`] when a video response belongs
/// to another record. Nothing is stored then.
pub async fn create_record(app: &App, actor: &Actor, new: NewRecord) -> Result<Accepted, AppError> {
    actor.may(Action::WriteInterviews)?;
    actor.may(Action::WriteRecordings)?;
    actor.may(Action::RunAnalyses)?;
    if new
        .questions
        .iter()
        .any(|question| question.video_url.is_some())
    {
        Disk::of(app).require(0)?;
    }
    let mut new = new;
    let request_id = new
        .request_id
        .get_or_insert_with(|| Uuid::new_v4().to_string())
        .clone();
    let policy = organisations::policy(app, actor.organisation).await?;
    let now = Micros::from(app.clock.now());
    let id = InterviewId::generate();
    let transaction = app.store.begin().await?;
    let scopes = scopes(new.consent.as_ref());
    let subject = Subject::Interview(id);
    let grounds = consent::find_grounds(
        app,
        &transaction,
        actor,
        subject,
        new.consent.as_ref().map(StatedConsent::statement),
        Scope::USUAL,
    )
    .await?;
    if let Some(there) = claim_all(&transaction, actor, &new, &request_id, id, now).await? {
        // Nothing of this request is kept: the first one stands.
        transaction.rollback().await?;
        return load::accepted(app, actor, there).await;
    }
    let consent = consent::record(
        app,
        &transaction,
        actor.organisation,
        subject,
        grounds,
        &scopes,
    )
    .await?;
    let application = rows::application(&transaction, actor, &new, now).await?;
    rows::insert_interview(&transaction, actor, id, &new, &application, now).await?;
    let mut answers = Vec::new();
    for (ordinal, question) in new.questions.iter().enumerate() {
        let question_id =
            rows::insert_question(&transaction, actor, id, ordinal, question, now).await?;
        let analysis = match &question.video_url {
            None => None,
            Some(url) => {
                let recording = rows::insert_recording(
                    &transaction,
                    actor,
                    (id, question_id),
                    (&question.video_response_id, url),
                    consent.uuid(),
                    now,
                )
                .await?;
                let analysis = Settled {
                    recording,
                    owner: actor.owner(),
                    interview: Some(id),
                    question: Some(question_id),
                    asked: question.asked(),
                    answers: Vec::new(),
                    purpose: new.purpose,
                    wishes: wishes(),
                    weights: new.weights,
                    request: json!({ (COMMENTARY): true }),
                    callback_url: new.callback_url.clone(),
                    origin: ORIGIN.to_owned(),
                    external_id: Some(question.video_response_id.clone()),
                    consent,
                };
                let accepted = analyses::accept(app, &transaction, actor, &policy, analysis);
                Some(accepted.await?.id)
            }
        };
        answers.push(AcceptedAnswer {
            question_id: question.id.clone(),
            video_response_id: question.video_response_id.clone(),
            status: if analysis.is_some() {
                "queued"
            } else {
                "pending"
            }
            .to_owned(),
            analysis,
        });
    }
    transaction.commit().await?;
    jobs::wake(app);
    tracing::info!(interview.id = %id, n_answers = answers.len(), "pipeline.accepted");
    Ok(Accepted {
        record: id,
        answers,
    })
}

/// The documented formulas run in full for a person who practises, expressions included.
pub(crate) fn wishes() -> Wishes {
    Wishes {
        emotions: Some(true),
        ..Wishes::default()
    }
}

/// What a consent covers: behaviour only where it says so.
pub(super) fn scopes(consent: Option<&StatedConsent>) -> Vec<Scope> {
    let mut scopes = Scope::USUAL.to_vec();
    if consent.is_some_and(|consent| consent.covers_behaviour) {
        scopes.push(Scope::Behaviour);
    }
    scopes
}

/// Claims the ids of a request; the record that has them where there is one.
async fn claim_all(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    new: &NewRecord,
    request_id: &str,
    id: InterviewId,
    now: Micros,
) -> Result<Option<InterviewId>, AppError> {
    let request = format!("request:{request_id}");
    if let Some(there) = claim(transaction, actor, request, id, now).await? {
        return Ok(Some(there));
    }
    let mut taken = Vec::new();
    let mut n_free = 0;
    // In one order everywhere, so that two requests never wait for each other.
    let mut videos: Vec<&str> = new
        .questions
        .iter()
        .filter(|question| question.video_url.is_some())
        .map(|question| question.video_response_id.as_str())
        .collect();
    videos.sort_unstable();
    for video in videos {
        match claim(transaction, actor, format!("video:{video}"), id, now).await? {
            Some(there) => taken.push((video.to_owned(), there)),
            None => n_free += 1,
        }
    }
    let Some((video, there)) = taken.first() else {
        return Ok(None);
    };
    if n_free == 0 && taken.iter().all(|(_, other)| other == there) {
        return Ok(Some(*there));
    }
    Err(AppError::conflict(
        "video_response_taken",
        format!("the videoResponseId {video} belongs to another record"),
    ))
}

/// Claims one id; the record that has it where there is one.
async fn claim(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    key: String,
    id: InterviewId,
    now: Micros,
) -> Result<Option<InterviewId>, AppError> {
    let owner = actor
        .owner()
        .map_or_else(String::new, |user| format!(" {user}"));
    let request = Request {
        organisation: actor.organisation,
        principal: format!("{ORIGIN}{owner}"),
        key,
        hash: String::new(),
    };
    let expires = Micros::from(jiff::Timestamp::from(now) + REMEMBERED);
    match idempotency::claim(transaction, &request, now, expires).await? {
        Claim::First(row) => {
            let body = json!({"record": id.uuid()});
            idempotency::keep(transaction, row, 201, body).await?;
            Ok(None)
        }
        Claim::Other(row) => {
            let there = row.body.as_ref().and_then(|body| body["record"].as_str());
            let there = there.and_then(|id| id.parse().ok());
            Ok(Some(there.ok_or_else(|| {
                AppError::internal("a kept record id is damaged")
            })?))
        }
    }
}
