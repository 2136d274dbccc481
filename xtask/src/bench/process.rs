//! Processor time and memory of a command with all its children, from `/proc`.

use std::{fs, process::Command, thread, time::Instant};

use anyhow::{Context, Result, ensure};

use super::LOOK;

/// Clock ticks of `/proc` per second on Linux.
const TICKS_PER_S: f64 = 100.0;

/// What a command used.
pub struct Usage {
    /// User and system time of it and its children, in seconds.
    pub cpu_s: f64,
    /// Time on the clock, in seconds.
    pub wall_s: f64,
    /// Largest resident memory of it and its children together, in MB.
    pub peak_mb: f64,
}

/// Runs a command to its end and tells what it used.
pub fn measure(command: &mut Command) -> Result<Usage> {
    let before_s = children_cpu_s()?;
    let begun = Instant::now();
    let mut child = command.spawn().context("could not start the command")?;
    let mut peak_kb = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak_kb = peak_kb.max(tree_kb(child.id()));
        thread::sleep(LOOK);
    };
    ensure!(status.success(), "the command failed ({status})");
    Ok(Usage {
        cpu_s: children_cpu_s()? - before_s,
        wall_s: begun.elapsed().as_secs_f64(),
        peak_mb: peak_kb as f64 / 1000.0,
    })
}

/// Processor time of all children that this process has waited for.
fn children_cpu_s() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat
        .rsplit_once(')')
        .context("unreadable /proc/self/stat")?;
    let ticks: f64 = fields
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    Ok(ticks / TICKS_PER_S)
}

/// A figure of a process' status, e.g. `VmRSS:`, in kB; 0 when it is gone.
pub fn status_kb(id: u32, name: &str) -> u64 {
    fs::read_to_string(format!("/proc/{id}/status"))
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .unwrap_or(0)
}

/// Resident memory of a process and its descendants, in kB.
fn tree_kb(id: u32) -> u64 {
    let own = status_kb(id, "VmRSS:");
    let Ok(tasks) = fs::read_dir(format!("/proc/{id}/task")) else {
        return own;
    };
    let children: u64 = tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok())
        .flat_map(|line| {
            line.split_whitespace()
                .filter_map(|id| id.parse().ok())
                .collect::<Vec<u32>>()
        })
        .map(tree_kb)
        .sum();
    own + children
}
