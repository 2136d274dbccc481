//! What stands behind the ids of paths and bodies, and who sees it.

use crate::surface::Operation;

/// Staff and machines that read; of them, those who may change is the table's matter.
pub const STAFF: &[&str] = &[
    "reviewer",
    "recruiter",
    "admin",
    "read key",
    "write key",
    "admin key",
];
/// Staff, and the candidate whose interview it is.
pub const INVITED: &[&str] = &[
    "reviewer",
    "recruiter",
    "admin",
    "read key",
    "write key",
    "admin key",
    "candidate token",
];
/// Staff, and the other candidate.
pub const OTHER_INVITED: &[&str] = &[
    "reviewer",
    "recruiter",
    "admin",
    "read key",
    "write key",
    "admin key",
    "other candidate token",
];
/// The person alone.
pub const OWNER: &[&str] = &["owner"];
/// Keys: sessions of practice that belong to no person.
pub const MACHINES: &[&str] = &["read key", "write key", "admin key"];
/// Who watches queues.
pub const OPERATORS: &[&str] = &["admin", "operate key", "admin key"];

/// One thing.
#[derive(Debug, Clone)]
pub struct Thing {
    pub kind: &'static str,
    /// Stands where a path names it.
    pub id: String,
    /// What belongs to it: the token of an interview, the video of a session.
    pub part: Option<String>,
    /// Callers who may know that it exists.
    pub seen_by: &'static [&'static str],
}

impl Thing {
    pub fn new(
        kind: &'static str,
        id: impl Into<String>,
        seen_by: &'static [&'static str],
    ) -> Self {
        Self {
            kind,
            id: id.into(),
            part: None,
            seen_by,
        }
    }

    pub fn with(self, part: impl Into<String>) -> Self {
        Self {
            part: Some(part.into()),
            ..self
        }
    }

    /// A thing of the same kind that nobody ever made.
    pub fn nowhere(&self) -> Self {
        let kept = self.id.len().saturating_sub(12);
        Self {
            id: format!("{}0000000000ff", &self.id[..kept]),
            seen_by: &[],
            ..self.clone()
        }
    }

    /// What an answer would betray it by: the id without its prefix.
    pub fn bare(&self) -> &str {
        let id = match (self.kind, &self.part) {
            ("token", Some(token)) => token,
            _ => &self.id,
        };
        id.split_once('_').map_or(id, |(_, bare)| bare)
    }
}

/// Kinds by the beginning of paths, the first that fits.
const KINDS: [(&str, &str); 56] = [
    ("/api/v1/bank-questions/{", "bank question"),
    ("/api/v1/admin/questions/{", "bank question"),
    ("/api/v1/documents/{", "document"),
    ("/api/v1/recruiter/jobs/{", "position"),
    ("/api/v1/public/jobs/{", "position"),
    ("/api/v1/recruiter/applications/{", "application"),
    ("/api/v1/interviews/{id}/tokens/{", "token"),
    ("/api/v1/interviews/{id}/session", "held interview"),
    ("/api/v1/interviews/{id}/report", "held interview"),
    ("/api/v1/interviews/{id}/transcript", "held interview"),
    ("/api/v1/interviews/{id}/decisions", "held interview"),
    ("/api/v1/interview/{", "held interview"),
    ("/api/v1/report/{", "held interview"),
    ("/api/v1/interviews/{", "interview"),
    ("/api/v1/invitations/{", "invitation"),
    ("/api/v1/admin/schedule/{", "invitation"),
    ("/api/v1/recruiter/schedule/{", "invitation"),
    ("/api/v1/admin/recruiters/{", "user"),
    ("/api/v1/public/join/{", "link"),
    ("/interview/join/{", "link"),
    ("/api/v1/recordings/{id}/segments/", "live recording"),
    ("/api/v1/recordings/{id}/complete", "live recording"),
    ("/api/v1/recordings/{", "recording"),
    ("/api/v1/uploads/{", "upload"),
    ("/api/v1/consents/{", "consent"),
    ("/api/v1/analyses/{", "analysis"),
    ("/api/v1/reports/{", "report"),
    ("/api/v1/candidates/{", "candidate"),
    ("/api/v1/positions/{", "position"),
    ("/api/v1/competencies/{", "competency"),
    ("/api/v1/applications/{", "application"),
    ("/api/v1/keys/{", "key"),
    ("/api/v1/users/{", "user"),
    ("/api/v1/queues/jobs/{", "job"),
    ("/api/v1/webhooks/deliveries/{", "delivery"),
    ("/api/v1/webhooks/{", "webhook"),
    ("/api/pipeline/{", "pipeline"),
    ("/api/job-result/by-job/{", "pipeline"),
    ("/video-analysis/{", "pipeline"),
    ("/v1/analysis/video/{", "pipeline"),
    ("/api/job-result/{", "video response"),
    ("/api/interview-record/{", "record"),
    ("/face/status/{", "face job"),
    ("/voice/status/{", "voice job"),
    ("/api/interviews/{", "lab interview"),
    ("/analysis/jobs/{", "practice job"),
    ("/analysis/{", "session"),
    ("/interviews/{", "session"),
    ("/app/live/{", "session"),
    ("/app/me/sessions/{", "session"),
    ("/scores/{", "session"),
    ("/reports/{", "session"),
    ("/reflective/{sessionId", "session"),
    ("/reflective/{userId", "practiser"),
    ("/users/{", "practiser"),
    ("/setup/{", "link"),
];

/// What kind of thing an operation is about, in its path, its query or its body.
pub fn kind(operation: &Operation) -> Option<&'static str> {
    match operation.id.as_str() {
        "create_reflection" => Some("session"),
        "create_consent"
        | "list_consents"
        | "create_recording"
        | "fetch_recording"
        | "create_live_recording"
        | "create_upload" => Some("interview"),
        "create_analysis" | "analyze_face" | "analyze_voice" => Some("recording"),
        "analyse_practice_video" => Some("session"),
        _ => KINDS
            .iter()
            .find(|(path, _)| operation.path.starts_with(path))
            .map(|(_, kind)| *kind),
    }
}
