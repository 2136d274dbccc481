//! Runs one attempt: within its time limit, with progress, until it ends, is stopped or handed back.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use candor_core::ids::{JobId, OrganisationId};
use candor_store::{entities::workers, queue::WakeUp};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval_at, sleep, timeout},
};
use uuid::Uuid;

use super::{
    AttemptWatch, StepContext, StepError, StepOutput,
    ledger::{self, Attempt, Outcome},
};
use crate::{
    App, AppError,
    patience::{WAITS, persistently},
};

/// How often progress is written at most.
const PROGRESS_EVERY: Duration = Duration::from_millis(500);
/// Time that a stopped step gets to end by itself.
const GRACE: Duration = Duration::from_secs(2);

/// Why a running attempt is interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interrupt {
    /// The job was stopped.
    Stop,
    /// The worker goes down.
    HandBack,
    /// Others have taken the step over.
    Superseded,
}

struct Running {
    job: Uuid,
    interrupt: watch::Sender<Option<Interrupt>>,
}

/// What runs in this process, by attempt.
pub(super) struct Runner {
    pub app: Arc<App>,
    /// The worker's row.
    pub worker: workers::Model,
    running: Mutex<HashMap<Uuid, Running>>,
    /// Grows and shrinks with what runs.
    count: watch::Sender<usize>,
}

impl Runner {
    pub fn new(app: Arc<App>, pools: &[&'static str]) -> Self {
        let now = ledger::now(&app);
        let host = host_name();
        let unique = Uuid::now_v7().simple().to_string();
        Self {
            worker: workers::Model {
                name: format!("{host}-{}-{}", std::process::id(), &unique[20..]),
                pools: serde_json::json!(pools),
                started_at: now,
                heartbeat_at: now,
                stopped_at: None,
            },
            app,
            running: Mutex::default(),
            count: watch::Sender::new(0),
        }
    }

    /// Runs what a message is about, if the ledger says so.
    pub async fn handle(self: Arc<Self>, message: WakeUp) {
        if message.v != 1 {
            // A newer program's message; its step stays in the ledger for a newer worker.
            tracing::warn!(version = message.v, "jobs.unknown_message");
        }
        let opened = persistently(&WAITS[..4], || {
            ledger::open(&self.app, &self.worker.name, &message)
        })
        .await;
        match opened {
            Ok(Some(attempt)) => self.run(attempt).await,
            Ok(None) => {}
            Err(error) => {
                log_failure("jobs.open_failed", &error);
                // The reconciler pushes another one.
                let queue = &self.app.queue;
                let ids = [message.id];
                let _ = queue.forget(queue.store().writer(), &ids).await;
            }
        }
    }

    /// Runs an opened attempt and records how it ended.
    pub async fn run(&self, attempt: Attempt) {
        let (interrupt, interrupted) = watch::channel(None);
        self.lock().insert(
            attempt.id,
            Running {
                job: attempt.job.id,
                interrupt,
            },
        );
        self.count.send_modify(|count| *count += 1);
        let begun = Instant::now();
        let outcome = self.run_in_folder(&attempt, interrupted).await;
        if let Some(outcome) = outcome {
            let end = match &outcome {
                Outcome::Done(_) => "done",
                Outcome::Failed { .. } => "failed",
                Outcome::Cancelled => "cancelled",
                Outcome::HandedBack => "handed_back",
                Outcome::Lost { .. } => "lost",
            };
            metrics::histogram!("candor_jobs_step_seconds", "step" => attempt.step.name(), "outcome" => end)
                .record(begun.elapsed().as_secs_f64());
            tracing::info!(
                job.id = %JobId::from(attempt.job.id),
                step = attempt.step.name(),
                attempt = attempt.number,
                outcome = end,
                duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
                "job step ended"
            );
            let closed = persistently(&WAITS, || {
                ledger::close(&self.app, &attempt, outcome.clone())
            })
            .await;
            match closed {
                Ok(true) => {}
                Ok(false) => tracing::warn!(
                    job.id = %JobId::from(attempt.job.id),
                    step = attempt.step.name(),
                    "jobs.attempt_superseded"
                ),
                Err(error) => log_failure("jobs.close_failed", &error),
            }
        }
        self.lock().remove(&attempt.id);
        self.count.send_modify(|count| *count -= 1);
    }

    async fn run_in_folder(
        &self,
        attempt: &Attempt,
        interrupted: watch::Receiver<Option<Interrupt>>,
    ) -> Option<Outcome> {
        let folder = scratch_folder(&self.app.scratch, attempt.id);
        if let Err(error) = tokio::fs::create_dir_all(&folder).await {
            tracing::warn!(error = %error, "jobs.no_scratch_folder");
            return Some(Outcome::Failed {
                code: "no_scratch_space".to_owned(),
                message: "no folder for temporary files could be made".to_owned(),
                is_permanent: false,
                wait: None,
            });
        }
        let outcome = self.run_guarded(attempt, folder.clone(), interrupted).await;
        // What remains after a crash, the reconciler removes.
        let _ = tokio::fs::remove_dir_all(&folder).await;
        outcome
    }

    async fn run_guarded(
        &self,
        attempt: &Attempt,
        scratch: PathBuf,
        mut interrupted: watch::Receiver<Option<Interrupt>>,
    ) -> Option<Outcome> {
        let watch = Arc::new(AttemptWatch::default());
        let context = StepContext {
            app: Arc::clone(&self.app),
            job: attempt.job.id.into(),
            organisation: OrganisationId::from(attempt.job.organisation_id),
            subject: attempt.job.subject_id,
            input: attempt.job.input.clone(),
            outputs: attempt.outputs.clone(),
            attempt: attempt.number,
            watch: Arc::clone(&watch),
            scratch,
        };
        let step = Arc::clone(&attempt.step);
        let mut task = OnDropAbort(tokio::spawn(async move { step.run(&context).await }));
        let limit = attempt.step.limits().timeout.unwrap_or_else(|| {
            Duration::from_secs_f64(self.app.config.jobs.step_timeout_s.max(0.0))
        });
        let deadline = sleep(limit);
        tokio::pin!(deadline);
        let mut tick = interval_at(Instant::now() + PROGRESS_EVERY, PROGRESS_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = 0.0;
        loop {
            tokio::select! {
                ended = &mut task.0 => return Some(outcome(ended, &watch)),
                () = &mut deadline => {
                    watch.cancel();
                    return Some(Outcome::Failed {
                        code: "timeout".to_owned(),
                        message: format!("took longer than {} s", limit.as_secs_f64()),
                        is_permanent: false,
                        wait: None,
                    });
                }
                changed = interrupted.changed() => {
                    let why = *interrupted.borrow_and_update();
                    let (Ok(()), Some(why)) = (changed, why) else { continue };
                    watch.cancel();
                    return end_interrupted(why, &mut task, &watch).await;
                }
                _ = tick.tick() => {
                    let fraction = watch.fraction();
                    if fraction > told {
                        told = fraction;
                        if let Err(error) = ledger::report_progress(&self.app, attempt, fraction).await {
                            tracing::debug!(error = %error, "jobs.progress_not_written");
                        }
                    }
                }
            }
        }
    }

    /// Interrupts the attempts for which `why` gives a reason.
    pub fn interrupt(&self, why: impl Fn(Uuid, Uuid) -> Option<Interrupt>) {
        for (attempt, running) in self.lock().iter() {
            if let Some(why) = why(*attempt, running.job) {
                running.interrupt.send_replace(Some(why));
            }
        }
    }

    /// Attempts and jobs that run here.
    pub fn running(&self) -> Vec<(Uuid, Uuid)> {
        self.lock()
            .iter()
            .map(|(attempt, running)| (*attempt, running.job))
            .collect()
    }

    /// Waits until nothing runs, at most so long; whether nothing runs.
    pub async fn idle(&self, limit: Duration) -> bool {
        let mut count = self.count.subscribe();
        let idle = async { count.wait_for(|count| *count == 0).await.is_ok() };
        timeout(limit, idle).await.unwrap_or(false)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Running>> {
        self.running
            .lock()
            .expect("nobody panics while holding this lock")
    }
}

/// The folder of an attempt's temporary files.
pub(super) fn scratch_folder(scratch: &Path, attempt: Uuid) -> PathBuf {
    scratch.join(format!("attempt-{attempt}"))
}

struct OnDropAbort(JoinHandle<Result<StepOutput, StepError>>);

impl Drop for OnDropAbort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

type Ended = Result<Result<StepOutput, StepError>, tokio::task::JoinError>;

fn outcome(ended: Ended, watch: &AttemptWatch) -> Outcome {
    use candor_core::ports::Watch;
    let (code, message, is_permanent, wait) = match ended {
        Ok(Ok(output)) => return Outcome::Done(output.value),
        Ok(Err(StepError::Cancelled)) => return Outcome::Cancelled,
        Ok(Err(_)) if watch.is_cancelled() => return Outcome::Cancelled,
        Ok(Err(StepError::Passing {
            code,
            message,
            wait,
        })) => (code, message, false, wait),
        Ok(Err(StepError::Permanent { code, message })) => (code, message, true, None),
        // What a panic says may hold anything; the panic hook has logged it.
        Err(_) => (
            "panicked",
            "the step ended with a defect".to_owned(),
            false,
            None,
        ),
    };
    Outcome::Failed {
        code: code.to_owned(),
        message,
        is_permanent,
        wait,
    }
}

/// Gives an interrupted step a moment to end by itself.
async fn end_interrupted(
    why: Interrupt,
    task: &mut OnDropAbort,
    watch: &AttemptWatch,
) -> Option<Outcome> {
    let ended = timeout(GRACE, &mut task.0).await;
    if why == Interrupt::Superseded {
        return None;
    }
    let by_itself = ended.ok().map(|ended| outcome(ended, watch));
    Some(match (by_itself, why) {
        (Some(Outcome::Done(value)), _) => Outcome::Done(value),
        (_, Interrupt::HandBack) => Outcome::HandedBack,
        _ => Outcome::Cancelled,
    })
}

/// Logs an error with its sources, once.
pub(super) fn log_failure(what: &'static str, error: &AppError) {
    let chain = std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| {
        error.source()
    })
    .map(ToString::to_string)
    .collect::<Vec<_>>()
    .join(": ");
    tracing::error!(what, error = chain, "job ledger failed");
}

/// The machine's name, for people who read the list of workers.
fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|name| name.trim().to_owned())
        .ok()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "worker".to_owned())
}
