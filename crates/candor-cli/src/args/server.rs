//! Commands that run the server and look after it.

use std::path::PathBuf;

use candor_app::jobs::Pool;
use clap::{Args, Subcommand};

/// What all commands of the server take.
#[derive(Debug, Args, Clone, Default)]
pub struct ServerArgs {
    /// Folder with database, media and secret [default: $CANDOR_DATA_DIR or ~/.local/share/candor]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// File with settings; `candor config defaults` prints one with all of them
    #[arg(long, value_name = "FILE", env = "CANDOR_CONFIG")]
    pub config: Option<PathBuf>,
}

/// `candor serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// Address to listen on, e.g. 127.0.0.1:8000; port 0 takes a free one; may be repeated
    #[arg(long, value_name = "ADDR")]
    pub listen: Vec<String>,
    /// Run no steps in this process; `candor worker` runs them
    #[arg(long)]
    pub no_worker: bool,
    /// Certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

/// `candor worker`.
#[derive(Debug, Args)]
pub struct WorkerArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// Kinds of steps: cpu, io, llm, webhook [default: all]
    #[arg(long, value_name = "POOLS", value_delimiter = ',',
          value_parser = ["cpu", "io", "llm", "webhook"])]
    pub pool: Vec<String>,
}

impl WorkerArgs {
    /// The pools, each once.
    pub fn pools(&self) -> Vec<Pool> {
        Pool::ALL
            .into_iter()
            .filter(|pool| {
                self.pool.is_empty() || self.pool.iter().any(|name| name == pool.as_str())
            })
            .collect()
    }
}

/// `candor step`.
#[derive(Debug, Subcommand)]
pub enum StepCommand {
    /// List the steps: name, pool, steps that each waits for
    List,
    /// Run one step of an analysis here and now; steps after it stay as they are
    Run(RunStepArgs),
}

/// `candor step run`.
#[derive(Debug, Args)]
pub struct RunStepArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// Name of the step, as `candor step list` prints it
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The analysis
    #[arg(long, value_name = "ID")]
    pub analysis: String,
}

/// `candor migrate`.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// Print the statements of pending changes instead of running them
    #[arg(long)]
    pub print_sql: bool,
}

/// `candor backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// New file ending in .tar, or new folder
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// `candor restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// What `candor backup` made
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
}

/// `candor config …`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the settings as they are in force, without secrets
    Show(ServerArgs),
    /// Print the file with every setting, its default and what it means
    Defaults,
}

/// `candor doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}
