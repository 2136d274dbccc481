//! The documents against values worked out by hand.

use std::collections::BTreeMap;

use candor_core::{
    measured::NotMeasured,
    ports::{Embedder, EngineError},
    report::{Event, EventKind, Observation, Provenance, Report, Segment, Track},
    span::Span,
    transcript::{Accuracy, Transcript, TranscriptSegment, Word},
};
use candor_signals::scores::practice::fairness::BandMean;
use serde_json::Value;

use super::{Audits, Documents, Inputs, SessionFacts, Wishes, build};
use crate::page::fixture;

const DURATION_S: f64 = 6.0;

/// Texts about a cache are alike; others are 0.6 like them and 0.8 unlike.
struct AboutCaches;

impl Embedder for AboutCaches {
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EngineError> {
        Ok(texts
            .iter()
            .map(|text| match text.to_lowercase().contains("cache") {
                true => vec![1.0, 0.0],
                false => vec![0.6, 0.8],
            })
            .collect())
    }
    fn languages(&self) -> &[&str] {
        &["en"]
    }
    fn provenance(&self) -> Provenance {
        unreachable!("not asked for")
    }
}

fn session() -> SessionFacts {
    SessionFacts {
        session: "0190a000-0000-7000-8000-000000000001"
            .parse()
            .expect("a UUID"),
        job_role: "Cache Engineer".to_owned(),
        domain: "Retail".to_owned(),
        started_at: "2026-01-02T03:04:05Z".parse().expect("a time"),
        video: "rec_1".to_owned(),
        audio: None,
    }
}

fn observation(value: f64) -> Observation {
    Observation {
        value: Some(value),
        unit: String::new(),
        span: Span::new(0.0, DURATION_S),
        confidence: Some(0.9),
        source: "test".to_owned(),
        reason: None,
    }
}

fn figures(rows: &[(&str, f64)]) -> BTreeMap<String, Observation> {
    rows.iter()
        .map(|(name, value)| ((*name).to_owned(), observation(*value)))
        .collect()
}

/// A curve with one value in the first half and another in the second.
fn halves(first: f32, second: f32) -> Track {
    let value = |i: i32| if i < 15 { first } else { second };
    Track {
        unit: String::new(),
        start_s: 0.0,
        step_s: 0.2,
        values: (0..=30).map(|i| Some(value(i))).collect(),
        source: "test".to_owned(),
    }
}

/// Twelve words in six seconds: two sentences, one for each half.
fn transcript() -> Transcript {
    let texts = [
        "We", "built", "a", "cache", "for", "search.", "Then", "we", "measured", "it", "on",
        "Friday.",
    ];
    let words = texts.iter().enumerate().map(|(i, text)| Word {
        text: (*text).to_owned(),
        span: Some(Span::new(i as f64 * 0.5, i as f64 * 0.5 + 0.4)),
        confidence: None,
    });
    Transcript {
        language: Some("en".to_owned()),
        segments: vec![TranscriptSegment {
            span: None,
            words: words.collect(),
        }],
        engine: "given".to_owned(),
        model: None,
        accuracy: Accuracy::Given,
        verbatim: true,
    }
}

fn event(kind: EventKind, start_s: f64, end_s: f64) -> Event {
    Event {
        kind,
        span: Span::new(start_s, end_s),
        value: None,
        unit: None,
        label: None,
        confidence: None,
    }
}

fn report() -> Report {
    let mut report = fixture::practice();
    let transcript = transcript();
    report.transcript = transcript.text();
    report.speech.wpm = Some(120.0);
    let candor = &mut report.candor;
    candor.source.duration_s = DURATION_S;
    candor.transcript = Some(transcript);
    candor.segments.clear();
    candor.not_measured.clear();
    candor.measurements = BTreeMap::from([
        (
            "voice".to_owned(),
            figures(&[
                ("n_pauses", 1.0),
                ("mean_pause_s", 0.4),
                ("pitch_mean_hz", 135.0),
                ("pitch_sd_st", 2.0),
            ]),
        ),
        (
            "face".to_owned(),
            figures(&[
                ("eye_contact_ratio", 0.5),
                ("head_yaw_mean_deg", 5.0),
                ("face_luma", 120.0),
            ]),
        ),
    ]);
    candor.events = vec![
        event(EventKind::Speech, 0.0, 2.6),
        event(EventKind::Pause, 2.6, 3.0),
        event(EventKind::Speech, 3.0, 6.0),
    ];
    candor.tracks = [
        ("expression_happiness", halves(0.5, 0.3)),
        ("expression_neutral", halves(0.3, 0.5)),
        ("expression_anger", halves(0.04, 0.04)),
        ("expression_disgust", halves(0.04, 0.04)),
        ("expression_fear", halves(0.04, 0.04)),
        ("expression_sadness", halves(0.04, 0.04)),
        ("expression_surprise", halves(0.04, 0.04)),
        ("head_yaw_deg", halves(5.0, 5.0)),
        ("head_pitch_deg", halves(-3.0, -3.0)),
        ("head_roll_deg", halves(2.0, 2.0)),
        ("camera_facing", halves(1.0, 0.0)),
        ("gaze_yaw_deg", halves(0.0, 20.0)),
        ("gaze_pitch_deg", halves(0.0, 1.0)),
        ("pitch_hz", halves(120.0, 150.0)),
    ]
    .map(|(name, track)| (name.to_owned(), track))
    .into();
    report
}

fn built(report: &Report, wishes: Wishes, embedder: Option<&dyn Embedder>) -> Documents {
    build(
        &Inputs {
            report,
            session: &session(),
            wishes,
            audits: &Audits::default(),
            generated_at: "2026-01-02T04:00:00Z".parse().expect("a time"),
        },
        embedder,
    )
    .expect("the embedder works")
}

const WISHES: Wishes = Wishes {
    frame_fps: 1.0,
    window_s: 3.0,
    learned_fusion: false,
};

fn near(found: &Value, expected: f64, tolerance: f64) {
    let value = found
        .as_f64()
        .unwrap_or_else(|| panic!("{found} is no number"));
    assert!(
        (value - expected).abs() <= tolerance,
        "{value} is not {expected}"
    );
}

/// Without face: no picture in the file.
fn unseen() -> Report {
    let mut report = report();
    report.candor.measurements.remove("face");
    report
        .candor
        .tracks
        .retain(|name, _| name.as_str() == "pitch_hz");
    for path in [
        "nonverbal.eye_contact_ratio",
        "nonverbal.emotions.distribution",
    ] {
        report.candor.not_measured.insert(
            path.to_owned(),
            NotMeasured::new("no_video", "the recording has no picture"),
        );
    }
    report
}

#[test]
fn summary_scores_follow_from_the_report() {
    let document = built(&report(), WISHES, Some(&AboutCaches)).analysis;
    let summary = &document["summaryScores"];
    // .4·50 + .35·50 + .25·(100 − 1.5·10)
    near(&summary["engagementScore"], 58.75, 0.051);
    // Both halves have a dominant label of .5; two labels vary by .01 each.
    near(
        &summary["emotionalStability"],
        100.0 - 220.0 * 0.02 / 7.0,
        0.051,
    );
    // .35·74 + .45·88.9 + .2·75
    near(&summary["speechFluency"], 80.9, 0.051);
    // The sentences are 1 and .6 like the role.
    near(&summary["contentRelevanceScore"], 80.0, 0.051);
    near(&summary["overallPerformanceScore"], 77.724, 0.051);
    near(
        &document["engagementMetrics"]["avgHeadStability"],
        1.0 / 9.0,
        1e-4,
    );
    near(
        &document["engagementMetrics"]["overallEngagement"],
        0.5 * 0.5 + 0.3 / 9.0 + 0.2 * 120.0 / 140.0,
        1e-4,
    );
    near(&document["speechQualityMetrics"]["prosodyScore"], 0.5, 1e-9);
    assert_eq!(
        document["detailedScores"]["contentRelevance"]["components"]["source"],
        "role_and_domain"
    );
    assert_eq!(
        document["detailedScores"]["contentRelevance"]["components"]["segmentCount"],
        2
    );
    near(
        &document["detailedScores"]["speechClarity"]["components"]["pitchVariance"],
        225.0,
        0.1,
    );
}

#[test]
fn windows_have_features_of_their_own() {
    let document = built(&report(), WISHES, Some(&AboutCaches)).analysis;
    let windows = document["fusedFeatureVectors"].as_array().expect("windows");
    assert_eq!(windows.len(), 2);
    near(&windows[0]["speechFeatures"]["pitch"], 120.0, 0.1);
    near(&windows[1]["speechFeatures"]["pitch"], 150.0, 0.1);
    near(&windows[0]["speechFeatures"]["speaking_rate"], 120.0, 0.1);
    near(&windows[0]["speechFeatures"]["pause_duration"], 0.4, 1e-3);
    near(&windows[1]["speechFeatures"]["pause_duration"], 0.0, 1e-3);
    assert_eq!(windows[0]["gazeDirection"], "center");
    assert_eq!(windows[1]["gazeDirection"], "right");
    let vector = windows[1]["fusedVector"].as_array().expect("ten places");
    assert_eq!(vector.len(), 10);
    near(&vector[0], 0.3, 1e-4);
    near(&vector[6], 0.6, 1e-4);
    near(&vector[8], 0.6, 1e-4);
    near(&vector[9], 0.0, 1e-9);
    assert!(windows[0]["textScores"]["answer_coherence"].is_null());
    let segments = document["segmentLabels"].as_array().expect("segments");
    assert_eq!(segments[1]["basis"], "window");
    near(&segments[1]["textRelevanceScore"], 60.0, 0.01);
    // .8·(1 − 15/135) + .2·(1 − .4/1.5)
    near(
        &segments[0]["speechFluency"],
        100.0 * (0.8 * 120.0 / 135.0 + 0.2 * (1.0 - 0.4 / 1.5)),
        0.051,
    );
    let gaze = document["timelineArrays"]["gazeHeadPoseTimeline"]
        .as_array()
        .expect("a timeline");
    assert_eq!(gaze.len(), 6);
    assert_eq!(gaze[5]["eyeContact"], 0);
    near(&gaze[5]["headPitch"], -3.0, 1e-6);
}

#[test]
fn advanced_scores_follow_from_the_linear_heads() {
    let document = built(&report(), WISHES, Some(&AboutCaches)).advanced;
    let inputs = &document["inputs"];
    near(&inputs["eyeContact"], 0.5, 1e-4);
    near(&inputs["headStillness"], 1.0 - 10.0 / 30.0, 1e-4);
    near(&inputs["speakingRate"], 1.0 - 15.0 / 135.0, 1e-4);
    near(&inputs["pauses"], 1.0 - 0.4 / 1.4, 1e-4);
    near(&inputs["pitchSteadiness"], 0.0, 1e-4);
    near(&inputs["contentRelevance"], 0.8, 1e-4);
    near(&inputs["semanticRelevance"], 0.8, 1e-4);
    near(&inputs["answerCoherence"], 0.6, 1e-4);
    let explained = document["textualExplanations"]
        .as_array()
        .expect("explanations");
    for (row, bias) in explained.iter().zip([-0.72, -0.78, -0.8, -0.84]) {
        let sum: f64 = row["drivers"]
            .as_object()
            .expect("drivers")
            .values()
            .map(|gave| gave.as_f64().expect("a number"))
            .sum();
        near(
            &row["scoreValue"],
            100.0 / (1.0 + f64::exp(-(sum + bias))),
            0.1,
        );
        assert_eq!(
            row["scoreValue"],
            document["numericScores"][row["scoreKey"].as_str().expect("a key")]
        );
    }
    let judge = &document["llmRationale"];
    assert_eq!(judge["provider"], "heuristic");
    assert!(judge["prompt"].is_null());
    // 12 words, 11 different ones ("we" twice).
    near(
        &judge["answerDepth"],
        55.0 * 12.0 / 500.0 + 45.0 * 11.0 / 12.0,
        0.051,
    );
    assert!(
        judge["rationale"]
            .as_str()
            .expect("a text")
            .contains("cache")
    );
}

#[test]
fn what_was_not_seen_is_null_with_the_reason_and_the_rest_is_scaled_up() {
    let documents = built(&unseen(), WISHES, Some(&AboutCaches));
    let summary = &documents.analysis["summaryScores"];
    let reasons = &documents.analysis["notMeasured"];
    for name in ["engagementScore", "emotionalStability"] {
        assert!(summary[name].is_null(), "{name}");
        assert_eq!(reasons[format!("summaryScores.{name}")]["code"], "no_video");
    }
    near(
        &summary["overallPerformanceScore"],
        (80.9 + 80.0) / 2.0,
        0.051,
    );
    let weights = &documents.analysis["detailedScores"]["weights"];
    near(&weights["speechClarity"], 0.5, 1e-9);
    near(&weights["engagement"], 0.0, 1e-9);
    assert!(
        documents.analysis["emotionTrajectory"]
            .as_array()
            .expect("a list")
            .is_empty()
    );
    assert_eq!(
        documents.analysis["fusedFeatureVectors"][0]["gazeDirection"],
        "unknown"
    );
    assert!(documents.advanced["numericScores"]["engagement"].is_null());
    assert_eq!(
        documents.advanced["notMeasured"]["inputs.eyeContact"]["code"],
        "no_video"
    );
    assert_eq!(documents.sample.eye_contact_band, None);
    assert_eq!(documents.sample.rate_band, Some("optimal"));
}

#[test]
fn words_of_a_fallback_recogniser_are_shown_and_feed_nothing() {
    let mut report = report();
    report
        .candor
        .transcript
        .as_mut()
        .expect("a transcript")
        .accuracy = Accuracy::Low;
    let document = built(&report, WISHES, Some(&AboutCaches)).analysis;
    assert!(
        document["transcriptText"]
            .as_str()
            .expect("text")
            .starts_with("We built")
    );
    for path in [
        "summaryScores.contentRelevanceScore",
        "engagementMetrics.avgSpeakingRateWpm",
    ] {
        assert_eq!(
            document["notMeasured"][path]["code"],
            "low_accuracy_transcript"
        );
    }
    assert!(document["fusedFeatureVectors"][0]["speechFeatures"]["speaking_rate"].is_null());
}

#[test]
fn without_a_sentence_encoder_relevance_is_not_made_up() {
    let document = built(&report(), WISHES, None).analysis;
    assert!(document["summaryScores"]["contentRelevanceScore"].is_null());
    assert_eq!(
        document["notMeasured"]["summaryScores.contentRelevanceScore"]["code"],
        "no_sentence_encoder"
    );
    assert!(document["fusedFeatureVectors"][0]["fusedVector"][6].is_null());
}

#[test]
fn recorded_questions_are_the_parts_and_the_reference() {
    let mut report = report();
    let part = |start_s, end_s, title: &str, relevance| Segment {
        span: Span::new(start_s, end_s),
        basis: "question_marker".to_owned(),
        title: title.to_owned(),
        measurements: figures(&[
            ("relevance", relevance),
            ("hesitations", 3.0),
            ("response_latency_s", 1.25),
        ]),
    };
    report.candor.segments = vec![
        part(0.0, 2.5, "Who are you?", 0.3),
        part(2.5, 6.0, "What did you build?", 0.5),
    ];
    let document = built(&report, WISHES, Some(&AboutCaches)).analysis;
    let segments = document["segmentLabels"].as_array().expect("segments");
    assert_eq!(segments.len(), 2);
    assert_eq!(segments[1]["label"], "What did you build?");
    near(&segments[1]["textRelevanceScore"], 50.0, 1e-9);
    let answer = &segments[1]["answerMetrics"];
    near(&answer["hesitations"], 3.0, 1e-9);
    near(&answer["responseLatencySeconds"], 1.25, 1e-9);
    assert!(answer["wordCount"].is_null());
    assert_eq!(
        document["notMeasured"]["segmentLabels.1.answerMetrics.wordCount"]["code"],
        "not_measured"
    );
    near(
        &document["summaryScores"]["contentRelevanceScore"],
        40.0,
        1e-9,
    );
    assert_eq!(
        document["detailedScores"]["contentRelevance"]["components"]["source"],
        "questions"
    );
}

#[test]
fn windows_reach_to_the_end_and_learned_fusion_is_only_warned_of() {
    let wishes = Wishes {
        frame_fps: 2.0,
        window_s: 4.0,
        learned_fusion: true,
    };
    let document = built(&report(), wishes, Some(&AboutCaches)).analysis;
    let windows = document["fusedFeatureVectors"].as_array().expect("windows");
    assert_eq!(windows.len(), 2);
    near(&windows[1]["endTime"], 6.0, 1e-9);
    assert_eq!(document["warnings"].as_array().expect("warnings").len(), 1);
    assert!(document["segmentLabels"][0]["answerMetrics"].is_null());
    assert_eq!(
        document["emotionTrajectory"]
            .as_array()
            .expect("frames")
            .len(),
        12
    );
}

#[test]
fn an_empty_recording_gives_a_document_of_reasons() {
    let documents = built(&fixture::empty(), WISHES, None);
    for (name, value) in documents.analysis["summaryScores"]
        .as_object()
        .expect("scores")
    {
        assert!(value.is_null(), "{name}");
        let path = format!("summaryScores.{name}");
        assert!(
            documents.analysis["notMeasured"][&path]["message"].is_string(),
            "{path}"
        );
    }
    assert!(documents.sample.is_empty());
}

#[test]
fn every_null_score_has_a_reason() {
    for report in [report(), unseen(), fixture::practice()] {
        let documents = built(&report, WISHES, None);
        for document in [documents.analysis, documents.advanced] {
            for block in [
                "summaryScores",
                "engagementMetrics",
                "speechQualityMetrics",
                "numericScores",
            ] {
                for (name, value) in document[block].as_object().into_iter().flatten() {
                    let path = format!("{block}.{name}");
                    assert_eq!(
                        value.is_null(),
                        document["notMeasured"][&path]["message"].is_string(),
                        "{path}"
                    );
                }
            }
        }
    }
}

#[test]
fn audits_are_told_in_the_documented_shape() {
    let of = |metric: &str, band: &str, n, mean| BandMean {
        metric: metric.to_owned(),
        band: band.to_owned(),
        score: "engagement".to_owned(),
        n,
        mean,
    };
    let row = |metric: &str, band: &str, mean| of(metric, band, 12, mean);
    let audits = Audits {
        n_samples: 24,
        neutral: vec![
            row("speakingRateBand", "slow", 40.0),
            row("speakingRateBand", "fast", 60.0),
            of("speakingRateBand", "optimal", 4, 91.0),
            of("pauseBand", "long", 1, 12.5),
        ],
        lighting: vec![
            row("lighting_condition", "dark", 40.0),
            row("lighting_condition", "normal", 50.0),
        ],
    };
    let report = report();
    let documents = build(
        &Inputs {
            report: &report,
            session: &session(),
            wishes: WISHES,
            audits: &audits,
            generated_at: "2026-01-02T04:00:00Z".parse().expect("a time"),
        },
        None,
    )
    .expect("no embedder to fail");
    let fairness = &documents.advanced["fairnessReport"];
    assert_eq!(fairness["sampleCount"], 24);
    assert_eq!(
        fairness["groupVariance"],
        serde_json::json!({"speakingRateBand": {"engagement": {
            "bucketMeans": {"fast": 60.0, "slow": 40.0}, "spread": 20.0,
        }}}),
        "bands of a few people are not told"
    );
    assert_eq!(fairness["warnings"].as_array().expect("warnings").len(), 1);
    let bias = &documents.analysis["detailedScores"]["biasAudit"];
    assert_eq!(bias["historySampleCount"], 24);
    assert!(bias["warnings"].as_array().expect("warnings").is_empty());
    assert_eq!(bias["checkedIrrelevantAttributes"][0], "lighting_condition");
}
