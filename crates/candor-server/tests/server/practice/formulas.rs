//! The documented formulas, worked out once more from what the documents themselves tell was measured.

use candor_core::ports::Embedder;
use candor_testkit::WordEmbedder;
use serde_json::Value;

use super::stage::SAID;
use crate::figures::{near, number, same};

/// When each sentence is said, in seconds.
const SENTENCES: [(f64, f64); 2] = [(0.0, 1.6), (2.0, 3.6)];
/// What a place of the fused vector amounts to in ordinary speech.
const AMOUNTS: [f64; 10] = [1.0, 1.0, 1.0, 135.0, 165.0, 1.0, 1.0, 1.0, 1.0, 1.0];

/// What was practised for, and how it was cut.
pub struct Session<'a> {
    pub role: &'a str,
    pub domain: &'a str,
    pub window_s: f64,
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value}"))
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn variance(values: &[f64]) -> Option<f64> {
    let mean = mean(values).filter(|_| values.len() > 1)?;
    Some(values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64)
}

/// Weighted mean of what is known; nothing where that is less than half of the weight.
fn weighted(rows: &[(f64, Option<f64>)]) -> Option<f64> {
    let all: f64 = rows.iter().map(|(weight, _)| weight).sum();
    let known = || rows.iter().filter_map(|(w, value)| Some((*w, (*value)?)));
    let weight: f64 = known().map(|(weight, _)| weight).sum();
    let sum: f64 = known().map(|(weight, value)| weight * value).sum();
    (weight >= all / 2.0 - 1e-9).then(|| sum / weight)
}

/// `100·logistic(bias + Σ weight·input)`, scaled up by the share of the weights that was measured.
fn head<const N: usize>(
    weights: [f64; N],
    bias: f64,
    amounts: [f64; N],
    inputs: [Option<f64>; N],
) -> Option<f64> {
    let amount = |i: usize| weights[i].abs() * amounts[i];
    let all: f64 = (0..N).map(amount).sum();
    let known = || (0..N).filter_map(|i| Some((i, inputs[i]?)));
    let share = known().map(|(i, _)| amount(i)).sum::<f64>() / all;
    let sum: f64 = known().map(|(i, input)| weights[i] * input).sum();
    (share >= 0.5).then(|| 100.0 / (1.0 + (-(bias + sum / share)).exp()))
}

fn cosine(a: &str, b: &str) -> f64 {
    let rows = WordEmbedder.embed(&[a, b]).unwrap();
    let dot: f32 = rows[0].iter().zip(&rows[1]).map(|(a, b)| a * b).sum();
    f64::from(dot)
}

/// Checks every figure of an analysis and of its explanation that follows from others.
pub fn check(analysis: &Value, explained: &Value, session: &Session<'_>) {
    content(analysis, session);
    windows(analysis, session);
    let engagement = engagement(analysis);
    let emotion = emotion(analysis);
    let speech = speech(analysis);
    let summary = &analysis["summaryScores"];
    same(&summary["engagementScore"], engagement, 0.15);
    same(&summary["emotionalStability"], emotion, 0.15);
    same(&summary["speechFluency"], speech, 0.15);
    let content = summary["contentRelevanceScore"].as_f64();
    let overall = weighted(&[
        (0.3, engagement),
        (0.2, emotion),
        (0.25, speech),
        (0.25, content),
    ]);
    same(&summary["overallPerformanceScore"], overall, 0.15);
    used_weights(analysis, [engagement, emotion, speech, content]);
    predictions(analysis);
    segments(analysis);
    timelines(analysis);
    feedback(analysis);
    advanced(analysis, explained);
    judge(explained, session);
}

/// Relevance to role and domain, sentence by sentence.
fn content(analysis: &Value, session: &Session<'_>) {
    let context = format!("{} {}", session.role, session.domain);
    let relevances = SAID.map(|sentence| cosine(&context, sentence));
    let score = &analysis["summaryScores"]["contentRelevanceScore"];
    near(score, 100.0 * mean(&relevances).unwrap(), 0.1);
    let block = &analysis["detailedScores"]["contentRelevance"];
    assert_eq!(block["components"]["source"], "role_and_domain");
    assert_eq!(block["components"]["segmentCount"], SAID.len());
    near(
        &block["components"]["avgSegmentRelevance"],
        mean(&relevances).unwrap(),
        0.0001,
    );
    for (index, window) in list(&analysis["fusedFeatureVectors"]).iter().enumerate() {
        let start_s = index as f64 * session.window_s;
        let end_s = number(&window["endTime"]);
        near(&window["startTime"], start_s, 0.001);
        let shared = |(from, to): (f64, f64)| (end_s.min(to) - start_s.max(from)).max(0.0);
        let over = |values: [Option<f64>; 2]| {
            let rows = [0, 1].map(|i| (shared(SENTENCES[i]), values[i]));
            let known = rows.iter().filter_map(|(s, value)| Some((*s, (*value)?)));
            let (sum, weight) = known.fold((0.0, 0.0), |(sum, weight), (s, value)| {
                (sum + s * value, weight + s)
            });
            (weight > 0.0).then(|| sum / weight)
        };
        let found = &window["textScores"];
        same(
            &found["semantic_relevance"],
            over(relevances.map(Some)),
            0.0001,
        );
        let coherence = cosine(SAID[0], SAID[1]);
        same(
            &found["answer_coherence"],
            over([None, Some(coherence)]),
            0.0001,
        );
        // Both sentences are friendly ones.
        let sentiment = found["sentiment_score"].as_f64();
        assert_eq!(sentiment.is_some(), over([Some(1.0); 2]).is_some());
        assert!(sentiment.is_none_or(|tone| (0.0..=1.0).contains(&tone)));
    }
}

/// Each window's figures are means over its own moments, and its vector repeats them.
fn windows(analysis: &Value, session: &Session<'_>) {
    let emotions = list(&analysis["timelineArrays"]["emotionTimeline"]);
    let poses = list(&analysis["timelineArrays"]["gazeHeadPoseTimeline"]);
    let within = |window: &Value, moment: &Value| {
        let time_s = number(&moment["timestamp"]);
        number(&window["startTime"]) <= time_s && time_s < number(&window["endTime"])
    };
    for window in list(&analysis["fusedFeatureVectors"]) {
        let seen: Vec<&Value> = emotions.iter().filter(|at| within(window, at)).collect();
        for (label, share) in window["facialEmotionScores"].as_object().unwrap() {
            let shares: Vec<f64> = seen
                .iter()
                .map(|at| number(&at["emotionScores"][label]))
                .collect();
            same(share, mean(&shares), 0.0002);
        }
        let directions: Vec<&str> = poses
            .iter()
            .filter(|at| within(window, at))
            .filter_map(|at| at["gazeDirection"].as_str())
            .filter(|direction| *direction != "unknown")
            .collect();
        let center = directions.iter().filter(|d| **d == "center").count();
        let center = (!directions.is_empty()).then(|| center as f64 / directions.len() as f64);
        let vector = list(&window["fusedVector"]);
        let speech = &window["speechFeatures"];
        let words = &window["textScores"];
        for (place, (value, tolerance)) in [
            (&window["facialEmotionScores"]["happy"], 0.0),
            (&window["facialEmotionScores"]["neutral"], 0.0),
            (&window["facialEmotionScores"]["sad"], 0.0),
            (&speech["speaking_rate"], 0.05),
            (&speech["pitch"], 0.05),
            (&speech["pause_duration"], 0.0005),
            (&words["semantic_relevance"], 0.0),
            (&words["sentiment_score"], 0.0),
            (&words["answer_coherence"], 0.0),
        ]
        .into_iter()
        .enumerate()
        {
            same(&vector[place], value.as_f64(), tolerance);
        }
        same(&vector[9], center, 0.0001);
        assert_eq!(vector.len(), 10);
        // A rest that is too short for figures of its own belongs to the window before.
        let length_s = number(&window["endTime"]) - number(&window["startTime"]);
        assert!(length_s < session.window_s + 0.5, "{length_s}");
    }
}

/// `.4·eye + .35·gaze stability + .25·head motion`.
fn engagement(analysis: &Value) -> Option<f64> {
    let poses = list(&analysis["timelineArrays"]["gazeHeadPoseTimeline"]);
    let metrics = &analysis["engagementMetrics"];
    let components = &analysis["detailedScores"]["engagement"]["components"];
    let eye = metrics["eyeContactRatio"].as_f64();
    let directions: Vec<&str> = poses
        .iter()
        .filter_map(|at| at["gazeDirection"].as_str())
        .filter(|direction| *direction != "unknown")
        .collect();
    let share = |wanted: &str| {
        directions.iter().filter(|d| **d == wanted).count() as f64 / directions.len() as f64
    };
    let gaze = (!directions.is_empty()).then(|| {
        let most = directions.iter().map(|d| share(d)).fold(0.0, f64::max);
        50.0 * most + 50.0 * share("center")
    });
    let angles = |names: &[&str]| -> Vec<f64> {
        poses
            .iter()
            .filter(|at| at["headYaw"].is_number())
            .map(|at| names.iter().map(|name| number(&at[*name]).abs()).sum())
            .collect()
    };
    let motion = mean(&angles(&["headYaw", "headPitch", "headRoll"]))
        .map(|mean| (100.0 - 1.5 * mean).clamp(0.0, 100.0));
    same(&components["eyeContactScore"], eye.map(|r| 100.0 * r), 0.06);
    same(&components["gazeStabilityScore"], gaze, 0.06);
    same(&components["headMotionScore"], motion, 0.1);
    let stability: Vec<f64> = angles(&["headYaw", "headPitch"])
        .iter()
        .map(|angle| 1.0 / (1.0 + angle))
        .collect();
    same(&metrics["avgHeadStability"], mean(&stability), 0.005);
    let wpm = metrics["avgSpeakingRateWpm"].as_f64();
    let overall = weighted(&[
        (0.5, eye),
        (0.3, mean(&stability)),
        (0.2, wpm.map(|wpm| (wpm / 140.0).min(1.0))),
    ]);
    same(&metrics["overallEngagement"], overall, 0.003);
    weighted(&[(0.4, eye.map(|r| 100.0 * r)), (0.35, gaze), (0.25, motion)])
}

/// `100 − min(100, 280·var(dominant) + 220·mean var(labels))`.
fn emotion(analysis: &Value) -> Option<f64> {
    let moments = list(&analysis["timelineArrays"]["emotionTimeline"]);
    assert_eq!(
        analysis["emotionTrajectory"],
        analysis["timelineArrays"]["emotionTimeline"]
    );
    let shares = |label: &str| -> Vec<f64> {
        let of = |at: &Value| number(&at["emotionScores"][label]);
        moments.iter().map(of).collect()
    };
    let labels = [
        "angry", "disgust", "fear", "happy", "neutral", "sad", "surprise",
    ];
    let dominant: Vec<f64> = moments
        .iter()
        .map(|at| {
            let all = labels.map(|label| number(&at["emotionScores"][label]));
            near_one(all.iter().sum());
            let most = all.iter().copied().fold(0.0, f64::max);
            let named = at["dominantEmotion"].as_str().unwrap();
            near(&at["emotionScores"][named], most, 0.0);
            most
        })
        .collect();
    let dominant = variance(&dominant);
    let variances: Option<Vec<f64>> = labels
        .iter()
        .map(|label| variance(&shares(label)))
        .collect();
    let all = variances.and_then(|variances| mean(&variances));
    let components = &analysis["detailedScores"]["emotionalRegulation"]["components"];
    same(&components["dominantEmotionVariance"], dominant, 0.0005);
    same(&components["averageEmotionVariance"], all, 0.0005);
    Some(100.0 - (280.0 * dominant? + 220.0 * all?).min(100.0))
}

fn near_one(sum: f64) {
    assert!((sum - 1.0).abs() < 0.001, "{sum}");
}

/// `.35·(100 − 65·pause) + .45·(100 − 100·|wpm − 135|/135) + .2·(100 − var(pitch)/9)`.
fn speech(analysis: &Value) -> Option<f64> {
    let metrics = &analysis["speechQualityMetrics"];
    let components = &analysis["detailedScores"]["speechClarity"]["components"];
    let points = |value: f64| value.clamp(0.0, 100.0);
    let pause = metrics["averagePauseDuration"].as_f64();
    let pause = pause.map(|pause_s| points(100.0 - 65.0 * pause_s));
    let rate = metrics["speakingRateWpm"].as_f64();
    let rate = rate.map(|wpm| points(100.0 - 100.0 * (wpm - 135.0).abs() / 135.0));
    let pitches: Vec<f64> = list(&analysis["fusedFeatureVectors"])
        .iter()
        .filter_map(|window| window["speechFeatures"]["pitch"].as_f64())
        .collect();
    let pitch = variance(&pitches).map(|variance| points(100.0 - variance / 9.0));
    same(&components["pauseScore"], pause, 0.1);
    same(&components["speakingRateScore"], rate, 0.1);
    same(&components["pitchVarianceScore"], pitch, 0.3);
    same(&components["pitchVariance"], variance(&pitches), 2.0);
    weighted(&[(0.35, pause), (0.45, rate), (0.2, pitch)])
}

/// The weights of the total as they were used.
fn used_weights(analysis: &Value, scores: [Option<f64>; 4]) {
    let documented = [0.3, 0.2, 0.25, 0.25];
    let known: f64 = (0..4)
        .filter(|i| scores[*i].is_some())
        .map(|i| documented[i])
        .sum();
    let names = [
        "engagement",
        "emotionalRegulation",
        "speechClarity",
        "contentRelevance",
    ];
    for (i, name) in names.iter().enumerate() {
        let used = scores[i].map_or(0.0, |_| documented[i] / known);
        near(&analysis["detailedScores"]["weights"][name], used, 0.0001);
    }
}

/// The three linear heads over the mean fused vector.
fn predictions(analysis: &Value) {
    let windows = list(&analysis["fusedFeatureVectors"]);
    let inputs: [Option<f64>; 10] = std::array::from_fn(|place| {
        let known: Vec<f64> = windows
            .iter()
            .filter_map(|window| window["fusedVector"][place].as_f64())
            .collect();
        mean(&known)
    });
    for (name, bias, weights) in [
        (
            "confidenceScore",
            -0.15,
            [
                0.45, 0.32, -0.3, 0.004, 0.001, -0.25, 0.28, 0.35, 0.24, 0.42,
            ],
        ),
        (
            "communicationEffectiveness",
            -0.12,
            [
                0.28, 0.22, -0.18, 0.005, 0.0006, -0.2, 0.55, 0.26, 0.5, 0.25,
            ],
        ),
        (
            "interviewReadiness",
            -0.1,
            [0.3, 0.25, -0.22, 0.004, 0.0008, -0.18, 0.4, 0.22, 0.4, 0.35],
        ),
    ] {
        let expected = head(weights, bias, AMOUNTS, inputs);
        same(&analysis["summaryScores"][name], expected, 0.1);
        let detailed = match name {
            "confidenceScore" => "confidence",
            name => name,
        };
        assert_eq!(
            analysis["detailedScores"]["modelPredictions"][detailed],
            analysis["summaryScores"][name]
        );
    }
}

fn fluency(speech: &Value) -> Option<f64> {
    let rate = speech["speaking_rate"].as_f64();
    let pause = speech["pause_duration"].as_f64();
    weighted(&[
        (
            0.8,
            rate.map(|wpm| 1.0 - ((wpm - 135.0).abs() / 135.0).min(1.0)),
        ),
        (0.2, pause.map(|pause_s| 1.0 - (pause_s / 1.5).min(1.0))),
    ])
}

/// Segments are the windows here; their scores follow from the windows' features.
fn segments(analysis: &Value) {
    let windows = list(&analysis["fusedFeatureVectors"]);
    let segments = list(&analysis["segmentLabels"]);
    assert_eq!(segments.len(), windows.len());
    for (segment, window) in segments.iter().zip(windows) {
        assert_eq!(segment["startTime"], window["startTime"]);
        assert_eq!(segment["emotionAverages"], window["facialEmotionScores"]);
        assert_eq!(segment["speechQualityMetrics"], window["speechFeatures"]);
        let expected = fluency(&window["speechFeatures"]).map(|ratio| 100.0 * ratio);
        same(&segment["speechFluency"], expected, 0.1);
        let tone = window["textScores"]["sentiment_score"].as_f64();
        let expected = weighted(&[
            (0.4, window["facialEmotionScores"]["happy"].as_f64()),
            (0.3, window["facialEmotionScores"]["neutral"].as_f64()),
            (0.3, tone.map(|tone| (tone + 1.0) / 2.0)),
        ]);
        let expected = expected.map(|ratio| 100.0 * ratio);
        same(&segment["engagementScore"], expected, 0.1);
        let relevance = window["textScores"]["semantic_relevance"].as_f64();
        let expected = relevance.map(|cosine| (100.0 * cosine).clamp(0.0, 100.0));
        same(&segment["textRelevanceScore"], expected, 0.1);
    }
}

/// `happy + .2·neutral`, and `.4·[center] + .2·(1 − min(|yaw|/45, 1)) + .4·(sentiment + 1)/2`.
fn timelines(analysis: &Value) {
    let windows = list(&analysis["fusedFeatureVectors"]);
    let lines = &analysis["timelineArrays"];
    let engagement = list(&lines["engagementTimeline"]);
    let speech = list(&lines["speechTimeline"]);
    assert_eq!(
        (engagement.len(), speech.len()),
        (windows.len(), windows.len())
    );
    for (index, window) in windows.iter().enumerate() {
        let share = |label: &str| window["facialEmotionScores"][label].as_f64();
        let expected = share("happy")
            .zip(share("neutral"))
            .map(|(happy, neutral)| (happy + 0.2 * neutral).clamp(0.0, 1.0));
        same(&engagement[index]["engagement"], expected, 0.0002);
        let tone = window["textScores"]["sentiment_score"].as_f64();
        let yaw = window["headPose"]["yaw"].as_f64();
        let expected = weighted(&[
            (0.4, window["fusedVector"][9].as_f64()),
            (0.2, yaw.map(|yaw| 1.0 - (yaw.abs() / 45.0).min(1.0))),
            (0.4, tone.map(|tone| (tone + 1.0) / 2.0)),
        ]);
        same(&engagement[index]["confidence"], expected, 0.0005);
        let features = &window["speechFeatures"];
        assert_eq!(speech[index]["speakingRate"], features["speaking_rate"]);
        assert_eq!(speech[index]["pitch"], features["pitch"]);
        assert_eq!(speech[index]["pauseDuration"], features["pause_duration"]);
        same(&speech[index]["fluency"], fluency(features), 0.001);
    }
}

/// What falls below its threshold is to be worked on.
fn feedback(analysis: &Value) {
    let summary = &analysis["summaryScores"];
    let limits = [
        ("engagementScore", 60.0),
        ("speechFluency", 60.0),
        ("emotionalStability", 60.0),
        ("contentRelevanceScore", 65.0),
    ];
    let known = limits
        .iter()
        .filter_map(|(name, limit)| Some((summary[*name].as_f64()?, *limit)));
    let (weak, strong): (Vec<_>, Vec<_>) = known.partition(|(score, limit)| score < limit);
    let told = &analysis["feedbackSummary"];
    assert_eq!(list(&told["improvements"]).len(), weak.len().min(3));
    assert_eq!(list(&told["strengths"]).len(), strong.len().min(3));
    let verdict = match summary["overallPerformanceScore"].as_f64() {
        Some(score) if score >= 80.0 => "strong",
        Some(score) if score >= 65.0 => "solid",
        Some(_) => "develop",
        None => "too little",
    };
    let text = told["suggestedFeedbackText"].as_str().unwrap();
    assert!(text.contains(verdict), "{verdict}: {text}");
}

/// The twelve inputs of the explained scores, and the four heads over them.
fn advanced(analysis: &Value, explained: &Value) {
    let metrics = &analysis["engagementMetrics"];
    let speech = &analysis["speechQualityMetrics"];
    let windows = list(&analysis["fusedFeatureVectors"]);
    let place = |index: usize| {
        let known: Vec<f64> = windows
            .iter()
            .filter_map(|window| window["fusedVector"][index].as_f64())
            .collect();
        mean(&known)
    };
    let poses = list(&analysis["timelineArrays"]["gazeHeadPoseTimeline"]);
    let directions: Vec<bool> = poses
        .iter()
        .filter(|at| at["gazeDirection"] != "unknown")
        .map(|at| at["gazeDirection"] == "center")
        .collect();
    let center = (!directions.is_empty()).then(|| {
        directions.iter().filter(|center| **center).count() as f64 / directions.len() as f64
    });
    let motion: Vec<f64> = poses
        .iter()
        .filter(|at| at["headYaw"].is_number())
        .map(|at| {
            ["headYaw", "headPitch", "headRoll"]
                .iter()
                .map(|name| number(&at[*name]).abs())
                .sum()
        })
        .collect();
    let unit = |value: Option<f64>| value.map(|value| value.clamp(0.0, 1.0));
    let variance =
        analysis["detailedScores"]["speechClarity"]["components"]["pitchVariance"].as_f64();
    let wpm = speech["speakingRateWpm"].as_f64();
    let pause = speech["averagePauseDuration"].as_f64();
    let content = analysis["summaryScores"]["contentRelevanceScore"].as_f64();
    let inputs = [
        unit(metrics["eyeContactRatio"].as_f64()),
        unit(metrics["overallEngagement"].as_f64()),
        unit(center),
        unit(mean(&motion).map(|angles| 1.0 - angles / 30.0)),
        unit(wpm.map(|wpm| 1.0 - (wpm - 135.0).abs() / 135.0)),
        unit(pause.map(|pause_s| 1.0 - pause_s / 1.4)),
        unit(speech["prosodyScore"].as_f64()),
        unit(variance.map(|variance| 1.0 - variance / 220.0)),
        unit(content.map(|score| score / 100.0)),
        unit(place(6)),
        unit(place(8)),
        unit(place(7).map(|tone| (tone + 1.0) / 2.0)),
    ];
    let told: Vec<&Value> = INPUTS
        .iter()
        .map(|name| &explained["inputs"][*name])
        .collect();
    for (found, expected) in told.iter().zip(inputs) {
        same(found, expected, 0.002);
    }
    for (name, bias, weights) in HEADS {
        let expected = head(weights, bias, [1.0; 12], inputs);
        same(&explained["numericScores"][name], expected, 0.2);
        let row = list(&explained["textualExplanations"])
            .iter()
            .find(|row| row["scoreKey"] == name)
            .unwrap_or_else(|| panic!("{name} is not explained"));
        assert_eq!(row["scoreValue"], explained["numericScores"][name]);
        for (index, input) in INPUTS.iter().enumerate() {
            let expected = inputs[index].map(|input| input * weights[index]);
            same(&row["drivers"][*input], expected, 0.002);
        }
    }
    for (row, score) in [
        (
            "communication",
            &explained["numericScores"]["communicationClarity"],
        ),
        ("engagement", &explained["numericScores"]["engagement"]),
        (
            "technical_clarity",
            &explained["llmRationale"]["technicalCorrectness"],
        ),
        (
            "behavioral_response",
            &explained["llmRationale"]["answerDepth"],
        ),
    ] {
        let row = &explained["rubricEvaluation"][row];
        assert_eq!(row["score"], *score);
        let level = score.as_f64().map(|score| match score {
            score if score >= 85.0 => "Excellent",
            score if score >= 70.0 => "Good",
            _ => "Needs Improvement",
        });
        assert_eq!(row["level"].as_str(), level);
    }
}

const INPUTS: [&str; 12] = [
    "eyeContact",
    "overallEngagement",
    "gazeCenterRatio",
    "headStillness",
    "speakingRate",
    "pauses",
    "prosody",
    "pitchSteadiness",
    "contentRelevance",
    "semanticRelevance",
    "answerCoherence",
    "sentiment",
];

const HEADS: [(&str, f64, [f64; 12]); 4] = [
    (
        "engagement",
        -0.72,
        [
            0.9, 0.65, 0.55, 0.25, 0.15, 0.18, 0.08, 0.12, 0.2, 0.15, 0.2, 0.18,
        ],
    ),
    (
        "communicationClarity",
        -0.78,
        [
            0.22, 0.18, 0.2, 0.08, 0.68, 0.75, 0.42, 0.66, 0.3, 0.34, 0.2, 0.24,
        ],
    ),
    (
        "interviewComprehension",
        -0.8,
        [
            0.18, 0.2, 0.12, 0.06, 0.2, 0.28, 0.16, 0.14, 0.74, 0.62, 0.5, 0.7,
        ],
    ),
    (
        "overallPerformance",
        -0.84,
        [
            0.36, 0.3, 0.26, 0.12, 0.34, 0.36, 0.24, 0.3, 0.42, 0.38, 0.31, 0.36,
        ],
    ),
];

/// Length, variety, key terms and sentence length of the words that were said.
fn judge(explained: &Value, session: &Session<'_>) {
    let found = &explained["llmRationale"];
    let text = SAID.join(" ").to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let different: std::collections::BTreeSet<&str> = words.iter().copied().collect();
    let diversity = different.len() as f64 / words.len() as f64;
    near(
        &found["answerDepth"],
        55.0 * words.len() as f64 / 500.0 + 45.0 * diversity,
        0.1,
    );
    // Fourteen technical terms, of which "database" is said, and the words of role and domain.
    let own: Vec<String> = format!("{} {}", session.role, session.domain)
        .to_lowercase()
        .split(' ')
        .map(str::to_owned)
        .collect();
    let hits = 1 + own
        .iter()
        .filter(|word| words.contains(&word.as_str()))
        .count();
    let n = 14 + own.len();
    let structure = 100.0 * (words.len() as f64 / SAID.len() as f64) / 20.0;
    let correctness = 0.7 * 100.0 * hits as f64 / n as f64 + 0.3 * structure;
    near(&found["technicalCorrectness"], correctness, 0.1);
    let relevance = 100.0 * hits as f64 / (n / 2) as f64;
    near(&found["jobRoleRelevance"], relevance, 0.1);
    let overall = mean(&[
        number(&found["answerDepth"]),
        number(&found["technicalCorrectness"]),
        number(&found["jobRoleRelevance"]),
    ]);
    near(&found["overallLLMJudgeScore"], overall.unwrap(), 0.1);
    // No model is asked, so there is no prompt to show.
    assert_eq!(found["prompt"], Value::Null);
    assert_eq!(found["provider"], "heuristic");
}
