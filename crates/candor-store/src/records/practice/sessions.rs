//! Sessions, their questions, answers, videos and analyses.

use candor_core::ids::{InterviewId, OrganisationId, UserId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    Micros, StoreError,
    entities::{analyses, interview_questions, interview_responses, interviews, recordings},
};

/// `interviews.origin` of practice sessions.
pub const ORIGIN: &str = "practice";

/// Whose sessions are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Practiser {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The person; `None`: sessions that belong to no person, made by machines.
    pub person: Option<UserId>,
}

fn own(practiser: Practiser) -> Select<interviews::Entity> {
    let query = interviews::Entity::find()
        .filter(interviews::Column::OrganisationId.eq(practiser.organisation.uuid()))
        .filter(interviews::Column::Origin.eq(ORIGIN))
        .filter(interviews::Column::DeletedAt.is_null());
    match practiser.person {
        Some(person) => query.filter(interviews::Column::OwnerId.eq(person.uuid())),
        None => query.filter(interviews::Column::OwnerId.is_null()),
    }
}

/// Adds a session.
///
/// # Errors
/// What the database says.
pub async fn insert_session(
    connection: &impl ConnectionTrait,
    row: interviews::Model,
) -> Result<(), StoreError> {
    interviews::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// One session.
///
/// # Errors
/// What the database says.
pub async fn find_session(
    connection: &impl ConnectionTrait,
    practiser: Practiser,
    id: InterviewId,
) -> Result<Option<interviews::Model>, StoreError> {
    Ok(own(practiser)
        .filter(interviews::Column::Id.eq(id.uuid()))
        .one(connection)
        .await?)
}

/// The newest `limit` sessions, newest first.
///
/// # Errors
/// What the database says.
pub async fn list_sessions(
    connection: &impl ConnectionTrait,
    practiser: Practiser,
    limit: u64,
) -> Result<Vec<interviews::Model>, StoreError> {
    Ok(own(practiser)
        .order_by_desc(interviews::Column::CreatedAt)
        .order_by_desc(interviews::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// Sets the status of a session that has one of the statuses in `from`.
///
/// # Errors
/// What the database says.
pub async fn set_status(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: InterviewId,
    from: &[&str],
    to: &str,
    at: Micros,
) -> Result<(), StoreError> {
    interviews::Entity::update_many()
        .col_expr(interviews::Column::Status, Expr::value(to))
        .col_expr(interviews::Column::UpdatedAt, Expr::value(at.0))
        .col_expr(
            interviews::Column::Version,
            Expr::col(interviews::Column::Version).add(1),
        )
        .filter(interviews::Column::OrganisationId.eq(organisation.uuid()))
        .filter(interviews::Column::Id.eq(id.uuid()))
        .filter(interviews::Column::Status.is_in(from.iter().copied()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Notes when a session ended, unless that is known.
///
/// # Errors
/// What the database says.
pub async fn set_finished(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: InterviewId,
    at: Micros,
) -> Result<(), StoreError> {
    interviews::Entity::update_many()
        .col_expr(interviews::Column::FinishedAt, Expr::value(at.0))
        .filter(interviews::Column::OrganisationId.eq(organisation.uuid()))
        .filter(interviews::Column::Id.eq(id.uuid()))
        .filter(interviews::Column::FinishedAt.is_null())
        .exec(connection)
        .await?;
    Ok(())
}

fn questions(
    organisation: OrganisationId,
    session: InterviewId,
) -> Select<interview_questions::Entity> {
    interview_questions::Entity::find()
        .filter(interview_questions::Column::OrganisationId.eq(organisation.uuid()))
        .filter(interview_questions::Column::InterviewId.eq(session.uuid()))
}

/// Questions in order.
///
/// # Errors
/// What the database says.
pub async fn list_questions(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    session: InterviewId,
) -> Result<Vec<interview_questions::Model>, StoreError> {
    Ok(questions(organisation, session)
        .order_by_asc(interview_questions::Column::Ordinal)
        .order_by_asc(interview_questions::Column::Id)
        .all(connection)
        .await?)
}

/// How many questions there are.
///
/// # Errors
/// What the database says.
pub async fn count_questions(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    session: InterviewId,
) -> Result<u64, StoreError> {
    Ok(questions(organisation, session).count(connection).await?)
}

/// A question by the client's id.
///
/// # Errors
/// What the database says.
pub async fn find_question(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    session: InterviewId,
    external_id: &str,
) -> Result<Option<interview_questions::Model>, StoreError> {
    Ok(questions(organisation, session)
        .filter(interview_questions::Column::ExternalId.eq(external_id))
        .one(connection)
        .await?)
}

/// Adds a question.
///
/// # Errors
/// [`StoreError::Conflict`] when there is one with this id.
pub async fn insert_question(
    connection: &impl ConnectionTrait,
    row: interview_questions::Model,
) -> Result<(), StoreError> {
    interview_questions::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// How many answers in words there are.
///
/// # Errors
/// What the database says.
pub async fn count_responses(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    session: InterviewId,
) -> Result<u64, StoreError> {
    Ok(interview_responses::Entity::find()
        .filter(interview_responses::Column::OrganisationId.eq(organisation.uuid()))
        .filter(interview_responses::Column::InterviewId.eq(session.uuid()))
        .count(connection)
        .await?)
}

/// Answers in words, newest first.
///
/// # Errors
/// What the database says.
pub async fn list_responses(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    session: InterviewId,
) -> Result<Vec<interview_responses::Model>, StoreError> {
    const MOST: u64 = 2000;
    Ok(interview_responses::Entity::find()
        .filter(interview_responses::Column::OrganisationId.eq(organisation.uuid()))
        .filter(interview_responses::Column::InterviewId.eq(session.uuid()))
        .order_by_desc(interview_responses::Column::Id)
        .limit(MOST)
        .all(connection)
        .await?)
}

/// Appends an answer.
///
/// # Errors
/// What the database says.
pub async fn insert_response(
    connection: &impl ConnectionTrait,
    row: interview_responses::Model,
) -> Result<(), StoreError> {
    interview_responses::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The newest recording of a session that has a picture and can be played.
///
/// # Errors
/// What the database says.
pub async fn latest_video(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    session: InterviewId,
) -> Result<Option<recordings::Model>, StoreError> {
    Ok(recordings::Entity::find()
        .filter(recordings::Column::OrganisationId.eq(organisation.uuid()))
        .filter(recordings::Column::InterviewId.eq(session.uuid()))
        .filter(recordings::Column::State.eq("available"))
        .filter(recordings::Column::DeletedAt.is_null())
        .filter(
            recordings::Column::HasVideo
                .is_null()
                .or(recordings::Column::HasVideo.eq(true)),
        )
        .order_by_desc(recordings::Column::CreatedAt)
        .order_by_desc(recordings::Column::Id)
        .one(connection)
        .await?)
}

fn analyses_of(
    organisation: OrganisationId,
    sessions: impl IntoIterator<Item = Uuid>,
) -> Select<analyses::Entity> {
    analyses::Entity::find()
        .filter(analyses::Column::OrganisationId.eq(organisation.uuid()))
        .filter(analyses::Column::Origin.eq(ORIGIN))
        .filter(analyses::Column::InterviewId.is_in(sessions))
}

/// Analyses of a session, newest first.
///
/// # Errors
/// What the database says.
pub async fn list_analyses(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    session: InterviewId,
) -> Result<Vec<analyses::Model>, StoreError> {
    Ok(analyses_of(organisation, [session.uuid()])
        .order_by_desc(analyses::Column::Id)
        .all(connection)
        .await?)
}

/// An analysis of a session.
#[derive(Debug, Clone, FromQueryResult)]
pub struct AnalysisState {
    /// The analysis.
    pub id: Uuid,
    /// The session.
    pub interview_id: Option<Uuid>,
    /// `queued`, `in_progress`, `done`, `failed` or `cancelled`.
    pub state: String,
}

/// Analyses of these sessions, oldest first.
///
/// # Errors
/// What the database says.
pub async fn analysis_states(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    sessions: &[Uuid],
) -> Result<Vec<AnalysisState>, StoreError> {
    Ok(analyses_of(organisation, sessions.iter().copied())
        .select_only()
        .column(analyses::Column::Id)
        .column(analyses::Column::InterviewId)
        .column(analyses::Column::State)
        .order_by_asc(analyses::Column::Id)
        .into_model::<AnalysisState>()
        .all(connection)
        .await?)
}
