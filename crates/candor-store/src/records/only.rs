//! Reads of the one row that a unique key can give.

use std::future::Future;

use sea_orm::{Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, TryIntoModel};

/// Whoever answers a read of one row: connections and transactions, and [`Near`](crate::near::Near).
pub trait ReadOne: Sync {
    /// The row that fulfils a condition which more than one can't.
    fn read_one<E>(
        &self,
        condition: Condition,
    ) -> impl Future<Output = Result<Option<E::Model>, DbErr>> + Send
    where
        E: EntityTrait<ActiveModel: TryIntoModel<E::Model>>;
}

/// [`Select::one`](sea_orm::Select::one) without its `limit ?`: SQLite prepares a statement with a bound limit anew
/// on every run, which costs more than the read itself.
impl<C: ConnectionTrait> ReadOne for C {
    async fn read_one<E>(&self, condition: Condition) -> Result<Option<E::Model>, DbErr>
    where
        E: EntityTrait<ActiveModel: TryIntoModel<E::Model>>,
    {
        let found = E::find().filter(condition).all(self).await?;
        Ok(found.into_iter().next())
    }
}
