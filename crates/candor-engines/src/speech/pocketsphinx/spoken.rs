//! Written words as the words of the dictionary that are said for them.

use super::{decoder::Decoder, numerals, spelling};
use candor_core::ports::EngineError;

/// A word to look for in the audio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpokenWord {
    /// As the dictionary writes it.
    pub word: String,
    /// Index of the written word that it belongs to.
    pub written: usize,
}

/// The words that are said for `written`; words that the dictionary lacks are added to it with a
/// guessed pronunciation. A written word without anything to say (a dash) gives none.
///
/// # Errors
/// [`EngineError::Failed`] when the decoder takes no new word.
pub fn spoken_words(
    decoder: &mut Decoder,
    written: &[String],
) -> Result<Vec<SpokenWord>, EngineError> {
    let mut spoken = Vec::with_capacity(written.len());
    for (index, text) in written.iter().enumerate() {
        for word in dictionary_words(decoder, text)? {
            spoken.push(SpokenWord {
                word,
                written: index,
            });
        }
    }
    Ok(spoken)
}

fn dictionary_words(decoder: &mut Decoder, text: &str) -> Result<Vec<String>, EngineError> {
    let text = plain(text);
    let trimmed = trim(&text);
    if trimmed.is_empty() {
        return Ok(symbol(&text).map(str::to_owned).into_iter().collect());
    }
    for candidate in [text.as_str(), trimmed] {
        if is_name(candidate) && decoder.knows(candidate) {
            return Ok(vec![candidate.to_owned()]);
        }
    }
    if let Some(words) = numerals::spoken(trimmed) {
        let unit = match (text.chars().next(), text.chars().last()) {
            (_, Some('%')) => Some("percent"),
            (Some('$'), _) => Some("dollars"),
            (Some('€'), _) | (_, Some('€')) => Some("euros"),
            _ => None,
        };
        return Ok(words.into_iter().chain(unit.map(str::to_owned)).collect());
    }
    let parts: Vec<&str> = trimmed
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() > 1 {
        let mut words = Vec::new();
        for part in parts {
            words.extend(dictionary_words(decoder, part)?);
        }
        return Ok(words);
    }
    unknown(decoder, trimmed)
}

/// Adds a word that the dictionary lacks.
fn unknown(decoder: &mut Decoder, word: &str) -> Result<Vec<String>, EngineError> {
    let split = word
        .find(|c: char| c.is_ascii_digit())
        .filter(|&at| at > 0)
        .or_else(|| {
            word.find(|c: char| !c.is_ascii_digit())
                .filter(|&at| at > 0)
        });
    if let Some(at) = split {
        let mut words = dictionary_words(decoder, &word[..at])?;
        words.extend(dictionary_words(decoder, &word[at..])?);
        return Ok(words);
    }
    if let Some(stem) = word.strip_suffix("'s")
        && decoder.knows(stem)
        && let Some(phones) = decoder.phones(stem)
    {
        decoder.add_word(word, &format!("{phones} Z"))?;
        return Ok(vec![word.to_owned()]);
    }
    let name: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    match spelling::guess(&name) {
        Some(phones) => {
            if !decoder.knows(&name) {
                decoder.add_word(&name, &phones)?;
            }
            Ok(vec![name])
        }
        None => Ok(Vec::new()),
    }
}

/// Lower case, with typewriter apostrophes.
fn plain(text: &str) -> String {
    text.trim().to_lowercase().replace(['’', '‘', 'ʼ'], "'")
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Whether the grammar and language model formats can hold the word.
fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic())
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '\'' | '-' | '.' | '_'))
}

fn symbol(text: &str) -> Option<&'static str> {
    match text {
        "&" => Some("and"),
        "+" => Some("plus"),
        "=" => Some("equals"),
        "%" => Some("percent"),
        "@" => Some("at"),
        _ => None,
    }
}
