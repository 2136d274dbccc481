//! An interview with a known candidate that is made and begun at once, as clients of *adaptive* do it.

use std::sync::Arc;

use candor_core::{
    access::{Action, Actor},
    ids::{CandidateId, PositionId},
    purpose::Purpose,
};
use candor_store::entities::{candidates, positions};
use serde_json::json;

use super::{
    act::{self, Done},
    plan::Setup,
    prepare::{NewHeld, create_held},
};
use crate::{App, AppError, records};

/// Whom to interview about what.
#[derive(Debug, Clone)]
pub struct NewStart {
    /// Through which interface.
    pub origin: &'static str,
    /// Who is interviewed.
    pub candidate: CandidateId,
    /// For which position.
    pub position: Option<PositionId>,
    /// What for.
    pub purpose: Purpose,
    /// How.
    pub setup: Setup,
}

/// Makes the interview and asks its first question.
///
/// # Errors
/// [`AppError::Denied`] for whoever acts for themselves alone, [`AppError::Invalid`] for a candidate or position that
/// the organisation does not have.
pub async fn start(app: &Arc<App>, actor: &Actor, new: NewStart) -> Result<Done, AppError> {
    actor.may(Action::InviteCandidates)?;
    let organisation = actor.organisation;
    let transaction = app.store.begin().await?;
    let (candidate, position) = (new.candidate.uuid(), new.position.map(PositionId::uuid));
    records::known::<candidates::Entity>(
        &transaction,
        organisation,
        Some(candidate),
        "candidate_id",
    )
    .await?;
    records::known::<positions::Entity>(&transaction, organisation, position, "position_id")
        .await?;
    let held = NewHeld {
        organisation,
        owner: None,
        candidate: Some(new.candidate),
        application: None,
        position: new.position,
        origin: new.origin,
        purpose: new.purpose,
        title: None,
        job_role: None,
        domain: None,
        status: "scheduled",
        details: json!({}),
        setup: new.setup,
        plan: None,
    };
    let id = create_held(app, &transaction, held).await?;
    transaction.commit().await?;
    act::begin(app, actor, id).await
}
