//! The `candor` command: composition root of all crates.

mod analyze;
mod args;
mod cancel;
mod doctor;
mod engines;
mod eval;
mod exit;
mod models;
mod progress;
mod stage;

use clap::Parser;

use args::{Cli, Command};

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    start_log();
    if !matches!(cli.command, Command::Analyze(_) | Command::Stage(_)) {
        cancel::end_with_the_reader();
    }
    let outcome = match cli.command {
        Command::Analyze(args) => analyze::run(&args),
        Command::Stage(stage) => stage::run(&stage),
        Command::Models(command) => models::run(&command),
        Command::Eval(args) => eval::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Schema => {
            print!("{}", candor_app::schema::report_schema());
            Ok(())
        }
    };
    exit::code(outcome)
}

/// Logs go to standard error and only when `CANDOR_LOG` asks for them: a quiet command stays quiet.
fn start_log() {
    if let Ok(filter) = tracing_subscriber::EnvFilter::try_from_env("CANDOR_LOG") {
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .init();
    }
}
