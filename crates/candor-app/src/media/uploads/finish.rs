//! A complete upload becomes a recording.

use futures::StreamExt;
use sea_orm::DatabaseTransaction;

use super::*;
use crate::media::{
    Source, arrival,
    receive::{Maker, insert},
    segments::joined,
    stage,
};

/// Makes the recording when all bytes are there; otherwise changes nothing. Done again, it finds the
/// recording made.
pub(in crate::media) async fn finish(app: &App, row: uploads::Model) -> Result<Upload, AppError> {
    if row.state != "open" || row.bytes_total != Some(row.bytes_received) {
        return view(&row);
    }
    Disk::of(app).require(row.bytes_received.unsigned_abs())?;
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
    let written = async {
        let transaction = app.store.begin().await?;
        let row = become_recording(app, &transaction, &row, &maker, plan, &staged).await?;
        Ok::<_, AppError>((transaction, row))
    };
    let (transaction, complete) = match written.await {
        Ok(written) => written,
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
            return Err(error);
        }
    };
    arrival::commit(app, transaction, staged).await?;
    clear(app, &complete).await;
    view(&complete)
}

async fn become_recording(
    app: &App,
    transaction: &DatabaseTransaction,
    row: &uploads::Model,
    maker: &Maker,
    plan: Plan,
    staged: &stage::Staged,
) -> Result<uploads::Model, AppError> {
    let change = uploads::ActiveModel {
        state: Set("complete".to_owned()),
        recording_id: Set(Some(plan.id.uuid())),
        ..uploads::ActiveModel::default()
    };
    let row = records::uploads::update(transaction, row, change, now(app)).await?;
    insert(app, transaction, maker, plan, |recording| {
        recording.source = Source::Resumable.as_str().to_owned();
        arrival::fill(recording, staged);
    })
    .await?;
    Ok(row)
}
