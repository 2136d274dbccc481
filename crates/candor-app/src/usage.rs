//! What an organisation's use of chat models takes, in tokens: added up as calls are made, read by admins.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use candor_core::{
    access::{Action, Actor},
    ids::OrganisationId,
    ports::{ChatError, ChatModel, ChatReply, ChatRequest, ChatUsage, Watch},
    report::Provenance,
};
use candor_store::records::token_usage::{self as rows, TokenUsageRow};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use uuid::Uuid;

use crate::{
    App, AppError,
    patience::{WAITS, persistently},
};

/// Seconds of a day.
const DAY_S: i64 = 86_400;
/// Days that are told of at once.
const MOST_DAYS: i32 = 366;
/// Days that are told of unless others are asked for.
const USUAL_DAYS: i32 = 30;

/// What a model was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// To judge an answer.
    Evaluate,
    /// To word a question.
    Word,
    /// To write a rubric.
    Rubric,
    /// To coach after a practice session.
    Coach,
    /// To judge what was said in a recorded practice session.
    Rationale,
    /// To ask a question of a practice session.
    Ask,
    /// To say in sentences what was measured of a recorded answer.
    Comment,
}

impl Task {
    /// As the database and the interface write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Evaluate => "evaluate",
            Self::Word => "word",
            Self::Rubric => "rubric",
            Self::Coach => "coach",
            Self::Rationale => "rationale",
            Self::Ask => "ask",
            Self::Comment => "comment",
        }
    }
}

/// Calls and tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// Requests that were answered.
    pub calls: i64,
    /// Those whose tokens were estimated, because the server counted none.
    pub estimated_calls: i64,
    /// Requests besides that were sent and of which nobody knows what they took, because no readable answer came in
    /// time. The tokens are without them.
    pub calls_without_figures: i64,
    /// Tokens sent.
    pub prompt_tokens: i64,
    /// Tokens received.
    pub completion_tokens: i64,
}

impl Spent {
    fn unknown(calls: u32) -> Self {
        Self {
            calls_without_figures: calls.into(),
            ..Self::default()
        }
    }

    fn one(usage: ChatUsage) -> Self {
        let bounded = |tokens: u64| i64::try_from(tokens).unwrap_or(i64::MAX);
        Self {
            calls: 1,
            estimated_calls: i64::from(usage.is_estimated),
            calls_without_figures: 0,
            prompt_tokens: bounded(usage.prompt_tokens),
            completion_tokens: bounded(usage.completion_tokens),
        }
    }

    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.estimated_calls = self.estimated_calls.saturating_add(other.estimated_calls);
        self.calls_without_figures = self
            .calls_without_figures
            .saturating_add(other.calls_without_figures);
        self.prompt_tokens = self.prompt_tokens.saturating_add(other.prompt_tokens);
        self.completion_tokens = self
            .completion_tokens
            .saturating_add(other.completion_tokens);
    }
}

/// A chat model whose calls are counted, also those that came to nothing after the model had run.
pub struct Metered {
    model: Arc<dyn ChatModel>,
    spent: Mutex<BTreeMap<String, Spent>>,
}

impl Metered {
    /// Counts the calls of `model`.
    pub fn new(model: Arc<dyn ChatModel>) -> Arc<Self> {
        Arc::new(Self {
            model,
            spent: Mutex::default(),
        })
    }

    /// What was spent since this was last asked, by model.
    pub fn take(&self) -> BTreeMap<String, Spent> {
        std::mem::take(&mut self.spent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn count(&self, model: String, more: Spent) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.entry(model).or_default().add(more);
    }

    /// The model as it was asked for.
    fn asked_for(&self) -> String {
        let Provenance { engine, model, .. } = self.model.provenance();
        model.unwrap_or(engine)
    }
}

/// Counts requests of which nobody knows what they took.
struct Counting<'a> {
    watch: &'a dyn Watch,
    uncounted: AtomicU32,
}

impl Watch for Counting<'_> {
    fn progress(&self, fraction: f32) {
        self.watch.progress(fraction);
    }

    fn is_cancelled(&self) -> bool {
        self.watch.is_cancelled()
    }

    fn uncounted(&self) {
        self.uncounted.fetch_add(1, Ordering::Relaxed);
        self.watch.uncounted();
    }
}

impl ChatModel for Metered {
    fn complete(&self, request: &ChatRequest, watch: &dyn Watch) -> Result<ChatReply, ChatError> {
        let watch = Counting {
            watch,
            uncounted: AtomicU32::new(0),
        };
        let outcome = self.model.complete(request, &watch);
        match &outcome {
            Ok(reply) => self.count(reply.model.clone(), Spent::one(reply.usage)),
            Err(error) => {
                if let Some(usage) = error.usage() {
                    self.count(self.asked_for(), Spent::one(usage));
                }
            }
        }
        let uncounted = watch.uncounted.into_inner();
        if uncounted > 0 {
            self.count(self.asked_for(), Spent::unknown(uncounted));
        }
        outcome
    }

    fn provenance(&self) -> Provenance {
        self.model.provenance()
    }
}

/// Writes down what calls took. While the database is away it is tried again in the background for a minute: nobody
/// waits for it.
pub(crate) async fn record(
    app: &Arc<App>,
    organisation: OrganisationId,
    processor: &str,
    task: Task,
    spent: BTreeMap<String, Spent>,
) {
    for (model, spent) in spent {
        let row = TokenUsageRow {
            id: Uuid::now_v7(),
            organisation_id: organisation.uuid(),
            day: day(app.clock.now()),
            processor: processor.to_owned(),
            model,
            task: task.as_str().to_owned(),
            calls: spent.calls,
            estimated_calls: spent.estimated_calls,
            calls_without_figures: spent.calls_without_figures,
            prompt_tokens: spent.prompt_tokens,
            completion_tokens: spent.completion_tokens,
        };
        if rows::add(app.store.writer(), row.clone()).await.is_ok() {
            continue;
        }
        let app = Arc::clone(app);
        tokio::spawn(async move {
            let add = || async { Ok(rows::add(app.store.writer(), row.clone()).await?) };
            if let Err(error) = persistently(&WAITS, add).await {
                tracing::error!(error = %error, calls = row.calls, "token usage was not written down");
            }
        });
    }
}

/// What was used on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageLine {
    /// The day, UTC.
    pub day: Date,
    /// Who ran the model, as the admin had named them.
    pub processor: String,
    /// The model.
    pub model: String,
    /// See [`Task::as_str`].
    pub task: String,
    /// What it took.
    pub spent: Spent,
}

/// What was used on several days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// By day, processor, model and task, oldest first.
    pub lines: Vec<UsageLine>,
    /// All together.
    pub total: Spent,
}

/// What the actor's organisation used on the days from `from` to `to`, both included: unless given, the 30 days up to
/// today.
///
/// # Errors
/// [`AppError::Denied`] for all but admins, [`AppError::Invalid`] (`invalid_period`).
pub async fn get_usage(
    app: &App,
    actor: &Actor,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<Usage, AppError> {
    actor.may(Action::ManageOrganisation)?;
    let last = match to {
        Some(to) => day_of(to)?,
        None => day(app.clock.now()),
    };
    let first = match from {
        Some(from) => day_of(from)?,
        None => last - USUAL_DAYS + 1,
    };
    if first > last || last - first >= MOST_DAYS {
        return Err(AppError::invalid(
            "invalid_period",
            "from",
            format!("the period ends on its first day or later and has at most {MOST_DAYS} days"),
        ));
    }
    let found = rows::list(app.store.reader(), actor.organisation, first, last).await?;
    let mut total = Spent::default();
    let mut lines = Vec::with_capacity(found.len());
    for row in found {
        let spent = Spent {
            calls: row.calls,
            estimated_calls: row.estimated_calls,
            calls_without_figures: row.calls_without_figures,
            prompt_tokens: row.prompt_tokens,
            completion_tokens: row.completion_tokens,
        };
        total.add(spent);
        lines.push(UsageLine {
            day: date(row.day)?,
            processor: row.processor,
            model: row.model,
            task: row.task,
            spent,
        });
    }
    Ok(Usage {
        from: date(first)?,
        to: date(last)?,
        lines,
        total,
    })
}

/// Days since 1970-01-01 UTC.
fn day(at: Timestamp) -> i32 {
    i32::try_from(at.as_second().div_euclid(DAY_S)).expect("timestamps end with the year 9999")
}

/// Day 0.
const FIRST: Date = Date::constant(1970, 1, 1);

fn day_of(date: Date) -> Result<i32, AppError> {
    let hours = FIRST.duration_until(date).as_hours();
    i32::try_from(hours / 24).map_err(AppError::internal)
}

fn date(day: i32) -> Result<Date, AppError> {
    let at = Timestamp::from_second(i64::from(day) * DAY_S).map_err(AppError::internal)?;
    Ok(at.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_back() {
        for text in ["1969-12-31", "1970-01-01", "2026-11-28"] {
            let day: Date = text.parse().expect("a day");
            assert_eq!(date(day_of(day).expect("in range")).expect("in range"), day);
        }
        assert!(day_of(Date::MIN).is_ok() && day_of(Date::MAX).is_ok());
    }

    #[test]
    fn tokens_add_up_and_an_estimate_is_known_as_one() {
        let usage = ChatUsage {
            prompt_tokens: 7,
            completion_tokens: 2,
            is_estimated: true,
        };
        let mut spent = Spent::one(usage);
        spent.add(Spent::one(ChatUsage {
            is_estimated: false,
            ..usage
        }));
        assert_eq!((spent.calls, spent.estimated_calls), (2, 1));
        assert_eq!((spent.prompt_tokens, spent.completion_tokens), (14, 4));
    }

    /// Sends twice without an answer, then says nothing or something.
    struct Slow(bool);

    impl ChatModel for Slow {
        fn complete(&self, _: &ChatRequest, watch: &dyn Watch) -> Result<ChatReply, ChatError> {
            watch.uncounted();
            watch.uncounted();
            if !self.0 {
                return Err(ChatError::TimedOut);
            }
            Ok(ChatReply {
                text: "Fine.".to_owned(),
                model: "answers".to_owned(),
                usage: ChatUsage::default(),
            })
        }

        fn provenance(&self) -> Provenance {
            Provenance {
                engine: "scripted".to_owned(),
                version: "1".to_owned(),
                model: Some("asked-for".to_owned()),
                model_sha256: None,
                formula: None,
                settings: BTreeMap::new(),
            }
        }
    }

    #[test]
    fn what_was_sent_and_never_answered_is_counted_without_figures() {
        let request = ChatRequest {
            messages: Vec::new(),
            schema: None,
            temperature: None,
            max_tokens: 1,
            timeout: std::time::Duration::from_secs(1),
        };
        for (answers, n_models) in [(false, 1), (true, 2)] {
            let metered = Metered::new(Arc::new(Slow(answers)));
            let said = metered.complete(&request, &candor_core::ports::Unwatched);
            assert_eq!(said.is_ok(), answers);
            let spent = metered.take();
            assert_eq!(spent.len(), n_models);
            assert_eq!(spent["asked-for"], Spent::unknown(2));
        }
    }
}
