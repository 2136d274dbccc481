//! An interview is made ready to be held in words: its questions are chosen and kept.

use candor_core::{
    access::{Action, Actor},
    ids::{ApplicationId, CandidateId, InterviewId, OrganisationId, PositionId, UserId},
    interview::Question,
    purpose::Purpose,
};
use candor_interviewer::{bank, session::Session, strategy::Plan};
use candor_store::{
    Micros, StoreError,
    entities::{interview_questions, interview_sessions, interviews, positions},
    records::{interviews as questions, scoped},
};
use sea_orm::{Condition, ConnectionTrait};
use serde_json::Value;

use super::{
    held::{self, Held},
    plan::{OwnQuestion, Setup},
    turns,
};
use crate::{App, AppError};

/// An interview that another interface makes and holds in words.
#[derive(Debug, Clone)]
pub struct NewHeld {
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// The person it belongs to; none: the organisation.
    pub owner: Option<UserId>,
    /// Who is interviewed.
    pub candidate: Option<CandidateId>,
    /// The application it is part of.
    pub application: Option<ApplicationId>,
    /// The position it is for.
    pub position: Option<PositionId>,
    /// Through which interface.
    pub origin: &'static str,
    /// What for.
    pub purpose: Purpose,
    /// Title.
    pub title: Option<String>,
    /// Role.
    pub job_role: Option<String>,
    /// Field of the role.
    pub domain: Option<String>,
    /// State in the words of the interface, before it begins.
    pub status: &'static str,
    /// What the interface keeps besides: an object.
    pub details: Value,
    /// How it is held.
    pub setup: Setup,
    /// All its questions, where the interface chooses them itself.
    pub plan: Option<Plan>,
}

/// Makes an interview that is ready to begin, in the caller's transaction. Candidate, application and position must
/// be known to be of the organisation.
///
/// # Errors
/// [`AppError::Invalid`] for a setup that can't be.
pub async fn create_held(
    app: &App,
    transaction: &impl ConnectionTrait,
    new: NewHeld,
) -> Result<InterviewId, AppError> {
    let now = Micros::from(app.clock.now());
    let row = interviews::Model {
        id: InterviewId::generate().uuid(),
        organisation_id: new.organisation.uuid(),
        owner_id: new.owner.map(UserId::uuid),
        candidate_id: new.candidate.map(CandidateId::uuid),
        application_id: new.application.map(ApplicationId::uuid),
        position_id: new.position.map(PositionId::uuid),
        external_id: None,
        origin: new.origin.to_owned(),
        purpose: new.purpose.as_str().to_owned(),
        title: new.title,
        job_role: new.job_role,
        domain: new.domain,
        status: new.status.to_owned(),
        details: new.details,
        overall_score: None,
        started_at: None,
        finished_at: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    scoped::insert::<interviews::Entity>(transaction, row.clone()).await?;
    let plan = match new.plan {
        Some(plan) => plan,
        None => choose(app, transaction, &row, &new.setup).await?,
    };
    keep(transaction, &row, plan, now).await?;
    Ok(row.id.into())
}

/// Makes an interview of the organisation ready to be held in words. Questions that it has already are the
/// recruiter's own, before those of `setup`.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Invalid`], or [`AppError::Conflict`]
/// (`interview_is_prepared`).
pub async fn prepare(
    app: &App,
    actor: &Actor,
    id: InterviewId,
    mut setup: Setup,
) -> Result<Held, AppError> {
    let interview = held::reached(app, actor, Action::WriteInterviews, id).await?;
    let now = Micros::from(app.clock.now());
    let transaction = app.store.begin().await?;
    let own = questions::list_questions(&transaction, actor.organisation, id).await?;
    let written = std::mem::take(&mut setup.questions);
    setup.questions = own.into_iter().filter_map(as_own).chain(written).collect();
    let plan = choose(app, &transaction, &interview, &setup).await?;
    keep(&transaction, &interview, plan, now).await?;
    transaction.commit().await?;
    held::load(app, interview).await
}

/// A question that was written for the interview before it was prepared.
fn as_own(row: interview_questions::Model) -> Option<OwnQuestion> {
    Some(OwnQuestion {
        text: row.text?,
        key_points: row.expected_answer.into_iter().collect(),
        ..OwnQuestion::default()
    })
}

async fn choose(
    app: &App,
    connection: &impl ConnectionTrait,
    interview: &interviews::Model,
    setup: &Setup,
) -> Result<Plan, AppError> {
    let organisation: OrganisationId = interview.organisation_id.into();
    let position = match interview.position_id {
        Some(id) => {
            let all = Condition::all();
            scoped::find::<positions::Entity>(connection, organisation, id, all).await?
        }
        None => None,
    };
    let job = position.map(|position| position.description);
    let bank = known_questions(app, organisation, setup).await?;
    setup.plan(
        interview.id.into(),
        bank,
        job.as_deref().filter(|text| !text.is_empty()),
    )
}

/// The questions that there are for such an interview.
async fn known_questions(
    _app: &App,
    _organisation: OrganisationId,
    setup: &Setup,
) -> Result<Vec<Question>, AppError> {
    Ok(bank::shipped(setup.family, &setup.language()?).to_vec())
}

async fn keep(
    connection: &impl ConnectionTrait,
    interview: &interviews::Model,
    plan: Plan,
    now: Micros,
) -> Result<(), AppError> {
    let session = Session::new(plan);
    let row = interview_sessions::Model {
        id: interview.id,
        organisation_id: interview.organisation_id,
        rubric_id: None,
        plan: serde_json::to_value(&session.plan).map_err(AppError::internal)?,
        state: serde_json::to_value(&session.state).map_err(AppError::internal)?,
        n_turns: 0,
        status: turns::name(&session.state.status),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    match scoped::insert::<interview_sessions::Entity>(connection, row).await {
        Err(StoreError::Conflict { .. }) => Err(AppError::conflict(
            "interview_is_prepared",
            "the interview is prepared already",
        )),
        kept => Ok(kept?),
    }
}
