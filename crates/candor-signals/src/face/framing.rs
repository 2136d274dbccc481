//! Size and place of the face, light and sharpness, and how far they allow fine measurements.

use candor_core::measured::{Measured, NotMeasured};

use super::{light::FaceLight, measurements::Framing, observer::Part, series::median};

/// Version of the rules.
pub const FORMULA: &str = "face-framing.v1";

/// A face this wide (pixels) allows everything; one of a quarter of it nothing fine.
const GOOD_WIDTH_PX: f64 = 80.0;
/// Luma between these is well lit.
const GOOD_LUMA: [f64; 2] = [60.0, 200.0];

/// Nothing fine is read from a smaller (pixels) or darker (luma) face.
const LEAST_WIDTH_PX: f64 = 28.0;
const LEAST_LUMA: f64 = 18.0;

/// Whether the picture of the face is good enough for gaze, expression and lips.
///
/// # Errors
/// What is wrong with it.
pub(super) fn fine_enough(framing: &Measured<Framing>) -> Measured<()> {
    let framing = framing.as_ref().map_err(Clone::clone)?;
    if framing.face_width_px < LEAST_WIDTH_PX {
        let width = framing.face_width_px;
        return Err(NotMeasured::new(
            "face_too_small",
            format!("the face is only {width:.0} pixels wide"),
        ));
    }
    if framing.luma.as_ref().is_ok_and(|luma| *luma < LEAST_LUMA) {
        return Err(NotMeasured::new("too_dark", "the face is too dark"));
    }
    Ok(())
}

pub(super) fn measure(part: &Part<'_>) -> Measured<Framing> {
    let faces: Vec<_> = part
        .records
        .iter()
        .filter_map(|record| record.face)
        .collect();
    let middle = |value: fn(&super::features::FaceFeatures) -> f32| {
        let values: Vec<f32> = faces.iter().map(value).collect();
        median(&values)
            .map(f64::from)
            .ok_or_else(|| NotMeasured::new("no_face", "no face was seen"))
    };
    let lights: Vec<FaceLight> = part
        .records
        .iter()
        .filter_map(|record| record.light)
        .collect();
    let lit = |value: fn(&FaceLight) -> f32| {
        let values: Vec<f32> = lights.iter().map(value).collect();
        median(&values)
            .map(f64::from)
            .ok_or_else(|| NotMeasured::new("no_light", "the face's light was not measured"))
    };
    let face_width_px = middle(|face| face.width_px)?;
    let luma = lit(|light| light.luma);
    let by_size = ((face_width_px / GOOD_WIDTH_PX - 0.25) / 0.75).clamp(0.0, 1.0);
    let by_light = luma.as_ref().map_or(1.0, |luma| {
        let dark = luma / GOOD_LUMA[0];
        let bright = (255.0 - luma) / (255.0 - GOOD_LUMA[1]);
        dark.min(bright).clamp(0.0, 1.0)
    });
    Ok(Framing {
        face_height_ratio: middle(|face| face.bounds[3])?,
        face_width_px,
        offset_x: middle(|face| face.bounds[0] + face.bounds[2] / 2.0)? - 0.5,
        offset_y: middle(|face| face.bounds[1] + face.bounds[3] / 2.0)? - 0.5,
        luma,
        clipped_ratio: lit(|light| light.clipped_ratio),
        sharpness: lit(|light| light.sharpness),
        quality: by_size * by_light,
    })
}
