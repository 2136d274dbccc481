//! Judges an answer with a chat model, and believes of its judgement only what the answer bears out.
//!
//! - What the built-in evaluator would not judge, or would put in the lowest band by its amount alone (empty, one word,
//!   the question's own words), goes to the built-in evaluator; the model is not asked.
//! - The model sees what the built-in evaluator counts (see [`super::seen`]) between fences that nobody can guess; the
//!   question, its key points and the levels stand between such fences too.
//! - A judgement is checked (see [`check`]); one that does not hold may be mended once. What then does not hold is not
//!   evaluated, never a zero.
//! - The total is computed from the marks, see [`marks`].
//! - The same answer is judged as often as the settings say; more than half of the judgements must hold.

mod check;
mod marks;
mod rubric;
pub(crate) mod shape;

#[cfg(test)]
mod tests;

pub use marks::FORMULA;
pub use rubric::{Anchors, Rubric};

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use candor_core::{
    interview::{Evaluation, Judged, Phase, Question, RoleFamily},
    measured::NotMeasured,
    ports::{
        ChatError, ChatMessage, ChatModel, ChatRequest, ChatRole, ChatUsage, EngineError, Watch,
    },
    report::Provenance,
};

use super::{
    AnswerEvaluator, Evaluator,
    answer::Answer,
    coverage::{Asked, Text},
    measures,
    said::Said,
    seen::Shown,
    standing::{self, Standing},
};
use crate::{
    prompt::{Prompt, fence, language_name, one_line, sha256},
    secrets::Secrets,
    session::Assessment,
    strategy::Findings,
};
use check::{Checked, Checker, Wrong};

/// The prompt. Its version changes with its words.
const PROMPT: Prompt = Prompt {
    version: "answer-evaluation.v2",
    text: include_str!("../../prompts/answer-evaluation.v2.md"),
};
/// Tokens of a reply, and how many more for each key point and competency.
const TOKENS: u32 = 1200;
const TOKENS_EACH: u32 = 150;
/// Longest part of a judgement that is sent back to be mended, in characters.
const LONGEST_MENDED: usize = 12_000;
/// Relevance below this: the answer is to something else.
const OFF_TOPIC: f64 = 1.8;
/// Repeats at most.
const MOST_REPEATS: usize = 9;

/// What is done where the model gives no judgement that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Otherwise {
    /// The answer is not evaluated, with the reason: marks of one interview come from one evaluator.
    #[default]
    NotEvaluated,
    /// The built-in evaluator judges it; its provenance says so, and why.
    BuiltIn,
}

/// How a chat model is asked.
#[derive(Debug, Clone)]
pub struct ChatEvaluatorSettings {
    /// How often an answer is judged, 1 to 9.
    pub repeats: usize,
    /// 0 for the likeliest words; `None` for models that take no other than their own.
    pub temperature: Option<f32>,
    /// Longest wait for one judgement.
    pub timeout: Duration,
    /// Longest wait for all judgements of an answer together, what is mended included; `None`: as long as they take.
    pub within: Option<Duration>,
    /// What answers show at each level.
    pub rubric: Rubric,
    /// What is done where the model gives no judgement that holds.
    pub otherwise: Otherwise,
}

impl Default for ChatEvaluatorSettings {
    fn default() -> Self {
        Self {
            repeats: 1,
            temperature: Some(0.0),
            timeout: Duration::from_secs(60),
            within: None,
            rubric: Rubric::default(),
            otherwise: Otherwise::default(),
        }
    }
}

/// What a chat model made of an answer, and what that took.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatAssessment {
    /// What was found.
    pub assessment: Assessment,
    /// Tokens of all calls, also of those that came to nothing; zero where the model was not asked.
    pub usage: ChatUsage,
}

/// Judges answers with a chat model.
pub struct ChatEvaluator {
    model: Arc<dyn ChatModel>,
    builtin: Arc<Evaluator>,
    settings: ChatEvaluatorSettings,
}

impl ChatEvaluator {
    /// An evaluator that asks `model`, and `builtin` where no model is needed.
    pub fn new(
        model: Arc<dyn ChatModel>,
        builtin: Arc<Evaluator>,
        settings: ChatEvaluatorSettings,
    ) -> Self {
        Self {
            model,
            builtin,
            settings,
        }
    }

    /// Judges an answer to `question` in an interview about `family`.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`] when `watch` says so; what the built-in evaluator's embedder says where that judges.
    pub fn evaluate(
        &self,
        family: RoleFamily,
        question: &Question,
        answer: &Answer,
        watch: &dyn Watch,
    ) -> Result<ChatAssessment, EngineError> {
        let free = |assessment| ChatAssessment {
            assessment,
            usage: ChatUsage::default(),
        };
        let said = match standing::read(question, answer, self.builtin.memory())? {
            Ok(said) => said,
            Err(reason) => return Ok(free(Assessment::none(reason, answer.text()))),
        };
        let asked = Asked::new(Text::new(&question.text, None, &question.language));
        if standing::standing(answer, &said, &asked) != Standing::Full {
            return self.builtin.evaluate(family, question, answer).map(free);
        }
        let mut tries = Tries {
            deadline: self.settings.within.map(|within| Instant::now() + within),
            ..Tries::default()
        };
        let evaluation = match self.judge(question, answer, &said, &mut tries, watch) {
            Ok(evaluation) => evaluation,
            Err(Failure::Cancelled) => return Err(EngineError::Cancelled),
            Err(Failure::Reason(reason)) => {
                let assessment = match self.settings.otherwise {
                    Otherwise::NotEvaluated => Assessment::none(reason, answer.text()),
                    Otherwise::BuiltIn => {
                        let found = self.builtin.evaluate(family, question, answer)?;
                        instead(found, &reason, &self.model.provenance())
                    }
                };
                return Ok(ChatAssessment {
                    assessment,
                    usage: tries.usage,
                });
            }
        };
        let findings = findings(&evaluation, question, &said);
        Ok(ChatAssessment {
            assessment: Assessment {
                judged: Judged::Evaluated(Box::new(evaluation)),
                findings,
            },
            usage: tries.usage,
        })
    }

    /// Judges as often as the settings say.
    fn judge(
        &self,
        question: &Question,
        answer: &Answer,
        said: &Said,
        tries: &mut Tries,
        watch: &dyn Watch,
    ) -> Result<Evaluation, Failure> {
        let shown = Shown::new(answer, said);
        let text = shown.text();
        let request = self.request(question, &text);
        let secrets = self.secrets(question, &text);
        let checker = Checker {
            question,
            answer,
            shown: &shown,
            secrets: &secrets,
        };
        let repeats = self.settings.repeats.clamp(1, MOST_REPEATS);
        let mut held = Vec::new();
        let mut failure = None;
        for n in 0..repeats {
            watch.progress(n as f32 / repeats as f32);
            match self.once(&request, &checker, tries, watch) {
                Ok(checked) => held.push(checked),
                Err(Failure::Cancelled) => return Err(Failure::Cancelled),
                Err(other) => failure = Some(other),
            }
            // What is left can't make up for what failed.
            let n_left = repeats - n - 1;
            if 2 * (held.len() + n_left) <= repeats {
                break;
            }
        }
        if 2 * held.len() <= repeats {
            return Err(failure.unwrap_or(Failure::Cancelled));
        }
        watch.progress(1.0);
        let provenance = self.provenance(said, &held, tries);
        Ok(marks::evaluation(&held, question, provenance))
    }

    /// One judgement, mended once where it does not hold.
    fn once(
        &self,
        request: &ChatRequest,
        checker: &Checker<'_>,
        tries: &mut Tries,
        watch: &dyn Watch,
    ) -> Result<Checked, Failure> {
        let first = self.ask(request, tries, watch)?;
        let wrong = match checker.check(&first) {
            Ok(checked) => return Ok(checked),
            Err(wrong) => wrong,
        };
        tries.n_mended += 1;
        let mut again = request.clone();
        let judged: String = first.chars().take(LONGEST_MENDED).collect();
        again
            .messages
            .push(ChatMessage::new(ChatRole::Assistant, judged));
        let told = listed(&wrong);
        again
            .messages
            .push(PROMPT.message(ChatRole::User, "repair", &[("wrong", &told)]));
        let second = self.ask(&again, tries, watch)?;
        checker.check(&second).map_err(|wrong| {
            let why = wrong.first().map(ToString::to_string).unwrap_or_default();
            Failure::Reason(NotMeasured::new(
                "chat_invalid",
                format!("the chat model's judgement does not hold: {why}"),
            ))
        })
    }

    fn ask(
        &self,
        request: &ChatRequest,
        tries: &mut Tries,
        watch: &dyn Watch,
    ) -> Result<String, Failure> {
        let failed =
            |error: ChatError| Failure::Reason(NotMeasured::new(error.code(), error.to_string()));
        let mut request = request.clone();
        if let Some(deadline) = tries.deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(failed(ChatError::TimedOut));
            }
            request.timeout = request.timeout.min(left);
        }
        match self.model.complete(&request, watch) {
            Ok(reply) => {
                tries.usage.add(reply.usage);
                tries.model = Some(reply.model);
                Ok(reply.text)
            }
            Err(ChatError::Cancelled) => Err(Failure::Cancelled),
            Err(error) => {
                tries.usage.add(error.usage().unwrap_or_default());
                Err(failed(error))
            }
        }
    }

    fn request(&self, question: &Question, text: &str) -> ChatRequest {
        let points = question.key_points.iter().enumerate();
        let points: Vec<String> = points
            .map(|(at, point)| format!("{}. {}", at + 1, one_line(point)))
            .collect();
        let points = rubric::or_none(&points);
        let levels = self.settings.rubric.listed_for(&question.id);
        let competencies = self.settings.rubric.listed(&question.competencies);
        // One mark around all of it that stands nowhere in it.
        let data = [
            question.text.as_str(),
            &points,
            &levels,
            &competencies,
            text,
        ];
        let fence = fence(&data.join("\n"));
        let values = [
            ("fence", fence.as_str()),
            ("language", language_name(&question.language)),
            ("phase", question.phase.as_str()),
            ("question", &question.text),
            ("key_points", &points),
            ("question_levels", &levels),
            ("competencies", &competencies),
            ("answer", text),
        ];
        let n_parts = question.key_points.len() + question.competencies.len();
        ChatRequest {
            messages: vec![
                PROMPT.message(ChatRole::System, "system", &values),
                PROMPT.message(ChatRole::User, "answer", &values),
            ],
            schema: Some(shape::schema(question)),
            temperature: self.settings.temperature,
            max_tokens: TOKENS + TOKENS_EACH * u32::try_from(n_parts).unwrap_or(u32::MAX / 1000),
            timeout: self.settings.timeout,
        }
    }

    /// What feedback must not tell.
    fn secrets<'a>(&self, question: &'a Question, shown: &str) -> Secrets<'a> {
        let rubric = &self.settings.rubric;
        let levels = question.competencies.iter();
        let levels = levels.flat_map(|competency| rubric.levels(competency));
        let own = rubric.of_question(&question.id).into_iter().flatten();
        let rules = PROMPT.part("system").lines();
        Secrets::new(
            question.key_points.iter().map(String::as_str),
            levels.chain(own).chain(rules),
            &[question.text.as_str(), shown],
            &question.language,
        )
    }

    fn provenance(&self, said: &Said, held: &[Checked], tries: &Tries) -> Provenance {
        let engine = self.model.provenance();
        let mut settings = engine.settings;
        let repeats = self.settings.repeats.clamp(1, MOST_REPEATS);
        let rubric = serde_json::to_string(&self.settings.rubric).unwrap_or_default();
        let kind = if tries.usage.is_estimated {
            "estimated"
        } else {
            "counted"
        };
        let temperature = self.settings.temperature;
        for (name, value) in [
            ("prompt", PROMPT.version.to_owned()),
            ("prompt_sha256", PROMPT.sha256()),
            ("rubric_sha256", sha256(&rubric)),
            ("repeats", format!("{} of {repeats}", held.len())),
            ("mended", tries.n_mended.to_string()),
            ("prompt_tokens", tries.usage.prompt_tokens.to_string()),
            (
                "completion_tokens",
                tries.usage.completion_tokens.to_string(),
            ),
            ("tokens", kind.to_owned()),
            (
                "temperature",
                temperature.map_or("the server's".to_owned(), |t| t.to_string()),
            ),
        ] {
            settings.insert(name.to_owned(), value);
        }
        let n_dropped: usize = held.iter().map(|one| one.n_dropped).sum();
        if n_dropped > 0 {
            settings.insert("quotes_dropped".to_owned(), n_dropped.to_string());
        }
        let model = tries.model.clone().or_else(|| engine.model.clone());
        if let Some(asked) = engine.model.filter(|asked| model.as_ref() != Some(asked)) {
            settings.insert("asked_for".to_owned(), asked);
        }
        said.note_left_out(&mut settings);
        Provenance {
            engine: engine.engine,
            version: engine.version,
            model,
            model_sha256: engine.model_sha256,
            formula: Some(FORMULA.to_owned()),
            settings,
        }
    }
}

impl AnswerEvaluator for ChatEvaluator {
    fn assess(
        &self,
        family: RoleFamily,
        question: &Question,
        answer: &Answer,
        watch: &dyn Watch,
    ) -> Result<Assessment, EngineError> {
        self.evaluate(family, question, answer, watch)
            .map(|found| found.assessment)
    }
}

/// What the calls for one answer took.
#[derive(Default)]
struct Tries {
    usage: ChatUsage,
    /// When the last call ends.
    deadline: Option<Instant>,
    n_mended: usize,
    model: Option<String>,
}

/// Why there is no evaluation.
enum Failure {
    Cancelled,
    Reason(NotMeasured),
}

fn listed(wrong: &[Wrong]) -> String {
    let lines: Vec<String> = wrong.iter().map(|one| format!("- {one}")).collect();
    lines.join("\n")
}

fn findings(evaluation: &Evaluation, question: &Question, said: &Said) -> Findings {
    Findings {
        normalized: Some(evaluation.normalized()),
        is_empty: false,
        is_off_topic: evaluation.relevance < OFF_TOPIC,
        missed: evaluation
            .missed()
            .map(|point| point.text.clone())
            .collect(),
        missing_parts: match question.phase {
            Phase::Behavioral => measures::missing_parts(said),
            _ => Vec::new(),
        },
    }
}

/// The built-in evaluator's judgement in place of a model's, with who it stands for and why.
pub fn instead(mut found: Assessment, reason: &NotMeasured, model: &Provenance) -> Assessment {
    if let Judged::Evaluated(evaluation) = &mut found.judged {
        let name = model.model.clone().unwrap_or_else(|| model.engine.clone());
        evaluation.provenance.settings.extend(BTreeMap::from([
            ("instead_of".to_owned(), name),
            ("because".to_owned(), reason.code.clone()),
        ]));
    }
    found
}
