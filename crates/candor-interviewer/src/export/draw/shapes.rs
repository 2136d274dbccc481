//! Rectangles and their frames.

use krilla::{
    color::rgb,
    geom::{Path, PathBuilder, Rect},
    num::NormalizedF32,
    paint::{Fill, Stroke, StrokeDash},
    surface::Surface,
};

use crate::export::{ink::Ink, sheet::Shape};

/// The circle's quarter as a cubic curve.
const QUARTER: f32 = 0.552_285;

/// A plain colour.
pub(super) fn fill(Ink(red, green, blue): Ink) -> Fill {
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: Default::default(),
    }
}

/// Draws a shape: left, top, width, height.
pub(super) fn draw_shape(surface: &mut Surface, at: [f32; 4], shape: &Shape) {
    match *shape {
        Shape::Bar { round, ink } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(ink)));
            if let Some(path) = rectangle(at, round) {
                surface.draw_path(&path);
            }
        }
        Shape::Frame {
            round,
            width,
            ink: Ink(red, green, blue),
            is_dashed,
        } => {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: rgb::Color::new(red, green, blue).into(),
                width,
                dash: is_dashed.then(|| StrokeDash {
                    array: vec![2.0, 2.0],
                    offset: 0.0,
                }),
                ..Stroke::default()
            }));
            if let Some(path) = rectangle(at, round) {
                surface.draw_path(&path);
            }
        }
    }
}

/// A rectangle with round corners; none where it has no area.
fn rectangle([x, y, width, height]: [f32; 4], round: f32) -> Option<Path> {
    let round = round.min(width / 2.0).min(height / 2.0);
    if !(width > 0.0 && height > 0.0) {
        return None;
    }
    let mut path = PathBuilder::new();
    if round <= 0.0 {
        path.push_rect(Rect::from_xywh(x, y, width, height)?);
        return path.finish();
    }
    let (right, bottom, near) = (x + width, y + height, round * (1.0 - QUARTER));
    path.move_to(x + round, y);
    path.line_to(right - round, y);
    path.cubic_to(right - near, y, right, y + near, right, y + round);
    path.line_to(right, bottom - round);
    path.cubic_to(
        right,
        bottom - near,
        right - near,
        bottom,
        right - round,
        bottom,
    );
    path.line_to(x + round, bottom);
    path.cubic_to(x + near, bottom, x, bottom - near, x, bottom - round);
    path.line_to(x, y + round);
    path.cubic_to(x, y + near, x + near, y, x + round, y);
    path.close();
    path.finish()
}
