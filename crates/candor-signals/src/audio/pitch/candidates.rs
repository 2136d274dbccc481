//! Candidates for F0 in one frame: maxima of the autocorrelation, corrected for the window
//! (Boersma 1993, eq. 9), and the change of the spectrum since shortly before.

use std::{f64::consts::PI, sync::Arc};

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex};

use super::{N_BANDS, PitchSettings};
use crate::audio::{
    interpolation::{DEPTH, SincTable, parabola},
    reader::RATE_HZ,
};

/// Most voiced candidates kept per frame.
pub(super) const MAX_CANDIDATES: usize = 14;

/// Frames over which the spectral change is taken (30 ms).
const CHANGE_FRAMES: usize = 3;

/// A possible F0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    pub frequency_hz: f32,
    /// Height of the maximum, 0 to 1.
    pub strength: f32,
}

/// What one frame gives.
pub(super) struct Frame<'a> {
    /// Peak relative to the recording's peak, 0 to 1.
    pub intensity: f64,
    pub candidates: &'a [Candidate],
    pub spectral_change_db: f32,
}

/// Plans, tables and buffers, made once.
pub(super) struct FrameAnalysis {
    settings: PitchSettings,
    global_peak: f64,
    window: Vec<f32>,
    /// 1 / autocorrelation of the window, by lag.
    correction: Vec<f32>,
    /// Half a longest period and a whole one, in samples.
    half_period: usize,
    period: usize,
    shortest_lag: usize,
    longest_lag: usize,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    time: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    correlation: Vec<f32>,
    sinc: SincTable,
    found: Vec<Candidate>,
    band_edges: Vec<usize>,
    bands: [Option<[f32; N_BANDS]>; CHANGE_FRAMES],
    n_seen: usize,
}

impl FrameAnalysis {
    pub(super) fn new(settings: &PitchSettings, global_peak: f64) -> Self {
        let half_window = (3.0 * RATE_HZ / settings.floor_hz) as usize / 2 - 1;
        let window_len = 2 * half_window;
        let window: Vec<f32> = (1..=window_len)
            .map(|i| (0.5 - 0.5 * (2.0 * PI * i as f64 / (window_len + 1) as f64).cos()) as f32)
            .collect();
        let longest_lag = (RATE_HZ / settings.floor_hz) as usize + 1;
        let n_fft = (window_len + longest_lag + DEPTH + 2).next_power_of_two();
        let mut planner = RealFftPlanner::<f32>::new();
        let forward = planner.plan_fft_forward(n_fft);
        let inverse = planner.plan_fft_inverse(n_fft);
        let scratch_len = forward.get_scratch_len().max(inverse.get_scratch_len());
        let period = (RATE_HZ / settings.floor_hz) as usize;
        Self {
            settings: *settings,
            global_peak,
            correction: window_correction(&window, longest_lag + DEPTH + 2),
            window,
            half_period: period / 2 + 1,
            period,
            shortest_lag: ((RATE_HZ / settings.ceiling_hz) as usize - 1).max(2),
            longest_lag,
            time: vec![0.0; n_fft],
            spectrum: forward.make_output_vec(),
            scratch: vec![Complex::default(); scratch_len],
            correlation: vec![0.0; longest_lag + 2 * DEPTH + 2],
            forward,
            inverse,
            sinc: SincTable::new(),
            found: Vec::with_capacity(MAX_CANDIDATES),
            band_edges: band_edges(n_fft),
            bands: [None; CHANGE_FRAMES],
            n_seen: 0,
        }
    }

    /// Number of samples that [`Self::analyse`] takes.
    pub(super) fn window_len(&self) -> usize {
        self.window.len()
    }

    /// Analyses one frame, given the samples under the window.
    pub(super) fn analyse(&mut self, samples: &[f32]) -> Frame<'_> {
        let n = self.window.len();
        let middle = n / 2;
        let around = &samples[middle - self.period..middle + self.period];
        let mean = around.iter().sum::<f32>() / around.len() as f32;
        for ((out, value), weight) in self.time[..n].iter_mut().zip(samples).zip(&self.window) {
            *out = (value - mean) * weight;
        }
        self.time[n..].fill(0.0);
        let peak = self.time[middle - self.half_period..middle + self.half_period]
            .iter()
            .fold(0f32, |peak, value| peak.max(value.abs()));
        let intensity = if self.global_peak > 0.0 {
            (f64::from(peak) / self.global_peak).min(1.0)
        } else {
            0.0
        };
        self.found.clear();
        let slot = self.n_seen % CHANGE_FRAMES;
        self.n_seen += 1;
        let before = self.bands[slot].take();
        let mut spectral_change_db = f32::INFINITY;
        if intensity > 0.0 && !self.surely_unvoiced(intensity) {
            self.transform();
            let bands = band_levels(&self.spectrum, &self.band_edges);
            self.bands[slot] = Some(bands);
            if let Some(before) = before {
                spectral_change_db = rms_difference(&bands, &before);
            }
            self.autocorrelate();
            self.find_candidates();
        }
        Frame {
            intensity,
            candidates: &self.found,
            spectral_change_db,
        }
    }

    /// Whether even a perfect candidate could not pay for two changes of voicing.
    fn surely_unvoiced(&self, intensity: f64) -> bool {
        let best_gain = 1.0 - self.settings.unvoiced_strength(intensity);
        best_gain + 2.0 * self.settings.voiced_unvoiced_cost < 0.0
    }

    /// Turns the windowed frame in `time` into its power spectrum (real parts of `spectrum`).
    fn transform(&mut self) {
        self.forward
            .process_with_scratch(&mut self.time, &mut self.spectrum, &mut self.scratch)
            .expect("buffers have the planned lengths");
        for bin in &mut self.spectrum {
            *bin = Complex::new(bin.norm_sqr(), 0.0);
        }
    }

    /// Turns the power spectrum into the corrected autocorrelation: the lag `i` stands in
    /// `correlation[i + DEPTH]`, 1 at lag 0.
    fn autocorrelate(&mut self) {
        self.inverse
            .process_with_scratch(&mut self.spectrum, &mut self.time, &mut self.scratch)
            .expect("buffers have the planned lengths");
        let scale = 1.0 / self.time[0];
        for lag in 0..self.correction.len() {
            let value = self.time[lag] * scale * self.correction[lag];
            self.correlation[DEPTH + lag] = value;
            if lag <= DEPTH {
                self.correlation[DEPTH - lag] = value;
            }
        }
    }

    fn find_candidates(&mut self) {
        let at = |correlation: &[f32], lag: usize| correlation[DEPTH + lag];
        for lag in self.shortest_lag..=self.longest_lag {
            let middle = at(&self.correlation, lag);
            let left = at(&self.correlation, lag - 1);
            let right = at(&self.correlation, lag + 1);
            let high_enough = f64::from(middle) > 0.5 * self.settings.voicing_threshold;
            if !(high_enough && middle > left && middle >= right) {
                continue;
            }
            let (offset, _) = parabola(f64::from(left), f64::from(middle), f64::from(right));
            let guess = lag as f64 + offset;
            let (period, height) =
                self.sinc
                    .maximum(&self.correlation, guess, self.longest_lag + 1);
            let frequency_hz = RATE_HZ / period;
            if frequency_hz > self.settings.ceiling_hz || frequency_hz < self.settings.floor_hz {
                continue;
            }
            self.keep(Candidate {
                frequency_hz: frequency_hz as f32,
                // The window correction can lift a maximum above 1.
                strength: if height > 1.0 { 1.0 / height } else { height } as f32,
            });
        }
    }

    /// Adds a candidate, in place of the weakest one when there are too many.
    fn keep(&mut self, candidate: Candidate) {
        if self.found.len() < MAX_CANDIDATES {
            self.found.push(candidate);
            return;
        }
        let settings = self.settings;
        let worth = |one: &Candidate| settings.local_strength(*one);
        let weakest = (0..self.found.len())
            .min_by(|&a, &b| worth(&self.found[a]).total_cmp(&worth(&self.found[b])))
            .expect("there are candidates");
        if worth(&self.found[weakest]) < worth(&candidate) {
            self.found[weakest] = candidate;
        }
    }
}

impl PitchSettings {
    /// What it is worth to call a frame of this intensity unvoiced (Boersma 1993, eq. 23).
    pub(super) fn unvoiced_strength(&self, intensity: f64) -> f64 {
        let quietness = 2.0 - intensity * (1.0 + self.voicing_threshold) / self.silence_threshold;
        self.voicing_threshold + quietness.max(0.0)
    }

    /// What it is worth to choose this candidate (Boersma 1993, eq. 24).
    pub(super) fn local_strength(&self, candidate: Candidate) -> f64 {
        let octaves_down = (self.ceiling_hz / f64::from(candidate.frequency_hz)).log2();
        f64::from(candidate.strength) - self.octave_cost * octaves_down
    }
}

/// 1 over the normalised autocorrelation of the window, for the lags below `n_lags`.
fn window_correction(window: &[f32], n_lags: usize) -> Vec<f32> {
    let at_lag = |lag: usize| -> f64 {
        window[lag..]
            .iter()
            .zip(window)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    let total = at_lag(0);
    (0..n_lags)
        .map(|lag| (total / at_lag(lag)) as f32)
        .collect()
}

/// First bin of each band and the bin after the last one.
fn band_edges(n_fft: usize) -> Vec<usize> {
    let mel = |hz: f64| 2595.0 * (1.0 + hz / 700.0).log10();
    let (low, high) = (mel(150.0), mel(4_000.0));
    (0..=N_BANDS)
        .map(|i| {
            let edge = low + (high - low) * i as f64 / N_BANDS as f64;
            let hz = 700.0 * (10f64.powf(edge / 2595.0) - 1.0);
            (hz * n_fft as f64 / RATE_HZ).round() as usize
        })
        .collect()
}

/// Band levels in dB with their mean removed; bands 50 dB below the strongest are cut there, so
/// that noise far below the voice doesn't count.
fn band_levels(power: &[Complex<f32>], edges: &[usize]) -> [f32; N_BANDS] {
    let mut levels = [0f32; N_BANDS];
    for (level, edge) in levels.iter_mut().zip(edges.windows(2)) {
        let band = &power[edge[0]..edge[1].max(edge[0] + 1)];
        *level = band.iter().map(|bin| bin.re).sum::<f32>() / band.len() as f32;
    }
    let floor = (levels.iter().copied().fold(0f32, f32::max) * 1e-5).max(f32::MIN_POSITIVE);
    for level in &mut levels {
        *level = 10.0 * level.max(floor).log10();
    }
    let mean = levels.iter().sum::<f32>() / N_BANDS as f32;
    for level in &mut levels {
        *level -= mean;
    }
    levels
}

fn rms_difference(a: &[f32; N_BANDS], b: &[f32; N_BANDS]) -> f32 {
    let squares: f32 = a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum();
    (squares / N_BANDS as f32).sqrt()
}
