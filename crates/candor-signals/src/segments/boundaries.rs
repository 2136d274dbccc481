//! Where one part ends and the next begins when no questions were recorded.
//!
//! Topics: cohesion between the three sentences before and after each gap; a valley is as deep as
//! the climbs to the peaks on both sides, and cuts when it is deeper than mean + ½ SD of all
//! valleys (TextTiling; Hearst 1997) and the speaker pauses there. Silence: a long gap between
//! stretches of speech cuts by itself.

use candor_core::{
    ports::{Embedder, EngineError},
    span::Span,
};

use super::{Basis, Inputs, Stretch};
use crate::text::{
    sentences::Script,
    similarity::{self, Vectors, cosine},
};

/// A shorter recording is one part, in seconds.
const MIN_RECORDING_S: f64 = 60.0;
/// No part is shorter, in seconds.
const MIN_PART_S: f64 = 20.0;
/// Silence that cuts by itself, in seconds.
const LONG_SILENCE_S: f64 = 3.0;
/// Silence that a change of topic needs, in seconds.
const TOPIC_PAUSE_S: f64 = 0.7;
/// Sentences on each side of a gap.
const BLOCK: usize = 3;
/// A valley that is not even this deep is no change of topic.
const MIN_DEPTH: f64 = 0.1;

/// A moment where the recording may be cut.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cut {
    time_s: f64,
    basis: Basis,
    /// Larger is kept when two are too close.
    strength: f64,
}

/// Parts of a recording without markers; together they cover it without overlap.
///
/// # Errors
/// What the embedder says.
pub(super) fn find(
    inputs: &Inputs,
    script: Option<&Script>,
    embedder: Option<&dyn Embedder>,
) -> Result<Vec<Stretch>, EngineError> {
    let mut cuts = Vec::new();
    if inputs.duration_s >= MIN_RECORDING_S {
        cuts.extend(long_silences(inputs));
        if let Some(script) = script {
            cuts.extend(topic_changes(inputs, script, embedder)?);
        }
    }
    Ok(stretches(
        &keep_apart(cuts, inputs.duration_s),
        inputs.duration_s,
    ))
}

fn long_silences(inputs: &Inputs) -> Vec<Cut> {
    let Some(speech) = inputs.speech else {
        return Vec::new();
    };
    speech
        .windows(2)
        .map(|pair| Span::new(pair[0].end_s, pair[1].start_s))
        .filter(|gap| gap.duration_s() >= LONG_SILENCE_S)
        .map(|gap| Cut {
            time_s: gap.middle_s(),
            basis: Basis::Silence,
            strength: 10.0 + gap.duration_s(),
        })
        .collect()
}

fn topic_changes(
    inputs: &Inputs,
    script: &Script,
    embedder: Option<&dyn Embedder>,
) -> Result<Vec<Cut>, EngineError> {
    let timed = script
        .sentences
        .iter()
        .all(|sentence| sentence.span.is_some());
    if script.sentences.len() < 2 * BLOCK || !timed {
        return Ok(Vec::new());
    }
    let depths = depths(&similarity::sentence_vectors(script, embedder)?);
    let n = depths.len() as f64;
    let mean = depths.iter().sum::<f64>() / n;
    let sd = (depths.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / n).sqrt();
    let threshold = (mean + sd / 2.0).max(MIN_DEPTH);
    let mut cuts = Vec::new();
    for (i, &depth) in depths.iter().enumerate() {
        let (Some(before), Some(after)) = (script.sentences[i].span, script.sentences[i + 1].span)
        else {
            continue;
        };
        let gap = silence_between(inputs.speech, Span::new(before.end_s, after.start_s));
        if depth > threshold && gap.duration_s() >= TOPIC_PAUSE_S {
            cuts.push(Cut {
                time_s: gap.middle_s(),
                basis: Basis::Topic,
                strength: depth,
            });
        }
    }
    Ok(cuts)
}

/// The silence at the border of two sentences: the longest gap in speech that touches the gap
/// between their words, whose times may be a little off.
fn silence_between(speech: Option<&[Span]>, gap: Span) -> Span {
    let around = Span::new(gap.start_s - 0.3, gap.end_s.max(gap.start_s) + 0.3);
    let silences = speech.unwrap_or_default().windows(2);
    silences
        .map(|pair| Span::new(pair[0].end_s, pair[1].start_s))
        .filter(|silence| silence.overlap_s(around) > 0.0)
        .max_by(|a, b| a.duration_s().total_cmp(&b.duration_s()))
        .unwrap_or(gap)
}

/// Depth of the valley at each gap between sentences.
fn depths(vectors: &Vectors) -> Vec<f64> {
    let rows = &vectors.rows;
    let cohesion: Vec<f64> = (1..rows.len())
        .map(|gap| {
            let before = sum(&rows[gap.saturating_sub(BLOCK)..gap]);
            let after = sum(&rows[gap..(gap + BLOCK).min(rows.len())]);
            cosine(&before, &after)
        })
        .collect();
    (0..cohesion.len())
        .map(|i| {
            let left = climb(cohesion[..=i].iter().rev());
            let right = climb(cohesion[i..].iter());
            left - cohesion[i] + right - cohesion[i]
        })
        .collect()
}

/// The peak reached by climbing from the first value as long as it does not go down.
fn climb<'a>(values: impl Iterator<Item = &'a f64>) -> f64 {
    let mut peak = f64::NEG_INFINITY;
    for &value in values {
        if value < peak {
            break;
        }
        peak = value;
    }
    peak
}

fn sum(rows: &[Vec<f32>]) -> Vec<f32> {
    let mut total = rows.first().cloned().unwrap_or_default();
    for row in rows.iter().skip(1) {
        for (t, x) in total.iter_mut().zip(row) {
            *t += x;
        }
    }
    total
}

/// The strongest cuts that leave no part too short, in order of time.
fn keep_apart(mut cuts: Vec<Cut>, duration_s: f64) -> Vec<Cut> {
    cuts.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    let mut kept: Vec<Cut> = Vec::new();
    for cut in cuts {
        let near_an_end = cut.time_s < MIN_PART_S || duration_s - cut.time_s < MIN_PART_S;
        let near_another = kept
            .iter()
            .any(|other| (other.time_s - cut.time_s).abs() < MIN_PART_S);
        if !near_an_end && !near_another {
            kept.push(cut);
        }
    }
    kept.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
    kept
}

fn stretches(cuts: &[Cut], duration_s: f64) -> Vec<Stretch> {
    let stretch = |start_s: f64, end_s: f64, basis: Basis| Stretch {
        span: Span::new(start_s, end_s),
        basis,
        question: None,
    };
    let Some(first) = cuts.first() else {
        return vec![stretch(0.0, duration_s, Basis::Whole)];
    };
    // The first part has no boundary before it: it is named after the one that ends it.
    let mut parts = vec![stretch(0.0, first.time_s, first.basis)];
    for (i, cut) in cuts.iter().enumerate() {
        let end_s = cuts.get(i + 1).map_or(duration_s, |next| next.time_s);
        parts.push(stretch(cut.time_s, end_s, cut.basis));
    }
    parts
}
