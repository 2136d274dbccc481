//! Writes what was said in an interview in words, turn by turn, as text, WebVTT, SubRip or JSON.
//!
//! A turn knows one moment: when its question was asked, when its answer came in. The time between is known too: there
//! the question stood to be answered, and the answer was given. So a question and its answer share one cue, from the
//! asking to the answer, and none of their words claims a time of its own. A turn that nothing follows, like the
//! farewell, is a moment: the shortest cue there is; in JSON it has no end. Times count from the first turn, pauses
//! included; where a clock was set back they stand still.

use candor_core::interview::{Speaker, Turn, TurnKind};
use candor_interviewer::phrases::{self, Phrases};
use serde_json::{Value, json};

use super::{
    TranscriptFormat,
    write::{Written, srt, srt_text, vtt, vtt_text},
};

#[cfg(test)]
mod tests;

/// Length of a moment in milliseconds; no cue may be shorter.
const MOMENT_MS: u64 = 1;

/// The file of an interview in `language` in `format`. Who speaks is named: by voice tags in WebVTT, by a name and a
/// colon in text and SubRip, by `speaker` in JSON. Line breaks of an answer stay but empty lines go; control
/// characters are shown as U+FFFD.
pub fn write_turns(turns: &[Turn], language: &str, format: TranscriptFormat) -> String {
    let phrases = phrases::of(language);
    match format {
        TranscriptFormat::Text => text(turns, phrases),
        TranscriptFormat::Vtt => {
            let voice = |turn: &Turn| {
                let words = vtt_text(&lines(turn, phrases).join("\n"));
                format!("<v {}>{words}</v>", name(turn, phrases))
            };
            vtt(Some(language), cues(turns, voice))
        }
        TranscriptFormat::Srt => {
            let words = |turn: &Turn| srt_text(&named(turn, phrases));
            srt(cues(turns, words))
        }
        TranscriptFormat::Json => {
            let segments: Vec<Value> = timed(turns).iter().map(segment).collect();
            format!(
                "{:#}\n",
                json!({ "language": language, "segments": segments })
            )
        }
    }
}

/// A turn and the time that it is known to lie in, in milliseconds.
struct Timed<'a> {
    turn: &'a Turn,
    start_ms: u64,
    /// `None`: nothing follows it.
    end_ms: Option<u64>,
}

/// Questions from their moment to the next turn, answers from the turn before to their moment.
fn timed(turns: &[Turn]) -> Vec<Timed<'_>> {
    let moments = moments(turns);
    let all = turns.iter().enumerate().map(|(index, turn)| {
        let (start_ms, end_ms) = match turn.speaker {
            Speaker::Interviewer => (moments[index], moments.get(index + 1).copied()),
            Speaker::Candidate => (moments[index.saturating_sub(1)], Some(moments[index])),
        };
        Timed {
            turn,
            start_ms,
            end_ms,
        }
    });
    all.collect()
}

/// Milliseconds from the first turn to each; never less than before.
fn moments(turns: &[Turn]) -> Vec<u64> {
    let mut latest_ms = 0;
    let since_first = turns.iter().map(|turn| {
        let since = turn.at.duration_since(turns[0].at);
        latest_ms = u64::try_from(since.as_millis()).map_or(latest_ms, |ms| ms.max(latest_ms));
        latest_ms
    });
    since_first.collect()
}

/// A cue for each question with its answer, and for each turn without the other.
fn cues(turns: &[Turn], words: impl Fn(&Turn) -> String) -> Vec<Written> {
    let mut cues: Vec<Written> = Vec::new();
    let mut before = None;
    for timed in timed(turns) {
        let is_answer =
            timed.turn.speaker == Speaker::Candidate && before == Some(Speaker::Interviewer);
        before = Some(timed.turn.speaker);
        let text = words(timed.turn);
        if let Some(cue) = cues.last_mut().filter(|_| is_answer) {
            cue.text.push('\n');
            cue.text.push_str(&text);
            continue;
        }
        let start_ms = cues.last().map_or(0, |cue| cue.end_ms).max(timed.start_ms);
        cues.push(Written {
            start_ms,
            end_ms: timed.end_ms.unwrap_or(start_ms).max(start_ms + MOMENT_MS),
            text,
        });
    }
    cues
}

/// A paragraph for each turn with the time on the clock.
fn text(turns: &[Turn], phrases: &Phrases) -> String {
    turns
        .iter()
        .map(|turn| format!("{} {}\n", turn.at, named(turn, phrases)))
        .collect()
}

/// The shape that Whisper programs with speakers write, in seconds.
fn segment(timed: &Timed<'_>) -> Value {
    let seconds = |ms: u64| ms as f64 / 1000.0;
    let turn = timed.turn;
    json!({
        "start": seconds(timed.start_ms),
        "end": timed.end_ms.map(seconds),
        "speaker": turn.speaker,
        "kind": turn.kind,
        "question_id": turn.question_id,
        "at": turn.at,
        "text": turn.text,
    })
}

fn name(turn: &Turn, phrases: &Phrases) -> &'static str {
    match turn.speaker {
        Speaker::Interviewer => phrases.interviewer,
        Speaker::Candidate => phrases.candidate,
    }
}

/// The speaker and the words. Further lines are set in, so that none of them can pass for a speaker's.
fn named(turn: &Turn, phrases: &Phrases) -> String {
    let lines = lines(turn, phrases).join("\n  ");
    format!("{}: {lines}", name(turn, phrases))
}

/// The lines of a turn, at least one and none of them empty. What was not said is told in brackets.
fn lines(turn: &Turn, phrases: &Phrases) -> Vec<String> {
    let plain = |c: char| match c {
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\n' | '\t' => c,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    let text: String = turn.text.chars().map(plain).collect();
    let lines: Vec<String> = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    match (lines.is_empty(), turn.kind) {
        (false, _) => lines,
        (true, TurnKind::Skip) => vec![format!("[{}]", phrases.skipped)],
        (true, _) => vec![format!("[{}]", phrases.no_words)],
    }
}
