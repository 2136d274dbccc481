//! The report from everything that was found: documented fields, scores, segments.

use std::{collections::BTreeMap, sync::Arc};

use candor_core::{
    measured::Measured,
    ports::Embedder,
    report::{Details, Event, NonverbalBlock, Report, Segment, Source, SpeechBlock, TextBlock},
    span::Span,
    transcript::Transcript,
};
use candor_media::Decoded;
use candor_signals::{
    audio::VoiceAnalysis,
    scores::lab::{self, LabInputs},
    segments::{self, TimedAnswer},
    text::TextAnalysis,
};

use super::{
    AnalyzeError, Settings, answers,
    capture::{Detected, Seen},
    draft::{Draft, round},
    face::{self, FaceFindings},
    provenance, text, voice,
    words::Words,
};

/// Version of the shape of the `candor` object.
const SCHEMA: u32 = 1;

/// Everything that was found out about one recording.
pub(super) struct Findings<'a> {
    pub settings: &'a Settings,
    pub source: Source,
    pub decoded: &'a Decoded,
    pub detected: Option<&'a Detected>,
    pub seen: &'a Measured<Seen>,
    pub voice: &'a Measured<VoiceAnalysis>,
    pub words: Words,
    pub answers: &'a [TimedAnswer],
    pub text: &'a Measured<TextAnalysis>,
    pub embedder: &'a Measured<Arc<dyn Embedder>>,
}

impl Findings<'_> {
    /// Builds the report; `draft` may hold notes already.
    pub(super) fn report(self, mut draft: Draft) -> Result<Report, AnalyzeError> {
        let purpose = self.settings.purpose;
        let behaviour = self.settings.allow_behaviour();
        let recording = Span::new(0.0, self.decoded.duration_s);
        draft.notes.extend(self.words.notes.iter().cloned());
        for (key, entry) in &self.words.provenance {
            draft.provenance.insert(key.clone(), entry.clone());
        }
        if let Ok(embedder) = self.embedder {
            draft
                .provenance
                .insert("embedder".to_owned(), embedder.provenance());
        }
        let fillers_per_min = self.fillers_per_min(recording);
        voice::put(
            &mut draft,
            self.detected,
            self.voice,
            self.word_spans().as_deref(),
            &fillers_per_min,
            &behaviour,
        );
        text::put(
            &mut draft,
            &self.words.transcript,
            self.text,
            recording,
            &behaviour,
        );
        let speech: &[Span] = self.voice.as_ref().map_or(&[], |voice| &voice.speech);
        let face = face::measure(&mut draft, self.seen, recording, speech, self.settings);
        let scores = self.score(&face, &fillers_per_min, recording);
        draft
            .provenance
            .insert("score".to_owned(), provenance::formula(lab::FORMULA));
        draft.not_measured.extend(scores.not_measured);
        let segments = self.segments(&mut draft)?;
        let speech_block = self.speech_block(&mut draft);
        let sentiment = text::sentiment(&mut draft, self.text);
        let nonverbal = NonverbalBlock {
            eye_contact_ratio: draft
                .field("nonverbal.eye_contact_ratio", face.eye_contact_ratio)
                .map(|ratio| round(ratio, 2)),
            nods: draft.field("nonverbal.nods", face.n_nods),
            emotions: face.emotions,
        };
        if behaviour.is_err() {
            hide_behaviour(&mut draft);
        }
        draft.keep_used_provenance(&segments);
        draft.settle();
        let transcript = self.words.transcript.ok();
        Ok(Report {
            transcript: transcript
                .as_ref()
                .map(Transcript::text)
                .unwrap_or_default(),
            speech: speech_block,
            text: TextBlock {
                sentiment,
                summary: self
                    .text
                    .as_ref()
                    .map(|text| text.summary.clone())
                    .unwrap_or_default(),
            },
            nonverbal,
            scores: scores.block,
            candor: Details {
                schema: SCHEMA,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                purpose,
                source: self.source,
                measurements: draft.measurements,
                not_measured: draft.not_measured,
                tracks: draft.tracks,
                events: draft.events,
                segments,
                transcript,
                text: self
                    .text
                    .as_ref()
                    .map(|text| text.details.clone())
                    .unwrap_or_default(),
                scores: scores.details,
                notes: draft.notes,
                provenance: draft.provenance,
            },
        })
    }

    /// Times of the words, where all of them have one.
    fn word_spans(&self) -> Option<Vec<Span>> {
        let transcript = self.words.transcript.as_ref().ok()?;
        transcript.words().map(|word| word.span).collect()
    }

    fn fillers_per_min(&self, recording: Span) -> Measured<f64> {
        let n = text_value(self.text, TextAnalysis::n_fillers)?;
        candor_signals::text::per_minute(n, recording.duration_s())
    }

    fn speech_block(&self, draft: &mut Draft) -> SpeechBlock {
        let allowed = self.settings.allow_behaviour();
        let duration_s = self.decoded.duration_s;
        let silence = self
            .voice
            .as_ref()
            .map(|voice| round((duration_s - voice.figures.activity.speaking_s).max(0.0), 2))
            .map_err(Clone::clone);
        let wpm = text_value(self.text, |text| text.wpm.clone()).map(|wpm| round(wpm, 1));
        let fillers = text_value(self.text, TextAnalysis::n_fillers);
        SpeechBlock {
            duration_sec: Some(round(duration_s, 2)),
            wpm: draft.field("speech.wpm", allowed.clone().and(wpm)),
            silence_sec: draft.field("speech.silence_sec", allowed.clone().and(silence)),
            fillers: draft.field("speech.fillers", allowed.and(fillers)),
        }
    }

    fn score(
        &self,
        face: &FaceFindings,
        fillers_per_min: &Measured<f64>,
        recording: Span,
    ) -> lab::LabScore {
        lab::score(&LabInputs {
            purpose: self.settings.purpose,
            content_only: self.settings.content_only(),
            accuracy: self
                .words
                .transcript
                .as_ref()
                .ok()
                .map(|transcript| transcript.accuracy),
            n_words: text_value(self.text, |text| text.n_words.clone()),
            wpm: text_value(self.text, |text| text.wpm.clone()),
            silence_ratio: self.voice.as_ref().map_err(Clone::clone).and_then(|voice| {
                // Without any speech, silence says nothing about how somebody speaks.
                voice.recording.allow_voice()?;
                let silent_s = recording.duration_s() - voice.figures.activity.speaking_s;
                Ok((silent_s / recording.duration_s()).clamp(0.0, 1.0))
            }),
            fillers_per_min: fillers_per_min.clone(),
            eye_contact_ratio: face.eye_contact_ratio.clone(),
            nods_per_min: face.nods_per_min.clone(),
            emotion_distribution: face.emotion_shares.clone(),
            emotions_in_score: self.settings.emotions_in_score,
            verbal_from_qa: None,
        })
    }

    /// Parts of the recording, each with figures of its own: its answers, where their times are known.
    fn segments(&self, draft: &mut Draft) -> Result<Vec<Segment>, AnalyzeError> {
        let markers = answers::markers(draft, self.answers, self.decoded.duration_s);
        let inputs = segments::Inputs {
            duration_s: self.decoded.duration_s,
            speech: self
                .voice
                .as_ref()
                .ok()
                .map(|voice| voice.speech.as_slice()),
            transcript: self.words.transcript.as_ref().ok(),
            markers: &markers,
        };
        let parts = segments::cut(&inputs, self.embedder.as_deref().ok())?;
        draft.provenance.insert(
            "segments".to_owned(),
            provenance::formula(segments::FORMULA),
        );
        Ok(parts.iter().map(|part| self.segment(part, draft)).collect())
    }

    fn segment(&self, part: &segments::Part, draft: &mut Draft) -> Segment {
        let behaviour = self.settings.allow_behaviour();
        let mut measurements: BTreeMap<_, _> =
            text::segment_observations(&part.figures, part.span, &behaviour)
                .into_iter()
                .collect();
        for figure in &part.figures {
            draft
                .provenance
                .entry(figure.formula.to_owned())
                .or_insert_with(|| provenance::formula(figure.formula));
        }
        if behaviour.is_ok() {
            if let Ok(voice) = self.voice {
                for figure in voice::segment_figures(voice, part.span) {
                    measurements
                        .entry(figure.name.to_owned())
                        .or_insert_with(|| figure.observe(part.span));
                }
            }
            if let Ok(seen) = self.seen {
                let speech: &[Span] = self.voice.as_ref().map_or(&[], |voice| &voice.speech);
                for figure in face::segment_figures(seen, part.span, speech) {
                    measurements.insert(figure.name.to_owned(), figure.observe(part.span));
                }
            }
        }
        Segment {
            span: Span::new(round(part.span.start_s, 3), round(part.span.end_s, 3)),
            basis: part.basis.name().to_owned(),
            title: part.title.clone(),
            measurements,
        }
    }
}

fn text_value<T>(
    text: &Measured<TextAnalysis>,
    pick: impl Fn(&TextAnalysis) -> Measured<T>,
) -> Measured<T> {
    text.as_ref().map_err(Clone::clone).and_then(pick)
}

/// In hiring only what concerns the recording and the number of faces stays.
fn hide_behaviour(draft: &mut Draft) {
    use candor_core::report::EventKind::{Clipping, FaceMissing, SeveralFaces, Speech};
    draft
        .tracks
        .retain(|name, _| ["face_present"].contains(&name.as_str()));
    draft.events.retain(|event: &Event| {
        matches!(event.kind, Clipping | FaceMissing | SeveralFaces | Speech)
    });
}
