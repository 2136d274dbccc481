//! Data to begin with: the documented test candidate, the six competencies, a demo position and interview.
//! Every row has a fixed id, so that a repeat changes nothing.

use candor_core::ids::OrganisationId;
use candor_store::entities::{
    applications, candidates, competencies, interview_questions, interviews, positions,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use serde_json::json;
use uuid::Uuid;

use crate::{App, AppError, organisations::ensure_main_organisation};

/// The documented test candidate.
pub const TEST_CANDIDATE: Uuid = Uuid::from_u128(1);

const POSITION: Uuid = Uuid::from_u128(0x10);
const APPLICATION: Uuid = Uuid::from_u128(0x11);
const INTERVIEW: Uuid = Uuid::from_u128(0x12);
const FIRST_QUESTION: u128 = 0x20;
const FIRST_COMPETENCY: u128 = 0x30;

/// Stable name, name that people see, meaning.
const COMPETENCIES: [(&str, &str, &str); 6] = [
    (
        "communication",
        "Communication",
        "Says clearly what is meant, in an order that others can follow",
    ),
    (
        "problem_solving",
        "Problem solving",
        "Takes a problem apart, weighs ways to solve it and checks the result",
    ),
    (
        "technical_depth",
        "Technical depth",
        "Knows how the things they use work, and where they end",
    ),
    (
        "judgment",
        "Judgment",
        "Decides with reasons, under limits, and sees what follows",
    ),
    (
        "collaboration",
        "Collaboration",
        "Works with others, takes up their ideas and settles disagreement",
    ),
    (
        "engagement",
        "Engagement",
        "Asks, prepares and cares about the work",
    ),
];

/// Question, what a good answer says, its words.
const QUESTIONS: [(&str, &str, &[&str]); 2] = [
    (
        "Tell me about a system that you improved. What was slow, and how did you find out?",
        "Names the system, how the time was measured, what was changed and the figure afterwards",
        &["measured", "latency", "cause", "result"],
    ),
    (
        "Describe a disagreement in a team and how it was settled.",
        "Names both views, what was tried to understand them, and what was decided and why",
        &["team", "disagreement", "listened", "decision"],
    ),
];

/// What was there after the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeded {
    /// Where it lies.
    pub organisation: OrganisationId,
    /// Rows that were made; 0: everything was there.
    pub made: u64,
}

/// Puts the data into the organisation that was made first; where there is none one is made.
///
/// # Errors
/// What the database says.
pub async fn seed(app: &App) -> Result<Seeded, AppError> {
    let organisation = ensure_main_organisation(app).await?;
    let transaction = app.store.begin().await?;
    let rows = Rows::new(app, organisation);
    let mut made = 0;
    made += missing(&transaction, rows.competencies()).await?;
    made += missing(&transaction, vec![rows.candidate()]).await?;
    made += missing(&transaction, vec![rows.position()]).await?;
    made += missing(&transaction, vec![rows.application()]).await?;
    made += missing(&transaction, vec![rows.interview()]).await?;
    made += missing(&transaction, rows.questions()).await?;
    transaction.commit().await?;
    Ok(Seeded { organisation, made })
}

/// Inserts the rows whose id is free, and says how many were.
async fn missing<M, A>(
    transaction: &sea_orm::DatabaseTransaction,
    rows: Vec<M>,
) -> Result<u64, AppError>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + Send,
{
    let mut made = 0;
    for row in rows {
        made += A::Entity::insert(row.into_active_model())
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(made)
}

struct Rows {
    organisation_id: Uuid,
    now: candor_store::Micros,
}

impl Rows {
    fn new(app: &App, organisation: OrganisationId) -> Self {
        Self {
            organisation_id: organisation.uuid(),
            now: app.clock.now().into(),
        }
    }

    fn competencies(&self) -> Vec<competencies::Model> {
        (FIRST_COMPETENCY..)
            .zip(COMPETENCIES)
            .map(|(id, (key, name, description))| competencies::Model {
                id: Uuid::from_u128(id),
                organisation_id: self.organisation_id,
                key: key.to_owned(),
                name: name.to_owned(),
                description: description.to_owned(),
                created_at: self.now,
                updated_at: self.now,
                version: 1,
            })
            .collect()
    }

    fn candidate(&self) -> candidates::Model {
        candidates::Model {
            id: TEST_CANDIDATE,
            organisation_id: self.organisation_id,
            user_id: None,
            external_id: None,
            name: Some("Test candidate".to_owned()),
            email: Some("candidate@demo.invalid".to_owned()),
            phone: None,
            profile: json!({}),
            created_at: self.now,
            updated_at: self.now,
            deleted_at: None,
            version: 1,
        }
    }

    fn position(&self) -> positions::Model {
        positions::Model {
            id: POSITION,
            organisation_id: self.organisation_id,
            external_id: None,
            title: "Backend engineer (demo)".to_owned(),
            description: "Builds and runs services that other teams rely on.".to_owned(),
            role_family: Some("technical".to_owned()),
            status: "open".to_owned(),
            settings: json!({}),
            posting: None,
            published_at: None,
            created_at: self.now,
            updated_at: self.now,
            deleted_at: None,
            version: 1,
        }
    }

    fn application(&self) -> applications::Model {
        applications::Model {
            id: APPLICATION,
            organisation_id: self.organisation_id,
            external_id: None,
            candidate_id: Some(TEST_CANDIDATE),
            position_id: Some(POSITION),
            status: "submitted".to_owned(),
            details: json!({}),
            created_at: self.now,
            updated_at: self.now,
            deleted_at: None,
            version: 1,
        }
    }

    fn interview(&self) -> interviews::Model {
        interviews::Model {
            id: INTERVIEW,
            organisation_id: self.organisation_id,
            owner_id: None,
            candidate_id: Some(TEST_CANDIDATE),
            application_id: Some(APPLICATION),
            position_id: Some(POSITION),
            external_id: None,
            origin: "native".to_owned(),
            purpose: "hiring".to_owned(),
            title: Some("First interview (demo)".to_owned()),
            job_role: Some("Backend engineer".to_owned()),
            domain: None,
            status: "created".to_owned(),
            details: json!({}),
            overall_score: None,
            started_at: None,
            finished_at: None,
            created_at: self.now,
            updated_at: self.now,
            deleted_at: None,
            version: 1,
        }
    }

    fn questions(&self) -> Vec<interview_questions::Model> {
        (0i32..)
            .zip(QUESTIONS)
            .map(
                |(ordinal, (question, expected, keywords))| interview_questions::Model {
                    id: Uuid::from_u128(FIRST_QUESTION + u128::from(ordinal.unsigned_abs())),
                    organisation_id: self.organisation_id,
                    interview_id: INTERVIEW,
                    external_id: format!("q{}", ordinal + 1),
                    ordinal,
                    text: Some(question.to_owned()),
                    expected_answer: Some(expected.to_owned()),
                    keywords: json!(keywords),
                    duration_s: Some(180.0),
                    details: json!({}),
                    created_at: self.now,
                },
            )
            .collect()
    }
}
