//! What the words tell, as figures and events of the report.

use std::sync::Arc;

use candor_core::{
    measured::Measured,
    ports::Embedder,
    report::SentimentBlock,
    span::Span,
    transcript::{Accuracy, Transcript},
};
use candor_signals::text::{self, TextAnalysis};

use super::{
    AnalyzeError,
    draft::{Basis, Draft, observation, round},
    provenance,
};

/// Measures the words; the reason where there are none.
pub(super) fn analyze(
    transcript: &Measured<Transcript>,
    duration_s: f64,
    embedder: &Measured<Arc<dyn Embedder>>,
) -> Result<Measured<TextAnalysis>, AnalyzeError> {
    match transcript {
        Ok(transcript) => {
            let embedder = embedder.as_deref().ok();
            Ok(Ok(text::analyze(transcript, duration_s, embedder)?))
        }
        Err(reason) => Ok(Err(reason.clone())),
    }
}

/// Puts figures, events and notes into the draft.
pub(super) fn put(
    draft: &mut Draft,
    transcript: &Measured<Transcript>,
    analysis: &Measured<TextAnalysis>,
    span: Span,
    behaviour: &Measured<()>,
) {
    let (Ok(transcript), Ok(analysis)) = (transcript, analysis) else {
        return;
    };
    for figure in &analysis.figures {
        draft
            .provenance
            .entry(figure.formula.to_owned())
            .or_insert_with(|| provenance::formula(figure.formula));
        let basis = Basis {
            group: "text",
            span,
            confidence: round(figure.confidence, 2),
            source: figure.formula,
        };
        let refused = is_behaviour(figure.name)
            .then(|| behaviour.clone().err())
            .flatten();
        match refused {
            Some(reason) => draft.put(basis, figure.name, figure.unit, &Err(reason)),
            None => draft.put(basis, figure.name, figure.unit, &figure.value),
        }
    }
    if behaviour.is_ok() {
        draft.events.extend(analysis.events.iter().cloned());
    }
    if transcript.accuracy == Accuracy::Low
        && draft.notes.iter().all(|n| n.code != "fallback_transcriber")
    {
        draft.warn(
            "low_accuracy_transcript",
            "The words come from a recogniser of low accuracy: many will be wrong, and none of \
             them feeds a score.",
        );
    }
    if let Some(language) = &analysis.details.language
        && analysis.basis == text::similarity::Basis::Lexical
    {
        draft.tell(
            "lexical_only",
            format!(
                "Meaning is compared by shared words only (language {language}): coherence and \
                 summary are of low confidence."
            ),
        );
    }
}

/// Whether a figure of the text is about how somebody speaks rather than what is said.
fn is_behaviour(name: &str) -> bool {
    [
        "wpm",
        "words_per_min",
        "words_per_speaking",
        "filler",
        "hesitation",
        "discourse",
    ]
    .iter()
    .any(|part| name.contains(part))
}

/// The documented sentiment.
pub(super) fn sentiment(draft: &mut Draft, analysis: &Measured<TextAnalysis>) -> SentimentBlock {
    let sentiment = analysis
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|analysis| analysis.sentiment.clone());
    let label = sentiment
        .clone()
        .map(|sentiment| sentiment.label.to_owned());
    let score = sentiment.map(|sentiment| round(sentiment.score, 2));
    SentimentBlock {
        label: draft.field("text.sentiment.label", label),
        score: draft.field("text.sentiment.score", score),
    }
}

/// Figures of a segment as observations.
pub(super) fn segment_observations(
    figures: &[text::Figure],
    span: Span,
    behaviour: &Measured<()>,
) -> Vec<(String, candor_core::report::Observation)> {
    figures
        .iter()
        .map(|figure| {
            let basis = Basis {
                group: "text",
                span,
                confidence: round(figure.confidence, 2),
                source: figure.formula,
            };
            let spoken = is_behaviour(figure.name)
                || [
                    "speaking_s",
                    "speech_ratio",
                    "longest_pause_s",
                    "response_latency_s",
                ]
                .contains(&figure.name);
            let value = match behaviour {
                Err(reason) if spoken => Err(reason.clone()),
                _ => figure.value.clone(),
            };
            (
                figure.name.to_owned(),
                observation(basis, figure.unit, &value),
            )
        })
        .collect()
}
