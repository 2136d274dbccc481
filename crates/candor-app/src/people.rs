//! Candidates, positions, applications and competencies.

mod applications;
mod applying;
mod candidates;
mod competencies;
mod erasure;
mod positions;
mod postings;
mod received;

pub use applications::{
    Application, ApplicationChange, ApplicationFilter, NewApplication, create_application,
    delete_application, get_application, list_applications, update_application,
};
pub use applying::{NewApplicant, apply};
pub use candidates::{
    Candidate, CandidateChange, CandidateFilter, NewCandidate, create_candidate, get_candidate,
    list_candidates, update_candidate,
};
pub use competencies::{
    Competency, CompetencyChange, NewCompetency, create_competency, delete_competency,
    get_competency, list_competencies, update_competency,
};
pub use erasure::delete_candidate;
pub use positions::{
    NewPosition, POSITION_STATUSES, Position, PositionChange, PositionFilter, create_position,
    delete_position, get_position, list_positions, update_position,
};
pub use postings::{OpeningsCursor, Posting, get_opening, list_openings};
pub use received::{ReceivedApplication, list_received_applications, reject_application};

use candor_core::access::{Action, Actor};
use candor_store::records::scoped::Scoped;
use sea_orm::{Condition, ConnectionTrait};
use uuid::Uuid;

use crate::{
    App, AppError,
    paging::{Page, PageRequest},
    records,
};

async fn get<E: Scoped>(app: &App, actor: &Actor, id: Uuid) -> Result<E::Model, AppError> {
    actor.may(Action::ReadCandidates)?;
    let (near, all) = (app.store.near(), Condition::all());
    records::get::<E>(near, actor.organisation, id, all).await
}

async fn list<E: Scoped>(
    app: &App,
    actor: &Actor,
    filter: Condition,
    page: PageRequest,
    id: impl Fn(&E::Model) -> Uuid,
) -> Result<Page<E::Model>, AppError> {
    actor.may(Action::ReadCandidates)?;
    records::list::<E>(app, actor.organisation, filter, page, id).await
}

async fn update<E: Scoped>(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
    expected: Option<i32>,
    values: E::ActiveModel,
) -> Result<E::Model, AppError> {
    let all = Condition::all();
    records::update::<E>(connection, actor.organisation, id, expected, all, values).await
}

async fn delete<E: Scoped>(
    app: &App,
    actor: &Actor,
    id: Uuid,
    expected: Option<i32>,
) -> Result<(), AppError> {
    actor.may(Action::WriteCandidates)?;
    records::delete::<E>(app, actor.organisation, id, expected, Condition::all()).await
}

fn optional<T, U>(
    value: Option<T>,
    check: impl FnOnce(T) -> Result<U, AppError>,
) -> Result<Option<U>, AppError> {
    value.map(check).transpose()
}

fn empty_object() -> serde_json::Value {
    serde_json::Value::Object(serde_json::Map::new())
}
