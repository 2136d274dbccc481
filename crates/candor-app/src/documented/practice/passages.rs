//! What was said, passage by passage: tone, relevance to role and domain, coherence with the passage
//! before.

use candor_core::{
    measured::{Measured, NotMeasured},
    ports::{Embedder, EngineError},
    report::Report,
    span::Span,
};
use candor_signals::text::{
    language,
    sentences::Script,
    sentiment,
    similarity::{self, Basis, cosine},
    tokens::plain,
};

use super::SessionFacts;

/// One sentence of the answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Passage {
    /// When it was said; `None` where the words carry no times.
    pub span: Option<Span>,
    /// Tone, −1 to 1.
    pub sentiment: Measured<f64>,
    /// Cosine with role and domain.
    pub relevance: Measured<f64>,
    /// Cosine with the passage before.
    pub coherence: Measured<f64>,
}

/// The words, cut and compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    /// Every sentence in order.
    pub passages: Vec<Passage>,
    /// Tokens and sentences of the whole.
    pub script: Script,
    /// When each word was said.
    pub word_times: Vec<Option<Span>>,
}

/// The passages of a report; the reason where its words may feed no score.
///
/// # Errors
/// What the embedder says.
pub(super) fn find(
    report: &Report,
    session: &SessionFacts,
    embedder: Option<&dyn Embedder>,
) -> Result<Measured<Said>, EngineError> {
    let Some(transcript) = &report.candor.transcript else {
        return Ok(Err(NotMeasured::new(
            "no_transcript",
            "there is no transcript",
        )));
    };
    if !transcript.may_score_content() {
        return Ok(Err(NotMeasured::new(
            "low_accuracy_transcript",
            "the transcript comes from a fallback recogniser of low accuracy and feeds no score",
        )));
    }
    let language = language::of(transcript);
    let script = Script::new(transcript, language.as_deref());
    if script.sentences.is_empty() {
        return Ok(Err(NotMeasured::new(
            "no_words",
            "no words were found in the recording",
        )));
    }
    let context = format!("{} {}", session.job_role.trim(), session.domain.trim());
    let mut texts = vec![context.as_str()];
    texts.extend(script.sentences.iter().map(|s| s.text.as_str()));
    let vectors = similarity::vectors(&texts, language.as_deref(), embedder)?;
    let compare = |a: usize, b: usize| match vectors.basis {
        Basis::Embedding => Ok(cosine(&vectors.rows[a], &vectors.rows[b])),
        // Shared words with a job title say nothing about an answer.
        Basis::Lexical => Err(NotMeasured::new(
            "no_sentence_encoder",
            "there is no sentence encoder for this language",
        )),
    };
    let passages = script
        .sentences
        .iter()
        .enumerate()
        .map(|(i, sentence)| {
            let alone = plain(&sentence.text, language.as_deref());
            Passage {
                span: sentence.span,
                sentiment: sentiment::of(&Script::new(&alone, language.as_deref()))
                    .map(|tone| tone.valence),
                relevance: compare(0, i + 1),
                coherence: if i == 0 {
                    Err(NotMeasured::new(
                        "first_passage",
                        "there is nothing before the first sentence",
                    ))
                } else {
                    compare(i, i + 1)
                },
            }
        })
        .collect();
    Ok(Ok(Said {
        passages,
        word_times: transcript.words().map(|word| word.span).collect(),
        script,
    }))
}
