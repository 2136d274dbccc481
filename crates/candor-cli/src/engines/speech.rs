//! Which recogniser writes down the words: the one asked for, or the fallback, said openly.

use std::{path::Path, sync::Arc, thread};

use candor_app::engines::{ChosenTranscriber, Unavailable};
use candor_core::{
    measured::NotMeasured,
    ports::{Aligner, EngineError, Transcriber},
    report::{Note, Severity},
};
use candor_engines::registry::{NETWORK, Registry, RegistryError, SttModel, resolve_stt};

use super::unavailable;
use crate::exit::Refused;

/// What was asked for with `--stt-model`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SttChoice {
    /// No transcription.
    None,
    /// The fallback on purpose.
    Pocketsphinx,
    /// A model of a server that speaks OpenAI's interface.
    OpenAi(String),
    /// A whisper model of the registry or a file.
    Whisper(SttModel),
}

impl SttChoice {
    /// Reads `none`, `pocketsphinx`, `openai:MODEL`, a whisper size, a contract name or a path.
    ///
    /// # Errors
    /// [`Refused`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        match text.trim() {
            "none" | "off" => Ok(Self::None),
            "pocketsphinx" => Ok(Self::Pocketsphinx),
            text => match text.strip_prefix("openai:") {
                Some(model) => Ok(Self::OpenAi(model.to_owned())),
                None => resolve_stt(text).map(Self::Whisper).map_err(|_| {
                    Refused(format!(
                        "{text} is no recogniser; use tiny, base, small, medium, large-v3-turbo \
                         (or with .en), Systran/faster-whisper-…, the path of a whisper.cpp file, \
                         openai:MODEL, pocketsphinx or none"
                    ))
                }),
            },
        }
    }
}

/// Loads what was asked for; without whisper's weights the fallback, with a note that says so.
pub(super) fn choose(
    choice: &SttChoice,
    registry: &Registry,
) -> Result<ChosenTranscriber, Unavailable> {
    match choice {
        SttChoice::None => Err(Unavailable::Absent(NotMeasured::new(
            "switched_off",
            "writing down the words was switched off (--stt-model none)",
        ))),
        SttChoice::Pocketsphinx => plain(pocketsphinx(registry)?),
        SttChoice::OpenAi(model) => plain(openai(model)?),
        SttChoice::Whisper(SttModel::File(path)) => plain(whisper(path)?),
        SttChoice::Whisper(SttModel::Registered(id)) => match registry.find(id) {
            Ok(model) => plain(whisper(model.get(NETWORK).map_err(unavailable)?)?),
            Err(RegistryError::Missing { .. }) => fallback(id, registry),
            Err(error) => Err(unavailable(error)),
        },
    }
}

fn plain(engine: Arc<dyn Transcriber>) -> Result<ChosenTranscriber, Unavailable> {
    Ok(ChosenTranscriber { engine, note: None })
}

fn fallback(id: &str, registry: &Registry) -> Result<ChosenTranscriber, Unavailable> {
    let missing =
        format!("The speech recogniser {id} is not installed; `candor models pull {id}` gets it.");
    match pocketsphinx(registry) {
        Ok(engine) => Ok(ChosenTranscriber {
            engine,
            note: Some(Note {
                code: "fallback_transcriber".to_owned(),
                severity: Severity::Warning,
                message: format!(
                    "{missing} The words come from a simple fallback: many will be wrong, and \
                     none of them feeds a score."
                ),
            }),
        }),
        Err(Unavailable::Absent(reason)) => Err(Unavailable::Absent(NotMeasured::new(
            "no_model",
            format!(
                "{missing} The fallback can't be used either: {}",
                reason.message
            ),
        ))),
        Err(error) => Err(error),
    }
}

#[cfg(feature = "whisper")]
fn whisper(path: &Path) -> Result<Arc<dyn Transcriber>, Unavailable> {
    use candor_engines::speech::whisper::WhisperTranscriber;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    Ok(Arc::new(WhisperTranscriber::load(path, threads)?))
}

#[cfg(not(feature = "whisper"))]
fn whisper(_path: &Path) -> Result<Arc<dyn Transcriber>, Unavailable> {
    let _ = thread::available_parallelism;
    Err(not_built("whisper"))
}

#[cfg(feature = "pocketsphinx")]
fn sphinx_files(
    registry: &Registry,
) -> Result<candor_engines::speech::pocketsphinx::ModelFiles, Unavailable> {
    let model = registry.find("pocketsphinx-en-us").map_err(unavailable)?;
    Ok(candor_engines::speech::pocketsphinx::ModelFiles {
        acoustic_dir: model.get("acoustic").map_err(unavailable)?.to_owned(),
        dictionary: model.get("dictionary").map_err(unavailable)?.to_owned(),
        language_model: model.path("words").map(Path::to_owned),
    })
}

#[cfg(feature = "pocketsphinx")]
fn pocketsphinx(registry: &Registry) -> Result<Arc<dyn Transcriber>, Unavailable> {
    use candor_engines::speech::pocketsphinx::PocketsphinxTranscriber;
    let files = sphinx_files(registry)?;
    if files.language_model.is_none() {
        return Err(Unavailable::Absent(NotMeasured::new(
            "no_model",
            "the fallback recogniser's language model is missing; \
             run `candor models pull pocketsphinx-en-us`",
        )));
    }
    Ok(Arc::new(PocketsphinxTranscriber::load(&files)?))
}

#[cfg(not(feature = "pocketsphinx"))]
fn pocketsphinx(_registry: &Registry) -> Result<Arc<dyn Transcriber>, Unavailable> {
    Err(not_built("pocketsphinx"))
}

/// The forced aligner.
#[cfg(feature = "pocketsphinx")]
pub(super) fn aligner(registry: &Registry) -> Result<Arc<dyn Aligner>, Unavailable> {
    use candor_engines::speech::pocketsphinx::PocketsphinxAligner;
    Ok(Arc::new(PocketsphinxAligner::load(&sphinx_files(
        registry,
    )?)?))
}

/// The forced aligner.
#[cfg(not(feature = "pocketsphinx"))]
pub(super) fn aligner(_registry: &Registry) -> Result<Arc<dyn Aligner>, Unavailable> {
    Err(not_built("pocketsphinx"))
}

#[cfg(not(all(feature = "whisper", feature = "pocketsphinx")))]
fn not_built(feature: &str) -> Unavailable {
    Unavailable::Absent(NotMeasured::new(
        "not_built",
        format!("this build of candor lacks the feature {feature}"),
    ))
}

fn openai(model: &str) -> Result<Arc<dyn Transcriber>, Unavailable> {
    use candor_engines::speech::openai::{OpenAiSettings, OpenAiTranscriber};
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let base_url = variable("OPENAI_BASE_URL");
    let key = variable("OPENAI_API_KEY");
    if base_url.is_none() && key.is_none() {
        return Err(Unavailable::Broken(EngineError::Input(
            "openai: needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own".to_owned(),
        )));
    }
    let base_url = base_url.as_deref().unwrap_or("https://api.openai.com/v1");
    Ok(Arc::new(OpenAiTranscriber::new(OpenAiSettings::new(
        base_url, key, model,
    ))?))
}
