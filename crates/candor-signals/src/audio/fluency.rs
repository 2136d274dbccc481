//! One index of fluency from pause rate, mean pause, filler rate and articulation rate.
//!
//! Each figure gives 100 points within a norm range and falls evenly to 0 at a limit; the index is
//! the mean of the figures that were measured. The ranges are Candor's, set around published
//! figures for adults who speak spontaneously:
//!
//! | figure | 100 points | 0 points | orientation |
//! |---|---|---|---|
//! | pauses ≥ 250 ms per min of talk | ≤ 25 | 60 | de Jong & Bosker 2013 |
//! | mean pause | ≤ 0.7 s | 2.0 s | Campione & Véronis 2002: pauses over 1 s are rare |
//! | fillers per min | ≤ 4 | 15 | Bortfeld et al. 2001: about 2.6 per 100 words |
//! | articulation rate, nuclei per s | 3.5 to 6.0 | 1.5, 8.5 | Goldman-Eisler 1968: 4.4 to 5.9 syllables per s; detection finds somewhat fewer nuclei (de Jong & Wempe 2009) |
//!
//! It describes how speech flows, not what a speaker knows, and depends on language and task.

use candor_core::measured::{Measured, NotMeasured};

/// Identifies the formula in provenance.
pub const FORMULA: &str = "fluency-norms.v1";

/// Fewest measured figures for an index.
pub const MIN_FIGURES: usize = 3;

/// The figures that go in.
#[derive(Debug, Clone, PartialEq)]
pub struct FluencyInputs {
    /// Pauses per minute of talk ([`super::pauses::Pauses::rate_per_min`]).
    pub pauses_per_min: Measured<f64>,
    /// Mean pause in seconds ([`super::pauses::Pauses::mean_s`]); without any pause it counts as
    /// within the norm.
    pub mean_pause_s: Measured<f64>,
    /// Fillers per minute, from a verbatim transcript or acoustic candidates.
    pub fillers_per_min: Measured<f64>,
    /// Syllable nuclei per second of phonation.
    pub articulation_rate: Measured<f64>,
}

/// Points of one figure.
#[derive(Debug, Clone, PartialEq)]
pub struct FluencyPart {
    /// `pauses_per_min`, `mean_pause_s`, `fillers_per_min` or `articulation_rate`.
    pub name: &'static str,
    /// 0 to 100, or why there are none.
    pub points: Measured<f64>,
}

/// The index and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Fluency {
    /// 0 to 100.
    pub index: f64,
    /// All four figures, in the order of the table.
    pub parts: Vec<FluencyPart>,
}

/// Computes the index.
///
/// # Errors
/// `too_few_figures` when fewer than [`MIN_FIGURES`] of the inputs were measured.
pub fn measure(inputs: &FluencyInputs) -> Measured<Fluency> {
    let mean_pause = match &inputs.mean_pause_s {
        Err(reason) if reason.code == "no_pauses" => Ok(0.0),
        other => other.clone(),
    };
    let part = |name, figure: &Measured<f64>, norm: Norm| FluencyPart {
        name,
        points: figure.clone().map(|value| norm.points(value)),
    };
    let parts = vec![
        part(
            "pauses_per_min",
            &inputs.pauses_per_min,
            Norm::up_to(25.0, 60.0),
        ),
        part("mean_pause_s", &mean_pause, Norm::up_to(0.7, 2.0)),
        part(
            "fillers_per_min",
            &inputs.fillers_per_min,
            Norm::up_to(4.0, 15.0),
        ),
        part(
            "articulation_rate",
            &inputs.articulation_rate,
            Norm {
                zero_below: 1.5,
                from: 3.5,
                to: 6.0,
                zero_above: 8.5,
            },
        ),
    ];
    let points: Vec<f64> = parts
        .iter()
        .filter_map(|part| part.points.as_ref().ok().copied())
        .collect();
    if points.len() < MIN_FIGURES {
        let message = format!("only {} of 4 figures were measured", points.len());
        return Err(NotMeasured::new("too_few_figures", message));
    }
    Ok(Fluency {
        index: points.iter().sum::<f64>() / points.len() as f64,
        parts,
    })
}

/// Full points from `from` to `to`, falling to nothing at the outer limits.
struct Norm {
    zero_below: f64,
    from: f64,
    to: f64,
    zero_above: f64,
}

impl Norm {
    fn up_to(to: f64, zero_above: f64) -> Self {
        Self {
            zero_below: -1.0,
            from: 0.0,
            to,
            zero_above,
        }
    }

    fn points(&self, value: f64) -> f64 {
        let rising = (value - self.zero_below) / (self.from - self.zero_below);
        let falling = (self.zero_above - value) / (self.zero_above - self.to);
        100.0 * rising.min(falling).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(pauses: f64, mean_pause: f64, fillers: f64, rate: f64) -> FluencyInputs {
        FluencyInputs {
            pauses_per_min: Ok(pauses),
            mean_pause_s: Ok(mean_pause),
            fillers_per_min: Ok(fillers),
            articulation_rate: Ok(rate),
        }
    }

    fn index(inputs: &FluencyInputs) -> f64 {
        measure(inputs).unwrap().index
    }

    #[test]
    fn speech_within_the_norms_has_100() {
        assert!((index(&inputs(20.0, 0.5, 2.0, 4.5)) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn each_figure_weighs_a_quarter() {
        assert!((index(&inputs(60.0, 0.5, 2.0, 4.5)) - 75.0).abs() < 1e-9);
        assert!((index(&inputs(20.0, 1.35, 2.0, 4.5)) - 87.5).abs() < 1e-9);
        assert!((index(&inputs(20.0, 0.5, 9.5, 2.5)) - 75.0).abs() < 1e-9);
        assert!(index(&inputs(99.0, 9.0, 99.0, 0.5)).abs() < 1e-9);
    }

    #[test]
    fn missing_figures_are_left_out_and_never_zero() {
        let missing = || Err(NotMeasured::new("no_transcript", "there is no transcript"));
        let mut given = inputs(20.0, 0.5, 2.0, 4.5);
        given.fillers_per_min = missing();
        let found = measure(&given).unwrap();
        assert!((found.index - 100.0).abs() < 1e-9);
        assert!(found.parts[2].points.is_err());
        given.articulation_rate = missing();
        assert_eq!(measure(&given).unwrap_err().code, "too_few_figures");
    }

    #[test]
    fn speech_without_any_pause_is_within_the_norm_of_pauses() {
        let mut given = inputs(0.0, 0.0, 2.0, 4.5);
        given.mean_pause_s = Err(NotMeasured::new("no_pauses", "none"));
        assert!((index(&given) - 100.0).abs() < 1e-9);
    }
}
