//! How large the streams of a PDF are once unpacked, found without keeping what they unpack to.

use std::{
    borrow::Cow,
    io::{self, Read},
    time::Instant,
};

use flate2::read::{DeflateDecoder, ZlibDecoder};
use hayro_interpret::hayro_syntax::{Filter, object::Stream};

use super::super::DocumentError;

/// Most bytes that a byte of DEFLATE can stand for.
const MOST_DEFLATED: u64 = 1032;
/// How many times the limit of one part a picture may have: pictures are not unpacked, but look like other streams.
const PICTURE_TO_PART: u64 = 4;
/// Layers of packing inside each other that are looked through.
const MAX_LAYERS: usize = 3;

/// Looks at everything in the file that may be a packed stream, before anything is opened: opening unpacks the tables
/// that say where everything is.
///
/// # Errors
/// `too_large` where one unpacks to far more than `most`, or the time is over.
pub(super) fn scan(bytes: &[u8], most: u64, ends: Instant) -> Result<(), DocumentError> {
    let most = most.saturating_mul(PICTURE_TO_PART);
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], b"stream") {
        let mark = at + found;
        at = mark + b"stream".len();
        if bytes[..mark].ends_with(b"end") {
            continue;
        }
        if Instant::now() > ends {
            return Err(DocumentError::TooLarge);
        }
        // A line's end follows the word; no packed data begins with white space.
        let packed = bytes[at..].trim_ascii_start();
        if inflates_beyond(packed, most, MAX_LAYERS) {
            return Err(DocumentError::TooLarge);
        }
    }
    Ok(())
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|part| part == word)
}

/// Whether DEFLATE data, or DEFLATE data packed in it, holds more than `most` bytes.
fn inflates_beyond(packed: &[u8], most: u64, layers: usize) -> bool {
    let Some(&first) = packed.first() else {
        return false;
    };
    // Data with the head of zlib, or else without a head.
    let n = if first & 0x0f == 8 {
        counted(ZlibDecoder::new(packed), most).0
    } else {
        counted(DeflateDecoder::new(packed), most).0
    };
    if n > most {
        return true;
    }
    if layers <= 1 || n == 0 {
        return false;
    }
    // What is packed twice is short after the first time: only its beginning is worth looking at.
    let mut inner = Vec::new();
    let mut start = ZlibDecoder::new(packed).take(most / MOST_DEFLATED * 4);
    let ended = start.read_to_end(&mut inner);
    (ended.is_ok() || !inner.is_empty())
        && inner.first().is_some_and(|byte| byte & 0x0f == 8)
        && inflates_beyond(&inner, most, layers - 1)
}

/// The size of a stream once unpacked; nothing for pictures, which are not unpacked.
///
/// # Errors
/// `too_large` over `most` bytes; `damaged` for streams that are packed more than once, which nobody does for good
/// reason, or in which more than `most` bytes may be.
pub(super) fn of(stream: &Stream, most: u64) -> Result<u64, DocumentError> {
    let mut data: Cow<[u8]> = stream.raw_data();
    let mut size = data.len() as u64;
    let mut is_packed = false;
    for filter in stream.filters() {
        match filter {
            Filter::AsciiHexDecode if !is_packed => data = Cow::Owned(hex(&data)),
            Filter::Ascii85Decode if !is_packed => data = Cow::Owned(base_85(&data)),
            Filter::AsciiHexDecode | Filter::Ascii85Decode => {
                size = size.saturating_mul(4);
                continue;
            }
            Filter::FlateDecode | Filter::LzwDecode | Filter::RunLengthDecode if is_packed => {
                return Err(DocumentError::Damaged);
            }
            Filter::FlateDecode => {
                is_packed = true;
                size = inflated(&data, most)?;
            }
            Filter::LzwDecode => {
                is_packed = true;
                size = lzw(&data, 0).max(lzw(&data, 1));
            }
            Filter::RunLengthDecode => {
                is_packed = true;
                size = run_length(&data);
            }
            Filter::CcittFaxDecode
            | Filter::Jbig2Decode
            | Filter::DctDecode
            | Filter::JpxDecode => return Ok(0),
            _ => {}
        }
        if !is_packed {
            size = data.len() as u64;
        }
    }
    if size > most {
        return Err(DocumentError::TooLarge);
    }
    Ok(size)
}

/// The size of DEFLATE data. Where it is damaged the interpreter takes what it can, by rules of its own: then the most
/// that it can be.
fn inflated(packed: &[u8], most: u64) -> Result<u64, DocumentError> {
    let (n, whole) = counted(ZlibDecoder::new(packed), most);
    if whole || n > most {
        return Ok(n);
    }
    let (n, whole) = counted(DeflateDecoder::new(packed), most);
    if whole || n > most {
        return Ok(n);
    }
    let at_most = (packed.len() as u64).saturating_mul(MOST_DEFLATED);
    if at_most > most {
        return Err(DocumentError::Damaged);
    }
    Ok(at_most)
}

/// How many bytes come out, up to the first part beyond `most`; whether they ended without error.
fn counted(mut reader: impl Read, most: u64) -> (u64, bool) {
    let mut part = [0; 1 << 14];
    let mut n = 0;
    while n <= most {
        match reader.read(&mut part) {
            Ok(0) => return (n, true),
            Ok(read) => n += read as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return (n, false),
        }
    }
    (n, false)
}

fn hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data
        .iter()
        .take_while(|&&byte| byte != b'>')
        .filter_map(|&byte| char::from(byte).to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0))
        .collect()
}

fn base_85(data: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut group = 0_u32;
    let mut n = 0;
    for &byte in data {
        match byte {
            b'~' => break,
            b'z' if n == 0 => decoded.extend([0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                n += 1;
                if n == 5 {
                    decoded.extend(group.to_be_bytes());
                    (group, n) = (0, 0);
                }
            }
            _ => {}
        }
    }
    if n > 1 {
        for _ in n..5 {
            group = group.wrapping_mul(85).wrapping_add(84);
        }
        decoded.extend(&group.to_be_bytes()[..n - 1]);
    }
    decoded
}

/// The size of LZW data (ISO 32000-1, 7.4.4): only the lengths of its table are kept. Codes become longer `early` codes
/// before they must.
fn lzw(data: &[u8], early: usize) -> u64 {
    const CLEAR: usize = 256;
    const END: usize = 257;
    const FULL: usize = 4096;
    let mut lengths: Vec<u64> = vec![1; CLEAR + 2];
    let mut last: Option<u64> = None;
    let (mut bits, mut n_bits, mut size) = (0_u32, 0, 0_u64);
    for &byte in data {
        bits = bits << 8 | u32::from(byte);
        n_bits += 8;
        let width = match lengths.len() + early {
            ..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
        if n_bits < width {
            continue;
        }
        n_bits -= width;
        let code = (bits >> n_bits) as usize & ((1 << width) - 1);
        match code {
            CLEAR => {
                lengths.truncate(CLEAR + 2);
                last = None;
            }
            END => break,
            _ => {
                let length = lengths
                    .get(code)
                    .copied()
                    .or(last.map(|last| last + 1))
                    .unwrap_or(0);
                size = size.saturating_add(length);
                if let Some(last) = last
                    && lengths.len() < FULL
                {
                    lengths.push(last + 1);
                }
                last = Some(length);
            }
        }
    }
    size
}

fn run_length(data: &[u8]) -> u64 {
    let mut size = 0;
    let mut at = 0;
    while let Some(&length) = data.get(at) {
        match length {
            128 => break,
            0..128 => {
                size += u64::from(length) + 1;
                at += usize::from(length) + 2;
            }
            _ => {
                size += 257 - u64::from(length);
                at += 2;
            }
        }
    }
    size
}
