//! Text that speaks to whoever judges the answer, or that no candidate means to say, is set aside before anything is
//! measured. It is data like every other text; without it the marks are those of the answer alone.
//!
//! A sentence is set aside by what it holds: signs (see [`marks`]), or words about judging together with an order, praise
//! or a reader. Where an embedder knows its language, how it sounds (see [`sound`]) makes few such words enough, or many
//! of them not. Three doubtful sentences in a row are as good as a sure one. From there it spreads to neighbours that go
//! with it, within the line; a sentence about what was asked for stays, whatever stands beside it, unless it sounds like
//! one to whoever judges. Sentences of honest answers that are set aside by mistake are rare (see `docs/QUALITY.md`), and
//! the rest of the answer still counts.

use std::sync::OnceLock;

use super::wordlist::WordList;

mod lists;
mod marks;
mod sound;

pub(super) use marks::{markup_words, signs};
pub use sound::aside_plane;
pub(super) use sound::sound;

/// Sound from which a sentence with a single word of the lists is surely to whoever judges.
const SURE: f64 = 0.7;
/// Sound from which a sentence without any is doubtful.
const DOUBTFUL: f64 = 0.5;
/// Sound from which a neighbour of what is set aside goes with it.
const ALONG: f64 = 0.4;
/// Sound up to which a sentence about what was asked for stays.
const TO_THE_POINT: f64 = 0.0;
/// Sound below which a neighbour stays.
const STAYS: f64 = -0.1;
/// Sound below which words of the lists make a sentence doubtful at most.
const HONEST: f64 = -0.2;
/// The bounds of sound that are used, with what lies above them.
pub const ASIDE_BOUNDS: [(f64, &str); 3] = [
    (SURE, "sure with one word about judging"),
    (ALONG, "set aside beside such a sentence"),
    (HONEST, "not taken for honest"),
];

/// A sentence, or a stretch of signs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// The line that it stands in.
    pub(super) line: usize,
    /// Its words in lower case.
    pub(super) folded: Vec<String>,
    /// How it is written.
    pub(super) raw: String,
    /// Whether it is made of signs.
    pub(super) is_sign: bool,
    /// Whether it is in another language than the answer.
    pub(super) is_foreign: bool,
}

/// Which of `pieces` are set aside. `sounds`: see [`sound`], 0 where it is not known. `is_to_the_point`: whether one is
/// about what was asked for.
pub(super) fn settle(
    pieces: &[Piece],
    sounds: &[f64],
    is_to_the_point: impl Fn(&Piece) -> bool,
) -> Vec<bool> {
    let doubts: Vec<Doubt> = pieces
        .iter()
        .zip(sounds)
        .map(|(piece, sound)| doubt(piece, *sound))
        .collect();
    let mut aside: Vec<bool> = doubts.iter().map(|doubt| *doubt == Doubt::Sure).collect();
    if doubts.iter().all(|doubt| *doubt == Doubt::None) {
        return aside;
    }
    let stays: Vec<bool> = pieces
        .iter()
        .zip(&aside)
        .zip(sounds)
        .map(|((piece, is_aside), sound)| {
            !is_aside && *sound <= TO_THE_POINT && is_to_the_point(piece)
        })
        .collect();
    for at in 2..doubts.len() {
        let row = at - 2..=at;
        let is_one_line = pieces[at - 2].line == pieces[at].line;
        if is_one_line
            && row
                .clone()
                .all(|at| doubts[at] != Doubt::None && !stays[at])
        {
            aside[row].fill(true);
        }
    }
    if !aside.contains(&true) {
        return aside;
    }
    spread(pieces, sounds, &doubts, &stays, &mut aside);
    fill_lines(pieces, &stays, &mut aside);
    aside
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    None,
    Some,
    Sure,
}

struct Lists {
    judging: WordList,
    judging_too: WordList,
    reader: WordList,
    surely_reader: WordList,
    praise: WordList,
    superlative: WordList,
    order: WordList,
    give: WordList,
    talk: WordList,
    you: WordList,
    roles: WordList,
    dismiss: WordList,
    rules: WordList,
}

fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| Lists {
        judging: WordList::new(lists::JUDGING, None),
        judging_too: WordList::new(lists::JUDGING_TOO, None),
        reader: WordList::new(lists::READER, None),
        surely_reader: WordList::new(lists::SURELY_READER, None),
        praise: WordList::new(lists::PRAISE, None),
        superlative: WordList::new(lists::SUPERLATIVE, None),
        order: WordList::new(lists::ORDER, None),
        give: WordList::new(lists::GIVE, None),
        talk: WordList::new(lists::TALK, None),
        you: WordList::new(lists::YOU, None),
        roles: WordList::new(lists::ROLES, None),
        dismiss: WordList::new(lists::DISMISS, None),
        rules: WordList::new(lists::RULES, None),
    })
}

/// How many words of each kind a sentence holds.
struct Kinds {
    judging: usize,
    judging_too: usize,
    reader: usize,
    praise: usize,
    order: usize,
    talk: usize,
    you: usize,
}

impl Kinds {
    fn of(words: &[String]) -> Self {
        let lists = lists();
        let n = |list: &WordList| words.iter().filter(|word| list.holds(word)).count();
        let pairs = words.windows(2).filter(|pair| {
            let (first, second) = (pair[0].as_str(), pair[1].as_str());
            (first == "key" && second.starts_with("point"))
                || (first == "language" && second == "model")
        });
        Self {
            judging: n(&lists.judging) + 2 * pairs.count(),
            judging_too: n(&lists.judging_too),
            reader: n(&lists.reader),
            praise: n(&lists.praise),
            order: n(&lists.order),
            talk: n(&lists.talk),
            you: n(&lists.you),
        }
    }

    fn about_judging(&self) -> usize {
        self.judging + self.judging_too + self.reader
    }

    fn any(&self) -> usize {
        self.about_judging() + self.praise + self.order + self.talk
    }
}

fn doubt(piece: &Piece, sound: f64) -> Doubt {
    let words = &piece.folded;
    let lists = lists();
    if piece.is_sign
        || has_role(piece)
        || is_disguised(words)
        || is_encoded(words)
        || words.iter().any(|w| lists.surely_reader.holds(w))
    {
        return Doubt::Sure;
    }
    let kinds = Kinds::of(words);
    let (praise, order, talk, you) = (
        kinds.praise > 0,
        kinds.order > 0,
        kinds.talk > 0,
        kinds.you > 0,
    );
    let superlative = words.iter().any(|word| lists.superlative.holds(word));
    let give = words.iter().any(|word| lists.give.holds(word));
    let sure = (kinds.judging > 0 && (order || praise))
        || (kinds.judging > 0 && talk && you)
        || (kinds.about_judging() > 0
            && [praise, order, talk].iter().filter(|held| **held).count() >= 2)
        || (kinds.reader > 0 && order && you)
        || (kinds.reader > 0 && you && words.len() <= 8)
        || kinds.about_judging() >= 3
        || (superlative && (give || (you && kinds.judging + kinds.judging_too > 0)))
        || (kinds.judging > 0 && kinds.reader > 0 && kinds.talk >= 2)
        || (repeats_a_mark(words) && praise && kinds.about_judging() > 0)
        || (praise
            && talk
            && (order || you || words.windows(2).any(|pair| pair == ["that", "was"])))
        || (is_out_of(words, false) && (praise || talk || order || kinds.judging_too > 0))
        || (is_out_of(words, true) && kinds.judging > 0)
        || (has_full_marks(&piece.raw) && (order || words.len() <= 4))
        || dismisses_rules(words)
        || (piece.is_foreign && kinds.any() > 0);
    if (sure && sound >= HONEST)
        || (kinds.any() > 0 && sound > SURE)
        || (kinds.about_judging() > 0 && sound > DOUBTFUL)
    {
        Doubt::Sure
    } else if sure
        || kinds.about_judging() > 0
        || (order && (praise || talk || you))
        || (praise && talk)
        || sound > DOUBTFUL
        || piece.is_foreign
    {
        Doubt::Some
    } else {
        Doubt::None
    }
}

/// `Interviewer: …`, as in a made-up record.
fn has_role(piece: &Piece) -> bool {
    let Some((before, _)) = piece.raw.split_once(':') else {
        return false;
    };
    let words: Vec<String> = before.split_whitespace().map(str::to_lowercase).collect();
    words.len() <= 3
        && words.iter().any(|word| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            lists().roles.holds(bare)
        })
}

/// Digits in place of letters, or letters that no one can say.
fn is_disguised(words: &[String]) -> bool {
    const VOWELS: &str = "aeiouyäöüıâîûéèêëàùôœæ";
    let n_digits = words
        .iter()
        .filter(|word| {
            let chars: Vec<char> = word.chars().collect();
            chars.windows(3).any(|part| {
                part[0].is_ascii_alphabetic()
                    && matches!(part[1], '0' | '1' | '3' | '4')
                    && part[2].is_ascii_alphabetic()
            })
        })
        .count();
    let n_unsaid = words
        .iter()
        .filter(|word| {
            word.chars().count() >= 4
                && word
                    .chars()
                    .all(|c| c.is_alphabetic() && !VOWELS.contains(c))
        })
        .count();
    n_digits >= 3 || n_unsaid >= 2
}

/// "five out of ten"; `in_full`: "five out of five", "100 dari 100".
fn is_out_of(words: &[String], in_full: bool) -> bool {
    let is_number = |word: &String| {
        word.chars().all(|c| c.is_ascii_digit()) || matches!(word.as_str(), "five" | "ten")
    };
    words.iter().enumerate().any(|(at, word)| {
        let after = match word.as_str() {
            "out" => at + 2,
            "von" | "dari" | "sur" | "üzerinden" => at + 1,
            _ => return false,
        };
        at > 0
            && is_number(&words[at - 1])
            && words
                .get(after)
                .is_some_and(|most| is_number(most) && (!in_full || *most == words[at - 1]))
    })
}

/// "Ignore all previous instructions": an order to drop what one was told, near the beginning of a sentence.
fn dismisses_rules(words: &[String]) -> bool {
    /// Words before the order, and words up to what is to be dropped.
    const REACH: (usize, usize) = (3, 8);
    let mut first = words.iter().take(REACH.0 + 1);
    first
        .position(|word| lists().dismiss.holds(word))
        .is_some_and(|at| {
            let mut after = words[at + 1..].iter().take(REACH.1);
            after.any(|word| lists().rules.holds(word))
        })
}

/// "10/10".
fn has_full_marks(raw: &str) -> bool {
    raw.split(|c: char| !(c.is_ascii_digit() || c == '/'))
        .any(|part| matches!(part, "5/5" | "10/10" | "100/100"))
}

/// Words about judging once each letter is turned by thirteen places, or once read backwards.
fn is_encoded(words: &[String]) -> bool {
    /// Fewest such words: some words are others backwards.
    const LEAST: usize = 3;
    let turned = |word: &String| -> String {
        let turn = |c: char| match c {
            'a'..='m' => char::from(c as u8 + 13),
            'n'..='z' => char::from(c as u8 - 13),
            other => other,
        };
        word.chars().map(turn).collect()
    };
    let backwards = |word: &String| -> String { word.chars().rev().collect() };
    let n = |words: Vec<String>| {
        let kinds = Kinds::of(&words);
        kinds.any() + kinds.you
    };
    Kinds::of(words).any() < LEAST
        && (n(words.iter().map(turned).collect()) >= LEAST
            || n(words.iter().map(backwards).collect()) >= LEAST)
}

/// The same small number three times, as for three competencies.
fn repeats_a_mark(words: &[String]) -> bool {
    let numbers = words.iter().filter_map(|word| word.parse::<u32>().ok());
    let marks: Vec<u32> = numbers.filter(|number| (1..=10).contains(number)).collect();
    marks
        .iter()
        .any(|mark| marks.iter().filter(|other| *other == mark).count() >= 3)
}

/// Takes neighbours in the same line along that go with what is set aside.
fn spread(pieces: &[Piece], sounds: &[f64], doubts: &[Doubt], stays: &[bool], aside: &mut [bool]) {
    /// Sentences that one sure sentence may draw with it on either side.
    const REACH: usize = 4;
    for _ in 0..REACH {
        let before = aside.to_vec();
        for at in 0..pieces.len() {
            let beside = |other: Option<usize>| {
                other.is_some_and(|other| {
                    before.get(other) == Some(&true) && pieces[other].line == pieces[at].line
                })
            };
            let (left, right) = (beside(at.checked_sub(1)), beside(Some(at + 1)));
            if !before[at] && !stays[at] && (left || right) {
                aside[at] = (left && right) || goes_with(&pieces[at], sounds[at], doubts[at]);
            }
        }
        if before == *aside {
            break;
        }
    }
}

fn goes_with(piece: &Piece, sound: f64, doubt: Doubt) -> bool {
    let kinds = Kinds::of(&piece.folded);
    let n = piece.folded.len();
    sound >= STAYS
        && (doubt != Doubt::None
            || n <= 3
            || sound > ALONG
            || (kinds.any() > 0 && n <= 8)
            || (kinds.you > 0 && n <= 12)
            || kinds.any() >= 2)
}

/// A line of which a third is set aside goes as a whole, unless it is the only one or nothing would be left; and so does a
/// short line beside it.
fn fill_lines(pieces: &[Piece], stays: &[bool], aside: &mut [bool]) {
    let mut lines: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        match lines.last_mut() {
            Some(line) if pieces[line.start].line == piece.line => line.end = at + 1,
            _ => lines.push(at..at + 1),
        }
    }
    if lines.len() < 2 {
        return;
    }
    let mut whole: Vec<bool> = lines
        .iter()
        .map(|line| {
            let n = aside[line.clone()].iter().filter(|held| **held).count();
            n > 0 && n * 3 >= line.len()
        })
        .collect();
    let is_short = |line: &std::ops::Range<usize>| {
        let n: usize = pieces[line.clone()]
            .iter()
            .map(|piece| piece.folded.len())
            .sum();
        n <= 8
    };
    for _ in 0..lines.len() {
        let before = whole.clone();
        for at in 0..lines.len() {
            let beside = (at > 0 && before[at - 1]) || before.get(at + 1) == Some(&true);
            whole[at] |= beside && is_short(&lines[at]);
        }
        if before == whole {
            break;
        }
    }
    if !whole.contains(&false) {
        return;
    }
    for (line, goes) in lines.into_iter().zip(whole) {
        for at in line.filter(|at| goes && !stays[*at]) {
            aside[at] = true;
        }
    }
}

#[cfg(test)]
mod tests;
