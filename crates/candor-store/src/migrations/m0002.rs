//! Tokens that let candidates into one interview.

use sea_orm_migration::{prelude::*, schema::*};

use super::{index, references};

const TABLE: &str = "interview_tokens";

/// Makes the table of tokens.
#[derive(Debug)]
pub struct CreateInterviewTokens;

impl MigrationName for CreateInterviewTokens {
    fn name(&self) -> &str {
        "m0002_create_interview_tokens"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateInterviewTokens {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(interview_tokens()).await?;
        manager.create_index(index(TABLE, &["interview_id"])).await
    }
}

fn interview_tokens() -> TableCreateStatement {
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(uuid("organisation_id"))
        .col(uuid("interview_id"))
        .col(text("prefix"))
        .col(text("token_hash").unique_key())
        .col(text("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("revoked_at"))
        .foreign_key(&mut references(TABLE, "organisation_id", "organisations"))
        .foreign_key(&mut references(TABLE, "interview_id", "interviews"))
        .to_owned()
}
