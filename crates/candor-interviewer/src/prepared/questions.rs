//! The five questions, one for each stage, in words of this project.

use candor_core::interview::{
    Difficulty, InterviewType, Phase, Question, QuestionSource, RoleFamily,
};

use crate::{background::Background, strategy::Plan, words::normalised};

/// Questions of an interview.
pub const TOTAL: usize = 5;
/// Language of the questions.
const LANGUAGE: &str = "en";
/// Time that an interview is thought to take, in seconds. Nothing ends when it is over.
const DURATION_S: f64 = 20.0 * 60.0;

/// One stage; `{role}` and `{domain}` stand for what is practised for.
struct Stage {
    phase: Phase,
    difficulty: Difficulty,
    text: &'static str,
    competencies: &'static [&'static str],
    key_points: [&'static str; 4],
}

const STAGES: [Stage; TOTAL] = [
    Stage {
        phase: Phase::Intro,
        difficulty: Difficulty::Easy,
        text: "Hello, and welcome. To begin, please introduce yourself: what have you done so far that prepares you for work as {role} in {domain}?",
        competencies: &["communication", "engagement"],
        key_points: [
            "names the present or last job and its tasks",
            "tells of experience that fits the role",
            "names a result or something that was built",
            "says where the person wants to go next",
        ],
    },
    Stage {
        phase: Phase::Intro,
        difficulty: Difficulty::Easy,
        text: "Why do you want to work as {role}, and what draws you to {domain} in particular?",
        competencies: &["engagement", "communication"],
        key_points: [
            "gives a personal reason for the role",
            "gives a reason for the field",
            "connects own strengths with what the role needs",
            "shows knowledge of problems of the field",
        ],
    },
    Stage {
        phase: Phase::Technical,
        difficulty: Difficulty::Medium,
        text: "Think of the hardest problem of the craft that you have solved and that matters to {role} in {domain}. How did you go about it, and which trade-off did you make?",
        competencies: &["technical_depth", "problem_solving"],
        key_points: [
            "describes the problem and why it was hard",
            "explains the steps that were taken",
            "names alternatives and the trade-off between them",
            "says how the outcome was checked or measured",
        ],
    },
    Stage {
        phase: Phase::Behavioral,
        difficulty: Difficulty::Medium,
        text: "Tell me about a time when you and somebody you worked with disagreed about something important. What did you do, and how did it end?",
        competencies: &["collaboration", "communication"],
        key_points: [
            "describes the situation and who disagreed about what",
            "says what the person did to understand the other side",
            "says how a decision was reached",
            "tells the outcome and what was learned",
        ],
    },
    Stage {
        phase: Phase::Technical,
        difficulty: Difficulty::Medium,
        text: "Suppose you start as {role} in {domain} next month. What would you do in your first 30, 60 and 90 days?",
        competencies: &["judgment", "engagement"],
        key_points: [
            "begins with learning: people, systems and customers",
            "names a first contribution within two months",
            "names goals or results for three months",
            "says how progress would be checked with others",
        ],
    },
];

/// The interview about a role in a field.
pub fn plan(role: &str, domain: &str) -> Plan {
    let questions = STAGES.iter().enumerate().map(|(at, stage)| Question {
        id: format!("q{}", at + 1),
        phase: stage.phase,
        difficulty: stage.difficulty,
        text: filled(stage.text, role, domain),
        competencies: stage.competencies.iter().map(ToString::to_string).collect(),
        key_points: stage.key_points.map(str::to_owned).to_vec(),
        follow_ups: Vec::new(),
        language: LANGUAGE.to_owned(),
        source: QuestionSource::Generated,
        coding: None,
    });
    Plan {
        family: family_of(role),
        interview_type: InterviewType::default(),
        language: LANGUAGE.to_owned(),
        duration_s: DURATION_S,
        difficulty: Difficulty::Medium,
        questions: questions.collect(),
        background: Background::default(),
    }
}

/// Fills both places at once: a role that holds `{domain}` stays as it is.
fn filled(text: &str, role: &str, domain: &str) -> String {
    let parts = text.split("{role}");
    let parts: Vec<String> = parts.map(|part| part.replace("{domain}", domain)).collect();
    parts.join(role)
}

/// The kind of work that the name of a role speaks of; any work where it does not tell.
pub fn family_of(role: &str) -> RoleFamily {
    let role = format!(" {} ", normalised(role));
    let names = |words: &[&str]| words.iter().any(|word| role.contains(&format!(" {word}")));
    if names(&["customer success", "customer support", "support agent"]) {
        RoleFamily::CustomerSuccess
    } else if names(&["sales", "account executive", "business development"]) {
        RoleFamily::Sales
    } else if names(&[
        "engineer",
        "developer",
        "programmer",
        "architect",
        "data scientist",
        "devops",
        "software",
        "administrator",
    ]) {
        RoleFamily::Technical
    } else {
        RoleFamily::Behavioral
    }
}
