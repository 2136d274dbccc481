//! Answers whose times a client told: measured by themselves where their times hold, said where they don't.

use candor_signals::segments::{self, QuestionMarker, TimedAnswer, Unfit};

use super::draft::Draft;

/// Codes of the notes about answers that have no part of their own.
pub(crate) const NOTES: [&str; 2] = ["answers_unplaced", "answers_contradictory"];

/// The parts that the answers make, in order; the draft says which answers have none.
pub(super) fn markers(
    draft: &mut Draft,
    answers: &[TimedAnswer],
    duration_s: f64,
) -> Vec<QuestionMarker> {
    let placed = segments::place(answers, duration_s);
    let [unplaced, contradictory] = NOTES;
    let of = answers.len();
    let named = |is_meant: fn(Unfit) -> bool| -> Vec<String> {
        let meant = placed.unfit.iter().filter(|(_, why)| is_meant(*why));
        meant
            .map(|(index, why)| format!("{} ({})", answers[*index].id, told(*why)))
            .collect()
    };
    let unknown = named(|why| why == Unfit::Unknown);
    if !unknown.is_empty() {
        draft.tell(
            unplaced,
            format!(
                "{} of {of} answers have no figures of their own: nobody told when they began and ended, or when \
                 the recording began.",
                unknown.len()
            ),
        );
    }
    let wrong = named(|why| why != Unfit::Unknown);
    if !wrong.is_empty() {
        draft.warn(
            contradictory,
            format!(
                "The times of {} of {of} answers can't be and were not used: {}.",
                wrong.len(),
                wrong.join(", ")
            ),
        );
    }
    placed.markers
}

fn told(why: Unfit) -> &'static str {
    match why {
        Unfit::Unknown => "no times",
        Unfit::Backwards => "ends before it begins",
        Unfit::Outside => "outside the recording",
        Unfit::Overlaps => "over another answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(id: &str, start_s: Option<f64>, end_s: f64) -> TimedAnswer {
        TimedAnswer {
            id: id.to_owned(),
            title: "Why?".to_owned(),
            asked_s: None,
            start_s,
            end_s: Some(end_s),
        }
    }

    #[test]
    fn answers_without_a_part_are_told_with_the_reason() {
        let answers = [
            answer("q1", Some(1.0), 5.0),
            answer("q2", None, 9.0),
            answer("q3", Some(12.0), 10.0),
            answer("q4", Some(70.0), 80.0),
        ];
        let mut draft = Draft::default();
        let markers = markers(&mut draft, &answers, 20.0);
        assert_eq!(markers.len(), 1);
        let notes: Vec<(&str, &str)> = draft
            .notes
            .iter()
            .map(|note| (note.code.as_str(), note.message.as_str()))
            .collect();
        assert_eq!(notes.len(), 2);
        assert!(notes[0].0 == NOTES[0] && notes[0].1.starts_with("1 of 4 answers"));
        assert_eq!(
            notes[1],
            (
                NOTES[1],
                "The times of 2 of 4 answers can't be and were not used: q3 (ends before it begins), q4 (outside \
                 the recording)."
            )
        );
    }

    #[test]
    fn a_recording_without_such_answers_says_nothing_of_them() {
        let mut draft = Draft::default();
        assert!(markers(&mut draft, &[], 20.0).is_empty());
        assert!(draft.notes.is_empty());
    }
}
