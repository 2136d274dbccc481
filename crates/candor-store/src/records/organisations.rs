//! Organisations and who belongs to them.

use candor_core::{
    access::Role,
    ids::{OrganisationId, UserId},
    policy::OrganisationKind,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::only::ReadOne;
use crate::{
    Micros, StoreError,
    entities::{memberships, organisations, users},
};

pub use crate::entities::organisations::Model as OrganisationRow;

/// Kind of a person's own workspace.
const PERSONAL: &str = OrganisationKind::Personal.as_str();

/// A person as a member.
#[derive(Debug, Clone, FromQueryResult)]
pub struct MemberRow {
    /// The person.
    pub user_id: Uuid,
    /// What they chose to sign in with.
    pub handle: String,
    /// Name that people see.
    pub display_name: String,
    /// Role in the organisation.
    pub role: String,
    /// Since when the account may do nothing.
    pub disabled_at: Option<Micros>,
    /// Whether a password was set.
    pub has_password: bool,
    /// When the membership began.
    pub created_at: Micros,
}

/// Adds an organisation.
///
/// # Errors
/// What the database says.
pub async fn insert(
    connection: &impl ConnectionTrait,
    row: OrganisationRow,
) -> Result<(), StoreError> {
    organisations::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// One organisation.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(
    connection: &impl ReadOne,
    id: OrganisationId,
) -> Result<OrganisationRow, StoreError> {
    connection
        .read_one::<organisations::Entity>(
            Condition::all().add(organisations::Column::Id.eq(id.uuid())),
        )
        .await?
        .ok_or(StoreError::NotFound {
            entity: "organisation",
        })
}

/// The oldest organisation that is not a person's own.
///
/// # Errors
/// What the database says.
pub async fn find_first_shared(
    connection: &impl ConnectionTrait,
) -> Result<Option<OrganisationRow>, StoreError> {
    Ok(organisations::Entity::find()
        .filter(organisations::Column::Kind.ne(PERSONAL))
        .order_by_asc(organisations::Column::Id)
        .limit(1)
        .one(connection)
        .await?)
}

/// Writes what may change of an organisation, if it still has the version that was read.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else changed it.
pub async fn update(
    connection: &impl ConnectionTrait,
    row: &OrganisationRow,
) -> Result<(), StoreError> {
    let done = organisations::Entity::update_many()
        .col_expr(organisations::Column::Name, Expr::value(row.name.clone()))
        .col_expr(organisations::Column::Kind, Expr::value(row.kind.clone()))
        .col_expr(
            organisations::Column::Policy,
            Expr::value(row.policy.clone()),
        )
        .col_expr(
            organisations::Column::RetentionDays,
            Expr::value(row.retention_days),
        )
        .col_expr(
            organisations::Column::UpdatedAt,
            Expr::value(row.updated_at),
        )
        .col_expr(
            organisations::Column::Version,
            Expr::col(organisations::Column::Version).add(1),
        )
        .filter(organisations::Column::Id.eq(row.id))
        .filter(organisations::Column::Version.eq(row.version))
        .exec(connection)
        .await?;
    if done.rows_affected == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict {
            entity: "organisation",
        })
    }
}

/// Makes a person a member.
///
/// # Errors
/// [`StoreError::Conflict`] when they are one already.
pub async fn add_member(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    user: UserId,
    role: Role,
    at: Micros,
) -> Result<(), StoreError> {
    let row = memberships::Model {
        id: Uuid::now_v7(),
        organisation_id: organisation.uuid(),
        user_id: user.uuid(),
        role: role.as_str().to_owned(),
        created_at: at,
    };
    memberships::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Gives a member another role; `false` when they are no member.
///
/// # Errors
/// What the database says.
pub async fn set_role(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    user: UserId,
    role: Role,
) -> Result<bool, StoreError> {
    let done = memberships::Entity::update_many()
        .col_expr(memberships::Column::Role, Expr::value(role.as_str()))
        .filter(memberships::Column::OrganisationId.eq(organisation.uuid()))
        .filter(memberships::Column::UserId.eq(user.uuid()))
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends a membership; `false` when there is none.
///
/// # Errors
/// What the database says.
pub async fn remove_member(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    user: UserId,
) -> Result<bool, StoreError> {
    let done = memberships::Entity::delete_many()
        .filter(memberships::Column::OrganisationId.eq(organisation.uuid()))
        .filter(memberships::Column::UserId.eq(user.uuid()))
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}

/// How many admins the organisation has whose accounts work.
///
/// # Errors
/// What the database says.
pub async fn count_admins(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<u64, StoreError> {
    Ok(members(organisation)
        .filter(memberships::Column::Role.eq(Role::Admin.as_str()))
        .filter(users::Column::DisabledAt.is_null())
        .count(connection)
        .await?)
}

/// How many members have one of these roles.
///
/// # Errors
/// What the database says.
pub async fn count_members(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    roles: &[Role],
) -> Result<u64, StoreError> {
    let roles = roles.iter().map(|role| role.as_str());
    Ok(members(organisation)
        .filter(memberships::Column::Role.is_in(roles))
        .count(connection)
        .await?)
}

/// Whether anybody is an admin of an organisation that is not a person's own.
///
/// # Errors
/// What the database says.
pub async fn any_admin(connection: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let organisation: RelationDef = memberships::Entity::belongs_to(organisations::Entity)
        .from(memberships::Column::OrganisationId)
        .to(organisations::Column::Id)
        .into();
    Ok(memberships::Entity::find()
        .join(JoinType::InnerJoin, organisation)
        .filter(memberships::Column::Role.eq(Role::Admin.as_str()))
        .filter(organisations::Column::Kind.ne(PERSONAL))
        .limit(1)
        .one(connection)
        .await?
        .is_some())
}

/// How many organisations a person belongs to.
///
/// # Errors
/// What the database says.
pub async fn count_memberships(
    connection: &impl ConnectionTrait,
    user: UserId,
) -> Result<u64, StoreError> {
    Ok(memberships::Entity::find()
        .filter(memberships::Column::UserId.eq(user.uuid()))
        .count(connection)
        .await?)
}

/// The organisation that a person acts in when they sign in: the first they joined.
///
/// # Errors
/// What the database says.
pub async fn find_home(
    connection: &impl ConnectionTrait,
    user: UserId,
) -> Result<Option<(OrganisationId, String)>, StoreError> {
    Ok(memberships::Entity::find()
        .filter(memberships::Column::UserId.eq(user.uuid()))
        .order_by_asc(memberships::Column::Id)
        .limit(1)
        .one(connection)
        .await?
        .map(|row| (row.organisation_id.into(), row.role)))
}

/// Role of a person in an organisation.
///
/// # Errors
/// What the database says.
pub async fn find_role(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    user: UserId,
) -> Result<Option<String>, StoreError> {
    Ok(memberships::Entity::find()
        .filter(memberships::Column::OrganisationId.eq(organisation.uuid()))
        .filter(memberships::Column::UserId.eq(user.uuid()))
        .one(connection)
        .await?
        .map(|row| row.role))
}

/// Members, newest first.
///
/// # Errors
/// What the database says.
pub async fn list_members(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<MemberRow>, StoreError> {
    let mut rows = members(organisation);
    if let Some(id) = after {
        rows = rows.filter(memberships::Column::UserId.lt(id));
    }
    Ok(rows
        .order_by_desc(memberships::Column::UserId)
        .limit(limit)
        .into_model::<MemberRow>()
        .all(connection)
        .await?)
}

/// One member.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get_member(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    user: UserId,
) -> Result<MemberRow, StoreError> {
    members(organisation)
        .filter(memberships::Column::UserId.eq(user.uuid()))
        .into_model::<MemberRow>()
        .one(connection)
        .await?
        .ok_or(StoreError::NotFound { entity: "person" })
}

fn members(organisation: OrganisationId) -> sea_orm::Select<memberships::Entity> {
    let person: RelationDef = memberships::Entity::belongs_to(users::Entity)
        .from(memberships::Column::UserId)
        .to(users::Column::Id)
        .into();
    memberships::Entity::find()
        .select_only()
        .column(memberships::Column::UserId)
        .column(users::Column::Handle)
        .column(users::Column::DisplayName)
        .column(memberships::Column::Role)
        .column(users::Column::DisabledAt)
        .column_as(users::Column::PasswordHash.is_not_null(), "has_password")
        .column(memberships::Column::CreatedAt)
        .join(JoinType::InnerJoin, person)
        .filter(memberships::Column::OrganisationId.eq(organisation.uuid()))
}
