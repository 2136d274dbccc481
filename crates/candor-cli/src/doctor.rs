//! `candor doctor`: what is there, what is missing, and the command that mends it.

use anyhow::Result;
use candor_engines::registry::{ModelState, Registry, RegistryOptions};
use candor_media::Tools;
use serde_json::json;

use crate::{args::DoctorArgs, exit::Refused};

mod server;

/// Free space below which a long recording may not fit, in bytes.
const ENOUGH_SPACE: u64 = 2 << 30;
/// Processor features that the speech engine is built for.
const CPU_FEATURES: [&str; 4] = ["avx2", "fma", "f16c", "bmi2"];

/// One thing that was looked at.
struct Finding {
    what: String,
    /// `ok`, `warning` or `missing`.
    state: &'static str,
    detail: String,
    /// The command that mends it.
    mend: Option<String>,
}

/// Looks at everything that the analysis and the server need.
pub fn run(args: &DoctorArgs) -> Result<()> {
    let mut findings = vec![ffmpeg(), limits()];
    findings.extend(models()?);
    findings.push(cpu());
    findings.push(space());
    findings.push(voice());
    findings.extend(server::look(&args.server));
    if args.json {
        let rows: Vec<_> = findings
            .iter()
            .map(|finding| {
                json!({"what": finding.what, "state": finding.state,
                       "detail": finding.detail, "mend": finding.mend})
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        for finding in &findings {
            println!(
                "{:<8} {:<24} {}",
                finding.state, finding.what, finding.detail
            );
            if let Some(mend) = &finding.mend {
                println!("{:33} run: {mend}", "");
            }
        }
    }
    let missing = findings
        .iter()
        .filter(|finding| finding.state == "missing")
        .count();
    if missing == 0 {
        Ok(())
    } else {
        Err(Refused(format!(
            "{missing} of {} things are missing",
            findings.len()
        ))
        .into())
    }
}

fn ffmpeg() -> Finding {
    let version = Tools::find().and_then(|tools| tools.ffmpeg_version());
    match version {
        Ok(found) => ok("ffmpeg", found.version),
        Err(error) => Finding {
            what: "ffmpeg".to_owned(),
            state: "missing",
            detail: error.to_string(),
            mend: Some("apt-get install ffmpeg".to_owned()),
        },
    }
}

fn limits() -> Finding {
    match Tools::find() {
        Ok(tools) if tools.is_guarded() => ok(
            "decoder limits",
            "memory, time and privileges of the decoder are limited".to_owned(),
        ),
        _ => Finding {
            what: "decoder limits".to_owned(),
            state: "warning",
            detail: "setpriv or prlimit is missing: the decoder runs without hard limits"
                .to_owned(),
            mend: Some("apt-get install util-linux".to_owned()),
        },
    }
}

fn models() -> Result<Vec<Finding>> {
    let registry = Registry::open(RegistryOptions::from_env())?;
    Ok(registry
        .list()
        .into_iter()
        .filter(|model| model.default || model.state != ModelState::Missing)
        .map(|model| {
            let what = format!("model {}", model.id);
            let mend = Some(format!("candor models pull {}", model.id));
            match model.state {
                ModelState::Ready(found) => {
                    ok(&what, format!("{} ({})", model.purpose, found.variant))
                }
                ModelState::Importable => ok(
                    &what,
                    format!("{} (converted when first used)", model.purpose),
                ),
                ModelState::Missing if model.id.starts_with("whisper-") => Finding {
                    what,
                    state: "warning",
                    detail: "not here: the fallback recogniser is used, with low accuracy"
                        .to_owned(),
                    mend,
                },
                ModelState::Missing => Finding {
                    what,
                    state: "missing",
                    detail: format!("{}: not measured without it", model.purpose),
                    mend,
                },
                ModelState::Damaged { path, reason } => Finding {
                    what,
                    state: "missing",
                    detail: format!("damaged: {} {reason}", path.display()),
                    mend,
                },
            }
        })
        .collect())
}

fn cpu() -> Finding {
    let flags = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = flags
        .lines()
        .find(|line| line.starts_with("flags"))
        .unwrap_or_default();
    let lacking: Vec<&str> = CPU_FEATURES
        .into_iter()
        .filter(|feature| !line.split_whitespace().any(|flag| flag == *feature))
        .collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if lacking.is_empty() || !cfg!(target_arch = "x86_64") {
        ok("processor", format!("{cores} cores"))
    } else {
        Finding {
            what: "processor".to_owned(),
            state: "warning",
            detail: format!(
                "{cores} cores, without {}: whisper can't run",
                lacking.join(", ")
            ),
            mend: None,
        }
    }
}

fn space() -> Finding {
    let here = std::env::current_dir().unwrap_or_else(|_| ".".into());
    match rustix::fs::statvfs(&here) {
        Ok(stat) => {
            let free = stat.f_bavail.saturating_mul(stat.f_frsize);
            let detail = format!("{:.1} GB free in this folder", free as f64 / 1e9);
            if free >= ENOUGH_SPACE {
                ok("disk", detail)
            } else {
                Finding {
                    what: "disk".to_owned(),
                    state: "warning",
                    detail,
                    mend: Some("free some space or choose another folder with --outdir".to_owned()),
                }
            }
        }
        Err(error) => Finding {
            what: "disk".to_owned(),
            state: "warning",
            detail: format!("free space is unknown: {error}"),
            mend: None,
        },
    }
}

/// Only spoken interviews need a voice.
fn voice() -> Finding {
    let is_here = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join("espeak-ng").is_file())
    });
    if is_here {
        ok("voice", "espeak-ng".to_owned())
    } else {
        Finding {
            what: "voice".to_owned(),
            state: "warning",
            detail: "espeak-ng is not here: nothing can be spoken".to_owned(),
            mend: Some("apt-get install espeak-ng".to_owned()),
        }
    }
}

fn ok(what: &str, detail: String) -> Finding {
    Finding {
        what: what.to_owned(),
        state: "ok",
        detail,
        mend: None,
    }
}
