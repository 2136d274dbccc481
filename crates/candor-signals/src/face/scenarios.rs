//! What a reader of the report relies on, on constructed recordings with known answers.

use std::f64::consts::TAU;

use candor_core::{
    emotion::Expression,
    ports::{ExpressionScores, FaceBox, FaceView},
    purpose::Purpose,
    report::EventKind,
    span::Span,
};
use proptest::prelude::*;

use super::{
    FaceMeasurements, FaceObserver, FaceSettings,
    synthetic::{Face, frame, view},
};

/// A recording of `duration_s` at `fps`; each look at the face is made by `scene`. The observer's
/// plan is followed.
struct Recording {
    duration_s: f64,
    fps: f64,
    start_s: f64,
    settings: FaceSettings,
}

impl Recording {
    fn new(duration_s: f64) -> Self {
        Self {
            duration_s,
            fps: 10.0,
            start_s: 0.0,
            settings: FaceSettings::for_purpose(Purpose::Practice),
        }
    }

    fn span(&self) -> Span {
        Span::new(self.start_s, self.start_s + self.duration_s)
    }

    fn observe(
        &self,
        scene: impl Fn(f64) -> Option<FaceView>,
        expression: impl Fn(f64) -> Option<ExpressionScores>,
    ) -> FaceObserver {
        let mut observer = FaceObserver::new(self.settings.clone());
        let mut picture = frame(0.0);
        for index in 0..(self.duration_s * self.fps) as usize {
            let time_s = index as f64 / self.fps;
            picture.time_s = self.start_s + time_s;
            let plan = observer.plan(picture.time_s);
            if !plan.look {
                continue;
            }
            let mut seen = scene(time_s).unwrap_or_default();
            if !plan.request.iris
                && let Some(face) = &mut seen.face
            {
                face.right_eye = None;
                face.left_eye = None;
            }
            if plan.request.detect && seen.detections.is_none() {
                seen.detections = Some(Vec::new());
            }
            if !plan.request.detect {
                seen.detections = None;
            }
            let scores = plan.expression.then(|| expression(time_s)).flatten();
            observer.observe(&picture, &seen, scores.as_ref());
        }
        observer
    }

    fn measure(&self, scene: impl Fn(f64) -> Face) -> FaceMeasurements {
        self.observe(|time_s| Some(view(&scene(time_s))), |_| None)
            .finish(self.span(), &[])
    }
}

fn count(found: &FaceMeasurements, kind: EventKind) -> usize {
    found
        .events
        .iter()
        .filter(|event| event.kind == kind)
        .count()
}

/// Repeatable noise between −1 and 1.
fn noise(seed: usize) -> f64 {
    let mixed = (seed as u64 ^ 0x9e37_79b9).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 40) as f64 / f64::from(1 << 23) - 1.0
}

/// A bump of a sine: `n` half-cycles at `hz` from `start_s`.
fn bumps(time_s: f64, start_s: f64, hz: f64, n: f64) -> f64 {
    let phase = (time_s - start_s) * hz;
    if (0.0..n / 2.0).contains(&phase) {
        (phase * TAU).sin()
    } else {
        0.0
    }
}

/// Two nods at 5 s and 12 s, a shake at 18 s.
fn nodding(time_s: f64) -> Face {
    Face {
        pitch: 6.0 * (bumps(time_s, 5.0, 1.5, 4.0) + bumps(time_s, 12.0, 1.0, 3.0)),
        yaw: 8.0 * bumps(time_s, 18.0, 1.2, 4.0),
        ..Face::default()
    }
}

#[test]
fn nods_and_shakes_are_counted_and_told_apart() {
    let found = Recording::new(25.0).measure(nodding);
    assert_eq!(found.nods.as_ref().unwrap().count, 2, "{:?}", found.events);
    assert_eq!(found.shakes.as_ref().unwrap().count, 1);
    let first = found
        .events
        .iter()
        .find(|event| event.kind == EventKind::Nod)
        .unwrap();
    assert!((first.span.start_s - 5.0).abs() < 0.4, "{first:?}");
    assert!((first.value.unwrap() - 12.0).abs() < 3.0, "{first:?}");
}

#[test]
fn a_shaking_camera_makes_no_nods() {
    // The picture jumps by up to 3 % of its width, 2 Hz and noise; the head rests.
    let found = Recording::new(20.0).measure(|time_s| Face {
        shake: [
            (8.0 * (time_s * TAU * 2.0).sin() + 4.0 * noise((time_s * 10.0) as usize)) as f32,
            (12.0 * (time_s * TAU * 1.7).sin()) as f32,
        ],
        ..Face::default()
    });
    assert_eq!(found.nods.unwrap().count, 0);
    assert_eq!(found.shakes.unwrap().count, 0);
}

#[test]
fn nods_are_found_under_camera_shake() {
    let found = Recording::new(25.0).measure(|time_s| Face {
        shake: [0.0, (10.0 * (time_s * TAU * 1.9).sin()) as f32],
        ..nodding(time_s)
    });
    assert_eq!(found.nods.unwrap().count, 2);
}

#[test]
fn movements_of_speech_are_no_nods() {
    let recording = Recording::new(30.0);
    let observer = recording.observe(
        |time_s| {
            Some(view(&Face {
                pitch: 1.6 * (time_s * TAU * 1.3).sin() + 3.0 * (time_s * TAU * 0.1).sin(),
                lips: 0.5 + 0.4 * (time_s * TAU * 2.5).sin(),
                ..Face::default()
            }))
        },
        |_| None,
    );
    let speech = [Span::new(0.0, 30.0)];
    assert_eq!(
        observer
            .finish(recording.span(), &speech)
            .nods
            .unwrap()
            .count,
        0
    );
}

#[test]
fn noise_of_the_landmarks_makes_no_nods() {
    // The mesh jitters by about half a degree from frame to frame.
    let found = Recording::new(120.0).measure(|time_s| Face {
        pitch: 0.9 * noise((time_s * 10.0) as usize),
        yaw: 0.9 * noise((time_s * 10.0) as usize + 7_000),
        ..Face::default()
    });
    assert_eq!(found.nods.unwrap().count, 0);
    assert_eq!(found.shakes.unwrap().count, 0);
}

#[test]
fn a_slow_turn_is_no_shake() {
    let found = Recording::new(20.0).measure(|time_s| Face {
        yaw: 15.0 * (time_s * TAU * 0.15).sin(),
        ..Face::default()
    });
    assert_eq!(found.shakes.unwrap().count, 0);
}

#[test]
fn eye_contact_is_the_share_of_time_on_the_camera() {
    // Away to the side for 5 of 20 s; the camera sits 6° above where the axis is.
    let found = Recording::new(20.0).measure(|time_s| Face {
        gaze_yaw: if (8.0..13.0).contains(&time_s) {
            25.0
        } else {
            0.0
        },
        gaze_pitch: 6.0,
        ..Face::default()
    });
    let contact = found.eye_contact.as_ref().unwrap();
    assert!((contact.ratio - 0.75).abs() < 0.04, "{contact:?}");
    assert_eq!(contact.n_spells, 1);
    assert!((contact.longest_spell_s - 5.0).abs() < 0.7, "{contact:?}");
    assert!((contact.centre_pitch_deg - 6.0).abs() < 2.0, "{contact:?}");
    assert_eq!(count(&found, EventKind::LookAway), 1);
}

#[test]
fn a_turned_head_that_looks_into_the_camera_keeps_eye_contact() {
    let found = Recording::new(12.0).measure(|time_s| Face {
        yaw: 18.0 * (time_s * TAU * 0.12).sin(),
        ..Face::default()
    });
    assert!(found.eye_contact.unwrap().ratio > 0.97);
}

#[test]
fn who_never_looks_near_the_camera_has_no_eye_contact() {
    let found = Recording::new(10.0).measure(|_| Face {
        yaw: 20.0,
        gaze_yaw: 35.0,
        ..Face::default()
    });
    assert!(found.eye_contact.unwrap().ratio < 0.01);
}

#[test]
fn blinks_are_counted_at_thirty_frames_per_second() {
    let mut recording = Recording::new(12.0);
    recording.fps = 30.0;
    recording.settings.blinks = true;
    let starts = [1.5, 4.0, 6.3, 9.0];
    let found = recording.measure(|time_s| Face {
        lids: if starts
            .iter()
            .any(|start| (0.0..0.2).contains(&(time_s - start)))
        {
            0.1
        } else {
            1.0
        },
        ..Face::default()
    });
    let blinks = found.blinks.unwrap();
    assert_eq!(blinks.count, 4);
    assert!((blinks.mean_ms.unwrap() - 200.0).abs() < 50.0, "{blinks:?}");
}

#[test]
fn blinks_are_not_measured_below_25_frames_per_second() {
    let found = Recording::new(12.0).measure(|_| Face::default());
    assert_eq!(found.blinks.unwrap_err().code, "frame_rate_too_low");
}

#[test]
fn presence_tells_missing_and_second_faces() {
    let recording = Recording::new(20.0);
    let stranger = FaceBox {
        x: 20.0,
        y: 20.0,
        width: 40.0,
        height: 40.0,
        score: 0.8,
    };
    let observer = recording.observe(
        |time_s| {
            (!(5.0..9.0).contains(&time_s)).then(|| FaceView {
                detections: (time_s > 14.0).then(|| vec![stranger]),
                ..view(&Face::default())
            })
        },
        |_| None,
    );
    let found = observer.finish(recording.span(), &[]);
    let presence = found.presence.as_ref().unwrap();
    assert!((presence.visible_ratio - 0.8).abs() < 0.03, "{presence:?}");
    assert!(
        (presence.one_face_ratio.clone().unwrap() - 0.5).abs() < 0.1,
        "{presence:?}"
    );
    assert_eq!(presence.missing.len(), 1);
    assert!((presence.missing[0].start_s - 5.0).abs() < 0.3);
    assert_eq!(presence.several.len(), 1);
    assert_eq!(presence.max_faces, Ok(2));
    assert_eq!(count(&found, EventKind::FaceMissing), 1);
    assert_eq!(count(&found, EventKind::SeveralFaces), 1);
}

#[test]
fn without_a_face_everything_says_why() {
    let recording = Recording::new(5.0);
    let found = recording
        .observe(|_| None, |_| None)
        .finish(recording.span(), &[]);
    assert!(found.presence.unwrap().visible_ratio.abs() < 1e-12);
    assert_eq!(found.eye_contact.unwrap_err().code, "no_face");
    assert_eq!(found.nods.unwrap_err().code, "no_face");
    assert_eq!(found.framing.unwrap_err().code, "no_face");
    assert_eq!(found.expression.unwrap_err().code, "no_face");
}

#[test]
fn a_rarely_visible_face_is_not_measured() {
    let recording = Recording::new(20.0);
    let scene = |time_s: f64| (time_s < 2.4).then(|| view(&Face::default()));
    let found = recording
        .observe(scene, |_| None)
        .finish(recording.span(), &[]);
    let reason = found.eye_contact.unwrap_err();
    assert_eq!(reason.code, "face_rarely_visible");
    assert!(reason.message.contains("12 %"), "{reason}");
}

#[test]
fn a_tiny_face_tells_nods_but_no_gaze() {
    let found = Recording::new(25.0).measure(|time_s| Face {
        distance: 270.0,
        ..nodding(time_s)
    });
    assert_eq!(found.eye_contact.unwrap_err().code, "face_too_small");
    assert_eq!(found.nods.unwrap().count, 2);
}

fn scores(class: Expression, probability: f32) -> ExpressionScores {
    let rest = (1.0 - probability) / 6.0;
    Expression::ALL.map(|other| match other {
        Expression::Contempt => None,
        other if other == class => Some(probability),
        _ => Some(rest),
    })
}

#[test]
fn expression_is_smoothed_and_its_changes_told() {
    let recording = Recording::new(20.0);
    let observer = recording.observe(
        |_| Some(view(&Face::default())),
        |time_s| {
            let glitch = (time_s - 4.0).abs() < 0.1;
            Some(if glitch {
                scores(Expression::Disgust, 0.6)
            } else if time_s < 12.0 {
                scores(Expression::Neutral, 0.8)
            } else {
                scores(Expression::Happiness, 0.9)
            })
        },
    );
    let found = observer.finish(recording.span(), &[]);
    let expression = found.expression.as_ref().unwrap();
    assert_eq!(expression.n_samples, 40);
    assert_eq!(expression.dominant, Expression::Neutral);
    let total: f64 = expression.distribution.iter().flatten().sum();
    assert!((total - 1.0).abs() < 1e-9);
    assert_eq!(expression.distribution[5], Some(0.0));
    assert_eq!(expression.distribution[7], None);
    assert!((expression.distribution[0].unwrap() - 0.6).abs() < 0.03);
    let changes: Vec<_> = found
        .events
        .iter()
        .filter(|event| event.kind == EventKind::ExpressionChange)
        .collect();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].label.as_deref(), Some("happiness"));
    assert!((changes[0].span.start_s - 12.0).abs() < 0.6);
}

#[test]
fn a_speaking_mouth_is_not_surprise() {
    let recording = Recording::new(10.0);
    let talk = |time_s: f64| Face {
        lips: if (time_s * 2.0) as i64 % 2 == 0 {
            1.6
        } else {
            0.1
        },
        ..Face::default()
    };
    let mixed = |time_s: f64| {
        let mut scores = scores(Expression::Neutral, 0.7);
        if talk(time_s).lips > 1.0 {
            scores[0] = Some(0.35);
            scores[2] = Some(0.55);
        }
        Some(scores)
    };
    let observer = recording.observe(|time_s| Some(view(&talk(time_s))), mixed);
    let speaking = observer.finish(recording.span(), &[recording.span()]);
    let distribution = speaking.expression.unwrap().distribution;
    assert_eq!(distribution[2], Some(0.0), "{distribution:?}");
}

#[test]
fn hiring_refuses_expression_and_behaviour() {
    let mut recording = Recording::new(5.0);
    recording.settings = FaceSettings::for_purpose(Purpose::Hiring);
    let happy = |_| Some(scores(Expression::Happiness, 0.9));
    let scene = |_| Some(view(&Face::default()));
    let found = recording
        .observe(scene, happy)
        .finish(recording.span(), &[]);
    assert_eq!(found.expression.unwrap_err().code, "purpose_hiring");
    assert_eq!(found.nods.unwrap_err().code, "purpose_hiring");
    assert_eq!(found.eye_contact.unwrap_err().code, "purpose_hiring");
    assert!((found.presence.unwrap().visible_ratio - 1.0).abs() < 1e-9);
    assert!(found.framing.is_ok());
    assert!(found.tracks.keys().all(|name| name == "face_present"));

    // Behaviour may be allowed by a policy; emotion never is.
    recording.settings.behaviour = Ok(());
    let found = recording
        .observe(scene, happy)
        .finish(recording.span(), &[]);
    assert_eq!(found.expression.unwrap_err().code, "purpose_hiring");
    assert!(found.eye_contact.is_ok());
}

#[test]
fn a_smile_is_relative_to_the_resting_face() {
    let found = Recording::new(20.0).measure(|time_s| Face {
        grin: if (6.0..10.0).contains(&time_s) {
            0.7
        } else {
            0.0
        },
        ..Face::default()
    });
    let movement = found.movement.as_ref().unwrap();
    assert_eq!(movement.n_smiles, 1);
    assert!((movement.smile_ratio - 0.2).abs() < 0.04, "{movement:?}");
}

#[test]
fn a_still_head_is_stabler_than_a_restless_one() {
    let still = Recording::new(10.0).measure(|_| Face::default());
    let restless = Recording::new(10.0).measure(|time_s| Face {
        yaw: 12.0 * (time_s * TAU * 0.8).sin(),
        ..Face::default()
    });
    assert!(still.head_stability.unwrap() > 99.0);
    assert!(restless.head_stability.unwrap() < 60.0);
}

#[test]
fn a_still_head_is_looked_at_half_as_often() {
    let still = Recording::new(20.0).measure(|_| Face::default());
    let moving = Recording::new(20.0).measure(|time_s| Face {
        yaw: 12.0 * (time_s * TAU * 0.3).sin(),
        ..Face::default()
    });
    assert!(still.n_frames < 125, "{}", still.n_frames);
    assert!(moving.n_frames > 180, "{}", moving.n_frames);
}

#[test]
fn the_same_frames_give_the_same_measurements() {
    let recording = Recording::new(15.0);
    assert_eq!(recording.measure(nodding), recording.measure(nodding));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn nods_do_not_depend_on_frame_rate_or_start(
        fps in prop::sample::select(vec![10.0, 12.5, 15.0, 25.0, 30.0]),
        start_s in 0.0..500.0_f64,
    ) {
        let mut recording = Recording::new(25.0);
        recording.fps = fps;
        recording.start_s = start_s;
        let found = recording.measure(nodding);
        prop_assert_eq!(found.nods.unwrap().count, 2);
        prop_assert_eq!(found.shakes.unwrap().count, 1);
    }

    #[test]
    fn shares_stay_between_zero_and_one(
        yaw in -60.0..60.0_f64, hz in 0.05..3.0_f64, distance in 30.0..200.0_f64,
    ) {
        let found = Recording::new(6.0).measure(|time_s| Face {
            yaw: yaw * (time_s * TAU * hz).sin(),
            distance,
            ..Face::default()
        });
        if let Ok(contact) = found.eye_contact {
            prop_assert!((0.0..=1.0).contains(&contact.ratio));
            prop_assert!((0.0..=1.0).contains(&contact.confidence));
        }
        if let Ok(stability) = found.head_stability {
            prop_assert!((0.0..=100.0).contains(&stability));
        }
        prop_assert!(found.tracks.values().all(|track| track.values.len() <= 2400));
    }
}
