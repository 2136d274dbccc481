//! The native interface under `/api/v1`; one file for each resource.

use utoipa_axum::router::OpenApiRouter;

use crate::ServerState;

mod analyses;
mod applications;
mod audit;
pub(crate) mod auth;
mod bank_questions;
mod candidates;
mod consents;
pub(crate) mod documents;
mod fairness;
pub(crate) mod interviews;
mod invitations;
mod keys;
mod organisations;
mod positions;
mod progress;
pub(crate) mod queues;
pub(crate) mod recordings;
mod reflections;
mod reports;
pub(crate) mod uploads;
mod usage;
mod users;
mod webhooks;

/// All native routes.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .merge(analyses::routes())
        .merge(applications::routes())
        .merge(audit::routes())
        .merge(auth::routes())
        .merge(bank_questions::routes())
        .merge(candidates::routes())
        .merge(consents::routes())
        .merge(fairness::routes())
        .merge(documents::routes())
        .merge(interviews::routes())
        .merge(invitations::routes())
        .merge(keys::routes())
        .merge(organisations::routes())
        .merge(positions::routes())
        .merge(progress::routes())
        .merge(queues::routes())
        .merge(recordings::routes())
        .merge(reflections::routes())
        .merge(reports::routes())
        .merge(uploads::routes())
        .merge(usage::routes())
        .merge(users::routes())
        .merge(webhooks::routes())
}
