//! Depth and structure of an answer, as shares from 0 to 1.
//!
//! Depth: how much of the telling words is concrete (figures, names, deeds, work) and not general, how many such
//! details there are, and how much is said at all, with diminishing returns. Concrete detail tells experience from
//! generalities (content criteria of statement analysis; Vrij 2008). Structure: more than one thought, thoughts joined
//! by order, reason or contrast, and for situations from the past the parts of the story.

use std::collections::BTreeSet;

use candor_core::interview::Phase;

use super::said::Said;
use crate::strategy::StarPart;

/// Words that an answer may have for nothing before its concrete share is believed.
const BENEFIT: f64 = 2.0;
/// Content words, details, sentences and links after which some two thirds of each are reached.
const CONTENT_WORDS: f64 = 30.0;
const DETAILS: f64 = 4.0;
const THOUGHTS: f64 = 2.0;
const LINKS: f64 = 2.0;

/// Shares of depth: concrete words, extent, details.
const DEPTH: [f64; 3] = [0.7, 0.15, 0.15];

/// Depth of what was said.
pub(super) fn depth(said: &Said) -> f64 {
    let sum = |count: fn(&super::said::SaidSentence) -> usize| {
        said.sentences.iter().map(count).sum::<usize>() as f64
    };
    let details: BTreeSet<&str> = said
        .sentences
        .iter()
        .flat_map(|sentence| sentence.specifics.iter().map(String::as_str))
        .collect();
    let concrete = sum(|sentence| sentence.n_work) + details.len() as f64;
    let general = sum(|sentence| sentence.n_general);
    let [share, extent, detail] = DEPTH;
    share * concrete / (concrete + general + BENEFIT)
        + extent * much(said.stems().len(), CONTENT_WORDS)
        + detail * much(details.len(), DETAILS)
}

/// Structure of an answer to a question of `phase`.
pub(super) fn structure(said: &Said, phase: Phase) -> f64 {
    let n_links = said.sentences.iter().map(|sentence| sentence.n_links).sum();
    let thoughts = much(said.sentences.len(), THOUGHTS);
    let links = much(n_links, LINKS);
    if phase == Phase::Behavioral {
        let n_missing = missing_parts(said).len();
        let told = 1.0 - n_missing as f64 / StarPart::ALL.len() as f64;
        0.3 * thoughts + 0.3 * links + 0.4 * told
    } else {
        0.5 * thoughts + 0.5 * links
    }
}

/// Parts of a told situation that were not found.
pub(super) fn missing_parts(said: &Said) -> Vec<StarPart> {
    let is_told = |part: &StarPart| {
        said.sentences
            .iter()
            .any(|sentence| sentence.parts.contains(part))
    };
    StarPart::ALL
        .into_iter()
        .filter(|part| !is_told(part))
        .collect()
}

/// Rises from 0 towards 1; `enough` gives some two thirds.
fn much(n: usize, enough: f64) -> f64 {
    1.0 - (-(n as f64) / enough).exp()
}

#[cfg(test)]
mod tests {
    use super::super::answer::Answer;
    use super::*;

    fn said(text: &str) -> Said {
        Said::read(
            &Answer::written(text, Some("en")),
            "en",
            false,
            None,
            BTreeSet::new,
        )
        .expect("nothing can fail without an embedder")
    }

    #[test]
    fn concrete_work_goes_deeper_than_longer_talk() {
        let work =
            said("I measured the two slow queries, wrote an index and cut the time to 40 ms.");
        let talk = said(
            "Quality is extremely important to me, and I always give my best in everything. I truly believe that \
             success comes from passion and from a positive attitude towards people and challenges.",
        );
        assert!(
            depth(&work) > depth(&talk) + 0.2,
            "{} {}",
            depth(&work),
            depth(&talk)
        );
        assert!(depth(&Said::default()).abs() < 1e-12);
    }

    #[test]
    fn a_story_with_its_parts_is_better_built() {
        let story = said(
            "In my last job our shop kept crashing every Friday. I was responsible for finding the cause. I profiled \
             the service and then I rewrote the cache. As a result, outages dropped by 80 percent.",
        );
        let bare = said("I like shops. They are nice. I know the service. It has a cache.");
        assert!(missing_parts(&story).is_empty());
        assert!(structure(&story, Phase::Behavioral) > structure(&bare, Phase::Behavioral) + 0.4);
    }
}
