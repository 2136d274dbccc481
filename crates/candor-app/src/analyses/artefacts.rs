//! What the steps of an analysis made, listed and given out: never more than the report itself tells.

use std::ops::Range;

use bytes::Bytes;
use candor_core::{
    access::{Action, Actor},
    ids::{AnalysisId, ArtefactId},
    report::Report,
};
use candor_store::{
    objects::ObjectStream,
    records::{analyses as rows, artefacts},
};
use futures::{StreamExt, stream};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Analysis, read::hide_emotions};
use crate::{
    App, AppError, analyze::REPORT, media, records::bound, steps::AnalysisInput,
    transcripts::TranscriptFormat,
};

/// The sound, which is as much of the recording as a player gets.
pub(super) const SOUND: &str = "audio.wav";
/// What stands in every report, whatever its purpose.
const TOLD: [&str; 2] = ["content.json", "scores.json"];

/// What a step made.
#[derive(Debug, Clone, PartialEq)]
pub struct Artefact {
    /// Identifier.
    pub id: ArtefactId,
    /// The step.
    pub step: String,
    /// Name, e.g. `transcript.json`.
    pub name: String,
    /// MIME type.
    pub content_type: String,
    /// Size.
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
    /// Hash of what it was made from.
    pub input_hash: String,
    /// Engines, models and formulas by key; empty where the content is withheld.
    pub provenance: Value,
    /// Whether its content tells what the report of this analysis withholds from the caller.
    pub is_withheld: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Artefact {
    fn new(row: artefacts::Model, is_withheld: bool) -> Self {
        Self {
            id: row.id.into(),
            step: row.step,
            name: row.name,
            content_type: row.content_type,
            bytes: row.bytes.unsigned_abs(),
            sha256: row.sha256,
            input_hash: row.input_hash,
            provenance: if is_withheld {
                json!({})
            } else {
                row.provenance
            },
            is_withheld,
            created_at: row.created_at.into(),
        }
    }
}

/// An artefact as it is given out; size and hash are those of what is given.
#[derive(Debug)]
pub struct ArtefactFile {
    /// Which.
    pub artefact: Artefact,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// As it is kept, under this key.
    Kept(String),
    /// Without what is not for the caller.
    Cut(Bytes),
}

impl ArtefactFile {
    /// Its bytes, or those in `range`.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it was deleted meanwhile, [`AppError::Unavailable`].
    pub async fn open(
        &self,
        app: &App,
        range: Option<Range<u64>>,
    ) -> Result<ObjectStream, AppError> {
        match &self.content {
            Content::Kept(key) => Ok(app.objects.read(key, range).await?.stream),
            Content::Cut(bytes) => {
                let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
                let part = match range {
                    Some(range) => bytes.slice(place(range.start)..place(range.end)),
                    None => bytes.clone(),
                };
                Ok(stream::once(async { Ok(part) }).boxed())
            }
        }
    }
}

/// Everything that the steps made, oldest first.
///
/// # Errors
/// [`AppError::NotFound`] for an analysis out of reach.
pub async fn list_artefacts(
    app: &App,
    actor: &Actor,
    id: AnalysisId,
) -> Result<Vec<Artefact>, AppError> {
    let analysis = reached(app, actor, id).await?;
    let connection = app.store.fresh();
    let limits = Limits::of(&analysis, actor)?;
    let found = artefacts::list_of_job(connection, analysis.organisation, analysis.job).await?;
    Ok(found
        .into_iter()
        .map(|row| {
            let is_withheld = limits.withhold(&row.name);
            Artefact::new(row, is_withheld)
        })
        .collect())
}

/// One artefact, by its id or by its name, of which the newest counts. The report is given as
/// [`report`](super::report()) gives it, without what was inferred about emotions unless it is the caller's.
///
/// # Errors
/// [`AppError::NotFound`] for an analysis or artefact out of reach, and for the sound of a recording that is
/// gone; [`AppError::Refused`] (`artefact_withheld`) for one that tells what the report withholds.
pub async fn find_artefact(
    app: &App,
    actor: &Actor,
    id: AnalysisId,
    which: &str,
) -> Result<ArtefactFile, AppError> {
    let analysis = reached(app, actor, id).await?;
    let connection = app.store.fresh();
    let (organisation, job) = (analysis.organisation, analysis.job);
    let found = match which.parse::<ArtefactId>() {
        Ok(artefact) => artefacts::find(connection, organisation, job, artefact).await?,
        Err(_) => artefacts::find_newest(connection, organisation, job, which).await?,
    };
    let row = found.ok_or(AppError::NotFound("artefact"))?;
    if Limits::of(&analysis, actor)?.withhold(&row.name) {
        return Err(AppError::refused(
            "artefact_withheld",
            "this file tells what the report of this analysis withholds from you",
        ));
    }
    if row.name == SOUND {
        let recording = analysis.recording.ok_or(AppError::NotFound("recording"))?;
        media::get_recording(app, actor, recording).await?;
    }
    let key = row
        .object_key
        .clone()
        .ok_or(AppError::NotFound("artefact"))?;
    let mut artefact = Artefact::new(row, false);
    let content = if artefact.name == REPORT && !analysis.is_of(actor) {
        let mut report: Report =
            serde_json::from_slice(&app.objects.get(&key).await?).map_err(AppError::internal)?;
        hide_emotions(&mut report);
        let bytes = Bytes::from(serde_json::to_vec(&report).map_err(AppError::internal)?);
        artefact.bytes = bytes.len() as u64;
        artefact.sha256 = hex::encode(Sha256::digest(&bytes));
        Content::Cut(bytes)
    } else {
        Content::Kept(key)
    };
    Ok(ArtefactFile { artefact, content })
}

async fn reached(app: &App, actor: &Actor, id: AnalysisId) -> Result<Analysis, AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    Ok(rows::get(app.store.fresh(), bound, id).await?.into())
}

/// What the report of an analysis leaves out for a caller.
struct Limits {
    /// Everything about face and voice.
    behaviour: bool,
    /// What was inferred about emotions.
    emotions: bool,
}

impl Limits {
    fn of(analysis: &Analysis, actor: &Actor) -> Result<Self, AppError> {
        let input: AnalysisInput =
            serde_json::from_value(analysis.settings.clone()).map_err(AppError::internal)?;
        Ok(Self {
            behaviour: input.settings.allow_behaviour().is_err(),
            emotions: input.settings.allow_emotion().is_ok() && !analysis.is_of(actor),
        })
    }

    /// Whether a file of this name is withheld. One that nobody thought of is, where anything may be.
    fn withhold(&self, name: &str) -> bool {
        let is_told = name == REPORT
            || name == SOUND
            || TOLD.contains(&name)
            || TranscriptFormat::ALL
                .iter()
                .any(|format| format.file_name() == name);
        !is_told && (self.behaviour || self.emotions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_files_are_given_out_only_where_the_report_withholds_nothing() {
        let all = Limits {
            behaviour: false,
            emotions: false,
        };
        for name in ["faces.json", "voice.json", "transcript.vtt", "report.json"] {
            assert!(!all.withhold(name), "{name}");
        }
        for (behaviour, emotions) in [(true, false), (false, true), (true, true)] {
            let limits = Limits {
                behaviour,
                emotions,
            };
            for name in ["faces.json", "voice.json", "speech.json", "anything.json"] {
                assert!(limits.withhold(name), "{name}");
            }
            for name in ["report.json", "transcript.srt", "audio.wav", "scores.json"] {
                assert!(!limits.withhold(name), "{name}");
            }
        }
    }
}
