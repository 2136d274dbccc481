//! `candor backup` and `candor restore` of the one-machine form: database, recordings and secret as of one
//! moment, while the server runs.
//!
//! Recordings never change once they are kept. They are copied before and after the database, so that
//! everything the copied database names is in the copy.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use candor_app::config::{Config, given};
use candor_store::{Backend, Store};
use serde::{Deserialize, Serialize};

use crate::{
    args::{BackupArgs, RestoreArgs},
    compose, config,
    data_folder::DataFolder,
    exit::Refused,
    serve,
};

mod archive;

use archive::{Reader, Writer};

const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "candor.db";
const SECRET: &str = "secret";
const MEDIA: &str = "media";
const FORMAT: u32 = 1;

/// What a backup holds; its last file.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    made_at: String,
    candor: String,
    /// Where recordings are that are not part of it.
    media_elsewhere: Option<String>,
    /// Whether the secret is part of it rather than of the configuration.
    has_secret: bool,
    /// SHA-256 of every other file.
    files: BTreeMap<String, String>,
}

/// `candor backup`.
///
/// # Errors
/// [`Refused`] for PostgreSQL and for a target that is there already; what the file system says.
pub fn backup(args: &BackupArgs) -> Result<()> {
    let mut composed = config::load(&args.server, Vec::new())?;
    let folder = config::data_folder(&args.server);
    if !folder.is_dir() {
        return Err(Refused(format!("there is no data folder {}", folder.display())).into());
    }
    if args.to.exists() {
        return Err(Refused(format!("{} is there already", args.to.display())).into());
    }
    let data = DataFolder::open(&folder)?;
    serve::runtime()?.block_on(async {
        let config = &mut composed.config;
        let store = compose::store(config, &data).await?;
        if store.backend() == Backend::Postgres {
            return Err(Refused(
                "PostgreSQL is copied with pg_dump, S3 with its own tools; see docs/OPERATIONS.md"
                    .to_owned(),
            )
            .into());
        }
        if store.is_empty().await? {
            return Err(
                Refused("there is nothing to copy: the database is empty".to_owned()).into(),
            );
        }
        let outcome = write(&store, &data, config, &args.to).await;
        if outcome.is_err() {
            archive::discard(&args.to);
        }
        let manifest = outcome?;
        println!("{} files: {}", manifest.files.len(), args.to.display());
        if let Some(place) = &manifest.media_elsewhere {
            eprintln!("warning: recordings are in {place} and not part of the backup");
        }
        if !manifest.has_secret {
            eprintln!("warning: the secret is set in the configuration and not part of the backup");
        }
        Ok(())
    })
}

async fn write(store: &Store, data: &DataFolder, config: &Config, to: &Path) -> Result<Manifest> {
    let mut writer = Writer::create(to)?;
    let media = match config.media.url.starts_with("s3://") {
        true => None,
        false => Some(compose::media_folder(config, data)?),
    };
    if let Some(media) = &media {
        add_tree(&mut writer, media)?;
    }
    let scratch = data.scratch()?;
    let copy = scratch.path().join(DATABASE);
    store
        .copy_to(&copy)
        .await
        .context("the database can't be copied")?;
    writer.add(DATABASE, &copy)?;
    if let Some(media) = &media {
        add_tree(&mut writer, media)?;
    }
    let has_secret = given(&config.auth.secret).is_none() && data.secret().is_file();
    if has_secret {
        writer.add(SECRET, &data.secret())?;
    }
    let manifest = Manifest {
        format: FORMAT,
        made_at: jiff::Timestamp::now().to_string(),
        candor: env!("CARGO_PKG_VERSION").to_owned(),
        media_elsewhere: media.is_none().then(|| config.media.url.clone()),
        has_secret,
        files: writer.hashes().clone(),
    };
    writer.finish(MANIFEST, &serde_json::to_vec_pretty(&manifest)?)?;
    Ok(manifest)
}

/// Adds what is not there yet. What goes away meanwhile was deleted on purpose.
fn add_tree(writer: &mut Writer, root: &Path) -> Result<()> {
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error.into()),
        };
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            // A "#" marks what is still being written.
            let inside = path.strip_prefix(root).expect("the walk began there");
            let Some(inside) = inside.to_str().filter(|name| !name.contains('#')) else {
                continue;
            };
            let name = format!("{MEDIA}/{inside}");
            if kind.is_file() && !writer.hashes().contains_key(&name) {
                match writer.add(&name, &path) {
                    Err(error) if is_gone(&error) => {}
                    outcome => outcome?,
                }
            }
        }
    }
    Ok(())
}

fn is_gone(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// `candor restore`.
///
/// # Errors
/// [`Refused`] for a target that is not empty and for a backup that is damaged; then nothing is left behind.
pub fn restore(args: &RestoreArgs) -> Result<()> {
    let target = config::data_folder(&args.server);
    let is_taken = match fs::read_dir(&target) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(error.into()),
    };
    if is_taken {
        return Err(Refused(format!(
            "{} is not empty; name a new folder with --data",
            target.display()
        ))
        .into());
    }
    if !args.from.exists() {
        return Err(Refused(format!("there is no backup {}", args.from.display())).into());
    }
    let part = part_of(&target);
    if part.exists() {
        fs::remove_dir_all(&part)?;
    }
    let outcome = unpack(&args.from, &part).and_then(|manifest| {
        serve::runtime()?.block_on(check_database(&part.join(DATABASE)))?;
        Ok(manifest)
    });
    let manifest = match outcome {
        Ok(manifest) => manifest,
        Err(error) => {
            // What is left of it is removed by the next try.
            let _ = fs::remove_dir_all(&part);
            return Err(Refused(format!("{error:#}")).into());
        }
    };
    if target.exists() {
        fs::remove_dir(&target)?;
    }
    fs::rename(&part, &target)?;
    println!(
        "{} files of {}: {}",
        manifest.files.len(),
        manifest.made_at,
        target.display()
    );
    if let Some(place) = manifest.media_elsewhere {
        eprintln!("warning: recordings are expected in {place}");
    }
    Ok(())
}

fn part_of(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn unpack(from: &Path, part: &Path) -> Result<Manifest> {
    let data = DataFolder::open(part)?;
    let mut reader = Reader::open(from)?;
    let mut found = BTreeMap::new();
    let mut manifest = None;
    reader.each(|name, content| {
        if name == MANIFEST {
            let mut text = String::new();
            content.read_to_string(&mut text)?;
            manifest = Some(serde_json::from_str::<Manifest>(&text)?);
            return Ok(());
        }
        let hash = archive::copy(content, &place(&data, name)?)?;
        found.insert(name.to_owned(), hash);
        Ok(())
    })?;
    let manifest = manifest.context("the backup is not complete: it has no manifest")?;
    ensure!(
        manifest.format == FORMAT,
        "the backup was made by another version ({})",
        manifest.candor
    );
    if found != manifest.files {
        bail!("the backup is damaged: its files are not those of its manifest");
    }
    ensure!(found.contains_key(DATABASE), "the backup holds no database");
    Ok(manifest)
}

/// Where a file of the backup goes; names that lead elsewhere are refused.
fn place(data: &DataFolder, name: &str) -> Result<PathBuf> {
    let path = Path::new(name);
    let is_plain = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let is_known = name == DATABASE || name == SECRET || path.starts_with(MEDIA);
    ensure!(
        is_plain && is_known,
        "the backup holds a file of an unknown name"
    );
    Ok(data.path().join(path))
}

async fn check_database(file: &Path) -> Result<()> {
    File::open(file).context("the backup holds no database")?;
    let store = Store::connect(&Store::sqlite_url(file), None).await?;
    store.is_intact().await.context("the database is damaged")?;
    store.close().await;
    Ok(())
}
