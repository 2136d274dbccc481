//! The audits over an organisation's practice sessions, for admins: means by band, how far apart they are,
//! and what is warned of. Samples hold bands and scores and nothing that leads to a person.

use candor_core::access::{Action, Actor};
use candor_signals::scores::practice::fairness::{self, BandMean, FEWEST_TOLD};

use super::documents;
use crate::{App, AppError};

/// What the audits say.
#[derive(Debug, Clone, PartialEq)]
pub struct FairnessReport {
    /// Samples that were looked at, the newest of them.
    pub n_samples: u64,
    /// Scores by bands of what was measured.
    pub bands: Vec<FairnessSpread>,
    /// Scores by circumstances that should not matter.
    pub circumstances: Vec<FairnessSpread>,
    /// What stands out among `bands`, by the documented rule.
    pub band_warnings: Vec<String>,
    /// What stands out among `circumstances`, by the documented rule.
    pub circumstance_warnings: Vec<String>,
}

/// One score over the bands of one measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct FairnessSpread {
    /// The banded measurement.
    pub metric: String,
    /// The score.
    pub score: String,
    /// Every band with its samples.
    pub bands: Vec<FairnessBand>,
    /// Highest less lowest of the means that are told; none where fewer than two are.
    pub spread: Option<f64>,
}

/// One band.
#[derive(Debug, Clone, PartialEq)]
pub struct FairnessBand {
    /// Its name.
    pub band: String,
    /// Samples.
    pub n: u64,
    /// Their mean, where there are [`FEWEST_TOLD`].
    pub mean: Option<f64>,
}

/// The audits of the actor's organisation.
///
/// # Errors
/// [`AppError::Denied`] for everybody but admins.
pub async fn get_fairness(app: &App, actor: &Actor) -> Result<FairnessReport, AppError> {
    actor.may(Action::ReadAudit)?;
    let audits = documents::audits(app, actor.organisation).await?;
    let neutral = fairness::spreads(&audits.neutral);
    let lighting = fairness::spreads(&audits.lighting);
    Ok(FairnessReport {
        n_samples: audits.n_samples,
        band_warnings: fairness::band_warnings(&neutral),
        circumstance_warnings: fairness::group_warnings(&lighting),
        bands: told(&audits.neutral),
        circumstances: told(&audits.lighting),
    })
}

fn told(means: &[BandMean]) -> Vec<FairnessSpread> {
    let mut found: Vec<FairnessSpread> = Vec::new();
    for row in means {
        let is_same = |one: &FairnessSpread| one.metric == row.metric && one.score == row.score;
        let at = found.iter().position(is_same).unwrap_or_else(|| {
            found.push(FairnessSpread {
                metric: row.metric.clone(),
                score: row.score.clone(),
                bands: Vec::new(),
                spread: None,
            });
            found.len() - 1
        });
        found[at].bands.push(FairnessBand {
            band: row.band.clone(),
            n: row.n,
            mean: (row.n >= FEWEST_TOLD).then_some(row.mean),
        });
    }
    for one in &mut found {
        let known: Vec<f64> = one.bands.iter().filter_map(|band| band.mean).collect();
        let (least, most) = known
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), mean| {
                (a.min(*mean), b.max(*mean))
            });
        one.spread = (known.len() >= 2).then_some(most - least);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_a_few_are_not_told() {
        let mean = |band: &str, n, mean| BandMean {
            metric: "pauseBand".to_owned(),
            band: band.to_owned(),
            score: "engagement".to_owned(),
            n,
            mean,
        };
        let found = told(&[
            mean("long", 5, 40.0),
            mean("minimal", 4, 90.0),
            mean("short", 8, 52.5),
        ]);
        assert_eq!(found.len(), 1);
        let shown: Vec<_> = found[0]
            .bands
            .iter()
            .map(|band| (band.n, band.mean))
            .collect();
        assert_eq!(shown, [(5, Some(40.0)), (4, None), (8, Some(52.5))]);
        assert_eq!(found[0].spread, Some(12.5));
        assert_eq!(told(&[mean("long", 5, 40.0)])[0].spread, None);
    }
}
