//! Which engines and formulas stand behind each step, as one text: another text makes a step's outcome
//! anew when it is run again.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use candor_core::report::Provenance;

use crate::engines::{Engines, Unavailable};

/// Asks each engine once who it is.
pub(super) struct EngineVersions {
    engines: Arc<dyn Engines + Send + Sync>,
    known: Mutex<BTreeMap<&'static str, String>>,
}

impl EngineVersions {
    pub(super) fn new(engines: Arc<dyn Engines + Send + Sync>) -> Self {
        Self {
            engines,
            known: Mutex::new(BTreeMap::new()),
        }
    }

    pub(super) fn speech_detector(&self) -> String {
        self.of("speech_detector", |engines| {
            Ok(vec![engines.speech_detector()?.provenance()])
        })
    }

    pub(super) fn face(&self) -> String {
        let tracker = self.of("face_tracker", |engines| {
            Ok(engines.face_tracker()?.provenance())
        });
        let expression = self.of("expression", |engines| {
            Ok(vec![engines.expression_network()?.provenance()])
        });
        format!("{tracker} {expression}")
    }

    pub(super) fn transcriber(&self) -> String {
        self.of("transcriber", |engines| {
            Ok(vec![engines.transcriber()?.engine.provenance()])
        })
    }

    pub(super) fn embedder(&self) -> String {
        self.of("embedder", |engines| {
            Ok(vec![engines.embedder()?.provenance()])
        })
    }

    pub(super) fn answer_judge(&self) -> String {
        self.of("answer_judge", |engines| {
            Ok(vec![engines.answer_judge()?.provenance()])
        })
    }

    /// An engine that is absent now may be there later: only those that are there are remembered.
    fn of(
        &self,
        name: &'static str,
        ask: impl FnOnce(&dyn Engines) -> Result<Vec<Provenance>, Unavailable>,
    ) -> String {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = known.get(name) {
            return text.clone();
        }
        match ask(self.engines.as_ref()) {
            Ok(found) => {
                let text = found.iter().map(identity).collect::<Vec<_>>().join("+");
                known.insert(name, text.clone());
                text
            }
            Err(Unavailable::Absent(_)) => format!("no-{name}"),
            Err(Unavailable::Broken(_)) => format!("broken-{name}"),
        }
    }
}

fn identity(provenance: &Provenance) -> String {
    let mut parts = vec![provenance.engine.as_str(), provenance.version.as_str()];
    parts.extend(provenance.model.as_deref());
    parts.extend(provenance.model_sha256.as_deref());
    parts.extend(provenance.formula.as_deref());
    parts.join(":")
}
