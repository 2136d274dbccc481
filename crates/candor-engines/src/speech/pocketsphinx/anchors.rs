//! Compares what was heard with what should have been said, and finds the places where both
//! certainly agree (Moreno et al. 1998: long recordings are aligned between such anchors).

/// Words in a row that must agree to count as certain.
const RUN: usize = 3;

/// Most cells of the comparison table (one byte each).
const MAX_CELLS: usize = 400_000_000;

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Step {
    Both,
    OnlyText,
    OnlyHeard,
}

/// Pairs `(index in text, index in heard)` of words that agree, in order, by the fewest
/// insertions, deletions and replacements (Levenshtein 1966). Only runs of at least three
/// neighbours count. `None` when the texts are too long to compare.
pub fn anchors(text: &[&str], heard: &[&str]) -> Option<Vec<(usize, usize)>> {
    let mut runs: Vec<Vec<(usize, usize)>> = Vec::new();
    for pair in matches(text, heard)? {
        match runs.last_mut() {
            Some(run) if run.last() == Some(&(pair.0.wrapping_sub(1), pair.1.wrapping_sub(1))) => {
                run.push(pair);
            }
            _ => runs.push(vec![pair]),
        }
    }
    Some(
        runs.into_iter()
            .filter(|run| run.len() >= RUN)
            .flatten()
            .collect(),
    )
}

/// Pairs of equal words on the cheapest path.
fn matches(text: &[&str], heard: &[&str]) -> Option<Vec<(usize, usize)>> {
    let width = heard.len() + 1;
    let n_cells = width.checked_mul(text.len() + 1)?;
    if n_cells > MAX_CELLS {
        return None;
    }
    let mut steps = vec![Step::OnlyHeard; n_cells];
    let mut above: Vec<u32> = (0..width as u32).collect();
    for (i, word) in text.iter().enumerate() {
        let mut row = vec![i as u32 + 1; width];
        steps[(i + 1) * width] = Step::OnlyText;
        for (j, other) in heard.iter().enumerate() {
            let choices = [
                (above[j] + u32::from(word != other), Step::Both),
                (above[j + 1] + 1, Step::OnlyText),
                (row[j] + 1, Step::OnlyHeard),
            ];
            let (cost, step) = choices
                .into_iter()
                .min_by_key(|(cost, _)| *cost)
                .expect("three choices");
            row[j + 1] = cost;
            steps[(i + 1) * width + j + 1] = step;
        }
        above = row;
    }
    let (mut i, mut j) = (text.len(), heard.len());
    let mut pairs = Vec::new();
    while i > 0 || j > 0 {
        match steps[i * width + j] {
            Step::Both => {
                i -= 1;
                j -= 1;
                if text[i] == heard[j] {
                    pairs.push((i, j));
                }
            }
            Step::OnlyText => i -= 1,
            Step::OnlyHeard => j -= 1,
        }
    }
    pairs.reverse();
    Some(pairs)
}

/// For each of `found`, which is `text` with some words left out, its index in `text`; words
/// stay as close together as they can.
pub fn places(text: &[&str], found: &[&str]) -> Option<Vec<usize>> {
    // least[j][i]: fewest gaps when found[..=j] is placed and found[j] at text[i].
    let mut least: Vec<Vec<Option<u32>>> = Vec::with_capacity(found.len());
    let mut from: Vec<Vec<usize>> = Vec::with_capacity(found.len());
    for (j, word) in found.iter().enumerate() {
        let mut row = vec![None; text.len()];
        let mut back = vec![0; text.len()];
        let mut best: Option<(u32, usize)> = None;
        for (i, candidate) in text.iter().enumerate() {
            let previous = least.last().filter(|_| i > 0);
            if let Some(cost) = previous.and_then(|row| row[i - 1])
                && best.is_none_or(|(least, _)| cost <= least)
            {
                best = Some((cost, i - 1));
            }
            if candidate != word {
                continue;
            }
            if j == 0 {
                row[i] = Some(u32::from(i > 0));
            } else if let Some((cost, at)) = best {
                // The direct neighbour costs nothing more, any other place one gap.
                let adjacent = previous.and_then(|row| row[i - 1]);
                (row[i], back[i]) = match adjacent {
                    Some(adjacent) if adjacent <= cost + 1 => (Some(adjacent), i - 1),
                    _ => (Some(cost + 1), at),
                };
            }
        }
        least.push(row);
        from.push(back);
    }
    let Some(last) = least.last() else {
        return Some(Vec::new());
    };
    let (_, mut at) = last
        .iter()
        .enumerate()
        .filter_map(|(i, cost)| cost.map(|cost| (cost + u32::from(i + 1 < text.len()), i)))
        .min()?;
    let mut places = vec![at];
    for back in from[1..].iter().rev() {
        at = back[at];
        places.push(at);
    }
    places.reverse();
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        text.split(' ').collect()
    }

    #[test]
    fn only_runs_of_agreeing_words_are_anchors() {
        let found = anchors(&split("a b c d e f g h"), &split("a b c x e y g z")).unwrap();
        assert_eq!(found, [(0, 0), (1, 1), (2, 2)]);
    }

    #[test]
    fn missing_and_added_words_shift_the_indices() {
        let found = anchors(&split("a b c d e f"), &split("x a b c e f g")).unwrap();
        assert_eq!(found, [(0, 1), (1, 2), (2, 3)]);
    }

    #[test]
    fn nothing_heard_gives_no_anchors() {
        assert_eq!(anchors(&split("a b c"), &[]), Some(vec![]));
    }

    #[test]
    fn words_left_out_are_found_where_neighbours_stay_together() {
        let places = |text: &str, found: &str| places(&split(text), &split(found));
        assert_eq!(places("a b a c", "a c"), Some(vec![2, 3]));
        assert_eq!(places("a b a c", "a b c"), Some(vec![0, 1, 3]));
        assert_eq!(places("the cat the dog", "the dog"), Some(vec![2, 3]));
        assert_eq!(places("a b", "c"), None);
        assert_eq!(super::places(&split("a b"), &[]), Some(vec![]));
    }
}
