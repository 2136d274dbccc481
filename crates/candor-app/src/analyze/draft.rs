//! The `candor` object while it is being filled: observations, curves, events, notes, provenance.

use std::collections::{BTreeMap, BTreeSet};

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{Event, EventKind, Note, Observation, Provenance, Segment, Severity, Track},
    span::Span,
};

use super::provenance;

/// Most values a curve may have in the report.
const MAX_TRACK_VALUES: usize = 2400;

/// What has been gathered so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub measurements: BTreeMap<String, BTreeMap<String, Observation>>,
    pub not_measured: BTreeMap<String, NotMeasured>,
    pub tracks: BTreeMap<String, Track>,
    pub events: Vec<Event>,
    pub notes: Vec<Note>,
    pub provenance: BTreeMap<String, Provenance>,
}

/// What the figures of one group have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Basis<'a> {
    /// `recording`, `voice`, `face` or `text`.
    pub group: &'a str,
    /// The time they cover.
    pub span: Span,
    /// How sure they are at most, 0 to 1.
    pub confidence: f64,
    /// Key of their provenance.
    pub source: &'a str,
}

/// A figure of a part of the recording.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SegmentFigure {
    pub name: &'static str,
    pub unit: &'static str,
    /// Key of its provenance.
    pub source: &'static str,
    /// How sure it is, 0 to 1.
    pub confidence: f64,
    pub value: Measured<f64>,
}

impl SegmentFigure {
    /// The figure with everything that belongs to it.
    pub(super) fn observe(&self, span: Span) -> Observation {
        let basis = Basis {
            group: "segment",
            span,
            confidence: round(self.confidence, 2),
            source: self.source,
        };
        observation(basis, self.unit, &self.value)
    }
}

impl Draft {
    /// Adds a figure, or the reason why there is none.
    pub(super) fn put(&mut self, basis: Basis<'_>, name: &str, unit: &str, value: &Measured<f64>) {
        let observation = observation(basis, unit, value);
        self.measurements
            .entry(basis.group.to_owned())
            .or_default()
            .insert(name.to_owned(), observation);
    }

    /// Adds a documented field's value, or its reason under the field's path.
    pub(super) fn field<T>(&mut self, path: &str, value: Measured<T>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(reason) => {
                self.not_measured.insert(path.to_owned(), reason);
                None
            }
        }
    }

    /// Adds a curve, made shorter by averaging where it is longer than a page can show.
    pub(super) fn track(
        &mut self,
        name: &str,
        unit: &str,
        (start_s, step_s): (f64, f64),
        values: &[Option<f32>],
        source: &str,
    ) {
        if values.iter().all(Option::is_none) {
            return;
        }
        let per_bin = values.len().div_ceil(MAX_TRACK_VALUES).max(1);
        let shift_s = (per_bin - 1) as f64 / 2.0 * step_s;
        self.tracks.insert(
            name.to_owned(),
            Track {
                unit: unit.to_owned(),
                start_s: round(start_s + shift_s, 4),
                step_s: round(step_s * per_bin as f64, 6),
                values: values.chunks(per_bin).map(mean).collect(),
                source: source.to_owned(),
            },
        );
    }

    /// Adds events of one kind that have nothing but their time.
    pub(super) fn spans(&mut self, kind: EventKind, spans: &[Span], confidence: f64) {
        self.events.extend(spans.iter().map(|span| Event {
            kind,
            span: *span,
            value: None,
            unit: None,
            label: None,
            confidence: Some(confidence),
        }));
    }

    /// Adds a warning.
    pub(super) fn warn(&mut self, code: &str, message: impl Into<String>) {
        self.note(code, Severity::Warning, message);
    }

    /// Adds a remark.
    pub(super) fn tell(&mut self, code: &str, message: impl Into<String>) {
        self.note(code, Severity::Info, message);
    }

    fn note(&mut self, code: &str, severity: Severity, message: impl Into<String>) {
        if self.notes.iter().any(|note| note.code == code) {
            return;
        }
        self.notes.push(Note {
            code: code.to_owned(),
            severity,
            message: message.into(),
        });
    }

    /// Forgets formulas that nothing in the report rests on, e.g. those that a purpose rules out.
    pub(super) fn keep_used_provenance(&mut self, segments: &[Segment]) {
        let observations = self
            .measurements
            .values()
            .chain(segments.iter().map(|segment| &segment.measurements))
            .flat_map(BTreeMap::values);
        let tracks = self.tracks.values().map(|track| track.source.as_str());
        let mut used: BTreeSet<String> = observations
            .map(|observation| observation.source.as_str())
            .chain(tracks)
            .chain(["score", "segments"])
            .map(str::to_owned)
            .collect();
        if self
            .events
            .iter()
            .any(|event| event.kind == EventKind::FilledPause)
        {
            used.insert("filled_pauses".to_owned());
        }
        // Engines stay: they ran.
        self.provenance
            .retain(|key, entry| entry.engine != provenance::ENGINE || used.contains(key));
    }

    /// Brings everything into its published order.
    pub(super) fn settle(&mut self) {
        for event in &mut self.events {
            event.span = Span::new(round(event.span.start_s, 3), round(event.span.end_s, 3));
            event.value = event.value.map(|value| round(value, 3));
        }
        self.events.sort_by(|a, b| {
            a.span
                .start_s
                .total_cmp(&b.span.start_s)
                .then(a.kind.cmp(&b.kind))
                .then(a.span.end_s.total_cmp(&b.span.end_s))
        });
        self.notes.sort_by_key(|note| note.severity);
    }
}

/// A figure with everything that belongs to it.
pub(super) fn observation(basis: Basis<'_>, unit: &str, value: &Measured<f64>) -> Observation {
    let (value, reason) = match value {
        Ok(value) if value.is_finite() => (Some(round(*value, 4)), None),
        Ok(_) => (
            None,
            Some(NotMeasured::new(
                "undefined",
                "the figure is undefined for this recording",
            )),
        ),
        Err(reason) => (None, Some(reason.clone())),
    };
    Observation {
        confidence: value.map(|_| basis.confidence),
        value,
        unit: unit.to_owned(),
        span: Span::new(round(basis.span.start_s, 3), round(basis.span.end_s, 3)),
        source: basis.source.to_owned(),
        reason,
    }
}

/// Rounds to `places` decimals: more would pretend a precision that nothing here has.
pub(super) fn round(value: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    // Adding zero turns −0 into 0.
    (value * scale).round() / scale + 0.0
}

fn mean(bin: &[Option<f32>]) -> Option<f32> {
    let known: Vec<f32> = bin.iter().copied().flatten().collect();
    // A bin that is mostly unknown stays unknown.
    if known.is_empty() || known.len() * 4 < bin.len() {
        return None;
    }
    let mean = known.iter().sum::<f32>() / known.len() as f32;
    Some((mean * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_curves_are_averaged_and_keep_their_clock() {
        let mut draft = Draft::default();
        let values: Vec<Option<f32>> = (0..4800).map(|i| Some(i as f32)).collect();
        draft.track("x", "u", (0.0, 0.01), &values, "s");
        let track = &draft.tracks["x"];
        assert_eq!(track.values.len(), 2400);
        assert_eq!(track.values[0], Some(0.5));
        assert!((track.start_s - 0.005).abs() < 1e-9 && (track.step_s - 0.02).abs() < 1e-9);
    }

    #[test]
    fn a_curve_without_any_value_is_left_out() {
        let mut draft = Draft::default();
        draft.track("x", "u", (0.0, 0.01), &[None, None], "s");
        assert!(draft.tracks.is_empty());
    }

    #[test]
    fn an_undefined_figure_is_not_a_number_in_the_report() {
        let basis = Basis {
            group: "voice",
            span: Span::new(0.0, 1.0),
            confidence: 1.0,
            source: "s",
        };
        let found = observation(basis, "dB", &Ok(f64::NAN));
        assert!(found.value.is_none() && found.reason.is_some() && found.confidence.is_none());
    }
}
