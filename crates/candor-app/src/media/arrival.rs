//! A recording becomes available: its object, its row and the telling of it in one transaction.

use candor_store::{
    entities::recordings,
    records::{self, reach::Rows},
};
use sea_orm::{DatabaseTransaction, Set};
use serde_json::json;

use super::{
    Recording, RecordingState, Source, Staged, now,
    receive::{self, Maker, Plan},
};
use crate::{App, AppError, jobs, webhooks};

/// What is told to registered addresses.
const EVENT: &str = "recording.available";

/// Makes a recording that is available from the start.
pub(super) async fn keep_as(
    app: &App,
    maker: &Maker,
    plan: Plan,
    source: Source,
    staged: Staged,
) -> Result<Recording, AppError> {
    let written = async {
        let transaction = app.store.begin().await?;
        let recording = receive::insert(app, &transaction, maker, plan, |row| {
            row.source = source.as_str().to_owned();
            fill(row, &staged);
        })
        .await?;
        Ok::<_, AppError>((transaction, recording))
    };
    let (transaction, recording) = match written.await {
        Ok(written) => written,
        Err(error) => {
            staged.discard().await;
            return Err(error);
        }
    };
    commit(app, transaction, staged).await?;
    tracing::info!(
        recording.id = %recording.id,
        bytes = recording.bytes,
        source = source.as_str(),
        "media.kept"
    );
    Ok(recording)
}

/// Ends the transaction that made a recording of `staged`, and begins what follows from it. When the database
/// goes away in the middle, a row that names the object says that it was written after all.
pub(super) async fn commit(
    app: &App,
    transaction: DatabaseTransaction,
    staged: Staged,
) -> Result<(), AppError> {
    match transaction.commit().await.map_err(AppError::from) {
        Ok(()) => {
            staged.claim();
        }
        Err(error) => {
            if !staged.settle_after(app, &error).await {
                return Err(error);
            }
        }
    }
    jobs::wake(app);
    Ok(())
}

/// Gives an announced recording its content. `false`: somebody else changed the row first, and nothing of
/// this content is kept.
pub(super) async fn arrive(
    app: &App,
    row: &recordings::Model,
    staged: Staged,
) -> Result<bool, AppError> {
    match update(app, row, &staged).await {
        Ok(transaction) => {
            commit(app, transaction, staged).await?;
            Ok(true)
        }
        Err(error) => {
            staged.discard().await;
            match error {
                AppError::Conflict {
                    code: "conflict", ..
                } => Ok(false),
                error => Err(error),
            }
        }
    }
}

async fn update(
    app: &App,
    row: &recordings::Model,
    staged: &Staged,
) -> Result<DatabaseTransaction, AppError> {
    let mut arrived = row.clone();
    fill(&mut arrived, staged);
    let change = recordings::ActiveModel {
        state: Set(arrived.state.clone()),
        object_key: Set(arrived.object_key.clone()),
        content_type: Set(arrived.content_type.clone()),
        bytes: Set(arrived.bytes),
        sha256: Set(arrived.sha256.clone()),
        duration_s: Set(arrived.duration_s),
        has_video: Set(arrived.has_video),
        has_audio: Set(arrived.has_audio),
        error: Set(arrived.error.clone()),
        ..recordings::ActiveModel::default()
    };
    let transaction = app.store.begin().await?;
    records::recordings::update(&transaction, row, change, now(app)).await?;
    tell(app, &transaction, &Recording::read(arrived)?).await?;
    Ok(transaction)
}

/// Notes in a row what was found in the object.
pub(super) fn fill(row: &mut recordings::Model, staged: &Staged) {
    let Some(object) = staged.object() else {
        return;
    };
    row.state = RecordingState::Available.as_str().to_owned();
    row.object_key = Some(object.key.clone());
    row.content_type = Some(staged.found.content_type.to_owned());
    row.bytes = i64::try_from(object.bytes).ok();
    row.sha256 = Some(object.sha256.clone());
    row.duration_s = staged.found.duration_s;
    row.has_video = staged.found.has_video;
    row.has_audio = staged.found.has_audio;
    row.error = None;
}

/// Tells that a recording can be played and analysed: ids and what was found in the file, no names. What is
/// private to a person is told to nobody.
pub(super) async fn tell(
    app: &App,
    transaction: &DatabaseTransaction,
    recording: &Recording,
) -> Result<(), AppError> {
    let shared = Rows::Shared { person: None };
    let (organisation, id) = (recording.organisation, recording.id);
    if records::recordings::find(transaction, organisation, shared, id)
        .await?
        .is_none()
    {
        return Ok(());
    }
    let data = json!({
        "recording_id": recording.id,
        "interview_id": recording.interview,
        "question_id": recording.question,
        "external_id": recording.external_id,
        "source": recording.source.as_str(),
        "content_type": recording.content_type,
        "bytes": recording.bytes,
        "sha256": recording.sha256,
        "duration_s": recording.duration_s,
        "has_video": recording.has_video,
        "has_audio": recording.has_audio,
    });
    webhooks::emit(app, transaction, organisation, EVENT, data, None).await
}
