//! What judged the answers of a report.

use std::collections::BTreeSet;

use candor_core::{
    interview::{Evaluation, InterviewReport},
    measured::NotMeasured,
    report::Provenance,
};

use super::Thread;
use crate::evaluation::chat;

/// A chat model may say something else the next time; the built-in evaluator always says the same.
pub(super) fn judged_once(threads: &[Thread]) -> Option<NotMeasured> {
    let by_chat: Vec<&Evaluation> = threads
        .iter()
        .filter_map(|thread| Some(thread.judged()?.1))
        .filter(|evaluation| evaluation.provenance.formula.as_deref() == Some(chat::FORMULA))
        .collect();
    let n_once = by_chat.iter().filter(|e| e.spread.n <= 1).count();
    (n_once > 0).then(|| {
        NotMeasured::new(
            "spread",
            format!(
                "of {} answers that the chat model judged, it judged {n_once} once: how far repeated judgements of them \
                 would lie apart is not known",
                by_chat.len()
            ),
        )
    })
}

/// Each engine with its model and formula once, with the settings that all its judgements share: others tell of single
/// answers and stand in their evaluations.
pub(super) fn provenance(threads: &[Thread]) -> Vec<Provenance> {
    let mut all: Vec<Provenance> = Vec::new();
    for (_, evaluation) in threads.iter().filter_map(Thread::judged) {
        let settings = &evaluation.provenance.settings;
        let known = all.iter_mut().find(|known| {
            let alike = Provenance {
                settings: settings.clone(),
                ..(*known).clone()
            };
            alike == evaluation.provenance
        });
        match known {
            Some(known) => known
                .settings
                .retain(|key, value| settings.get(key) == Some(value)),
            None => all.push(evaluation.provenance.clone()),
        }
    }
    all
}

/// What judged the answers of a report: each formula with its model and prompt. Marks are comparable where this text is
/// the same; empty where nothing was judged.
pub fn judged_by(report: &InterviewReport) -> String {
    let all = report.provenance.iter().map(|source| {
        let model = source.model.as_ref().map(|name| {
            let sha256 = source.model_sha256.as_ref().and_then(|sha| sha.get(..8));
            sha256.map_or(name.clone(), |sha256| format!("{name}@{sha256}"))
        });
        let made = source.formula.as_ref().unwrap_or(&source.engine);
        let prompt = source.settings.get("prompt");
        let parts = [Some(made), model.as_ref(), prompt];
        parts
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
    });
    let all: BTreeSet<String> = all.collect();
    all.into_iter().collect::<Vec<_>>().join(", ")
}
