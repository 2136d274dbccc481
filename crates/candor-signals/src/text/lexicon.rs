//! Word lists of the text measurements, one language a file, written for this project.

mod de;
mod en;
mod es;
mod fr;
mod id;
mod tr;

/// The word lists of one language. Single words are parted by spaces; phrases by semicolons, in the
/// notation of [`super::phrases`].
pub(crate) struct Lexicon {
    /// BCP 47 primary subtag.
    pub(crate) language: &'static str,
    /// Words without content of their own; also tell the language of a short text.
    pub(crate) stop_words: &'static str,
    /// Words that hardly occur in the other languages; they weigh more in telling the language.
    pub(crate) telling_words: &'static str,
    /// Letters that the other languages hardly use.
    pub(crate) telling_letters: &'static str,
    /// Sounds of hesitation in the notation of [`super::fillers`].
    pub(crate) hesitations: &'static str,
    /// Words that are fillers only in some uses.
    pub(crate) fillers: &'static [FillerRule],
    /// What tells situation, task, action and result.
    pub(crate) cues: &'static [Cue],
    /// What weakens a statement.
    pub(crate) hedges: &'static str,
    /// Numbers in letters.
    pub(crate) numbers: &'static str,
    /// What the speaker did, in the first person singular or plural.
    pub(crate) actions: &'static str,
    /// Words that are written with a capital without being names.
    pub(crate) not_names: &'static str,
    /// Valence (−3 to 3) and the words that have it; `*` stands for any ending.
    pub(crate) valence: &'static [(f64, &'static str)],
    /// Turn the valence of the words after them.
    pub(crate) negators: &'static str,
    /// Turn the valence of the words before them.
    pub(crate) negators_after: &'static str,
    /// Strengthen the next word's valence.
    pub(crate) boosters: &'static str,
    /// Weaken the next word's valence.
    pub(crate) dampeners: &'static str,
}

/// How a filler word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FillerClass {
    /// Holds the place of the next word without meaning anything.
    Hesitation,
    /// Structures or softens talk.
    Marker,
}

/// When a word or phrase is a filler.
pub(crate) struct FillerRule {
    /// The words, in the notation of [`super::phrases`].
    pub(crate) phrase: &'static str,
    pub(crate) class: FillerClass,
    pub(crate) when: When,
    /// Words before it, without a break between, that make it a real word.
    pub(crate) not_after: &'static str,
    /// Words after it that make it a real word: without a break between, or with one where the
    /// list has a comma before the word.
    pub(crate) not_before: &'static str,
}

/// The place that makes a word a filler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// Anywhere.
    Always,
    /// Breaks (or other fillers, or the ends of the sentence) on both sides.
    SetOff,
    /// As `SetOff`, and neither first nor last in its sentence.
    Inside,
    /// A break on at least one side, not counting the beginning of the sentence.
    Beside,
    /// Set off, or at the beginning of a sentence before one of these words.
    Opening(&'static str),
    /// Set off, or after one of the first words, or before one of the second.
    Between(&'static str, &'static str),
    /// After a break, at the beginning of its sentence, after one of the first words, or before one
    /// of the second: places where a noun that needs an attribute stands without one.
    Bare(&'static str, &'static str),
    /// Anywhere but at the end of a question.
    NotAsked,
    /// In lower case inside a sentence: at its beginning or with a capital it is another word.
    LowerInside,
    /// Anywhere but with a capital inside a sentence, where it is a name.
    NotName,
}

/// Part of an answer (situation, task, action, result).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Situation,
    Task,
    Action,
    Result,
}

impl Part {
    /// Every part in the order of a told story.
    pub(crate) const ALL: [Self; 4] = [Self::Situation, Self::Task, Self::Action, Self::Result];

    /// Name in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Situation => "situation",
            Self::Task => "task",
            Self::Action => "action",
            Self::Result => "result",
        }
    }
}

/// A phrase that speaks for a part of an answer, with the weight of its evidence (0 to 1).
pub(crate) struct Cue(pub(crate) Part, pub(crate) f64, pub(crate) &'static str);

/// Every language that has word lists.
pub(crate) static ALL: [&Lexicon; 6] = [
    &en::LEXICON,
    &tr::LEXICON,
    &fr::LEXICON,
    &id::LEXICON,
    &de::LEXICON,
    &es::LEXICON,
];

/// The word lists of `language`; `None` where there are none.
pub(crate) fn of(language: Option<&str>) -> Option<&'static Lexicon> {
    let language = language?;
    ALL.into_iter().find(|lexicon| lexicon.language == language)
}

const fn marker(phrase: &'static str, when: When) -> FillerRule {
    FillerRule {
        phrase,
        class: FillerClass::Marker,
        when,
        not_after: "",
        not_before: "",
    }
}

const fn hesitation(phrase: &'static str, when: When) -> FillerRule {
    FillerRule {
        phrase,
        class: FillerClass::Hesitation,
        when,
        not_after: "",
        not_before: "",
    }
}

impl FillerRule {
    /// The rule with words that, before it, make it a real word.
    const fn not_after(mut self, words: &'static str) -> Self {
        self.not_after = words;
        self
    }

    /// The rule with words that, after it, make it a real word.
    const fn not_before(mut self, words: &'static str) -> Self {
        self.not_before = words;
        self
    }
}

/// The words of a list parted by spaces.
pub(crate) fn words(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split_whitespace()
}

/// The phrases of a list parted by semicolons.
pub(crate) fn phrases(list: &'static str) -> Vec<&'static str> {
    list.split(';')
        .map(str::trim)
        .filter(|phrase| !phrase.is_empty())
        .collect()
}
