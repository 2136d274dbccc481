//! Speed and memory of an upload beside its floor of the same run: socket to file with SHA-256.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    thread,
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use super::{process::status_kb, server::Server};
use crate::run::target;

/// Size of the recording; memory must not grow from a quarter of it to the whole.
const BYTES: u64 = 1 << 30;
/// Runs per figure; the fastest counts, all are shown.
const RUNS: usize = 3;
/// Bytes written to and read from a socket at once.
const BLOCK: usize = 256 << 10;

const USAGE: &str =
    "usage: cargo xtask bench upload [--quick] [--server HOST:PORT --key KEY --pid PID]";

/// `cargo xtask bench upload [--quick] [--server HOST:PORT --key KEY --pid PID]`: on a server of its own,
/// or on one that runs already.
pub fn upload(options: &[&str]) -> Result<()> {
    let (is_quick, options) = match options {
        ["--quick", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let bytes = if is_quick { BYTES / 8 } else { BYTES };
    let folder = target().join("bench/upload");
    // What an earlier run left.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let server = match options {
        [] => Server::start(&folder)?,
        ["--server", address, "--key", key, "--pid", pid] => Server {
            address: (*address).to_owned(),
            key: (*key).to_owned(),
            pid: pid.parse().context(USAGE)?,
            child: None,
        },
        _ => bail!(USAGE),
    };
    let measured = measure(&server, &folder, bytes);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure(server: &Server, folder: &Path, bytes: u64) -> Result<()> {
    let idle_mb = status_kb(server.pid, "VmRSS:") as f64 / 1000.0;
    send(server, bytes / 4)?;
    let quarter_mb = status_kb(server.pid, "VmHWM:") as f64 / 1000.0;
    let (mut floors, mut uploads) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        floors.push(floor(folder, bytes)?);
        uploads.push(send(server, bytes)?);
    }
    let peak_mb = status_kb(server.pid, "VmHWM:") as f64 / 1000.0;
    let per_s =
        |times: &[f64]| -> Vec<f64> { times.iter().map(|s| bytes as f64 / 1e6 / s).collect() };
    let (floors, uploads) = (per_s(&floors), per_s(&uploads));
    println!("socket to file with SHA-256, on disk (floor), MB/s: {floors:.0?}");
    println!("upload of a recording, on disk and probed, MB/s:    {uploads:.0?}");
    let best = |all: &[f64]| all.iter().copied().fold(0.0, f64::max);
    let share = best(&uploads) / best(&floors);
    let word = if share >= 0.6 { "within" } else { "UNDER" };
    println!("share of the floor: {share:.2} ({word} the limit of 0.6)");
    println!(
        "resident memory of the server: {idle_mb:.0} MB before, at most {quarter_mb:.0} MB with {} MiB, \
         at most {peak_mb:.0} MB with {} MiB",
        (bytes / 4) >> 20,
        bytes >> 20
    );
    Ok(())
}

/// Uploads a recording of that size and gives the seconds until the answer.
fn send(server: &Server, bytes: u64) -> Result<f64> {
    let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n";
    let tail = "\r\n--b--\r\n";
    let length = head.len() as u64 + bytes + tail.len() as u64;
    let begun = Instant::now();
    let mut socket = TcpStream::connect(&server.address)?;
    write!(
        socket,
        "POST /api/v1/recordings HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{head}",
        server.address, server.key
    )?;
    write_recording(&mut socket, bytes)?;
    socket.write_all(tail.as_bytes())?;
    let mut answer = BufReader::new(socket);
    let mut status = String::new();
    answer.read_line(&mut status)?;
    let seconds = begun.elapsed().as_secs_f64();
    ensure!(
        status.starts_with("HTTP/1.1 201"),
        "the server said {status}"
    );
    Ok(seconds)
}

/// The least that has to be done: bytes from a socket into a file that the disk has, and their hash.
fn floor(folder: &Path, bytes: u64) -> Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let path = folder.join("floor.wav");
    let writer = path.clone();
    let receiver = thread::spawn(move || -> Result<()> {
        let (mut socket, _) = listener.accept()?;
        let mut file = File::create(writer)?;
        let mut hash = Sha256::new();
        let mut block = vec![0; BLOCK];
        loop {
            let n = socket.read(&mut block)?;
            if n == 0 {
                break;
            }
            hash.update(&block[..n]);
            file.write_all(&block[..n])?;
        }
        file.sync_all()?;
        ensure!(hash.finalize().iter().any(|byte| *byte != 0), "no hash");
        Ok(())
    });
    let begun = Instant::now();
    let mut socket = TcpStream::connect(address)?;
    write_recording(&mut socket, bytes)?;
    drop(socket);
    match receiver.join() {
        Ok(received) => received?,
        Err(_) => bail!("the receiver of the floor panicked"),
    }
    let seconds = begun.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    Ok(seconds)
}

/// A WAV file of that size: noise, 48 kHz stereo.
fn write_recording(to: &mut impl Write, bytes: u64) -> Result<()> {
    let data = u32::try_from(bytes - 44)?;
    let mut header = Vec::new();
    header.extend(b"RIFF");
    header.extend((data + 36).to_le_bytes());
    header.extend(b"WAVEfmt ");
    header.extend(16_u32.to_le_bytes());
    header.extend(1_u16.to_le_bytes());
    header.extend(2_u16.to_le_bytes());
    header.extend(48_000_u32.to_le_bytes());
    header.extend(192_000_u32.to_le_bytes());
    header.extend(4_u16.to_le_bytes());
    header.extend(16_u16.to_le_bytes());
    header.extend(b"data");
    header.extend(data.to_le_bytes());
    to.write_all(&header)?;
    let noise: Vec<u8> = (0..BLOCK as u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let mut left = u64::from(data);
    while left > 0 {
        let n = left.min(BLOCK as u64);
        to.write_all(&noise[..usize::try_from(n)?])?;
        left -= n;
    }
    Ok(())
}
