//! Changes of the tables, in order: appended, never edited once released; first expand, then contract.

use sea_orm_migration::prelude::*;

mod m0001;
mod m0002;
mod m0003;
mod m0004;

/// All changes.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001::CreateTables),
            Box::new(m0002::CreateInterviewTokens),
            Box::new(m0003::AddIdentities),
            Box::new(m0004::AddInterviewing),
        ]
    }
}

/// A reference to the `id` of another table; rows go with what they belong to.
fn references(
    from: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(from, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

fn named(table: &'static str, columns: &[&'static str], prefix: &str) -> IndexCreateStatement {
    let mut statement = Index::create()
        .name(format!("{prefix}_{table}_{}", columns.join("_")))
        .table(table)
        .to_owned();
    for column in columns {
        statement.col(*column);
    }
    statement
}

/// An index for reading.
fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    named(table, columns, "ix")
}

/// An index that keeps a combination unique.
fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    named(table, columns, "uq").unique().to_owned()
}
