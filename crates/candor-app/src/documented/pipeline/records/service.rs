//! Jobs of the face and the voice service: an analysis of a recording that is kept already.

use candor_core::{
    access::{Action, Actor},
    ids::{AnalysisId, RecordingId},
    purpose::Purpose,
};
use candor_signals::text::content::Question;
use candor_store::records::{self, analyses as rows};
use serde_json::Value;

use super::{
    accept::{scopes, wishes},
    load::facts,
};
use crate::{
    App, AppError,
    analyses::{self, Settled},
    consent::{self, Scope, Subject},
    documented::pipeline::{facts::AnalysisFacts, intake::StatedConsent},
    jobs, organisations,
    records::bound,
};

/// One of the two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Looks at the picture.
    Face,
    /// Listens to the sound.
    Voice,
}

impl Service {
    /// Origin of its analyses.
    fn origin(self) -> &'static str {
        match self {
            Self::Face => "pipeline_face",
            Self::Voice => "pipeline_voice",
        }
    }
}

/// What a service is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewServiceJob {
    /// The recording.
    pub recording: RecordingId,
    /// The request as sent; its settings are echoed and used.
    pub request: Value,
    /// What it is for.
    pub purpose: Purpose,
    /// Who agreed; a consent to the recording's analysis given before counts as well.
    pub consent: Option<StatedConsent>,
}

/// Starts a job.
///
/// # Errors
/// [`AppError::NotFound`] for a recording out of reach, [`AppError::ConsentRequired`].
pub async fn start_service_job(
    app: &App,
    actor: &Actor,
    service: Service,
    new: NewServiceJob,
) -> Result<AnalysisId, AppError> {
    let reach = actor.may(Action::RunAnalyses)?;
    let which = crate::records::rows(actor, reach)?;
    let policy = organisations::policy(app, actor.organisation).await?;
    let transaction = app.store.begin().await?;
    records::recordings::find(&transaction, actor.organisation, which, new.recording)
        .await?
        .ok_or(AppError::NotFound("recording"))?;
    let subject = Subject::Recording(new.recording);
    let scopes = scopes(new.consent.as_ref());
    let grounds = consent::find_grounds(
        app,
        &transaction,
        actor,
        subject,
        new.consent.as_ref().map(StatedConsent::statement),
        &[Scope::Analysis],
    )
    .await?;
    let consent = consent::record(
        app,
        &transaction,
        actor.organisation,
        subject,
        grounds,
        &scopes,
    )
    .await?;
    let job = Settled {
        recording: new.recording,
        owner: actor.owner(),
        interview: None,
        question: None,
        asked: Question::default(),
        answers: Vec::new(),
        purpose: new.purpose,
        wishes: wishes(),
        weights: None,
        request: new.request,
        callback_url: None,
        origin: service.origin().to_owned(),
        external_id: None,
        consent,
    };
    let id = analyses::accept(app, &transaction, actor, &policy, job)
        .await?
        .id;
    transaction.commit().await?;
    jobs::wake(app);
    Ok(id)
}

/// A job of a service; none when it is not there, of another service, or out of reach.
///
/// # Errors
/// What the stores say.
pub async fn find_service_job(
    app: &App,
    actor: &Actor,
    service: Service,
    id: AnalysisId,
) -> Result<Option<AnalysisFacts>, AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    let row = match rows::get(app.store.fresh(), bound, id).await {
        Ok(row) if row.origin == service.origin() => row,
        Ok(_) | Err(candor_store::StoreError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    facts(app, actor, row).await.map(Some)
}
