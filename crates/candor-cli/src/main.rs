//! The `candor` command: composition root of all crates.

mod analyze;
mod args;
mod backup;
mod cancel;
mod chat;
mod compose;
mod config;
mod data_folder;
mod doctor;
mod documents;
mod engines;
mod eval;
mod exit;
mod first_admin;
mod interview;
mod keys;
mod log;
mod migrate;
mod models;
mod progress;
mod seed;
mod serve;
mod stage;
mod step;
mod worker_process;

use clap::Parser;

use args::{Cli, Command};

/// What the program itself allocates with: requests make many small pieces that live for microseconds.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    if !matches!(cli.command, Command::Serve(_) | Command::Worker(_)) {
        log::start_quiet();
    }
    // Whoever talks to others or writes files must not end with a client that hangs up.
    let outlives_its_reader = matches!(
        cli.command,
        Command::Analyze(_)
            | Command::Stage(_)
            | Command::Interview(_)
            | Command::Serve(_)
            | Command::Worker(_)
            | Command::Migrate(_)
            | Command::Step(_)
            | Command::Seed(_)
            | Command::Backup(_)
            | Command::Restore(_)
    );
    if !outlives_its_reader {
        cancel::end_with_the_reader();
    }
    let outcome = match cli.command {
        Command::Analyze(args) => analyze::run(&args),
        Command::Stage(stage) => stage::run(&stage),
        Command::Interview(args) => interview::run(&args),
        Command::Models(command) => models::run(&command),
        Command::Eval(args) => eval::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Worker(args) => worker_process::run(&args),
        Command::Migrate(args) => migrate::run(&args),
        Command::Step(command) => step::run(&command),
        Command::Keys(command) => keys::run(&command),
        Command::Seed(args) => seed::run(&args),
        Command::Backup(args) => backup::backup(&args),
        Command::Restore(args) => backup::restore(&args),
        Command::Openapi => {
            println!("{}", candor_server::openapi::document());
            Ok(())
        }
        Command::Config(command) => config::run(&command),
        Command::ReadDocument(args) => documents::read_here(&args),
        Command::Schema => {
            print!("{}", candor_app::schema::report_schema());
            Ok(())
        }
    };
    exit::code(outcome)
}
