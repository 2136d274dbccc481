//! Little-endian numbers at checked offsets.

use super::ImportError;

/// The `N` bytes at `at`.
pub fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], ImportError> {
    at.checked_add(N)
        .and_then(|end| bytes.get(at..end))
        .and_then(|part| part.try_into().ok())
        .ok_or_else(|| ImportError::malformed("it ends too early"))
}

/// The unsigned 32-bit number at `at`.
pub fn u32_at(bytes: &[u8], at: usize) -> Result<u32, ImportError> {
    array(bytes, at).map(u32::from_le_bytes)
}

/// The signed 32-bit number at `at`.
pub fn i32_at(bytes: &[u8], at: usize) -> Result<i32, ImportError> {
    array(bytes, at).map(i32::from_le_bytes)
}

/// The unsigned 16-bit number at `at`.
pub fn u16_at(bytes: &[u8], at: usize) -> Result<u16, ImportError> {
    array(bytes, at).map(u16::from_le_bytes)
}

/// All of `bytes` as 32-bit floats.
pub fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect()
}
