//! Whom a consent covers, and what stands of all that was given and withdrawn.

use std::{collections::BTreeMap, fmt, str::FromStr};

use candor_core::{
    access::{Actor, Reach},
    ids::{CandidateId, ConsentId, InterviewId, InvalidId, OrganisationId, RecordingId, UserId},
};
use candor_store::{
    Micros,
    entities::{candidates, consents, memberships},
    records::{self, reach::Rows},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::Scope;
use crate::AppError;

/// Who or what a consent covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// One recording.
    Recording(RecordingId),
    /// One interview with all its recordings.
    Interview(InterviewId),
    /// All interviews of a candidate.
    Candidate(CandidateId),
    /// All interviews that belong to a person.
    User(UserId),
}

impl Subject {
    /// As the database writes it.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Recording(_) => "recording",
            Self::Interview(_) => "interview",
            Self::Candidate(_) => "candidate",
            Self::User(_) => "user",
        }
    }

    /// The bare identifier.
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Recording(id) => id.uuid(),
            Self::Interview(id) => id.uuid(),
            Self::Candidate(id) => id.uuid(),
            Self::User(id) => id.uuid(),
        }
    }

    /// Reads what the database holds.
    pub fn read(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "recording" => Some(Self::Recording(id.into())),
            "interview" => Some(Self::Interview(id.into())),
            "candidate" => Some(Self::Candidate(id.into())),
            "user" => Some(Self::User(id.into())),
            _ => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recording(id) => id.fmt(f),
            Self::Interview(id) => id.fmt(f),
            Self::Candidate(id) => id.fmt(f),
            Self::User(id) => id.fmt(f),
        }
    }
}

impl FromStr for Subject {
    type Err = InvalidId;

    /// Reads an identifier with its prefix, which tells the kind.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.get(..4) {
            Some(RecordingId::PREFIX) => text.parse().map(Self::Recording),
            Some(CandidateId::PREFIX) => text.parse().map(Self::Candidate),
            Some(UserId::PREFIX) => text.parse().map(Self::User),
            Some(InterviewId::PREFIX) => text.parse().map(Self::Interview),
            // No bare UUID: it would not tell its kind.
            _ => Err(""
                .parse::<InterviewId>()
                .expect_err("an empty text is no id")),
        }
    }
}

/// What was last said about each scope, by subject.
#[derive(Debug, Default)]
pub(super) struct Standing {
    last: BTreeMap<(Scope, String, Uuid), (Micros, Option<ConsentId>)>,
}

impl Standing {
    fn of(rows: &[consents::Model]) -> Self {
        let mut standing = Self::default();
        for row in rows {
            let said = match row.withdrawn_at {
                Some(at) => (at, None),
                None => (row.created_at, Some(ConsentId::from(row.id))),
            };
            for scope in scopes(row) {
                let last = standing
                    .last
                    .entry((scope, row.subject_kind.clone(), row.subject_id))
                    .or_insert(said);
                // Of things said at the same time, the withdrawal counts.
                if said.0 > last.0 || (said.0 == last.0 && said.1.is_none()) {
                    *last = said;
                }
            }
        }
        standing
    }

    /// Whether it was given and nobody whose word counts withdrew it since.
    pub(super) fn allows(&self, scope: Scope) -> bool {
        let mut said = self.about(scope).peekable();
        said.peek().is_some() && said.all(|consent| consent.is_some())
    }

    /// Whether it was withdrawn by somebody whose word counts, and not given anew by them since.
    pub(super) fn is_withdrawn(&self, scope: Scope) -> bool {
        self.about(scope).any(|consent| consent.is_none())
    }

    /// The newest consent that covers all scopes.
    pub(super) fn covering(&self, scopes: &[Scope]) -> Option<ConsentId> {
        if !scopes.iter().all(|scope| self.allows(*scope)) {
            return None;
        }
        self.about(*scopes.first()?).flatten().max()
    }

    fn about(&self, scope: Scope) -> impl Iterator<Item = Option<ConsentId>> {
        self.last
            .iter()
            .filter(move |((about, ..), _)| *about == scope)
            .map(|(_, (_, consent))| *consent)
    }
}

/// The scopes of a stored consent.
pub(super) fn scopes(row: &consents::Model) -> Vec<Scope> {
    row.scopes
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|scope| Scope::from_name(scope.as_str()?))
        .collect()
}

/// What stands for a subject and all that it belongs to.
pub(super) async fn standing(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    subject: Subject,
) -> Result<Standing, AppError> {
    let mut subjects = vec![subject];
    let mut consent = None;
    let mut interview = match subject {
        Subject::Interview(id) => Some(id),
        _ => None,
    };
    if let Subject::Recording(id) = subject
        && let Some(row) =
            records::recordings::find(connection, organisation, Rows::All, id).await?
    {
        consent = row.consent_id;
        interview = row.interview_id.map(Into::into);
        subjects.extend(row.owner_id.map(|id| Subject::User(id.into())));
        subjects.extend(interview.map(Subject::Interview));
    }
    if let Some(id) = interview
        && let Some(row) =
            records::recordings::find_interview(connection, organisation, Rows::All, id).await?
    {
        subjects.extend(row.owner_id.map(|id| Subject::User(id.into())));
        subjects.extend(row.candidate_id.map(|id| Subject::Candidate(id.into())));
    }
    let subjects: Vec<(&str, Uuid)> = subjects
        .iter()
        .map(|subject| (subject.kind(), subject.uuid()))
        .collect();
    let ids: Vec<Uuid> = consent.into_iter().collect();
    let rows = records::consents::about(connection, organisation, &subjects, &ids).await?;
    Ok(Standing::of(&rows))
}

/// Makes sure that the subject exists where the actor reaches.
pub(super) async fn within_reach(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    reach: Reach,
    subject: Subject,
) -> Result<(), AppError> {
    let rows = crate::records::rows(actor, reach)?;
    let organisation = actor.organisation;
    let found = match subject {
        Subject::Recording(id) => records::recordings::find(connection, organisation, rows, id)
            .await?
            .is_some(),
        Subject::Interview(id) => {
            records::recordings::find_interview(connection, organisation, rows, id)
                .await?
                .is_some()
        }
        Subject::Candidate(id) if reach == Reach::Organisation => candidates::Entity::find()
            .filter(candidates::Column::OrganisationId.eq(organisation.uuid()))
            .filter(candidates::Column::Id.eq(id.uuid()))
            .filter(candidates::Column::DeletedAt.is_null())
            .one(connection)
            .await?
            .is_some(),
        Subject::User(id) if reach == Reach::Organisation => memberships::Entity::find()
            .filter(memberships::Column::OrganisationId.eq(organisation.uuid()))
            .filter(memberships::Column::UserId.eq(id.uuid()))
            .one(connection)
            .await?
            .is_some(),
        Subject::User(id) => actor.user() == Some(id),
        Subject::Candidate(_) => false,
    };
    if found {
        Ok(())
    } else {
        Err(AppError::NotFound(subject.kind()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(given: i64, withdrawn: Option<i64>, scopes: serde_json::Value) -> consents::Model {
        consents::Model {
            id: ConsentId::generate().uuid(),
            organisation_id: Uuid::nil(),
            subject_kind: "user".to_owned(),
            subject_id: Uuid::nil(),
            version: "1".to_owned(),
            scopes,
            given_by: "them".to_owned(),
            obtained_at: Micros(given),
            how: "app".to_owned(),
            created_at: Micros(given),
            withdrawn_at: withdrawn.map(Micros),
        }
    }

    #[test]
    fn nothing_said_allows_nothing() {
        assert!(!Standing::of(&[]).allows(Scope::Recording));
    }

    #[test]
    fn a_withdrawal_counts_until_consent_is_given_anew() {
        let first = row(1, Some(5), json!(["recording", "analysis"]));
        assert!(!Standing::of(std::slice::from_ref(&first)).allows(Scope::Analysis));
        let again = row(9, None, json!(["analysis"]));
        let standing = Standing::of(&[first, again]);
        assert!(standing.allows(Scope::Analysis));
        assert!(!standing.allows(Scope::Recording));
    }

    #[test]
    fn what_somebody_withdrew_nobody_else_can_grant() {
        let mut interview = row(9, None, json!(["analysis"]));
        interview.subject_kind = "interview".to_owned();
        let person = row(1, Some(5), json!(["analysis"]));
        assert!(!Standing::of(&[interview, person]).allows(Scope::Analysis));
    }

    #[test]
    fn a_subject_reads_back_from_its_text() {
        let subject = Subject::User(UserId::generate());
        assert_eq!(subject.to_string().parse(), Ok(subject));
        assert!("org_x".parse::<Subject>().is_err());
    }
}
