//! A complete upload becomes a recording.

use candor_store::StoreError;
use futures::StreamExt;

use super::*;
use crate::{
    jobs,
    media::{
        Source, arrival,
        receive::{Maker, insert},
        segments::joined,
        stage,
    },
};

/// Makes the recording when all bytes are there; otherwise changes nothing. Done again, it finds the
/// recording made.
pub(in crate::media) async fn finish(app: &App, row: uploads::Model) -> Result<Upload, AppError> {
    if row.state != "open" || row.bytes_total != Some(row.bytes_received) {
        return view(&row);
    }
    let plan = settled(&row)?.plan;
    let keys = storage(&row)?
        .parts
        .into_iter()
        .map(|(name, _)| format!("{}/{name}", folder(&row)))
        .collect();
    let bytes = joined(app.objects.clone(), keys).boxed();
    let organisation = row.organisation_id.into();
    let limit = app.config.limits.upload_bytes;
    let staged = match stage::stage(app, organisation, plan.id, bytes, limit).await {
        Ok(staged) => staged,
        Err(error @ AppError::Unsupported(_)) => {
            let change = uploads::ActiveModel {
                state: Set("ended".to_owned()),
                ..uploads::ActiveModel::default()
            };
            records::uploads::update(app.store.writer(), &row, change, now(app)).await?;
            clear(app, &row).await;
            return Err(error);
        }
        Err(error) => return Err(error),
    };
    let maker = Maker {
        organisation,
        principal: row.principal.clone(),
    };
    match become_recording(app, &row, &maker, plan, &staged).await {
        Ok(row) => {
            staged.claim();
            jobs::wake(app);
            clear(app, &row).await;
            view(&row)
        }
        Err(error) => {
            staged.discard().await;
            // Two requests may bring the last byte twice; one of them made the recording.
            if matches!(error, AppError::Conflict { .. })
                && let Some(row) = records::uploads::find(
                    app.store.writer(),
                    organisation,
                    &row.principal,
                    row.id.into(),
                )
                .await?
            {
                return view(&row);
            }
            Err(error)
        }
    }
}

async fn become_recording(
    app: &App,
    row: &uploads::Model,
    maker: &Maker,
    plan: Plan,
    staged: &stage::Staged,
) -> Result<uploads::Model, AppError> {
    let transaction = app.store.begin().await?;
    let change = uploads::ActiveModel {
        state: Set("complete".to_owned()),
        recording_id: Set(Some(plan.id.uuid())),
        ..uploads::ActiveModel::default()
    };
    let row = records::uploads::update(&transaction, row, change, now(app)).await?;
    insert(app, &transaction, maker, plan, |recording| {
        recording.source = Source::Resumable.as_str().to_owned();
        arrival::fill(recording, staged);
    })
    .await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(row)
}
