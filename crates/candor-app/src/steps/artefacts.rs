//! What steps make and later steps read: objects in the media store, each with hash, size, provenance
//! and the hash of what it was made from.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use candor_core::{
    ids::{ArtefactId, JobId, OrganisationId},
    report::Provenance,
};
use candor_store::{StoreError, objects::ObjectWriter, records::artefacts};
use futures::StreamExt;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::work;
use crate::{
    App,
    jobs::{Step, StepContext, StepError},
};

/// Files are copied in blocks of this size.
const BLOCK_BYTES: usize = 256 << 10;

/// An artefact as a step's output names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its row.
    pub artefact: ArtefactId,
    /// Its key in the media store.
    pub key: String,
    /// Hexadecimal.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
}

/// What is kept.
pub(super) struct Artefact<'a> {
    /// File name, e.g. `transcript.json`.
    pub name: &'static str,
    /// MIME type.
    pub content_type: &'static str,
    /// Engines, models and formulas that made it.
    pub provenance: &'a BTreeMap<String, Provenance>,
}

/// Provenance of what engines made, by key.
pub(super) fn made_by<'a>(
    engines: impl IntoIterator<Item = (&'a str, &'a Provenance)>,
) -> BTreeMap<String, Provenance> {
    engines
        .into_iter()
        .map(|(key, provenance)| (key.to_owned(), provenance.clone()))
        .collect()
}

/// Keeps a value as JSON.
///
/// # Errors
/// A passing error when the store is away or full.
pub(super) async fn keep_json(
    context: &StepContext,
    step: &dyn Step,
    artefact: Artefact<'_>,
    value: impl Serialize + Send + 'static,
) -> Result<Kept, StepError> {
    let bytes = work::blocking(context, move |_| {
        serde_json::to_vec(&value).map_err(|error| {
            StepError::permanent("unwritable", format!("the result is no JSON: {error}"))
        })
    })
    .await?;
    keep(context, step, artefact, bytes.into()).await
}

/// Keeps bytes.
///
/// # Errors
/// A passing error when the store is away or full.
pub(super) async fn keep(
    context: &StepContext,
    step: &dyn Step,
    artefact: Artefact<'_>,
    content: Bytes,
) -> Result<Kept, StepError> {
    let mut writing = Writing::begin(context, &artefact);
    writing.object.write(content).await?;
    writing.finish(context, step, artefact).await
}

/// Keeps a file of the attempt's own folder.
///
/// # Errors
/// A passing error when the store or the disk fails.
pub(super) async fn keep_file(
    context: &StepContext,
    step: &dyn Step,
    artefact: Artefact<'_>,
    path: &Path,
) -> Result<Kept, StepError> {
    let unreadable =
        |error| StepError::passing("disk", format!("temporary files can't be read: {error}"));
    let mut blocks = ReaderStream::with_capacity(
        tokio::fs::File::open(path).await.map_err(unreadable)?,
        BLOCK_BYTES,
    );
    let mut writing = Writing::begin(context, &artefact);
    while let Some(block) = blocks.next().await {
        writing.object.write(block.map_err(unreadable)?).await?;
    }
    writing.finish(context, step, artefact).await
}

/// Where the objects of a job are.
fn folder(organisation: OrganisationId, job: JobId) -> String {
    format!("artefacts/{}/{}", organisation.uuid(), job.uuid())
}

/// Removes what steps of jobs kept whose rows are gone; what can't be removed now, the sweep removes.
pub(crate) async fn forget_artefacts(app: &App, organisation: OrganisationId, jobs: &[Uuid]) {
    for job in jobs {
        let folder = folder(organisation, (*job).into());
        if let Err(error) = app.objects.delete_below(&folder).await {
            tracing::warn!(%error, "artefact.delete_later");
        }
    }
}

/// An object on its way, and the row that will name it.
struct Writing {
    id: ArtefactId,
    object: ObjectWriter,
}

impl Writing {
    fn begin(context: &StepContext, artefact: &Artefact<'_>) -> Self {
        let id = ArtefactId::generate();
        let folder = folder(context.organisation, context.job);
        let key = format!("{folder}/{}/{}", id.uuid(), artefact.name);
        Self {
            id,
            object: context.app.objects.writer(&key),
        }
    }

    async fn finish(
        self,
        context: &StepContext,
        step: &dyn Step,
        artefact: Artefact<'_>,
    ) -> Result<Kept, StepError> {
        let object = self.object.finish().await?;
        let kept = Kept {
            artefact: self.id,
            key: object.key,
            sha256: object.sha256,
            bytes: object.bytes,
        };
        artefacts::insert(
            context.app.store.writer(),
            artefacts::Model {
                id: kept.artefact.uuid(),
                organisation_id: context.organisation.uuid(),
                job_id: context.job.uuid(),
                step: step.name().to_owned(),
                name: artefact.name.to_owned(),
                object_key: Some(kept.key.clone()),
                value: None,
                content_type: artefact.content_type.to_owned(),
                bytes: i64::try_from(kept.bytes).unwrap_or(i64::MAX),
                sha256: kept.sha256.clone(),
                input_hash: input_hash(context, step),
                provenance: json!(artefact.provenance),
                created_at: context.app.clock.now().into(),
            },
        )
        .await?;
        Ok(kept)
    }
}

/// Reads a kept JSON value.
///
/// # Errors
/// A passing error when the store is away, a permanent one when the value is damaged.
pub(super) async fn read_json<T: DeserializeOwned + Send + 'static>(
    context: &StepContext,
    kept: &Kept,
) -> Result<T, StepError> {
    let bytes = read(context, kept).await?;
    work::blocking(context, move |_| {
        serde_json::from_slice(&bytes).map_err(|error| {
            StepError::permanent(
                "damaged_artefact",
                format!("what an earlier step kept can't be read: {error}"),
            )
        })
    })
    .await
}

/// Copies a kept object into the attempt's own folder.
///
/// # Errors
/// A passing error when the store or the disk fails.
pub(super) async fn copy_to_scratch(
    context: &StepContext,
    kept: &Kept,
    name: &str,
) -> Result<PathBuf, StepError> {
    let path = context.scratch.join(name);
    let copied = context.app.objects.copy_to(&kept.key, &path).await;
    copied.map_err(gone)?;
    Ok(path)
}

async fn read(context: &StepContext, kept: &Kept) -> Result<Bytes, StepError> {
    let bytes = context.app.objects.get(&kept.key).await.map_err(gone)?;
    if hex::encode(Sha256::digest(&bytes)) != kept.sha256 {
        return Err(StepError::permanent(
            "damaged_artefact",
            "what an earlier step kept was changed; repeat that step and those after it",
        ));
    }
    Ok(bytes)
}

/// Retention or a deletion took it: making it anew takes the step that made it.
fn gone(error: StoreError) -> StepError {
    match error {
        StoreError::NotFound { .. } => StepError::permanent(
            "artefact_gone",
            "what an earlier step kept was deleted; repeat that step and those after it",
        ),
        error => error.into(),
    }
}

/// A part of what a needed step left behind.
///
/// # Errors
/// A permanent error when it is not there: another version wrote it.
pub(super) fn output<T: DeserializeOwned>(
    context: &StepContext,
    step: &str,
    part: &str,
) -> Result<T, StepError> {
    let value = context
        .outputs
        .get(step)
        .and_then(|output| output.get(part))
        .cloned()
        .unwrap_or(Value::Null);
    serde_json::from_value(value).map_err(|error| {
        StepError::permanent(
            "unreadable_output",
            format!("the output of {step} was written by another version: {error}"),
        )
    })
}

/// Hash of everything that the step's result follows from.
fn input_hash(context: &StepContext, step: &dyn Step) -> String {
    // Maps of `serde_json` are ordered, so that equal inputs have equal text.
    let text = json!([step.name(), step.version(), context.input, context.outputs]).to_string();
    hex::encode(Sha256::digest(text))
}
