//! `question_analyzed`: what the answer says about its question. Measures of words and embeddings are
//! built in; what takes understanding comes from an [`AnswerJudge`], where there is one.

use std::sync::Arc;

use async_trait::async_trait;
use candor_core::{
    measured::{Measured, NotMeasured},
    ports::{AnswerBrief, AnswerJudge, EngineError, Judgement, Watch},
    report::Provenance,
    transcript::Transcript,
};
use candor_signals::{
    scores::pipeline_r2::ContentInputs,
    text::{
        content::{self, Content, Question},
        coverage, language, similarity,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    artefacts::{self, Artefact, Kept},
    permission, transcribed,
    versions::EngineVersions,
    work::{self, AttemptProgress},
};
use crate::{
    documented::pipeline::content::AnswerFacts,
    engines::{Engines, optional},
    jobs::{Pool, Step, StepContext, StepError, StepOutput},
};

/// Where its output stands.
pub(super) const NAME: &str = "question_analyzed";

/// The step.
pub(super) struct QuestionAnalyzed(pub Arc<EngineVersions>);

/// A score with what bears it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JudgedScore {
    /// 0–100.
    pub score: f64,
    /// Words of the transcript, to the letter.
    pub quotes: Vec<String>,
}

/// What the answer says about its question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerContent {
    /// Measured on words and embeddings.
    pub measured: Measured<Content>,
    /// Whether it is technically right.
    pub technical: Measured<JudgedScore>,
    /// Whether it is clear.
    pub clarity: Measured<JudgedScore>,
    /// Whether it shows initiative.
    pub initiative: Measured<JudgedScore>,
    /// Whether it answers the question, as judged.
    pub relevance: Measured<JudgedScore>,
    /// Whether it says all that matters, as judged.
    pub completeness: Measured<JudgedScore>,
    /// What is good about it, as judged.
    pub strengths: Vec<String>,
    /// What could be better, as judged.
    pub weaknesses: Vec<String>,
    /// Who judged.
    pub judge: Option<Provenance>,
}

#[async_trait]
impl Step for QuestionAnalyzed {
    fn name(&self) -> &'static str {
        NAME
    }

    fn pool(&self) -> Pool {
        Pool::Llm
    }

    fn needs(&self) -> &'static [&'static str] {
        // The report first: who reads along gets it before anything is judged.
        &[super::input_normalized::NAME, transcribed::NAME]
    }

    fn version(&self) -> String {
        [
            content::FORMULA,
            coverage::FORMULA,
            similarity::FORMULA,
            &self.0.embedder(),
            &self.0.answer_judge(),
        ]
        .join(" ")
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let question = permission::require(context).await?.question;
        let words = transcribed::words(context).await?;
        let engines = Arc::clone(&context.app.engines);
        let (content, embedder) = work::blocking(context, move |progress| {
            let embedder = optional(engines.embedder())?.ok();
            let content = match fit(words.transcript) {
                Ok(answer) => look_at(
                    &answer,
                    &question,
                    embedder.as_deref(),
                    engines.as_ref(),
                    progress,
                )?,
                Err(reason) => nothing(&reason),
            };
            Ok((content, embedder.map(|embedder| embedder.provenance())))
        })
        .await?;
        let mut provenance = artefacts::made_by(
            embedder
                .iter()
                .map(|embedder| ("embedder", embedder))
                .chain(content.judge.iter().map(|judge| ("answer-judge", judge))),
        );
        provenance.insert(
            "content".to_owned(),
            crate::analyze::formula(content::FORMULA),
        );
        let artefact = Artefact {
            name: "content.json",
            content_type: "application/json",
            provenance: &provenance,
        };
        let kept = artefacts::keep_json(context, self, artefact, content).await?;
        Ok(json!({ "content": kept }).into())
    }
}

impl AnswerContent {
    /// The scores that documented formulas take, and what bears them out. Who understands an answer judges
    /// it better than its nearness in meaning: a judgement comes first, where there is one.
    pub fn facts(&self) -> AnswerFacts {
        let built_in = |pick: fn(&Content) -> &Measured<f64>| {
            let measured = self.measured.as_ref().map_err(Clone::clone);
            measured.and_then(|measured| pick(measured).clone())
        };
        let judged = |score: &Measured<JudgedScore>| {
            let score = score.as_ref().map_err(Clone::clone);
            score.map(|judged| judged.score)
        };
        let better =
            |judge: &Measured<JudgedScore>, measured: Measured<f64>| judged(judge).or(measured);
        let measured = self.measured.as_ref().ok();
        AnswerFacts {
            scores: ContentInputs {
                answer_relevance: better(&self.relevance, built_in(|found| &found.relevance)),
                keyword_coverage: built_in(|found| &found.keyword_coverage),
                technical: judged(&self.technical),
                clarity: judged(&self.clarity),
                completeness: better(&self.completeness, built_in(|found| &found.completeness)),
                initiative: judged(&self.initiative),
            },
            strengths: self.strengths.clone(),
            weaknesses: self.weaknesses.clone(),
            keywords: measured
                .iter()
                .flat_map(|found| &found.keywords)
                .filter(|keyword| keyword.quote.is_some())
                .map(|keyword| keyword.term.clone())
                .collect(),
            evidence: measured
                .map(|found| {
                    found
                        .evidence
                        .iter()
                        .map(|quote| quote.text.clone())
                        .collect()
                })
                .unwrap_or_default(),
            basis: measured.map(|found| found.basis.clone()),
        }
    }
}

/// The words, where they may feed a score.
fn fit(transcript: Measured<Transcript>) -> Measured<Transcript> {
    let transcript = transcript?;
    if !transcript.may_score_content() {
        return Err(NotMeasured::new(
            "low_accuracy_transcript",
            "the transcript comes from a fallback recogniser of low accuracy and feeds no score",
        ));
    }
    Ok(transcript)
}

fn nothing(reason: &NotMeasured) -> AnswerContent {
    AnswerContent {
        measured: Err(reason.clone()),
        technical: Err(reason.clone()),
        clarity: Err(reason.clone()),
        initiative: Err(reason.clone()),
        relevance: Err(reason.clone()),
        completeness: Err(reason.clone()),
        strengths: Vec::new(),
        weaknesses: Vec::new(),
        judge: None,
    }
}

fn look_at(
    answer: &Transcript,
    question: &Question,
    embedder: Option<&dyn candor_core::ports::Embedder>,
    engines: &dyn Engines,
    progress: &AttemptProgress,
) -> Result<AnswerContent, EngineError> {
    let measured = content::measure(answer, question, embedder)?;
    let judge = match optional(engines.answer_judge())? {
        Ok(judge) => judge,
        Err(reason) => {
            return Ok(AnswerContent {
                measured: Ok(measured),
                ..nothing(&reason)
            });
        }
    };
    let mut content = judged(answer, question, judge.as_ref(), progress.0.as_ref())?;
    content.measured = Ok(measured);
    Ok(content)
}

fn judged(
    answer: &Transcript,
    question: &Question,
    judge: &dyn AnswerJudge,
    watch: &dyn Watch,
) -> Result<AnswerContent, EngineError> {
    let text = answer.text();
    let brief = AnswerBrief {
        question: question.text.clone(),
        expected_answer: question.expected_answer.clone(),
        keywords: question.keywords.clone(),
        language: language::of(answer),
        answer: text.clone(),
    };
    let found = judge.judge(&brief, watch)?;
    let checked = |judgement: Option<Judgement>| borne_out(judgement, &text);
    Ok(AnswerContent {
        measured: Err(NotMeasured::new("not_measured", "not measured")),
        technical: checked(found.technical),
        clarity: checked(found.clarity),
        initiative: checked(found.initiative),
        relevance: checked(found.relevance),
        completeness: checked(found.completeness),
        strengths: found.strengths,
        weaknesses: found.weaknesses,
        judge: Some(judge.provenance()),
    })
}

/// A judgement counts when its score is in range and words that were really said bear it out.
fn borne_out(judgement: Option<Judgement>, text: &str) -> Measured<JudgedScore> {
    let judgement =
        judgement.ok_or_else(|| NotMeasured::new("not_judged", "the evaluator could not tell"))?;
    if !(0.0..=100.0).contains(&judgement.score) {
        return Err(NotMeasured::new(
            "judgement_out_of_range",
            "the evaluator's score is outside 0 to 100",
        ));
    }
    let said = plain(text);
    let quotes: Vec<String> = judgement
        .quotes
        .into_iter()
        .filter(|quote| {
            let quote = plain(quote);
            !quote.is_empty() && said.contains(&quote)
        })
        .collect();
    if quotes.is_empty() {
        return Err(NotMeasured::new(
            "no_evidence",
            "the evaluator named no words of the answer that bear out its score",
        ));
    }
    Ok(JudgedScore {
        score: judgement.score,
        quotes,
    })
}

/// Words without case, punctuation and spacing, with a space on either side.
fn plain(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.is_empty() {
        return String::new();
    }
    format!(" {} ", words.join(" "))
}

/// What the step found.
pub(super) async fn content(context: &StepContext) -> Result<AnswerContent, StepError> {
    let kept: Kept = artefacts::output(context, NAME, "content")?;
    artefacts::read_json(context, &kept).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgement(score: f64, quote: &str) -> Option<Judgement> {
        Some(Judgement {
            score,
            quotes: vec![quote.to_owned()],
        })
    }

    #[test]
    fn a_judgement_counts_only_with_words_that_were_said() {
        let text = "Well, I profiled the service first.";
        let found = borne_out(judgement(70.0, "I profiled the service"), text).unwrap();
        assert_eq!(found.quotes, ["I profiled the service"]);
        let invented = borne_out(judgement(70.0, "I led the team"), text).unwrap_err();
        assert_eq!(invented.code, "no_evidence");
        let part_of_a_word = borne_out(judgement(70.0, "rofiled the"), text).unwrap_err();
        assert_eq!(part_of_a_word.code, "no_evidence");
    }

    #[test]
    fn a_score_out_of_range_is_no_score() {
        for score in [-1.0, 100.5, f64::NAN] {
            let reason = borne_out(judgement(score, "yes"), "yes").unwrap_err();
            assert_eq!(reason.code, "judgement_out_of_range");
        }
        assert_eq!(borne_out(None, "yes").unwrap_err().code, "not_judged");
    }
}
