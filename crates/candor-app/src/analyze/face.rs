//! What the camera saw, as figures, curves and events of the report.

use std::collections::BTreeMap;

use candor_core::{
    emotion::Expression,
    measured::{Measured, NotMeasured},
    report::{EmotionPoint, EmotionsBlock, Provenance},
    span::Span,
};
use candor_signals::face::{self, FaceMeasurements};

use super::{
    Settings,
    capture::Seen,
    draft::{Basis, Draft, SegmentFigure, round},
    provenance,
};

/// Key of the tracker's provenance.
const TRACKER: &str = "face-tracker";
/// Key of the expression network's provenance.
const EXPRESSION: &str = "face-expression";
/// How sure it is whether there is a face; right in all frames of the reference clips.
const PRESENCE_CONFIDENCE: f64 = 0.95;

/// What the documented part of the report needs.
pub(super) struct FaceFindings {
    pub eye_contact_ratio: Measured<f64>,
    pub n_nods: Measured<u32>,
    pub nods_per_min: Measured<f64>,
    pub emotions: EmotionsBlock,
    pub emotion_shares: Measured<Vec<f64>>,
}

/// Measures and puts everything into the draft.
pub(super) fn measure(
    draft: &mut Draft,
    video: &Measured<Seen>,
    recording: Span,
    speech: &[Span],
    settings: &Settings,
) -> FaceFindings {
    let seen = match video {
        Ok(seen) => seen,
        Err(reason) => return absent(draft, reason, settings),
    };
    put_provenance(draft, seen);
    let found = seen.observer.finish(recording, speech);
    put_figures(draft, &found, recording);
    put_notes(draft, &found);
    for (name, track) in &found.tracks {
        draft.track(
            name,
            &track.unit,
            (track.start_s, track.step_s),
            &track.values,
            source_of_track(name),
        );
    }
    draft.events.extend(found.events.iter().cloned());
    let emotions = emotions(draft, seen, &found, settings);
    FaceFindings {
        eye_contact_ratio: found.eye_contact.clone().map(|found| found.ratio),
        n_nods: found.nods.clone().map(|nods| nods.count),
        nods_per_min: found.nods.clone().map(|nods| nods.per_min),
        emotion_shares: found
            .expression
            .clone()
            .map(|found| found.distribution.iter().copied().flatten().collect()),
        emotions,
    }
}

/// Figures of a part of the recording, for its segment.
pub(super) fn segment_figures(seen: &Seen, span: Span, speech: &[Span]) -> Vec<SegmentFigure> {
    let found = seen.observer.measure(span, speech);
    vec![
        SegmentFigure {
            name: "eye_contact_ratio",
            unit: "ratio",
            source: "eye_contact",
            confidence: found.eye_contact.as_ref().map_or(0.0, |e| e.confidence),
            value: pick(&found.eye_contact, |contact| contact.ratio),
        },
        SegmentFigure {
            name: "nods",
            unit: "count",
            source: "gestures",
            confidence: found.nods.as_ref().map_or(0.0, |nods| nods.confidence),
            value: pick(&found.nods, |nods| f64::from(nods.count)),
        },
        SegmentFigure {
            name: "face_presence",
            unit: "ratio",
            source: "presence",
            confidence: PRESENCE_CONFIDENCE,
            value: pick(&found.presence, |presence| presence.visible_ratio),
        },
    ]
}

fn absent(draft: &mut Draft, reason: &NotMeasured, settings: &Settings) -> FaceFindings {
    if reason.code == "no_model" {
        draft.warn("no_face_models", sentence(&reason.message));
    }
    for path in EMOTION_PATHS {
        draft.not_measured.insert(path.to_owned(), reason.clone());
    }
    FaceFindings {
        eye_contact_ratio: Err(reason.clone()),
        n_nods: Err(reason.clone()),
        nods_per_min: Err(reason.clone()),
        emotion_shares: Err(reason.clone()),
        emotions: empty_block(settings),
    }
}

/// Paths of the fields that are empty without an expression.
const EMOTION_PATHS: [&str; 5] = [
    "nonverbal.emotions.model",
    "nonverbal.emotions.samples",
    "nonverbal.emotions.dominant_emotion",
    "nonverbal.emotions.distribution",
    "nonverbal.emotions.timeline",
];

fn empty_block(settings: &Settings) -> EmotionsBlock {
    EmotionsBlock {
        model: None,
        samples: None,
        dominant_emotion: None,
        distribution: None,
        timeline: None,
        smoothed_win: settings.smooth_win,
        sample_fps: settings.sample_fps,
        max_width: settings.max_width,
    }
}

fn emotions(
    draft: &mut Draft,
    seen: &Seen,
    found: &FaceMeasurements,
    settings: &Settings,
) -> EmotionsBlock {
    // A network that is not there says more than "no samples".
    let network = match &seen.expression {
        Ok(network) => Ok(network),
        Err(reason) => Err(reason.clone()),
    };
    let summary =
        network.and_then(|network| Ok((network, found.expression.as_ref().map_err(Clone::clone)?)));
    let ((model, _), summary) = match summary {
        Ok(both) => both,
        Err(reason) => {
            for path in EMOTION_PATHS {
                draft.not_measured.insert(path.to_owned(), reason.clone());
            }
            return empty_block(settings);
        }
    };
    let distribution: BTreeMap<String, Option<f64>> = Expression::ALL
        .iter()
        .zip(summary.distribution)
        .map(|(label, share)| (label.label().to_owned(), share.map(|share| round(share, 3))))
        .collect();
    if distribution.values().any(Option::is_none) {
        draft.not_measured.insert(
            "nonverbal.emotions.distribution.contempt".to_owned(),
            NotMeasured::new("no_class", "the network does not know contempt"),
        );
    }
    let limit = match settings.max_timeline {
        0 => usize::MAX,
        limit => limit as usize,
    };
    EmotionsBlock {
        model: Some(model.clone()),
        samples: Some(summary.n_samples),
        dominant_emotion: Some(summary.dominant.label().to_owned()),
        distribution: Some(distribution),
        timeline: Some(
            summary
                .timeline
                .iter()
                .take(limit)
                .map(|point| EmotionPoint {
                    t: round(point.time_s, 2),
                    e: point.label.label().to_owned(),
                    emotion: point.label.label().to_owned(),
                    prob: round(point.probability, 3),
                })
                .collect(),
        ),
        smoothed_win: summary.smoothed_win,
        ..empty_block(settings)
    }
}

fn put_provenance(draft: &mut Draft, seen: &Seen) {
    for (index, entry) in seen.tracker.iter().enumerate() {
        let key = match (&entry.model, index) {
            (Some(model), _) => format!("{TRACKER}:{model}"),
            (None, _) => format!("{TRACKER}:{index}"),
        };
        draft.provenance.insert(key, entry.clone());
    }
    if let Ok((_, entry)) = &seen.expression {
        draft
            .provenance
            .insert(EXPRESSION.to_owned(), entry.clone());
        draft.provenance.insert(
            "expression".to_owned(),
            with_formula(entry, face::EXPRESSION_FORMULA),
        );
    }
    for (key, formula) in [
        ("presence", face::PRESENCE_FORMULA),
        ("framing", face::FRAMING_FORMULA),
        ("light", face::LIGHT_FORMULA),
        ("pose", face::POSE_FORMULA),
        ("gaze", face::GAZE_FORMULA),
        ("eye_contact", face::EYE_CONTACT_FORMULA),
        ("gestures", face::GESTURE_FORMULA),
        ("blinks", face::BLINK_FORMULA),
        ("movement", face::MOVEMENT_FORMULA),
    ] {
        draft
            .provenance
            .insert(key.to_owned(), provenance::formula(formula));
    }
}

fn with_formula(entry: &Provenance, formula: &str) -> Provenance {
    Provenance {
        formula: Some(formula.to_owned()),
        ..entry.clone()
    }
}

fn source_of_track(name: &str) -> &'static str {
    match name {
        "face_present" => "presence",
        "camera_facing" => "eye_contact",
        name if name.starts_with("head_") => "pose",
        name if name.starts_with("gaze_") => "gaze",
        name if name.starts_with("expression_") => "expression",
        _ => "movement",
    }
}

fn put_figures(draft: &mut Draft, found: &FaceMeasurements, span: Span) {
    let framing = found.framing.as_ref().map_err(Clone::clone);
    let quality = framing.as_ref().map_or(0.5, |framing| framing.quality);
    let mut put = |name: &str, unit: &str, source: &str, confidence: f64, value: Measured<f64>| {
        let basis = Basis {
            group: "face",
            span,
            confidence: round(confidence, 2),
            source,
        };
        draft.put(basis, name, unit, &value);
    };
    let presence = &found.presence;
    put(
        "face_presence",
        "ratio",
        "presence",
        PRESENCE_CONFIDENCE,
        pick(presence, |p| p.visible_ratio),
    );
    put(
        "one_face_ratio",
        "ratio",
        "presence",
        0.9,
        flat(presence, |p| p.one_face_ratio.clone()),
    );
    put(
        "max_faces",
        "count",
        "presence",
        0.9,
        flat(presence, |p| p.max_faces.clone().map(f64::from)),
    );
    put(
        "face_height_ratio",
        "ratio",
        "framing",
        0.9,
        pick(&found.framing, |f| f.face_height_ratio),
    );
    put(
        "face_offset_x",
        "ratio",
        "framing",
        0.9,
        pick(&found.framing, |f| f.offset_x),
    );
    put(
        "face_offset_y",
        "ratio",
        "framing",
        0.9,
        pick(&found.framing, |f| f.offset_y),
    );
    put(
        "face_luma",
        "0-255",
        "light",
        0.9,
        flat(&found.framing, |f| f.luma.clone()),
    );
    put(
        "face_sharpness",
        "ratio",
        "light",
        0.7,
        flat(&found.framing, |f| f.sharpness.clone()),
    );
    let pose = found.pose.as_ref().map_or(0.0, |pose| pose.confidence);
    for (name, value) in [
        (
            "head_yaw_mean_deg",
            pick(&found.pose, |pose| pose.yaw_mean_deg),
        ),
        (
            "head_pitch_mean_deg",
            pick(&found.pose, |pose| pose.pitch_mean_deg),
        ),
        (
            "head_roll_mean_deg",
            pick(&found.pose, |pose| pose.roll_mean_deg),
        ),
        ("head_yaw_sd_deg", pick(&found.pose, |pose| pose.yaw_sd_deg)),
        (
            "head_pitch_sd_deg",
            pick(&found.pose, |pose| pose.pitch_sd_deg),
        ),
        (
            "head_roll_sd_deg",
            pick(&found.pose, |pose| pose.roll_sd_deg),
        ),
    ] {
        put(name, "deg", "pose", pose, value);
    }
    put(
        "head_stability",
        "0-100",
        "pose",
        pose,
        found.head_stability.clone(),
    );
    let contact = found
        .eye_contact
        .as_ref()
        .map_or(0.0, |contact| contact.confidence);
    put(
        "eye_contact_ratio",
        "ratio",
        "eye_contact",
        contact,
        pick(&found.eye_contact, |e| e.ratio),
    );
    put(
        "look_aways",
        "count",
        "eye_contact",
        contact,
        pick(&found.eye_contact, |e| f64::from(e.n_spells)),
    );
    put(
        "longest_look_away_s",
        "s",
        "eye_contact",
        contact,
        pick(&found.eye_contact, |e| e.longest_spell_s),
    );
    for (count, rate, gesture) in [
        ("nods", "nods_per_min", &found.nods),
        ("shakes", "shakes_per_min", &found.shakes),
    ] {
        let confidence = gesture.as_ref().map_or(0.0, |gesture| gesture.confidence);
        put(
            count,
            "count",
            "gestures",
            confidence,
            pick(gesture, |g| f64::from(g.count)),
        );
        put(
            rate,
            "1/min",
            "gestures",
            confidence,
            pick(gesture, |g| g.per_min),
        );
    }
    let blinks = found
        .blinks
        .as_ref()
        .map_or(0.0, |blinks| blinks.confidence);
    put(
        "blinks_per_min",
        "1/min",
        "blinks",
        blinks,
        pick(&found.blinks, |b| b.per_min),
    );
    let movement = found
        .movement
        .as_ref()
        .map_or(quality, |movement| movement.confidence);
    put(
        "smile_ratio",
        "ratio",
        "movement",
        movement,
        pick(&found.movement, |m| m.smile_ratio),
    );
    put(
        "smiles",
        "count",
        "movement",
        movement,
        pick(&found.movement, |m| f64::from(m.n_smiles)),
    );
    put(
        "brow_raise_ratio",
        "ratio",
        "movement",
        movement,
        pick(&found.movement, |m| m.brow_raise_ratio),
    );
    put(
        "mouth_open_mean",
        "ratio",
        "movement",
        movement,
        pick(&found.movement, |m| m.mouth_open_mean),
    );
}

fn pick<T>(found: &Measured<T>, value: impl Fn(&T) -> f64) -> Measured<f64> {
    found.as_ref().map(value).map_err(Clone::clone)
}

fn flat<T>(found: &Measured<T>, value: impl Fn(&T) -> Measured<f64>) -> Measured<f64> {
    found.as_ref().map_err(Clone::clone).and_then(value)
}

fn put_notes(draft: &mut Draft, found: &FaceMeasurements) {
    let Ok(presence) = &found.presence else {
        return;
    };
    if presence.visible_ratio <= 0.0 {
        draft.warn(
            "no_face",
            "No face was seen: nothing could be measured about gaze, head and expression.",
        );
    } else if presence.visible_ratio < 0.8 {
        draft.warn(
            "face_often_missing",
            format!(
                "The face is visible {:.0} % of the time; what is said about gaze and head holds \
                 for that part only.",
                presence.visible_ratio * 100.0
            ),
        );
    }
    if !presence.several.is_empty() {
        let seconds: f64 = presence
            .several
            .iter()
            .map(|(span, _)| span.duration_s())
            .sum();
        draft.warn(
            "several_faces",
            format!(
                "More than one face is in the picture for {seconds:.1} s; the largest one was \
                 followed."
            ),
        );
    }
    if let Ok(framing) = &found.framing
        && framing.quality < 0.5
    {
        draft.warn(
            "poor_picture",
            "The face is small, dark or blurred: what is said about it is doubtful.",
        );
    }
}

/// A reason as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
