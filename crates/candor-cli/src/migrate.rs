//! `candor migrate`: tables up to date, one process at a time, an old SQLite file copied first.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use candor_app::config::Config;
use candor_store::{Backend, Store};

use crate::{args::MigrateArgs, compose, config, data_folder::DataFolder};

/// Runs the command.
///
/// # Errors
/// What the database says.
pub fn run(args: &MigrateArgs) -> Result<()> {
    crate::serve::runtime()?.block_on(async {
        let mut composed = config::load(&args.server, Vec::new())?;
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = DataFolder::open(&config::data_folder(&args.server))?;
        let store = compose::store(&mut composed.config, &data).await?;
        if args.print_sql {
            for statement in Store::pending_sql(&composed.config.store.url).await? {
                println!("{statement};");
            }
            return Ok(());
        }
        let done = up(&store, &data, &composed.config).await?;
        match done.len() {
            0 => println!("the tables are up to date"),
            _ => done.iter().for_each(|name| println!("{name}: done")),
        }
        store.close().await;
        Ok(())
    })
}

/// Brings the tables up to date and gives the names of the changes that were made.
///
/// # Errors
/// What the database says.
pub async fn up(store: &Store, data: &DataFolder, config: &Config) -> Result<Vec<String>> {
    // Several processes of one data folder start at once; those on PostgreSQL wait in the database.
    let _lock = match store.backend() {
        Backend::Sqlite => Some(data.wait_for_lock("migrate")?),
        Backend::Postgres => None,
    };
    let pending = store.pending().await.context("the tables can't be read")?;
    if !pending.is_empty() && store.backend() == Backend::Sqlite && !store.is_empty().await? {
        let copy = copy_before_upgrade(store, data).await?;
        tracing::info!(copy = %copy.display(), "migrate.copied");
    }
    if pending.is_empty() {
        return Ok(pending);
    }
    store
        .migrate_once()
        .await
        .context("the tables can't be brought up to date")?;
    tracing::info!(
        changes = pending.len(),
        database = if config.store.url.starts_with("sqlite") {
            "sqlite"
        } else {
            "postgres"
        },
        "migrate.done"
    );
    Ok(pending)
}

async fn copy_before_upgrade(store: &Store, data: &DataFolder) -> Result<PathBuf> {
    let folder = data.backups();
    std::fs::create_dir_all(&folder)?;
    let copy = folder.join(format!(
        "before-upgrade-{}.db",
        jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S")
    ));
    if copy.exists() {
        bail!("{} is there already", copy.display());
    }
    store
        .copy_to(&copy)
        .await
        .context("the database can't be copied before the upgrade")?;
    Ok(copy)
}
