//! What an interview sets out with: a recruiter's own questions first, then those of the bank that suit the position
//! and the person, no more than its time can use.

use std::collections::BTreeMap;

use candor_core::{
    ids::InterviewId,
    interview::{Coding, Difficulty, InterviewType, Phase, Question, QuestionSource, RoleFamily},
};
use candor_interviewer::{
    background::Background,
    bank::{self, About},
    strategy::{MAX_PAUSED_S, Plan, Quotas},
};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use crate::{AppError, fields};

/// Languages that the interviewer speaks.
pub(super) const LANGUAGES: [&str; 4] = bank::LANGUAGES;
/// Most own questions of one interview.
const MOST_OWN: usize = 30;
/// Most focus areas.
const MOST_AREAS: usize = 10;
/// Shortest and longest interview, in minutes.
const MINUTES: std::ops::RangeInclusive<f64> = 5.0..=240.0;
/// Usual length, in minutes.
pub const USUAL_MINUTES: i32 = 30;
/// Time that judging the answers of an interview may take in all.
const JUDGING: SignedDuration = SignedDuration::from_mins(15);
/// Questions of each level beside the quota of a phase, so that a change of level finds some.
const SPARE: usize = 2;

/// How long an interview may take from its beginning to its end, with pauses and with the time that judging takes.
pub(crate) fn longest(minutes: Option<f64>) -> SignedDuration {
    let asked_s = minutes.unwrap_or(USUAL_MINUTES.into()) * 60.0;
    SignedDuration::from_secs_f64(asked_s + MAX_PAUSED_S) + JUDGING
}

/// A question that a recruiter wrote for one interview.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OwnQuestion {
    /// Its words.
    pub text: String,
    /// Its phase; `technical`, or `coding` with starter code, unless given.
    pub phase: Option<Phase>,
    /// How hard it is; `medium` unless given.
    pub difficulty: Option<Difficulty>,
    /// Keys of competencies that an answer shows.
    pub competencies: Vec<String>,
    /// What a good answer contains; may be empty.
    pub key_points: Vec<String>,
    /// What may be asked after it.
    pub follow_ups: Vec<String>,
    /// Code that a programming question starts with.
    pub starter_code: Option<String>,
    /// Language of that code.
    pub code_language: Option<String>,
}

/// How an interview is to be held.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// What it is about.
    pub family: RoleFamily,
    /// What it gives its time to.
    pub interview_type: InterviewType,
    /// `en`, `tr`, `fr` or `id`; `en` unless given.
    pub language: Option<String>,
    /// Time budget; half an hour unless given.
    pub minutes: Option<f64>,
    /// Level to begin with; `medium` unless given.
    pub difficulty: Option<Difficulty>,
    /// What is asked about first.
    pub focus_areas: Vec<String>,
    /// A recruiter's own questions.
    pub questions: Vec<OwnQuestion>,
    /// Text of the résumé.
    pub resume: Option<String>,
    /// Why they applied. It has a say in the order of the questions; no model is shown it.
    pub cover_letter: Option<String>,
}

impl Setup {
    /// An interview about `family`, all else as usual.
    pub fn new(family: RoleFamily) -> Self {
        Self {
            family,
            interview_type: InterviewType::default(),
            language: None,
            minutes: None,
            difficulty: None,
            focus_areas: Vec::new(),
            questions: Vec::new(),
            resume: None,
            cover_letter: None,
        }
    }

    /// The language that was asked for.
    pub(super) fn language(&self) -> Result<String, AppError> {
        match &self.language {
            Some(language) => fields::one_of("language", language, &LANGUAGES),
            None => Ok(LANGUAGES[0].to_owned()),
        }
    }

    /// The plan with these questions of the bank, whose order the interview's id decides where nothing else does.
    pub(super) fn plan(
        &self,
        interview: InterviewId,
        mut bank: Vec<Question>,
        job: Option<&str>,
    ) -> Result<Plan, AppError> {
        let language = self.language()?;
        let minutes = self.minutes.unwrap_or(USUAL_MINUTES.into());
        if !MINUTES.contains(&minutes) {
            return Err(AppError::invalid(
                "invalid_value",
                "duration_minutes",
                "duration_minutes is between 5 and 240",
            ));
        }
        bank.retain(|question| !self.interview_type.leaves_out(question.phase));
        let own = self.own(&language)?;
        let areas = fields::lines("focus_areas", &self.focus_areas, MOST_AREAS)?;
        bank.sort_by_cached_key(|question| rank(interview, question));
        let of_person = [self.resume.as_deref(), self.cover_letter.as_deref()];
        let of_person: Vec<&str> = of_person.into_iter().flatten().collect();
        let of_person = of_person.join("\n\n");
        let about = About {
            job,
            resume: Some(of_person.as_str()).filter(|text| !text.is_empty()),
        };
        // A text that says too little for it changes no order.
        let _ = bank::fit(&mut bank, about, &language);
        focus(&mut bank, &areas);
        let duration_s = minutes * 60.0;
        let quotas = Quotas::new(self.family, duration_s).of_type(self.interview_type);
        let kept = enough(bank, quotas);
        let background = Background::new(job, self.resume.as_deref(), &areas, &language);
        Ok(Plan {
            family: self.family,
            interview_type: self.interview_type,
            language,
            duration_s,
            difficulty: self.difficulty.unwrap_or(Difficulty::Medium),
            questions: own.into_iter().chain(kept).collect(),
            background,
        })
    }

    fn own(&self, language: &str) -> Result<Vec<Question>, AppError> {
        if self.questions.len() > MOST_OWN {
            return Err(AppError::invalid(
                "too_many_questions",
                "questions",
                format!("an interview has at most {MOST_OWN} questions of your own"),
            ));
        }
        let numbered = self.questions.iter().enumerate();
        numbered
            .map(|(index, question)| question.checked(index + 1, self.family, language))
            .collect()
    }
}

impl OwnQuestion {
    fn checked(
        &self,
        number: usize,
        family: RoleFamily,
        language: &str,
    ) -> Result<Question, AppError> {
        let coding = self.starter_code.as_ref().map(|code| Coding {
            starter_code: code.clone(),
            language: self.code_language.clone().unwrap_or_default(),
        });
        let usual = match coding {
            Some(_) => Phase::Coding,
            None => Phase::Technical,
        };
        let phase = self.phase.unwrap_or(usual);
        if !family.phases().contains(&phase) {
            let what = format!(
                "interviews for {} have no phase {}",
                family.as_str(),
                phase.as_str()
            );
            return Err(AppError::invalid("invalid_value", "phase", what));
        }
        let texts = |field, texts: &[String]| -> Result<Vec<String>, AppError> {
            fields::lines(field, texts, 20)
        };
        if let Some(coding) = &coding {
            fields::prose("starter_code", &coding.starter_code, fields::PROSE)?;
        }
        Ok(Question {
            id: format!("custom-{number}"),
            phase,
            difficulty: self.difficulty.unwrap_or(Difficulty::Medium),
            text: fields::prose("text", &self.text, LONGEST_QUESTION)?,
            competencies: texts("competencies", &self.competencies)?,
            key_points: texts("key_points", &self.key_points)?,
            follow_ups: texts("follow_ups", &self.follow_ups)?,
            language: language.to_owned(),
            source: QuestionSource::Recruiter,
            coding,
        })
    }
}

/// Longest question, in characters.
const LONGEST_QUESTION: usize = 2000;

/// Those first that name a focus area, or are about the competency of that name.
fn focus(questions: &mut [Question], areas: &[String]) {
    let areas: Vec<String> = areas.iter().map(|area| area.to_lowercase()).collect();
    questions.sort_by_cached_key(|question| {
        let words = question
            .key_points
            .iter()
            .chain(&question.competencies)
            .fold(question.text.clone(), |text, more| text + "\n" + more)
            .to_lowercase()
            .replace('_', " ");
        let named = areas.iter().filter(|area| words.contains(area.as_str()));
        std::cmp::Reverse(named.count())
    });
}

/// What the time can use of each phase and level, in the given order.
fn enough(questions: Vec<Question>, quotas: Quotas) -> Vec<Question> {
    let mut kept: BTreeMap<(Phase, Difficulty), usize> = BTreeMap::new();
    questions
        .into_iter()
        .filter(|question| {
            let n = kept
                .entry((question.phase, question.difficulty))
                .or_default();
            *n += 1;
            *n <= quotas.questions(question.phase) + SPARE
        })
        .collect()
}

fn rank(interview: InterviewId, question: &Question) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(interview.uuid().as_bytes());
    hash.update(&question.id);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(setup: &Setup) -> Plan {
        let bank = bank::shipped(setup.family, "en").to_vec();
        let plan = setup.plan(InterviewId::generate(), bank, None);
        plan.unwrap()
    }

    #[test]
    fn a_plan_holds_what_its_time_can_use_of_every_phase() {
        for family in RoleFamily::ALL {
            let plan = planned(&Setup::new(family));
            for phase in family.phases() {
                let n = plan.questions.iter().filter(|q| q.phase == *phase).count();
                let least = Quotas::new(family, plan.duration_s).questions(*phase);
                assert!(n >= least, "{family:?} {phase:?}: {n} of {least}");
            }
            let size = serde_json::to_vec(&plan).unwrap().len();
            assert!(size < 60_000, "{family:?}: {size}");
        }
    }

    #[test]
    fn own_questions_stand_first_and_a_focus_leads() {
        let mut setup = Setup::new(RoleFamily::Technical);
        setup.questions = vec![OwnQuestion {
            text: "Why Ghent?".to_owned(),
            ..OwnQuestion::default()
        }];
        setup.focus_areas = vec!["cache".to_owned()];
        setup.resume = Some("Ada Example\n\nSKILLS\nSQL, Rust".to_owned());
        let plan = planned(&setup);
        assert_eq!(plan.background.focus_areas, ["cache"]);
        assert_eq!(plan.background.resume.as_deref(), Some("SQL, Rust"));
        assert_eq!(plan.questions[0].id, "custom-1");
        assert_eq!(plan.questions[0].source, QuestionSource::Recruiter);
        let named = |q: &Question| format!("{} {:?}", q.text, q.key_points).contains("cache");
        assert!(named(&plan.questions[1]), "{:?}", plan.questions[1]);
    }

    #[test]
    fn a_type_changes_what_is_asked_and_stands_in_the_plan() {
        let n = |kind, phase| {
            let mut setup = Setup::new(RoleFamily::Technical);
            setup.interview_type = kind;
            let plan = planned(&setup);
            assert_eq!(plan.interview_type, kind);
            plan.questions.iter().filter(|q| q.phase == phase).count()
        };
        for kind in [InterviewType::Behavioral, InterviewType::Screening] {
            assert_eq!(n(kind, Phase::Coding), 0, "{kind:?}");
        }
        let usual = n(InterviewType::Mixed, Phase::Technical);
        assert!(n(InterviewType::Screening, Phase::Technical) < usual);
        assert!(n(InterviewType::Mixed, Phase::Coding) > 0);
    }

    #[test]
    fn a_cover_letter_orders_the_questions_and_is_shown_to_nobody() {
        let mut setup = Setup::new(RoleFamily::Technical);
        setup.cover_letter = Some(
            "For six years I have tuned slow database queries, built indexes and moved schemas without an outage. \
             I enjoy reading query plans, and I have taught colleagues how transactions and isolation levels behave."
                .to_owned(),
        );
        let bank = bank::shipped(setup.family, "en").to_vec();
        let id = InterviewId::generate();
        let order = |setup: &Setup| {
            let plan = setup.plan(id, bank.clone(), None).unwrap();
            let ids = plan.questions.iter().map(|question| question.id.clone());
            (ids.collect::<Vec<_>>(), plan.background)
        };
        let (with, background) = order(&setup);
        setup.cover_letter = None;
        let (without, _) = order(&setup);
        assert_ne!(with, without);
        assert!(background.is_empty(), "{background:?}");
    }

    #[test]
    fn code_is_for_technical_roles() {
        let mut setup = Setup::new(RoleFamily::Sales);
        setup.questions = vec![OwnQuestion {
            text: "Reverse it.".to_owned(),
            starter_code: Some("def f(x):".to_owned()),
            ..OwnQuestion::default()
        }];
        let bank = bank::shipped(RoleFamily::Sales, "en").to_vec();
        let refused = setup.plan(InterviewId::generate(), bank, None).unwrap_err();
        assert!(refused.to_string().contains("no phase coding"), "{refused}");
    }
}
