//! The first tables.

use sea_orm_migration::prelude::*;

use super::{index, references, unique};

mod interviews;
mod people;
mod practice;
mod telling;
mod work;

/// Makes all tables of the first release.
#[derive(Debug)]
pub struct CreateTables;

impl MigrationName for CreateTables {
    fn name(&self) -> &str {
        "m0001_create_tables"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            people::tables(),
            interviews::tables(),
            work::tables(),
            telling::tables(),
            practice::tables(),
        ]
        .concat()
        {
            manager.create_table(table).await?;
        }
        for index in [
            people::indexes(),
            interviews::indexes(),
            work::indexes(),
            telling::indexes(),
            practice::indexes(),
        ]
        .concat()
        {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
