//! Steps that do what their job's input says.

use std::{io::Write, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use candor_app::jobs::{Pipeline, Pool, Step, StepContext, StepError, StepOutput};
use candor_core::ports::Watch;
use serde_json::{Value, json};

/// A pipeline of scripted steps.
pub struct ScriptedPipeline {
    name: &'static str,
    steps: Vec<Arc<dyn Step>>,
}

impl ScriptedPipeline {
    /// Without steps yet.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            steps: Vec::new(),
        }
    }

    /// Adds a scripted step.
    #[must_use]
    pub fn step(self, name: &'static str, needs: &'static [&'static str]) -> Self {
        self.with(Arc::new(Scripted { name, needs }))
    }

    /// Adds a step of any kind.
    #[must_use]
    pub fn with(mut self, step: Arc<dyn Step>) -> Self {
        self.steps.push(step);
        self
    }
}

impl Pipeline for ScriptedPipeline {
    fn name(&self) -> &'static str {
        self.name
    }

    fn steps(&self) -> Vec<Arc<dyn Step>> {
        self.steps.clone()
    }
}

/// Does what `input[<its name>]` says, in this order; without that it ends at once:
/// - `log`: appends `<step> <job> <attempt> begin` to this file, and the same with `end` when it succeeds;
/// - `abort`: kills its process with SIGABRT, `panic`: panics;
/// - `fail`: fails in a passing way until this attempt is over, `refuse`: fails for good;
/// - `work_ms`: takes so long;
/// - `wait_for`: waits until this file exists, or until it is asked to stop;
/// - `fill`: leaves a file of its scratch folder behind;
/// - `version`-independent output: `{"step", "from": <its inputs' outputs>, "value": input["value"]}`.
pub struct Scripted {
    name: &'static str,
    needs: &'static [&'static str],
}

#[async_trait]
impl Step for Scripted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn pool(&self) -> Pool {
        Pool::Cpu
    }

    fn needs(&self) -> &'static [&'static str] {
        self.needs
    }

    fn version(&self) -> String {
        "1".to_owned()
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let script = &context.input[self.name];
        let log = script["log"].as_str();
        let line = |what: &str| {
            if let Some(log) = log {
                let line = format!("{} {} {} {what}\n", self.name, context.job, context.attempt);
                append(Path::new(log), &line);
            }
        };
        line("begin");
        if script["fill"].as_bool() == Some(true) {
            std::fs::write(context.scratch.join("left behind"), "x")
                .expect("the scratch folder is there");
        }
        if script["abort"].as_bool() == Some(true) {
            std::process::abort();
        }
        assert!(
            script["panic"].as_bool() != Some(true),
            "a step that the test told to panic"
        );
        if u64::from(context.attempt) <= script["fail"].as_u64().unwrap_or(0) {
            return Err(StepError::passing("told_to_fail", "told to fail"));
        }
        if script["refuse"].as_bool() == Some(true) {
            return Err(StepError::permanent("told_to_refuse", "told to refuse"));
        }
        if let Some(work_ms) = script["work_ms"].as_u64() {
            tokio::time::sleep(Duration::from_millis(work_ms)).await;
        }
        if let Some(file) = script["wait_for"].as_str() {
            context.watch.progress(0.5);
            while !Path::new(file).exists() {
                if context.watch.is_cancelled() {
                    return Err(StepError::Cancelled);
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        line("end");
        let from: Vec<&Value> = context.outputs.values().collect();
        Ok(json!({ "step": self.name, "from": from, "value": context.input["value"] }).into())
    }
}

pub(super) fn append(file: &Path, line: &str) {
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .and_then(|mut file| file.write_all(line.as_bytes()))
        .expect("the test's folder can be written");
}
