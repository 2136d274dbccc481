//! The cheapest path through the candidates of all frames (Boersma 1993, eqs. 24–26), found
//! while the frames arrive: as soon as all surviving paths agree about the past, it is settled.

use std::collections::VecDeque;

use super::{
    PitchSettings,
    candidates::{Candidate, MAX_CANDIDATES},
};

/// One unvoiced state and the voiced ones.
const MAX_STATES: usize = MAX_CANDIDATES + 1;

/// Frames after which the best path is taken even if others survive (2 min). Speech settles at
/// every pause; only something like a steady hum gets here.
const MAX_UNSETTLED: usize = 12_000;

/// The states of one frame; state 0 is unvoiced.
struct Step {
    /// F0 of each state, 0 for unvoiced.
    f0_hz: [f32; MAX_STATES],
    /// The best state of the frame before.
    from: [u8; MAX_STATES],
    n_states: usize,
}

/// A search that is fed frame by frame.
pub(super) struct PathSearch {
    settings: PitchSettings,
    steps: VecDeque<Step>,
    /// Worth of the best path to each state of the last frame.
    worth: [f64; MAX_STATES],
    /// log2 of the F0 of each state of the last frame.
    octaves: [f64; MAX_STATES],
}

impl PathSearch {
    pub(super) fn new(settings: &PitchSettings) -> Self {
        Self {
            settings: *settings,
            steps: VecDeque::new(),
            worth: [0.0; MAX_STATES],
            octaves: [0.0; MAX_STATES],
        }
    }

    /// Adds a frame. Costs are scaled to the step so that another step gives the same tracks.
    pub(super) fn push(&mut self, intensity: f64, candidates: &[Candidate]) {
        let per_10_ms = 0.01 / self.settings.step_s;
        let jump_cost = self.settings.octave_jump_cost * per_10_ms;
        let change_cost = self.settings.voiced_unvoiced_cost * per_10_ms;
        let mut step = Step {
            f0_hz: [0.0; MAX_STATES],
            from: [0; MAX_STATES],
            n_states: candidates.len() + 1,
        };
        let mut worth = [0.0; MAX_STATES];
        let mut octaves = [0.0; MAX_STATES];
        worth[0] = self.settings.unvoiced_strength(intensity);
        for (i, candidate) in candidates.iter().enumerate() {
            step.f0_hz[i + 1] = candidate.frequency_hz;
            octaves[i + 1] = f64::from(candidate.frequency_hz).log2();
            worth[i + 1] = self.settings.local_strength(*candidate);
        }
        if let Some(last) = self.steps.back() {
            for state in 0..step.n_states {
                let mut best = f64::NEG_INFINITY;
                for before in 0..last.n_states {
                    let cost = match (before, state) {
                        (0, 0) => 0.0,
                        (0, _) | (_, 0) => change_cost,
                        _ => jump_cost * (octaves[state] - self.octaves[before]).abs(),
                    };
                    let total = self.worth[before] - cost;
                    if total > best {
                        best = total;
                        step.from[state] = before as u8;
                    }
                }
                worth[state] += best;
            }
        }
        self.worth = worth;
        self.octaves = octaves;
        self.steps.push_back(step);
    }

    /// Appends to `f0_hz` what no further frame can change.
    pub(super) fn settle(&mut self, f0_hz: &mut Vec<f32>) {
        let Some(last) = self.steps.back() else {
            return;
        };
        let mut alive = (1u32 << last.n_states) - 1;
        for i in (1..self.steps.len()).rev() {
            alive = self.steps[i]
                .from
                .iter()
                .enumerate()
                .filter(|(state, _)| alive & (1 << state) != 0)
                .fold(0, |mask, (_, &from)| mask | (1 << from));
            if alive.count_ones() == 1 {
                self.emit(i - 1, alive.trailing_zeros() as usize, f0_hz);
                break;
            }
        }
        if self.steps.len() > MAX_UNSETTLED {
            let mut state = self.best_state();
            let keep = MAX_UNSETTLED / 2;
            for i in (self.steps.len() - keep..self.steps.len()).rev() {
                state = usize::from(self.steps[i].from[state]);
            }
            self.emit(self.steps.len() - keep - 1, state, f0_hz);
        }
    }

    /// Appends everything that is left.
    pub(super) fn finish(mut self, f0_hz: &mut Vec<f32>) {
        if !self.steps.is_empty() {
            self.emit(self.steps.len() - 1, self.best_state(), f0_hz);
        }
    }

    fn best_state(&self) -> usize {
        let n_states = self.steps.back().map_or(1, |step| step.n_states);
        let mut best = 0;
        for state in 1..n_states {
            if self.worth[state] > self.worth[best] {
                best = state;
            }
        }
        best
    }

    /// Appends the path that ends in `state` of the unsettled frame `last`, and drops its frames.
    fn emit(&mut self, last: usize, mut state: usize, f0_hz: &mut Vec<f32>) {
        let start = f0_hz.len();
        f0_hz.resize(start + last + 1, 0.0);
        for i in (0..=last).rev() {
            f0_hz[start + i] = self.steps[i].f0_hz[state];
            state = usize::from(self.steps[i].from[state]);
        }
        self.steps.drain(..=last);
        // Worth only matters in comparison: keep it small over a long recording.
        let best = self.worth[self.best_state()];
        for worth in &mut self.worth {
            *worth -= best;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voiced(frequency_hz: f32, strength: f32) -> Candidate {
        Candidate {
            frequency_hz,
            strength,
        }
    }

    fn path(frames: &[Vec<Candidate>], settle_every: usize) -> Vec<f32> {
        let mut search = PathSearch::new(&PitchSettings::default());
        let mut f0 = Vec::new();
        for (i, frame) in frames.iter().enumerate() {
            if i % settle_every == 0 {
                search.settle(&mut f0);
            }
            search.push(0.5, frame);
        }
        search.finish(&mut f0);
        f0
    }

    #[test]
    fn single_octave_error_is_smoothed_away() {
        let mut frames = vec![vec![voiced(200.0, 0.9), voiced(100.0, 0.88)]; 9];
        frames[4] = vec![voiced(200.0, 0.85), voiced(100.0, 0.95)];
        assert_eq!(path(&frames, 1_000), vec![200.0; 9]);
    }

    #[test]
    fn weak_candidates_are_unvoiced() {
        assert_eq!(path(&vec![vec![voiced(200.0, 0.4)]; 5], 1_000), [0.0; 5]);
    }

    #[test]
    fn settling_early_gives_the_same_path() {
        let frames: Vec<Vec<Candidate>> = (0..400)
            .map(|i| {
                let wobble = ((i * 7_919) % 101) as f32 / 101.0;
                vec![
                    voiced(180.0 + 40.0 * wobble, 0.3 + 0.6 * wobble),
                    voiced(90.0 + 20.0 * wobble, 0.8 - 0.5 * wobble),
                ]
            })
            .collect();
        let whole = path(&frames, 100_000);
        assert_eq!(path(&frames, 1), whole);
        assert_eq!(path(&frames, 37), whole);
        assert_eq!(whole.len(), 400);
    }
}
