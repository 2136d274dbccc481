//! The built-in evaluator: judges an answer without a chat model, the same answer always in the same way.
//!
//! `score = 10 · min(relevance, quality)`, with a fiftieth of quality beside it so that no two answers tie by being cut
//! off: an answer earns no more than it has to do with the question. `quality` adds up depth, structure and key points.
//! How each part is measured stands in [`super::topic`], [`super::measures`] and [`super::coverage`]; how well it works,
//! and where it does not, in `docs/QUALITY.md`.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use candor_core::{
    interview::{
        CompetencyLevel, Evaluation, Evidence, Judged, KeyPointFound, MAX_MARK, Phase, Question,
        RoleFamily, Spread,
    },
    ports::{Embedder, EngineError},
    report::Provenance,
};

use super::{
    answer::Answer,
    coverage::{Asked, Made, Stretches, Text},
    feedback::{self, Seen},
    measures,
    memory::{Memory, Vector},
    said::Said,
    standing::{self, Standing, standing},
    topic::{Background, Topic},
};
use crate::{session::Assessment, strategy::Findings};

/// Identifier and version of the formula.
pub const FORMULA: &str = "answer-builtin.v3";

/// Weights of depth, structure and key points; together more than 1, for no answer has all of everything.
const QUALITY: [f64; 3] = [0.8, 0.15, 0.15];
/// Share of quality that counts whatever the relevance.
const UNTIED: f64 = 0.02;
/// Relevance below this: the answer is to something else.
const OFF_TOPIC: f64 = 0.18;
/// The most that an answer gets that is too short, or copied.
const SHORT_AT_MOST: f64 = 0.15;
/// Competencies that there is a measure of. What an answer shows of any other is not told by its total.
pub const MEASURED: [&str; 2] = ["communication", "technical_depth"];
/// Agreement at which a key point is made in full; half of it counts as made.
const FULL_POINT: f64 = 0.4;
const IS_MADE: f64 = 0.5;
/// Judges answers. Remembers the vectors of questions, never of answers.
pub struct Evaluator {
    memory: Option<Memory>,
    backgrounds: Mutex<HashMap<(RoleFamily, String), Arc<Background>>>,
}

impl Evaluator {
    /// An evaluator that compares meaning with `embedder`; without one, letters and words alone count.
    pub fn new(embedder: Option<Arc<dyn Embedder>>) -> Self {
        Self {
            memory: embedder.map(Memory::new),
            backgrounds: Mutex::default(),
        }
    }

    /// Does what the first answer to `question` would otherwise wait for.
    ///
    /// # Errors
    /// What the embedder says.
    pub fn warm_up(&self, family: RoleFamily, question: &Question) -> Result<(), EngineError> {
        let background = self.background(family, &question.language)?;
        background.topic(question, self.memory.as_ref()).map(|_| ())
    }

    /// Judges an answer to `question` in an interview about `family`.
    ///
    /// # Errors
    /// What the embedder says.
    pub fn evaluate(
        &self,
        family: RoleFamily,
        question: &Question,
        answer: &Answer,
    ) -> Result<Assessment, EngineError> {
        let said = match standing::read(question, answer, self.memory())? {
            Ok(said) => said,
            Err(reason) => return Ok(Assessment::none(reason, answer.text())),
        };
        let background = self.background(family, &question.language)?;
        let topic = background.topic(question, self.memory.as_ref())?;
        Judgement::new(question, answer, said, &topic, self.memory.as_ref())
            .map(Judgement::assessment)
    }

    /// What compares meaning.
    pub(super) fn memory(&self) -> Option<&Memory> {
        self.memory.as_ref()
    }

    fn background(
        &self,
        family: RoleFamily,
        language: &str,
    ) -> Result<Arc<Background>, EngineError> {
        let mut all = self
            .backgrounds
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let key = (family, language.to_owned());
        if let Some(known) = all.get(&key) {
            return Ok(Arc::clone(known));
        }
        let new = Arc::new(Background::new(family, language, self.memory.as_ref())?);
        all.insert(key, Arc::clone(&new));
        Ok(new)
    }
}

/// One answer while it is judged.
struct Judgement<'a> {
    question: &'a Question,
    said: Said,
    standing: Standing,
    relevance: f64,
    depth: f64,
    structure: f64,
    points: Vec<Option<Made>>,
    /// How near each sentence is to the question.
    nearness: Vec<f64>,
    provenance: Provenance,
}

impl<'a> Judgement<'a> {
    fn new(
        question: &'a Question,
        answer: &Answer,
        said: Said,
        topic: &Topic,
        memory: Option<&Memory>,
    ) -> Result<Self, EngineError> {
        let language = question.language.as_str();
        let sentences: Vec<&str> = said
            .sentences
            .iter()
            .map(|sentence| sentence.plain.as_str())
            .collect();
        let vectors = match memory {
            Some(memory) if topic.uses_vectors() => vectors(&said, memory)?,
            _ => Vec::new(),
        };
        let knows = memory.filter(|memory| memory.knows(language));
        let asked = match knows {
            Some(memory) => {
                let texts = std::iter::once(&question.text).chain(&question.key_points);
                let texts: Vec<&str> = texts.map(String::as_str).collect();
                memory.vectors(&texts)?.into_iter().map(Some).collect()
            }
            None => vec![None; question.key_points.len() + 1],
        };
        let mut texts = std::iter::once(&question.text)
            .chain(&question.key_points)
            .zip(asked)
            .map(|(text, vector)| Text::new(text, vector, language));
        let asked = Asked::new(
            texts
                .next()
                .unwrap_or_else(|| Text::new("", None, language)),
        );
        let standing = standing(answer, &said, &asked);
        let parts: Vec<Text> = said
            .sentences
            .iter()
            .enumerate()
            .map(|(at, sentence)| Text {
                stems: sentence.stems.iter().cloned().collect(),
                vector: knows.and(vectors.get(at).cloned()),
                n_words: sentence.n_words,
            })
            .collect();
        let stretches = Stretches::new(&parts, asked);
        let relevance = topic.relevance(&sentences, &vectors);
        let is_off = standing == Standing::Full && relevance < OFF_TOPIC;
        Ok(Self {
            question,
            standing: if is_off { Standing::OffTopic } else { standing },
            relevance,
            depth: measures::depth(&said).clamp(0.0, 1.0),
            structure: measures::structure(&said, question.phase).clamp(0.0, 1.0),
            points: texts.map(|point| stretches.make(&point)).collect(),
            nearness: sentences
                .iter()
                .enumerate()
                .map(|(at, text)| topic.nearness_of(text, vectors.get(at)))
                .collect(),
            provenance: provenance(memory, topic, &said),
            said,
        })
    }

    fn assessment(self) -> Assessment {
        let key_points = self.key_points();
        let covered = mean(key_points.iter().map(|point| point.degree));
        let share = self.share(covered);
        let missing_parts = match self.question.phase {
            Phase::Behavioral => measures::missing_parts(&self.said),
            _ => Vec::new(),
        };
        let findings = Findings {
            normalized: Some(share),
            is_empty: matches!(self.standing, Standing::Empty | Standing::Short),
            is_off_topic: matches!(self.standing, Standing::OffTopic | Standing::Copied),
            missed: key_points
                .iter()
                .filter(|point| !point.is_made)
                .map(|point| point.text.clone())
                .collect(),
            missing_parts: missing_parts.clone(),
        };
        let feedback = feedback::of(
            &Seen {
                standing: self.standing,
                share,
                relevance: self.relevance,
                has_details: self
                    .said
                    .sentences
                    .iter()
                    .any(|sentence| !sentence.specifics.is_empty()),
                missing_parts: &missing_parts,
            },
            &self.question.language,
        );
        let score = MAX_MARK * share;
        Assessment {
            judged: Judged::Evaluated(Box::new(Evaluation {
                score,
                relevance: MAX_MARK * self.capped(self.relevance),
                structure: MAX_MARK * self.capped(self.structure),
                depth: MAX_MARK * self.capped(self.depth),
                competencies: self.competencies(covered),
                evidence: self.evidence(&key_points),
                key_points,
                red_flags: Vec::new(),
                feedback,
                spread: Spread {
                    n: 1,
                    min: score,
                    max: score,
                    deviation: 0.0,
                },
                provenance: self.provenance,
            })),
            findings,
        }
    }

    fn share(&self, covered: f64) -> f64 {
        let [depth, structure, points] = QUALITY;
        let quality =
            (depth * self.depth + structure * self.structure + points * covered).clamp(0.0, 1.0);
        let share = (1.0 - UNTIED) * self.relevance.min(quality) + UNTIED * quality;
        self.capped(share)
    }

    /// What an answer that hardly is one may reach.
    fn capped(&self, share: f64) -> f64 {
        match self.standing {
            Standing::Empty => 0.0,
            Standing::Short | Standing::Copied => share.min(SHORT_AT_MOST),
            Standing::OffTopic => share.min(OFF_TOPIC),
            Standing::Full => share,
        }
    }

    fn key_points(&self) -> Vec<KeyPointFound> {
        let is_answer = self.standing == Standing::Full;
        let found = self.question.key_points.iter().zip(&self.points);
        found
            .map(|(text, made)| {
                let agreement = made.map_or(0.0, |made| made.agreement);
                let degree = if is_answer {
                    (agreement / FULL_POINT).min(1.0)
                } else {
                    0.0
                };
                KeyPointFound {
                    text: text.clone(),
                    degree,
                    is_made: degree >= IS_MADE,
                }
            })
            .collect()
    }

    /// Levels of the question's competencies that are [`MEASURED`], where there is anything to show for them.
    fn competencies(&self, covered: f64) -> Vec<CompetencyLevel> {
        if self.most_telling().is_none() {
            return Vec::new();
        }
        let total = self.share(covered);
        let level = |competency: &str| {
            let own = match competency {
                "communication" => 0.6 * self.structure + 0.4 * self.depth,
                "technical_depth" => 0.7 * self.depth + 0.3 * covered,
                _ => return None,
            };
            let shown = f64::midpoint(total, self.capped(own.min(self.relevance)));
            Some(1.0 + 4.0 * shown)
        };
        let asked = self.question.competencies.iter();
        asked
            .filter_map(|competency| {
                Some(CompetencyLevel {
                    level: level(competency)?,
                    competency: competency.clone(),
                })
            })
            .collect()
    }

    /// Sentences that the marks rest on.
    fn evidence(&self, key_points: &[KeyPointFound]) -> Vec<Evidence> {
        let sentences = &self.said.sentences;
        let Some(telling) = self.most_telling() else {
            return Vec::new();
        };
        let nearest =
            (0..sentences.len()).max_by(|a, b| self.nearness[*a].total_cmp(&self.nearness[*b]));
        let built = (0..sentences.len())
            .rev()
            .max_by_key(|at| (sentences[*at].parts.len(), sentences[*at].n_links));
        let mut found = Vec::new();
        let mut quote = |at: usize, supports: &str| {
            let mut evidence = sentences[at].quote.clone();
            supports.clone_into(&mut evidence.supports);
            found.push(evidence);
        };
        quote(nearest.unwrap_or(telling), "relevance");
        quote(built.unwrap_or(telling), "structure");
        quote(telling, "depth");
        for competency in &self.question.competencies {
            if MEASURED.contains(&competency.as_str()) {
                quote(telling, competency);
            }
        }
        for (point, made) in key_points.iter().zip(&self.points) {
            if let Some(made) = made.filter(|_| point.is_made) {
                for at in made.stretch.0..=made.stretch.1 {
                    quote(at, &point.text);
                }
            }
        }
        found
    }

    /// The sentence with the most details, then the one that says most.
    fn most_telling(&self) -> Option<usize> {
        let sentences = &self.said.sentences;
        (0..sentences.len()).rev().max_by_key(|at| {
            let sentence = &sentences[*at];
            (
                sentence.specifics.len(),
                sentence.n_work,
                sentence.stems.len(),
            )
        })
    }
}

/// Vectors of all sentences; those that have none yet get one.
fn vectors(said: &Said, memory: &Memory) -> Result<Vec<Vector>, EngineError> {
    let without = said.sentences.iter().filter(|one| one.vector.is_none());
    let without: Vec<&str> = without.map(|one| one.plain.as_str()).collect();
    let mut made = match without.is_empty() {
        true => Vec::new(),
        false => memory.fresh(&without)?,
    }
    .into_iter();
    let sentences = said.sentences.iter();
    let vectors = sentences.filter_map(|one| one.vector.clone().or_else(|| made.next()));
    Ok(vectors.collect())
}

fn provenance(memory: Option<&Memory>, topic: &Topic, said: &Said) -> Provenance {
    let embedder = memory.map(|memory| memory.embedder().provenance());
    let mut settings = BTreeMap::from([
        ("basis".to_owned(), topic.basis().to_owned()),
        ("sentences".to_owned(), said.sentences.len().to_string()),
    ]);
    said.note_left_out(&mut settings);
    Provenance {
        engine: "candor".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: embedder
            .as_ref()
            .and_then(|embedder| embedder.model.clone()),
        model_sha256: embedder.and_then(|embedder| embedder.model_sha256),
        formula: Some(FORMULA.to_owned()),
        settings,
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len().max(1) as f64;
    values.sum::<f64>() / n
}
