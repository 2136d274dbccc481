//! Documents of *lab*: the interview and its report.

pub mod interviews;
mod rows;

use candor_core::ids::{InterviewId, RecordingId};
use jiff::Timestamp;
use serde_json::{Value, json};

/// What an interview of *lab* is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct LabFacts {
    /// Its id.
    pub id: InterviewId,
    /// Who is interviewed; may be empty.
    pub candidate_name: String,
    /// The recording.
    pub recording: Option<RecordingId>,
    /// State of the newest analysis in the ledger; none before the first.
    pub state: Option<String>,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// The report, once there is one.
    pub report: Option<Value>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Documented states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabStatus {
    /// Not analysed yet.
    Pending,
    /// Analysis under way.
    Running,
    /// There is a report.
    Done,
    /// The analysis failed.
    Error,
}

impl LabStatus {
    /// As documented.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Done => "DONE",
            Self::Error => "ERROR",
        }
    }
}

impl LabFacts {
    /// Its state. An analysis that is done without a report is an error, never silently empty.
    pub fn status(&self) -> LabStatus {
        match self.state.as_deref() {
            None => LabStatus::Pending,
            Some("queued" | "in_progress") => LabStatus::Running,
            Some("done") if self.report.is_some() => LabStatus::Done,
            Some(_) => LabStatus::Error,
        }
    }

    /// The interview object; `origin` is where this server is reached, without a slash at its end.
    pub fn document(&self, origin: &str) -> Value {
        let status = self.status();
        let report = match status {
            LabStatus::Done => self.report.clone(),
            LabStatus::Error => Some(self.failure()),
            LabStatus::Pending | LabStatus::Running => None,
        };
        let duration_s = self.report.as_ref().filter(|_| status == LabStatus::Done);
        json!({
            "id": self.id.uuid().to_string(),
            "candidate_name": self.candidate_name,
            "video": self.recording.map(|id| format!("{origin}/api/v1/recordings/{id}/content")),
            "status": status.as_str(),
            "duration_sec": duration_s.map_or(Value::Null, |report| {
                report["speech"]["duration_sec"].clone()
            }),
            "report": report,
            "created_at": self.created_at.to_string(),
        })
    }

    /// The documented report of a failed analysis, with a message for people in place of program output.
    pub fn failure(&self) -> Value {
        let message = self.error.as_deref().unwrap_or("the analysis failed");
        json!({"stderr": message})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(state: Option<&str>, report: Option<Value>) -> LabFacts {
        LabFacts {
            id: InterviewId::generate(),
            candidate_name: "Ada".to_owned(),
            recording: Some(RecordingId::generate()),
            state: state.map(str::to_owned),
            error: None,
            report,
            created_at: "2026-11-20T10:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn the_report_appears_when_it_is_done_and_brings_the_duration() {
        let report = json!({"speech": {"duration_sec": 12.5}});
        for (state, status) in [
            (None, "PENDING"),
            (Some("queued"), "RUNNING"),
            (Some("in_progress"), "RUNNING"),
        ] {
            let found = facts(state, None).document("https://here");
            assert_eq!(found["status"], status);
            assert_eq!(found["report"], Value::Null);
            assert_eq!(found["duration_sec"], Value::Null);
        }
        let found = facts(Some("done"), Some(report.clone())).document("https://here");
        assert_eq!(found["status"], "DONE");
        assert_eq!(found["duration_sec"], 12.5);
        assert_eq!(found["report"], report);
        let video = found["video"].as_str().unwrap();
        assert!(
            video.starts_with("https://here/api/v1/recordings/rec_"),
            "{video}"
        );
    }

    #[test]
    fn a_failed_analysis_tells_a_message_for_people() {
        let mut failed = facts(Some("failed"), None);
        failed.error = Some("the recording is empty".to_owned());
        let found = failed.document("https://here");
        assert_eq!(found["status"], "ERROR");
        assert_eq!(found["report"]["stderr"], "the recording is empty");
        assert_eq!(facts(Some("done"), None).status(), LabStatus::Error);
    }
}
