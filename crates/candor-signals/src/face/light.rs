//! Exposure and sharpness of the face, from a few hundred pixels of its box.

use candor_core::media::RgbFrame;
use serde::{Deserialize, Serialize};

/// Version of the measures.
pub const FORMULA: &str = "face-light.v1";

/// Points of the grid along each side of the box.
const GRID: usize = 32;
/// Luma (BT.601) below which a pixel is black, above which it is burnt out.
const DARK: f32 = 20.0;
const BRIGHT: f32 = 245.0;

/// How the face is lit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FaceLight {
    /// Mean luma of the face, 0 to 255.
    pub luma: f32,
    /// Standard deviation of the luma.
    pub contrast: f32,
    /// Share of pixels that are black or burnt out.
    pub clipped_ratio: f32,
    /// Root mean square of the Laplacian in parts of `contrast`: small = blurred (Pech-Pacheco et
    /// al. 2000).
    pub sharpness: f32,
}

/// Measures the box `[left, top, width, height]` (parts of the frame's size); `None` when it does
/// not lie in the frame.
pub(super) fn of_box(frame: &RgbFrame, bounds: [f32; 4]) -> Option<FaceLight> {
    let [left, top, width, height] = bounds;
    if frame.width < 2 || frame.height < 2 {
        return None;
    }
    let mut lumas = Vec::with_capacity(GRID * GRID);
    let mut edges = 0.0_f32;
    for row in 0..GRID {
        for column in 0..GRID {
            // The middle 80 % of the box: hair and background stay out.
            let part = |index: usize| 0.1 + 0.8 * (index as f32 + 0.5) / GRID as f32;
            let x = (left + width * part(column)) * frame.width as f32;
            let y = (top + height * part(row)) * frame.height as f32;
            let (last_x, last_y) = ((frame.width - 1) as f32, (frame.height - 1) as f32);
            if x < 1.0 || y < 1.0 || x >= last_x || y >= last_y {
                continue;
            }
            let (x, y) = (x as usize, y as usize);
            let here = luma(frame, x, y);
            let around = luma(frame, x + 1, y)
                + luma(frame, x - 1, y)
                + luma(frame, x, y + 1)
                + luma(frame, x, y - 1);
            edges += (4.0 * here - around).powi(2);
            lumas.push(here);
        }
    }
    if lumas.len() < GRID {
        return None;
    }
    let n = lumas.len() as f32;
    let mean = lumas.iter().sum::<f32>() / n;
    let spread = lumas
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f32>()
        / n;
    let contrast = spread.sqrt();
    let clipped = lumas
        .iter()
        .filter(|value| **value < DARK || **value > BRIGHT)
        .count();
    Some(FaceLight {
        luma: mean,
        contrast,
        clipped_ratio: clipped as f32 / n,
        sharpness: (edges / n).sqrt() / contrast.max(1.0),
    })
}

fn luma(frame: &RgbFrame, x: usize, y: usize) -> f32 {
    let start = (y * frame.width + x) * 3;
    let [r, g, b] = [0, 1, 2].map(|channel| f32::from(frame.pixels[start + channel]));
    0.299 * r + 0.587 * g + 0.114 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(value: impl Fn(usize, usize) -> u8) -> RgbFrame {
        let pixels = (0..100 * 100)
            .flat_map(|index| [value(index % 100, index / 100); 3])
            .collect();
        RgbFrame {
            time_s: 0.0,
            width: 100,
            height: 100,
            pixels,
        }
    }

    #[test]
    fn black_face_is_dark_and_clipped() {
        let light = of_box(&picture(|_, _| 5), [0.2, 0.2, 0.6, 0.6]).unwrap();
        assert!(light.luma < 6.0 && light.clipped_ratio > 0.99);
    }

    #[test]
    fn soft_edges_are_less_sharp_than_hard_ones() {
        let hard = picture(|x, _| if x / 8 % 2 == 0 { 60 } else { 180 });
        let soft = picture(|x, _| (120.0 + 60.0 * (x as f32 / 2.5).sin()) as u8);
        let bounds = [0.1, 0.1, 0.8, 0.8];
        let (hard, soft) = (
            of_box(&hard, bounds).unwrap(),
            of_box(&soft, bounds).unwrap(),
        );
        assert!(hard.contrast > 50.0 && soft.contrast > 35.0);
        assert!(hard.sharpness > 2.0 * soft.sharpness, "{hard:?} {soft:?}");
    }

    #[test]
    fn a_box_outside_the_frame_has_no_light() {
        assert_eq!(of_box(&picture(|_, _| 90), [1.5, 0.0, 0.5, 0.5]), None);
    }
}
