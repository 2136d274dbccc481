//! Anchors of the single-shot detectors: centres of a grid of cells, in order of the outputs.

/// Centres `[x, y]` (0 to 1) of the cells of square grids; each entry of `grids` is the number of
/// cells of a side and the number of anchors in each cell.
pub(super) fn centres(grids: &[(usize, usize)]) -> Vec<[f32; 2]> {
    let mut centres = Vec::new();
    for &(cells, per_cell) in grids {
        for row in 0..cells {
            for column in 0..cells {
                let centre = [
                    (column as f32 + 0.5) / cells as f32,
                    (row as f32 + 0.5) / cells as f32,
                ];
                centres.extend(std::iter::repeat_n(centre, per_cell));
            }
        }
    }
    centres
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_range_grid_has_896_anchors_row_by_row() {
        let all = centres(&[(16, 2), (8, 6)]);
        assert_eq!(all.len(), 896);
        assert_eq!(all[0], [1.0 / 32.0, 1.0 / 32.0]);
        assert_eq!(all[2], [3.0 / 32.0, 1.0 / 32.0]);
        assert_eq!(all[512], [1.0 / 16.0, 1.0 / 16.0]);
    }
}
