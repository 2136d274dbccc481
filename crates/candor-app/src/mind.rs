//! Who judges answers and words questions for an organisation: the chat model where the operator set one up and an
//! admin named its processor, with the built-in evaluator and the bank's words behind it; else these alone.
//!
//! Work that blocks has threads of its own, bounded. A caller that goes away stops neither a call nor the count of what
//! it took.

mod again;
mod memory;

use std::{sync::Arc, time::Duration};

use candor_core::{
    ids::OrganisationId,
    interview::{Judged, Question, RoleFamily, Turn, TurnKind},
    measured::NotMeasured,
    ports::{ChatModel, ChatUsage, EngineError, Unwatched},
};
use candor_interviewer::{
    background::Background,
    evaluation::{
        Answer, AnswerEvaluator, ChatEvaluator,
        chat::{self, ChatEvaluatorSettings, Otherwise, Rubric},
    },
    session::Assessment,
    wording::{Planned, Worded, WordedBy, Wording, WordingSettings},
};
use candor_store::records::only::ReadOne;
use tokio::task::spawn_blocking;

use crate::{
    App, AppError, organisations,
    usage::{self, Metered, Task},
};

pub(crate) use again::Again;
pub use memory::Memory;

/// How answers are judged.
#[derive(Debug, Clone)]
pub struct Judging {
    /// How often the chat model judges an answer; more than half of the judgements must hold.
    pub repeats: usize,
    /// Longest wait for a judgement with all its repeats; `None`: as long as they take, each bounded.
    pub within: Option<Duration>,
    /// What answers show at each level.
    pub rubric: Rubric,
}

impl Judging {
    /// While somebody waits: once, within the time of one call.
    pub fn live(app: &App) -> Self {
        Self {
            repeats: 1,
            within: Some(timeout(app)),
            rubric: Rubric::default(),
        }
    }

    /// For a report: as often as the settings say.
    pub fn thorough(app: &App) -> Self {
        Self {
            repeats: usize::try_from(app.config.chat.repeats).unwrap_or(1),
            within: None,
            rubric: Rubric::default(),
        }
    }
}

/// Judges answers and words questions for one organisation.
#[derive(Clone)]
pub struct Mind {
    app: Arc<App>,
    organisation: OrganisationId,
    judging: Judging,
    chat: Option<Chat>,
}

/// The chat model and who runs it.
#[derive(Clone)]
struct Chat {
    model: Arc<dyn ChatModel>,
    processor: String,
}

/// A turn that is about to be said, and what was said before it.
#[derive(Debug, Clone)]
pub struct NextTurn {
    /// The question that it belongs to.
    pub question: Question,
    /// What it is.
    pub kind: TurnKind,
    /// Its words so far.
    pub text: String,
    /// What was said before it, by both.
    pub turns: Vec<Turn>,
    /// What is known of the position and the person beforehand.
    pub background: Background,
    /// Time budget of the interview in seconds.
    pub duration_s: f64,
}

/// Who judges for `organisation` now: read anew for each interview or answer, so that a processor that is taken off the
/// record is asked nothing more.
///
/// # Errors
/// What the database says.
pub async fn find_mind(
    app: &Arc<App>,
    organisation: OrganisationId,
    judging: Judging,
) -> Result<Mind, AppError> {
    let processor = match &app.chat {
        None => None,
        Some(_) => {
            organisations::policy(app, organisation)
                .await?
                .chat_processor
        }
    };
    let chat = app.chat.clone().zip(processor);
    Ok(Mind {
        app: Arc::clone(app),
        organisation,
        judging,
        chat: chat.map(|(model, processor)| Chat {
            model,
            processor: processor.name,
        }),
    })
}

/// Judges an answer with the built-in evaluator alone: nobody else is told of it.
///
/// # Errors
/// What the database says.
pub(crate) async fn evaluate_in_house(
    app: &Arc<App>,
    organisation: OrganisationId,
    family: RoleFamily,
    question: Question,
    answer: Answer,
) -> Result<Assessment, AppError> {
    let mind = find_mind(app, organisation, Judging::live(app)).await?;
    mind.where_told_of(None)
        .evaluate(family, question, answer)
        .await
}

/// Name of whoever runs the chat model that is asked for an organisation; none: none is asked.
///
/// # Errors
/// What the database says.
pub async fn find_processor(
    app: &App,
    connection: &impl ReadOne,
    organisation: OrganisationId,
) -> Result<Option<String>, AppError> {
    if app.chat.is_none() {
        return Ok(None);
    }
    let policy = organisations::policy_with(connection, organisation).await?;
    Ok(policy.chat_processor.map(|processor| processor.name))
}

impl Mind {
    /// Name of whoever runs the chat model that is asked; none: none is asked.
    pub fn processor(&self) -> Option<&str> {
        self.chat.as_ref().map(|chat| chat.processor.as_str())
    }

    /// The same one, but a chat model is asked only where `name` is who runs it.
    #[must_use]
    pub fn where_told_of(mut self, name: Option<&str>) -> Self {
        self.chat = self
            .chat
            .filter(|chat| name == Some(chat.processor.as_str()));
        self
    }

    /// The same one with other anchors.
    #[must_use]
    pub fn with_rubric(mut self, rubric: Rubric) -> Self {
        self.judging.rubric = rubric;
        self
    }

    /// Does what the first answers to `questions` would otherwise wait for, in the background and in their order.
    /// Answers that come meanwhile are judged in between.
    pub fn warm_up(&self, family: RoleFamily, questions: Vec<Question>) {
        let app = Arc::clone(&self.app);
        tokio::spawn(async move {
            for question in questions {
                let Ok(permit) = Arc::clone(&app.mind.thinking).acquire_owned().await else {
                    return;
                };
                let app = Arc::clone(&app);
                let warmed = spawn_blocking(move || {
                    let _permit = permit;
                    app.mind.builtin(&app)?.warm_up(family, &question)
                });
                if let Ok(Err(error)) = warmed.await {
                    tracing::warn!(error = %error, "the built-in evaluator could not be warmed up");
                    return;
                }
            }
        });
    }

    /// Judges an answer to `question` in an interview about `family`. An answer that can't be judged is "not
    /// evaluated", with the reason.
    ///
    /// # Errors
    /// Only what is no fault of engines and models.
    pub async fn evaluate(
        &self,
        family: RoleFamily,
        question: Question,
        answer: Answer,
    ) -> Result<Assessment, AppError> {
        let text = answer.text().to_owned();
        let failed = |error: EngineError| {
            tracing::warn!(error = %error, "an answer was not evaluated");
            let reason = NotMeasured::new(
                "evaluator_failed",
                "the evaluator of this installation does not work",
            );
            Assessment::none(reason, &text)
        };
        let Some(chat) = &self.chat else {
            let judged = self.builtin(family, question, answer).await?;
            return Ok(judged.unwrap_or_else(failed));
        };
        let (app, settings) = (Arc::clone(&self.app), self.settings());
        let (asked, said) = (question.clone(), answer.clone());
        let judged = self
            .work(Task::Evaluate, move |model| {
                let builtin = app.mind.builtin(&app)?;
                match model {
                    Some(model) => ChatEvaluator::new(model, builtin, settings)
                        .assess(family, &asked, &said, &Unwatched),
                    None => builtin.assess(family, &asked, &said, &Unwatched),
                }
            })
            .await?
            .unwrap_or_else(failed);
        let reason = match &judged.judged {
            // What a model could not judge; what nobody could is told apart by its code.
            Judged::NotEvaluated(reason) if reason.code.starts_with("chat_") => reason.clone(),
            _ => return Ok(judged),
        };
        match self.builtin(family, question, answer).await? {
            Ok(found) => Ok(chat::instead(found, &reason, &chat.model.provenance())),
            Err(error) => Ok(failed(error)),
        }
    }

    /// Judges with the built-in evaluator alone, no more answers at once than the cores bear.
    async fn builtin(
        &self,
        family: RoleFamily,
        question: Question,
        answer: Answer,
    ) -> Result<Result<Assessment, EngineError>, AppError> {
        let app = Arc::clone(&self.app);
        let permit = Arc::clone(&app.mind.thinking)
            .acquire_owned()
            .await
            .map_err(AppError::internal)?;
        spawn_blocking(move || {
            let _permit = permit;
            let builtin = app.mind.builtin(&app)?;
            builtin.assess(family, &question, &answer, &Unwatched)
        })
        .await
        .map_err(AppError::internal)
    }

    /// Words the turn anew, or gives it as it is. Without a chat model that comes at once.
    ///
    /// # Errors
    /// Only what is no fault of models.
    pub async fn word(&self, turn: NextTurn) -> Result<Worded, AppError> {
        if self.chat.is_none() {
            return Ok(as_it_is(turn.text));
        }
        self.work(Task::Word, move |model| {
            let planned = Planned {
                question: &turn.question,
                kind: turn.kind,
                text: &turn.text,
                turns: &turn.turns,
                background: &turn.background,
                duration_s: turn.duration_s,
            };
            match model {
                Some(model) => {
                    Wording::new(model, WordingSettings::default()).word(&planned, &Unwatched)
                }
                None => as_it_is(turn.text.clone()),
            }
        })
        .await
    }

    /// Asks the chat model for something else: `work` gets it, or `None` where none may be asked.
    ///
    /// # Errors
    /// Only what is no fault of `work`.
    pub async fn ask<T: Send + 'static>(
        &self,
        task: Task,
        work: impl FnOnce(Option<Arc<dyn ChatModel>>) -> T + Send + 'static,
    ) -> Result<T, AppError> {
        self.work(task, work).await
    }

    /// Does `work` on a thread of its own and writes down what the model took. It goes on when the caller goes away.
    async fn work<T: Send + 'static>(
        &self,
        task: Task,
        work: impl FnOnce(Option<Arc<dyn ChatModel>>) -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let (app, organisation) = (Arc::clone(&self.app), self.organisation);
        let chat = self.chat.clone();
        let done = tokio::spawn(async move {
            let permit = Arc::clone(&app.mind.calling)
                .acquire_owned()
                .await
                .map_err(AppError::internal)?;
            let metered = chat
                .as_ref()
                .map(|chat| Metered::new(Arc::clone(&chat.model)));
            let model = metered.clone().map(|model| model as Arc<dyn ChatModel>);
            let result = spawn_blocking(move || {
                let _permit = permit;
                work(model)
            })
            .await;
            if let Some((chat, metered)) = chat.zip(metered) {
                usage::record(&app, organisation, &chat.processor, task, metered.take()).await;
            }
            result.map_err(AppError::internal)
        });
        done.await.map_err(AppError::internal)?
    }

    fn settings(&self) -> ChatEvaluatorSettings {
        ChatEvaluatorSettings {
            repeats: self.judging.repeats,
            timeout: timeout(&self.app),
            within: self.judging.within,
            rubric: self.judging.rubric.clone(),
            // The built-in evaluator is asked apart: it has other limits.
            otherwise: Otherwise::NotEvaluated,
            ..ChatEvaluatorSettings::default()
        }
    }
}

fn timeout(app: &App) -> Duration {
    Duration::from_secs_f64(app.config.chat.timeout_s)
}

fn as_it_is(text: String) -> Worded {
    Worded {
        text,
        by: WordedBy::Bank(NotMeasured::new(
            "no_chat_model",
            "no chat model may be asked here",
        )),
        usage: ChatUsage::default(),
    }
}
