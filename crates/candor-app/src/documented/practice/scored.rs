//! Every score of the contract over one recording's readings.

use candor_core::measured::{Measured, NotMeasured};
use candor_signals::scores::{
    practice::{
        self as formulas, Advanced, AdvancedInputs, EngagementInputs, Feedback, FusedVector,
        JudgeInputs, Judged, ModelPredictions, SegmentInputs, SegmentScores, SpeechInputs,
    },
    weighted::Weighted,
};

use super::{
    SessionFacts,
    readings::{HAPPY, NEUTRAL, Part, Readings},
};

/// The scores.
#[derive(Debug)]
pub(super) struct Scored {
    pub overall_engagement: Weighted,
    pub engagement: Weighted,
    pub emotion: EmotionScore,
    pub speech: Weighted,
    pub content: ContentScore,
    pub overall: Weighted,
    pub predictions: ModelPredictions,
    pub parts: Vec<SegmentScores>,
    pub feedback: Feedback,
    pub advanced_inputs: AdvancedInputs,
    pub advanced: Advanced,
    pub judged: Measured<Judged>,
}

/// How steady the expression is.
#[derive(Debug)]
pub(super) struct EmotionScore {
    pub value: Measured<f64>,
    pub dominant_variance: Measured<f64>,
    pub mean_variance: Measured<f64>,
}

/// How far the answer speaks about what was asked.
#[derive(Debug)]
pub(super) struct ContentScore {
    pub value: Measured<f64>,
    /// `questions` or `role_and_domain`.
    pub source: &'static str,
    /// Parts that were compared.
    pub n: usize,
}

/// Scores everything.
pub(super) fn score(readings: &Readings, session: &SessionFacts) -> Scored {
    let overall_engagement = formulas::overall_engagement(
        readings.eye_contact.clone(),
        readings.head_stability.clone(),
        readings.wpm.clone(),
    );
    let engagement = formulas::engagement(&EngagementInputs {
        eye_contact_ratio: readings.eye_contact.clone(),
        gaze: readings.gaze.clone(),
        head_angles_deg: readings.head_angles.clone(),
    });
    let emotion = emotion(readings);
    let speech = formulas::speech_fluency(&SpeechInputs {
        mean_pause_s: readings.mean_pause_s.clone(),
        wpm: readings.wpm.clone(),
        pitch_variance: readings.pitch_variance.clone(),
    });
    let content = content(readings);
    let overall = formulas::overall(
        engagement.value.clone(),
        emotion.value.clone(),
        speech.value.clone(),
        content.value.clone(),
    );
    let feedback = formulas::feedback(
        &engagement.value,
        &speech.value,
        &emotion.value,
        &content.value,
        &overall.value,
    );
    let mean = formulas::mean_vector(&readings.fused);
    let advanced_inputs = advanced_inputs(readings, &overall_engagement, &content, &mean);
    Scored {
        predictions: formulas::model_predictions(&mean),
        parts: readings
            .labelled
            .iter()
            .map(|labelled| formulas::segment(&segment_inputs(&labelled.part)))
            .collect(),
        advanced: formulas::advanced(&advanced_inputs),
        judged: readings
            .said
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|said| {
                formulas::judge(&JudgeInputs {
                    script: &said.script,
                    job_role: &session.job_role,
                    domain: &session.domain,
                })
            }),
        overall_engagement,
        engagement,
        emotion,
        speech,
        content,
        overall,
        feedback,
        advanced_inputs,
    }
}

pub(super) fn segment_inputs(part: &Part) -> SegmentInputs {
    SegmentInputs {
        wpm: part.wpm.clone(),
        pause_s: part.pause_s.clone(),
        happy: part.emotions.clone().map(|shares| shares[HAPPY]),
        neutral: part.emotions.clone().map(|shares| shares[NEUTRAL]),
        sentiment: part.sentiment.clone(),
        relevance: part.relevance.clone(),
    }
}

fn emotion(readings: &Readings) -> EmotionScore {
    let frames: Vec<[f64; 7]> = readings
        .frames
        .iter()
        .filter_map(|frame| frame.emotions)
        .collect();
    let why = || match readings
        .windows
        .iter()
        .find_map(|w| w.emotions.as_ref().err())
    {
        Some(reason) if frames.is_empty() => reason.clone(),
        _ => NotMeasured::new("too_few_frames", "fewer than two frames show an expression"),
    };
    let dominant: Vec<f64> = frames
        .iter()
        .map(|shares| shares.iter().copied().fold(0.0, f64::max))
        .collect();
    let dominant_variance = formulas::variance(&dominant).ok_or_else(why);
    let variances: Option<Vec<f64>> = (0..7)
        .map(|place| {
            let values: Vec<f64> = frames.iter().map(|shares| shares[place]).collect();
            formulas::variance(&values)
        })
        .collect();
    let mean_variance = variances
        .and_then(|variances| formulas::mean(&variances))
        .ok_or_else(why);
    let value = match (&dominant_variance, &mean_variance) {
        (Ok(dominant), Ok(mean)) => Ok(formulas::emotional_stability(*dominant, *mean)),
        (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
    };
    EmotionScore {
        value,
        dominant_variance,
        mean_variance,
    }
}

/// Against the questions where they are marked, otherwise sentence by sentence against role and domain.
fn content(readings: &Readings) -> ContentScore {
    let asked = readings
        .labelled
        .iter()
        .filter(|labelled| labelled.basis == "question_marker");
    let by_question: Vec<&Measured<f64>> = asked.map(|labelled| &labelled.part.relevance).collect();
    let (source, relevances) = if by_question.is_empty() {
        let said = readings.said.as_ref();
        let by_passage = said.map_or_else(
            |_| Vec::new(),
            |said| said.passages.iter().map(|p| &p.relevance).collect(),
        );
        ("role_and_domain", by_passage)
    } else {
        ("questions", by_question)
    };
    let known: Vec<f64> = relevances
        .iter()
        .filter_map(|relevance| relevance.as_ref().ok().copied())
        .collect();
    let value = match (known.is_empty(), &readings.said) {
        (true, Err(reason)) => Err(reason.clone()),
        (true, Ok(_)) => Err(relevances
            .iter()
            .find_map(|relevance| relevance.as_ref().err().cloned())
            .unwrap_or_else(|| {
                NotMeasured::new("no_parts", "no part of the answer could be compared")
            })),
        (false, _) => formulas::content_relevance(&known),
    };
    ContentScore {
        value,
        source,
        n: known.len(),
    }
}

fn advanced_inputs(
    readings: &Readings,
    overall_engagement: &Weighted,
    content: &ContentScore,
    mean: &FusedVector,
) -> AdvancedInputs {
    // Places of the fused vector; where no window has one, the first window's reason stands for all.
    let place = |index: usize, pick: fn(&Part) -> &Measured<f64>| {
        mean[index].ok_or_else(|| {
            readings
                .windows
                .iter()
                .find_map(|window| pick(window).as_ref().err().cloned())
                .unwrap_or_else(|| NotMeasured::new("no_windows", "the recording has no length"))
        })
    };
    AdvancedInputs {
        eye_contact_ratio: readings.eye_contact.clone(),
        overall_engagement: overall_engagement.value.clone(),
        center_ratio: readings.gaze.clone().map(|shares| shares.center),
        head_angles_deg: readings.head_angles.clone(),
        wpm: readings.wpm.clone(),
        mean_pause_s: readings.mean_pause_s.clone(),
        prosody: readings.prosody.clone(),
        pitch_variance: readings.pitch_variance.clone(),
        content_relevance: content.value.clone().map(|score| score / 100.0),
        semantic_relevance: place(6, |part| &part.relevance),
        coherence: place(8, |part| &part.coherence),
        sentiment: place(7, |part| &part.sentiment),
    }
}
