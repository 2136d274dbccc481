//! Single-shot face detection: letterbox, decoding against anchors, weighted non-maximum
//! suppression (Bazarevsky et al. 2019, "BlazeFace").

use candor_core::{media::RgbFrame, ports::EngineError, ports::FaceBox};

use crate::onnx::{Network, float_input};

use super::{
    anchors,
    crop::{CropSpec, Layout, Region, crop},
    output_of_len, sigmoid,
};

/// Values of one anchor: box and six points.
const N_REGRESSORS: usize = 16;
/// Detections that overlap more than this are one face.
const SAME_FACE_IOU: f32 = 0.3;

/// A kind of detector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Pixels of a side of the input.
    size: usize,
    /// Grids of anchors: cells of a side, anchors in a cell.
    grids: &'static [(usize, usize)],
    /// Detections with a lower score are dropped.
    min_score: f32,
}

/// Finds faces up to about two metres away.
pub const SHORT_RANGE: Range = Range {
    size: 128,
    grids: &[(16, 2), (8, 6)],
    min_score: 0.5,
};

/// Finds faces up to about five metres away.
pub const FULL_RANGE: Range = Range {
    size: 192,
    grids: &[(48, 1)],
    min_score: 0.6,
};

/// A face that was found, in pixels of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// Where it is.
    pub bounds: FaceBox,
    /// The subject's right and left eye.
    pub eyes: [[f32; 2]; 2],
}

/// Finds the faces of `frame`, the best score first.
///
/// # Errors
/// [`EngineError::Failed`] when the network fails or is not such a detector.
pub(super) fn detect(
    network: &Network,
    range: Range,
    frame: &RgbFrame,
) -> Result<Vec<Detection>, EngineError> {
    let side = frame.width.max(frame.height) as f32;
    let letterbox = Region {
        x: frame.width as f32 / 2.0,
        y: frame.height as f32 / 2.0,
        side,
        angle: 0.0,
    };
    let spec = CropSpec {
        size: range.size,
        layout: Layout::Interleaved,
        mirror: false,
        scale: 1.0 / 127.5,
        offset: -1.0,
    };
    let input = float_input(
        &[1, range.size, range.size, 3],
        crop(frame, letterbox, spec),
    )?;
    let outputs = network.run(vec![input])?;
    let anchors = anchors::centres(range.grids);
    let scores = output_of_len(&outputs, anchors.len())?;
    let regressors = output_of_len(&outputs, anchors.len() * N_REGRESSORS)?;
    let found = decode(range, &anchors, scores, regressors);
    Ok(suppress(found)
        .into_iter()
        .map(|raw| raw.placed(letterbox))
        .collect())
}

/// A detection in units of the letterbox: score, box as left, top, right, bottom, and two eyes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Raw {
    score: f32,
    /// Left, top, right, bottom, right eye x, y, left eye x, y.
    values: [f32; 8],
}

impl Raw {
    fn area(&self) -> f32 {
        let [left, top, right, bottom, ..] = self.values;
        (right - left).max(0.0) * (bottom - top).max(0.0)
    }

    fn iou(&self, other: &Self) -> f32 {
        let (a, b) = (&self.values, &other.values);
        let width = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
        let height = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
        let shared = width * height;
        let all = self.area() + other.area() - shared;
        if all > 0.0 { shared / all } else { 0.0 }
    }

    fn placed(&self, letterbox: Region) -> Detection {
        let at = |x: usize| letterbox.to_frame([self.values[x], self.values[x + 1]], 1);
        let ([left, top], [right, bottom]) = (at(0), at(2));
        Detection {
            bounds: FaceBox {
                x: left,
                y: top,
                width: right - left,
                height: bottom - top,
                score: self.score,
            },
            eyes: [at(4), at(6)],
        }
    }
}

fn decode(range: Range, anchors: &[[f32; 2]], scores: &[f32], regressors: &[f32]) -> Vec<Raw> {
    let size = range.size as f32;
    anchors
        .iter()
        .zip(scores)
        .zip(regressors.chunks_exact(N_REGRESSORS))
        .filter_map(|((anchor, logit), raw)| {
            let score = sigmoid(*logit);
            if score <= range.min_score {
                return None;
            }
            let point = |index: usize| {
                [
                    raw[index] / size + anchor[0],
                    raw[index + 1] / size + anchor[1],
                ]
            };
            let ([x, y], [half_width, half_height]) =
                (point(0), [raw[2] / size / 2.0, raw[3] / size / 2.0]);
            let (right_eye, left_eye) = (point(4), point(6));
            Some(Raw {
                score,
                values: [
                    x - half_width,
                    y - half_height,
                    x + half_width,
                    y + half_height,
                    right_eye[0],
                    right_eye[1],
                    left_eye[0],
                    left_eye[1],
                ],
            })
        })
        .collect()
}

/// Weighted non-maximum suppression: overlapping detections become their mean, weighted by score.
fn suppress(mut found: Vec<Raw>) -> Vec<Raw> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept = Vec::new();
    while let Some(best) = found.first().copied() {
        let (same, rest): (Vec<Raw>, Vec<Raw>) = found
            .into_iter()
            .partition(|other| *other == best || best.iou(other) > SAME_FACE_IOU);
        found = rest;
        let weight: f32 = same.iter().map(|raw| raw.score).sum();
        let mut values = [0.0_f32; 8];
        for raw in &same {
            for (total, value) in values.iter_mut().zip(raw.values) {
                *total += value * raw.score / weight;
            }
        }
        kept.push(Raw {
            score: best.score,
            values,
        });
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(score: f32, left: f32) -> Raw {
        Raw {
            score,
            values: [left, 0.1, left + 0.2, 0.3, left, 0.15, left + 0.1, 0.15],
        }
    }

    #[test]
    fn overlapping_detections_become_one_weighted_by_score() {
        let kept = suppress(vec![raw(0.6, 0.12), raw(0.9, 0.10), raw(0.7, 0.6)]);
        assert_eq!(kept.len(), 2);
        assert!((kept[0].values[0] - 0.108).abs() < 1e-5);
        assert!((kept[0].score - 0.9).abs() < 1e-6);
        assert!((kept[1].values[0] - 0.6).abs() < 1e-6);
    }

    #[test]
    fn an_anchor_without_offset_is_decoded_at_its_centre() {
        let anchors = [[0.5, 0.25]];
        let mut regressors = [0.0; N_REGRESSORS];
        regressors[2] = 64.0;
        regressors[3] = 32.0;
        let found = decode(SHORT_RANGE, &anchors, &[3.0], &regressors);
        assert_eq!(found[0].values[..4], [0.25, 0.125, 0.75, 0.375]);
        assert!(decode(SHORT_RANGE, &anchors, &[-0.1], &regressors).is_empty());
    }
}
