//! What an invited candidate is told and will be asked: limits of the message, the résumé's address, focus areas and
//! the recruiter's own questions.

use candor_core::interview::{
    Coding, Difficulty, InterviewType, Phase, Question, QuestionSource, RoleFamily,
};

use url::Url;

use crate::{AppError, fields};

/// Longest message to the candidate.
const LONGEST_MESSAGE: usize = 4_000;
/// Longest address of a résumé.
const LONGEST_URL: usize = 2_000;
/// Most focus areas.
const MOST_AREAS: usize = 10;
/// Most own questions.
const MOST_QUESTIONS: usize = 30;
/// Longest question.
const LONGEST_QUESTION: usize = 2_000;
/// Most key points of a question.
const MOST_POINTS: usize = 20;
/// Longest starter code.
const LONGEST_CODE: usize = 10_000;

/// A question of the recruiter's own.
#[derive(Debug, Clone, Default)]
pub struct NewInvitationQuestion {
    /// Its words.
    pub text: String,
    /// What a good answer contains, a clause each.
    pub key_points: Vec<String>,
    /// The phase that it belongs to; `technical`, or `coding` with code, unless given.
    pub phase: Option<String>,
    /// How hard it is; the invitation's level unless given.
    pub difficulty: Option<String>,
    /// What a programming question starts with.
    pub coding: Option<NewCoding>,
}

/// What a programming question starts with.
#[derive(Debug, Clone, Default)]
pub struct NewCoding {
    /// Code that the candidate goes on from; may be empty.
    pub starter_code: String,
    /// Its language, e.g. `python`.
    pub language: String,
}

/// The checked focus areas.
pub(super) fn focus_areas(areas: &[String]) -> Result<Vec<String>, AppError> {
    fields::lines("focus_areas", areas, MOST_AREAS)
}

/// The family of roles.
pub(super) fn role_family(text: &str) -> Result<RoleFamily, AppError> {
    let names = RoleFamily::ALL.map(RoleFamily::as_str);
    let name = fields::one_of("role_family", text, &names)?;
    RoleFamily::from_name(&name).ok_or_else(|| AppError::internal("a known family of roles"))
}

/// What the interview gives its time to.
pub(super) fn interview_type(text: &str) -> Result<String, AppError> {
    let names = InterviewType::ALL.map(InterviewType::as_str);
    fields::one_of("interview_type", text, &names)
}

/// The level.
pub(super) fn difficulty(text: &str) -> Result<String, AppError> {
    fields::one_of("difficulty", text, &Difficulty::ALL.map(Difficulty::as_str))
}

/// Time budget in minutes.
pub(super) fn duration(minutes: i64) -> Result<i32, AppError> {
    i32::try_from(minutes)
        .ok()
        .filter(|minutes| (5..=240).contains(minutes))
        .ok_or_else(|| {
            AppError::invalid(
                "invalid_duration",
                "duration_minutes",
                "duration_minutes must be between 5 and 240",
            )
        })
}

/// The checked words to the candidate.
pub(super) fn message(text: &str) -> Result<String, AppError> {
    fields::prose("message", text, LONGEST_MESSAGE)
}

/// The checked address of a résumé.
pub(super) fn resume_url(text: &str) -> Result<String, AppError> {
    let text = fields::line("resume_url", text, LONGEST_URL)?;
    let fits = Url::parse(&text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()));
    // Own uploads are named by their path.
    if fits || text.starts_with('/') {
        return Ok(text);
    }
    Err(AppError::invalid(
        "invalid_url",
        "resume_url",
        "resume_url must be an address like https://example.org/cv.pdf",
    ))
}

/// The checked questions, with ids of their own.
pub(super) fn questions(
    questions: &[NewInvitationQuestion],
    family: RoleFamily,
    level: Option<&str>,
    language: &str,
) -> Result<Vec<Question>, AppError> {
    if questions.len() > MOST_QUESTIONS {
        return Err(AppError::invalid(
            "too_many_questions",
            "questions",
            format!("questions must not have more than {MOST_QUESTIONS} items"),
        ));
    }
    let level = level.and_then(Difficulty::from_name);
    let level = level.unwrap_or(Difficulty::Medium);
    questions
        .iter()
        .enumerate()
        .map(|(at, new)| question(at, new, family, level, language))
        .collect()
}

fn question(
    at: usize,
    new: &NewInvitationQuestion,
    family: RoleFamily,
    level: Difficulty,
    language: &str,
) -> Result<Question, AppError> {
    let field = |name: &str| format!("questions[{at}].{name}");
    let phase = match new.phase.as_deref() {
        Some(text) => {
            let names = Phase::ALL.map(Phase::as_str);
            let name = fields::one_of(&field("phase"), text, &names)?;
            Phase::from_name(&name).unwrap_or(Phase::Technical)
        }
        None if new.coding.is_some() => Phase::Coding,
        None => Phase::Technical,
    };
    if (phase == Phase::Coding || new.coding.is_some()) && family != RoleFamily::Technical {
        return Err(AppError::invalid(
            "coding_not_for_role",
            &field("phase"),
            "coding questions are for technical roles",
        ));
    }
    if new.coding.is_some() && phase != Phase::Coding {
        return Err(AppError::invalid(
            "invalid_value",
            &field("phase"),
            "a question with code belongs to the phase coding",
        ));
    }
    let difficulty = match new.difficulty.as_deref() {
        Some(text) => {
            let names = Difficulty::ALL.map(Difficulty::as_str);
            let name = fields::one_of(&field("difficulty"), text, &names)?;
            Difficulty::from_name(&name).unwrap_or(level)
        }
        None => level,
    };
    Ok(Question {
        id: format!("custom-{}", at + 1),
        phase,
        difficulty,
        text: fields::prose(&field("text"), new.text.trim(), LONGEST_QUESTION)?,
        competencies: Vec::new(),
        key_points: fields::lines(&field("key_points"), &new.key_points, MOST_POINTS)?,
        follow_ups: Vec::new(),
        language: language.to_owned(),
        source: QuestionSource::Recruiter,
        coding: new
            .coding
            .as_ref()
            .map(|coding| starter(coding, &field("starter_code"), &field("language")))
            .transpose()?,
    })
}

fn starter(coding: &NewCoding, code: &str, language: &str) -> Result<Coding, AppError> {
    let starter_code = match coding.starter_code.trim() {
        "" => String::new(),
        _ => fields::prose(code, &coding.starter_code, LONGEST_CODE)?,
    };
    Ok(Coding {
        starter_code,
        language: fields::line(language, &coding.language, 40)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> NewInvitationQuestion {
        NewInvitationQuestion {
            text: "Reverse a list".to_owned(),
            coding: Some(NewCoding {
                starter_code: "def reverse(items):\n    pass".to_owned(),
                language: "python".to_owned(),
            }),
            ..Default::default()
        }
    }

    #[test]
    fn code_is_asked_for_in_technical_roles_only() {
        let made = questions(&[code()], RoleFamily::Technical, Some("hard"), "en").unwrap();
        assert_eq!(made[0].phase, Phase::Coding);
        assert_eq!(made[0].difficulty, Difficulty::Hard);
        assert_eq!(made[0].id, "custom-1");
        assert!(questions(&[code()], RoleFamily::Sales, None, "en").is_err());
    }

    #[test]
    fn thirty_questions_are_the_most() {
        let one = NewInvitationQuestion {
            text: "Why?".to_owned(),
            ..Default::default()
        };
        let many = |n| questions(&vec![one.clone(); n], RoleFamily::Sales, None, "fr");
        assert_eq!(many(30).unwrap().len(), 30);
        assert!(many(31).is_err());
    }
}
