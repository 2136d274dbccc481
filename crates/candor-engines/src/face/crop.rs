//! Square crops of a frame, turned and scaled, as input of a network.

use candor_core::media::RgbFrame;

/// A square of the frame, in pixels, that may be turned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Region {
    /// Horizontal position of the middle.
    pub(super) x: f32,
    /// Vertical position of the middle.
    pub(super) y: f32,
    /// Length of a side.
    pub(super) side: f32,
    /// Clockwise turn in radians.
    pub(super) angle: f32,
}

impl Region {
    /// Maps a point of a crop of `size` pixels into the frame.
    pub(super) fn to_frame(self, point: [f32; 2], size: usize) -> [f32; 2] {
        let scale = self.side / size as f32;
        let half = size as f32 / 2.0;
        let (dx, dy) = ((point[0] - half) * scale, (point[1] - half) * scale);
        let (sin, cos) = self.angle.sin_cos();
        [self.x + cos * dx - sin * dy, self.y + sin * dx + cos * dy]
    }
}

/// Order of the values of a crop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Pixel by pixel, R G B.
    Interleaved,
    /// Colour by colour.
    Planar,
}

/// How a crop is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct CropSpec {
    /// Pixels of a side.
    pub(super) size: usize,
    /// Order of the values.
    pub(super) layout: Layout,
    /// Mirror left and right.
    pub(super) mirror: bool,
    /// Each 8-bit value `v` becomes `v · scale + offset`; outside the frame `v` is 0.
    pub(super) scale: f32,
    /// See `scale`.
    pub(super) offset: f32,
}

/// Samples `region` of `frame` bilinearly: `size² · 3` values.
pub(super) fn crop(frame: &RgbFrame, region: Region, spec: CropSpec) -> Vec<f32> {
    let size = spec.size;
    let plane = size * size;
    let mut values = vec![0.0_f32; plane * 3];
    let [x0, y0] = region.to_frame([0.0, 0.0], size);
    let step = region.side / size as f32;
    let (sin, cos) = region.angle.sin_cos();
    let (step_x, step_y) = (cos * step, sin * step);
    let (last_x, last_y) = (frame.width as f32 - 1.0, frame.height as f32 - 1.0);
    for row in 0..size {
        let (row_x, row_y) = (x0 - step_y * row as f32, y0 + step_x * row as f32);
        for column in 0..size {
            let x = row_x + step_x * column as f32;
            let y = row_y + step_y * column as f32;
            let rgb = if x >= 0.0 && y >= 0.0 && x < last_x && y < last_y {
                inside(frame, x, y)
            } else {
                near_edge(frame, x, y)
            };
            let column = if spec.mirror {
                size - 1 - column
            } else {
                column
            };
            let pixel = row * size + column;
            for (channel, value) in rgb.into_iter().enumerate() {
                let index = match spec.layout {
                    Layout::Interleaved => pixel * 3 + channel,
                    Layout::Planar => channel * plane + pixel,
                };
                values[index] = value * spec.scale + spec.offset;
            }
        }
    }
    values
}

/// All four neighbours lie in the frame.
#[inline]
fn inside(frame: &RgbFrame, x: f32, y: f32) -> [f32; 3] {
    let (left, top) = (x as usize, y as usize);
    let (fx, fy) = (x - left as f32, y - top as f32);
    let start = (top * frame.width + left) * 3;
    let below = start + frame.width * 3;
    let (upper, lower) = (
        &frame.pixels[start..start + 6],
        &frame.pixels[below..below + 6],
    );
    std::array::from_fn(|channel| {
        let a = mix(upper[channel], upper[channel + 3], fx);
        let b = mix(lower[channel], lower[channel + 3], fx);
        a + (b - a) * fy
    })
}

#[inline]
fn mix(a: u8, b: u8, part: f32) -> f32 {
    let (a, b) = (f32::from(a), f32::from(b));
    a + (b - a) * part
}

/// Some neighbours lie outside, where the picture is black.
#[cold]
fn near_edge(frame: &RgbFrame, x: f32, y: f32) -> [f32; 3] {
    let (left, top) = (x.floor(), y.floor());
    let (fx, fy) = (x - left, y - top);
    let mut sum = [0.0_f32; 3];
    for (dx, dy, weight) in [
        (0.0, 0.0, (1.0 - fx) * (1.0 - fy)),
        (1.0, 0.0, fx * (1.0 - fy)),
        (0.0, 1.0, (1.0 - fx) * fy),
        (1.0, 1.0, fx * fy),
    ] {
        let (column, row) = (left + dx, top + dy);
        if column < 0.0 || row < 0.0 || column >= frame.width as f32 || row >= frame.height as f32 {
            continue;
        }
        let start = (row as usize * frame.width + column as usize) * 3;
        for (channel, total) in sum.iter_mut().enumerate() {
            *total += f32::from(frame.pixels[start + channel]) * weight;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: CropSpec = CropSpec {
        size: 4,
        layout: Layout::Interleaved,
        mirror: false,
        scale: 1.0,
        offset: 0.0,
    };

    /// Red is the column, green the row.
    fn ramp(width: usize, height: usize) -> RgbFrame {
        let pixels = (0..width * height)
            .flat_map(|index| [(index % width) as u8, (index / width) as u8, 7])
            .collect();
        RgbFrame {
            time_s: 0.0,
            width,
            height,
            pixels,
        }
    }

    #[test]
    fn upright_crop_of_natural_size_copies_the_pixels() {
        let region = Region {
            x: 5.0,
            y: 4.0,
            side: 4.0,
            angle: 0.0,
        };
        let values = crop(&ramp(10, 10), region, PLAIN);
        assert_eq!(&values[..3], &[3.0, 2.0, 7.0]);
        assert_eq!(&values[values.len() - 3..], &[6.0, 5.0, 7.0]);
    }

    #[test]
    fn planar_and_mirrored_crops_hold_the_same_pixels() {
        let region = Region {
            x: 5.3,
            y: 4.2,
            side: 3.0,
            angle: 0.4,
        };
        let frame = ramp(12, 12);
        let plain = crop(&frame, region, PLAIN);
        let planar = crop(
            &frame,
            region,
            CropSpec {
                layout: Layout::Planar,
                ..PLAIN
            },
        );
        let mirrored = crop(
            &frame,
            region,
            CropSpec {
                mirror: true,
                ..PLAIN
            },
        );
        for pixel in 0..16 {
            let twin = pixel / 4 * 4 + 3 - pixel % 4;
            for channel in 0..3 {
                assert_eq!(plain[pixel * 3 + channel], planar[channel * 16 + pixel]);
                assert_eq!(plain[pixel * 3 + channel], mirrored[twin * 3 + channel]);
            }
        }
    }

    #[test]
    fn points_of_a_turned_crop_map_to_where_they_were_sampled() {
        let region = Region {
            x: 6.0,
            y: 6.0,
            side: 5.0,
            angle: 0.7,
        };
        let values = crop(&ramp(14, 14), region, PLAIN);
        let [x, y] = region.to_frame([2.0, 1.0], 4);
        let pixel = 4 + 2;
        assert!((values[pixel * 3] - x).abs() < 1e-4);
        assert!((values[pixel * 3 + 1] - y).abs() < 1e-4);
    }

    #[test]
    fn outside_the_frame_is_black() {
        let region = Region {
            x: -20.0,
            y: 3.0,
            side: 4.0,
            angle: 0.0,
        };
        assert!(
            crop(&ramp(8, 8), region, PLAIN)
                .iter()
                .all(|value| *value == 0.0)
        );
    }
}
