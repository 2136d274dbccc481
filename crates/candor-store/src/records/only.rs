//! Reads of the one row that a unique key can give.

use std::future::Future;

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, Select, TryIntoModel};

/// Whoever answers a read of one row: connections and transactions, and [`Near`](crate::near::Near).
pub trait ReadOne: Sync {
    /// The row, of a query that can't give more than one.
    fn read_one<E>(
        &self,
        select: Select<E>,
    ) -> impl Future<Output = Result<Option<E::Model>, DbErr>> + Send
    where
        E: EntityTrait<ActiveModel: TryIntoModel<E::Model>>;
}

/// [`Select::one`] without its `limit ?`: SQLite prepares a statement with a bound limit anew on every run, which
/// costs more than the read itself.
impl<C: ConnectionTrait> ReadOne for C {
    async fn read_one<E>(&self, select: Select<E>) -> Result<Option<E::Model>, DbErr>
    where
        E: EntityTrait<ActiveModel: TryIntoModel<E::Model>>,
    {
        Ok(select.all(self).await?.into_iter().next())
    }
}

/// [`ReadOne::read_one`] at the end of a query.
pub(crate) trait Only<E: EntityTrait> {
    /// The row, of a query that can't give more than one.
    fn only(
        self,
        connection: &impl ReadOne,
    ) -> impl Future<Output = Result<Option<E::Model>, DbErr>> + Send;
}

impl<E> Only<E> for Select<E>
where
    E: EntityTrait<ActiveModel: TryIntoModel<E::Model>>,
    Self: Send,
{
    async fn only(self, connection: &impl ReadOne) -> Result<Option<E::Model>, DbErr> {
        connection.read_one(self).await
    }
}
