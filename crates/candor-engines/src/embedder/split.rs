//! Cutting long texts into parts of a limited number of tokens.

/// The sentences of `text`: a sentence ends after `.`, `!`, `?`, `…` or `。` and white space, or at a
/// line break.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut ended = false;
    for (at, letter) in text.char_indices() {
        if letter == '\n' || (ended && letter.is_whitespace()) {
            found.push(&text[start..at]);
            start = at;
            ended = false;
        } else {
            ended = matches!(letter, '.' | '!' | '?' | '…' | '。')
                || (ended && matches!(letter, '"' | '\'' | ')' | '”' | '’' | '»'));
        }
    }
    found.push(&text[start..]);
    found.retain(|sentence| !sentence.trim().is_empty());
    found
}

/// Joins tokenised sentences to parts of at most `limit` tokens. Each sentence brings a mark at its
/// beginning and its end; a part has one of each. A sentence that is too long by itself is cut into
/// pieces of equal length.
pub fn pack(sentences: &[Vec<u32>], limit: usize) -> Vec<Vec<u32>> {
    let mut parts = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    for sentence in sentences {
        let [first, inner @ .., last] = sentence.as_slice() else {
            continue;
        };
        let room = limit.saturating_sub(2).max(1);
        if inner.is_empty() {
            continue;
        }
        let n_pieces = inner.len().div_ceil(room);
        for piece in inner.chunks(inner.len().div_ceil(n_pieces)) {
            if open.len() + piece.len() + 1 > limit && !open.is_empty() {
                open.push(*last);
                parts.push(std::mem::take(&mut open));
            }
            if open.is_empty() {
                open.push(*first);
            }
            open.extend_from_slice(piece);
        }
    }
    if let (false, Some(last)) = (open.is_empty(), sentences.last().and_then(|s| s.last())) {
        open.push(*last);
        parts.push(open);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_marks_before_white_space_and_at_line_breaks() {
        assert_eq!(
            sentences("It cost 3.5 euros. \"Really?\" Yes!\nNext line"),
            ["It cost 3.5 euros.", " \"Really?\"", " Yes!", "\nNext line"]
        );
        assert!(sentences(" \n ").is_empty());
    }

    #[test]
    fn parts_keep_all_tokens_in_order_within_the_limit() {
        let sentence = |from: u32, n: u32| {
            let inner = from..from + n;
            [1].into_iter()
                .chain(inner)
                .chain([2])
                .collect::<Vec<u32>>()
        };
        let parts = pack(&[sentence(10, 3), sentence(20, 30), sentence(60, 1)], 12);
        let inner: Vec<u32> = parts
            .iter()
            .flat_map(|p| p[1..p.len() - 1].to_vec())
            .collect();
        let wanted: Vec<u32> = (10..13).chain(20..50).chain(60..61).collect();
        assert_eq!(inner, wanted);
        for part in &parts {
            assert!(part.len() <= 12 && part[0] == 1 && part[part.len() - 1] == 2);
        }
    }
}
