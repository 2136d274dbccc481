//! The words of a formula.

use super::{FormulaError, LARGEST, LONGEST, MOST_PARTS};

/// A word, and where it begins, in characters from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Name(String),
    /// `+ - * / ( ) , < >`, and `<=` and `>=` as `≤` and `≥`.
    Sign(char),
}

impl Token {
    /// As a person wrote it.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Name(name) => name.clone(),
            Self::Sign('≤') => "<=".to_owned(),
            Self::Sign('≥') => ">=".to_owned(),
            Self::Sign(sign) => sign.to_string(),
        }
    }
}

/// Splits a text into words.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, FormulaError> {
    if text.chars().nth(LONGEST).is_some() {
        return Err(FormulaError::TooLong);
    }
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(&letter) = letters.get(next) {
        let begin = next;
        next += 1;
        let token = match letter {
            ' ' => continue,
            '+' | '-' | '*' | '/' | '(' | ')' | ',' => Token::Sign(letter),
            '<' | '>' if letters.get(next) == Some(&'=') => {
                next += 1;
                Token::Sign(if letter == '<' { '≤' } else { '≥' })
            }
            '<' | '>' => Token::Sign(letter),
            _ if is_of_name(letter) => {
                next = end(&letters, begin, is_of_name);
                if letters[begin..next].iter().all(char::is_ascii_digit) {
                    if letters.get(next) == Some(&'.') {
                        next = end(&letters, next + 1, |c| c.is_ascii_digit());
                    }
                    Token::Number(number(&letters[begin..next], begin)?)
                } else {
                    Token::Name(letters[begin..next].iter().collect())
                }
            }
            _ => {
                return Err(FormulaError::Unexpected {
                    found: letter.to_string(),
                    at: begin + 1,
                    wanted: "a number, a name or a sign",
                });
            }
        };
        if found.len() == MOST_PARTS {
            return Err(FormulaError::TooManyParts);
        }
        let at = begin + 1;
        found.push(Placed { token, at });
    }
    Ok(found)
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Where the run of letters that begins at `from` ends.
fn end(letters: &[char], from: usize, is_one: impl Fn(char) -> bool) -> usize {
    let run = letters[from..].iter().take_while(|letter| is_one(**letter));
    from + run.count()
}

fn number(letters: &[char], begin: usize) -> Result<f64, FormulaError> {
    let text: String = letters.iter().collect();
    match text.parse::<f64>() {
        Ok(_) if text.ends_with('.') => Err(FormulaError::Unexpected {
            found: text,
            at: begin + 1,
            wanted: "a number like 0.5",
        }),
        Ok(number) if number <= LARGEST => Ok(number),
        _ => Err(FormulaError::TooLarge),
    }
}
