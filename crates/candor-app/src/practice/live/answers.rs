//! Answers of a live interview, placed in its recording.

use candor_core::{access::Actor, ids::InterviewId};
use candor_signals::segments::TimedAnswer;
use candor_store::records::conduct::{self, TurnRow};
use jiff::Timestamp;

use super::rows;
use crate::{App, AppError};

/// The answers of a session in their order, with their times as seconds of a recording that began at `began`. Only
/// times that the client told are used: the server's clock may be another, and words come in after they were spoken.
/// Without `began` no time is known. Skipped questions have no answer; a session that is not live has none at all.
///
/// # Errors
/// What the database says.
pub(in crate::practice) async fn timed_answers(
    app: &App,
    actor: &Actor,
    session: InterviewId,
    began: Option<Timestamp>,
) -> Result<Vec<TimedAnswer>, AppError> {
    let turns = conduct::list_turns(app.store.fresh(), actor.organisation, session).await?;
    Ok(timed(&turns, began))
}

fn timed(turns: &[TurnRow], began: Option<Timestamp>) -> Vec<TimedAnswer> {
    let mut asked: Option<&TurnRow> = None;
    let mut answers = Vec::new();
    for turn in turns {
        let Some(marker) = rows::marker(turn) else {
            asked = Some(turn);
            continue;
        };
        if marker.was_skipped {
            continue;
        }
        let place = |at: Timestamp| began.map(|began| at.duration_since(began).as_secs_f64());
        // Where the client did not say when it asked, the marker has the time of the server's turn.
        let of_server = asked.map_or(marker.submitted_at, |turn| turn.said_at.into());
        let asked_at = Some(marker.question_asked_at).filter(|at| *at != of_server);
        answers.push(TimedAnswer {
            title: asked.map_or_else(String::new, |turn| turn.text.clone()),
            asked_s: asked_at.and_then(place),
            start_s: marker.answer_started_at.and_then(place),
            end_s: marker.answer_ended_at.and_then(place),
            id: marker.question_id,
        });
    }
    answers
}

#[cfg(test)]
mod tests {
    use candor_core::ids::OrganisationId;
    use candor_interviewer::prepared::Asked;

    use super::{super::Marker, *};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    /// A question that the server asks at a time, and what the client tells of its answer.
    fn exchange(id: &str, asked_s: i64, marker: Marker) -> [TurnRow; 2] {
        let (organisation, session) = (OrganisationId::generate(), InterviewId::generate());
        let asked = Asked {
            id: id.to_owned(),
            question_id: id.to_owned(),
            text: format!("Why {id}?"),
            clarifies: None,
        };
        let asks = rows::asked(organisation, session, 1, &asked, at(asked_s));
        let answers = rows::answered(organisation, session, 2, &asked, None, &marker).unwrap();
        [asks, answers]
    }

    fn marker(id: &str, asked_s: i64, started_s: Option<i64>, ended_s: Option<i64>) -> Marker {
        Marker {
            question_id: id.to_owned(),
            question_index: 0,
            question_asked_at: at(asked_s),
            answer_started_at: started_s.map(at),
            answer_ended_at: ended_s.map(at),
            submitted_at: at(59),
            was_skipped: false,
            transcript_confidence: None,
        }
    }

    #[test]
    fn only_times_of_the_client_are_placed_and_only_answers() {
        let skipped = Marker {
            was_skipped: true,
            ..marker("q3", 59, None, Some(60))
        };
        let turns = [
            exchange("q1", 0, marker("q1", 3, Some(5), Some(20))),
            exchange("q2", 59, marker("q2", 59, None, None)),
            exchange("q3", 59, skipped),
        ]
        .concat();
        let answers = timed(&turns, Some(at(2)));
        assert_eq!(answers.len(), 2, "one was skipped");
        assert_eq!(answers[0].title, "Why q1?");
        let times = |answer: &TimedAnswer| (answer.asked_s, answer.start_s, answer.end_s);
        assert_eq!(times(&answers[0]), (Some(1.0), Some(3.0), Some(18.0)));
        assert_eq!(
            times(&answers[1]),
            (None, None, None),
            "the server's time is none of the client's"
        );
        let unplaced = timed(&turns, None);
        assert_eq!(times(&unplaced[0]), (None, None, None));
    }
}
