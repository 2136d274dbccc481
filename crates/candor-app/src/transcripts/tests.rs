//! Files of all formats, and what must survive writing and reading.

use candor_core::{
    ports::AlignedWord,
    span::Span,
    transcript::{Accuracy, Transcript, TranscriptSegment, Word},
};
use proptest::prelude::*;

use super::{
    Fit, MAX_BYTES, TranscriptError, TranscriptFormat, cues::MAX_LINE, parse, with_times, write,
};

fn read(content: &str, name: &str) -> Transcript {
    parse(content.as_bytes(), name).unwrap()
}

fn words(transcript: &Transcript) -> Vec<&str> {
    transcript.words().map(|word| word.text.as_str()).collect()
}

#[test]
fn a_vtt_file_gives_segments_with_times_and_words_without() {
    let vtt = "\u{feff}WEBVTT - talk\nLanguage: en-GB\n\nNOTE\nmade by hand\n\nSTYLE\n::cue { color: red }\n\n\
               intro\n00:01.500 --> 00:03.000 align:start\n<v Ann>Hello &amp; welcome,\n<i>all</i>!\n\n\
               01:00:00.000 --> 01:00:01.000\nBye &lt;3\n";
    let transcript = read(vtt, "");
    assert_eq!(
        words(&transcript),
        ["Hello", "&", "welcome,", "all!", "Bye", "<3"]
    );
    assert_eq!(transcript.language.as_deref(), Some("en"));
    assert_eq!(transcript.segments[0].span, Some(Span::new(1.5, 3.0)));
    assert_eq!(transcript.segments[1].span, Some(Span::new(3600.0, 3601.0)));
    assert!(transcript.words().all(|word| word.span.is_none()));
    assert_eq!(transcript.engine, "given");
    assert_eq!(transcript.accuracy, Accuracy::Given);
    assert!(!transcript.verbatim);
}

#[test]
fn time_tags_within_a_vtt_cue_are_word_times() {
    let vtt =
        "WEBVTT\n\n00:00.000 --> 00:02.000\nso<00:00.500><c> it</c><00:01.000><c> goes on</c>\n";
    let transcript = read(vtt, "x.vtt");
    let spans: Vec<Option<Span>> = transcript.words().map(|word| word.span).collect();
    assert_eq!(words(&transcript), ["so", "it", "goes", "on"]);
    assert_eq!(
        spans,
        [
            Some(Span::new(0.0, 0.5)),
            Some(Span::new(0.5, 1.0)),
            None,
            None
        ]
    );
}

#[test]
fn an_srt_file_is_read_with_its_oddities() {
    let srt = "1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}<i>Um, the</i> answer\r\nis\r\n\r\n42\r\n\r\n\
               2\r\n00:00:03,000 --> 00:00:04,000\r\nif a < b\r\n";
    let transcript = read(srt, "talk.txt");
    assert_eq!(
        words(&transcript),
        ["Um,", "the", "answer", "is", "42", "if", "a", "<", "b"]
    );
    assert_eq!(transcript.segments[1].span, Some(Span::new(3.0, 4.0)));
    assert!(transcript.verbatim);
}

#[test]
fn json_of_whisper_programs_is_read() {
    let whisper = r#"{"text":"x","language":"de","segments":[{"id":0,"start":0.5,"end":2.0,"text":" Guten Tag",
        "words":[{"word":" Guten","start":0.5,"end":0.9,"probability":0.8},{"word":" Tag","start":1.0,"end":2.0,"probability":0.9}]},
        {"start":3.0,"end":4.0,"text":" ja"}]}"#;
    let transcript = read(whisper, "");
    assert_eq!(words(&transcript), ["Guten", "Tag", "ja"]);
    assert_eq!(transcript.language.as_deref(), Some("de"));
    assert_eq!(
        transcript.segments[0].words[1].span,
        Some(Span::new(1.0, 2.0))
    );
    assert_eq!(transcript.segments[1].words[0].span, None);

    let list = read(r#"[{"start":0,"end":1.5,"text":"one two"}]"#, "");
    assert_eq!(list.segments[0].span, Some(Span::new(0.0, 1.5)));

    let cpp = r#"{"result":{"language":"en"},"transcription":[{"offsets":{"from":0,"to":1500},"text":" hi"}]}"#;
    assert_eq!(read(cpp, "").segments[0].span, Some(Span::new(0.0, 1.5)));
}

#[test]
fn plain_text_has_no_times() {
    let transcript = read("Well, [laughs] it began\n\nin 1999.\n", "talk.txt");
    assert_eq!(transcript.segments.len(), 2);
    assert!(
        transcript
            .segments
            .iter()
            .all(|segment| segment.span.is_none())
    );
    let utf16: Vec<u8> = [0xFEFF_u16, u16::from(b'h'), u16::from(b'i')]
        .iter()
        .flat_map(|unit| unit.to_le_bytes())
        .collect();
    assert_eq!(parse(&utf16, "").unwrap().text(), "hi");
}

#[test]
fn a_low_accuracy_transcript_does_not_become_trusted_by_being_given() {
    let mut own = sample(&[("hi", Some((0.0, 1.0)))]);
    own.engine = "pocketsphinx".to_owned();
    own.accuracy = Accuracy::Low;
    let file = write(&own, TranscriptFormat::Json).unwrap();
    assert!(!read(&file, "t.json").may_score_content());
}

#[test]
fn damaged_files_say_what_is_wrong() {
    let message = |content: &[u8], name: &str| parse(content, name).unwrap_err().to_string();
    assert!(message(b"WEBVTT\n\n00:05.000 --> 00:01.000\nx\n", "").contains("line 3"));
    assert!(message(b"WEBVTT\n\n00:01.000 --> soon\nx\n", "").contains("line 3"));
    assert!(message(b"WEBVTT\n", "").contains("no cue"));
    assert!(message(b"some words", "a.srt").contains("no cue"));
    assert!(message(b"{\"segments\": 5}", "").contains("not understood"));
    assert!(message(b"{\"a\": 1}", "").contains("expected"));
    assert!(message(b"{broken", "a.json").contains("not understood"));
    assert!(message(b"[{\"start\": 2, \"end\": 1, \"text\": \"x\"}]", "").contains("no sense"));
    assert!(message(b" \n\t", "").contains("no words"));
    assert!(message(b"[]", "").contains("no words"));
    assert!(message(&[0x80, 0x81], "").contains("UTF-8"));
    assert!(message(b"a\0b", "").contains("UTF-8"));
    assert!(message(&vec![b'a'; MAX_BYTES as usize + 1], "").contains("10 MB"));
}

#[test]
fn a_transcript_without_times_can_only_be_text_or_json() {
    let transcript = read("some words", "");
    assert_eq!(
        write(&transcript, TranscriptFormat::Text).unwrap(),
        "some words\n"
    );
    for format in [TranscriptFormat::Vtt, TranscriptFormat::Srt] {
        let outcome = write(&transcript, format);
        assert!(matches!(outcome, Err(TranscriptError::NoTimes(_))));
    }
}

#[test]
fn vtt_and_srt_look_as_their_formats_ask() {
    let transcript = sample(&[
        ("Tom", Some((0.0, 0.5))),
        ("&", None),
        ("Jo", Some((1.0, 1.4))),
    ]);
    assert_eq!(
        write(&transcript, TranscriptFormat::Vtt).unwrap(),
        "WEBVTT\nLanguage: en\n\n00:00:00.000 --> 00:00:01.400\nTom &amp; Jo\n"
    );
    assert_eq!(
        write(&transcript, TranscriptFormat::Srt).unwrap(),
        "1\n00:00:00,000 --> 00:00:01,400\nTom & Jo\n"
    );
}

#[test]
fn aligned_words_get_their_times_and_the_fit_is_told() {
    let given = read("one – two three", "");
    let found = |start_s: f64, confidence| AlignedWord {
        span: Some(Span::new(start_s, start_s + 0.5)),
        confidence,
    };
    let nowhere = AlignedWord {
        span: None,
        confidence: 0.0,
    };
    let aligned = [
        found(1.0, 0.9),
        nowhere.clone(),
        found(2.0, 0.7),
        nowhere.clone(),
    ];
    let fit = Fit::of(&given, &aligned).unwrap();
    assert!((fit.placed_ratio - 2.0 / 3.0).abs() < 1e-9);
    assert!((fit.mean_confidence - 0.8).abs() < 1e-6);
    assert!(!fit.is_good());
    let timed = with_times(given.clone(), &aligned);
    assert_eq!(timed.segments[0].span, Some(Span::new(1.0, 2.5)));
    assert_eq!(timed.segments[0].words[3].span, None);
    let none = Fit::of(&given, &vec![nowhere; 4]).unwrap();
    assert!(none.mean_confidence.abs() < 1e-9 && !none.is_good());
}

fn sample(words: &[(&str, Option<(f64, f64)>)]) -> Transcript {
    let words = words
        .iter()
        .map(|(text, span)| Word {
            text: (*text).to_owned(),
            span: span.map(|(start_s, end_s)| Span::new(start_s, end_s)),
            confidence: None,
        })
        .collect();
    Transcript {
        language: Some("en".to_owned()),
        segments: vec![TranscriptSegment { span: None, words }],
        engine: "test".to_owned(),
        model: None,
        accuracy: Accuracy::Good,
        verbatim: true,
    }
}

prop_compose! {
    /// A word as recognisers write them, with a pause before it, a length, and perhaps no time.
    fn word()(
        text in "[a-zA-Z0-9éß'&.,?!]{1,12}|[a-z]{43,50}",
        pause_ms in prop_oneof![0_u32..300, 0_u32..9000],
        length_ms in prop_oneof![0_u32..800, 0_u32..9000],
        is_timed in prop::bool::weighted(0.8),
    ) -> (String, u32, u32, bool) {
        (text, pause_ms, length_ms, is_timed)
    }
}

prop_compose! {
    fn transcript()(
        segments in prop::collection::vec(
            (prop::collection::vec(word(), 1..40), any::<bool>()), 1..6)
    ) -> Transcript {
        let mut now_ms = 0;
        let segments = segments.into_iter().map(|(words, has_word_times)| {
            let start_ms = now_ms;
            let words = words.into_iter().map(|(text, pause_ms, length_ms, is_timed)| {
                let start_ms = now_ms + pause_ms;
                now_ms = start_ms + length_ms;
                let span = Span::new(f64::from(start_ms) / 1000.0, f64::from(now_ms) / 1000.0);
                Word { text, span: (is_timed && has_word_times).then_some(span), confidence: None }
            }).collect();
            let span = Span::new(f64::from(start_ms) / 1000.0, f64::from(now_ms) / 1000.0);
            TranscriptSegment { span: Some(span), words }
        }).collect();
        Transcript { segments, ..sample(&[]) }
    }
}

proptest! {
    #[test]
    fn every_format_keeps_the_words(transcript in transcript()) {
        for format in TranscriptFormat::ALL {
            let Ok(file) = write(&transcript, format) else {
                prop_assert!(transcript.segments.iter().all(|segment| segment.words.iter().all(|word| word.span.is_none())));
                continue;
            };
            let name = format!("t.{}", format.extension());
            let back = read(&file, &name);
            prop_assert_eq!(words(&back), words(&transcript), "{:?}", format);
            if format != TranscriptFormat::Text {
                // The content alone tells.
                let back = read(&file, "");
                prop_assert_eq!(words(&back), words(&transcript), "{:?}", format);
            }
        }
    }

    #[test]
    fn json_keeps_everything(transcript in transcript()) {
        let file = write(&transcript, TranscriptFormat::Json).unwrap();
        prop_assert_eq!(read(&file, ""), transcript);
    }

    #[test]
    fn cues_are_short_and_never_overlap(transcript in transcript()) {
        let Ok(file) = write(&transcript, TranscriptFormat::Vtt) else { return Ok(()) };
        let back = read(&file, "t.vtt");
        let mut before_s = 0.0;
        for segment in &back.segments {
            let span = segment.span.unwrap();
            prop_assert!(span.start_s >= before_s - 1e-9);
            prop_assert!(span.duration_s() > 0.0 && span.duration_s() <= 7.0 + 1e-9);
            before_s = span.end_s;
        }
        for cue in file.split("\n\n").skip(1) {
            let lines: Vec<&str> = cue.trim_end().lines().skip(1).collect();
            prop_assert!(lines.len() <= 2);
            for line in lines {
                let n_chars = line.replace("&amp;", "&").chars().count();
                prop_assert!(n_chars <= MAX_LINE || !line.contains(' '), "{}", line);
            }
        }
    }

    #[test]
    fn no_content_makes_the_reader_panic(
        content in prop::collection::vec(any::<u8>(), 0..200),
        text in "(WEBVTT\n\n)?([0-9:.,]{0,12}|-->|<[0-9:.]{0,9}>|[{}\\[\\]\"a-z&;<> é]{0,9}|\n){0,30}",
        name in "(x\\.(vtt|srt|json|txt))?",
    ) {
        let _ = parse(&content, &name);
        let _ = parse(text.as_bytes(), &name);
    }
}
