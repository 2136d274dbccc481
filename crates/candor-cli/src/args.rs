//! The command line: flags, their other documented spellings and environment names.

use clap::{Parser, Subcommand};

mod analyze;
mod keys;
mod models;
mod server;
mod stage;

pub use self::{
    analyze::{AnalyzeArgs, FaceArgs, ProgressArg, PurposeArg},
    keys::{CreateKeyArgs, KeysArgs, KeysCommand},
    models::{EvalArgs, Models},
    server::{
        BackupArgs, ConfigCommand, DoctorArgs, MigrateArgs, RestoreArgs, RunStepArgs, ServeArgs,
        ServerArgs, StepCommand, WorkerArgs,
    },
    stage::Stage,
};
pub use crate::interview::InterviewArgs;

/// Analyses interviews on this machine: what was said, how it was said, what the camera saw.
#[derive(Debug, Parser)]
#[command(name = "candor", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Turn recordings into reports
    Analyze(AnalyzeArgs),
    /// Run one stage of the analysis alone
    #[command(subcommand)]
    Stage(Stage),
    /// Hold an interview here in the terminal and write its report
    Interview(InterviewArgs),
    /// Look after the models
    #[command(subcommand)]
    Models(Models),
    /// Measure how well Candor measures, against labelled data
    Eval(EvalArgs),
    /// Say what is missing and which command mends it
    Doctor(DoctorArgs),
    /// Run the server: interface and workers in one process
    Serve(ServeArgs),
    /// Run steps of jobs without the interface
    Worker(WorkerArgs),
    /// Bring the tables of the database up to date
    Migrate(MigrateArgs),
    /// List the steps of an analysis, or run one alone
    #[command(subcommand)]
    Step(StepCommand),
    /// Make, list and revoke API keys; works while the server runs
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Make the documented test candidate, the six competencies and a demo interview
    Seed(ServerArgs),
    /// Copy database, recordings and secret while the server runs
    Backup(BackupArgs),
    /// Make a data folder from a backup
    Restore(RestoreArgs),
    /// Print the description of the interface (OpenAPI 3.1)
    Openapi,
    /// Show settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the JSON Schema of report.json
    Schema,
    /// Read a document from standard input and write its text as JSON; the server starts it for each file
    #[command(hide = true)]
    ReadDocument(ReadDocumentArgs),
}

/// `candor read-document`.
#[derive(Debug, clap::Args)]
pub struct ReadDocumentArgs {
    /// Plain text has marks of Markdown
    #[arg(long)]
    pub markdown: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
