//! Transcripts of interviews in words: their times, and words that try to break out of the file.

use candor_core::{span::Span, transcript::Transcript};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::transcripts::{parse, write::WORD_JOINER};

fn turn(speaker: Speaker, kind: TurnKind, text: &str, at_ms: i64) -> Turn {
    Turn {
        id: format!("turn-{at_ms}"),
        speaker,
        kind,
        text: text.to_owned(),
        question_id: None,
        at: Timestamp::from_second(1_700_000_000).unwrap() + SignedDuration::from_millis(at_ms),
        evaluation: None,
    }
}

fn asked(text: &str, at_ms: i64) -> Turn {
    turn(Speaker::Interviewer, TurnKind::Question, text, at_ms)
}

fn answered(text: &str, at_ms: i64) -> Turn {
    turn(Speaker::Candidate, TurnKind::Answer, text, at_ms)
}

fn talk() -> Vec<Turn> {
    vec![
        asked("Hello. Why us?", 0),
        turn(
            Speaker::Interviewer,
            TurnKind::Repeat,
            "Once more: why us?",
            4_000,
        ),
        answered("Because.\n\nAnd so on.", 65_250),
        asked("And then?", 65_250),
        turn(Speaker::Candidate, TurnKind::Skip, "", 70_000),
        turn(
            Speaker::Interviewer,
            TurnKind::Closing,
            "Thank you.",
            70_000,
        ),
    ]
}

/// Begin and end of each cue in milliseconds.
fn spans(transcript: &Transcript) -> Vec<(u64, u64)> {
    let ms = |time_s: f64| (time_s * 1000.0).round() as u64;
    let spans = transcript
        .segments
        .iter()
        .filter_map(|segment| segment.span);
    spans
        .map(|span| (ms(span.start_s), ms(span.end_s)))
        .collect()
}

#[test]
fn a_question_and_its_answer_share_the_time_from_the_asking_to_the_answer() {
    assert_eq!(
        write_turns(&talk(), "en", TranscriptFormat::Vtt),
        "WEBVTT\nLanguage: en\n\n\
         00:00:00.000 --> 00:00:04.000\n<v Interviewer>Hello. Why us?</v>\n\n\
         00:00:04.000 --> 00:01:05.250\n<v Interviewer>Once more: why us?</v>\n<v Candidate>Because.\nAnd so on.</v>\n\n\
         00:01:05.250 --> 00:01:10.000\n<v Interviewer>And then?</v>\n<v Candidate>[skipped]</v>\n\n\
         00:01:10.000 --> 00:01:10.001\n<v Interviewer>Thank you.</v>\n"
    );
    assert_eq!(
        write_turns(&talk()[2..], "tr", TranscriptFormat::Srt),
        "1\n00:00:00,000 --> 00:00:00,001\nAday: Because.\n  And so on.\n\n\
         2\n00:00:00,001 --> 00:00:04,750\nMülakatçı: And then?\nAday: [geçildi]\n\n\
         3\n00:00:04,750 --> 00:00:04,751\nMülakatçı: Thank you.\n"
    );
}

#[test]
fn json_tells_the_speaker_and_no_end_that_is_not_known() {
    let file = write_turns(&talk(), "en", TranscriptFormat::Json);
    let json: Value = serde_json::from_str(&file).unwrap();
    let segments = json["segments"].as_array().unwrap();
    assert_eq!(segments.len(), 6);
    assert_eq!(segments[2]["speaker"], "candidate");
    assert_eq!(segments[2]["start"], 4.0);
    assert_eq!(segments[2]["end"], 65.25);
    assert_eq!(segments[4]["kind"], "skip");
    assert_eq!(segments[5]["end"], Value::Null);
    let back = parse(file.as_bytes(), "transcript.json").unwrap();
    assert_eq!(back.segments[2].span, Some(Span::new(4.0, 65.25)));
    assert_eq!(back.language.as_deref(), Some("en"));
}

#[test]
fn text_sets_further_lines_in_so_that_nobody_speaks_for_another() {
    let turns = [
        asked("Why?", 0),
        answered("So.\nInterviewer: Hired!", 1_000),
    ];
    let text = write_turns(&turns, "fr", TranscriptFormat::Text);
    assert_eq!(
        text,
        "2023-11-14T22:13:20Z Intervieweur: Why?\n\
         2023-11-14T22:13:21Z Candidat: So.\n  Interviewer: Hired!\n"
    );
}

#[test]
fn a_clock_that_was_set_back_moves_no_cue_back() {
    let turns = [
        asked("One?", 10_000),
        answered("Yes.", 15_000),
        asked("Two?", 9_000),
        answered("No.", 18_000),
        asked("Bye.", 18_000),
    ];
    let back = write_turns(&turns, "en", TranscriptFormat::Vtt);
    let back = parse(back.as_bytes(), "t.vtt").unwrap();
    assert_eq!(spans(&back), [(0, 5_000), (5_000, 8_000), (8_000, 8_001)]);
}

#[test]
fn words_that_look_like_the_format_stay_words() {
    let nasty = "WEBVTT\r\rNOTE x\r\n\r\n2\n00:00:01.000 --> 00:00:09.000\n<v Interviewer>Hired!</v> a<b && <i>c</i>\u{0}\u{7}\
                 {\\an8}&lt;\u{2028}\u{2029}<00:00:00.500>\n \t\n42\n\n";
    let turns = [
        asked("Is 1 < 2 --> so?", 0),
        answered(nasty, 3_000),
        asked("Then?", 3_000),
        answered(" \u{1}\n", 5_000),
        asked("Then?", 5_000),
        answered("", 6_000),
        asked("Bye.", 6_000),
    ];
    let plain = |c: char| {
        if c == '\u{0}' || c == '\u{7}' {
            '\u{fffd}'
        } else {
            c
        }
    };
    let nasty: String = nasty.chars().map(plain).collect();
    let said: Vec<String> = nasty.split_whitespace().map(str::to_owned).collect();
    let vtt = write_turns(&turns, "en", TranscriptFormat::Vtt);
    let srt = write_turns(&turns, "en", TranscriptFormat::Srt);
    for (file, name) in [(&vtt, "t.vtt"), (&srt, "t.srt"), (&vtt, ""), (&srt, "")] {
        assert!(!file.chars().any(|c| c.is_control() && !"\n\t".contains(c)));
        let back = parse(file.as_bytes(), name).unwrap();
        let expected = [(0, 3_000), (3_000, 5_000), (5_000, 6_000), (6_000, 6_001)];
        assert_eq!(spans(&back), expected, "{name}");
        let words: Vec<String> = back.segments[0]
            .words
            .iter()
            .map(|word| word.text.replace(WORD_JOINER, "").replace('→', "-->"))
            .filter(|word| word != "Interviewer:" && word != "Candidate:")
            .collect();
        let question = ["Is", "1", "<", "2", "-->", "so?"].map(str::to_owned);
        assert_eq!(words, [&question[..], &said[..]].concat(), "{name}");
        assert!(back.segments[1].text().ends_with('\u{fffd}'), "{name}");
        assert!(back.segments[2].text().ends_with("[no answer]"), "{name}");
    }
    assert_eq!(vtt.matches("<v ").count(), turns.len());
}

#[test]
fn an_interview_without_turns_is_an_empty_file() {
    let file = |format| write_turns(&[], "en", format);
    assert_eq!(file(TranscriptFormat::Vtt), "WEBVTT\nLanguage: en\n");
    assert_eq!(file(TranscriptFormat::Srt), "");
    assert_eq!(file(TranscriptFormat::Text), "");
}

prop_compose! {
    fn any_turn()(
        is_answer in any::<bool>(),
        text in "([a-z&<>/{}\\\\:;0-9-]|-->|<i>|\\PC|[\r\n\t\u{0}-\u{1f}\u{85}\u{2028}]){0,40}",
        at_ms in 0_i64..100_000,
    ) -> Turn {
        if is_answer { answered(&text, at_ms) } else { asked(&text, at_ms) }
    }
}

proptest! {
    #[test]
    fn no_words_break_the_file_and_no_cue_overlaps(turns in prop::collection::vec(any_turn(), 1..12)) {
        let joins = turns.windows(2).filter(|pair| {
            pair[0].speaker == Speaker::Interviewer && pair[1].speaker == Speaker::Candidate
        });
        let n_cues = turns.len() - joins.count();
        for format in [TranscriptFormat::Vtt, TranscriptFormat::Srt] {
            let file = write_turns(&turns, "id", format);
            let back = parse(file.as_bytes(), "").unwrap();
            prop_assert_eq!(back.segments.len(), n_cues, "{}", file);
            let mut before_ms = 0;
            for (start_ms, end_ms) in spans(&back) {
                prop_assert!(start_ms >= before_ms && end_ms > start_ms);
                before_ms = end_ms;
            }
        }
    }
}
