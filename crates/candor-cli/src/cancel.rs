//! Ctrl-C and SIGTERM: the work stops, children are killed, half-written files go.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use anyhow::{Context, Result};
use signal_hook::{
    consts::{SIGINT, SIGPIPE, SIGTERM},
    flag,
};

/// The flag that both signals raise; a second signal ends the process at once.
///
/// # Errors
/// When the handlers can't be installed.
pub fn flag() -> Result<Arc<AtomicBool>> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    if let Some(flag) = FLAG.get() {
        return Ok(Arc::clone(flag));
    }
    let raised = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // Registered first, so that it sees the flag as it was before this signal.
        flag::register_conditional_shutdown(signal, 130, Arc::clone(&raised))
            .and_then(|_| flag::register(signal, Arc::clone(&raised)))
            .context("signals can't be handled")?;
    }
    Ok(Arc::clone(FLAG.get_or_init(|| raised)))
}

/// Ends the process quietly when nobody reads its output any more, as `candor doctor | head` does.
/// Only for commands that write no files: those have to clean up.
pub fn end_with_the_reader() {
    // Without the handler such an end is only noisier.
    let _ = flag::register_conditional_default(SIGPIPE, Arc::new(AtomicBool::new(true)));
}

/// Whether the flag is up.
pub fn is_raised(flag: &AtomicBool) -> bool {
    flag.load(Ordering::Relaxed)
}
