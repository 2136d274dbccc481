//! The answers of an interview that is over, judged again by the chat model as often as the settings say, for its
//! report: a job, so that nobody waits for it, and a model that is down is asked again later.
//!
//! The report of the end stands from the first moment. Each attempt puts one in its place that rests on what was judged
//! again so far; the turns' judgements change with it, in one transaction. What the model does not judge keeps its
//! judgement, and the report says that it was made once. Once a person has decided, nothing changes any more.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use candor_core::{
    access::Principal,
    ids::{InterviewId, OrganisationId},
    interview::{Evaluation, Judged},
    measured::NotMeasured,
    ports::Watch,
};
use candor_interviewer::{
    evaluation::Answer,
    session::{LastAnswer, Session},
};
use candor_store::{
    Micros,
    records::conduct::{self, Standing},
};
use sea_orm::DatabaseTransaction;
use serde_json::json;

use super::{
    finish,
    held::{self, Held},
    judge, turns,
};
use crate::{
    App, AppError,
    audit::{self, Entry},
    consent::{self, Scope, Subject},
    jobs::{
        self, AttemptWatch, JobInput, Pipeline, Pool, Step, StepContext, StepError, StepLimits,
        StepOutput,
    },
    mind::{Again, Mind},
    webhooks,
};

/// Name of the pipeline.
pub const PIPELINE: &str = "interview_judging";
/// Name of its only step.
pub const STEP: &str = "answers_judged";
/// What is said of answers that an earlier attempt has judged.
pub(super) const ALREADY_JUDGED: &str = "already_judged";
/// Why nobody is asked once a person has decided.
pub(super) const DECIDED: &str = "decided";
/// After what somebody waits for.
const PRIORITY: i32 = 4;
/// The event that another report is in the place of the one before.
const EVENT: &str = "interview.report_replaced";
/// Waits of a model that is down.
const WAITS: &[Duration] = &[
    Duration::from_secs(30),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
];
/// Longest attempt: twenty answers, nine times each, by a slow model.
const LONGEST: Duration = Duration::from_secs(2 * 3600);
/// Why a model gave no judgement, where it may give one later.
const PASSING: [&str; 4] = [
    "chat_unavailable",
    "chat_timed_out",
    "chat_rate_limited",
    "chat_circuit_open",
];

/// The pipeline.
pub fn pipeline() -> Arc<dyn Pipeline> {
    Arc::new(Judgements)
}

struct Judgements;

impl Pipeline for Judgements {
    fn name(&self) -> &'static str {
        PIPELINE
    }

    fn steps(&self) -> Vec<Arc<dyn Step>> {
        vec![Arc::new(JudgeAgain)]
    }
}

/// Writes the job, where a chat model may be asked more than once about an interview that has just ended. Call
/// [`jobs::wake`] after the commit.
///
/// # Errors
/// What the database says.
pub(super) async fn enqueue(
    app: &App,
    transaction: &DatabaseTransaction,
    held: &Held,
) -> Result<(), AppError> {
    let may_ask = app.chat.is_some() && app.config.chat.repeats > 1;
    if !may_ask || held.chat_processor().is_none() || due(&held.session).is_empty() {
        return Ok(());
    }
    let job = JobInput {
        pipeline: PIPELINE,
        organisation: held.organisation(),
        subject: Some(held.id().uuid()),
        priority: PRIORITY,
        input: json!({}),
    };
    jobs::enqueue(app, transaction, job).await?;
    Ok(())
}

/// The answers that the report rests on and that were not judged repeatedly yet.
fn due(session: &Session) -> Vec<LastAnswer> {
    let mut answers = session.last_answers();
    answers.retain(|answer| {
        let evaluation = answer.judged.as_ref().and_then(Judged::evaluation);
        evaluation.is_none_or(|evaluation| evaluation.spread.n <= 1)
    });
    answers
}

struct JudgeAgain;

#[async_trait]
impl Step for JudgeAgain {
    fn name(&self) -> &'static str {
        STEP
    }

    fn pool(&self) -> Pool {
        Pool::Llm
    }

    fn needs(&self) -> &'static [&'static str] {
        &[]
    }

    fn version(&self) -> String {
        "1".to_owned()
    }

    fn limits(&self) -> StepLimits {
        StepLimits {
            timeout: Some(LONGEST),
            ..StepLimits::after_waits(WAITS)
        }
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let app = &context.app;
        let id = context
            .subject
            .map(InterviewId::from)
            .ok_or_else(|| StepError::permanent("no_subject", "the job names no interview"))?;
        let Some(mut held) = find(app, context.organisation, id).await? else {
            return Ok(nothing("gone"));
        };
        let due = due(&held.session);
        if due.is_empty() {
            return Ok(nothing(ALREADY_JUDGED));
        }
        if let Some(why) = forbids(app, &held).await? {
            return Ok(nothing(why));
        }
        let mind = judge::thorough_mind(app, &held).await?;
        if mind.processor().is_none() {
            return Ok(nothing("no_chat_model"));
        }
        let of = due.len();
        let (judged, failure) = judge_all(context, &mind, &held.session, due).await;
        let n = judged.len();
        if n > 0 && !replace(app, &mut held, judged).await? {
            return Ok(nothing(DECIDED));
        }
        match failure {
            Some(failure) => Err(failure),
            None => Ok(json!({ "judged": n, "of": of }).into()),
        }
    }
}

fn nothing(because: &str) -> StepOutput {
    json!({ "judged": 0, "because": because }).into()
}

/// The interview, unless it was deleted meanwhile.
async fn find(
    app: &App,
    organisation: OrganisationId,
    id: InterviewId,
) -> Result<Option<Held>, AppError> {
    let held = match held::of_anybody(app, organisation, id).await {
        Ok(interview) => held::load(app, interview).await,
        Err(error) => Err(error),
    };
    match held {
        Ok(held) => Ok(Some(held)),
        Err(AppError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Why nobody is asked about these answers any more.
async fn forbids(app: &App, held: &Held) -> Result<Option<&'static str>, AppError> {
    let (organisation, id) = (held.organisation(), held.id());
    let writer = app.store.writer();
    if !conduct::list_decisions(writer, organisation, id)
        .await?
        .is_empty()
    {
        return Ok(Some(DECIDED));
    }
    let about = Subject::Interview(id);
    let is_withdrawn = consent::is_withdrawn(writer, organisation, about, Scope::Analysis).await?;
    Ok(is_withdrawn.then_some("consent_withdrawn"))
}

/// What the model made of the answers, by turn, and what broke it off.
async fn judge_all(
    context: &StepContext,
    mind: &Mind,
    session: &Session,
    due: Vec<LastAnswer>,
) -> (Vec<(String, Evaluation)>, Option<StepError>) {
    let (family, language) = (session.plan.family, session.plan.language.as_str());
    let of = due.len();
    let mut judged = Vec::new();
    for (index, one) in due.into_iter().enumerate() {
        let watch = Arc::new(Part {
            whole: Arc::clone(&context.watch),
            index,
            of,
        });
        let answer = Answer::written(&one.text, Some(language));
        let again = mind.judge_again(family, one.question, answer, watch).await;
        match again {
            Ok(Again::Judged(evaluation)) => judged.push((one.turn_id, *evaluation)),
            Ok(Again::NotJudged(reason)) => {
                if let Some(failure) = passing(&reason) {
                    return (judged, Some(failure));
                }
                tracing::info!(code = reason.code, "an answer keeps its judgement");
            }
            Ok(Again::Cancelled) => return (judged, Some(StepError::Cancelled)),
            Err(error) => return (judged, Some(error.into())),
        }
    }
    (judged, None)
}

/// The failure that a later attempt may not meet.
fn passing(reason: &NotMeasured) -> Option<StepError> {
    let code = PASSING.into_iter().find(|code| *code == reason.code)?;
    Some(StepError::passing(
        code,
        "the chat model did not judge the answers again",
    ))
}

/// Puts these judgements and the report that rests on them in the place of those before. `false`: a person has decided,
/// and nothing was changed.
async fn replace(
    app: &App,
    held: &mut Held,
    judged: Vec<(String, Evaluation)>,
) -> Result<bool, AppError> {
    let now = Micros::from(app.clock.now());
    let (organisation, id, n) = (held.organisation(), held.id(), judged.len());
    let transaction = app.store.begin().await?;
    // Who decides at the same time is waited for, or waits.
    if !conduct::lock_interview(&transaction, organisation, id).await? {
        return Err(AppError::NotFound("interview"));
    }
    if !conduct::list_decisions(&transaction, organisation, id)
        .await?
        .is_empty()
    {
        return Ok(false);
    }
    for (turn_id, evaluation) in judged {
        let judged = Judged::Evaluated(Box::new(evaluation));
        let value = serde_json::to_value(&judged).map_err(AppError::internal)?;
        let at = held.session.judge_again(&turn_id, judged);
        let ordinal = at.and_then(|at| i32::try_from(at + 1).ok());
        let ordinal = ordinal.ok_or_else(|| AppError::internal("a turn that is not there"))?;
        conduct::replace_evaluation(&transaction, organisation, id, ordinal, value).await?;
    }
    // Copies of the turns count only while they have the row's version.
    let standing = Standing {
        state: serde_json::to_value(&held.session.state).map_err(AppError::internal)?,
        n_turns: i32::try_from(held.session.turns.len()).unwrap_or(i32::MAX),
        status: turns::name(&held.session.state.status),
        at: now,
    };
    if !conduct::update_session(&transaction, organisation, id, held.version, standing).await? {
        return Err(AppError::internal("an interview that is over was changed"));
    }
    let kept = finish::keep_report(&transaction, held, now).await?;
    finish::set_total(&transaction, held, kept.overall(), now).await?;
    let told = kept.told(held);
    webhooks::emit(app, &transaction, organisation, EVENT, told, None).await?;
    let details = json!({ "report": kept.id, "answers": n });
    let by = Principal::Operator;
    let entry = Entry::new(organisation, by, "interview.judged_again", &id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    held.version += 1;
    held.keep_copy(app).await;
    jobs::wake(app);
    Ok(true)
}

/// One of several answers: its share of the attempt's progress.
struct Part {
    whole: Arc<AttemptWatch>,
    index: usize,
    of: usize,
}

impl Watch for Part {
    fn progress(&self, fraction: f32) {
        self.whole
            .progress((self.index as f32 + fraction) / self.of as f32);
    }

    fn is_cancelled(&self) -> bool {
        self.whole.is_cancelled()
    }
}
