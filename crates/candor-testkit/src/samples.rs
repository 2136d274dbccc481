//! Samples of the audits over practice sessions.

use candor_core::ids::OrganisationId;
use candor_store::{entities::fairness_samples, records::practice::insert_sample};
use uuid::Uuid;

use crate::TestServer;

impl TestServer {
    /// Keeps a sample of an organisation: how fast somebody spoke, and a score of engagement.
    ///
    /// # Panics
    /// When it can't be kept.
    pub async fn keep_sample(&self, organisation: OrganisationId, rate_band: &str, score: f64) {
        let row = fairness_samples::Model {
            id: Uuid::new_v4(),
            organisation_id: organisation.uuid(),
            day: 20_000,
            eye_contact_band: None,
            speaking_rate_band: Some(rate_band.to_owned()),
            pause_band: None,
            content_relevance_band: None,
            lighting_condition: None,
            engagement: Some(score),
            communication_clarity: None,
            interview_comprehension: None,
            overall_performance: None,
        };
        let kept = insert_sample(self.app.store.writer(), row).await;
        kept.expect("a sample can be kept");
    }
}
