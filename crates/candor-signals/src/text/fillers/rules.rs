//! Words that are fillers only in some uses, told by their neighbours and by breaks.

use super::sounds::is_acronym;
use crate::text::{
    lexicon::{FillerClass, FillerRule, Lexicon, When, words},
    phrases::Pattern,
    sentences::Sentence,
    tokens::Token,
};

/// A compiled rule.
pub(super) struct Rule {
    phrase: Pattern,
    class: FillerClass,
    when: Place,
    not_after: Vec<Pattern>,
    not_before: Vec<Pattern>,
    not_before_comma: Vec<Pattern>,
}

/// [`When`] with compiled words.
enum Place {
    Plain(When),
    Opening(Vec<Pattern>),
    Between(Vec<Pattern>, Vec<Pattern>),
    Bare(Vec<Pattern>, Vec<Pattern>),
}

/// Compiles the rules of a language.
pub(super) fn compile(lexicon: &Lexicon) -> Vec<Rule> {
    let patterns = |list: &'static str| -> Vec<Pattern> {
        words(list)
            .map(|word| Pattern::new(word, lexicon.language))
            .collect()
    };
    let compile_rule = |rule: &FillerRule| Rule {
        phrase: Pattern::new(rule.phrase, lexicon.language),
        class: rule.class,
        when: match rule.when {
            When::Opening(next) => Place::Opening(patterns(next)),
            When::Between(before, after) => Place::Between(patterns(before), patterns(after)),
            When::Bare(before, after) => Place::Bare(patterns(before), patterns(after)),
            plain => Place::Plain(plain),
        },
        not_after: patterns(rule.not_after),
        not_before: patterns(rule.not_before),
        not_before_comma: words(rule.not_before)
            .filter_map(|word| word.strip_prefix(','))
            .map(|word| Pattern::new(word, lexicon.language))
            .collect(),
    };
    lexicon.fillers.iter().map(compile_rule).collect()
}

/// Class and number of tokens of the filler that begins at token `at` of a sentence, if one does;
/// the longest phrase wins. `known` marks the fillers found so far and every sound.
pub(super) fn at(
    rules: &[Rule],
    sentence: &Sentence,
    tokens: &[Token],
    at: usize,
    known: &[bool],
) -> Option<(FillerClass, usize)> {
    let rest: Vec<&str> = tokens[at..]
        .iter()
        .take(6)
        .map(|token| token.folded.as_str())
        .collect();
    let mut best: Option<(FillerClass, usize)> = None;
    if is_acronym(&tokens[at].raw) {
        return None;
    }
    for rule in rules {
        let Some(n) = rule.phrase.matches_at(&rest) else {
            continue;
        };
        let unbroken = tokens[at..at + n - 1]
            .iter()
            .all(|token| !token.break_after);
        let around = Around::new(sentence, tokens, at, n, known);
        if unbroken && rule.holds(&around) && best.is_none_or(|(_, longest)| n > longest) {
            best = Some((rule.class, n));
        }
    }
    best
}

/// What stands around a phrase.
struct Around<'a> {
    /// The neighbours when no break stands between.
    before: Option<&'a str>,
    after: Option<&'a str>,
    /// The next word, also behind a break.
    next: Option<&'a str>,
    first: bool,
    last: bool,
    /// A break, a filler or the end of the sentence on that side.
    left: bool,
    right: bool,
    /// A break or a filler inside the sentence on that side.
    left_break: bool,
    capital: bool,
    is_question: bool,
}

impl<'a> Around<'a> {
    fn new(sentence: &Sentence, tokens: &'a [Token], at: usize, n: usize, known: &[bool]) -> Self {
        let end = at + n;
        let first = at == 0;
        let last = end == tokens.len();
        let left_break = !first && (tokens[at].break_before || known[at - 1]);
        let right_break = !last && (tokens[end - 1].break_after || known[end]);
        Self {
            before: (!first && !tokens[at].break_before).then(|| tokens[at - 1].folded.as_str()),
            after: (!last && !tokens[end - 1].break_after).then(|| tokens[end].folded.as_str()),
            next: (!last).then(|| tokens[end].folded.as_str()),
            first,
            last,
            left: first || left_break,
            right: last || right_break,
            left_break,
            capital: tokens[at]
                .raw
                .chars()
                .next()
                .is_some_and(char::is_uppercase),
            is_question: sentence.is_question,
        }
    }
}

impl Rule {
    fn holds(&self, around: &Around) -> bool {
        if is_any(around.before, &self.not_after)
            || is_any(around.after, &self.not_before)
            || is_any(around.next, &self.not_before_comma)
        {
            return false;
        }
        // A marker that is a whole sentence is an answer; a placeholder still holds a place.
        let alone = around.first && around.last && self.class == FillerClass::Marker;
        let set_off = around.left && around.right && !alone;
        match &self.when {
            Place::Plain(When::SetOff) => set_off,
            Place::Plain(When::Inside) => set_off && !around.first && !around.last,
            Place::Plain(When::Beside) => around.left_break || around.right && !alone,
            Place::Plain(When::NotAsked) => !(around.last && around.is_question),
            Place::Plain(When::LowerInside) => !around.first && !around.capital,
            Place::Plain(When::NotName) => around.first || !around.capital,
            Place::Plain(_) => true,
            Place::Opening(next) => set_off || around.left && is_any(around.after, next),
            Place::Between(before, after) => {
                set_off || is_any(around.before, before) || is_any(around.after, after)
            }
            Place::Bare(before, after) => {
                around.left || is_any(around.before, before) || is_any(around.after, after)
            }
        }
    }
}

fn is_any(word: Option<&str>, patterns: &[Pattern]) -> bool {
    word.is_some_and(|word| {
        patterns
            .iter()
            .any(|pattern| pattern.matches_at(&[word]).is_some())
    })
}
