//! Packs speech into recordings small enough to send, with long pauses left out, and finds the
//! way back to the recording's clock.

use candor_core::{
    media::SAMPLE_RATE_HZ,
    ports::{EngineError, Samples},
    span::Span,
};

use crate::speech::chunks;

/// Longest recording to send, in seconds: 19 MB as 16-bit samples, where servers take 25 MB.
const MAX_PACKED_S: f64 = 600.0;
/// Longest pause that is sent as it is, in seconds; longer ones become [`GAP_S`] of silence.
const MAX_PAUSE_S: f64 = 1.0;
/// Silence in place of a longer pause, in seconds.
const GAP_S: f64 = 0.5;

/// Speech to send as one recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    pieces: Vec<Span>,
}

/// Distributes `speech` over as few recordings as needed.
///
/// # Errors
/// [`EngineError::Failed`] when the audio can't be read.
pub fn plan(samples: &dyn Samples, speech: &[Span]) -> Result<Vec<Packed>, EngineError> {
    let mut plan: Vec<Packed> = Vec::new();
    for piece in chunks::chunk(samples, speech, MAX_PACKED_S, MAX_PAUSE_S)? {
        match plan.last_mut() {
            Some(last) if last.duration_s() + GAP_S + piece.duration_s() <= MAX_PACKED_S => {
                last.pieces.push(piece);
            }
            _ => plan.push(Packed {
                pieces: vec![piece],
            }),
        }
    }
    Ok(plan)
}

impl Packed {
    /// Length in seconds.
    pub fn duration_s(&self) -> f64 {
        let speech_s: f64 = self.pieces.iter().map(|piece| piece.duration_s()).sum();
        speech_s + GAP_S * (self.pieces.len() - 1) as f64
    }

    /// `span` of the packed recording on the clock of the whole one; it stays within one piece,
    /// the one that holds its middle.
    pub fn on_clock(&self, span: Span) -> Span {
        let mut start_s = 0.0;
        let mut clock = Span::new(0.0, 0.0);
        for &piece in &self.pieces {
            let to_clock =
                |time_s: f64| (piece.start_s + time_s - start_s).clamp(piece.start_s, piece.end_s);
            clock = Span::new(to_clock(span.start_s), to_clock(span.end_s));
            start_s += piece.duration_s() + GAP_S;
            // In a gap, the nearer end counts.
            if span.middle_s() < start_s - GAP_S / 2.0 {
                break;
            }
        }
        clock
    }

    /// The recording as a WAV file: 16 kHz, mono, 16 bit.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the audio can't be read.
    pub fn wav(&self, samples: &dyn Samples) -> Result<Vec<u8>, EngineError> {
        let gap = vec![0; 2 * (GAP_S * f64::from(SAMPLE_RATE_HZ)) as usize];
        let mut data: Vec<u8> = Vec::new();
        for (index, &piece) in self.pieces.iter().enumerate() {
            if index > 0 {
                data.extend(&gap);
            }
            for sample in chunks::read(samples, piece)? {
                let value = (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16;
                data.extend(value.to_le_bytes());
            }
        }
        let n_bytes = u32::try_from(data.len()).expect("ten minutes at most");
        let mut wav = Vec::with_capacity(44 + data.len());
        wav.extend(b"RIFF");
        wav.extend((36 + n_bytes).to_le_bytes());
        wav.extend(b"WAVEfmt ");
        wav.extend(16_u32.to_le_bytes());
        wav.extend(1_u16.to_le_bytes());
        wav.extend(1_u16.to_le_bytes());
        wav.extend(SAMPLE_RATE_HZ.to_le_bytes());
        wav.extend((2 * SAMPLE_RATE_HZ).to_le_bytes());
        wav.extend(2_u16.to_le_bytes());
        wav.extend(16_u16.to_le_bytes());
        wav.extend(b"data");
        wav.extend(n_bytes.to_le_bytes());
        wav.extend(data);
        Ok(wav)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Span, b: Span) -> bool {
        (a.start_s - b.start_s).abs() < 1e-9 && (a.end_s - b.end_s).abs() < 1e-9
    }

    #[test]
    fn long_pauses_are_left_out_and_times_find_back() {
        let samples = vec![0.25; 16_000 * 60];
        let speech = [
            Span::new(1.0, 3.0),
            Span::new(3.5, 4.0),
            Span::new(50.0, 52.0),
        ];
        let plan = plan(&samples, &speech).unwrap();
        assert_eq!(plan.len(), 1);
        let packed = &plan[0];
        assert!((packed.duration_s() - 5.5).abs() < 1e-9);
        assert_eq!(
            packed.wav(&samples).unwrap().len(),
            44 + 2 * 16_000 * 11 / 2
        );
        assert!(close(
            packed.on_clock(Span::new(0.0, 1.0)),
            Span::new(1.0, 2.0)
        ));
        assert!(close(
            packed.on_clock(Span::new(3.5, 4.5)),
            Span::new(50.0, 51.0)
        ));
        // A word that ends late, in the gap, ends with the speech.
        assert!(close(
            packed.on_clock(Span::new(2.5, 3.4)),
            Span::new(3.5, 4.0)
        ));
        assert!(close(
            packed.on_clock(Span::new(9.0, 9.5)),
            Span::new(52.0, 52.0)
        ));
    }

    #[test]
    fn long_recordings_are_sent_in_parts() {
        let samples = vec![0.0; 16_000 * 1500];
        let plan = plan(&samples, &[Span::new(0.0, 1500.0)]).unwrap();
        assert!(plan.len() >= 3);
        assert!(
            plan.iter()
                .all(|packed| packed.duration_s() <= MAX_PACKED_S)
        );
    }
}
