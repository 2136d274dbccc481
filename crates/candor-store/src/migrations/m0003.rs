//! Sign-in elsewhere: which person an identity of another system is.

use sea_orm_migration::{prelude::*, schema::*};

use super::{index, references, unique};

/// Makes the tables of sign-in through OpenID Connect.
#[derive(Debug)]
pub struct AddIdentities;

impl MigrationName for AddIdentities {
    fn name(&self) -> &str {
        "m0003_add_identities"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddIdentities {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(identities()).await?;
        manager.create_table(spent_states()).await?;
        for index in [
            unique("identities", &["issuer", "subject"]),
            index("identities", &["user_id"]),
            index("spent_states", &["expires_at"]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn identities() -> TableCreateStatement {
    Table::create()
        .table("identities")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(text("issuer"))
        .col(text("subject"))
        .col(big_integer("created_at"))
        .col(big_integer("last_used_at"))
        .foreign_key(&mut references("identities", "user_id", "users"))
        .to_owned()
}

fn spent_states() -> TableCreateStatement {
    Table::create()
        .table("spent_states")
        .col(uuid("id").primary_key())
        .col(text("state_hash").unique_key())
        .col(big_integer("expires_at"))
        .to_owned()
}
