//! Questions of an organisation's own bank.

mod entry;
mod exchange;
mod planning;
mod table;

pub use candor_interviewer::bank::LANGUAGES as SHIPPED_LANGUAGES;
pub use entry::{Entry, NewBankQuestion, language as checked_language};
pub use exchange::{
    Format, IMPORT_BYTES, ImportReport, RowError, export_questions, import_questions,
};
pub use planning::{list_shipped, questions_for};

use candor_core::{
    access::{Action, Actor},
    ids::{BankQuestionId, PositionId},
    interview::{Difficulty, Phase, RoleFamily},
};
use candor_store::{
    Micros,
    entities::{bank_questions, positions},
    records::scoped,
};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait};
use serde_json::json;

use crate::{
    App, AppError, audit, fields,
    paging::{Page, PageRequest},
    records::{self, Change},
};

/// A question of an organisation's own bank.
#[derive(Debug, Clone, PartialEq)]
pub struct BankQuestion {
    /// Identifier.
    pub id: BankQuestionId,
    /// What it says.
    pub entry: Entry,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i32,
}

impl TryFrom<bank_questions::Model> for BankQuestion {
    type Error = AppError;

    fn try_from(row: bank_questions::Model) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id.into(),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            version: row.version,
            entry: Entry::try_from(row)?,
        })
    }
}

/// What is changed about a question; its key stays.
#[derive(Debug, Clone, Default)]
pub struct BankQuestionChange {
    /// Asked for this position only.
    pub position: Change<PositionId>,
    /// Kind of work.
    pub role_family: Option<String>,
    /// Part of the interview.
    pub phase: Option<String>,
    /// How hard it is.
    pub difficulty: Option<String>,
    /// Language (BCP 47 primary subtag).
    pub language: Option<String>,
    /// Its words.
    pub text: Option<String>,
    /// Keys of competencies.
    pub competencies: Option<Vec<String>>,
    /// What a good answer contains.
    pub key_points: Option<Vec<String>>,
    /// What may be asked after it.
    pub follow_ups: Option<Vec<String>>,
    /// Code that a programming question starts with.
    pub starter_code: Change<String>,
    /// Language of that code.
    pub code_language: Change<String>,
    /// Lower comes first.
    pub sort_order: Option<i32>,
}

/// Which ones are listed.
#[derive(Debug, Clone, Default)]
pub struct BankFilter {
    /// For this kind of work.
    pub role_family: Option<String>,
    /// In this phase.
    pub phase: Option<String>,
    /// This hard.
    pub difficulty: Option<String>,
    /// In this language.
    pub language: Option<String>,
    /// Of this position only.
    pub position: Option<PositionId>,
}

/// Makes a question. Without a key it gets one.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::Invalid`] for a field that can't be, or [`AppError::Conflict`] where the bank has
/// the key in that language.
pub async fn create_question(
    app: &App,
    actor: &Actor,
    mut new: NewBankQuestion,
) -> Result<BankQuestion, AppError> {
    actor.may(Action::WriteCandidates)?;
    let id = BankQuestionId::generate();
    new.key = Some(new.key.unwrap_or_else(|| format!("own-{}", id.short())));
    let row = new_row(app, actor, id, new.check()?);
    let transaction = app.store.begin().await?;
    known_position(&transaction, actor, row.position_id).await?;
    scoped::insert::<bank_questions::Entity>(&transaction, row.clone()).await?;
    let details = json!({"language": row.language, "phase": row.phase});
    let entry = audit::Entry::by(actor, "bank_question.created", &id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    row.try_into()
}

/// One question.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn get_question(
    app: &App,
    actor: &Actor,
    id: BankQuestionId,
) -> Result<BankQuestion, AppError> {
    actor.may(Action::ReadCandidates)?;
    let (near, all) = (app.store.near(), Condition::all());
    records::get::<bank_questions::Entity>(near, actor.organisation, id.uuid(), all)
        .await?
        .try_into()
}

/// A page of questions, newest first.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::Invalid`] for a filter that no question can fit.
pub async fn list_questions(
    app: &App,
    actor: &Actor,
    filter: BankFilter,
    page: PageRequest,
) -> Result<Page<BankQuestion>, AppError> {
    actor.may(Action::ReadCandidates)?;
    let condition = filter.condition()?;
    let (organisation, id) = (actor.organisation, |row: &bank_questions::Model| row.id);
    let rows =
        records::list::<bank_questions::Entity>(app, organisation, condition, page, id).await?;
    let next_cursor = rows.next_cursor;
    let items = rows.items.into_iter().map(TryInto::try_into);
    let items = items.collect::<Result<Vec<_>, _>>()?;
    Ok(Page { items, next_cursor })
}

/// Changes a question that still has the version `expected`.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Stale`], [`AppError::Invalid`], or [`AppError::Conflict`]
/// where the bank has its key in the new language.
pub async fn update_question(
    app: &App,
    actor: &Actor,
    id: BankQuestionId,
    expected: Option<i32>,
    change: BankQuestionChange,
) -> Result<BankQuestion, AppError> {
    actor.may(Action::WriteCandidates)?;
    let transaction = app.store.begin().await?;
    let (organisation, all) = (actor.organisation, Condition::all());
    let row =
        records::get::<bank_questions::Entity>(&transaction, organisation, id.uuid(), all.clone())
            .await?;
    // What was not changed was read with this version.
    let version = expected.unwrap_or(row.version);
    let entry = change.apply(Entry::try_from(row)?.into()).check()?;
    known_position(&transaction, actor, entry.position.map(PositionId::uuid)).await?;
    let values = entry.values(app.clock.now().into());
    let row = records::update::<bank_questions::Entity>(
        &transaction,
        organisation,
        id.uuid(),
        Some(version),
        all,
        values,
    )
    .await?;
    let details = json!({"version": row.version});
    let entry = audit::Entry::by(actor, "bank_question.updated", &id, details);
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    row.try_into()
}

/// Deletes a question; with `expected` only that version of it.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] or [`AppError::Stale`].
pub async fn delete_question(
    app: &App,
    actor: &Actor,
    id: BankQuestionId,
    expected: Option<i32>,
) -> Result<(), AppError> {
    actor.may(Action::WriteCandidates)?;
    let transaction = app.store.begin().await?;
    let (organisation, all) = (actor.organisation, Condition::all());
    let now = Micros::from(app.clock.now());
    let id_ = id.uuid();
    if !scoped::delete::<bank_questions::Entity>(
        &transaction,
        organisation,
        id_,
        expected,
        all.clone(),
        now,
    )
    .await?
    {
        records::get::<bank_questions::Entity>(&transaction, organisation, id_, all).await?;
        return Err(AppError::Stale);
    }
    let entry = audit::Entry::by(actor, "bank_question.deleted", &id, json!({}));
    audit::record(&transaction, app, entry).await?;
    Ok(transaction.commit().await?)
}

fn new_row(app: &App, actor: &Actor, id: BankQuestionId, entry: Entry) -> bank_questions::Model {
    let now = app.clock.now().into();
    entry.row(id, actor.organisation, actor.principal.to_string(), now)
}

async fn known_position(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    position: Option<uuid::Uuid>,
) -> Result<(), AppError> {
    let organisation = actor.organisation;
    records::known::<positions::Entity>(connection, organisation, position, "position_id").await
}

impl BankFilter {
    fn condition(self) -> Result<Condition, AppError> {
        use bank_questions::Column;
        let one_of = |field: &'static str, text: Option<String>, allowed: &[&str]| {
            text.map(|text| fields::one_of(field, &text, allowed))
                .transpose()
        };
        let family = one_of(
            "role_family",
            self.role_family,
            &RoleFamily::ALL.map(RoleFamily::as_str),
        )?;
        let phase = one_of("phase", self.phase, &Phase::ALL.map(Phase::as_str))?;
        let difficulty = one_of(
            "difficulty",
            self.difficulty,
            &Difficulty::ALL.map(Difficulty::as_str),
        )?;
        Ok(Condition::all()
            .add_option(family.map(|text| Column::RoleFamily.eq(text)))
            .add_option(phase.map(|text| Column::Phase.eq(text)))
            .add_option(difficulty.map(|text| Column::Difficulty.eq(text)))
            .add_option(self.language.map(|text| Column::Language.eq(text)))
            .add_option(self.position.map(|id| Column::PositionId.eq(id.uuid()))))
    }
}

impl BankQuestionChange {
    fn apply(self, old: NewBankQuestion) -> NewBankQuestion {
        NewBankQuestion {
            key: old.key,
            position: self.position.unwrap_or(old.position),
            role_family: self.role_family.unwrap_or(old.role_family),
            phase: self.phase.unwrap_or(old.phase),
            difficulty: self.difficulty.unwrap_or(old.difficulty),
            language: self.language.unwrap_or(old.language),
            text: self.text.unwrap_or(old.text),
            competencies: self.competencies.unwrap_or(old.competencies),
            key_points: self.key_points.unwrap_or(old.key_points),
            follow_ups: self.follow_ups.unwrap_or(old.follow_ups),
            starter_code: self.starter_code.unwrap_or(old.starter_code),
            code_language: self.code_language.unwrap_or(old.code_language),
            sort_order: self.sort_order.unwrap_or(old.sort_order),
        }
    }
}
