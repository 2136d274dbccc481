//! Tells text that a recogniser made up: in silence and noise, or caught in a loop.

/// Version of these rules, for provenance.
pub const FORMULA: &str = "made-up-text.v1";

/// Above this probability of no speech, and below this mean log probability of the words, nobody
/// spoke (Radford et al. 2023, section 4.5).
const NO_SPEECH: f64 = 0.6;
const LEAST_LOG_PROBABILITY: f64 = -1.0;
/// Below this mean log probability the recogniser does not believe in its words itself.
const LEAST_BELIEVABLE: f64 = -1.5;
/// Text that shrinks more than this when compressed repeats itself (same source).
const MAX_COMPRESSION: f64 = 2.4;
/// Shorter texts are not judged by compression: they hardly shrink, nor repeat by accident.
const LEAST_COMPRESSED_BYTES: usize = 120;
/// Longest group of words that is looked for in a loop.
const MAX_LOOP_WORDS: usize = 8;
/// Repetitions that make a loop: people say "very, very, very", but not much more.
const LEAST_REPETITIONS: usize = 5;
/// Words that a loop covers at least.
const LEAST_LOOP_WORDS: usize = 8;
/// Nobody says more words in a second of speech.
const MAX_WORDS_PER_S: f64 = 8.0;
/// Texts of fewer words are not judged by speed.
const LEAST_FAST_WORDS: usize = 6;

/// Whether nobody spoke, or nobody knows what, by the recogniser's own probabilities.
pub fn is_no_speech(no_speech_probability: f64, mean_log_probability: f64) -> bool {
    mean_log_probability < LEAST_BELIEVABLE
        || (no_speech_probability > NO_SPEECH && mean_log_probability < LEAST_LOG_PROBABILITY)
}

/// Whether `words` go round in circles.
pub fn is_loop(words: &[&str]) -> bool {
    let plain: Vec<String> = words
        .iter()
        .map(|word| {
            word.chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect()
        })
        .collect();
    let repeats = (1..=MAX_LOOP_WORDS.min(plain.len())).any(|length| {
        // Equal to the word `length` before it, many times in a row.
        let mut n_equal = 0;
        (length..plain.len()).any(|index| {
            n_equal = if plain[index] == plain[index - length] {
                n_equal + 1
            } else {
                0
            };
            n_equal >= (LEAST_REPETITIONS - 1) * length && n_equal + length >= LEAST_LOOP_WORDS
        })
    });
    let text = plain.join(" ");
    repeats || (text.len() >= LEAST_COMPRESSED_BYTES && compression(&text) > MAX_COMPRESSION)
}

/// Whether nobody can speak so fast.
pub fn is_too_fast(words: &[&str], speech_s: f64) -> bool {
    words.len() >= LEAST_FAST_WORDS && words.len() as f64 > MAX_WORDS_PER_S * speech_s
}

/// How many times smaller `text` gets when repeated parts are replaced by references (Ziv &
/// Lempel 1977, greedy, 3 bytes a reference, and a flat 0.75 for the coding of single letters):
/// close to what zlib gives for plain text.
fn compression(text: &str) -> f64 {
    const REFERENCE_BYTES: f64 = 3.0;
    const LETTER_BYTES: f64 = 0.75;
    const LEAST_MATCH: usize = 4;
    let bytes = text.as_bytes();
    let mut size = 0.0;
    let mut at = 0;
    while at < bytes.len() {
        let longest = (0..at)
            .map(|start| {
                bytes[start..]
                    .iter()
                    .zip(&bytes[at..])
                    .take_while(|(a, b)| a == b)
                    .count()
            })
            .max()
            .unwrap_or(0);
        if longest >= LEAST_MATCH {
            size += REFERENCE_BYTES;
            at += longest;
        } else {
            size += LETTER_BYTES;
            at += 1;
        }
    }
    bytes.len() as f64 / size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        text.split_whitespace().collect()
    }

    #[test]
    fn ordinary_speech_is_no_loop() {
        let speech = "And so my fellow Americans, ask not what your country can do for you, ask \
                      what you can do for your country. It was very, very, very good. No no no no, \
                      I did not mean that at all, because the team had already shipped it.";
        assert!(!is_loop(&words(speech)));
        assert!(!is_loop(&[]));
        assert!(!is_loop(&["you"]));
    }

    #[test]
    fn repeated_words_and_phrases_are_loops() {
        assert!(is_loop(&words(&"you ".repeat(12))));
        assert!(is_loop(&words(&format!(
            "so {}",
            "Thank you very much. ".repeat(6)
        ))));
        assert!(is_loop(&words(
            &"I went to the shop and then I came home again with it, and ".repeat(5)
        )));
    }

    #[test]
    fn silence_needs_both_signs() {
        assert!(is_no_speech(0.9, -1.2));
        assert!(!is_no_speech(0.9, -0.3));
        assert!(!is_no_speech(0.1, -1.2));
    }

    #[test]
    fn words_that_the_recogniser_does_not_believe_in_are_no_speech() {
        assert!(is_no_speech(0.0, -10.0));
    }

    #[test]
    fn nobody_says_a_sentence_in_half_a_second() {
        let text = words("thanks for watching and please subscribe to my channel");
        assert!(is_too_fast(&text, 0.5));
        assert!(!is_too_fast(&text, 3.0));
        assert!(!is_too_fast(&["yes"], 0.05));
    }
}
