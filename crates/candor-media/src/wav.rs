//! Audio on disk: 16 kHz mono 16-bit PCM in a WAV file, written as it is decoded, read at random.

use std::{
    fs::File,
    io::{BufWriter, Seek, SeekFrom, Write},
    os::unix::fs::FileExt,
    path::Path,
};

use candor_core::{media::SAMPLE_RATE_HZ, ports::Samples};

const HEADER_BYTES: u64 = 44;

/// Writes a WAV file sample by sample.
#[derive(Debug)]
pub struct WavWriter {
    file: BufWriter<File>,
    n_samples: u64,
}

impl WavWriter {
    /// Creates the file, with room for its header.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn create(path: &Path) -> std::io::Result<Self> {
        let mut file = BufWriter::with_capacity(64 << 10, File::create(path)?);
        file.write_all(&header(0))?;
        Ok(Self { file, n_samples: 0 })
    }

    /// Appends samples, −1 to 1; louder ones are clipped.
    ///
    /// # Errors
    /// When the file can't be written, e.g. because the disk is full.
    pub fn write(&mut self, samples: &[f32]) -> std::io::Result<()> {
        for sample in samples {
            // The conversion saturates, which is what clipping is.
            let integer = (sample * 32_768.0).round() as i16;
            self.file.write_all(&integer.to_le_bytes())?;
        }
        self.n_samples += samples.len() as u64;
        Ok(())
    }

    /// Completes the header and gives the number of samples.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn finish(mut self) -> std::io::Result<u64> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header(self.n_samples))?;
        self.file.flush()?;
        Ok(self.n_samples)
    }
}

/// The canonical 44-byte header of 16-bit mono PCM.
fn header(n_samples: u64) -> [u8; 44] {
    let data = u32::try_from(n_samples * 2).unwrap_or(u32::MAX - 36);
    let mut bytes = [0_u8; 44];
    bytes[0..4].copy_from_slice(b"RIFF");
    bytes[4..8].copy_from_slice(&(36 + data).to_le_bytes());
    bytes[8..16].copy_from_slice(b"WAVEfmt ");
    bytes[16..20].copy_from_slice(&16_u32.to_le_bytes());
    bytes[20..22].copy_from_slice(&1_u16.to_le_bytes());
    bytes[22..24].copy_from_slice(&1_u16.to_le_bytes());
    bytes[24..28].copy_from_slice(&SAMPLE_RATE_HZ.to_le_bytes());
    bytes[28..32].copy_from_slice(&(SAMPLE_RATE_HZ * 2).to_le_bytes());
    bytes[32..34].copy_from_slice(&2_u16.to_le_bytes());
    bytes[34..36].copy_from_slice(&16_u16.to_le_bytes());
    bytes[36..40].copy_from_slice(b"data");
    bytes[40..44].copy_from_slice(&data.to_le_bytes());
    bytes
}

/// Random access to a file that a [`WavWriter`] wrote.
#[derive(Debug)]
pub struct WavFile {
    file: File,
    n_samples: u64,
}

impl WavFile {
    /// Opens a file written by [`WavWriter`].
    ///
    /// # Errors
    /// When it can't be opened or is not 16 kHz mono 16-bit PCM with the canonical header.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut found = [0_u8; HEADER_BYTES as usize];
        file.read_exact_at(&mut found, 0)?;
        let n_samples = length.saturating_sub(HEADER_BYTES) / 2;
        // Sizes are checked against the file itself: a cut file still reads up to the cut.
        if found[..4] != *b"RIFF" || found[8..40] != header(0)[8..40] {
            return Err(std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                "not a 16 kHz mono 16-bit WAV file as written by Candor",
            ));
        }
        Ok(Self { file, n_samples })
    }
}

impl Samples for WavFile {
    fn n_samples(&self) -> u64 {
        self.n_samples
    }

    fn read(&self, start: u64, len: usize) -> std::io::Result<Vec<f32>> {
        let start = start.min(self.n_samples);
        let len = len.min((self.n_samples - start) as usize);
        let mut bytes = vec![0_u8; len * 2];
        self.file
            .read_exact_at(&mut bytes, HEADER_BYTES + start * 2)?;
        Ok(bytes
            .chunks_exact(2)
            .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0)
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn samples_read_back_as_written(samples: Vec<i16>, start in 0_u64..100, len in 0_usize..100) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.wav");
            let mut writer = WavWriter::create(&path).unwrap();
            let floats: Vec<f32> = samples.iter().map(|s| f32::from(*s) / 32_768.0).collect();
            writer.write(&floats).unwrap();
            prop_assert_eq!(writer.finish().unwrap(), samples.len() as u64);
            let file = WavFile::open(&path).unwrap();
            let expected: Vec<f32> = samples
                .iter()
                .skip(start as usize)
                .take(len)
                .map(|sample| f32::from(*sample) / 32_768.0)
                .collect();
            prop_assert_eq!(file.read(start, len).unwrap(), expected);
        }
    }

    #[test]
    fn another_format_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        std::fs::write(&path, [7_u8; 60]).unwrap();
        assert!(WavFile::open(&path).is_err());
    }
}
