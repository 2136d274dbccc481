//! What belongs to one candidate, found and removed for good. Rows that hang on others go with them, by the keys
//! between the tables.

pub mod account;

use std::collections::BTreeSet;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, Func},
};
use uuid::Uuid;

use crate::{
    StoreError,
    entities::{
        analyses, applications, candidates, consents, documents, interviews, invitations, jobs,
        mails, recordings, uploads, webhook_deliveries,
    },
};

/// Everything that belongs to a candidate, also what counts as deleted.
#[derive(Debug, Default)]
pub struct Belongings {
    /// Applications.
    pub applications: Vec<Uuid>,
    /// Invitations, also those that name only the e-mail.
    pub invitations: Vec<Uuid>,
    /// Interviews.
    pub interviews: Vec<Uuid>,
    /// Documents.
    pub documents: Vec<Uuid>,
    /// Recordings.
    pub recordings: Vec<Uuid>,
    /// Analyses.
    pub analyses: Vec<Uuid>,
    /// Resumable uploads of recordings, whole rows: their parts lie in the media store.
    pub uploads: Vec<uploads::Model>,
    /// Deliveries that tell of any of them.
    pub deliveries: Vec<Uuid>,
    /// Jobs that work on any of them.
    pub jobs: Vec<Uuid>,
}

/// Finds what belongs to a candidate.
///
/// # Errors
/// What the database says.
pub async fn find(
    connection: &impl ConnectionTrait,
    candidate: &candidates::Model,
) -> Result<Belongings, StoreError> {
    let organisation = candidate.organisation_id;
    let mut found = Belongings::default();

    let own = Condition::all()
        .add(applications::Column::OrganisationId.eq(organisation))
        .add(applications::Column::CandidateId.eq(candidate.id));
    found.applications =
        ids::<applications::Entity>(connection, applications::Column::Id, own).await?;

    let invited = invitations::Entity::find()
        .filter(invitations::Column::OrganisationId.eq(organisation))
        .filter(invited(candidate, &found.applications))
        .all(connection)
        .await?;
    found.invitations = invited.iter().map(|row| row.id).collect();

    let held = invited.iter().filter_map(|row| row.interview_id);
    let own = Condition::any()
        .add(interviews::Column::CandidateId.eq(candidate.id))
        .add(interviews::Column::ApplicationId.is_in(found.applications.iter().copied()))
        .add(interviews::Column::Id.is_in(held));
    let own = Condition::all()
        .add(interviews::Column::OrganisationId.eq(organisation))
        .add(own);
    found.interviews = ids::<interviews::Entity>(connection, interviews::Column::Id, own).await?;

    // A résumé of an invitation that names no candidate.
    let sent = invited.iter().filter_map(|row| row.document_id);
    let sent = Condition::all()
        .add(documents::Column::Id.is_in(sent))
        .add(documents::Column::Kind.eq("resume"))
        .add(documents::Column::CandidateId.is_null());
    let own = Condition::any()
        .add(documents::Column::CandidateId.eq(candidate.id))
        .add(documents::Column::ApplicationId.is_in(found.applications.iter().copied()))
        .add(sent);
    let own = Condition::all()
        .add(documents::Column::OrganisationId.eq(organisation))
        .add(own);
    found.documents = ids::<documents::Entity>(connection, documents::Column::Id, own).await?;

    let own = Condition::all()
        .add(recordings::Column::OrganisationId.eq(organisation))
        .add(recordings::Column::InterviewId.is_in(found.interviews.iter().copied()));
    found.recordings = ids::<recordings::Entity>(connection, recordings::Column::Id, own).await?;

    find_work(connection, organisation, &mut found).await?;
    Ok(found)
}

/// Analyses, uploads, deliveries and jobs about what was found.
async fn find_work(
    connection: &impl ConnectionTrait,
    organisation: Uuid,
    found: &mut Belongings,
) -> Result<(), StoreError> {
    let own = Condition::any()
        .add(analyses::Column::InterviewId.is_in(found.interviews.iter().copied()))
        .add(analyses::Column::RecordingId.is_in(found.recordings.iter().copied()));
    let analysed: Vec<(Uuid, Uuid)> = analyses::Entity::find()
        .filter(analyses::Column::OrganisationId.eq(organisation))
        .filter(own)
        .select_only()
        .columns([analyses::Column::Id, analyses::Column::JobId])
        .into_tuple()
        .all(connection)
        .await?;
    found.analyses = analysed.iter().map(|(id, _)| *id).collect();

    let mut about =
        Condition::any().add(uploads::Column::RecordingId.is_in(found.recordings.iter().copied()));
    for id in &found.interviews {
        let text = Expr::col(uploads::Column::Metadata).cast_as("text");
        about = about.add(text.like(format!("%{id}%")));
    }
    found.uploads = uploads::Entity::find()
        .filter(uploads::Column::OrganisationId.eq(organisation))
        .filter(about)
        .all(connection)
        .await?;

    for id in told_of(found) {
        let about = Condition::all()
            .add(webhook_deliveries::Column::OrganisationId.eq(organisation))
            .add(webhook_deliveries::Column::Body.contains(id.to_string()));
        let column = webhook_deliveries::Column::Id;
        let told = ids::<webhook_deliveries::Entity>(connection, column, about).await?;
        found.deliveries.extend(told);
    }
    found.deliveries.sort_unstable();
    found.deliveries.dedup();

    let own = Condition::all()
        .add(mails::Column::OrganisationId.eq(organisation))
        .add(mails::Column::InvitationId.is_in(found.invitations.iter().copied()));
    let mails = ids::<mails::Entity>(connection, mails::Column::Id, own).await?;
    let subjects = [
        &found.invitations,
        &found.interviews,
        &found.documents,
        &found.recordings,
        &found.analyses,
        &found.deliveries,
        &mails,
    ];
    let subjects: Vec<Uuid> = subjects.into_iter().flatten().copied().collect();
    let own = Condition::any()
        .add(jobs::Column::SubjectId.is_in(subjects))
        .add(jobs::Column::Id.is_in(analysed.iter().map(|(_, job)| *job)));
    let own = Condition::all()
        .add(jobs::Column::OrganisationId.eq(organisation))
        .add(own);
    found.jobs = ids::<jobs::Entity>(connection, jobs::Column::Id, own).await?;
    Ok(())
}

/// What deliveries name.
fn told_of(found: &Belongings) -> BTreeSet<Uuid> {
    let lists = [&found.interviews, &found.recordings, &found.analyses];
    lists.into_iter().flatten().copied().collect()
}

/// Invitations of the candidate, of their applications, or to their e-mail where they name nobody.
fn invited(candidate: &candidates::Model, applications: &[Uuid]) -> Condition {
    let own = Condition::any()
        .add(invitations::Column::CandidateId.eq(candidate.id))
        .add(invitations::Column::ApplicationId.is_in(applications.iter().copied()));
    let Some(email) = &candidate.email else {
        return own;
    };
    let column = Expr::expr(Func::lower(Expr::col(invitations::Column::CandidateEmail)));
    own.add(
        Condition::all()
            .add(invitations::Column::CandidateId.is_null())
            .add(column.eq(email.to_lowercase())),
    )
}

/// Removes a candidate and what belongs to them. Steps that run on write nothing any more, as their jobs are gone.
///
/// # Errors
/// What the database says.
pub async fn remove(
    connection: &impl ConnectionTrait,
    candidate: &candidates::Model,
    found: &Belongings,
) -> Result<(), StoreError> {
    let organisation = candidate.organisation_id;
    macro_rules! remove {
        ($table:ident, $column:ident, $ids:expr) => {
            $table::Entity::delete_many()
                .filter($table::Column::OrganisationId.eq(organisation))
                .filter($table::Column::$column.is_in($ids))
                .exec(connection)
                .await?
        };
    }
    let uploads = found.uploads.iter().map(|row| row.id);
    let subjects: Vec<Uuid> = [
        &found.applications,
        &found.invitations,
        &found.interviews,
        &found.recordings,
        &found.analyses,
    ]
    .into_iter()
    .flatten()
    .copied()
    .chain([candidate.id])
    .collect();
    remove!(jobs, Id, found.jobs.iter().copied());
    remove!(webhook_deliveries, Id, found.deliveries.iter().copied());
    remove!(uploads, Id, uploads);
    remove!(recordings, Id, found.recordings.iter().copied());
    remove!(invitations, Id, found.invitations.iter().copied());
    remove!(interviews, Id, found.interviews.iter().copied());
    remove!(documents, Id, found.documents.iter().copied());
    remove!(applications, Id, found.applications.iter().copied());
    remove!(consents, SubjectId, subjects);
    remove!(candidates, Id, [candidate.id]);
    Ok(())
}

async fn ids<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    id: E::Column,
    which: Condition,
) -> Result<Vec<Uuid>, StoreError> {
    Ok(E::find()
        .filter(which)
        .select_only()
        .column(id)
        .into_tuple()
        .all(connection)
        .await?)
}
