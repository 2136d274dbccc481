//! Presentation times of decoded frames, as the filter graph prints them beside the pixels.

use std::io::BufRead;

/// Reads the time of the next frame in seconds; `None` at the end.
///
/// The filter prints `frame:0    pts:0       pts_time:0` and then the frame's metadata, a line each.
pub(crate) fn next_time(lines: &mut impl BufRead) -> std::io::Result<Option<f64>> {
    let mut line = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if let Some(time) = parse(&line) {
            return Ok(Some(time));
        }
    }
}

fn parse(line: &str) -> Option<f64> {
    let (_, time) = line.trim_end().rsplit_once("pts_time:")?;
    time.trim()
        .parse()
        .ok()
        .filter(|time: &f64| time.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_between_metadata_lines() {
        let mut text = "frame:0    pts:0       pts_time:0\nk=v\n\
                        frame:1    pts:1536    pts_time:0.1\nk=v\n"
            .as_bytes();
        assert_eq!(next_time(&mut text).unwrap(), Some(0.0));
        assert_eq!(next_time(&mut text).unwrap(), Some(0.1));
        assert_eq!(next_time(&mut text).unwrap(), None);
    }
}
