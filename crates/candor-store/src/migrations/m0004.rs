//! Tables for authoring, holding and scheduling interviews, and for coaching.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, json_binary_null},
};

use super::{index, references, unique};

mod authoring;
mod coaching;
mod conduct;
mod scheduling;

/// Makes the tables of the interviewer.
#[derive(Debug)]
pub struct AddInterviewing;

impl MigrationName for AddInterviewing {
    fn name(&self) -> &str {
        "m0004_add_interviewing"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddInterviewing {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            authoring::tables(),
            conduct::tables(),
            scheduling::tables(),
            coaching::tables(),
        ]
        .concat()
        {
            manager.create_table(table).await?;
        }
        for index in [
            authoring::indexes(),
            conduct::indexes(),
            scheduling::indexes(),
            coaching::indexes(),
        ]
        .concat()
        {
            manager.create_index(index).await?;
        }
        for column in [
            json_binary_null("posting"),
            big_integer_null("published_at"),
        ] {
            let change = Table::alter()
                .table("positions")
                .add_column(column)
                .to_owned();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
