//! What the marks speak for, and when they are too few to speak for anything.

use candor_core::{
    interview::{InterviewReport, MAX_MARK, Mark, QuestionResult, Recommendation},
    measured::{Measured, NotMeasured},
};

/// Why marks speak for nothing though there is a total: the code of the reason.
pub const TOO_LITTLE_JUDGED: &str = "too_little_judged";
/// More red flags than this outweigh every mark.
const RED_FLAGS: usize = 2;
/// Questions that a total has to rest on before it speaks for anything.
const FEWEST: usize = 3;

/// What a share of the marks and a number of red flags speak for.
pub fn recommend(share: f64, red_flags: usize) -> Recommendation {
    match share {
        _ if red_flags > RED_FLAGS => Recommendation::NoHire,
        share if share >= 0.8 => Recommendation::StrongHire,
        share if share >= 0.6 => Recommendation::Hire,
        share if share >= 0.4 => Recommendation::Borderline,
        _ => Recommendation::NoHire,
    }
}

/// Whether the total of a report rests on enough to be set beside that of others.
pub fn is_enough(report: &InterviewReport) -> bool {
    let overall = report.overall.as_ref();
    overall.is_ok_and(|mark| too_little_judged(mark, &report.questions).is_none())
}

/// The recommendation, or why there is none. Red flags outweigh the marks, so they need no number of them.
pub(super) fn recommended(
    overall: &Mark,
    red_flags: usize,
    questions: &[QuestionResult],
) -> Measured<Recommendation> {
    match too_little_judged(overall, questions) {
        Some(reason) if red_flags <= RED_FLAGS => Err(reason),
        _ => Ok(recommend(overall.score / MAX_MARK, red_flags)),
    }
}

/// One good answer among many that were skipped is no good interview.
fn too_little_judged(overall: &Mark, questions: &[QuestionResult]) -> Option<NotMeasured> {
    let asked = questions.len();
    let judged = questions.iter().filter(|q| q.score.is_ok()).count();
    (overall.n < FEWEST || 2 * judged < asked).then(|| {
        NotMeasured::new(
            TOO_LITTLE_JUDGED,
            format!(
                "{judged} of {asked} questions were judged and the total rests on {}; a recommendation takes at least \
                 half of them and {FEWEST}",
                overall.n
            ),
        )
    })
}
