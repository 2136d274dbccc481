//! Interviews, their questions and answers.

use candor_core::ids::{InterviewId, OrganisationId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{
    Micros, StoreError,
    entities::{interview_questions, interviews},
    records::scoped,
};

/// Marks the interview as changed, which also makes later writers of the same interview wait for the end
/// of the transaction. `false`: there is no such interview.
///
/// # Errors
/// What the database says.
pub async fn touch(
    transaction: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: InterviewId,
    filter: Condition,
    at: Micros,
) -> Result<bool, StoreError> {
    let done = interviews::Entity::update_many()
        .col_expr(interviews::Column::UpdatedAt, Expr::value(at.0))
        .col_expr(
            interviews::Column::Version,
            Expr::col(interviews::Column::Version).add(1),
        )
        .filter(interviews::Column::OrganisationId.eq(organisation.uuid()))
        .filter(interviews::Column::Id.eq(id.uuid()))
        .filter(interviews::Column::DeletedAt.is_null())
        .filter(filter)
        .exec(transaction)
        .await?;
    Ok(done.rows_affected > 0)
}

/// All questions of an interview, in order.
///
/// # Errors
/// What the database says.
pub async fn list_questions(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
) -> Result<Vec<interview_questions::Model>, StoreError> {
    Ok(scoped::rows::<interview_questions::Entity>(organisation)
        .filter(interview_questions::Column::InterviewId.eq(interview.uuid()))
        .order_by_asc(interview_questions::Column::Ordinal)
        .order_by_asc(interview_questions::Column::Id)
        .all(connection)
        .await?)
}

/// How many questions an interview has.
///
/// # Errors
/// What the database says.
pub async fn count_questions(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
) -> Result<u64, StoreError> {
    Ok(scoped::rows::<interview_questions::Entity>(organisation)
        .filter(interview_questions::Column::InterviewId.eq(interview.uuid()))
        .count(connection)
        .await?)
}

/// The order of the next question of an interview, from 0.
///
/// # Errors
/// What the database says.
pub async fn next_ordinal(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
) -> Result<i32, StoreError> {
    let last: Option<Option<i32>> = scoped::rows::<interview_questions::Entity>(organisation)
        .filter(interview_questions::Column::InterviewId.eq(interview.uuid()))
        .select_only()
        .column_as(interview_questions::Column::Ordinal.max(), "last")
        .into_tuple()
        .one(connection)
        .await?;
    Ok(last.flatten().map_or(0, |last| last.saturating_add(1)))
}
