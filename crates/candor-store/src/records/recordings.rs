//! Recordings and the numbered parts of live ones.

use candor_core::ids::{InterviewId, OrganisationId, QuestionId, RecordingId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::{only::ReadOne, reach::Rows, scoped};
use crate::{
    Micros, StoreError,
    entities::{interview_questions, interviews, recording_segments, recordings},
};

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct RecordingFilter {
    /// One interview.
    pub interview: Option<Uuid>,
    /// The client's own id.
    pub external_id: Option<String>,
    /// One state.
    pub state: Option<String>,
}

fn rows(organisation: OrganisationId, rows: Rows) -> Select<recordings::Entity> {
    recordings::Entity::find().filter(inside(organisation, rows))
}

fn inside(organisation: OrganisationId, rows: Rows) -> Condition {
    Condition::all()
        .add(recordings::Column::OrganisationId.eq(organisation.uuid()))
        .add(recordings::Column::DeletedAt.is_null())
        .add(rows.recordings())
}

/// Adds a recording.
///
/// # Errors
/// What the database says.
pub async fn insert(
    connection: &impl ConnectionTrait,
    recording: recordings::Model,
) -> Result<(), StoreError> {
    recordings::Entity::insert(recording.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// A recording that is not deleted.
///
/// # Errors
/// What the database says.
pub async fn find(
    connection: &impl ReadOne,
    organisation: OrganisationId,
    which: Rows,
    id: RecordingId,
) -> Result<Option<recordings::Model>, StoreError> {
    let condition = inside(organisation, which).add(recordings::Column::Id.eq(id.uuid()));
    Ok(connection.read_one::<recordings::Entity>(condition).await?)
}

/// At most `limit` recordings before `after`, newest first.
///
/// # Errors
/// What the database says.
pub async fn list(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    which: Rows,
    filter: &RecordingFilter,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<recordings::Model>, StoreError> {
    let mut query = rows(organisation, which);
    if let Some(interview) = filter.interview {
        query = query.filter(recordings::Column::InterviewId.eq(interview));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(recordings::Column::ExternalId.eq(external_id.as_str()));
    }
    if let Some(state) = &filter.state {
        query = query.filter(recordings::Column::State.eq(state.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(recordings::Column::Id.lt(after));
    }
    Ok(query
        .order_by_desc(recordings::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// Changes the columns set in `change` where the row still has the version that was read.
///
/// # Errors
/// [`StoreError::Conflict`] when it was changed meanwhile.
pub async fn update(
    connection: &impl ConnectionTrait,
    read: &recordings::Model,
    mut change: recordings::ActiveModel,
    now: Micros,
) -> Result<(), StoreError> {
    change.set(recordings::Column::UpdatedAt, now.into());
    change.set(recordings::Column::Version, (read.version + 1).into());
    let changed = recordings::Entity::update_many()
        .set(change)
        .filter(recordings::Column::Id.eq(read.id))
        .filter(recordings::Column::OrganisationId.eq(read.organisation_id))
        .filter(recordings::Column::Version.eq(read.version))
        .exec(connection)
        .await?;
    if changed.rows_affected == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict {
            entity: "recording",
        })
    }
}

/// Which of `keys` belong to a recording or one of its parts.
///
/// # Errors
/// What the database says.
pub async fn known_keys(
    connection: &impl ConnectionTrait,
    keys: &[String],
) -> Result<Vec<String>, StoreError> {
    let mut known: Vec<String> = recordings::Entity::find()
        .select_only()
        .column(recordings::Column::ObjectKey)
        .filter(recordings::Column::ObjectKey.is_in(keys.iter().map(String::as_str)))
        .filter(recordings::Column::DeletedAt.is_null())
        .into_tuple()
        .all(connection)
        .await?;
    let parts: Vec<String> = recording_segments::Entity::find()
        .select_only()
        .column(recording_segments::Column::ObjectKey)
        .filter(recording_segments::Column::ObjectKey.is_in(keys.iter().map(String::as_str)))
        .into_tuple()
        .all(connection)
        .await?;
    known.extend(parts);
    Ok(known)
}

/// Live recordings that nobody went on with since `before`.
///
/// # Errors
/// What the database says.
pub async fn stale_live(
    connection: &impl ConnectionTrait,
    before: Micros,
    limit: u64,
) -> Result<Vec<recordings::Model>, StoreError> {
    Ok(recordings::Entity::find()
        .filter(recordings::Column::Source.eq("segments"))
        .filter(recordings::Column::State.eq("pending"))
        .filter(recordings::Column::UpdatedAt.lt(before))
        .filter(recordings::Column::DeletedAt.is_null())
        .limit(limit)
        .all(connection)
        .await?)
}

/// The part with this number.
///
/// # Errors
/// What the database says.
pub async fn find_segment(
    connection: &impl ConnectionTrait,
    recording: RecordingId,
    number: i32,
) -> Result<Option<recording_segments::Model>, StoreError> {
    Ok(recording_segments::Entity::find()
        .filter(recording_segments::Column::RecordingId.eq(recording.uuid()))
        .filter(recording_segments::Column::Number.eq(number))
        .one(connection)
        .await?)
}

/// All parts in order.
///
/// # Errors
/// What the database says.
pub async fn list_segments(
    connection: &impl ConnectionTrait,
    recording: RecordingId,
) -> Result<Vec<recording_segments::Model>, StoreError> {
    Ok(recording_segments::Entity::find()
        .filter(recording_segments::Column::RecordingId.eq(recording.uuid()))
        .order_by_asc(recording_segments::Column::Number)
        .all(connection)
        .await?)
}

/// Bytes of all parts.
///
/// # Errors
/// What the database says.
pub async fn segment_bytes(
    connection: &impl ConnectionTrait,
    recording: RecordingId,
) -> Result<u64, StoreError> {
    let sizes: Vec<i64> = recording_segments::Entity::find()
        .select_only()
        .column(recording_segments::Column::Bytes)
        .filter(recording_segments::Column::RecordingId.eq(recording.uuid()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(sizes.iter().map(|bytes| bytes.unsigned_abs()).sum())
}

/// Adds a part.
///
/// # Errors
/// [`StoreError::Conflict`] when there is one with this number.
pub async fn insert_segment(
    connection: &impl ConnectionTrait,
    segment: recording_segments::Model,
) -> Result<(), StoreError> {
    recording_segments::Entity::insert(segment.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Notes that a part came: whoever read the recording before has to read it again.
///
/// # Errors
/// What the database says.
pub async fn touch(
    connection: &impl ConnectionTrait,
    recording: RecordingId,
    now: Micros,
) -> Result<(), StoreError> {
    recordings::Entity::update_many()
        .col_expr(recordings::Column::UpdatedAt, Expr::value(now))
        .col_expr(
            recordings::Column::Version,
            Expr::col(recordings::Column::Version).add(1),
        )
        .filter(recordings::Column::Id.eq(recording.uuid()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Forgets all parts.
///
/// # Errors
/// What the database says.
pub async fn delete_segments(
    connection: &impl ConnectionTrait,
    recording: RecordingId,
) -> Result<(), StoreError> {
    recording_segments::Entity::delete_many()
        .filter(recording_segments::Column::RecordingId.eq(recording.uuid()))
        .exec(connection)
        .await?;
    Ok(())
}

/// The interview that a recording is made for, as far as `which` reaches.
///
/// # Errors
/// What the database says.
pub async fn find_interview(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    which: Rows,
    id: InterviewId,
) -> Result<Option<interviews::Model>, StoreError> {
    scoped::find::<interviews::Entity>(connection, organisation, id.uuid(), which.interviews())
        .await
}

/// Whether the interview has this question.
///
/// # Errors
/// What the database says.
pub async fn has_question(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
    question: QuestionId,
) -> Result<bool, StoreError> {
    Ok(interview_questions::Entity::find()
        .filter(interview_questions::Column::OrganisationId.eq(organisation.uuid()))
        .filter(interview_questions::Column::InterviewId.eq(interview.uuid()))
        .filter(interview_questions::Column::Id.eq(question.uuid()))
        .one(connection)
        .await?
        .is_some())
}
