//! Answers whose times a client told, looked at before anything is measured by them. A client's clock may be wrong:
//! times outside the recording, out of order or over another answer's are left out and said, never mended.

use candor_core::{
    measured::{Measured, NotMeasured},
    span::Span,
};
use serde::{Deserialize, Serialize};

use super::QuestionMarker;

/// Clients hear of the recording's begin and end a moment later: so far may an answer reach beyond it, in seconds.
const BEYOND_S: f64 = 1.0;
/// So far may an answer reach into the next; what both claim is the next one's, in seconds.
const INTO_NEXT_S: f64 = 0.5;

/// An answer with the times that a client told, in seconds of the recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimedAnswer {
    /// Id of the question or clarification.
    pub id: String,
    /// Its words.
    pub title: String,
    /// When it was asked; `None` where that is not known.
    pub asked_s: Option<f64>,
    /// When the answer began; `None` where that is not known.
    pub start_s: Option<f64>,
    /// When the answer ended; `None` where that is not known.
    pub end_s: Option<f64>,
}

/// Why the times of an answer are not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It has no begin or no end.
    Unknown,
    /// It ends before it begins.
    Backwards,
    /// It lies outside the recording.
    Outside,
    /// It is not before the answer to a later question.
    Overlaps,
}

/// Which answers can be measured by their times.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Those, in the order of their questions.
    pub markers: Vec<QuestionMarker>,
    /// The others, by their place among the answers.
    pub unfit: Vec<(usize, Unfit)>,
}

/// Looks at the times of `answers`, which stand in the order of their questions. An answer is from its own begin to its
/// end; one that told no begin, from its question.
///
/// Of answers that contradict one another nobody knows which is wrong: the one with the most contradictions goes first,
/// and those that have as many go together, until none is left.
pub fn place(answers: &[TimedAnswer], duration_s: f64) -> Placed {
    let mut unfit = Vec::new();
    let mut fit: Vec<(usize, Span)> = Vec::new();
    for (index, answer) in answers.iter().enumerate() {
        match within(answer, duration_s) {
            Ok(span) => fit.push((index, span)),
            Err(why) => unfit.push((index, why)),
        }
    }
    loop {
        let n: Vec<usize> = (0..fit.len()).map(|at| contradictions(&fit, at)).collect();
        let most = n.iter().copied().max().unwrap_or(0);
        if most == 0 {
            break;
        }
        let mut n = n.into_iter();
        fit.retain(|(index, _)| {
            let is_worst = n.next() == Some(most);
            if is_worst {
                unfit.push((*index, Unfit::Overlaps));
            }
            !is_worst
        });
    }
    unfit.sort_by_key(|(index, _)| *index);
    let next_s = fit.iter().skip(1).map(|(_, span)| span.start_s);
    let next_s: Vec<f64> = next_s.chain([duration_s]).collect();
    let markers = fit.iter().zip(next_s).map(|((index, span), next_s)| {
        let answer = &answers[*index];
        QuestionMarker {
            span: Span::new(span.start_s, span.end_s.min(next_s)),
            title: answer.title.clone(),
            question_end_s: asked(answer, *span),
        }
    });
    Placed {
        markers: markers.collect(),
        unfit,
    }
}

/// The answer's time, cut to the recording.
fn within(answer: &TimedAnswer, duration_s: f64) -> Result<Span, Unfit> {
    let known = |time_s: Option<f64>| time_s.filter(|time_s| time_s.is_finite());
    let start_s = known(answer.start_s).or(known(answer.asked_s));
    let (Some(start_s), Some(end_s)) = (start_s, known(answer.end_s)) else {
        return Err(Unfit::Unknown);
    };
    if end_s <= start_s {
        return Err(Unfit::Backwards);
    }
    if start_s < -BEYOND_S || end_s > duration_s + BEYOND_S {
        return Err(Unfit::Outside);
    }
    let span = Span::new(start_s.max(0.0), end_s.min(duration_s));
    // What both claim may be cut off, and something must be left.
    if span.end_s - span.start_s <= INTO_NEXT_S {
        return Err(Unfit::Outside);
    }
    Ok(span)
}

/// How many others the answer at this place contradicts.
fn contradictions(fit: &[(usize, Span)], at: usize) -> usize {
    let (_, own) = &fit[at];
    let later = |(place, (_, other)): &(usize, &(usize, Span))| match place.cmp(&at) {
        std::cmp::Ordering::Less => other.end_s > own.start_s + INTO_NEXT_S,
        std::cmp::Ordering::Equal => false,
        std::cmp::Ordering::Greater => own.end_s > other.start_s + INTO_NEXT_S,
    };
    fit.iter().enumerate().filter(later).count()
}

/// When it was asked, where that can be.
fn asked(answer: &TimedAnswer, span: Span) -> Measured<f64> {
    match answer.asked_s.filter(|asked_s| asked_s.is_finite()) {
        Some(asked_s) if asked_s < span.end_s && answer.start_s.is_none_or(|s| asked_s <= s) => {
            Ok(asked_s)
        }
        Some(_) => Err(NotMeasured::new(
            "contradictory_times",
            "the answer is said to have begun before its question was asked",
        )),
        None => Err(NotMeasured::new(
            "question_time_unknown",
            "nobody told when the question was asked",
        )),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(id: usize, asked_s: f64, start_s: f64, end_s: f64) -> TimedAnswer {
        TimedAnswer {
            id: format!("q{id}"),
            title: format!("Question {id}?"),
            asked_s: Some(asked_s),
            start_s: Some(start_s),
            end_s: Some(end_s),
        }
    }

    fn spans(placed: &Placed) -> Vec<(f64, f64)> {
        let spans = placed.markers.iter().map(|marker| marker.span);
        spans.map(|span| (span.start_s, span.end_s)).collect()
    }

    #[test]
    fn answers_in_order_are_measured_from_their_begin_to_their_end() {
        let answers = [
            answer(1, -3.0, -0.25, 10.0),
            answer(2, 11.0, 14.0, 20.5),
            answer(3, 20.5, 20.25, 40.75),
        ];
        let placed = place(&answers, 40.0);
        assert_eq!(spans(&placed), [(0.0, 10.0), (14.0, 20.25), (20.25, 40.0)]);
        assert!(placed.unfit.is_empty());
        let asked: Vec<_> = placed
            .markers
            .iter()
            .map(|m| m.question_end_s.clone())
            .collect();
        assert_eq!(asked[..2], [Ok(-3.0), Ok(11.0)]);
        assert_eq!(asked[2].as_ref().unwrap_err().code, "contradictory_times");
    }

    #[test]
    fn what_can_not_be_is_left_out_and_unknown_stays_unknown() {
        use Unfit::{Backwards, Outside, Unknown};
        let none = |answer: TimedAnswer| TimedAnswer {
            asked_s: None,
            ..answer
        };
        let answers = [
            answer(1, 1.0, 2.0, 2.0),
            answer(2, 2.0, 3.0, 41.5),
            answer(3, -9.0, -5.0, 8.0),
            TimedAnswer {
                end_s: None,
                ..answer(4, 3.0, 4.0, 5.0)
            },
            answer(5, f64::NAN, f64::NAN, 9.0),
            none(answer(6, 0.0, 9.0, 12.0)),
            TimedAnswer {
                start_s: None,
                ..answer(7, 13.0, 0.0, 15.0)
            },
            none(answer(8, 0.0, 39.75, 40.5)),
        ];
        let placed = place(&answers, 40.0);
        let expected = [
            (0, Backwards),
            (1, Outside),
            (2, Outside),
            (3, Unknown),
            (4, Unknown),
            (7, Outside),
        ];
        assert_eq!(placed.unfit, expected);
        assert_eq!(spans(&placed), [(9.0, 12.0), (13.0, 15.0)]);
        let asked: Vec<_> = placed
            .markers
            .iter()
            .map(|m| m.question_end_s.clone())
            .collect();
        assert_eq!(asked[0].as_ref().unwrap_err().code, "question_time_unknown");
        assert_eq!(asked[1], Ok(13.0));
    }

    #[test]
    fn answers_that_contradict_one_another_are_all_left_out() {
        let pair = [
            answer(1, 0.0, 1.0, 9.0),
            answer(2, 7.0, 8.0, 20.0),
            answer(3, 21.0, 22.0, 30.0),
        ];
        let placed = place(&pair, 40.0);
        assert_eq!(spans(&placed), [(22.0, 30.0)]);
        assert_eq!(placed.unfit, [(0, Unfit::Overlaps), (1, Unfit::Overlaps)]);
        let swapped = [answer(1, 20.0, 21.0, 30.0), answer(2, 1.0, 2.0, 10.0)];
        assert!(place(&swapped, 40.0).markers.is_empty());
        let one_over_all = [
            answer(1, 0.0, 1.0, 9.0),
            answer(2, 0.0, 0.5, 39.0),
            answer(3, 21.0, 22.0, 30.0),
        ];
        let placed = place(&one_over_all, 40.0);
        assert_eq!(spans(&placed), [(1.0, 9.0), (22.0, 30.0)]);
        assert_eq!(placed.unfit, [(1, Unfit::Overlaps)]);
    }

    proptest! {
        #[test]
        fn what_is_left_lies_in_the_recording_in_order_and_apart(
            times in prop::collection::vec((-5.0..50.0_f64, -5.0..50.0_f64, -5.0..50.0_f64), 0..12),
        ) {
            let answers: Vec<TimedAnswer> = times
                .iter()
                .enumerate()
                .map(|(id, (asked_s, start_s, end_s))| answer(id, *asked_s, *start_s, *end_s))
                .collect();
            let placed = place(&answers, 40.0);
            prop_assert_eq!(placed.markers.len() + placed.unfit.len(), answers.len());
            let mut before_s = 0.0;
            for (start_s, end_s) in spans(&placed) {
                prop_assert!(start_s >= before_s && end_s > start_s && end_s <= 40.0);
                before_s = end_s;
            }
        }
    }
}
