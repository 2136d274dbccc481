//! How many questions a phase gets, from the time that there is.

use candor_core::interview::{InterviewType, Phase, RoleFamily};

use super::Plan;

/// Seconds that a question of a phase takes with its answer and what is asked after it. Rules of thumb of
/// structured interviews: two minutes for an opening, three to four for a substantial answer.
pub(super) fn expected_s(phase: Phase) -> f64 {
    match phase {
        Phase::Intro => 120.0,
        Phase::Technical | Phase::Behavioral => 210.0,
        Phase::Coding => 420.0,
        Phase::WrapUp => 90.0,
    }
}

/// Seconds that a follow-up or a clarification takes.
pub(super) const FOLLOW_UP_S: f64 = 75.0;

/// Share of the time that a phase gets in an interview of this type.
fn share(family: RoleFamily, kind: InterviewType, phase: Phase) -> f64 {
    let is_technical = family == RoleFamily::Technical;
    match (kind, phase) {
        (InterviewType::Mixed, _) => usual_share(family, phase),
        (InterviewType::Screening, Phase::Intro) => 0.35,
        (InterviewType::Screening, Phase::Technical | Phase::Behavioral) => 0.25,
        (InterviewType::Screening, Phase::WrapUp) => 0.15,
        (InterviewType::Technical, Phase::Technical) if is_technical => 0.4,
        (InterviewType::Technical, Phase::Coding) if is_technical => 0.3,
        (InterviewType::Technical, Phase::Technical)
        | (InterviewType::Behavioral, Phase::Behavioral) => 0.7,
        (_, Phase::Intro | Phase::WrapUp)
        | (InterviewType::Technical, Phase::Behavioral)
        | (InterviewType::Behavioral, Phase::Technical) => 0.1,
        (_, Phase::Coding) => 0.0,
    }
}

/// Share of the time that a phase usually gets.
fn usual_share(family: RoleFamily, phase: Phase) -> f64 {
    match (family, phase) {
        (_, Phase::Intro | Phase::WrapUp) => 0.1,
        (RoleFamily::Technical, Phase::Technical) => 0.35,
        (RoleFamily::Technical, Phase::Coding) => 0.25,
        (RoleFamily::Technical, Phase::Behavioral) => 0.2,
        (RoleFamily::Behavioral, Phase::Technical) => 0.35,
        (RoleFamily::Behavioral, Phase::Behavioral) => 0.45,
        (_, Phase::Technical) => 0.45,
        (_, Phase::Behavioral) => 0.35,
        (_, Phase::Coding) => 0.0,
    }
}

/// What time allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quotas {
    family: RoleFamily,
    kind: InterviewType,
    duration_s: f64,
}

impl Quotas {
    /// The quotas of an interview of this length and the usual type.
    pub fn new(family: RoleFamily, duration_s: f64) -> Self {
        Self {
            family,
            kind: InterviewType::Mixed,
            duration_s,
        }
    }

    /// Those of an interview of another type.
    #[must_use]
    pub fn of_type(self, kind: InterviewType) -> Self {
        Self { kind, ..self }
    }

    /// Those of a planned interview.
    pub fn of(plan: &Plan) -> Self {
        Self::new(plan.family, plan.duration_s).of_type(plan.interview_type)
    }

    /// Questions of a phase, at least one where the family has the phase.
    pub fn questions(&self, phase: Phase) -> usize {
        if !self.family.phases().contains(&phase) {
            return 0;
        }
        let time_s = share(self.family, self.kind, phase) * self.duration_s;
        ((time_s / expected_s(phase)).round() as usize).max(1)
    }

    /// Seconds that nothing but `wrap_up` may use: a tenth of the time, one to five minutes, never more than
    /// a third.
    pub fn reserve_s(&self) -> f64 {
        let tenth = (self.duration_s * 0.1).clamp(60.0, 300.0);
        tenth.min(self.duration_s / 3.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_family_add_up_to_the_whole() {
        for (family, kind) in RoleFamily::ALL
            .into_iter()
            .flat_map(|family| InterviewType::ALL.map(|kind| (family, kind)))
        {
            let shares = Phase::ALL.iter().map(|phase| share(family, kind, *phase));
            let all: f64 = shares.sum();
            assert!((all - 1.0).abs() < 1e-9, "{family:?} {kind:?}: {all}");
        }
    }

    #[test]
    fn a_type_gives_most_questions_to_what_it_is_about() {
        for family in RoleFamily::ALL {
            let of = |kind| Quotas::new(family, 3600.0).of_type(kind);
            let mixed = of(InterviewType::Mixed);
            for (kind, phase) in [
                (InterviewType::Technical, Phase::Technical),
                (InterviewType::Behavioral, Phase::Behavioral),
                (InterviewType::Screening, Phase::Intro),
            ] {
                let (more, usual) = (of(kind).questions(phase), mixed.questions(phase));
                assert!(more > usual, "{family:?} {kind:?}: {more} of {usual}");
            }
        }
    }

    #[test]
    fn longer_interviews_have_more_questions_and_each_phase_has_one() {
        for family in RoleFamily::ALL {
            let (short, long) = (Quotas::new(family, 300.0), Quotas::new(family, 3600.0));
            for phase in family.phases() {
                assert!(short.questions(*phase) >= 1);
                assert!(long.questions(*phase) >= short.questions(*phase));
            }
        }
        assert_eq!(
            Quotas::new(RoleFamily::Sales, 3600.0).questions(Phase::Coding),
            0
        );
    }

    #[test]
    fn the_reserve_never_takes_most_of_a_short_interview() {
        assert!((Quotas::new(RoleFamily::Sales, 90.0).reserve_s() - 30.0).abs() < 1e-9);
        assert!((Quotas::new(RoleFamily::Sales, 1800.0).reserve_s() - 180.0).abs() < 1e-9);
    }
}
