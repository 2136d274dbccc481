//! Reads of the one row that a unique key can give.

use std::future::Future;

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, Select};

/// [`Select::one`] without its `limit ?`: SQLite prepares a statement with a bound limit anew on every run, which
/// costs more than the read itself.
pub(crate) trait Only<E: EntityTrait> {
    /// The row, of a query that can't give more than one.
    fn only<C: ConnectionTrait>(
        self,
        connection: &C,
    ) -> impl Future<Output = Result<Option<E::Model>, DbErr>> + Send;
}

impl<E: EntityTrait> Only<E> for Select<E>
where
    Self: Send,
{
    async fn only<C: ConnectionTrait>(self, connection: &C) -> Result<Option<E::Model>, DbErr> {
        Ok(self.all(connection).await?.into_iter().next())
    }
}
