//! Tokens of chat models by organisation, day, processor, model and task.

use candor_core::ids::OrganisationId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::{StoreError, entities::token_usage};

pub use crate::entities::token_usage::Model as TokenUsageRow;

/// Adds calls and tokens to those of the same day, processor, model and task. One statement: who adds at the same time
/// loses nothing.
///
/// # Errors
/// What the database says.
pub async fn add(connection: &impl ConnectionTrait, row: TokenUsageRow) -> Result<(), StoreError> {
    use token_usage::Column;
    let sum = |column: Column, more: i64| {
        let so_far = Expr::col((token_usage::Entity, column));
        (column, so_far.add(more))
    };
    let sums = [
        sum(Column::Calls, row.calls),
        sum(Column::EstimatedCalls, row.estimated_calls),
        sum(Column::CallsWithoutFigures, row.calls_without_figures),
        sum(Column::PromptTokens, row.prompt_tokens),
        sum(Column::CompletionTokens, row.completion_tokens),
    ];
    token_usage::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([
                Column::OrganisationId,
                Column::Day,
                Column::Processor,
                Column::Model,
                Column::Task,
            ])
            .values(sums)
            .to_owned(),
        )
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// What an organisation used on the days from `first` to `last`, both included, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    first: i32,
    last: i32,
) -> Result<Vec<TokenUsageRow>, StoreError> {
    use token_usage::Column;
    Ok(token_usage::Entity::find()
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .filter(Column::Day.between(first, last))
        .order_by_asc(Column::Day)
        .order_by_asc(Column::Processor)
        .order_by_asc(Column::Model)
        .order_by_asc(Column::Task)
        .all(connection)
        .await?)
}
