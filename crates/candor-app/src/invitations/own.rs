//! What a person with an account sees of themselves as a candidate, in every organisation that knows them as one.
//!
//! The candidates of an organisation are linked to an account by applying or joining while signed in; that two
//! records name the same e-mail links nothing.

use std::collections::{BTreeMap, btree_map::Entry};

use candor_core::{
    access::{Actor, Denied},
    ids::{ApplicationId, OrganisationId, PositionId},
};
use candor_store::{
    entities::positions,
    records::{invitations as store, organisations, scoped},
};
use jiff::Timestamp;
use sea_orm::Condition;
use uuid::Uuid;

use super::Invitation;
use crate::{App, AppError};

/// Most things of each kind that are shown.
const MOST: u64 = 200;

/// An application as the one who applied sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnApplication {
    /// Identifier.
    pub id: ApplicationId,
    /// Where.
    pub organisation: String,
    /// The position.
    pub position: Option<PositionId>,
    /// Its title.
    pub position_title: Option<String>,
    /// State in the words of the organisation.
    pub status: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

/// An invitation as the one who is invited sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnInvitation {
    /// The invitation; of it only what the mail says too is for showing.
    pub invitation: Invitation,
    /// Who invites.
    pub organisation: String,
}

/// What concerns a person.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Own {
    /// Their applications, newest first.
    pub applications: Vec<OwnApplication>,
    /// Their invitations, newest first.
    pub invitations: Vec<OwnInvitation>,
}

/// Applications and invitations of the signed-in person.
///
/// # Errors
/// [`AppError::Denied`] for keys and tokens of interviews.
pub async fn list_own(app: &App, actor: &Actor) -> Result<Own, AppError> {
    let person = actor.user().ok_or(Denied)?;
    let reader = app.store.fresh();
    let linked = store::list_candidates_of_user(reader, person.uuid(), MOST).await?;
    let candidates: Vec<Uuid> = linked.iter().map(|row| row.id).collect();
    if candidates.is_empty() {
        return Ok(Own::default());
    }
    let mut names = BTreeMap::new();
    for row in &linked {
        let id = row.organisation_id;
        if let Entry::Vacant(name) = names.entry(id) {
            let found = organisations::get(reader, OrganisationId::from(id)).await?;
            name.insert(found.name);
        }
    }
    let name = |id: Uuid| names.get(&id).cloned().unwrap_or_default();
    let mut own = Own::default();
    for row in store::list_applications_of(reader, &candidates, MOST).await? {
        let position = match row.position_id {
            Some(id) => {
                let organisation = row.organisation_id.into();
                scoped::find::<positions::Entity>(reader, organisation, id, Condition::all())
                    .await?
            }
            None => None,
        };
        own.applications.push(OwnApplication {
            id: row.id.into(),
            organisation: name(row.organisation_id),
            position: row.position_id.map(Into::into),
            position_title: position.map(|position| position.title),
            status: row.status,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        });
    }
    for row in store::list_invitations_of(reader, &candidates, MOST).await? {
        let organisation = name(row.organisation_id);
        own.invitations.push(OwnInvitation {
            invitation: Invitation::read(app, row),
            organisation,
        });
    }
    Ok(own)
}
