//! Decoded media: frames as they reach the engines.

/// One decoded video frame: 8-bit RGB, row by row, no padding.
#[derive(Debug, Clone, PartialEq)]
pub struct RgbFrame {
    /// Presentation time on the recording's clock, in seconds.
    pub time_s: f64,
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// `width × height × 3` bytes, R G B.
    pub pixels: Vec<u8>,
}

/// Sample rate of all analysis audio, in Hz (mono).
pub const SAMPLE_RATE_HZ: u32 = 16_000;
