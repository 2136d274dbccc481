//! Ridge regression on a few standardised features.

/// Weight of the penalty.
const PENALTY: f64 = 1.0;

/// Features of a row, and its value.
type Known<const N: usize> = ([f64; N], f64);

/// The value predicted for `row` from `known`; `None` where nothing can be fitted.
pub(super) fn predict<const N: usize>(known: &[Known<N>], row: [f64; N]) -> Option<f64> {
    let n = known.len() as f64;
    if known.len() < 2 {
        return None;
    }
    let mean = |value: &dyn Fn(&Known<N>) -> f64| known.iter().map(value).sum::<f64>() / n;
    let mut means = [0.0; N];
    let mut deviations = [0.0; N];
    for at in 0..N {
        means[at] = mean(&|row| row.0[at]);
        let variance = mean(&|row| (row.0[at] - means[at]).powi(2));
        deviations[at] = if variance > 0.0 { variance.sqrt() } else { 1.0 };
    }
    let scaled = |row: &[f64; N]| -> [f64; N] {
        std::array::from_fn(|at| (row[at] - means[at]) / deviations[at])
    };
    let middle = mean(&|row| row.1);
    let mut matrix = [[0.0; N]; N];
    let mut target = [0.0; N];
    for (features, value) in known {
        let features = scaled(features);
        for i in 0..N {
            target[i] += features[i] * (value - middle);
            for j in 0..N {
                matrix[i][j] += features[i] * features[j];
            }
        }
    }
    for (at, line) in matrix.iter_mut().enumerate() {
        line[at] += PENALTY;
    }
    let weights = solve(matrix, target)?;
    let row = scaled(&row);
    Some(
        middle
            + weights
                .iter()
                .zip(row)
                .map(|(weight, value)| weight * value)
                .sum::<f64>(),
    )
}

/// Solves `matrix · x = target` by elimination with the largest pivot.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut target: [f64; N]) -> Option<[f64; N]> {
    for column in 0..N {
        let pivot = (column..N).max_by(|a, b| {
            matrix[*a][column]
                .abs()
                .total_cmp(&matrix[*b][column].abs())
        })?;
        if matrix[pivot][column].abs() < 1e-12 {
            return None;
        }
        matrix.swap(column, pivot);
        target.swap(column, pivot);
        for below in column + 1..N {
            let factor = matrix[below][column] / matrix[column][column];
            let line = matrix[column];
            for (value, upper) in matrix[below].iter_mut().zip(line) {
                *value -= factor * upper;
            }
            target[below] -= factor * target[column];
        }
    }
    let mut solution = [0.0; N];
    for at in (0..N).rev() {
        let known: f64 = (at + 1..N)
            .map(|other| matrix[at][other] * solution[other])
            .sum();
        solution[at] = (target[at] - known) / matrix[at][at];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_predicted_up_to_the_penalty() {
        let known: Vec<([f64; 2], f64)> = (0..200)
            .map(|n| {
                let (x, y) = (f64::from(n % 17), f64::from(n % 11));
                ([x, y], 2.0 * x - y + 3.0)
            })
            .collect();
        let found = predict(&known, [4.0, 5.0]).expect("can be fitted");
        assert!((found - 6.0).abs() < 0.1, "{found}");
        assert_eq!(predict::<2>(&[], [1.0, 2.0]), None);
    }
}
