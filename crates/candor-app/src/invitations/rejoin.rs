//! The interview behind a link was begun, and its holder comes again, perhaps because the first answer never arrived.
//!
//! Whoever shows the secret of the first start is the same client and gets another token. Anybody else gets one only
//! while nothing was answered, and then takes the place of whoever came before: a link never opens an interview to two
//! people at once.

use candor_core::{
    access::Principal,
    ids::{InterviewId, InvitationId, OrganisationId},
};
use candor_store::{
    entities::{interviews, invitations},
    records::{
        conduct,
        interview_tokens::{self as tokens, MakerOf},
        invitations::{self as store, InvitationRow},
        scoped,
    },
};
use jiff::SignedDuration;
use sea_orm::{ActiveValue::Set, Condition, DatabaseTransaction};
use serde_json::json;

use super::window::may_go_on_until;
use crate::{
    App, AppError,
    audit::{self, Entry},
    identity::interview_tokens,
    secrets::token_hash,
};

/// Requests within this time may be one that was sent twice: none takes the place of another.
const SAME_MOMENT: SignedDuration = SignedDuration::from_secs(30);
/// Shortest secret of a start, in characters; it must not be guessed.
const SHORTEST_KEY: usize = 16;
/// Longest.
const LONGEST_KEY: usize = 255;

/// The hash of the secret that a client sends with a start.
pub(super) fn key_hash(key: Option<&str>) -> Result<Option<String>, AppError> {
    let Some(key) = key else {
        return Ok(None);
    };
    let shaped = (SHORTEST_KEY..=LONGEST_KEY).contains(&key.len())
        && key.chars().all(|c| c.is_ascii_graphic());
    if !shaped {
        return Err(AppError::invalid(
            "invalid_idempotency_key",
            "Idempotency-Key",
            format!(
                "Idempotency-Key must be {SHORTEST_KEY} to {LONGEST_KEY} visible ASCII characters \
                 that nobody guesses"
            ),
        ));
    }
    Ok(Some(token_hash(key)))
}

/// Another token for an interview that was begun, where whoever asks may have one.
pub(super) async fn reissue(
    app: &App,
    seen: &InvitationRow,
    interview: InterviewId,
    key: Option<String>,
) -> Result<Option<String>, AppError> {
    let organisation = OrganisationId::from(seen.organisation_id);
    let id = InvitationId::from(seen.id);
    let transaction = app.store.begin().await?;
    // One after the other: who comes later sees what the one before got.
    if !store::hold(&transaction, organisation, id).await? {
        return Ok(None);
    }
    let all = Condition::all();
    let row = scoped::find::<invitations::Entity>(&transaction, organisation, seen.id, all).await?;
    let Some(row) = row.filter(|row| row.status == "in_progress") else {
        return Ok(None);
    };
    let now = app.clock.now();
    let all = Condition::all();
    let held =
        scoped::find::<interviews::Entity>(&transaction, organisation, interview.uuid(), all)
            .await?;
    let until = held.map(|held| {
        let began = held.started_at.unwrap_or(held.created_at);
        may_go_on_until(&row, began.into())
    });
    let Some(expires_at) = until.filter(|until| *until > now) else {
        return Ok(None);
    };
    let maker = id.to_string();
    let of = MakerOf {
        organisation,
        interview,
        maker: &maker,
    };
    let is_same = key.is_some() && key == row.start_key_hash;
    if !is_same && !may_take_over(app, &transaction, of).await? {
        return Ok(None);
    }
    tokens::revoke_earlier(&transaction, of, (now - SAME_MOMENT).into(), now.into()).await?;
    let token = interview_tokens::insert_token(
        &transaction,
        app,
        organisation,
        interview,
        &maker,
        expires_at,
    )
    .await?;
    if !is_same {
        let values = invitations::ActiveModel {
            start_key_hash: Set(key),
            updated_at: Set(now.into()),
            ..Default::default()
        };
        let all = Condition::all();
        scoped::update::<invitations::Entity>(
            &transaction,
            organisation,
            row.id,
            None,
            all,
            values,
        )
        .await?;
    }
    let by = Principal::InterviewSession(interview);
    let details = json!({"interview": interview, "same_client": is_same});
    let entry = Entry::new(organisation, by, "invitation.joined_again", &id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    app.identity.forget();
    Ok(Some(token))
}

/// Whether somebody without the secret may come in: nothing was answered, and nobody came just now.
async fn may_take_over(
    app: &App,
    transaction: &DatabaseTransaction,
    of: MakerOf<'_>,
) -> Result<bool, AppError> {
    let before = app.clock.now() - SAME_MOMENT;
    let newest = tokens::find_newest(transaction, of).await?;
    if newest.is_some_and(|token| token.created_at > before.into()) {
        return Ok(false);
    }
    let turns = conduct::list_turns(transaction, of.organisation, of.interview).await?;
    Ok(turns.iter().all(|turn| turn.speaker != "candidate"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_and_plain() {
        assert_eq!(key_hash(None).ok(), Some(None));
        let good = "0190aef0-1111-4222-8333-444455556666";
        let hash = key_hash(Some(good)).ok().flatten();
        assert_eq!(hash.map(|hash| hash.len()), Some(64));
        for wrong in [
            "",
            "1",
            "fifteen-signs-1",
            "with a space in the middle",
            "şşşşşşşşşşşşşşşşşşş",
        ] {
            assert!(key_hash(Some(wrong)).is_err(), "{wrong}");
        }
        assert!(key_hash(Some(&"k".repeat(256))).is_err());
    }
}
