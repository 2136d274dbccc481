//! What is said and heard in a terminal.

use std::io::{self, BufRead, Read, Write};

use candor_interviewer::session::LONGEST_ANSWER;

/// Most bytes that are read at once, of a line without an end.
const LONGEST_PIECE: u64 = 64 << 10;

/// How answers are given.
pub const HELP: &str = "Answer in as many lines as you like; an empty line ends the answer, a line /done ends code.\n\
     /skip, /repeat and /stop do what they say.";

/// What the candidate does.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    Words(String),
    /// More than [`LONGEST_ANSWER`] characters; they were read to their end and not kept.
    TooMuch,
    Skip,
    Repeat,
    Stop,
}

/// The interviewer's words.
pub fn say(text: &str, output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "\n{text}")
}

/// Reads one answer; code may have empty lines. The end of the input stops the interview, after the words before
/// it.
pub fn listen(
    input: &mut impl BufRead,
    output: &mut impl Write,
    is_code: bool,
) -> io::Result<Said> {
    let mut lines: Vec<String> = Vec::new();
    let mut n_chars = 0;
    write!(output, "> ")?;
    output.flush()?;
    let whole = |lines: &[String], n_chars| match n_chars {
        0..=LONGEST_ANSWER => Said::Words(lines.join("\n")),
        _ => Said::TooMuch,
    };
    loop {
        let mut bytes = Vec::new();
        let mut piece = input.by_ref().take(LONGEST_PIECE);
        let is_end = piece.read_until(b'\n', &mut bytes)? == 0;
        let line = String::from_utf8_lossy(&bytes);
        let text = line.trim_end();
        match text.trim() {
            "/skip" if lines.is_empty() => return Ok(Said::Skip),
            "/repeat" if lines.is_empty() => return Ok(Said::Repeat),
            "/stop" if lines.is_empty() => return Ok(Said::Stop),
            _ if is_end && lines.is_empty() => return Ok(Said::Stop),
            "/done" => return Ok(whole(&lines, n_chars)),
            "" if is_end || !is_code => return Ok(whole(&lines, n_chars)),
            _ => {
                n_chars += text.chars().count() + 1;
                if n_chars <= LONGEST_ANSWER {
                    lines.push(text.to_owned());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(mut input: &[u8]) -> Said {
        listen(&mut input, &mut Vec::new(), false).unwrap()
    }

    #[test]
    fn an_empty_line_ends_an_answer_and_the_end_of_the_input_the_interview() {
        let words = |text: &str| Said::Words(text.to_owned());
        assert_eq!(heard(b"one\n  two\n\nthree\n"), words("one\n  two"));
        assert_eq!(heard(b"cut off"), words("cut off"));
        assert_eq!(heard(b"\n"), words(""));
        assert_eq!(heard(b""), Said::Stop);
    }

    #[test]
    fn too_much_is_read_to_its_end_and_told() {
        let mut text = "word ".repeat(1_000_000).into_bytes();
        text.extend(b"\n\nnext\n\n");
        let (mut input, mut output) = (text.as_slice(), Vec::new());
        let much = listen(&mut input, &mut output, false).unwrap();
        assert_eq!(much, Said::TooMuch);
        let next = listen(&mut input, &mut output, false).unwrap();
        assert_eq!(next, Said::Words("next".to_owned()));
    }

    #[test]
    fn bytes_that_are_no_text_do_not_end_an_interview() {
        assert_eq!(heard(b"a\xffb\n\n"), Said::Words("a\u{fffd}b".to_owned()));
    }

    #[test]
    fn code_keeps_its_empty_lines() {
        let mut input: &[u8] = b"def f():\n    x = 1\n\n    return x\n/done\nmore\n";
        let code = listen(&mut input, &mut Vec::new(), true).unwrap();
        let text = "def f():\n    x = 1\n\n    return x".to_owned();
        assert_eq!(code, Said::Words(text));
        assert_eq!(input, b"more\n");
    }

    #[test]
    fn commands_stand_alone() {
        assert_eq!(heard(b" /skip \n"), Said::Skip);
        assert_eq!(heard(b"/repeat\n"), Said::Repeat);
        assert_eq!(heard(b"/stop\n"), Said::Stop);
        let words = Said::Words("I would type\n/skip".to_owned());
        assert_eq!(heard(b"I would type\n/skip\n\n"), words);
    }
}
