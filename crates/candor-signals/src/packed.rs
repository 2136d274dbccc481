//! Long rows of numbers inside JSON: base64 of their bytes, exact and short, also where they are no
//! finite numbers, which JSON doesn't know.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Writes the values as base64 of their little-endian bytes.
pub(crate) fn serialize<S: Serializer>(values: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    serializer.serialize_str(&STANDARD.encode(bytes))
}

/// Reads what [`serialize`] wrote.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<f32>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let bytes = STANDARD.decode(text).map_err(D::Error::custom)?;
    let (values, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(D::Error::custom("a row of numbers is cut"));
    }
    Ok(values.iter().copied().map(f32::from_le_bytes).collect())
}

/// One number that may be missing (NaN), which is `null` in JSON.
pub(crate) mod or_null {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &f32, serializer: S) -> Result<S::Ok, S::Error> {
        Some(*value)
            .filter(|value| value.is_finite())
            .serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f32, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or(f32::NAN))
    }
}

#[cfg(test)]
mod tests {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Row {
        #[serde(with = "super")]
        values: Vec<f32>,
        #[serde(with = "super::or_null")]
        gap: f32,
    }

    #[test]
    fn numbers_survive_json_bit_for_bit() {
        let row = Row {
            values: vec![0.1, -0.0, f32::NEG_INFINITY, f32::MIN_POSITIVE, f32::NAN],
            gap: f32::NAN,
        };
        let text = serde_json::to_string(&row).unwrap();
        let read: Row = serde_json::from_str(&text).unwrap();
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&read.values), bits(&row.values));
        assert!(read.gap.is_nan());
    }
}
