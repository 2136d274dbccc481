//! The one-euro filter: steady when still, quick when moving (Casiez, Roussel & Vogel 2012).

use std::f32::consts::TAU;

/// Cut-off at rest in Hz.
const MIN_CUTOFF_HZ: f32 = 1.0;
/// Cut-off gained for each degree per second.
const BETA: f32 = 0.15;
/// Cut-off of the speed in Hz.
const SPEED_CUTOFF_HZ: f32 = 1.0;
/// After a longer gap the filter starts anew.
const MAX_GAP_S: f64 = 1.0;

/// Filters one angle in degrees.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OneEuro {
    last: Option<(f64, f32, f32)>,
}

impl OneEuro {
    /// The filtered value of `value` at `time_s`.
    pub(super) fn filter(&mut self, time_s: f64, value: f32) -> f32 {
        let (filtered, speed) = match self.last {
            Some((before_s, before, speed))
                if time_s > before_s && time_s - before_s <= MAX_GAP_S =>
            {
                let step_s = (time_s - before_s) as f32;
                let raw_speed = (value - before) / step_s;
                let speed = speed + gain(SPEED_CUTOFF_HZ, step_s) * (raw_speed - speed);
                let cutoff = MIN_CUTOFF_HZ + BETA * speed.abs();
                (before + gain(cutoff, step_s) * (value - before), speed)
            }
            _ => (value, 0.0),
        };
        self.last = Some((time_s, filtered, speed));
        filtered
    }
}

/// Weight of the new value in a first-order low-pass.
fn gain(cutoff_hz: f32, step_s: f32) -> f32 {
    let turn = TAU * cutoff_hz * step_s;
    turn / (turn + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rest_becomes_steadier_and_a_turn_arrives() {
        let mut filter = OneEuro::default();
        let wobble = |i: usize| if i.is_multiple_of(2) { 0.5 } else { -0.5 };
        let still: Vec<f32> = (0..50)
            .map(|i| filter.filter(i as f64 * 0.1, wobble(i)))
            .collect();
        assert!(still[30..].iter().all(|value| value.abs() < 0.35));
        let turned = (50..60).map(|i| filter.filter(i as f64 * 0.1, 30.0)).last();
        assert!(turned.unwrap() > 27.0);
    }
}
