//! `candor keys`: API keys, made on the machine itself, also while the server runs.

use anyhow::{Context, Result};
use candor_app::{
    App, AppError,
    identity::keys::{self, ApiKey, NewKey},
    organisations,
    paging::{MOST, PageRequest},
};
use candor_core::{
    access::{Actor, AttestedConsent, Scope},
    ids::{ApiKeyId, OrganisationId},
};
use jiff::SignedDuration;

use crate::{
    args::{CreateKeyArgs, KeysArgs, KeysCommand},
    compose::{Installation, Tables},
    exit::Refused,
    serve,
};

/// Runs the command.
///
/// # Errors
/// [`Refused`] for what can't be; what the database says.
pub fn run(command: &KeysCommand) -> Result<()> {
    serve::runtime()?.block_on(async {
        match command {
            KeysCommand::Create(args) => create(args).await,
            KeysCommand::List(args) => list(args).await,
            KeysCommand::Revoke { keys, id } => revoke(keys, id).await,
        }
    })
}

async fn create(args: &CreateKeyArgs) -> Result<()> {
    let scopes = args
        .scope
        .iter()
        .map(|name| {
            Scope::from_name(name)
                .ok_or_else(|| Refused("--scope is read, write, operate or admin".to_owned()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let (installation, organisation) = open(&args.keys).await?;
    let app = &installation.app;
    let life = |days: u32| SignedDuration::from_hours(i64::from(days) * 24);
    let new = NewKey {
        name: args.name.clone(),
        scopes,
        attested_consent: args.attest_consent.then(|| AttestedConsent {
            version: args.consent_version.clone(),
            by: format!("operator: {}", args.name.trim()),
        }),
        expires_at: args.expires_days.map(|days| app.clock.now() + life(days)),
    };
    let (about, key) = keys::create_key_as_operator(app, organisation, new)
        .await
        .map_err(explained)?;
    println!(
        "{} of {organisation}; keep the key, it is not shown again:",
        about.id
    );
    println!("{key}");
    Ok(())
}

async fn list(args: &KeysArgs) -> Result<()> {
    let (installation, organisation) = open(args).await?;
    let app = &installation.app;
    let actor = Actor::operator(organisation);
    let mut page = PageRequest {
        after: None,
        limit: MOST,
    };
    loop {
        let keys = keys::list_keys(app, &actor, page)
            .await
            .map_err(explained)?;
        for key in keys.items {
            println!("{}", line(app, &key));
        }
        match keys.next_cursor {
            Some(after) => page.after = Some(after),
            None => return Ok(()),
        }
    }
}

async fn revoke(args: &KeysArgs, id: &str) -> Result<()> {
    let id: ApiKeyId = id
        .parse()
        .map_err(|_| Refused("the id begins with key_, see `candor keys list`".to_owned()))?;
    let (installation, organisation) = open(args).await?;
    let key = keys::revoke_key(&installation.app, &Actor::operator(organisation), id)
        .await
        .map_err(explained)?;
    println!("{}", line(&installation.app, &key));
    Ok(())
}

fn line(app: &App, key: &ApiKey) -> String {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    let state = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked {at}"),
        (None, Some(at)) if at <= app.clock.now() => format!("expired {at}"),
        (None, Some(at)) => format!("until {at}"),
        (None, None) => "valid".to_owned(),
    };
    format!(
        "{}  {}…  {}  {state}  {}",
        key.id,
        key.prefix,
        scopes.join(","),
        key.name
    )
}

async fn open(args: &KeysArgs) -> Result<(Installation, OrganisationId)> {
    let installation = Installation::open(&args.server, Vec::new(), Tables::Migrated).await?;
    let app = &installation.app;
    let organisation = match &args.organisation {
        Some(id) => {
            let id = id
                .parse()
                .map_err(|_| Refused("an organisation's id begins with org_".to_owned()))?;
            organisations::find_organisation(app, id)
                .await
                .map_err(explained)?
                .id
        }
        None => organisations::ensure_main_organisation(app)
            .await
            .context("the organisation can't be made")?,
    };
    Ok((installation, organisation))
}

/// What the person can mend is refused; the rest failed.
fn explained(error: AppError) -> anyhow::Error {
    match error {
        AppError::Invalid { .. } | AppError::NotFound(_) => Refused(error.to_string()).into(),
        error => error.into(),
    }
}
