//! Values at uneven times: order statistics, stretches without gaps, even resampling.

/// Quantile of finite values by linear interpolation (`part` 0 to 1); `None` without values.
pub(super) fn quantile(values: &[f32], part: f64) -> Option<f32> {
    let mut sorted: Vec<f32> = values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    sorted.sort_by(f32::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let place = part.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    let fraction = (place - below as f64) as f32;
    Some(sorted[below] + (sorted[above] - sorted[below]) * fraction)
}

/// Middle value; `None` without values.
pub(super) fn median(values: &[f32]) -> Option<f32> {
    quantile(values, 0.5)
}

/// Cuts points `(time, value)` where more than `max_gap_s` lies between neighbours.
pub(super) fn stretches<T>(points: &[(f64, T)], max_gap_s: f64) -> Vec<&[(f64, T)]> {
    points.chunk_by(|a, b| b.0 - a.0 <= max_gap_s).collect()
}

/// Samples a stretch at an even rate by a cubic through the neighbours (Catmull & Rom 1974, with
/// slopes for uneven times): start time and values.
pub(super) fn resample(points: &[(f64, f32)], rate_hz: f64) -> (f64, Vec<f32>) {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return (0.0, Vec::new());
    };
    let n = ((last.0 - first.0) * rate_hz + 1e-6).floor() as usize + 1;
    let slope = |index: usize| -> f64 {
        let a = points[index.saturating_sub(1)];
        let b = points[(index + 1).min(points.len() - 1)];
        if b.0 > a.0 {
            f64::from(b.1 - a.1) / (b.0 - a.0)
        } else {
            0.0
        }
    };
    let mut values = Vec::with_capacity(n);
    let mut at = 0;
    for step in 0..n {
        let time = first.0 + step as f64 / rate_hz;
        while at + 2 < points.len() && points[at + 1].0 <= time {
            at += 1;
        }
        let (a, b) = (points[at], points[(at + 1).min(points.len() - 1)]);
        let width = b.0 - a.0;
        if width <= 0.0 {
            values.push(a.1);
            continue;
        }
        let u = ((time - a.0) / width).clamp(0.0, 1.0);
        let (u2, u3) = (u * u, u * u * u);
        let value = (2.0 * u3 - 3.0 * u2 + 1.0) * f64::from(a.1)
            + (u3 - 2.0 * u2 + u) * width * slope(at)
            + (-2.0 * u3 + 3.0 * u2) * f64::from(b.1)
            + (u3 - u2) * width * slope(at + 1);
        values.push(value as f32);
    }
    (first.0, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        assert_eq!(quantile(&[3.0, 1.0, 2.0], 0.5), Some(2.0));
        assert_eq!(quantile(&[0.0, 10.0], 0.25), Some(2.5));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn stretches_end_at_gaps() {
        let points = [(0.0, 1), (0.1, 2), (1.0, 3), (1.1, 4)];
        let parts = stretches(&points, 0.5);
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[1][0].1, 3);
    }

    #[test]
    fn resampling_keeps_a_sine_between_its_samples() {
        let points: Vec<(f64, f32)> = (0..21)
            .map(|i| (i as f64 * 0.1, (i as f64 * 0.1 * 6.0).sin() as f32))
            .collect();
        let (start, values) = resample(&points, 40.0);
        assert_eq!((start, values.len()), (0.0, 81));
        for (i, value) in values.iter().enumerate() {
            let expected = (i as f64 / 40.0 * 6.0).sin() as f32;
            assert!((value - expected).abs() < 0.03, "{i}: {value} {expected}");
        }
    }
}
