//! Speed of the analysis beside its floor.

/// Placeholder until the analysis runs.
pub fn analyze(_options: &[&str]) -> anyhow::Result<()> {
    anyhow::bail!("not built yet")
}
