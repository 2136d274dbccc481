//! What was said, with its times.

use candor_core::{measured::Measured, span::Span, transcript::Transcript};
use serde_json::{Value, json};

use super::{not_finished, time};
use crate::documented::pipeline::{facts::AnalysisFacts, measures::no_words, rounded};

/// The words of an answer.
pub(super) fn words(analysis: &AnalysisFacts) -> Measured<&Transcript> {
    let report = analysis.report.as_ref().ok_or_else(not_finished)?;
    report
        .candor
        .transcript
        .as_ref()
        .ok_or_else(|| no_words(report))
}

/// `transcription`: text, words and segments with times.
pub(super) fn transcription(analysis: &AnalysisFacts) -> Measured<Value> {
    let transcript = words(analysis)?;
    let report = analysis.report.as_ref().ok_or_else(not_finished)?;
    let written_at = analysis
        .step("transcribed")
        .and_then(|step| step.finished_at);
    let start = |span: Option<Span>| span.map(|span| rounded(span.start_s, 3));
    let end = |span: Option<Span>| span.map(|span| rounded(span.end_s, 3));
    let words: Vec<Value> = transcript
        .words()
        .map(|word| {
            json!({
                "word": word.text,
                "start": start(word.span),
                "end": end(word.span),
                "confidence": word.confidence.map(|c| rounded(f64::from(c), 3)),
            })
        })
        .collect();
    let segments: Vec<Value> = transcript
        .segments
        .iter()
        .enumerate()
        .map(|(id, segment)| {
            json!({"id": id, "start": start(segment.span), "end": end(segment.span), "text": segment.text()})
        })
        .collect();
    let known: Vec<f64> = transcript
        .words()
        .filter_map(|word| word.confidence.map(f64::from))
        .collect();
    let mean =
        (!known.is_empty()).then(|| rounded(known.iter().sum::<f64>() / known.len() as f64, 3));
    let last = transcript
        .words()
        .filter_map(|word| end(word.span))
        .fold(None, |a: Option<f64>, b| Some(a.map_or(b, |a| a.max(b))));
    Ok(json!({
        "text": transcript.text(),
        "language": transcript.language,
        "duration": last,
        "meta": {
            "avgWordConfidence": mean,
            "totalWords": words.len(),
            "segmentCount": segments.len(),
            "createdAt": time(written_at),
            "fileName": report.candor.source.file_name,
            "prompt": Value::Null,
            "engine": transcript.engine,
            "model": transcript.model,
            "accuracy": transcript.accuracy,
        },
        "words": words,
        "segments": segments,
    }))
}
