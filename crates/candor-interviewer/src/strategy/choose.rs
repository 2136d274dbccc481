//! Which question comes next.

use candor_core::interview::{Difficulty, Phase, Question, QuestionSource};

use super::{
    Plan,
    quotas::{Quotas, expected_s},
    state::State,
};

/// The next question and its phase, or `None` where the interview is over.
pub(super) fn next<'a>(plan: &'a Plan, state: &State) -> Option<&'a Question> {
    let quotas = Quotas::of(plan);
    let phases = plan.family.phases().iter().copied();
    phases
        .filter(|phase| *phase >= state.phase)
        .filter(|phase| state.n_asked(*phase) < quotas.questions(*phase))
        .filter(|phase| has_time(plan, state, &quotas, *phase))
        .find_map(|phase| best(plan, state, phase))
}

/// Whether a question of the phase fits into what is left. `wrap_up` may use its reserve, the others leave it.
fn has_time(plan: &Plan, state: &State, quotas: &Quotas, phase: Phase) -> bool {
    let left_s = plan.duration_s - state.used_s;
    match phase {
        // A short last question is better than none.
        Phase::WrapUp => left_s >= expected_s(phase).min(quotas.reserve_s()) / 2.0,
        // The very first question is asked however short the interview is.
        _ if state.asked.is_empty() => left_s > 0.0,
        _ => left_s - quotas.reserve_s() >= expected_s(phase).min(plan.duration_s / 4.0),
    }
}

/// The best unasked question of a phase: a recruiter's own first, then the nearest difficulty, then the plan's
/// order.
fn best<'a>(plan: &'a Plan, state: &State, phase: Phase) -> Option<&'a Question> {
    plan.questions
        .iter()
        .filter(|question| question.phase == phase)
        .filter(|question| !state.has_asked(&question.id) && !state.has_said(&question.text))
        .min_by_key(|question| {
            let is_own = question.source == QuestionSource::Recruiter;
            (!is_own, distance(question.difficulty, state.difficulty))
        })
}

/// Same level first, then the easier neighbour.
fn distance(of: Difficulty, from: Difficulty) -> usize {
    let (of, from) = (of.level(), from.level());
    if of > from {
        2 * (of - from)
    } else {
        (2 * (from - of)).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_easier_neighbour_is_nearer_than_the_harder_one() {
        use Difficulty::*;
        assert_eq!(distance(Medium, Medium), 0);
        assert!(distance(Easy, Medium) < distance(Hard, Medium));
        assert!(distance(Medium, Hard) < distance(Easy, Hard));
    }
}
