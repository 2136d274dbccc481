//! What happens to a job, as a stream: what happened so far, then what happens.

use std::{sync::Arc, time::Duration};

use candor_core::ids::{JobId, OrganisationId};
use candor_store::{live::Topic, records};
use futures::Stream;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::state;
use crate::{App, AppError};

/// Events that are read together.
const PAGE: u64 = 200;
/// How often the table is read when nothing is signalled: signals may get lost.
const LOOK: Duration = Duration::from_secs(1);

/// Something that happened to a job.
#[derive(Debug, Clone, PartialEq)]
pub struct JobEvent {
    /// Grows; send it as `after` to go on from here.
    pub id: i64,
    /// `job.queued`, `job.started`, `step.started`, `step.progress`, `step.done`, `step.failed`,
    /// `step.handed_back`, `step.cancelled`, `job.stopping`, `job.retried`, `job.done`, `job.failed` or
    /// `job.cancelled`.
    pub kind: String,
    /// What is told about it; events about a step name it in `step`.
    pub data: Value,
    /// When.
    pub at: Timestamp,
}

/// The events of a job after the one with id `after`, or from its beginning; then follows the job until it
/// has ended. The first item is [`AppError::NotFound`] where the organisation has no such job.
pub fn events(
    app: Arc<App>,
    organisation: OrganisationId,
    job: JobId,
    after: Option<i64>,
) -> impl Stream<Item = Result<JobEvent, AppError>> + Send + 'static {
    async_stream::try_stream! {
        // Before the first read: nothing can happen unnoticed in between.
        let mut signals = app.live.follow();
        let mut last = after.unwrap_or(0);
        loop {
            let connection = app.store.fresh();
            let row = records::jobs::find_job(connection, organisation, job)
                .await?
                .ok_or(AppError::NotFound("job"))?;
            let rows = records::jobs::list_events(connection, job.uuid(), last, PAGE).await?;
            let n = rows.len() as u64;
            for row in rows {
                last = row.id;
                yield JobEvent {
                    id: row.id,
                    kind: row.kind,
                    data: row.data,
                    at: row.at.into(),
                };
            }
            if n == 0 && state::job::has_ended(&row.state) {
                break;
            }
            if n == 0 {
                wait(&mut signals, job).await;
            }
        }
    }
}

async fn wait(signals: &mut Receiver<candor_store::live::Signal>, job: JobId) {
    let signalled = async {
        loop {
            match signals.recv().await {
                Ok(signal) if signal.topic == Topic::Events && signal.subject == job.uuid() => {
                    return;
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    };
    // Too long only means: look by yourself.
    let _ = tokio::time::timeout(LOOK, signalled).await;
}
