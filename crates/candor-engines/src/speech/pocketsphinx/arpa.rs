//! A trigram language model of one text, which makes a recogniser expect that text.

use std::{collections::BTreeMap, fmt::Write as _};

/// Share of the probability that stays with the n-grams that were seen.
const SEEN: f64 = 0.9;

/// The trigram model of `words` in the ARPA format. Each n-gram is as likely as it is frequent;
/// a tenth of the probability is left to shorter n-grams (absolute weight, no smoothing by
/// counts: the text is known, not a sample).
pub fn trigrams(words: &[&str]) -> String {
    let mut sequence = vec!["<s>"];
    sequence.extend(words);
    sequence.push("</s>");
    let unigrams = count::<1>(&sequence);
    let bigrams = count::<2>(&sequence);
    let trigrams = count::<3>(&sequence);
    let total = sequence.len() as f64;

    let mut text = format!(
        "\\data\\\nngram 1={}\nngram 2={}\nngram 3={}\n",
        unigrams.len(),
        bigrams.len(),
        trigrams.len()
    );
    let backoff = (1.0 - SEEN).log10();
    text.push_str("\n\\1-grams:\n");
    for ([word], count) in &unigrams {
        // An utterance starts and ends anywhere in the text.
        line(&mut text, f64::from(*count) / total, &[word], Some(backoff));
    }
    text.push_str("\n\\2-grams:\n");
    for ([a, b], count) in &bigrams {
        let share = f64::from(*count) / f64::from(unigrams[&[*a]]);
        line(&mut text, SEEN * share, &[a, b], Some(backoff));
    }
    text.push_str("\n\\3-grams:\n");
    for ([a, b, c], count) in &trigrams {
        let share = f64::from(*count) / f64::from(bigrams[&[*a, *b]]);
        line(&mut text, SEEN * share, &[a, b, c], None);
    }
    text.push_str("\n\\end\\\n");
    text
}

fn count<'a, const N: usize>(sequence: &[&'a str]) -> BTreeMap<[&'a str; N], u32> {
    let mut counts = BTreeMap::new();
    for window in sequence.windows(N) {
        let key: [&str; N] = window.try_into().expect("windows have this length");
        *counts.entry(key).or_insert(0) += 1;
    }
    counts
}

fn line(text: &mut String, probability: f64, words: &[&str], backoff: Option<f64>) {
    write!(text, "{:.5} {}", probability.log10(), words.join(" ")).expect("writing to a string");
    if let Some(backoff) = backoff {
        write!(text, " {backoff:.5}").expect("writing to a string");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ngram_of_the_text_is_listed_once() {
        let model = trigrams(&["a", "b", "a", "b", "c"]);
        assert!(
            model.contains("ngram 1=5\nngram 2=5\nngram 3=5\n"),
            "{model}"
        );
        // "a b" follows "a" both times.
        assert!(model.contains(&format!("{:.5} a b {:.5}", 0.9f64.log10(), 0.1f64.log10())));
        assert!(model.ends_with("\\end\\\n"));
    }
}
