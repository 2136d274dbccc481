//! The contract's two audits over many sessions: whether scores differ between bands of what was
//! measured (eye contact, pace, pauses, relevance), and between circumstances that should not matter.

/// Identifier and version of bands and limits.
pub const FORMULA: &str = "practice-fairness.v2";

/// Samples of a band whose mean is told or warned of: the mean of fewer would be somebody's.
pub const FEWEST_TOLD: u64 = 5;

/// Difference of band means in points that the neutral-band audit warns of, and its least samples.
const BAND_SPREAD: f64 = 18.0;
const BAND_SAMPLES: u64 = 15;
/// The same for circumstances that should not matter.
const GROUP_SPREAD: f64 = 15.0;
const GROUP_SAMPLES: u64 = 20;

/// Sensitive attributes of the contract. None of them is asked for or kept.
pub const SENSITIVE: [&str; 8] = [
    "gender",
    "race",
    "ethnicity",
    "age",
    "accent",
    "nationality",
    "religion",
    "disability",
];
/// Circumstances of the contract that should not matter; only the last is measured.
pub const IRRELEVANT: [&str; 4] = [
    "camera_brand",
    "device_model",
    "network_quality",
    "lighting_condition",
];
/// The circumstance that is measured.
pub const LIGHTING: &str = "lighting_condition";

/// Band of the share of eye contact in percent.
pub fn eye_contact_band(percent: f64) -> &'static str {
    match percent {
        p if p >= 75.0 => "high",
        p if p >= 45.0 => "medium",
        _ => "low",
    }
}

/// Band of words per minute.
pub fn rate_band(wpm: f64) -> &'static str {
    match wpm {
        w if w <= 0.0 => "unknown",
        w if w < 110.0 => "slow",
        w if w <= 160.0 => "optimal",
        _ => "fast",
    }
}

/// Band of the mean pause in seconds.
pub fn pause_band(pause_s: f64) -> &'static str {
    match pause_s {
        p if p <= 0.0 => "minimal",
        p if p < 0.5 => "short",
        p if p < 1.0 => "moderate",
        _ => "long",
    }
}

/// Band of the content relevance, 0 to 100.
pub fn relevance_band(score: f64) -> &'static str {
    match score {
        s if s >= 80.0 => "high",
        s if s >= 60.0 => "medium",
        _ => "low",
    }
}

/// Band of the mean brightness of the face, 0 to 255.
pub fn lighting_band(luma: f64) -> &'static str {
    match luma {
        l if l < 60.0 => "dark",
        l if l <= 190.0 => "normal",
        _ => "bright",
    }
}

/// Mean of one score over the samples of one band.
#[derive(Debug, Clone, PartialEq)]
pub struct BandMean {
    /// The banded measurement, e.g. `eyeContactBand`.
    pub metric: String,
    /// The band.
    pub band: String,
    /// The score.
    pub score: String,
    /// Samples of this band with this score.
    pub n: u64,
    /// Their mean.
    pub mean: f64,
}

/// Means of one score by band, and how far apart they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// The banded measurement.
    pub metric: String,
    /// The score.
    pub score: String,
    /// Band and mean, by band.
    pub means: Vec<(String, f64)>,
    /// Highest less lowest mean.
    pub spread: f64,
    /// Samples behind it.
    pub n: u64,
}

/// The spread of every score over every banded measurement, in the order of `means`. Bands of less than
/// [`FEWEST_TOLD`] samples are left out, so that neither a mean nor a difference is one person's score.
pub fn spreads(means: &[BandMean]) -> Vec<Spread> {
    let mut found: Vec<Spread> = Vec::new();
    for row in means
        .iter()
        .filter(|row| row.n >= FEWEST_TOLD && row.mean.is_finite())
    {
        match found
            .iter_mut()
            .find(|spread| spread.metric == row.metric && spread.score == row.score)
        {
            Some(spread) => {
                spread.means.push((row.band.clone(), row.mean));
                spread.n += row.n;
            }
            None => found.push(Spread {
                metric: row.metric.clone(),
                score: row.score.clone(),
                means: vec![(row.band.clone(), row.mean)],
                spread: 0.0,
                n: row.n,
            }),
        }
    }
    for spread in &mut found {
        spread.means.sort_by(|a, b| a.0.cmp(&b.0));
        let means = || spread.means.iter().map(|(_, mean)| *mean);
        spread.spread =
            means().fold(f64::NEG_INFINITY, f64::max) - means().fold(f64::INFINITY, f64::min);
    }
    found
}

/// Warnings of the neutral-band audit: two bands at least, 15 samples at least, over 18 points apart.
pub fn band_warnings(spreads: &[Spread]) -> Vec<String> {
    warnings(spreads, BAND_SAMPLES, BAND_SPREAD)
}

/// Warnings of the bias audit: 20 samples at least, over 15 points apart.
pub fn group_warnings(spreads: &[Spread]) -> Vec<String> {
    warnings(spreads, GROUP_SAMPLES, GROUP_SPREAD)
}

fn warnings(spreads: &[Spread], least: u64, limit: f64) -> Vec<String> {
    spreads
        .iter()
        .filter(|spread| spread.n >= least && spread.means.len() >= 2 && spread.spread > limit)
        .map(|spread| {
            format!(
                "{} differs by {:.1} points between the bands of {} ({} samples)",
                spread.score, spread.spread, spread.metric, spread.n
            )
        })
        .collect()
}
