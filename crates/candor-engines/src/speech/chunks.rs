//! Cuts speech into pieces that an engine takes at once: neighbours are joined, long stretches
//! are cut where they are quietest.

use candor_core::{
    media::SAMPLE_RATE_HZ,
    ports::{EngineError, Samples},
    span::Span,
};

/// Window over which the level is taken when a long stretch is cut, in seconds.
const LEVEL_WINDOW_S: f64 = 0.1;

/// Joins the spans of `speech` into pieces of at most `max_s` seconds, pauses of at most
/// `max_pause_s` included, and cuts longer spans at their quietest moments. The pieces are in
/// order, don't overlap, lie within the recording and cover all of `speech`.
///
/// # Errors
/// [`EngineError::Failed`] when the audio can't be read.
pub fn chunk(
    samples: &dyn Samples,
    speech: &[Span],
    max_s: f64,
    max_pause_s: f64,
) -> Result<Vec<Span>, EngineError> {
    let mut chunks: Vec<Span> = Vec::new();
    for span in disjoint(speech, samples.duration_s()) {
        for piece in cut(samples, span, max_s)? {
            match chunks.last_mut() {
                Some(last)
                    if piece.end_s - last.start_s <= max_s
                        && piece.start_s - last.end_s <= max_pause_s =>
                {
                    last.end_s = piece.end_s;
                }
                _ => chunks.push(piece),
            }
        }
    }
    Ok(chunks)
}

/// `speech` in order, cut to the recording, overlaps and empty spans removed.
pub fn disjoint(speech: &[Span], duration_s: f64) -> Vec<Span> {
    let mut sorted: Vec<Span> = speech
        .iter()
        .map(|span| Span::new(span.start_s.max(0.0), span.end_s.min(duration_s)))
        .filter(|span| span.duration_s() > 0.0)
        .collect();
    sorted.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    let mut disjoint: Vec<Span> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match disjoint.last_mut() {
            Some(last) if span.start_s < last.end_s => last.end_s = last.end_s.max(span.end_s),
            _ => disjoint.push(span),
        }
    }
    disjoint
}

/// Reads `span` of the recording.
///
/// # Errors
/// [`EngineError::Failed`] when the audio can't be read.
pub fn read(samples: &dyn Samples, span: Span) -> Result<Vec<f32>, EngineError> {
    samples
        .read_span(span)
        .map_err(|error| EngineError::Failed {
            engine: "audio",
            message: error.to_string(),
        })
}

fn cut(samples: &dyn Samples, mut span: Span, max_s: f64) -> Result<Vec<Span>, EngineError> {
    let mut pieces = Vec::new();
    while span.duration_s() > max_s {
        let search = Span::new(span.start_s + max_s / 2.0, span.start_s + max_s);
        let cut_s = search.start_s + quietest_s(&read(samples, search)?);
        pieces.push(Span::new(span.start_s, cut_s));
        span.start_s = cut_s;
    }
    pieces.push(span);
    Ok(pieces)
}

/// Middle of the quietest window, in seconds from the start of `samples`.
fn quietest_s(samples: &[f32]) -> f64 {
    let rate_hz = f64::from(SAMPLE_RATE_HZ);
    let window = (LEVEL_WINDOW_S * rate_hz) as usize;
    let energy =
        |window: &[f32]| -> f64 { window.iter().map(|&sample| f64::from(sample).powi(2)).sum() };
    let quietest = samples
        .chunks_exact(window)
        .enumerate()
        .min_by(|(_, a), (_, b)| energy(a).total_cmp(&energy(b)))
        .map_or(0, |(index, _)| index);
    (quietest as f64 + 0.5) * LEVEL_WINDOW_S
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silence(duration_s: f64) -> Vec<f32> {
        vec![0.0; (duration_s * 16_000.0) as usize]
    }

    #[test]
    fn neighbours_are_joined_up_to_the_limit() {
        let speech = [
            Span::new(0.0, 4.0),
            Span::new(4.5, 9.0),
            Span::new(9.2, 12.0),
        ];
        let chunks = chunk(&silence(20.0), &speech, 10.0, 1.0).unwrap();
        assert_eq!(chunks, [Span::new(0.0, 9.0), Span::new(9.2, 12.0)]);
    }

    #[test]
    fn a_long_pause_parts_two_pieces() {
        let speech = [Span::new(0.0, 1.0), Span::new(4.0, 5.0)];
        let chunks = chunk(&silence(20.0), &speech, 10.0, 1.0).unwrap();
        assert_eq!(chunks, speech);
    }

    #[test]
    fn a_long_stretch_is_cut_where_it_is_quiet() {
        let mut samples = vec![0.5; 16_000 * 30];
        samples[16_000 * 8..16_000 * 8 + 8000].fill(0.0);
        let chunks = chunk(&samples, &[Span::new(0.0, 30.0)], 10.0, 1.0).unwrap();
        assert!((chunks[0].end_s - 8.05).abs() < 0.2, "{chunks:?}");
        assert!(chunks.iter().all(|chunk| chunk.duration_s() <= 10.0));
        assert!((chunks.last().unwrap().end_s - 30.0).abs() < 1e-9);
        assert!(
            chunks
                .windows(2)
                .all(|pair| pair[0].end_s <= pair[1].start_s)
        );
    }

    #[test]
    fn spans_outside_the_recording_or_over_each_other_do_no_harm() {
        let speech = [
            Span::new(-1.0, 2.0),
            Span::new(1.5, 3.0),
            Span::new(9.0, 99.0),
        ];
        let chunks = chunk(&silence(5.0), &speech, 10.0, 0.0).unwrap();
        assert_eq!(chunks, [Span::new(0.0, 3.0)]);
    }
}
