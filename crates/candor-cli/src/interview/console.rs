//! What is said and heard in a terminal.

use std::io::{self, BufRead, Write};

/// How answers are given.
pub const HELP: &str = "Answer in as many lines as you like; an empty line ends the answer.\n\
     /skip, /repeat and /stop do what they say.";

/// What the candidate does.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    Words(String),
    Skip,
    Repeat,
    Stop,
}

/// The interviewer's words.
pub fn say(text: &str, output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "\n{text}")
}

/// Reads one answer. The end of the input stops the interview, after the words before it.
pub fn listen(input: &mut impl BufRead, output: &mut impl Write) -> io::Result<Said> {
    let mut lines: Vec<String> = Vec::new();
    write!(output, "> ")?;
    output.flush()?;
    loop {
        let mut line = String::new();
        let is_end = input.read_line(&mut line)? == 0;
        let text = line.trim_end();
        match text.trim() {
            "/skip" if lines.is_empty() => return Ok(Said::Skip),
            "/repeat" if lines.is_empty() => return Ok(Said::Repeat),
            "/stop" if lines.is_empty() => return Ok(Said::Stop),
            _ if is_end && lines.is_empty() => return Ok(Said::Stop),
            "" => return Ok(Said::Words(lines.join("\n"))),
            _ => lines.push(text.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(mut input: &[u8]) -> Said {
        listen(&mut input, &mut Vec::new()).unwrap()
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
    fn commands_stand_alone() {
        assert_eq!(heard(b" /skip \n"), Said::Skip);
        assert_eq!(heard(b"/repeat\n"), Said::Repeat);
        assert_eq!(heard(b"/stop\n"), Said::Stop);
        let words = Said::Words("I would type\n/skip".to_owned());
        assert_eq!(heard(b"I would type\n/skip\n\n"), words);
    }
}
