//! Mail about invitations: a row and a job for each, written in the transaction that makes it necessary.

use candor_core::ids::{InvitationId, MailId, OrganisationId};
use candor_store::{
    Micros,
    entities::mails,
    records::{
        invitations::{self as store, InvitationRow},
        scoped,
    },
};
use jiff::SignedDuration;
use sea_orm::DatabaseTransaction;
use serde_json::json;
use tokio::time::{Duration, Instant, sleep};

use crate::{
    App, AppError,
    invitations::Invitation,
    jobs::{self, JobInput},
};

mod deliver;
mod letter;
mod smtp;
mod wording;

pub use deliver::{pipeline, pipeline_with};
pub use letter::{notice, personal, time_in_words, title};
pub use smtp::{InvalidMailSettings, SmtpMailer};

/// As usual.
const PRIORITY: i32 = 3;
/// Why nothing is sent without a mail server.
const NOT_SET_UP: &str = "no mail server is set up here (mail.url); send the link yourself";
/// Why nothing is sent without an address for its link.
const NO_ADDRESS: &str =
    "links in mail would lead nowhere: server.public_url is not set here; send the link yourself";

/// What a mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody is invited.
    Invitation,
    /// The time is another one.
    Change,
    /// It does not take place.
    Cancellation,
    /// It takes place soon.
    Reminder,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Change => "change",
            Self::Cancellation => "cancellation",
            Self::Reminder => "reminder",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [
            Self::Invitation,
            Self::Change,
            Self::Cancellation,
            Self::Reminder,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == name)
    }
}

/// Why no mail is sent here, if none is.
pub(crate) fn obstacle(app: &App) -> Option<&'static str> {
    if app.mailer.is_none() {
        return Some(NOT_SET_UP);
    }
    app.config.own_url().is_none().then_some(NO_ADDRESS)
}

/// Writes the mail that tells the candidate, and the reminder of the time it names. Where none can be sent it
/// writes down that, and why. Links lead to the address of the settings, whatever a request calls this server.
/// Call [`jobs::wake`] after the commit.
pub(crate) async fn announce(
    app: &App,
    transaction: &DatabaseTransaction,
    row: &InvitationRow,
    kind: Kind,
) -> Result<(), AppError> {
    let organisation = OrganisationId::from(row.organisation_id);
    if let why @ Some(_) = obstacle(app) {
        store::set_email_state(transaction, organisation, row.id, "not_sent", why, None).await?;
        return Ok(());
    }
    let now = Micros::from(app.clock.now());
    enqueue(app, transaction, row, kind, now).await?;
    store::set_email_state(transaction, organisation, row.id, "queued", None, None).await?;
    if kind == Kind::Cancellation {
        return Ok(());
    }
    if let Some(due) = reminder_due(app, row).filter(|due| *due > now) {
        enqueue(app, transaction, row, Kind::Reminder, due).await?;
    }
    Ok(())
}

fn reminder_due(app: &App, row: &InvitationRow) -> Option<Micros> {
    let hours = app.config.mail.reminder_hours;
    let before = SignedDuration::try_from_secs_f64(hours * 3600.0).ok()?;
    let at = jiff::Timestamp::from(row.scheduled_at);
    (hours > 0.0)
        .then(|| at.checked_sub(before).ok())
        .flatten()
        .map(Micros::from)
}

async fn enqueue(
    app: &App,
    transaction: &DatabaseTransaction,
    row: &InvitationRow,
    kind: Kind,
    due: Micros,
) -> Result<(), AppError> {
    let organisation = OrganisationId::from(row.organisation_id);
    let now = Micros::from(app.clock.now());
    let id = MailId::generate();
    let mail = mails::Model {
        id: id.uuid(),
        organisation_id: row.organisation_id,
        invitation_id: row.id,
        job_id: None,
        kind: kind.as_str().to_owned(),
        sequence: row.sequence,
        due_at: due,
        state: "queued".to_owned(),
        error: None,
        created_at: now,
        updated_at: now,
    };
    scoped::insert::<mails::Entity>(transaction, mail).await?;
    let job = JobInput {
        pipeline: deliver::PIPELINE,
        organisation,
        subject: Some(id.uuid()),
        priority: PRIORITY,
        // Whoever sends it, maybe a worker elsewhere, does not know where people reach this server.
        input: json!({"base": app.config.own_url()}),
    };
    let not_before = Some(due).filter(|due| *due > now);
    let job = jobs::enqueue_at(app, transaction, job, not_before).await?;
    store::set_mail_job(transaction, organisation, id, job).await?;
    Ok(())
}

/// The invitation once its mail is no longer queued, or as it stands after `patience`: for interfaces that tell
/// at once what became of the mail.
///
/// # Errors
/// What the database says.
pub async fn await_mail(
    app: &App,
    organisation: OrganisationId,
    id: InvitationId,
    patience: Duration,
) -> Result<Option<Invitation>, AppError> {
    let begun = Instant::now();
    loop {
        let writer = app.store.writer();
        let Some(row) = store::find_even_deleted(writer, organisation, id.uuid()).await? else {
            return Ok(None);
        };
        if row.email_state != "queued" || row.email_error.is_some() || begun.elapsed() >= patience {
            return Ok(Some(Invitation::read(app, row)));
        }
        sleep(Duration::from_millis(50)).await;
    }
}
