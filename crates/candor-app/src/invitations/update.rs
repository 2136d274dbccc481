//! Invitations are changed, called off and deleted.

use candor_core::{
    access::{Action, Actor},
    ids::InvitationId,
};
use candor_store::{entities::invitations, records::invitations::InvitationRow};
use sea_orm::{ActiveValue::Set, Condition};

use super::{
    Invitation,
    change::{InvitationChange, changed},
    write::{current, held, record},
};
use crate::{
    App, AppError, fields, jobs,
    mail::{self, Kind},
    records,
};

/// Changes an invitation that still has the version `expected`. Another time or length raises its sequence and
/// is told by mail; a window that was not given moves with the time.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Stale`], [`AppError::Invalid`], or
/// [`AppError::Conflict`] (`invitation_begun`, `invitation_over`).
pub async fn update_invitation(
    app: &App,
    actor: &Actor,
    id: InvitationId,
    expected: Option<i32>,
    change: InvitationChange,
) -> Result<(Invitation, Option<String>), AppError> {
    actor.may(Action::InviteCandidates)?;
    if let Some(status) = &change.status {
        fields::one_of("status", status, &["cancelled", "completed", "scheduled"])?;
    }
    let transaction = app.store.begin().await?;
    let before = held(&transaction, actor, id).await?;
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(AppError::Stale);
    }
    let ends = change
        .status
        .as_deref()
        .filter(|text| *text != before.status);
    let may_change = match (ends, before.status.as_str()) {
        (None | Some("cancelled"), "scheduled") => true,
        (Some("completed"), "scheduled" | "in_progress") => true,
        (None, "in_progress") => false,
        _ => return Err(over(&before)),
    };
    if !may_change {
        return Err(AppError::conflict(
            "invitation_begun",
            "the interview was begun; the invitation can't be changed any more",
        ));
    }
    let now = app.clock.now();
    let (mut values, note) = changed(app, actor, &transaction, &before, change.clone()).await?;
    let time_changed = values.scheduled_at.is_set() || values.duration_minutes.is_set();
    let cancelled = ends == Some("cancelled");
    if time_changed || cancelled {
        values.sequence = Set(before.sequence + 1);
    }
    if let Some(status) = ends {
        values.status = Set(status.to_owned());
    }
    values.updated_at = Set(now.into());
    let row = records::update::<invitations::Entity>(
        &transaction,
        actor.organisation,
        id.uuid(),
        expected,
        Condition::all(),
        values,
    )
    .await?;
    if cancelled {
        mail::announce(app, &transaction, &row, Kind::Cancellation).await?;
    } else if time_changed && row.status == "scheduled" {
        mail::announce(app, &transaction, &row, Kind::Change).await?;
    }
    let action = if cancelled {
        "invitation.cancelled"
    } else {
        "invitation.changed"
    };
    record(app, &transaction, actor, &row, action).await?;
    transaction.commit().await?;
    jobs::wake(app);
    Ok((current(app, actor, id).await?, note))
}

/// Calls an interview off: its link answers that it is gone. One that is off already stays so.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], or [`AppError::Conflict`] (`invitation_over`) for one that was
/// begun.
pub async fn cancel_invitation(
    app: &App,
    actor: &Actor,
    id: InvitationId,
) -> Result<Invitation, AppError> {
    let found = super::get_invitation(app, actor, id).await?;
    if found.status == "cancelled" {
        return Ok(found);
    }
    let change = InvitationChange {
        status: Some("cancelled".to_owned()),
        ..InvitationChange::default()
    };
    let (changed, _) = update_invitation(app, actor, id, None, change).await?;
    Ok(changed)
}

/// Deletes an invitation; its link leads nowhere any more. One that was to take place is called off by mail.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] or [`AppError::Stale`].
pub async fn delete_invitation(
    app: &App,
    actor: &Actor,
    id: InvitationId,
    expected: Option<i32>,
) -> Result<(), AppError> {
    actor.may(Action::InviteCandidates)?;
    let transaction = app.store.begin().await?;
    let before = held(&transaction, actor, id).await?;
    let values = invitations::ActiveModel {
        deleted_at: Set(Some(app.clock.now().into())),
        sequence: Set(before.sequence + 1),
        ..Default::default()
    };
    let row = records::update::<invitations::Entity>(
        &transaction,
        actor.organisation,
        id.uuid(),
        expected,
        Condition::all(),
        values,
    )
    .await?;
    if before.status == "scheduled" {
        mail::announce(app, &transaction, &row, Kind::Cancellation).await?;
    }
    record(app, &transaction, actor, &row, "invitation.deleted").await?;
    transaction.commit().await?;
    jobs::wake(app);
    Ok(())
}

fn over(row: &InvitationRow) -> AppError {
    AppError::conflict(
        "invitation_over",
        format!("the invitation is {} and stays so", row.status),
    )
}
