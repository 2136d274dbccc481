//! Compares the ledger with the queue and mends what was lost: messages, workers, folders.

use std::{collections::HashSet, sync::Arc, time::Duration};

use candor_store::{
    Micros, Store, StoreError,
    queue::{Message, Queue},
    records::{self, jobs::ReadyStep},
};
use rand::RngExt;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    ledger,
    runner::{Runner, log_failure, scratch_folder},
    steer,
};
use crate::{App, AppError};

/// Steps that are looked at together. Each page sorts all that are ready, so there should be few.
const PAGE: u64 = 20_000;
/// Lost messages that are mended in one transaction.
const BATCH: usize = 100;
/// Silent steps and stopped jobs that are dealt with in one round.
const ROUND: u64 = 200;
/// Silence after which a worker is forgotten, in microseconds.
const FORGET_AFTER: i64 = 24 * 3600 * 1_000_000;

/// Reconciles at the start and then again and again.
pub(super) async fn keep_reconciling(runner: Arc<Runner>, stop: CancellationToken) {
    let every = runner.app.config.jobs.reconcile_s.max(0.1);
    loop {
        reconcile(&runner).await;
        // Processes that started together don't stay together.
        let wait = every * rand::rng().random_range(0.8..=1.0);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs_f64(wait)) => {}
        }
    }
}

/// One round; each part on its own, so that one that fails doesn't hold up the others.
async fn reconcile(runner: &Runner) {
    let app = runner.app.as_ref();
    let patience = app.config.jobs.takeover_s;
    let parts = [
        ("take_over", take_over_silent(app).await),
        ("finish_stopped", finish_stopped(app).await),
        (
            "push_missing",
            push_missing(&app.store, &app.queue, patience)
                .await
                .map_err(AppError::from),
        ),
        ("remove_folders", remove_dead_folders(runner).await),
        ("forget_workers", forget_workers(app).await),
    ];
    for (part, outcome) in parts {
        match outcome {
            Ok(()) => {}
            Err(AppError::Unavailable { .. } | AppError::Full { .. }) => {
                tracing::warn!(part, "jobs.reconcile_unavailable");
            }
            Err(error) => log_failure(part, &error),
        }
    }
}

async fn take_over_silent(app: &App) -> Result<(), AppError> {
    let silence_us = (app.config.jobs.takeover_s * 1_000_000.0) as i64;
    let before = Micros(ledger::now(app).0 - silence_us);
    let silent = records::jobs::list_silent(app.store.fresh(), before, ROUND).await?;
    for step in &silent {
        let is_alone = silent
            .iter()
            .filter(|other| other.worker == step.worker)
            .count()
            == 1;
        if ledger::take_over(app, step, is_alone).await? {
            tracing::warn!(job.id = %step.job_id, step = step.name, "jobs.taken_over");
        }
    }
    Ok(())
}

async fn finish_stopped(app: &App) -> Result<(), AppError> {
    for job in records::jobs::list_unfinished_stops(app.store.fresh(), ROUND).await? {
        steer::finish_stopped(app, job).await?;
    }
    Ok(())
}

/// Pushes a message for every step that may run and has none.
async fn push_missing(store: &Store, queue: &Queue, patience_s: f64) -> Result<(), StoreError> {
    let patience = Duration::from_secs_f64(patience_s.max(1.0));
    let mut after = None;
    loop {
        let page = records::jobs::list_ready(store.fresh(), after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        let is_last = (page.len() as u64) < PAGE;
        let ids: Vec<String> = page
            .iter()
            .filter_map(|step| step.message.clone())
            .collect();
        let present: HashSet<String> = queue.present(&ids, patience).await?.into_iter().collect();
        let lost: Vec<ReadyStep> = page
            .into_iter()
            .filter(|step| {
                let message = step.message.as_ref();
                !message.is_some_and(|id| present.contains(id))
            })
            .collect();
        for batch in lost.chunks(BATCH) {
            push_batch(store, queue, batch).await?;
        }
        if is_last {
            return Ok(());
        }
    }
}

async fn push_batch(store: &Store, queue: &Queue, lost: &[ReadyStep]) -> Result<(), StoreError> {
    let transaction = store.begin().await?;
    let (mut messages, mut stale) = (Vec::new(), Vec::new());
    for step in lost {
        let message = Message::new(
            step.pool.clone(),
            step.job_id,
            step.name.clone(),
            step.priority,
            step.not_before.map(Micros),
        );
        // Somebody else may have begun the step, or pushed for it, since it was read.
        if records::jobs::note_message(&transaction, step, &message.id).await? {
            stale.extend(step.message.clone());
            messages.push(message);
        }
    }
    if queue.is_with_records() {
        queue.forget(&transaction, &stale).await?;
        queue.push(&transaction, &messages).await?;
    }
    transaction.commit().await?;
    if !queue.is_with_records() {
        let writer = queue.store().writer();
        queue.forget(writer, &stale).await?;
        queue.push(writer, &messages).await?;
    }
    if !messages.is_empty() {
        tracing::info!(n = messages.len(), "messages of ready steps pushed again");
        queue.wakes().wake_all();
    }
    Ok(())
}

/// Removes the temporary files of attempts that ended without doing so.
async fn remove_dead_folders(runner: &Runner) -> Result<(), AppError> {
    let app = runner.app.as_ref();
    let mut found: Vec<Uuid> = Vec::new();
    let Ok(mut entries) = tokio::fs::read_dir(&app.scratch).await else {
        return Ok(());
    };
    let here: HashSet<Uuid> = runner.running().into_iter().map(|(id, _)| id).collect();
    while let Ok(Some(entry)) = entries.next_entry().await {
        let id = entry.file_name().to_str().and_then(|name| {
            let id = name.strip_prefix("attempt-")?;
            id.parse().ok()
        });
        found.extend(id.filter(|id| !here.contains(id)));
    }
    let running = records::jobs::running_attempts(app.store.fresh(), &found).await?;
    for dead in found.iter().filter(|id| !running.contains(id)) {
        let _ = tokio::fs::remove_dir_all(scratch_folder(&app.scratch, *dead)).await;
    }
    Ok(())
}

async fn forget_workers(app: &App) -> Result<(), AppError> {
    let before = Micros(ledger::now(app).0 - FORGET_AFTER);
    records::workers::delete_silent(app.store.writer(), before).await?;
    app.queue.forget_silent_workers().await?;
    Ok(())
}
