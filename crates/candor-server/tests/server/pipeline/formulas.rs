//! The documented formulas, worked out once more from what the documents themselves tell was measured.

use candor_core::ports::Embedder;
use candor_testkit::WordEmbedder;
use serde_json::Value;

/// What the recordings say, sentence by sentence.
use super::stage::SENTENCES;
use crate::figures::{near, number, same};

/// Weighted mean of what is known.
fn weighted(rows: &[(f64, Option<f64>)]) -> Option<f64> {
    let known = || rows.iter().filter_map(|(w, value)| Some((*w, (*value)?)));
    let weight: f64 = known().map(|(weight, _)| weight).sum();
    let sum: f64 = known().map(|(weight, value)| weight * value).sum();
    (weight > 0.0).then(|| sum / weight)
}

/// Checks every figure of a finished pipeline that follows from others.
pub fn check(pipeline: &Value) {
    content(pipeline);
    let in_hiring = pipeline["purpose"] == "hiring";
    let (face, voice) = if in_hiring {
        (None, None)
    } else {
        prosody(pipeline);
        (face(pipeline), voice(pipeline))
    };
    let evaluation = &pipeline["evaluationResult"];
    let parts = &evaluation["breakdown"];
    same(&parts["face"], face, 0.02);
    same(&parts["voice"], voice, 0.02);
    let ai = &pipeline["questionAIResult"];
    let llm = weighted(&[
        (0.3, ai["answerRelevanceScore"].as_f64()),
        (0.15, ai["keywordCoverageScore"].as_f64()),
        (0.2, ai["technicalScore"].as_f64()),
        (0.1, ai["clarityScore"].as_f64()),
        (0.15, ai["completenessScore"].as_f64()),
        (0.1, ai["initiativeScore"].as_f64()),
    ]);
    same(&parts["llm"], llm, 0.02);
    let total = weighted(&[(0.2, face), (0.2, voice), (0.6, llm)]).map(f64::round);
    same(&evaluation["finalScore"], total, 0.0);
    for name in ["overallScore", "final_score"] {
        assert_eq!(pipeline[name], evaluation["finalScore"], "{name}");
    }
    first_revision(pipeline, in_hiring);
    assert_eq!(pipeline["scoring"]["r2"], *evaluation);
    let basis = if in_hiring {
        "content_only"
    } else {
        "documented"
    };
    assert_eq!(evaluation["basis"], basis);
    assert_eq!(evaluation["improvementSuggestions"], ai["weaknesses"]);
    assert_eq!(evaluation["recommendation"], Value::Null);
    assert_eq!(
        evaluation["notMeasured"]["recommendation"]["code"],
        "no_verdict"
    );
    commentary(evaluation, ai, in_hiring);
}

/// The commentary says what was measured, with its figures, and what was not.
fn commentary(evaluation: &Value, ai: &Value, in_hiring: bool) {
    let said = |name: &str| evaluation[name].as_str().unwrap_or_default().to_owned();
    let overall = said("overallAssessment");
    match evaluation["finalScore"].as_f64() {
        Some(total) => assert!(
            overall.starts_with(&format!("The answer comes to {total:.0} of 100")),
            "{overall}"
        ),
        None => assert!(overall.contains("Not measured: total"), "{overall}"),
    }
    let content = said("llmAnalysisSummary");
    let is_judged = ai["answerRelevanceScore"].is_f64();
    assert_eq!(
        content.starts_with("Nearness to the question is"),
        is_judged,
        "{content}"
    );
    if in_hiring {
        let face = said("faceAnalysisSummary");
        assert!(face.contains("Not measured: eye contact"), "{face}");
        assert!(!face.contains("happ"), "{face}");
    }
    assert!(!said("voiceAnalysisSummary").is_empty());
}

/// Nearness in meaning, keywords, and points of the expected answer.
fn content(pipeline: &Value) {
    let ai = &pipeline["questionAIResult"];
    let text = |name: &str| pipeline[name].as_str().unwrap_or_default().to_owned();
    let nearest = |text: &str| {
        let rows = WordEmbedder
            .embed(&[text, SENTENCES[0], SENTENCES[1]])
            .unwrap();
        let cosine = |row: &Vec<f32>| rows[0].iter().zip(row).map(|(a, b)| a * b).sum::<f32>();
        f64::from(cosine(&rows[1]).max(cosine(&rows[2])))
    };
    // The best third of two sentences is one of them.
    near(
        &ai["answerRelevanceScore"],
        100.0 * nearest(&text("questionText")),
        0.02,
    );
    let keywords = pipeline["keywords"].as_array().unwrap();
    let said = SENTENCES.join(" ");
    let used: Vec<&Value> = keywords
        .iter()
        .filter(|word| said.contains(word.as_str().unwrap()))
        .collect();
    near(
        &ai["keywordCoverageScore"],
        100.0 * used.len() as f64 / keywords.len() as f64,
        0.01,
    );
    let detected = pipeline["aiResult"]["detectedKeywords"].as_array().unwrap();
    assert_eq!(detected.iter().collect::<Vec<_>>(), used);
    let expected = text("expectedAnswer");
    let complete = (!expected.is_empty()).then(|| 100.0 * nearest(&expected));
    same(&ai["completenessScore"], complete, 0.02);
    // What takes understanding has no judge here, and no guess instead.
    for name in ["technicalScore", "clarityScore", "initiativeScore"] {
        assert_eq!(ai[name], Value::Null, "{name}");
        let path = format!("questionAIResult.{name}");
        assert!(pipeline["notMeasured"][&path]["code"].is_string(), "{path}");
    }
}

/// Rate, pauses over 0.3 s and fluency, from the words with their times.
fn prosody(pipeline: &Value) {
    let words = pipeline["transcription"]["words"].as_array().unwrap();
    let time = |index: usize, name: &str| number(&words[index][name]);
    let pauses: Vec<f64> = (1..words.len())
        .map(|index| time(index, "start") - time(index - 1, "end"))
        .filter(|gap| *gap > 0.3)
        .collect();
    let mean_pause_s = pauses.iter().sum::<f64>() / pauses.len().max(1) as f64;
    let found = &pipeline["voiceScores"]["prosody"];
    let length_s = time(words.len() - 1, "end") - time(0, "start");
    near(&found["speechRate"], words.len() as f64 / length_s, 0.01);
    near(&found["averagePause"], mean_pause_s, 0.01);
    assert_eq!(found["totalPauses"], pauses.len());
    let fluency = (100.0 - 50.0 * mean_pause_s - 5.0 * pauses.len() as f64).max(0.0);
    near(&found["speechFluencyScore"], fluency.round(), 0.0);
    let sure: Vec<f64> = words
        .iter()
        .map(|word| number(&word["confidence"]))
        .collect();
    let mean = sure.iter().sum::<f64>() / sure.len() as f64;
    near(&found["voiceConfidenceScore"], (100.0 * mean).round(), 0.0);
    let meta = &pipeline["transcription"]["meta"];
    near(&meta["avgWordConfidence"], mean, 0.001);
    assert_eq!(meta["totalWords"], words.len());
}

/// `0.4·engagement + 0.3·eye contact + 0.2·(1 − avoidances/20) + 0.1·emotion`.
fn face(pipeline: &Value) -> Option<f64> {
    let found = &pipeline["faceScores"];
    let eye = found["eyeContactRatio"].as_f64();
    let avoidances = found["cameraAvoidanceCount"].as_f64();
    let top: Vec<&str> = found["dominantEmotions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let shown = |label: &str| f64::from(u8::from(top.contains(&label)));
    let confidence = eye.zip(avoidances).map(|(eye, avoidances)| {
        (60.0 * eye - 5.0 * avoidances + 10.0 * shown("happiness")).max(0.0)
    });
    same(&found["confidenceScore"], confidence, 0.01);
    let engagement = eye.map(|eye| (70.0 * eye + 5.0 * shown("surprise")).max(0.0));
    same(&found["engagementScore"], engagement, 0.01);
    let emotion = top.first().map(|label| match *label {
        "happiness" => 1.0,
        "neutral" => 0.7,
        "sadness" | "anger" => 0.3,
        _ => 0.5,
    });
    let mean = weighted(&[
        (0.4, engagement.map(|points| points / 100.0)),
        (0.3, eye),
        (0.2, avoidances.map(|n| (1.0 - n / 20.0).max(0.0))),
        (0.1, emotion),
    ]);
    mean.map(|mean| 100.0 * mean)
}

/// `0.4·fluency + 0.2·emotion + 0.2·rate + 0.2·signal`; no emotion is heard.
fn voice(pipeline: &Value) -> Option<f64> {
    let found = &pipeline["voiceScores"];
    assert_eq!(found["dominantEmotion"], Value::Null);
    let rate = found["prosody"]["speechRate"]
        .as_f64()
        .map(|rate| match rate {
            rate if rate < 1.2 => 0.4,
            rate if rate < 1.5 => 0.7,
            rate if rate <= 2.7 => 1.0,
            rate if rate <= 3.5 => 0.85,
            _ => 0.5,
        });
    let below = |name: &str, bound: f64| found[name].as_f64().is_some_and(|value| value < bound);
    let signal = found["snrEstimate"].as_f64().map(|snr_db| {
        let by_snr = match snr_db {
            snr if snr > 10.0 => 1.0,
            snr if snr > 7.0 => 0.8,
            snr if snr > 5.0 => 0.6,
            _ => 0.3,
        };
        let flat = if below("pitchStd", 30.0) { 0.8 } else { 1.0 };
        let faint = if below("energyMean", 0.03) { 0.8 } else { 1.0 };
        by_snr * flat * faint
    });
    let fluency = found["prosody"]["speechFluencyScore"].as_f64();
    let mean = weighted(&[
        (0.4, fluency.map(|points| points / 100.0)),
        (0.2, rate),
        (0.2, signal),
    ]);
    mean.map(|mean| 100.0 * mean)
}

/// `communication = 0.4·face + 0.4·voice + 0.2·fluency`, `overall = 0.6·relevance + 0.4·communication`.
fn first_revision(pipeline: &Value, in_hiring: bool) {
    let prosody = &pipeline["voiceScores"]["prosody"];
    let face = pipeline["faceScores"]["confidenceScore"].as_f64();
    let communication = weighted(&[
        (0.4, face.filter(|_| !in_hiring)),
        (0.4, prosody["voiceConfidenceScore"].as_f64()),
        (0.2, prosody["speechFluencyScore"].as_f64()),
    ])
    .map(f64::round);
    let relevance = pipeline["questionAIResult"]["answerRelevanceScore"].as_f64();
    let overall = weighted(&[(0.6, relevance), (0.4, communication)]).map(f64::round);
    let found = &pipeline["scoring"]["r1"];
    same(&found["communication"], communication, 0.0);
    same(&found["overall"], overall, 0.0);
    let ai = &pipeline["aiResult"];
    assert_eq!(ai["overallScore"], found["overall"]);
    assert_eq!(
        ai["answerRelevanceScore"],
        pipeline["questionAIResult"]["answerRelevanceScore"]
    );
    assert_eq!(
        ai["answerCoverage"],
        pipeline["questionAIResult"]["completenessScore"]
    );
    assert_eq!(
        ai["voiceAnalysisSummary"]["speechRate"],
        prosody["speechRate"]
    );
    assert_eq!(ai["recommendation"], Value::Null, "people decide");
}
