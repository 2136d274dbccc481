//! Candidates, positions, applications and competencies.

mod applications;
mod candidates;
mod competencies;
mod positions;

pub use applications::{
    Application, ApplicationChange, ApplicationFilter, NewApplication, create_application,
    delete_application, get_application, list_applications, update_application,
};
pub use candidates::{
    Candidate, CandidateChange, CandidateFilter, NewCandidate, create_candidate, delete_candidate,
    get_candidate, list_candidates, update_candidate,
};
pub use competencies::{
    Competency, CompetencyChange, NewCompetency, create_competency, delete_competency,
    get_competency, list_competencies, update_competency,
};
pub use positions::{
    NewPosition, POSITION_STATUSES, Position, PositionChange, PositionFilter, create_position,
    delete_position, get_position, list_positions, update_position,
};

use crate::{AppError, fields, records::Change};

fn optional<T, U>(
    value: Option<T>,
    check: impl FnOnce(T) -> Result<U, AppError>,
) -> Result<Option<U>, AppError> {
    value.map(check).transpose()
}

fn optional_line(field: &str, text: Option<String>) -> Result<Option<String>, AppError> {
    optional(text, |text| fields::line(field, &text, fields::LINE))
}

fn changed_line(field: &str, change: Change<String>) -> Result<Change<String>, AppError> {
    optional(change, |text| optional_line(field, text))
}

fn empty_object() -> serde_json::Value {
    serde_json::Value::Object(serde_json::Map::new())
}
