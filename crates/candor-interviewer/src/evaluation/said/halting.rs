//! Takes hesitations and discourse markers out.

use candor_signals::text::{fillers, sentences::Script};

/// Which words are nothing but hesitations and discourse markers.
pub(super) fn filler_words(script: &Script, n_words: usize) -> Vec<bool> {
    let mut is_filler = vec![false; n_words];
    let mut is_more = vec![false; n_words];
    let Ok(found) = fillers::in_script(script) else {
        return is_filler;
    };
    let mut tokens = vec![false; script.tokens.len()];
    for filler in found.hesitations.iter().chain(&found.discourse_markers) {
        tokens[filler.tokens.clone()].fill(true);
    }
    for (token, filler) in script.tokens.iter().zip(tokens) {
        if filler {
            is_filler[token.word] = true;
        } else {
            is_more[token.word] = true;
        }
    }
    is_filler
        .iter()
        .zip(is_more)
        .map(|(filler, more)| *filler && !more)
        .collect()
}

/// Takes the fillers out, with the commas around them; what ended with one of them ends before it.
pub(super) fn without(kept: Vec<(usize, String)>, fillers: &[bool]) -> Vec<(usize, String)> {
    let mut left: Vec<(usize, String)> = Vec::new();
    for ((at, text), is_filler) in kept.into_iter().zip(fillers) {
        if !is_filler {
            left.push((at, text));
            continue;
        }
        let Some((_, before)) = left.last_mut() else {
            continue;
        };
        if text.ends_with(',') && before.ends_with(',') {
            before.pop();
        }
        if let Some(end) = text
            .chars()
            .last()
            .filter(|end| matches!(end, '.' | '!' | '?'))
            && !before.ends_with(['.', '!', '?'])
        {
            before.truncate(before.trim_end_matches(',').len());
            before.push(end);
        }
    }
    left
}
