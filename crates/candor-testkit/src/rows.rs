//! Everything that the database holds, to see that nothing was changed.

use candor_store::entities;
use sea_orm::EntityTrait;
use serde_json::Value;

use crate::TestServer;

macro_rules! tables {
    ($connection:ident: $($table:ident)*) => {
        vec![$({
            let rows = entities::$table::Entity::find().into_json().all($connection).await;
            (stringify!($table), rows.expect("the database answers"))
        }),*]
    };
}

impl TestServer {
    /// The rows of all tables that requests may change, by table. The minute of a key's last use is left out:
    /// that is noted for refused requests too.
    ///
    /// # Panics
    /// When the database is away.
    pub async fn rows(&self) -> Vec<(&'static str, Vec<String>)> {
        let connection = self.app.store.writer();
        let tables: Vec<(&'static str, Vec<Value>)> = tables!(connection:
            analyses api_keys applications artefacts audit_log candidates competencies consents
            fairness_samples interview_questions interview_responses interview_tokens interviews
            job_attempts job_events job_steps jobs memberships organisations positions
            practice_documents recording_segments recordings refresh_tokens reports setup_links
            token_families uploads users webhook_deliveries webhook_tries webhooks
        );
        tables
            .into_iter()
            .map(|(table, rows)| (table, texts(rows)))
            .collect()
    }
}

fn texts(rows: Vec<Value>) -> Vec<String> {
    let mut texts: Vec<String> = rows
        .into_iter()
        .map(|mut row| {
            if let Some(fields) = row.as_object_mut() {
                fields.remove("last_used_at");
            }
            row.to_string()
        })
        .collect();
    texts.sort();
    texts
}
