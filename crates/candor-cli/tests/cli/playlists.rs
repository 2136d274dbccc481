//! Playlists, scripts and addresses: refused, and nothing that they point to is touched.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Write},
    net::TcpListener,
    path::Path,
    process::Command,
};

use crate::desk::Desk;

/// What nobody may read.
const SECRET: &[u8] = b"RIFF secret";

/// A pipe with a few bytes in it, which are gone as soon as anybody reads them.
struct Bait(File);

impl Bait {
    fn lay(path: &Path) -> Self {
        let made = Command::new("mkfifo").arg(path).status().unwrap();
        assert!(made.success());
        // Opened for both directions, neither end waits for another process.
        let mut pipe = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .unwrap();
        pipe.write_all(SECRET).unwrap();
        Self(pipe)
    }

    fn assert_untouched(&mut self) {
        // One more byte, so that reading never waits.
        self.0.write_all(b".").unwrap();
        let mut found = vec![0; SECRET.len() + 1];
        let n = self.0.read(&mut found).unwrap();
        assert_eq!(n, SECRET.len() + 1, "somebody read the file");
        self.0.write_all(SECRET).unwrap();
    }
}

/// A server that is there but never called.
struct Phone(TcpListener);

impl Phone {
    fn install() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn address(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    fn assert_never_called(&self) {
        let call = self.0.accept();
        assert_eq!(call.unwrap_err().kind(), ErrorKind::WouldBlock);
    }
}

#[test]
fn an_address_or_protocol_in_place_of_a_file_is_refused_and_never_opened() {
    let test = "an_address_or_protocol_in_place_of_a_file_is_refused_and_never_opened";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    let phone = Phone::install();
    let mut bait = Bait::lay(&desk.clips.path("bait.wav"));
    let host = phone.address();
    for input in [
        format!("http://{host}/talk.mp4"),
        format!("https://{host}/talk.mp4"),
        format!("tcp://{host}"),
        format!("rtmp://{host}/live"),
        "concat:bait.wav|bait.wav".to_owned(),
        "file:bait.wav".to_owned(),
        "subfile,,start,0,end,9,,:bait.wav".to_owned(),
        "pipe:0".to_owned(),
        "lavfi:sine".to_owned(),
    ] {
        let message = desk.refusal(&input, &[]);
        assert!(message.contains("not a local file"), "{input}: {message}");
    }
    phone.assert_never_called();
    bait.assert_untouched();
}

#[test]
fn a_playlist_under_any_name_is_refused_and_nothing_in_it_is_opened() {
    let test = "a_playlist_under_any_name_is_refused_and_nothing_in_it_is_opened";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    let phone = Phone::install();
    let bait_path = desk.clips.path("bait.wav");
    let mut bait = Bait::lay(&bait_path);
    let (host, file) = (phone.address(), bait_path.display().to_string());
    let hls = |target: &str| format!("#EXTM3U\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n");
    let url = format!("http://{host}/a.ts");
    for (name, content) in [
        ("list.m3u8", hls(&file)),
        ("list.mp4", hls(&file)),
        ("call.mp4", hls(&url)),
        ("mark.webm", format!("\u{feff}\n{}", hls(&url))),
        ("script.mp4", format!("ffconcat version 1.0\nfile {file}\n")),
        ("script.txt", format!("file '{file}'\n")),
        ("script.ffconcat", format!("file '{file}'\n")),
        (
            "dash.mp4",
            format!(
                "<?xml version=\"1.0\"?>\n<MPD type=\"static\"><Period><AdaptationSet>\
                 <Representation><BaseURL>{url}</BaseURL></Representation></AdaptationSet>\
                 </Period></MPD>\n"
            ),
        ),
        (
            "call.sdp",
            format!("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 {host}\nm=audio 1 RTP/AVP 0\n"),
        ),
        ("list.pls", format!("[playlist]\nFile1={url}\n")),
        ("list.wav", format!("RTSPtext\nREDIRECT {url}\n")),
    ] {
        desk.clips.write(name, content);
        let message = desk.refusal(name, &[]);
        assert!(
            message.contains("playlist") || message.contains("text file"),
            "{name}: {message}"
        );
    }
    phone.assert_never_called();
    bait.assert_untouched();
}

#[test]
fn a_pattern_of_pictures_is_no_recording() {
    let Some(desk) = Desk::new("a_pattern_of_pictures_is_no_recording") else {
        return;
    };
    desk.clips.make(
        "picture1.png",
        "-f lavfi -i testsrc2=size=64x64 -frames:v 1",
    );
    let message = desk.refusal("picture%d.png", &[]);
    assert!(message.contains("no such file"), "{message}");
    desk.refusal("picture1.png", &[]);
}
