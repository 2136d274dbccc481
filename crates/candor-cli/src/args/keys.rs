//! `candor keys …`.

use clap::{Args, Subcommand};

use super::server::ServerArgs;

/// `candor keys …`.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key; it is the last word printed, and printed this once
    Create(CreateKeyArgs),
    /// List keys: id, first characters, scopes, state, name
    List(KeysArgs),
    /// Revoke a key; a running server notices within a second
    Revoke {
        #[command(flatten)]
        keys: KeysArgs,
        /// Id as `list` prints it
        id: String,
    },
}

/// Whose keys.
#[derive(Debug, Args)]
pub struct KeysArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    /// The organisation [default: the first one, which is made when there is none]
    #[arg(long, value_name = "ID")]
    pub organisation: Option<String>,
}

/// `candor keys create`.
#[derive(Debug, Args)]
pub struct CreateKeyArgs {
    #[command(flatten)]
    pub keys: KeysArgs,
    /// What it is for
    #[arg(long)]
    pub name: String,
    /// read, write, operate or admin; may be repeated
    #[arg(long, value_name = "SCOPE", required = true, value_delimiter = ',')]
    pub scope: Vec<String>,
    /// Attest that everybody whose recording is sent with this key has agreed to it
    #[arg(long)]
    pub attest_consent: bool,
    /// Version of the text that they agreed to
    #[arg(
        long,
        value_name = "VERSION",
        default_value = "1",
        requires = "attest_consent"
    )]
    pub consent_version: String,
    /// Days until it ends [default: until it is revoked]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=36500))]
    pub expires_days: Option<u32>,
}
