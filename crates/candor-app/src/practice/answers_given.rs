//! What the answers of an interview left open, as coaching tells it.

use candor_core::{access::Actor, ids::InterviewId, interview::Judged};
use candor_store::records::conduct;

use crate::{App, AppError, documented::practice::AnsweredQuestion};

/// The last judged answer to each question, in the order of the questions; empty for an interview without any.
///
/// # Errors
/// What the database says.
pub(super) async fn answered(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
) -> Result<Vec<AnsweredQuestion>, AppError> {
    let turns = conduct::list_turns(app.store.fresh(), actor.organisation, interview).await?;
    let mut found: Vec<AnsweredQuestion> = Vec::new();
    for turn in turns.into_iter().filter(|turn| turn.kind == "answer") {
        let (Some(id), Some(judged)) = (turn.question_id, turn.evaluation) else {
            continue;
        };
        let Ok(judged) = serde_json::from_value::<Judged>(judged) else {
            continue;
        };
        let evaluation = judged.evaluation();
        let answer = AnsweredQuestion {
            id,
            score: evaluation.map(|evaluation| evaluation.score),
            missed: evaluation.map_or(Vec::new(), |evaluation| {
                evaluation
                    .missed()
                    .map(|point| point.text.clone())
                    .collect()
            }),
        };
        match found.iter_mut().find(|known| known.id == answer.id) {
            Some(known) => *known = answer,
            None => found.push(answer),
        }
    }
    Ok(found)
}
