//! What the server needs: settings, stores, room, a safe way in.

use std::time::Duration;

use candor_app::{
    config::{Composed, Config},
    readiness::{self, Check},
};

use super::{Finding, ok};
use crate::{
    args::ServerArgs,
    compose::{Installation, Tables},
    config,
    data_folder::DataFolder,
    serve,
};

/// Longest wait for all stores together.
const PATIENCE: Duration = Duration::from_secs(15);

/// Looks at the settings and, where there is an installation, at its stores.
pub fn look(args: &ServerArgs) -> Vec<Finding> {
    let composed = match config::load(args, Vec::new()) {
        Ok(composed) => composed,
        Err(error) => {
            let first = error
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned();
            return vec![problem("settings", "missing", first, None)];
        }
    };
    let mut findings = vec![
        ok("settings", "read and consistent".to_owned()),
        way_in(&composed.config),
    ];
    let folder = config::data_folder(args);
    let is_installed = folder.join("candor.db").is_file() || !composed.config.store.url.is_empty();
    if is_installed {
        findings.extend(stores(composed, &folder));
    } else {
        let detail = format!("none in {}; candor serve makes one", folder.display());
        findings.push(ok("installation", detail));
    }
    findings
}

/// Browsers give the microphone only to pages that came through TLS or from this machine.
fn way_in(config: &Config) -> Finding {
    let is_tls = !config.server.tls_cert.is_empty();
    let is_proxied = config.server.public_url.starts_with("https://");
    let what = "way in";
    if config.listens_on_loopback_only() {
        ok(what, "reached from this machine only".to_owned())
    } else if is_tls || is_proxied {
        ok(what, "reached from elsewhere through TLS".to_owned())
    } else {
        problem(
            what,
            "warning",
            "plain HTTP leaves this machine: passwords can be read, microphones stay off"
                .to_owned(),
            Some("candor serve --tls-cert FILE --tls-key FILE"),
        )
    }
}

fn stores(composed: Composed, folder: &std::path::Path) -> Vec<Finding> {
    let looked = || -> anyhow::Result<Vec<Finding>> {
        let data = DataFolder::open(folder)?;
        serve::runtime()?.block_on(async {
            let opened = Installation::compose(composed, data, Tables::AsTheyAre);
            let installation = tokio::time::timeout(PATIENCE, opened).await??;
            let app = &installation.app;
            let mut findings: Vec<Finding> = Box::pin(readiness::check(app))
                .await
                .into_iter()
                .map(|(what, state)| match state {
                    Check::Ok => ok(what, "answers".to_owned()),
                    Check::Away => problem(what, "missing", "does not answer".to_owned(), None),
                    Check::Full => problem(
                        what,
                        "missing",
                        "too little room: no recording is taken".to_owned(),
                        None,
                    ),
                })
                .collect();
            let pending = app.store.pending().await?;
            findings.push(if pending.is_empty() {
                ok("tables", "up to date".to_owned())
            } else {
                let detail = format!("{} changes are pending", pending.len());
                problem("tables", "warning", detail, Some("candor migrate"))
            });
            Ok(findings)
        })
    };
    looked().unwrap_or_else(|error| {
        let detail = format!("{error:#}")
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        vec![problem("stores", "missing", detail, None)]
    })
}

fn problem(what: &str, state: &'static str, detail: String, mend: Option<&str>) -> Finding {
    Finding {
        what: what.to_owned(),
        state,
        detail,
        mend: mend.map(str::to_owned),
    }
}
