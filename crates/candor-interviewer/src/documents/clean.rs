//! Text without what no reader sees: control and zero-width characters, runs of spaces, runs of empty lines.

use unicode_normalization::UnicodeNormalization;

/// The cleaned text up to `n_most` characters, and whether that left some out.
pub(super) fn within(text: &str, n_most: usize) -> (String, bool) {
    let mut cleaned = String::new();
    let mut n = 0;
    let mut empty_lines = 0;
    for line in text.replace("\r\n", "\n").split(ends_line) {
        let line = line_of(line);
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !cleaned.is_empty() {
            let breaks = if empty_lines > 0 { "\n\n" } else { "\n" };
            cleaned.push_str(breaks);
            n += breaks.len();
        }
        empty_lines = 0;
        for c in line.chars() {
            if n >= n_most {
                cleaned.truncate(cleaned.trim_end().len());
                return (cleaned, true);
            }
            cleaned.push(c);
            n += 1;
        }
    }
    (cleaned, false)
}

fn ends_line(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// A line in composed characters, with single spaces and none at its ends.
fn line_of(line: &str) -> String {
    let mut cleaned = String::with_capacity(line.len());
    let mut space = false;
    let visible = line.chars().map(bullet).filter(|&c| !is_invisible(c));
    for c in visible.nfc() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if std::mem::take(&mut space) && !cleaned.is_empty() {
            cleaned.push(' ');
        }
        match ligature(c) {
            Some(letters) => cleaned.push_str(letters),
            None => cleaned.push(c),
        }
    }
    cleaned
}

/// Controls, joiners, marks of direction, byte order marks, soft hyphens, tags, variation selectors, private use and
/// the sign for what could not be read.
fn is_invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{e000}'..='\u{f8ff}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffd}'
                | '\u{e0000}'..='\u{e0fff}'
                | '\u{f0000}'..='\u{10ffff}'
        )
}

/// The bullets of symbol fonts lie in the private area.
fn bullet(c: char) -> char {
    match c {
        '\u{f0a7}' | '\u{f0b7}' | '\u{f076}' | '\u{f0d8}' | '\u{f0fc}' => '•',
        _ => c,
    }
}

/// The letters that fonts draw as one.
fn ligature(c: char) -> Option<&'static str> {
    Some(match c {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cleaned(text: &str) -> String {
        within(text, usize::MAX).0
    }

    #[test]
    fn lines_stay_and_what_no_reader_sees_goes() {
        assert_eq!(
            cleaned("\u{feff} Skills:\t Rust\u{a0}\u{a0} \r\nGo\u{200b}lang\n\n\n\nSQL\u{0} \n"),
            "Skills: Rust\nGolang\n\nSQL"
        );
        assert_eq!(cleaned("ﬁle e\u{301}te\u{301}"), "file été");
        assert_eq!(cleaned("a\u{202e}b\u{e0041}c"), "abc");
    }

    #[test]
    fn long_text_is_cut_and_says_so() {
        assert_eq!(within("äbcde", 3), ("äbc".to_owned(), true));
        assert_eq!(within("äbc", 3), ("äbc".to_owned(), false));
        assert_eq!(within("a\nbc", 2), ("a".to_owned(), true));
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in "\\PC{0,80}[\\n\\r\\t \\u{200b}]{0,4}\\PC{0,40}", n in 0_usize..90) {
            let (once, _) = within(&text, n);
            prop_assert!(once.chars().count() <= n);
            let (twice, cut) = within(&once, n);
            prop_assert_eq!(&twice, &once);
            prop_assert!(!cut);
        }
    }
}
