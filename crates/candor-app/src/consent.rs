//! Consent: who agreed to what, when and how. Without it nothing is recorded, kept or analysed.

use candor_core::{
    access::{Action, Actor, AttestedConsent, Powers, Role},
    ids::{ConsentId, OrganisationId},
};
use candor_store::{Micros, entities::consents, records};
use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    App, AppError, audit,
    paging::{Page, PageRequest},
};

mod subject;

pub use subject::Subject;

/// What people agree to; each is asked for separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Being recorded, and the recording being kept.
    Recording,
    /// Analysis of what was said.
    Analysis,
    /// Observation of face and voice.
    Behaviour,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 3] = [Self::Recording, Self::Analysis, Self::Behaviour];

    /// What a statement with an upload covers, and the most that the holder of a key can attest.
    pub const USUAL: &'static [Self] = &[Self::Recording, Self::Analysis];

    /// As the database and the interface write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Analysis => "analysis",
            Self::Behaviour => "behaviour",
        }
    }

    /// Reads [`Scope::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// A consent as it comes with a request: `meta.consent {version, obtainedAt, by}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentStatement {
    /// Version of the text that was agreed to.
    pub version: String,
    /// When it was given.
    pub obtained_at: Timestamp,
    /// Who gave it.
    pub by: String,
}

/// A recorded consent.
#[derive(Debug, Clone, PartialEq)]
pub struct Consent {
    /// Identifier.
    pub id: ConsentId,
    /// Who or what it covers.
    pub subject: Subject,
    /// What was agreed to.
    pub scopes: Vec<Scope>,
    /// Version of the text.
    pub version: String,
    /// Who gave it, as stated.
    pub given_by: String,
    /// `app`: by the person, here; `upload`: stated with a request; `attested`: by the holder of a key.
    pub how: String,
    /// When it was given.
    pub obtained_at: Timestamp,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// Since when it is void.
    pub withdrawn_at: Option<Timestamp>,
}

/// On what a consent rests. Found before anything is stored, recorded with what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Grounds {
    /// It comes with the request.
    Stated {
        /// What was said.
        statement: ConsentStatement,
        /// Whether the person says it themself, signed in.
        in_person: bool,
    },
    /// It was given before.
    Given {
        /// Which.
        consent: ConsentId,
    },
    /// The holder of the key answers for it.
    Attested {
        /// What they attest.
        attested: AttestedConsent,
    },
}

/// Finds on what a consent for `scopes` rests: the statement, else a consent given before by the subject,
/// else what the key attests.
///
/// # Errors
/// [`AppError::ConsentRequired`] when there is nothing; [`AppError::Invalid`] for an impossible statement.
pub async fn find_grounds(
    app: &App,
    connection: &impl ConnectionTrait,
    actor: &Actor,
    subject: Subject,
    statement: Option<ConsentStatement>,
    scopes: &[Scope],
) -> Result<Grounds, AppError> {
    if let Some(statement) = statement {
        check(app, &statement)?;
        let in_person = matches!(
            actor.powers,
            Powers::Role(Role::Candidate) | Powers::Interview(_)
        );
        return Ok(Grounds::Stated {
            statement,
            in_person,
        });
    }
    let given = subject::standing(connection, actor.organisation, subject).await?;
    if let Some(consent) = given.covering(scopes) {
        return Ok(Grounds::Given { consent });
    }
    match &actor.attested_consent {
        Some(attested) if scopes.iter().all(|scope| Scope::USUAL.contains(scope)) => {
            Ok(Grounds::Attested {
                attested: attested.clone(),
            })
        }
        _ => Err(AppError::ConsentRequired),
    }
}

/// Records a consent that rests on `grounds`.
///
/// # Errors
/// What the database says.
pub async fn record(
    app: &App,
    transaction: &DatabaseTransaction,
    organisation: OrganisationId,
    subject: Subject,
    grounds: Grounds,
    scopes: &[Scope],
) -> Result<ConsentId, AppError> {
    let now = app.clock.now();
    let (version, given_by, obtained_at, how) = match grounds {
        Grounds::Given { consent } => return Ok(consent),
        Grounds::Stated {
            statement,
            in_person,
        } => (
            statement.version,
            statement.by,
            statement.obtained_at,
            if in_person { "app" } else { "upload" },
        ),
        Grounds::Attested { attested } => (attested.version, attested.by, now, "attested"),
    };
    let id = ConsentId::generate();
    let consent = consents::Model {
        id: id.uuid(),
        organisation_id: organisation.uuid(),
        subject_kind: subject.kind().to_owned(),
        subject_id: subject.uuid(),
        version,
        scopes: scopes.iter().map(|scope| scope.as_str()).collect(),
        given_by,
        obtained_at: obtained_at.into(),
        how: how.to_owned(),
        created_at: now.into(),
        withdrawn_at: None,
    };
    records::consents::insert(transaction, consent).await?;
    Ok(id)
}

/// [`find_grounds`] and [`record`] in one.
///
/// # Errors
/// [`AppError::ConsentRequired`] when nobody agreed; nothing may be stored then.
pub async fn establish(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    subject: Subject,
    statement: Option<ConsentStatement>,
    scopes: &[Scope],
) -> Result<ConsentId, AppError> {
    let grounds = find_grounds(app, transaction, actor, subject, statement, scopes).await?;
    record(
        app,
        transaction,
        actor.organisation,
        subject,
        grounds,
        scopes,
    )
    .await
}

/// Makes sure that somebody agreed to `scope` for the subject and did not withdraw it since. Asked for a
/// recording, its interview, the candidate and the person it belongs to count as well.
///
/// # Errors
/// [`AppError::ConsentRequired`] when not, also for a subject that is unknown or deleted.
pub async fn require(
    app: &App,
    organisation: OrganisationId,
    subject: Subject,
    scope: Scope,
) -> Result<(), AppError> {
    require_with(app.store.writer(), organisation, subject, scope).await
}

/// [`require`] in a transaction of the caller.
///
/// # Errors
/// Like [`require`].
pub async fn require_with(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    subject: Subject,
    scope: Scope,
) -> Result<(), AppError> {
    let standing = subject::standing(connection, organisation, subject).await?;
    if standing.allows(scope) {
        Ok(())
    } else {
        Err(AppError::ConsentRequired)
    }
}

/// Whether somebody whose word counts withdrew what was agreed to for the subject. Nothing was withdrawn where nobody was
/// asked.
///
/// # Errors
/// What the database says.
pub async fn is_withdrawn(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    subject: Subject,
    scope: Scope,
) -> Result<bool, AppError> {
    let standing = subject::standing(connection, organisation, subject).await?;
    Ok(standing.is_withdrawn(scope))
}

/// Records a consent that a person gives for themself or that staff states.
///
/// # Errors
/// [`AppError::NotFound`] for a subject out of reach, [`AppError::Invalid`] for an impossible statement.
pub async fn create_consent(
    app: &App,
    actor: &Actor,
    subject: Subject,
    statement: ConsentStatement,
    scopes: &[Scope],
) -> Result<Consent, AppError> {
    let reach = actor.may(Action::WriteRecordings)?;
    if scopes.is_empty() {
        return Err(AppError::invalid(
            "missing_scopes",
            "scopes",
            "name what was agreed to: recording, analysis, behaviour",
        ));
    }
    let transaction = app.store.begin().await?;
    subject::within_reach(&transaction, actor, reach, subject).await?;
    let id = state(app, &transaction, actor, subject, statement, scopes).await?;
    let row = records::consents::find(&transaction, actor.organisation, id)
        .await?
        .ok_or(AppError::NotFound("consent"))?;
    transaction.commit().await?;
    view(row)
}

/// Records what is stated about a subject, also in the audit log, in the caller's transaction.
pub(crate) async fn state(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    subject: Subject,
    statement: ConsentStatement,
    scopes: &[Scope],
) -> Result<ConsentId, AppError> {
    let id = establish(app, transaction, actor, subject, Some(statement), scopes).await?;
    write_down(app, transaction, actor, "consent.given", id, subject).await?;
    Ok(id)
}

/// Consents about one subject, newest first, withdrawn ones too.
///
/// # Errors
/// [`AppError::NotFound`] for a subject out of reach.
pub async fn list_consents(
    app: &App,
    actor: &Actor,
    subject: Subject,
    request: PageRequest,
) -> Result<Page<Consent>, AppError> {
    let reach = actor.may(Action::ReadRecordings)?;
    let connection = app.store.reader();
    subject::within_reach(connection, actor, reach, subject).await?;
    let rows = records::consents::list(
        connection,
        actor.organisation,
        (subject.kind(), subject.uuid()),
        request.after,
        request.limit + 1,
    )
    .await?;
    let consents = rows.into_iter().map(view).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(consents, request, |consent| consent.id.uuid()))
}

/// Makes a consent void from now on. What was made under it stays until it is deleted; nothing new is.
///
/// # Errors
/// [`AppError::NotFound`] for a consent out of reach.
pub async fn withdraw_consent(
    app: &App,
    actor: &Actor,
    id: ConsentId,
) -> Result<Consent, AppError> {
    let reach = actor.may(Action::WriteRecordings)?;
    let transaction = app.store.begin().await?;
    let gone = || AppError::NotFound("consent");
    let row = records::consents::find(&transaction, actor.organisation, id)
        .await?
        .ok_or_else(gone)?;
    let subject = Subject::read(&row.subject_kind, row.subject_id).ok_or_else(gone)?;
    subject::within_reach(&transaction, actor, reach, subject)
        .await
        .map_err(|error| match error {
            AppError::NotFound(_) => gone(),
            error => error,
        })?;
    let now = app.clock.now();
    records::consents::withdraw(&transaction, actor.organisation, id, now.into()).await?;
    let row = records::consents::find(&transaction, actor.organisation, id)
        .await?
        .ok_or_else(gone)?;
    write_down(app, &transaction, actor, "consent.withdrawn", id, subject).await?;
    transaction.commit().await?;
    view(row)
}

async fn write_down(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    action: &'static str,
    consent: ConsentId,
    subject: Subject,
) -> Result<(), AppError> {
    // Who may be told of answers, as it stood when somebody agreed or withdrew.
    let processor = crate::mind::find_processor(app, transaction, actor.organisation).await?;
    let entry = audit::Entry {
        organisation: Some(actor.organisation),
        actor: actor.principal,
        action,
        subject: Some(consent.to_string()),
        details: json!({ "about": subject.to_string(), "chat_processor": processor }),
    };
    audit::record(transaction, app, entry).await
}

fn check(app: &App, statement: &ConsentStatement) -> Result<(), AppError> {
    let bounded = |field: &'static str, text: &str, most: usize| {
        let n = text.trim().chars().count();
        if (1..=most).contains(&n) && !text.contains('\0') {
            Ok(())
        } else {
            Err(AppError::invalid(
                "invalid_consent",
                field,
                format!("{field} has 1 to {most} characters"),
            ))
        }
    };
    bounded("version", &statement.version, 64)?;
    bounded("by", &statement.by, 200)?;
    // Clocks of clients run a little fast.
    if statement.obtained_at > app.clock.now() + SignedDuration::from_mins(5) {
        return Err(AppError::invalid(
            "invalid_consent",
            "obtainedAt",
            "consent is obtained before it is sent; obtainedAt lies in the future",
        ));
    }
    Ok(())
}

fn view(row: consents::Model) -> Result<Consent, AppError> {
    let damaged = || AppError::internal("a stored consent is damaged");
    Ok(Consent {
        id: row.id.into(),
        subject: Subject::read(&row.subject_kind, row.subject_id).ok_or_else(damaged)?,
        scopes: subject::scopes(&row),
        version: row.version,
        given_by: row.given_by,
        how: row.how,
        obtained_at: row.obtained_at.into(),
        created_at: row.created_at.into(),
        withdrawn_at: row.withdrawn_at.map(|at: Micros| at.into()),
    })
}
