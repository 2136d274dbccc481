//! The job that sends one mail. What failed in passing is tried again over hours; what was refused is written
//! down; what nobody needs any more is dropped.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use candor_core::{
    ids::OrganisationId,
    ports::{MailError, Mailer},
};
use candor_store::{
    Micros,
    entities::{jobs, mails},
    records::{
        invitations::{self as store, InvitationRow, MailRow},
        jobs::state,
        organisations, scoped,
    },
};
use sea_orm::{Condition, DatabaseTransaction};
use serde_json::json;

use super::{Kind, letter::Letter};
use crate::{
    App, AppError,
    jobs::{Pipeline, Pool, Step, StepContext, StepError, StepLimits, StepOutput},
    mind,
};

/// Name of the pipeline.
pub(super) const PIPELINE: &str = "mail";

/// Waits between tries: the last one is made about half a day after the first.
const WAITS: &[Duration] = &[
    Duration::from_secs(30),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(4 * 3600),
    Duration::from_secs(6 * 3600),
];

/// Sends mail with waits that mail servers take for patience.
pub fn pipeline() -> Arc<dyn Pipeline> {
    pipeline_with(WAITS)
}

/// Sends with other waits; one more try than waits is made.
pub fn pipeline_with(waits: &'static [Duration]) -> Arc<dyn Pipeline> {
    Arc::new(MailPipeline {
        step: Arc::new(Send { waits }),
    })
}

struct MailPipeline {
    step: Arc<Send>,
}

#[async_trait]
impl Pipeline for MailPipeline {
    fn name(&self) -> &'static str {
        PIPELINE
    }

    fn steps(&self) -> Vec<Arc<dyn Step>> {
        vec![Arc::clone(&self.step) as Arc<dyn Step>]
    }

    async fn ended(
        &self,
        app: &App,
        transaction: &DatabaseTransaction,
        job: &jobs::Model,
    ) -> Result<(), AppError> {
        let (Some(subject), false) = (job.subject_id, job.state == state::job::DONE) else {
            return Ok(());
        };
        let organisation = OrganisationId::from(job.organisation_id);
        let Some(mail) = find_mail(transaction, organisation, subject).await? else {
            return Ok(());
        };
        let now = Micros::from(app.clock.now());
        // The job names its step first, which says nothing to whoever invited.
        let why = match &job.error {
            Some(error) => error
                .strip_prefix(STEP)
                .and_then(|rest| rest.strip_prefix(": "))
                .unwrap_or(error)
                .to_owned(),
            None => "the job was stopped".to_owned(),
        };
        let failed = Some(why.clone());
        if store::settle_mail(transaction, organisation, mail.id, "failed", failed, now).await?
            && mail.kind != Kind::Reminder.as_str()
        {
            let id = mail.invitation_id;
            store::set_email_state(transaction, organisation, id, "failed", Some(&why), None)
                .await?;
        }
        Ok(())
    }
}

/// Name of the only step.
const STEP: &str = "mail_sent";

struct Send {
    waits: &'static [Duration],
}

#[async_trait]
impl Step for Send {
    fn name(&self) -> &'static str {
        STEP
    }

    fn pool(&self) -> Pool {
        Pool::Io
    }

    fn needs(&self) -> &'static [&'static str] {
        &[]
    }

    fn version(&self) -> String {
        "1".to_owned()
    }

    fn limits(&self) -> StepLimits {
        StepLimits::after_waits(self.waits)
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let app = &*context.app;
        let organisation = context.organisation;
        let subject = context
            .subject
            .ok_or_else(|| StepError::permanent("no_subject", "the job names no mail"))?;
        let mail = find_mail(app.store.writer(), organisation, subject)
            .await?
            .ok_or_else(|| StepError::permanent("gone", "the mail was deleted"))?;
        if mail.state != "queued" {
            return Ok(json!({"state": mail.state}).into());
        }
        let about = mail.invitation_id;
        let row = store::find_even_deleted(app.store.writer(), organisation, about)
            .await?
            .ok_or_else(|| StepError::permanent("gone", "the invitation was deleted"))?;
        let now = Micros::from(app.clock.now());
        let kind = Kind::from_name(&mail.kind)
            .ok_or_else(|| StepError::permanent("unknown_kind", "no such kind of mail"))?;
        if let Some(why) = needless(kind, &mail, &row, now) {
            let why = Some(why.to_owned());
            store::settle_mail(
                app.store.writer(),
                organisation,
                mail.id,
                "dropped",
                why,
                now,
            )
            .await?;
            return Ok(json!({"state": "dropped"}).into());
        }
        let mailer = app
            .mailer
            .clone()
            .ok_or_else(|| StepError::passing("no_mail_server", super::NOT_SET_UP))?;
        let base = context.input["base"].as_str().unwrap_or_default();
        let sender = organisations::get(app.store.writer(), organisation).await?;
        let processor = mind::find_processor(app, app.store.writer(), organisation).await?;
        let processor = processor.as_deref();
        let letter = Letter::new(app, &mail, kind, &row, &sender.name, processor, base)?;
        let sent = hand_over(mailer, letter).await;
        note(app, organisation, kind, &mail, sent).await
    }
}

async fn find_mail(
    connection: &impl candor_store::records::only::ReadOne,
    organisation: OrganisationId,
    id: uuid::Uuid,
) -> Result<Option<MailRow>, AppError> {
    let all = Condition::all();
    Ok(scoped::find::<mails::Entity>(connection, organisation, id, all).await?)
}

/// Why nobody needs the mail any more.
fn needless(kind: Kind, mail: &MailRow, row: &InvitationRow, now: Micros) -> Option<&'static str> {
    let is_off = row.deleted_at.is_some() || row.status == "cancelled";
    match kind {
        Kind::Cancellation => None,
        _ if is_off => Some("the interview was called off"),
        Kind::Reminder if row.status != "scheduled" => Some("the interview was begun"),
        Kind::Reminder | Kind::Change if mail.sequence != row.sequence => {
            Some("the time was changed again")
        }
        Kind::Reminder if now >= row.scheduled_at => Some("the time has come"),
        _ => None,
    }
}

/// Sends beside the runtime: mail servers take their time.
async fn hand_over(mailer: Arc<dyn Mailer>, letter: Letter) -> Result<(), MailError> {
    let mail = letter.into_mail();
    tokio::task::spawn_blocking(move || mailer.send(&mail))
        .await
        .unwrap_or_else(|_| Err(MailError::Passing("sending broke off".to_owned())))
}

/// Writes down what came of it.
async fn note(
    app: &App,
    organisation: OrganisationId,
    kind: Kind,
    mail: &MailRow,
    sent: Result<(), MailError>,
) -> Result<StepOutput, StepError> {
    let now = Micros::from(app.clock.now());
    let transaction = app.store.begin().await?;
    let about = mail.invitation_id;
    let (state, why) = match &sent {
        Ok(()) => ("sent", None),
        Err(error @ MailError::Passing(_)) => ("queued", Some(error.to_string())),
        Err(error @ MailError::Permanent(_)) => ("failed", Some(error.to_string())),
    };
    store::settle_mail(&transaction, organisation, mail.id, state, why.clone(), now).await?;
    if kind != Kind::Reminder {
        let sent_at = Some(now).filter(|_| sent.is_ok());
        let why = why.as_deref();
        store::set_email_state(&transaction, organisation, about, state, why, sent_at).await?;
    }
    transaction.commit().await.map_err(AppError::from)?;
    match sent {
        Ok(()) => Ok(json!({"state": "sent"}).into()),
        Err(MailError::Passing(why)) => Err(StepError::passing("mail_refused", why)),
        Err(MailError::Permanent(why)) => Err(StepError::permanent("mail_refused", why)),
    }
}
