//! Which papers of a candidate an interview is prepared with: the résumé that the invitation names, else the newest
//! one of its application, and the cover letter that came with it.

use candor_core::ids::{DocumentId, OrganisationId};
use candor_store::{
    entities::{applications, documents},
    records::{invitations::InvitationRow, scoped},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{App, AppError, records};

/// Characters of each paper that an interview is prepared with.
const MOST: usize = 5_000;

/// The texts of a candidate.
pub(super) struct Papers {
    pub resume: Option<String>,
    pub cover_letter: Option<String>,
}

/// The document that is named, by its id or by its address at this server. An address elsewhere names none.
pub(super) async fn named(
    app: &App,
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    document: Option<DocumentId>,
    url: Option<&str>,
) -> Result<Option<Uuid>, AppError> {
    let (id, field) = match document {
        Some(id) => (Some(id.uuid()), "document_id"),
        None => {
            let base = app.config.own_url();
            let id = url.and_then(|url| in_address(url, base.as_deref()));
            (id.map(DocumentId::uuid), "resume_url")
        }
    };
    records::known::<documents::Entity>(connection, organisation, id, field).await?;
    Ok(id)
}

/// The newest résumé of an application that could be read.
pub(super) async fn newest(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    application: Option<Uuid>,
) -> Result<Option<documents::Model>, AppError> {
    let Some(application) = application else {
        return Ok(None);
    };
    let which = Condition::all()
        .add(documents::Column::ApplicationId.eq(application))
        .add(documents::Column::Kind.eq("resume"))
        .add(documents::Column::Text.is_not_null());
    let found = scoped::rows::<documents::Entity>(organisation)
        .filter(which)
        .order_by_desc(documents::Column::Id)
        .limit(1)
        .all(connection)
        .await?;
    Ok(found.into_iter().next())
}

/// What is there when the interview begins.
pub(super) async fn papers(
    connection: &impl ConnectionTrait,
    row: &InvitationRow,
) -> Result<Papers, AppError> {
    let organisation = OrganisationId::from(row.organisation_id);
    let chosen = match row.document_id {
        Some(id) => {
            let all = Condition::all();
            scoped::find::<documents::Entity>(connection, organisation, id, all).await?
        }
        None => None,
    };
    // One that was deleted, or handed in after the invitation.
    let resume = match chosen {
        Some(document) => Some(document),
        None => newest(connection, organisation, row.application_id).await?,
    };
    let application = match row.application_id {
        Some(id) => {
            let all = Condition::all();
            scoped::find::<applications::Entity>(connection, organisation, id, all).await?
        }
        None => None,
    };
    let letter = application
        .as_ref()
        .and_then(|application| application.details.get("coverLetter")?.as_str());
    Ok(Papers {
        resume: resume
            .and_then(|document| document.text)
            .map(|text| cut(&text)),
        cover_letter: letter.map(cut),
    })
}

fn cut(text: &str) -> String {
    text.chars().take(MOST).collect()
}

/// The document of an address like `/api/v1/documents/{id}/content`, with or without the server's own before it.
fn in_address(url: &str, base: Option<&str>) -> Option<DocumentId> {
    let url = url.trim();
    let path = base.and_then(|base| url.strip_prefix(base)).unwrap_or(url);
    let id = path.strip_prefix("/api/v1/documents/")?;
    id.strip_suffix("/content").unwrap_or(id).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_server_name_its_documents() {
        let id = DocumentId::generate();
        let base = Some("https://candor.example");
        let path = format!("/api/v1/documents/{id}/content");
        assert_eq!(in_address(&path, None), Some(id));
        assert_eq!(
            in_address(&format!("https://candor.example{path}"), base),
            Some(id)
        );
        let bare = format!("/api/v1/documents/{}", id.uuid());
        assert_eq!(in_address(&bare, base), Some(id));
        for other in [
            format!("https://elsewhere.example{path}"),
            format!("https://candor.example.evil{path}"),
            "/api/v1/documents/x/content".to_owned(),
            "/uploads/cv.pdf".to_owned(),
        ] {
            assert_eq!(in_address(&other, base), None, "{other}");
        }
    }
}
