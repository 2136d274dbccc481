//! A candidate is deleted: everything about them goes with them, from the records and from the media store.

use candor_core::{
    access::{Action, Actor},
    ids::CandidateId,
};
use candor_store::{
    entities::candidates,
    records::erasure::{self, Belongings, account},
};
use sea_orm::{ActiveValue::Set, Condition};
use serde_json::json;

use crate::{App, AppError, audit, documents, media, records, steps};

/// Deletes a candidate; with `expected` only that version of it. With it go applications, documents, invitations and
/// mails, interviews with everything said, recorded, judged and decided in them, analyses, what was told to other
/// systems, and the account where it serves nothing else. What stays is the audit log, which names nobody.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] or [`AppError::Stale`].
pub async fn delete_candidate(
    app: &App,
    actor: &Actor,
    id: CandidateId,
    expected: Option<i32>,
) -> Result<(), AppError> {
    actor.may(Action::WriteCandidates)?;
    let organisation = actor.organisation;
    let transaction = app.store.begin().await?;
    // Holds the row, so that nobody adds to it meanwhile.
    let gone = candidates::ActiveModel {
        deleted_at: Set(Some(app.clock.now().into())),
        ..Default::default()
    };
    let all = Condition::all();
    let row = records::update::<candidates::Entity>(
        &transaction,
        organisation,
        id.uuid(),
        expected,
        all,
        gone,
    )
    .await?;
    let found = erasure::find(&transaction, &row).await?;
    erasure::remove(&transaction, &row, &found).await?;
    let account = match row.user_id {
        Some(user) => account::remove_account(&transaction, row.organisation_id, user).await?,
        None => false,
    };
    let details = json!({
        "applications": found.applications.len(),
        "invitations": found.invitations.len(),
        "interviews": found.interviews.len(),
        "documents": found.documents.len(),
        "recordings": found.recordings.len(),
        "analyses": found.analyses.len(),
        "account": account,
    });
    let entry = audit::Entry::by(actor, "candidate.deleted", &id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    // Sessions of the account and tokens of the interviews.
    app.identity.forget();
    forget(app, actor, &found).await;
    Ok(())
}

/// Removes files and copies. The rows are gone for everybody; what can't be removed now, the sweep removes, and copies
/// end by themselves.
async fn forget(app: &App, actor: &Actor, found: &Belongings) {
    let organisation = actor.organisation;
    documents::forget_files(app, organisation, &found.documents).await;
    media::forget(app, organisation, &found.recordings, &found.uploads).await;
    steps::forget_artefacts(app, organisation, &found.jobs).await;
    for interview in &found.interviews {
        if let Err(error) = app.live.forget(*interview).await {
            tracing::warn!(%error, "live.forget_later");
        }
    }
}
