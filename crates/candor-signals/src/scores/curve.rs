//! Points along straight lines between documented corners.

/// Value at `x` of the line through `corners` (sorted by x); flat outside.
pub(super) fn along(corners: &[(f64, f64)], x: f64) -> f64 {
    let mut before: Option<(f64, f64)> = None;
    for &(corner_x, corner_y) in corners {
        if x <= corner_x {
            return match before {
                Some((x0, y0)) => y0 + (corner_y - y0) * (x - x0) / (corner_x - x0),
                None => corner_y,
            };
        }
        before = Some((corner_x, corner_y));
    }
    before.map_or(0.0, |(_, y)| y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_met_and_the_ends_are_flat() {
        let corners = [(80.0, 0.0), (120.0, 12.0), (160.0, 12.0), (200.0, 0.0)];
        for (x, y) in [
            (0.0, 0.0),
            (80.0, 0.0),
            (100.0, 6.0),
            (140.0, 12.0),
            (190.0, 3.0),
            (900.0, 0.0),
        ] {
            assert!((along(&corners, x) - y).abs() < 1e-12, "{x}");
        }
    }
}
