//! The two audits: what a session adds to them, and how they are told.

use candor_signals::scores::practice::fairness::{self, BandMean, Spread};
use serde_json::{Map, Value, json};

use super::{readings::Readings, scored::Scored, unmeasured::round};

/// What one session adds: bands and scores. Nothing in it tells who it was.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    /// `high`, `medium` or `low` eye contact.
    pub eye_contact_band: Option<&'static str>,
    /// `slow`, `optimal` or `fast` speech.
    pub rate_band: Option<&'static str>,
    /// `minimal`, `short`, `moderate` or `long` pauses.
    pub pause_band: Option<&'static str>,
    /// `high`, `medium` or `low` relevance.
    pub relevance_band: Option<&'static str>,
    /// `dark`, `normal` or `bright` light on the face.
    pub lighting_band: Option<&'static str>,
    /// Advanced scores in the contract's order, 0 to 100.
    pub scores: [Option<f64>; 4],
}

impl Sample {
    /// Whether it says anything.
    pub fn is_empty(&self) -> bool {
        self.scores.iter().all(Option::is_none)
    }
}

/// Names of [`Sample::scores`].
pub const SCORES: [&str; 4] = [
    "engagement",
    "communicationClarity",
    "interviewComprehension",
    "overallPerformance",
];
/// Names of the neutral bands.
pub const NEUTRAL_BANDS: [&str; 4] = [
    "eyeContactBand",
    "speakingRateBand",
    "pauseBand",
    "contentRelevanceBand",
];

/// The audits over the samples that an organisation has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Audits {
    /// Samples that were looked at.
    pub n_samples: u64,
    /// Means by the bands of [`NEUTRAL_BANDS`].
    pub neutral: Vec<BandMean>,
    /// Means by the light on the face.
    pub lighting: Vec<BandMean>,
}

/// The sample of one session.
pub(super) fn sample(readings: &Readings, scored: &Scored) -> Sample {
    let advanced = &scored.advanced;
    Sample {
        eye_contact_band: readings
            .eye_contact
            .as_ref()
            .ok()
            .map(|ratio| fairness::eye_contact_band(100.0 * ratio)),
        rate_band: readings
            .wpm
            .as_ref()
            .ok()
            .map(|wpm| fairness::rate_band(*wpm)),
        pause_band: readings
            .mean_pause_s
            .as_ref()
            .ok()
            .map(|pause_s| fairness::pause_band(*pause_s)),
        relevance_band: scored
            .content
            .value
            .as_ref()
            .ok()
            .map(|score| fairness::relevance_band(*score)),
        lighting_band: readings
            .face_luma
            .as_ref()
            .ok()
            .map(|luma| fairness::lighting_band(*luma)),
        scores: [
            &advanced.engagement,
            &advanced.communication,
            &advanced.comprehension,
            &advanced.overall,
        ]
        .map(|head| head.value.as_ref().ok().copied()),
    }
}

impl Audits {
    /// `biasAudit`: no sensitive attribute is ever asked for, so only the light is checked.
    pub(super) fn bias_document(&self) -> Value {
        let spreads = fairness::spreads(&self.lighting);
        json!({
            "checkedSensitiveAttributes": [],
            "checkedIrrelevantAttributes": [fairness::LIGHTING],
            "warnings": fairness::group_warnings(&spreads),
            "historySampleCount": self.n_samples,
            "note": format!(
                "{} are not asked for and not kept; {} are not known",
                fairness::SENSITIVE.join(", "),
                fairness::IRRELEVANT
                    .iter()
                    .filter(|name| **name != fairness::LIGHTING)
                    .copied()
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        })
    }

    /// `fairnessReport`. Whoever practises sees it, so it holds no band that a few people make up.
    pub(super) fn fairness_document(&self) -> Value {
        let spreads = fairness::spreads(&self.neutral);
        json!({
            "sampleCount": self.n_samples,
            "neutralMetricsUsed": NEUTRAL_BANDS,
            "groupVariance": variance(&spreads),
            "warnings": fairness::band_warnings(&spreads),
            "fewestSamplesOfABand": fairness::FEWEST_TOLD,
            "formula": fairness::FORMULA,
        })
    }
}

fn variance(spreads: &[Spread]) -> Value {
    let mut metrics: Map<String, Value> = Map::new();
    for spread in spreads {
        let means: Map<String, Value> = spread
            .means
            .iter()
            .map(|(band, mean)| (band.clone(), json!(round(*mean, 1))))
            .collect();
        metrics
            .entry(spread.metric.clone())
            .or_insert_with(|| json!({}))[&spread.score] = json!({
            "bucketMeans": means,
            "spread": (spread.means.len() >= 2).then(|| round(spread.spread, 1)),
        });
    }
    Value::Object(metrics)
}
