//! Who judges the answers and words the questions in the terminal: the built-in evaluator and the bank, or the chat model
//! of the settings before them. Whoever asks for it at the terminal answers for themselves.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use candor_core::ports::{ChatModel, Unwatched};
use candor_interviewer::{
    evaluation::{
        Answer, AnswerEvaluator, ChatEvaluator, Evaluator,
        chat::{ChatEvaluatorSettings, Otherwise},
    },
    session::{Assessment, Reply, Session},
    wording::{Planned, Wording, WordingSettings},
};

use super::InterviewArgs;
use crate::{args::ServerArgs, chat, config, exit::Refused};

/// Judges and words.
pub struct Mind {
    evaluator: Box<dyn AnswerEvaluator>,
    wording: Option<Wording>,
}

/// The chat model of the settings, where `--chat` asks for it.
pub struct Chat {
    model: Arc<dyn ChatModel>,
    timeout: Duration,
}

impl Chat {
    /// The one that the settings name.
    ///
    /// # Errors
    /// [`Refused`] where `--chat` asks for one and the settings name none, or one that can't be used.
    pub fn open(args: &InterviewArgs) -> Result<Option<Self>> {
        if !args.chat {
            return Ok(None);
        }
        let server = ServerArgs {
            data: None,
            config: args.config.clone(),
        };
        let config = config::load(&server, Vec::new())?.config;
        let model = chat::open(&config)?.ok_or_else(|| {
            Refused("--chat needs a chat model: set chat.url and chat.model".to_owned())
        })?;
        Ok(Some(Self {
            model,
            timeout: Duration::from_secs_f64(config.chat.timeout_s),
        }))
    }
}

impl Mind {
    /// The built-in evaluator, behind the chat model where there is one.
    pub fn new(chat: Option<Chat>, builtin: Evaluator) -> Self {
        let Some(Chat { model, timeout }) = chat else {
            return Self {
                evaluator: Box::new(builtin),
                wording: None,
            };
        };
        tell(model.as_ref());
        let settings = ChatEvaluatorSettings {
            timeout,
            otherwise: Otherwise::BuiltIn,
            ..ChatEvaluatorSettings::default()
        };
        let evaluator = ChatEvaluator::new(Arc::clone(&model), Arc::new(builtin), settings);
        Self {
            evaluator: Box::new(evaluator),
            wording: Some(Wording::new(model, WordingSettings::default())),
        }
    }

    /// What is found in all that was said to the pending question.
    ///
    /// # Errors
    /// What an engine says.
    pub fn judge(&self, session: &Session, text: &str) -> Result<Assessment> {
        let Some((question, whole)) = session.pending_answer(text) else {
            return Err(anyhow::anyhow!("there is no pending question"));
        };
        let answer = Answer::written(&whole, Some(&session.plan.language));
        let family = session.plan.family;
        Ok(self
            .evaluator
            .assess(family, question, &answer, &Unwatched)?)
    }

    /// Words the question that is about to be said anew, where that may be.
    pub fn word(&self, session: &mut Session, reply: &mut Reply) {
        let Some(wording) = &self.wording else {
            return;
        };
        let Some(text) = worded(wording, session) else {
            return;
        };
        if session.reword(&text)
            && let Some(turn) = session.turns.last()
        {
            reply.turn = turn.clone();
        }
    }
}

fn worded(wording: &Wording, session: &Session) -> Option<String> {
    let pending = session.state.pending.as_ref()?;
    let questions = &session.plan.questions;
    let question = questions.iter().find(|q| q.id == pending.question_id)?;
    let (_, turns) = session.turns.split_last()?;
    let planned = Planned {
        question,
        kind: pending.kind,
        text: &pending.text,
        turns,
        background: &session.plan.background,
        duration_s: session.plan.duration_s,
    };
    let worded = wording.word(&planned, &Unwatched).text;
    (worded != pending.text).then_some(worded)
}

fn tell(model: &dyn ChatModel) {
    let about = model.provenance();
    let host = about.settings.get("host").map_or("", String::as_str);
    let name = about.model.unwrap_or(about.engine);
    eprintln!("note: your answers are sent to the chat model {name} at {host}");
}
