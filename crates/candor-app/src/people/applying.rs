//! Anybody applies for a published position: a candidate, an application and perhaps a résumé, in one transaction.

use candor_core::{
    access::{Actor, Powers, Principal},
    ids::{ApplicationId, CandidateId, OrganisationId, PositionId, UserId},
};
use candor_store::{
    Micros,
    entities::{applications, candidates, positions},
    records::{openings, scoped},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Func},
};
use serde_json::json;
use uuid::Uuid;

use super::{Application, empty_object};
use crate::{
    App, AppError, audit,
    documents::{self, NewDocument},
    fields,
};

/// What an applicant sends.
#[derive(Debug, Clone, Default)]
pub struct NewApplicant {
    /// Full name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Telephone number.
    pub phone: Option<String>,
    /// Why they apply.
    pub cover_letter: Option<String>,
    /// Address of a résumé that was uploaded before.
    pub resume_url: Option<String>,
}

/// Applies for a published, open position. With an account the candidate is that person's own; without one it is the
/// organisation's candidate with the e-mail who has no account, or a new one.
///
/// Who applied for the position before applies in vain: the first application stays as it is, and the audit log tells
/// of the second. An account gets its first application again; a stranger, whose e-mail proves nothing, gets the answer
/// of a first application, so that nobody can find out who applied.
///
/// # Errors
/// [`AppError::NotFound`] for a position that nobody may see; [`AppError::Invalid`] for a field that can't be.
pub async fn apply(
    app: &App,
    position: PositionId,
    user: Option<UserId>,
    new: NewApplicant,
) -> Result<Application, AppError> {
    let opening = openings::find_opening(app.store.near(), position.uuid())
        .await?
        .ok_or(AppError::NotFound("job"))?;
    let organisation = OrganisationId::from(opening.organisation_id);
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let line = |field: &str, text: Option<String>, most: usize| {
        given(text)
            .map(|text| fields::line(field, &text, most))
            .transpose()
    };
    let name = fields::line("name", &new.name, fields::LINE)?;
    let email = fields::email("email", &new.email)?;
    let phone = line("phone", new.phone, 40)?;
    let cover_letter = given(new.cover_letter)
        .map(|text| fields::prose("cover_letter", &text, fields::PROSE))
        .transpose()?;
    let resume = match given(new.resume_url) {
        None => None,
        Some(url) => Some(documents::find_resume(app, &url).await?.ok_or_else(|| {
            let message = "the résumé is not there; upload it again";
            AppError::invalid("unknown_resume", "resume_url", message)
        })?),
    };

    let now = Micros::from(app.clock.now());
    let id = ApplicationId::generate();
    let actor = Actor {
        principal: user.map_or(Principal::Applicant(id), Principal::User),
        organisation,
        powers: Powers::Scopes(Vec::new()),
        attested_consent: None,
    };
    let transaction = app.store.begin().await?;
    // Two at once with one e-mail wait for each other here.
    positions::Entity::find_by_id(opening.id)
        .lock_exclusive()
        .one(&transaction)
        .await?;
    let known = with_email(&transaction, organisation, &email).await?;
    let mut row = applications::Model {
        id: id.uuid(),
        organisation_id: organisation.uuid(),
        external_id: None,
        candidate_id: None,
        position_id: Some(opening.id),
        status: "submitted".to_owned(),
        details: json!({
            "source": "public", "name": &name, "email": &email, "phone": &phone,
            "coverLetter": cover_letter,
        }),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    let own = match user {
        Some(user) => of_user(&transaction, organisation, user).await?,
        None => known
            .iter()
            .find(|row| row.user_id.is_none())
            .map(|row| row.id),
    };
    // Of an account only its own applications count: an e-mail is no proof of who wrote before.
    let theirs = match user {
        Some(_) => own.into_iter().collect(),
        None => known.iter().map(|row| row.id).collect(),
    };
    if let Some(first) = applied(&transaction, organisation, position, theirs).await? {
        let before = ApplicationId::from(first.id);
        let entry = audit::Entry::by(&actor, "application.repeated", &before, json!({}));
        audit::record(&transaction, app, entry).await?;
        transaction.commit().await?;
        documents::forget_resume(app, resume.as_ref()).await;
        // Who applied is no stranger's business: the answer is that of a first application.
        return Ok(if user.is_some() { first } else { row }.into());
    }
    let candidate = match own {
        Some(id) => id,
        None => {
            let row = candidates::Model {
                id: CandidateId::generate().uuid(),
                organisation_id: organisation.uuid(),
                user_id: user.map(UserId::uuid),
                external_id: None,
                name: Some(name),
                email: Some(email),
                phone,
                profile: empty_object(),
                created_at: now,
                updated_at: now,
                deleted_at: None,
                version: 1,
            };
            let id = row.id;
            scoped::insert::<candidates::Entity>(&transaction, row).await?;
            id
        }
    };
    row.candidate_id = Some(candidate);
    scoped::insert::<applications::Entity>(&transaction, row.clone()).await?;
    if let Some(resume) = &resume {
        let about = NewDocument {
            kind: "resume".to_owned(),
            candidate: Some(candidate.into()),
            application: Some(id),
            position: Some(position),
            file_name: Some(resume.file_name.clone()),
        };
        let (bytes, content) = (resume.bytes.clone(), resume.content.clone());
        documents::keep_within(&transaction, app, &actor, about, bytes, content).await?;
    }
    let entry = audit::Entry::by(&actor, "application.submitted", &id, json!({}));
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    documents::forget_resume(app, resume.as_ref()).await;
    Ok(row.into())
}

/// The organisation's candidates with an e-mail, however it is written, oldest first.
async fn with_email(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    email: &str,
) -> Result<Vec<candidates::Model>, AppError> {
    let column = Expr::expr(Func::lower(Expr::col(candidates::Column::Email)));
    Ok(scoped::rows::<candidates::Entity>(organisation)
        .filter(column.eq(email.to_ascii_lowercase()))
        .order_by_asc(candidates::Column::Id)
        .all(connection)
        .await?)
}

/// The application of one of these candidates for the position.
async fn applied(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    position: PositionId,
    candidates: Vec<Uuid>,
) -> Result<Option<applications::Model>, AppError> {
    let which = Condition::all()
        .add(applications::Column::PositionId.eq(position.uuid()))
        .add(applications::Column::CandidateId.is_in(candidates));
    let found = scoped::rows::<applications::Entity>(organisation)
        .filter(which)
        .order_by_asc(applications::Column::Id)
        .limit(1)
        .all(connection)
        .await?;
    Ok(found.into_iter().next())
}

async fn of_user(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    user: UserId,
) -> Result<Option<Uuid>, AppError> {
    let found = scoped::rows::<candidates::Entity>(organisation)
        .filter(candidates::Column::UserId.eq(user.uuid()))
        .order_by_asc(candidates::Column::Id)
        .limit(1)
        .all(connection)
        .await?;
    Ok(found.into_iter().next().map(|row| row.id))
}
