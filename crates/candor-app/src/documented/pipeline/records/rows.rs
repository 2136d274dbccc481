//! A record as rows, and back.

use candor_core::{
    access::Actor,
    ids::{ApplicationId, CandidateId, InterviewId, QuestionId, RecordingId},
};
use candor_store::{
    Micros,
    entities::{applications, candidates, interview_questions, interviews, recordings},
    records::{self, scoped},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, QueryFilter, QueryOrder};
use serde_json::{Map, Value, json};

use super::ORIGIN;
use crate::{
    AppError,
    documented::pipeline::{
        facts::{QuestionFacts, RecordFacts},
        intake::NewRecord,
    },
};

/// The candidate and the application of a record: those that were sent before, unless something differs.
pub(super) async fn application(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    new: &NewRecord,
    now: Micros,
) -> Result<applications::Model, AppError> {
    let details = json!({"personalityTest": new.personality_test});
    let newest = scoped::rows::<applications::Entity>(actor.organisation)
        .filter(applications::Column::ExternalId.eq(new.application_id.as_str()))
        .order_by_desc(applications::Column::Id)
        .one(transaction)
        .await?;
    if let Some(there) = newest {
        let candidate = candidate_of(transaction, actor, &there).await?;
        let profile = candidate.map(|candidate| candidate.profile);
        if profile.as_ref() == new.candidate.as_ref() && there.details == details {
            return Ok(there);
        }
    }
    let candidate = match &new.candidate {
        Some(profile) => Some(insert_candidate(transaction, actor, profile, now).await?),
        None => None,
    };
    let row = applications::Model {
        id: ApplicationId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        external_id: Some(new.application_id.clone()),
        candidate_id: candidate.map(CandidateId::uuid),
        position_id: None,
        status: "submitted".to_owned(),
        details,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    scoped::insert::<applications::Entity>(transaction, row.clone()).await?;
    Ok(row)
}

async fn insert_candidate(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    profile: &Value,
    now: Micros,
) -> Result<CandidateId, AppError> {
    let text = |name: &str| {
        profile[name]
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    };
    let name: Vec<&str> = ["name", "surname"].into_iter().filter_map(text).collect();
    let id = CandidateId::generate();
    let row = candidates::Model {
        id: id.uuid(),
        organisation_id: actor.organisation.uuid(),
        user_id: None,
        external_id: text("id").map(str::to_owned),
        name: (!name.is_empty()).then(|| name.join(" ")),
        email: text("email").map(str::to_owned),
        phone: text("phone").map(str::to_owned),
        profile: profile.clone(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    scoped::insert::<candidates::Entity>(transaction, row).await?;
    Ok(id)
}

/// The interview of a record.
pub(super) async fn insert_interview(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    id: InterviewId,
    new: &NewRecord,
    application: &applications::Model,
    now: Micros,
) -> Result<interviews::Model, AppError> {
    let row = interviews::Model {
        id: id.uuid(),
        organisation_id: actor.organisation.uuid(),
        owner_id: actor.owner().map(Into::into),
        candidate_id: application.candidate_id,
        application_id: Some(application.id),
        position_id: None,
        external_id: Some(new.interview_id.clone()),
        origin: ORIGIN.to_owned(),
        purpose: new.purpose.as_str().to_owned(),
        title: new.title.clone(),
        job_role: None,
        domain: None,
        status: "queued".to_owned(),
        details: json!({"meta": {
            "apiVersion": new.api_version,
            "requestId": new.request_id,
            "callbackUrl": new.callback_url,
            "timestamp": jiff::Timestamp::from(now).to_string(),
        }}),
        overall_score: None,
        started_at: None,
        finished_at: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    scoped::insert::<interviews::Entity>(transaction, row.clone()).await?;
    Ok(row)
}

/// A question of a record.
pub(super) async fn insert_question(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    interview: InterviewId,
    ordinal: usize,
    question: &QuestionFacts,
    now: Micros,
) -> Result<QuestionId, AppError> {
    let id = QuestionId::generate();
    let row = interview_questions::Model {
        id: id.uuid(),
        organisation_id: actor.organisation.uuid(),
        interview_id: interview.uuid(),
        external_id: question.id.clone(),
        ordinal: i32::try_from(ordinal).unwrap_or(i32::MAX),
        text: question.text.clone(),
        expected_answer: question.expected_answer.clone(),
        keywords: json!(question.keywords),
        duration_s: Some(question.duration_s),
        details: json!({
            "order": question.order,
            "aiMetadata": question.ai_metadata,
            "videoResponseId": question.video_response_id,
            "videoUrl": question.video_url,
        }),
        created_at: now,
    };
    scoped::insert::<interview_questions::Entity>(transaction, row).await?;
    Ok(id)
}

/// The recording of an answer, yet to be fetched.
pub(super) async fn insert_recording(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    (interview, question): (InterviewId, QuestionId),
    (external_id, url): (&str, &str),
    consent: uuid::Uuid,
    now: Micros,
) -> Result<RecordingId, AppError> {
    let id = RecordingId::generate();
    let row = recordings::Model {
        id: id.uuid(),
        organisation_id: actor.organisation.uuid(),
        interview_id: Some(interview.uuid()),
        question_id: Some(question.uuid()),
        owner_id: actor.owner().map(Into::into),
        external_id: Some(external_id.to_owned()),
        source: "url".to_owned(),
        source_url: Some(url.to_owned()),
        state: "pending".to_owned(),
        object_key: None,
        file_name: None,
        content_type: None,
        bytes: None,
        sha256: None,
        duration_s: None,
        has_video: None,
        has_audio: None,
        error: None,
        consent_id: Some(consent),
        created_by: actor.principal.to_string(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    records::recordings::insert(transaction, row).await?;
    Ok(id)
}

/// The record of an interview.
pub(super) async fn record(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    row: &interviews::Model,
) -> Result<RecordFacts, AppError> {
    let mut application = Map::new();
    if let Some(id) = row.application_id {
        let there = scoped::find::<applications::Entity>(
            connection,
            actor.organisation,
            id,
            sea_orm::Condition::all(),
        )
        .await?;
        if let Some(there) = there {
            application.insert("id".to_owned(), json!(there.external_id));
            let candidate = candidate_of(connection, actor, &there).await?;
            if let Some(candidate) = candidate {
                application.insert("candidate".to_owned(), candidate.profile);
            }
            let test = there.details["personalityTest"].clone();
            if !test.is_null() {
                application.insert("personalityTest".to_owned(), test);
            }
        }
    }
    Ok(RecordFacts {
        id: row.id.into(),
        meta: row.details["meta"].clone(),
        application: Value::Object(application),
        interview_id: row.external_id.clone().unwrap_or_default(),
        title: row.title.clone(),
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    })
}

/// A question as it was sent.
pub(super) fn question(row: &interview_questions::Model) -> QuestionFacts {
    let text = |name: &str| row.details[name].as_str().map(str::to_owned);
    QuestionFacts {
        id: row.external_id.clone(),
        order: row.details["order"]
            .as_i64()
            .and_then(|order| i32::try_from(order).ok())
            .unwrap_or(row.ordinal),
        duration_s: row.duration_s.unwrap_or(0.0),
        text: row.text.clone(),
        expected_answer: row.expected_answer.clone(),
        keywords: serde_json::from_value(row.keywords.clone()).unwrap_or_default(),
        ai_metadata: row.details["aiMetadata"].clone(),
        video_response_id: text("videoResponseId").unwrap_or_default(),
        video_url: text("videoUrl"),
    }
}

async fn candidate_of(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    application: &applications::Model,
) -> Result<Option<candidates::Model>, AppError> {
    let Some(id) = application.candidate_id else {
        return Ok(None);
    };
    Ok(scoped::find::<candidates::Entity>(
        connection,
        actor.organisation,
        id,
        sea_orm::Condition::all(),
    )
    .await?)
}
