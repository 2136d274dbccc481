//! Media of rows that are gone for good.

use candor_core::ids::OrganisationId;
use candor_store::entities::uploads as rows;
use uuid::Uuid;

use super::{stage, uploads};
use crate::App;

/// Removes the media of recordings and the parts of uploads; what can't be removed now, the sweep removes.
pub(crate) async fn forget(
    app: &App,
    organisation: OrganisationId,
    recordings: &[Uuid],
    parts: &[rows::Model],
) {
    for id in recordings {
        let folder = stage::folder(organisation, (*id).into());
        if let Err(error) = app.objects.delete_below(&folder).await {
            tracing::warn!(%error, "media.delete_later");
        }
    }
    for row in parts {
        uploads::clear(app, row).await;
    }
}
