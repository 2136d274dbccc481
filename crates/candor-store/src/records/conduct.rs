//! Interviews as they are held: where each stands, and every turn of it.

use candor_core::ids::{InterviewId, OrganisationId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::scoped;
use crate::{
    Micros, StoreError,
    entities::{decisions, interview_sessions, interview_turns, interviews, invitations},
};

pub use interview_sessions::Model as SessionRow;
pub use interview_turns::Model as TurnRow;

/// Where an interview stands after a change.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The state, in JSON.
    pub state: serde_json::Value,
    /// Turns so far.
    pub n_turns: i32,
    /// `ready`, `running`, `paused` or `ended`.
    pub status: String,
    /// When.
    pub at: Micros,
}

/// Keeps where an interview stands, if it still has the version `expected`. `false`: it has another.
///
/// # Errors
/// What the database says.
pub async fn update_session(
    transaction: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
    expected: i32,
    standing: Standing,
) -> Result<bool, StoreError> {
    let values = interview_sessions::ActiveModel {
        state: Set(standing.state),
        n_turns: Set(standing.n_turns),
        status: Set(standing.status),
        updated_at: Set(standing.at),
        ..Default::default()
    };
    let changed = scoped::update::<interview_sessions::Entity>(
        transaction,
        organisation,
        interview.uuid(),
        Some(expected),
        Condition::all(),
        values,
    );
    Ok(changed.await?.is_some())
}

/// Adds turns.
///
/// # Errors
/// [`StoreError::Conflict`] where another turn has the place of one.
pub async fn insert_turns(
    transaction: &impl ConnectionTrait,
    rows: Vec<TurnRow>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(|row| row.into_active_model());
    interview_turns::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map_err(|error| match StoreError::from(error) {
            StoreError::Conflict { .. } => StoreError::Conflict { entity: "turn" },
            other => other,
        })?;
    Ok(())
}

/// Holds an interview's record against everybody else until the transaction ends. `false`: there is none.
///
/// # Errors
/// What the database says.
pub async fn lock_interview(
    transaction: &DatabaseTransaction,
    organisation: OrganisationId,
    interview: InterviewId,
) -> Result<bool, StoreError> {
    let held = scoped::rows::<interviews::Entity>(organisation)
        .filter(interviews::Column::Id.eq(interview.uuid()))
        .lock_exclusive()
        .all(transaction)
        .await?;
    Ok(!held.is_empty())
}

/// Puts another judgement in the place of a turn's, and keeps the one that was there.
///
/// # Errors
/// What the database says.
pub async fn replace_evaluation(
    transaction: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
    ordinal: i32,
    evaluation: serde_json::Value,
) -> Result<(), StoreError> {
    use interview_turns::Column;
    interview_turns::Entity::update_many()
        .set(interview_turns::ActiveModel {
            evaluation: Set(Some(evaluation)),
            ..Default::default()
        })
        // What stands on the right is the row as it was.
        .col_expr(Column::FirstEvaluation, Expr::col(Column::Evaluation))
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .filter(Column::InterviewId.eq(interview.uuid()))
        .filter(Column::Ordinal.eq(ordinal))
        .exec(transaction)
        .await?;
    Ok(())
}

/// All turns of an interview, in order.
///
/// # Errors
/// What the database says.
pub async fn list_turns(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
) -> Result<Vec<TurnRow>, StoreError> {
    Ok(scoped::rows::<interview_turns::Entity>(organisation)
        .filter(interview_turns::Column::InterviewId.eq(interview.uuid()))
        .order_by_asc(interview_turns::Column::Ordinal)
        .all(connection)
        .await?)
}

/// Interviews of all organisations with this status that were not touched since `before`, by id, after the id `after`.
///
/// # Errors
/// What the database says.
pub async fn list_idle(
    connection: &impl ConnectionTrait,
    status: &str,
    before: Micros,
    after: Option<InterviewId>,
    limit: u64,
) -> Result<Vec<(OrganisationId, InterviewId)>, StoreError> {
    use interview_sessions::Column;
    let which = Condition::all()
        .add(Column::Status.eq(status))
        .add(Column::UpdatedAt.lt(before))
        .add_option(after.map(|id| Column::Id.gt(id.uuid())));
    let found: Vec<(uuid::Uuid, uuid::Uuid)> = interview_sessions::Entity::find()
        .filter(which)
        .order_by_asc(Column::Id)
        .select_only()
        .columns([Column::OrganisationId, Column::Id])
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(found
        .into_iter()
        .map(|(organisation, interview)| (organisation.into(), interview.into()))
        .collect())
}

/// Marks the invitation that led to an interview as completed.
///
/// # Errors
/// What the database says.
pub async fn complete_invitation(
    transaction: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
    at: Micros,
) -> Result<(), StoreError> {
    use invitations::Column;
    invitations::Entity::update_many()
        .set(invitations::ActiveModel {
            status: Set("completed".to_owned()),
            updated_at: Set(at),
            ..Default::default()
        })
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .filter(Column::InterviewId.eq(interview.uuid()))
        .filter(Column::Status.eq("in_progress"))
        .exec(transaction)
        .await?;
    Ok(())
}

/// What was decided after an interview, newest first.
///
/// # Errors
/// What the database says.
pub async fn list_decisions(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
) -> Result<Vec<decisions::Model>, StoreError> {
    Ok(scoped::rows::<decisions::Entity>(organisation)
        .filter(decisions::Column::InterviewId.eq(interview.uuid()))
        .order_by_desc(decisions::Column::Id)
        .all(connection)
        .await?)
}
