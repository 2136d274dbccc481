//! What was measured of an answer, as facts with their units, and the documented commentary that they make up.

use candor_core::{
    measured::{Measured, NotMeasured},
    report::Provenance,
};
use candor_interviewer::commentary::{self, Commentary, Fact, Measurements};
use candor_signals::scores::{pipeline_prosody::Prosody, policy::ScorePolicy};

use serde_json::{Map, Value, json};

use super::scoring::Scored;

/// The fields of an evaluation that hold it.
const FIELDS: [&str; 4] = [
    "overallAssessment",
    "faceAnalysisSummary",
    "voiceAnalysisSummary",
    "llmAnalysisSummary",
];

/// The commentary on an answer.
pub(super) fn commentary(scored: &Scored) -> Commentary {
    commentary::assemble(&measurements(scored))
}

/// The commentary by the fields of an evaluation.
pub(super) fn fields(commentary: Commentary) -> Map<String, Value> {
    let texts = [
        commentary.overall,
        commentary.face,
        commentary.voice,
        commentary.content,
    ];
    let fields = FIELDS.iter().zip(texts);
    fields
        .map(|(name, text)| ((*name).to_owned(), Value::String(text)))
        .collect()
}

/// What a model wrote, as a step keeps it.
pub(crate) fn written(commentary: Commentary, provenance: &Provenance, processor: &str) -> Value {
    json!({
        "texts": fields(commentary),
        "by": {"processor": processor, "provenance": provenance},
    })
}

/// Why a model that was asked wrote nothing, as a step keeps it.
pub(crate) fn not_written(reason: &NotMeasured) -> Value {
    json!({"by": {"because": {"code": reason.code, "message": reason.message}}})
}

/// Puts what a step kept of a model into an evaluation, in place of the assembled sentences.
pub(crate) fn put(evaluation: &mut Value, kept: &Value) {
    let Some(evaluation) = evaluation.as_object_mut() else {
        return;
    };
    for (name, text) in kept["texts"].as_object().into_iter().flatten() {
        if FIELDS.contains(&name.as_str()) {
            evaluation.insert(name.clone(), text.clone());
        }
    }
    if !kept["by"].is_null() {
        evaluation.insert("commentaryBy".to_owned(), kept["by"].clone());
    }
}

/// What was looked for in an answer. Expressions are not in it.
pub(crate) fn measurements(scored: &Scored) -> Measurements {
    Measurements {
        overall: overall(scored),
        face: face(scored),
        voice: voice(scored),
        content: content(scored),
    }
}

fn overall(scored: &Scored) -> Vec<Fact> {
    let basis = match scored.r2.policy {
        ScorePolicy::ContentOnly => "what was said alone",
        ScorePolicy::DocumentedWithoutEmotion => {
            "the documented formula without its terms for emotions"
        }
        ScorePolicy::Documented => "the documented formula in full",
    };
    let reliable = if scored.r2.is_reliable {
        "By the documented rule the total is reliable"
    } else {
        "By the documented rule the total is not reliable"
    };
    let part = |name, label: &str, value: &Measured<f64>| {
        Fact::of(name, value, |score| {
            format!("{label} gives {score:.1} of 100")
        })
    };
    vec![
        Fact::of("total", &scored.r2.final_score, |score| {
            format!("The answer comes to {score:.0} of 100, by {basis}")
        }),
        part("content part", "The content", &scored.r2.llm),
        part("face part", "The face", &scored.r2.face),
        part("voice part", "The voice", &scored.r2.voice),
        Fact {
            name: "reliability",
            found: scored
                .r2
                .final_score
                .as_ref()
                .map(|_| reliable.to_owned())
                .map_err(Clone::clone),
        },
    ]
}

fn face(scored: &Scored) -> Vec<Fact> {
    let face = &scored.face;
    vec![
        Fact::of("presence of a face", &face.frames, |(n, with_face)| {
            format!("A face is seen in {with_face} of {n} sampled frames")
        }),
        Fact::of("eye contact", &face.counts, |counts| {
            let percent = 100.0 * counts.eye_contact_ratio;
            format!("The eyes meet the camera in {percent:.0} % of the frames")
        }),
        Fact::of("turning away", &face.counts, |counts| {
            format!("The gaze is turned aside in {} frames", counts.n_avoidances)
        }),
        Fact::of("engagement figure", &face.engagement, |score| {
            format!("The documented engagement figure is {score:.1} of 100")
        }),
    ]
}

fn voice(scored: &Scored) -> Vec<Fact> {
    let voice = &scored.voice;
    let prosody = |pick: fn(&Prosody) -> Measured<f64>| {
        let found = voice.prosody.as_ref().map_err(NotMeasured::clone);
        found.and_then(pick)
    };
    let pitch_sd = voice.pitch_hz.as_ref().map(|pitch| pitch.sd);
    vec![
        Fact::of(
            "speaking rate",
            &prosody(|found| found.words_per_s.clone()),
            |rate| format!("The speaking rate is {rate:.1} words per second"),
        ),
        Fact::of("pauses", &voice.prosody, |found| {
            format!(
                "There are {} pauses, of {:.1} seconds on average",
                found.n_pauses, found.mean_pause_s
            )
        }),
        Fact::of("fluency", &prosody(|found| Ok(found.fluency)), |score| {
            format!("The documented fluency is {score:.0} of 100")
        }),
        Fact::of("change of pitch", &pitch_sd.map_err(Clone::clone), |hz| {
            format!("The pitch varies by {hz:.0} Hz around its mean")
        }),
        Fact::of("signal-to-noise ratio", &voice.snr_db, |db| {
            format!("The signal-to-noise ratio of the recording is {db:.1} dB")
        }),
    ]
}

fn content(scored: &Scored) -> Vec<Fact> {
    let scores = &scored.content.scores;
    let score = |name, label: &str, value: &Measured<f64>| {
        Fact::of(name, value, |score| format!("{label} is {score:.1} of 100"))
    };
    let mut facts = vec![
        score(
            "relevance",
            "Nearness to the question",
            &scores.answer_relevance,
        ),
        score(
            "keyword coverage",
            "Coverage of the keywords",
            &scores.keyword_coverage,
        ),
        score("technical content", "Technical content", &scores.technical),
        score("clarity", "Clarity of the sentences", &scores.clarity),
        score(
            "completeness",
            "Completeness against the expected answer",
            &scores.completeness,
        ),
        score("initiative", "Initiative in the words", &scores.initiative),
    ];
    if !scored.content.keywords.is_empty() {
        let keywords = scored.content.keywords.join(", ");
        facts.push(Fact {
            name: "keywords",
            found: Ok(format!("It uses these keywords: {keywords}")),
        });
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_wrote_stands_in_place_of_the_assembled_sentences() {
        let mut evaluation = json!({"overallAssessment": "Assembled.", "finalScore": 64.0});
        put(&mut evaluation, &Value::Null);
        assert_eq!(evaluation["overallAssessment"], "Assembled.");
        put(
            &mut evaluation,
            &not_written(&NotMeasured::new("chat_timed_out", "late")),
        );
        assert_eq!(evaluation["overallAssessment"], "Assembled.");
        assert_eq!(
            evaluation["commentaryBy"]["because"]["code"],
            "chat_timed_out"
        );
        let kept = json!({
            "texts": {"overallAssessment": "Written.", "finalScore": 100.0},
            "by": {"processor": "Example Ltd"},
        });
        put(&mut evaluation, &kept);
        assert_eq!(evaluation["overallAssessment"], "Written.");
        assert_eq!(
            evaluation["finalScore"], 64.0,
            "figures are nobody's to write"
        );
        assert_eq!(
            evaluation["commentaryBy"],
            json!({"processor": "Example Ltd"})
        );
    }
}
