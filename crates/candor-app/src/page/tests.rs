//! What a reader may rely on: the page is complete, self-contained and can't be broken out of.

use candor_core::{report::Report, transcript::Word};

use super::{
    MediaKind, PageMedia, embed,
    fixture::{empty, hiring, practice},
    relative_url, render,
};

fn media() -> PageMedia {
    PageMedia {
        audio: Some("audio.wav".to_owned()),
        video: Some(relative_url("Marlow Travel, second try.mp4")),
        kind: MediaKind::Video,
    }
}

/// The text between `start` and the next `end`.
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    page.split_once(start)
        .and_then(|(_, rest)| rest.split_once(end))
        .map(|(found, _)| found)
        .unwrap()
}

fn embedded(page: &str) -> &str {
    between(page, "id=\"report\">", "</script>")
}

#[test]
fn embedded_report_reads_back_equal() {
    for report in [practice(), hiring(), empty()] {
        let page = render(&report, &media());
        let read: Report = serde_json::from_str(embedded(&page)).unwrap();
        assert_eq!(read, report);
    }
}

#[test]
fn same_report_gives_the_same_page() {
    assert_eq!(render(&practice(), &media()), render(&practice(), &media()));
}

#[test]
fn spoken_markup_can_not_end_the_data_block() {
    let hostile = "</script><script>alert(1)</script><!-- \u{2028}\u{2029} & <img src=x>";
    let mut report = practice();
    report.transcript = hostile.to_owned();
    report.candor.source.file_name = format!("{hostile}\"'.mp4");
    report.candor.transcript.as_mut().unwrap().segments[0].words[0] = Word {
        text: hostile.to_owned(),
        span: None,
        confidence: None,
    };
    let page = render(&report, &media());
    let plain = render(&practice(), &media());
    let count = |page: &str, what: &str| page.matches(what).count();
    for what in ["<script", "</script", "<!--", "<img"] {
        assert_eq!(count(&page, what), count(&plain, what), "{what:?}");
    }
    assert!(!embedded(&page).contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
    let read: Report = serde_json::from_str(embedded(&page)).unwrap();
    assert_eq!(read, report);
}

#[test]
fn policy_names_the_hash_of_the_only_script_and_style() {
    let page = render(&practice(), &media());
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let script = between(&page, "<script>", "</script>");
    let style = between(&page, "<style>", "</style>");
    let hash_of = |text: &str| format!("'sha256-{}'", embed::sha256_base64(text));
    assert!(policy.starts_with("default-src 'none'; "));
    assert!(policy.contains(&format!("script-src {};", hash_of(script))));
    assert!(policy.contains(&format!("style-src {};", hash_of(style))));
    assert!(!policy.contains("unsafe"));
    assert_eq!(page.matches("<style").count(), 1);
    assert_eq!(page.matches("<script>").count(), 1);
}

#[test]
fn every_style_and_script_file_is_in_the_page() {
    let page = render(&empty(), &media());
    for folder in ["style", "script"] {
        let path = format!("{}/src/page/{folder}", env!("CARGO_MANIFEST_DIR"));
        for entry in std::fs::read_dir(path).unwrap() {
            let file = entry.unwrap().path();
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(page.contains(&text.replace("\r\n", "\n")), "{file:?}");
        }
    }
}

#[test]
fn sha256_of_the_standard_example_is_known() {
    // FIPS 180-4 example "abc".
    assert_eq!(
        embed::sha256_base64("abc"),
        "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    );
}

#[test]
fn page_names_no_other_host() {
    let page = render(&practice(), &media());
    let without_data = page.replace(embedded(&page), "");
    for scheme in [
        "http://", "https://", "ws://", "wss://", "ftp://", "src=\"//",
    ] {
        assert!(!without_data.contains(scheme), "{scheme}");
    }
    for call in [
        "url(",
        "@import",
        "fetch(",
        "XMLHttpRequest",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
    ] {
        assert!(!without_data.contains(call), "{call}");
    }
}

#[test]
fn foreign_media_addresses_are_ignored() {
    for url in [
        "https://example.org/a.mp4",
        "//example.org/a.mp4",
        "/home/me/a.mp4",
        "file:///a.mp4",
        "javascript:alert(1)",
        "",
        "a\\b.mp4",
    ] {
        let media = PageMedia {
            video: Some(url.to_owned()),
            ..media()
        };
        let page = render(&empty(), &media);
        assert!(
            between(&page, "id=\"media\">", "</script>").contains("\"video\":null"),
            "{url}"
        );
    }
}

#[test]
fn file_names_become_relative_urls() {
    assert_eq!(
        relative_url("../a b/é#1%.mp4"),
        "../a%20b/%C3%A9%231%25.mp4"
    );
    assert!(embed::is_relative(&relative_url("12:30 talk.mp4")));
}

#[test]
fn file_name_is_the_page_title() {
    let mut report = empty();
    report.candor.source.file_name = "a <b> & \"c\"".to_owned();
    let page = render(&report, &media());
    assert!(page.contains("<title>a &lt;b&gt; &amp; &quot;c&quot; · Candor</title>"));
}

/// Writes the three fixtures to the folder in `CANDOR_PAGE_OUT`, to be looked at in a browser.
#[test]
fn fixtures_are_written_for_the_eye() {
    let Ok(folder) = std::env::var("CANDOR_PAGE_OUT") else {
        eprintln!("SKIPPED: fixtures_are_written_for_the_eye: CANDOR_PAGE_OUT is not set");
        return;
    };
    let sound = PageMedia {
        video: None,
        kind: MediaKind::Audio,
        ..media()
    };
    let none = PageMedia {
        audio: None,
        ..sound.clone()
    };
    for (name, report, media) in [
        ("practice", practice(), media()),
        ("audio", practice(), sound),
        ("hiring", hiring(), none.clone()),
        ("empty", empty(), none),
    ] {
        std::fs::write(format!("{folder}/{name}.html"), render(&report, &media)).unwrap();
    }
}
