//! How an invitation says that its interview is to be held.

use candor_core::interview::{Difficulty, InterviewType, Question, RoleFamily};
use candor_store::records::invitations::InvitationRow;
use sea_orm::ConnectionTrait;

use super::resume;
use crate::{
    AppError,
    conduct::{OwnQuestion, Setup},
};

/// How the interview is to be held.
pub(super) async fn setup(
    connection: &impl ConnectionTrait,
    row: &InvitationRow,
) -> Result<Setup, AppError> {
    let family = RoleFamily::from_name(&row.role_family)
        .ok_or_else(|| AppError::internal("an invitation has a known family of roles"))?;
    let questions: Vec<Question> =
        serde_json::from_value(row.questions.clone()).map_err(AppError::internal)?;
    let papers = resume::papers(connection, row).await?;
    Ok(Setup {
        interview_type: row
            .interview_type
            .as_deref()
            .and_then(InterviewType::from_name)
            .unwrap_or_default(),
        language: Some(row.language.clone()),
        minutes: row.duration_minutes.map(f64::from),
        difficulty: row.difficulty.as_deref().and_then(Difficulty::from_name),
        focus_areas: serde_json::from_value(row.focus_areas.clone()).unwrap_or_default(),
        questions: questions.into_iter().map(own).collect(),
        resume: papers.resume,
        cover_letter: papers.cover_letter,
        ..Setup::new(family)
    })
}

fn own(question: Question) -> OwnQuestion {
    let coding = question.coding;
    OwnQuestion {
        text: question.text,
        phase: Some(question.phase),
        difficulty: Some(question.difficulty),
        competencies: question.competencies,
        key_points: question.key_points,
        follow_ups: question.follow_ups,
        code_language: coding.as_ref().map(|coding| coding.language.clone()),
        starter_code: coding
            .map(|coding| coding.starter_code)
            .filter(|code| !code.is_empty()),
    }
}
