//! Checks a model file of whisper.cpp from end to end before the library reads it, and tells
//! what kind of model it holds.
//!
//! Layout (whisper.cpp, little-endian): magic, 11 numbers, mel filters, vocabulary, then tensors
//! up to the end of the file.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use candor_core::transcript::Accuracy;
use whisper_rs::DtwModelPreset;

const MAGIC: u32 = 0x6767_6d6c;
const N_VOCABULARY: std::ops::RangeInclusive<u32> = 51_864..=51_866;
/// Longest entry of a vocabulary or name of a tensor, in bytes.
const MAX_NAME: u32 = 1024;

/// What a model file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    n_vocabulary: u32,
    n_audio_layers: u32,
    n_text_layers: u32,
    n_mels: u32,
    n_tensors: u32,
}

impl ModelFile {
    /// Reads the structure of the file in `path`, not its weights.
    ///
    /// # Errors
    /// A sentence that tells what is wrong.
    pub fn check(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let end = file.metadata().map_err(|error| error.to_string())?.len();
        Self::read(&mut BufReader::new(file), end).map_err(|problem| match problem {
            Problem::Io(_) => "the file is damaged: it ends too early".to_owned(),
            Problem::Content(what) => format!("the file is damaged or no Whisper model: {what}"),
        })
    }

    fn read(input: &mut (impl Read + Seek), end: u64) -> Result<Self, Problem> {
        if number(input)? != MAGIC {
            return Err(Problem::Content("it does not begin like one"));
        }
        let mut header = [0; 11];
        for entry in &mut header {
            *entry = number(input)?;
        }
        let [
            n_vocabulary,
            _,
            n_audio_state,
            _,
            n_audio_layers,
            _,
            n_text_state,
            _,
            n_text_layers,
            n_mels,
            _,
        ] = header;
        if !N_VOCABULARY.contains(&n_vocabulary)
            || ![384, 512, 768, 1024, 1280].contains(&n_audio_state)
            || n_text_state != n_audio_state
            || ![4, 6, 12, 24, 32].contains(&n_audio_layers)
            || !(1..=32).contains(&n_text_layers)
            || ![80, 128].contains(&n_mels)
        {
            return Err(Problem::Content("its dimensions are none of Whisper's"));
        }
        let (n_filters, n_bins) = (number(input)?, number(input)?);
        if n_filters != n_mels || n_bins != 201 {
            return Err(Problem::Content("its filters are none of Whisper's"));
        }
        skip(input, u64::from(n_filters) * u64::from(n_bins) * 4, end)?;
        let n_entries = number(input)?;
        if n_entries > n_vocabulary {
            return Err(Problem::Content("its vocabulary is too large"));
        }
        for _ in 0..n_entries {
            let length = name_length(input)?;
            skip(input, length, end)?;
        }
        let mut n_tensors = 0;
        while input.stream_position()? < end {
            skip_tensor(input, end)?;
            n_tensors += 1;
        }
        Ok(Self {
            n_vocabulary,
            n_audio_layers,
            n_text_layers,
            n_mels,
            n_tensors,
        })
    }

    /// Whether it has weights; files made for tests have none.
    pub fn has_weights(&self) -> bool {
        self.n_tensors > 0
    }

    /// Whether it knows more than English.
    pub fn is_multilingual(&self) -> bool {
        self.n_vocabulary > *N_VOCABULARY.start()
    }

    /// How far its words may be trusted.
    pub fn accuracy(&self) -> Accuracy {
        if self.n_audio_layers == 4 {
            Accuracy::Low
        } else {
            Accuracy::Good
        }
    }

    /// The attention heads that follow the audio, for the models for which they are known.
    /// Versions 1 and 2 of `large` have the same shape and different heads: none for them.
    pub fn alignment_heads(&self) -> Option<DtwModelPreset> {
        let is_multilingual = self.is_multilingual();
        let either = |multilingual, english| {
            Some(if is_multilingual {
                multilingual
            } else {
                english
            })
        };
        match (self.n_audio_layers, self.n_text_layers, self.n_mels) {
            _ if !self.has_weights() => None,
            (4, 4, 80) => either(DtwModelPreset::Tiny, DtwModelPreset::TinyEn),
            (6, 6, 80) => either(DtwModelPreset::Base, DtwModelPreset::BaseEn),
            (12, 12, 80) => either(DtwModelPreset::Small, DtwModelPreset::SmallEn),
            (24, 24, 80) => either(DtwModelPreset::Medium, DtwModelPreset::MediumEn),
            (32, 32, 128) => Some(DtwModelPreset::LargeV3),
            (32, 4, 128) => Some(DtwModelPreset::LargeV3Turbo),
            _ => None,
        }
    }
}

enum Problem {
    Io(#[expect(dead_code, reason = "kept for debugging")] std::io::Error),
    Content(&'static str),
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

fn number(input: &mut impl Read) -> Result<u32, std::io::Error> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn name_length(input: &mut impl Read) -> Result<u64, Problem> {
    match number(input)? {
        length if length <= MAX_NAME => Ok(length.into()),
        _ => Err(Problem::Content("a name in it is too long")),
    }
}

fn skip(input: &mut impl Seek, n_bytes: u64, end: u64) -> Result<(), Problem> {
    let target = input.stream_position()?.checked_add(n_bytes);
    match target {
        Some(target) if target <= end => {
            input.seek(SeekFrom::Current(n_bytes as i64))?;
            Ok(())
        }
        _ => Err(Problem::Io(std::io::ErrorKind::UnexpectedEof.into())),
    }
}

fn skip_tensor(input: &mut (impl Read + Seek), end: u64) -> Result<(), Problem> {
    let n_dimensions = number(input)?;
    let name = name_length(input)?;
    let kind = number(input)?;
    if !(1..=4).contains(&n_dimensions) {
        return Err(Problem::Content("a tensor has no known shape"));
    }
    let mut n_values: u64 = 1;
    for _ in 0..n_dimensions {
        n_values = n_values
            .checked_mul(number(input)?.into())
            .ok_or(Problem::Content("a tensor is too large"))?;
    }
    let (block_values, block_bytes) =
        block(kind).ok_or(Problem::Content("a tensor has an unknown type"))?;
    let n_bytes = (n_values / block_values).saturating_mul(block_bytes);
    skip(input, name.saturating_add(n_bytes), end)
}

/// Values and bytes in a block of ggml's type `kind`.
fn block(kind: u32) -> Option<(u64, u64)> {
    Some(match kind {
        0 => (1, 4),
        1 => (1, 2),
        2 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        10 => (256, 84),
        11 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn model(n_audio_layers: u32, n_text_layers: u32, n_tensors: usize) -> Vec<u8> {
        let mut numbers = vec![
            MAGIC,
            51_865,
            1500,
            512,
            8,
            n_audio_layers,
            448,
            512,
            8,
            n_text_layers,
            80,
            1,
            80,
            201,
        ];
        numbers.extend(vec![0; 80 * 201]);
        numbers.push(1);
        let mut bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect();
        bytes.extend(2_u32.to_le_bytes());
        bytes.extend(b"hi");
        for _ in 0..n_tensors {
            bytes.extend(
                [2_u32, 1, 1, 4, 8]
                    .iter()
                    .flat_map(|number| number.to_le_bytes()),
            );
            bytes.push(b'w');
            bytes.extend([0; 64]);
        }
        bytes
    }

    fn read(bytes: Vec<u8>) -> Option<ModelFile> {
        let end = bytes.len() as u64;
        ModelFile::read(&mut Cursor::new(bytes), end).ok()
    }

    #[test]
    fn a_model_tells_its_kind() {
        let base = read(model(6, 6, 3)).unwrap();
        assert!(base.has_weights() && base.is_multilingual());
        assert_eq!(base.accuracy(), Accuracy::Good);
        assert!(matches!(base.alignment_heads(), Some(DtwModelPreset::Base)));
        // A distilled model has fewer text layers, and other heads.
        assert!(read(model(6, 2, 3)).unwrap().alignment_heads().is_none());
        assert_eq!(read(model(4, 4, 1)).unwrap().accuracy(), Accuracy::Low);
        assert!(!read(model(6, 6, 0)).unwrap().has_weights());
    }

    #[test]
    fn a_file_cut_off_anywhere_is_refused() {
        let bytes = model(6, 6, 2);
        // Cut exactly between two tensors it is only seen by their number, which whisper.cpp
        // checks.
        let tensor = 20 + 1 + 64;
        let edges = [bytes.len(), bytes.len() - tensor, bytes.len() - 2 * tensor];
        for length in (0..100).chain(bytes.len() - 200..bytes.len()) {
            if !edges.contains(&length) {
                assert_eq!(read(bytes[..length].to_vec()), None, "{length}");
            }
        }
    }

    #[test]
    fn other_files_are_refused() {
        assert_eq!(read(b"RIFF\0\0\0\0WAVEfmt ".to_vec()), None);
        assert_eq!(read(model(5, 5, 1)), None);
        let mut endless_name = model(6, 6, 0);
        let at = endless_name.len() - 6;
        endless_name[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(read(endless_name), None);
    }
}
