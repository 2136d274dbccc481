//! Names of steps and states: those of the ledger, of both revisions, and of the described document.

/// A step under its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepNames {
    /// In the ledger and in the second revision.
    pub ledger: &'static str,
    /// In the first revision.
    pub first: &'static str,
    /// In the described document.
    pub described: &'static str,
}

const fn same(ledger: &'static str, described: &'static str) -> StepNames {
    StepNames {
        ledger,
        first: ledger,
        described,
    }
}

/// All steps, in the documented order.
pub const STEPS: [StepNames; 9] = [
    same("video_downloaded", "video_download"),
    same("audio_extracted", "audio_extraction"),
    same("transcribed", "transcription"),
    same("face_analyzed", "face_analysis"),
    same("voice_analyzed", "voice_analysis"),
    same("input_normalized", "input_normalization"),
    StepNames {
        ledger: "question_analyzed",
        first: "gpt_analyzed",
        described: "gpt_analysis",
    },
    StepNames {
        ledger: "question_evaluated",
        first: "final_scored",
        described: "final_scoring",
    },
    same("results_saved", "results_save"),
];

/// The step that a client means, in whatever vocabulary it writes.
pub fn find_step(name: &str) -> Option<&'static StepNames> {
    STEPS.iter().find(|step| {
        [step.ledger, step.first, step.described].contains(&name)
            || matches!(
                (step.ledger, name),
                ("question_analyzed", "question_analysis")
                    | ("question_evaluated", "question_evaluation" | "final_score")
                    | ("results_saved", "save_results")
            )
    })
}

/// State of a step in the documented map: `pending`, `in_progress`, `done` or `error`.
pub fn step_state(ledger: &str) -> &'static str {
    match ledger {
        "in_progress" => "in_progress",
        "done" | "skipped" => "done",
        "error" | "cancelled" => "error",
        _ => "pending",
    }
}

/// Status of a step in the described list: `pending`, `in_progress`, `success` or `error`.
pub fn step_status(ledger: &str) -> &'static str {
    match step_state(ledger) {
        "done" => "success",
        other => other,
    }
}

/// Status of a pipeline or record: `queued`, `in_progress`, `done` or `failed`.
pub fn pipeline_status(ledger: &str) -> &'static str {
    match ledger {
        "in_progress" => "in_progress",
        "done" => "done",
        "failed" | "cancelled" => "failed",
        _ => "queued",
    }
}

/// Status of a record from those of its pipelines.
pub fn record_status<'a>(pipelines: impl IntoIterator<Item = &'a str>) -> &'static str {
    let all: Vec<&str> = pipelines.into_iter().map(pipeline_status).collect();
    let any = |status: &str| all.contains(&status);
    if all.is_empty() || all.iter().all(|status| *status == "queued") {
        "queued"
    } else if any("queued") || any("in_progress") {
        "in_progress"
    } else if any("failed") {
        "failed"
    } else {
        "done"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vocabulary_names_the_same_step() {
        for (name, ledger) in [
            ("video_download", "video_downloaded"),
            ("gpt_analyzed", "question_analyzed"),
            ("question_analyzed", "question_analyzed"),
            ("final_scored", "question_evaluated"),
            ("question_evaluated", "question_evaluated"),
            ("results_saved", "results_saved"),
        ] {
            assert_eq!(find_step(name).unwrap().ledger, ledger, "{name}");
        }
        assert_eq!(find_step("make_coffee"), None);
    }

    #[test]
    fn a_record_is_done_when_all_its_pipelines_are() {
        assert_eq!(record_status([]), "queued");
        assert_eq!(record_status(["queued", "queued"]), "queued");
        assert_eq!(record_status(["done", "queued"]), "in_progress");
        assert_eq!(record_status(["done", "in_progress"]), "in_progress");
        assert_eq!(record_status(["done", "failed"]), "failed");
        assert_eq!(record_status(["done", "cancelled"]), "failed");
        assert_eq!(record_status(["done", "done"]), "done");
    }
}
