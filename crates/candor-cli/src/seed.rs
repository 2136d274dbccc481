//! `candor seed`: the documented test data.

use anyhow::Result;

use crate::{
    args::ServerArgs,
    compose::{Installation, Tables},
    serve,
};

/// Runs the command.
///
/// # Errors
/// What the database says.
pub fn run(args: &ServerArgs) -> Result<()> {
    serve::runtime()?.block_on(async {
        let installation = Installation::open(args, Vec::new(), Tables::Migrated).await?;
        let seeded = candor_app::seed::seed(&installation.app).await?;
        match seeded.made {
            0 => println!("everything was there already ({})", seeded.organisation),
            made => println!("{made} rows made ({})", seeded.organisation),
        }
        println!("test candidate {}", candor_app::seed::TEST_CANDIDATE);
        Ok(())
    })
}
