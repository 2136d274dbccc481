//! How near an answer is to its question, against the other questions of the bank.
//!
//! Every answer is a little like every question of its trade. What tells is how much nearer it is to its own than to
//! the others (cohort normalisation as in speaker verification; Auckenthaler, Carey & Lloyd-Thomas 2000). A shipped
//! question has reference answers to compare with; any other question is compared with by its own words.

mod question;
mod references;
mod runs;

use std::sync::Arc;

use candor_core::{
    interview::{Question, RoleFamily},
    ports::EngineError,
};

use super::memory::{Memory, Vector};

/// The questions of a role and language, as far as answers are compared with them.
pub(super) struct Background {
    references: Arc<references::Others>,
    questions: Arc<question::Others>,
}

/// What an answer to one question is compared with.
pub(super) enum Topic {
    /// The references of a shipped question.
    References(references::Topic),
    /// The question itself.
    Question(question::Topic),
}

impl Background {
    /// The shipped questions of `family` in `language`.
    pub(super) fn new(
        family: RoleFamily,
        language: &str,
        memory: Option<&Memory>,
    ) -> Result<Self, EngineError> {
        Ok(Self {
            references: Arc::new(references::Others::new(family, language, memory)?),
            questions: Arc::new(question::Others::new(family, language)),
        })
    }

    /// What answers to `question` are compared with.
    pub(super) fn topic(
        &self,
        question: &Question,
        memory: Option<&Memory>,
    ) -> Result<Topic, EngineError> {
        Ok(match self.references.topic(question, memory)? {
            Some(topic) => Topic::References(topic),
            None => Topic::Question(self.questions.topic(question, memory)?),
        })
    }
}

impl Topic {
    /// What relevance rests on.
    pub(super) fn basis(&self) -> &'static str {
        match self {
            Self::References(topic) => topic.basis(),
            Self::Question(topic) => topic.basis(),
        }
    }

    /// Whether the vectors of sentences count.
    pub(super) fn uses_vectors(&self) -> bool {
        match self {
            Self::References(topic) => topic.uses_vectors(),
            Self::Question(topic) => topic.uses_vectors(),
        }
    }

    /// How near one sentence is, above what other questions get.
    pub(super) fn nearness_of(&self, text: &str, vector: Option<&Vector>) -> f64 {
        match self {
            Self::References(topic) => topic.nearness_of(text, vector),
            Self::Question(topic) => topic.nearness_of(text, vector),
        }
    }

    /// Relevance of an answer, 0 to 1, from its sentences and their vectors.
    pub(super) fn relevance(&self, sentences: &[&str], vectors: &[Vector]) -> f64 {
        if sentences.is_empty() {
            return 0.0;
        }
        let text = sentences.join(" ");
        let share = match self {
            Self::References(topic) => topic.relevance(&text, vectors),
            Self::Question(topic) => topic.relevance(&text, vectors),
        };
        share.clamp(0.0, 1.0)
    }
}

/// Question, key points and follow-ups as one text.
fn whole(question: &Question) -> String {
    let parts = [&question.text]
        .into_iter()
        .chain(&question.key_points)
        .chain(&question.follow_ups);
    parts.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// The mean, what is below zero taken for zero.
fn mean_above_zero(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len().max(1) as f64;
    values.map(|value| value.max(0.0)).sum::<f64>() / n
}

#[cfg(test)]
mod tests {
    use super::super::tests::{embedder, question};
    use super::*;

    /// Relevance of the key points of `asked` to it and to `other`, with and without embeddings.
    fn relevances(asked: &Question, other: &Question) -> Vec<(f64, f64)> {
        let own: Vec<&str> = asked.key_points.iter().map(String::as_str).collect();
        let memories = [None, Some(Memory::new(embedder()))];
        let relevances = memories.iter().map(|memory| {
            let memory = memory.as_ref();
            let background =
                Background::new(RoleFamily::Technical, "en", memory).expect("words never fail");
            let vectors = memory.map_or_else(Vec::new, |memory| {
                memory.fresh(&own).expect("words never fail")
            });
            let relevance = |question| {
                let topic = background.topic(question, memory);
                topic.expect("words never fail").relevance(&own, &vectors)
            };
            (relevance(asked), relevance(other))
        });
        relevances.collect()
    }

    #[test]
    fn own_words_are_nearer_than_those_of_another_question_with_and_without_embeddings() {
        let asked = question("technical-en-tech-01");
        let other = question("technical-en-behav-01");
        for (near, far) in relevances(&asked, &other) {
            assert!(near > 0.9 && far < 0.5, "{near} {far}");
        }
    }

    #[test]
    fn a_question_without_references_is_compared_by_its_own_words() {
        let own = |id| Question {
            text: format!("{} Please.", question(id).text),
            ..question(id)
        };
        let (asked, other) = (own("technical-en-tech-01"), own("technical-en-behav-01"));
        for (near, far) in relevances(&asked, &other) {
            assert!(near > 0.9 && far < 0.3, "{near} {far}");
        }
    }
}
