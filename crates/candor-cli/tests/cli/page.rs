//! The page in a browser: it builds itself from the report, without errors and without a server.

use std::fs;

use candor_testkit::skip;

use crate::{browser::built, desk::Desk};

#[test]
fn the_page_builds_itself_from_the_report() {
    let test = "the_page_builds_itself_from_the_report";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    let sound = desk.clips.make("tone.wav", "-f lavfi -i sine=duration=4");
    fs::write(
        desk.clips.path("words.vtt"),
        "WEBVTT\n\n00:00.500 --> 00:02.000\nUm, I &lt;mended&gt; the pump.\n\n\
         00:02.000 --> 00:03.500\nNow it runs & runs.\n",
    )
    .unwrap();
    desk.report(&sound, &["--transcript", "words.vtt"]);
    let page = desk.clips.path("out/report.html").canonicalize().unwrap();
    let Some(dom) = built(
        &format!("file://{}", page.display()),
        &desk.clips.path("profile"),
    ) else {
        skip(test, "chromium is not installed");
        return;
    };
    let (_, body) = dom.split_once("<body").unwrap();
    // The report as JSON is still there; what people see stands before and after it.
    let seen: String = body
        .split("<script")
        .map(|part| {
            part.split_once("</script>")
                .map_or(part, |(_, after)| after)
        })
        .collect();
    for heading in [
        "Listen and read",
        "At a glance",
        "What was said",
        "Not measured",
    ] {
        assert!(seen.contains(heading), "{heading} is missing");
    }
    for word in ["pump.", "&lt;mended&gt;", "&amp;"] {
        assert!(seen.contains(word), "{word} is missing");
    }
    assert!(seen.contains("audio.wav"), "the player has nothing to play");
}
