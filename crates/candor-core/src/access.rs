//! Who may do what: the one place that decides.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{ApiKeyId, ApplicationId, InterviewId, OrganisationId, UserId};

/// What a person is in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees and makes what is their own.
    Candidate,
    /// Reads interviews, recordings and reports of the organisation.
    Reviewer,
    /// Also makes interviews and runs analyses.
    Recruiter,
    /// Also manages people, keys, webhooks, policy and queues.
    Admin,
}

impl Role {
    /// All roles, least first.
    pub const ALL: [Self; 4] = [
        Self::Candidate,
        Self::Reviewer,
        Self::Recruiter,
        Self::Admin,
    ];

    /// As the database and the interface write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Reviewer => "reviewer",
            Self::Recruiter => "recruiter",
            Self::Admin => "admin",
        }
    }

    /// Reads [`Role::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// What an API key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Like a reviewer.
    Read,
    /// Like a recruiter.
    Write,
    /// Watches and steers queues; nothing else.
    Operate,
    /// Like an admin.
    Admin,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Operate, Self::Admin];

    /// As the database and the interface write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Operate => "operate",
            Self::Admin => "admin",
        }
    }

    /// Reads [`Scope::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// Who acts. Its text form is pseudonymous and stands in logs, the audit log and locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A signed-in person.
    User(UserId),
    /// A machine.
    ApiKey(ApiKeyId),
    /// A candidate with the token of one interview.
    InterviewSession(InterviewId),
    /// A stranger who applies for a public position, known by that application alone.
    Applicant(ApplicationId),
    /// Whoever runs commands on the machine itself.
    Operator,
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::ApiKey(id) => id.fmt(f),
            Self::InterviewSession(id) => id.fmt(f),
            Self::Applicant(id) => id.fmt(f),
            Self::Operator => f.write_str("operator"),
        }
    }
}

/// What a principal may be, in its organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Powers {
    /// A person's role.
    Role(Role),
    /// A key's scopes.
    Scopes(Vec<Scope>),
    /// One interview, as its candidate.
    Interview(InterviewId),
}

/// A consent that an API key's holder attests for what is uploaded with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestedConsent {
    /// Version of the text that people agree to.
    pub version: String,
    /// Who attests it.
    pub by: String,
}

/// Who acts, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub principal: Principal,
    /// The organisation that every query is bound to.
    pub organisation: OrganisationId,
    /// As what.
    pub powers: Powers,
    /// What the key attests.
    pub attested_consent: Option<AttestedConsent>,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read interviews, their questions and answers.
    ReadInterviews,
    /// Make, change and delete interviews.
    WriteInterviews,
    /// Hold interviews as the one who is asked: begin, answer, skip, end.
    AnswerInterviews,
    /// Record what a person decided after an interview.
    DecideInterviews,
    /// Let candidates into interviews: invite them; make, list and revoke their tokens.
    InviteCandidates,
    /// Read candidates, positions with their rubrics, applications, documents and the question bank.
    ReadCandidates,
    /// Make, change and delete candidates, positions with their rubrics, applications, documents and questions of
    /// the bank.
    WriteCandidates,
    /// Play recordings.
    ReadRecordings,
    /// Upload, fetch and delete recordings.
    WriteRecordings,
    /// Read analyses and reports.
    ReadAnalyses,
    /// Start, repeat and cancel analyses.
    RunAnalyses,
    /// Watch and steer queues.
    OperateQueues,
    /// Make, rotate and delete webhooks, read deliveries.
    ManageWebhooks,
    /// Make and revoke API keys.
    ManageKeys,
    /// Invite people and change their roles.
    ManageUsers,
    /// Change the organisation's policy.
    ManageOrganisation,
    /// Read the audit log.
    ReadAudit,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 17] = [
        Self::ReadInterviews,
        Self::WriteInterviews,
        Self::AnswerInterviews,
        Self::DecideInterviews,
        Self::InviteCandidates,
        Self::ReadCandidates,
        Self::WriteCandidates,
        Self::ReadRecordings,
        Self::WriteRecordings,
        Self::ReadAnalyses,
        Self::RunAnalyses,
        Self::OperateQueues,
        Self::ManageWebhooks,
        Self::ManageKeys,
        Self::ManageUsers,
        Self::ManageOrganisation,
        Self::ReadAudit,
    ];
}

/// How far a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every row of the organisation.
    Organisation,
    /// Rows that belong to the actor; others answer as if they did not exist.
    Own,
}

/// The actor may not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not allowed for this role or key")]
pub struct Denied;

impl Role {
    fn reach(self, action: Action) -> Result<Reach, Denied> {
        use Action::*;
        match (self, action) {
            (Self::Admin, _) => Ok(Reach::Organisation),
            (
                Self::Recruiter,
                ReadInterviews | WriteInterviews | AnswerInterviews | DecideInterviews
                | InviteCandidates | ReadCandidates | WriteCandidates | ReadRecordings
                | WriteRecordings | ReadAnalyses | RunAnalyses,
            )
            | (Self::Reviewer, ReadInterviews | ReadCandidates | ReadRecordings | ReadAnalyses) => {
                Ok(Reach::Organisation)
            }
            (
                Self::Candidate,
                ReadInterviews | WriteInterviews | AnswerInterviews | ReadRecordings
                | WriteRecordings | ReadAnalyses | RunAnalyses,
            ) => Ok(Reach::Own),
            _ => Err(Denied),
        }
    }
}

impl Scope {
    fn reach(self, action: Action) -> Result<Reach, Denied> {
        match self {
            // A decision is a person's (GDPR Art. 22).
            _ if action == Action::DecideInterviews => Err(Denied),
            Self::Read => Role::Reviewer.reach(action),
            Self::Write => Role::Recruiter.reach(action),
            Self::Admin => Role::Admin.reach(action),
            Self::Operate if action == Action::OperateQueues => Ok(Reach::Organisation),
            Self::Operate => Err(Denied),
        }
    }
}

impl Actor {
    /// Whoever runs commands on the machine itself, in an organisation.
    pub fn operator(organisation: OrganisationId) -> Self {
        Self {
            principal: Principal::Operator,
            organisation,
            powers: Powers::Role(Role::Admin),
            attested_consent: None,
        }
    }

    /// Whether the actor may do `action`, and on which rows.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn may(&self, action: Action) -> Result<Reach, Denied> {
        match &self.powers {
            Powers::Role(role) => role.reach(action),
            Powers::Scopes(scopes) => scopes
                .iter()
                .find_map(|scope| scope.reach(action).ok())
                .ok_or(Denied),
            Powers::Interview(_) => match action {
                Action::ReadInterviews | Action::AnswerInterviews | Action::WriteRecordings => {
                    Ok(Reach::Own)
                }
                _ => Err(Denied),
            },
        }
    }

    /// The signed-in person.
    pub fn user(&self) -> Option<UserId> {
        match self.principal {
            Principal::User(id) => Some(id),
            _ => None,
        }
    }

    /// Whether rows made by this actor belong to a person rather than to the organisation.
    pub fn owner(&self) -> Option<UserId> {
        match self.powers {
            Powers::Role(Role::Candidate) => self.user(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role) -> Actor {
        Actor {
            principal: Principal::User(UserId::generate()),
            organisation: OrganisationId::generate(),
            powers: Powers::Role(role),
            attested_consent: None,
        }
    }

    #[test]
    fn every_role_may_all_that_a_lesser_member_of_staff_may() {
        for action in Action::ALL {
            let allowed: Vec<bool> = [Role::Reviewer, Role::Recruiter, Role::Admin]
                .map(|role| person(role).may(action).is_ok())
                .to_vec();
            assert!(allowed.is_sorted(), "{action:?}: {allowed:?}");
        }
    }

    #[test]
    fn candidates_reach_nothing_but_their_own() {
        for action in Action::ALL {
            assert_ne!(
                person(Role::Candidate).may(action),
                Ok(Reach::Organisation),
                "{action:?}"
            );
        }
    }

    #[test]
    fn the_token_of_an_interview_reads_it_answers_and_records_for_it_and_nothing_else() {
        let interview = InterviewId::generate();
        let actor = Actor {
            principal: Principal::InterviewSession(interview),
            powers: Powers::Interview(interview),
            ..person(Role::Admin)
        };
        let allowed = Action::ALL.map(|action| actor.may(action).is_ok());
        assert_eq!(allowed.iter().filter(|may| **may).count(), 3);
        assert_eq!(actor.may(Action::AnswerInterviews), Ok(Reach::Own));
        assert_eq!(actor.may(Action::ReadInterviews), Ok(Reach::Own));
        assert_eq!(actor.may(Action::WriteRecordings), Ok(Reach::Own));
        assert_eq!(actor.owner(), None);
    }

    #[test]
    fn an_operators_key_reads_no_interview() {
        let mut actor = person(Role::Admin);
        actor.powers = Powers::Scopes(vec![Scope::Operate]);
        assert_eq!(actor.may(Action::ReadInterviews), Err(Denied));
        assert!(actor.may(Action::OperateQueues).is_ok());
    }
}
