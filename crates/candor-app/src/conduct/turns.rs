//! Turns as the records keep them.

use candor_core::{
    ids::{InterviewId, OrganisationId},
    interview::{Judged, Speaker, Turn, TurnKind},
};
use candor_store::{StoreError, records::conduct::TurnRow};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

/// A turn of the interview, with what the client told about it.
pub(super) fn row(
    organisation: OrganisationId,
    interview: InterviewId,
    ordinal: usize,
    turn: &Turn,
    details: Value,
) -> TurnRow {
    TurnRow {
        id: Uuid::now_v7(),
        organisation_id: organisation.uuid(),
        interview_id: interview.uuid(),
        ordinal: i32::try_from(ordinal).unwrap_or(i32::MAX),
        speaker: name(&turn.speaker),
        kind: name(&turn.kind),
        question_id: turn.question_id.clone(),
        text: turn.text.clone(),
        evaluation: turn
            .evaluation
            .as_ref()
            .map(|judged| serde_json::to_value(judged).expect("an evaluation is plain values")),
        first_evaluation: None,
        details,
        said_at: turn.at.into(),
    }
}

/// The turn of a row.
///
/// # Errors
/// [`StoreError::Damaged`].
pub(super) fn turn(row: TurnRow) -> Result<Turn, StoreError> {
    let evaluation: Option<Judged> = match row.evaluation {
        Some(judged) => Some(serde_json::from_value(judged).map_err(|_| damaged())?),
        None => None,
    };
    Ok(Turn {
        id: format!("turn-{}", row.ordinal),
        speaker: read::<Speaker>(&row.speaker)?,
        kind: read::<TurnKind>(&row.kind)?,
        text: row.text,
        question_id: row.question_id,
        at: row.said_at.into(),
        evaluation,
    })
}

fn damaged() -> StoreError {
    StoreError::Damaged { what: "turn" }
}

/// The name that a value without fields has in JSON.
pub(super) fn name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

fn read<T: DeserializeOwned>(name: &str) -> Result<T, StoreError> {
    serde_json::from_value(Value::String(name.to_owned())).map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use candor_core::measured::NotMeasured;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_turn_is_read_back_as_it_was_said() {
        let said = Turn {
            id: "turn-2".to_owned(),
            speaker: Speaker::Candidate,
            kind: TurnKind::Answer,
            text: "Çok iyi; '); drop table".to_owned(),
            question_id: Some("q1".to_owned()),
            at: Timestamp::from_second(1_700_000_000).unwrap(),
            evaluation: Some(Judged::NotEvaluated(NotMeasured::new(
                "no_evaluator",
                "none",
            ))),
        };
        let row = row(
            OrganisationId::generate(),
            InterviewId::generate(),
            2,
            &said,
            Value::Null,
        );
        assert_eq!(turn(row).unwrap(), said);
    }
}
