//! Progress on standard error: a bar on a terminal, JSON lines on request, otherwise nothing.

use std::{
    io::IsTerminal,
    sync::{Arc, Mutex, atomic::AtomicBool},
    time::{Duration, Instant},
};

use candor_app::progress::{Progress, Stage};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::json;

use crate::{args::ProgressArg, cancel};

/// Rough share of the time that each stage takes, in the order of [`Stage::ALL`]; only used to
/// guess the remaining time.
const SHARES: [f32; 6] = [0.01, 0.50, 0.06, 0.40, 0.02, 0.01];
/// How often a JSON line is written at most.
const EVERY: Duration = Duration::from_millis(200);
const STEPS: u64 = 1000;

/// Where the progress of all recordings of one command goes.
pub struct Board {
    kind: Kind,
    cancelled: Arc<AtomicBool>,
}

enum Kind {
    Off,
    Json,
    Bars(MultiProgress),
}

impl Board {
    /// A board as asked for.
    pub fn new(wish: ProgressArg, cancelled: Arc<AtomicBool>) -> Self {
        let kind = match wish {
            ProgressArg::Json => Kind::Json,
            ProgressArg::Auto if std::io::stderr().is_terminal() => {
                Kind::Bars(MultiProgress::new())
            }
            ProgressArg::Auto | ProgressArg::Off => Kind::Off,
        };
        Self { kind, cancelled }
    }

    /// The line of one recording.
    pub fn line(&self, name: &str) -> Line<'_> {
        let bar = match &self.kind {
            Kind::Bars(bars) => {
                let style =
                    ProgressStyle::with_template("{prefix:.bold} {bar:24} {percent:>3}%  {msg}")
                        .expect("the template is constant and valid");
                let bar = bars.add(ProgressBar::new(STEPS).with_style(style));
                bar.set_prefix(name.to_owned());
                Some(bar)
            }
            Kind::Off | Kind::Json => None,
        };
        Line {
            board: self,
            name: name.to_owned(),
            begun: Instant::now(),
            bar,
            state: Mutex::new(State {
                fractions: [0.0; 6],
                stage: None,
                told: None,
            }),
        }
    }
}

/// Progress of one recording.
pub struct Line<'a> {
    board: &'a Board,
    name: String,
    begun: Instant,
    bar: Option<ProgressBar>,
    state: Mutex<State>,
}

struct State {
    fractions: [f32; 6],
    stage: Option<Stage>,
    told: Option<Instant>,
}

impl Line<'_> {
    /// Removes the bar.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn tell(&self, stage: Stage, fraction: f32, done: f32) {
        let elapsed_s = self.begun.elapsed().as_secs_f32();
        // Too early, the guess would only jump about.
        let left_s = (done > 0.03 && elapsed_s > 1.0).then(|| elapsed_s / done * (1.0 - done));
        match (&self.board.kind, &self.bar) {
            (Kind::Json, _) => {
                let line = json!({
                    "recording": self.name,
                    "stage": stage.name(),
                    "fraction": round(fraction),
                    "done": round(done),
                    "elapsed_s": round(elapsed_s),
                    "left_s": left_s.map(round),
                });
                eprintln!("{line}");
            }
            (_, Some(bar)) => {
                bar.set_position((done * STEPS as f32) as u64);
                bar.set_message(match left_s {
                    Some(left) => format!("{}, about {left:.0} s left", stage.label()),
                    None => stage.label().to_owned(),
                });
            }
            _ => {}
        }
    }
}

impl Progress for Line<'_> {
    fn advance(&self, stage: Stage, fraction: f32) {
        if matches!(self.board.kind, Kind::Off) {
            return;
        }
        let Ok(mut state) = self.state.lock() else {
            return;
        };
        let index = Stage::ALL
            .iter()
            .position(|other| *other == stage)
            .expect("ALL holds every stage");
        state.fractions[index] = state.fractions[index].max(fraction.clamp(0.0, 1.0));
        for earlier in &mut state.fractions[..index] {
            *earlier = 1.0;
        }
        let done: f32 = state
            .fractions
            .iter()
            .zip(SHARES)
            .map(|(fraction, share)| fraction * share)
            .sum();
        let is_new = state.stage != Some(stage);
        if is_new || fraction >= 1.0 || state.told.is_none_or(|told| told.elapsed() >= EVERY) {
            state.stage = Some(stage);
            state.told = Some(Instant::now());
            self.tell(stage, fraction, done);
        }
    }

    fn is_cancelled(&self) -> bool {
        cancel::is_raised(&self.board.cancelled)
    }
}

fn round(number: f32) -> f64 {
    (f64::from(number) * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_a_whole() {
        assert!((SHARES.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}
