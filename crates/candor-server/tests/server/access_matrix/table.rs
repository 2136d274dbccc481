//! The one table: which action each operation is, and who may do it.

use candor_core::access::Action;

use crate::surface::Operation;

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Anybody; it asks for other proof, or shows nothing of anybody's.
    Public,
    /// Whoever is signed in; it is about themselves. Candidates with a token are nobody's members.
    Signed,
    /// Whoever may do this.
    May(Action),
    /// Whoever may do this in a session of practice: people and machines, not candidates with a token.
    Practise(Action),
    /// Whoever may do this in their own practice: people alone, neither machines nor candidates with a token.
    Reflect(Action),
}

/// Callers of our organisation that may do it, be it only to what is theirs.
pub fn who_may(action: Action) -> &'static [&'static str] {
    use Action::*;
    match action {
        ReadInterviews => &[
            "other person",
            "owner",
            "reviewer",
            "recruiter",
            "admin",
            "read key",
            "write key",
            "admin key",
            "candidate token",
            "other candidate token",
        ],
        WriteRecordings | AnswerInterviews => &[
            "other person",
            "owner",
            "recruiter",
            "admin",
            "write key",
            "admin key",
            "candidate token",
            "other candidate token",
        ],
        ReadRecordings | ReadAnalyses => &[
            "other person",
            "owner",
            "reviewer",
            "recruiter",
            "admin",
            "read key",
            "write key",
            "admin key",
        ],
        WriteInterviews | RunAnalyses => &[
            "other person",
            "owner",
            "recruiter",
            "admin",
            "write key",
            "admin key",
        ],
        ReadCandidates => &[
            "reviewer",
            "recruiter",
            "admin",
            "read key",
            "write key",
            "admin key",
        ],
        DecideInterviews => &["recruiter", "admin"],
        InviteCandidates | WriteCandidates => &["recruiter", "admin", "write key", "admin key"],
        OperateQueues => &["admin", "operate key", "admin key"],
        ManageWebhooks | ManageKeys | ManageUsers | ManageOrganisation | ReadAudit => {
            &["admin", "admin key"]
        }
    }
}

/// The row of an operation.
pub fn row(operation: &Operation) -> Option<Rule> {
    use Action::*;
    use Rule::*;
    Some(match operation.id.as_str() {
        "create_application" | "update_application" | "delete_application" | "create_candidate"
        | "update_candidate" | "delete_candidate" | "create_position" | "update_position"
        | "delete_position" | "create_competency" | "update_competency" | "delete_competency" => {
            May(WriteCandidates)
        }
        "list_applications" | "get_application" | "list_candidates" | "get_candidate"
        | "list_positions" | "get_position" | "list_competencies" | "get_competency" => {
            May(ReadCandidates)
        }
        "create_bank_question"
        | "update_bank_question"
        | "delete_bank_question"
        | "import_bank_questions"
        | "generate_rubric"
        | "replace_rubric"
        | "describe_position"
        | "create_document"
        | "fetch_document"
        | "delete_document" => May(WriteCandidates),
        "list_bank_questions"
        | "get_bank_question"
        | "export_bank_questions"
        | "list_shipped_questions"
        | "get_rubric"
        | "list_rubrics"
        | "list_documents"
        | "get_document"
        | "get_document_content"
        | "match_document" => May(ReadCandidates),
        "list_interviews"
        | "get_interview"
        | "list_questions"
        | "list_responses"
        | "get_interview_session"
        | "adaptive_state" => May(ReadInterviews),
        "begin_interview"
        | "answer_interview"
        | "skip_interview_question"
        | "repeat_interview_question"
        | "pause_interview"
        | "resume_interview"
        | "end_interview"
        | "adaptive_answer"
        | "adaptive_end" => May(AnswerInterviews),
        "get_interview_report"
        | "get_interview_report_pdf"
        | "get_interview_report_csv"
        | "get_interview_transcript_vtt"
        | "get_interview_transcript_srt"
        | "get_interview_transcript_txt"
        | "get_interview_transcript_json"
        | "adaptive_report" => May(ReadAnalyses),
        "create_decision" => May(DecideInterviews),
        "list_decisions" | "compare_candidates" => May(ReadCandidates),
        "create_interview" | "update_interview" | "delete_interview" | "create_question"
        | "create_response" | "prepare_interview" => May(WriteInterviews),
        "create_interview_token"
        | "list_interview_tokens"
        | "revoke_interview_token"
        | "adaptive_start" => May(InviteCandidates),
        "create_invitation" | "list_invitations" | "get_invitation" | "update_invitation"
        | "cancel_invitation" | "delete_invitation" | "import_invitations" => May(InviteCandidates),
        "create_webhook"
        | "list_webhooks"
        | "get_webhook"
        | "update_webhook"
        | "delete_webhook"
        | "rotate_webhook_secret"
        | "test_webhook"
        | "list_webhook_deliveries"
        | "list_deliveries"
        | "get_delivery"
        | "redeliver" => May(ManageWebhooks),
        "list_audit" | "verify_audit" | "get_fairness" => May(ReadAudit),
        "create_retry" => Practise(AnswerInterviews),
        "list_retries" => Practise(ReadInterviews),
        "create_reflection" | "list_reflections" => Reflect(ReadInterviews),
        "get_progress" => Reflect(ReadAnalyses),
        "create_key" | "list_keys" | "get_key" | "revoke_key" => May(ManageKeys),
        "create_user" | "list_users" | "get_user" | "update_user" | "delete_user"
        | "create_setup_link" => May(ManageUsers),
        "update_organisation" | "update_policy" | "get_usage" => May(ManageOrganisation),
        "list_recordings" | "get_recording" | "get_recording_content" | "list_consents" => {
            May(ReadRecordings)
        }
        "create_recording"
        | "fetch_recording"
        | "delete_recording"
        | "create_live_recording"
        | "put_recording_segment"
        | "complete_recording"
        | "create_upload"
        | "get_upload"
        | "append_upload"
        | "delete_upload"
        | "create_consent"
        | "withdraw_consent" => May(WriteRecordings),
        "list_analyses"
        | "get_analysis"
        | "list_analysis_artefacts"
        | "get_analysis_artefact"
        | "follow_analysis"
        | "get_analysis_report"
        | "get_analysis_page"
        | "list_reports"
        | "get_report" => May(ReadAnalyses),
        "create_analysis" | "cancel_analysis" | "retry_analysis_step" => May(RunAnalyses),
        "show_queues"
        | "get_queues"
        | "list_queue_jobs"
        | "get_queue_job"
        | "cancel_queue_job"
        | "retry_queue_job_step" => May(OperateQueues),
        "get_organisation"
        | "get_me"
        | "update_me"
        | "change_password"
        | "adaptive_me"
        | "adaptive_recruiter_me"
        | "adaptive_candidate_me"
        | "adaptive_candidate_applications"
        | "adaptive_candidate_dashboard"
        | "practice_me" => Signed,
        "register"
        | "login"
        | "refresh"
        | "logout"
        | "create_session"
        | "get_session"
        | "start_oidc"
        | "finish_oidc"
        | "refresh_session"
        | "delete_session"
        | "get_setup_link"
        | "use_setup_link"
        | "adaptive_login"
        | "adaptive_recruiter_login"
        | "adaptive_candidate_signup"
        | "adaptive_candidate_login"
        | "adaptive_join"
        | "adaptive_join_start"
        | "adaptive_join_page"
        | "practice_register"
        | "practice_login"
        | "practice_refresh"
        | "practice_logout"
        | "practice_health"
        | "metrics_of_the_process"
        | "health"
        | "ready"
        | "start"
        | "describe_uploads" => Public,
        _ => return compat(operation),
    })
}

/// The documented routes; tags tell their system.
fn compat(operation: &Operation) -> Option<Rule> {
    use Action::*;
    use Rule::*;
    Some(match operation.id.as_str() {
        "adaptive_list_questions"
        | "adaptive_create_question"
        | "adaptive_update_question"
        | "adaptive_delete_question" => May(ManageUsers),
        "adaptive_list_jobs" | "adaptive_list_applications" => May(ReadCandidates),
        "adaptive_create_job" | "adaptive_delete_job" | "adaptive_reject_application" => {
            May(WriteCandidates)
        }
        "adaptive_list_public_jobs"
        | "adaptive_get_public_job"
        | "adaptive_upload_resume"
        | "adaptive_apply" => Public,
        "adaptive_schedule"
        | "adaptive_list_schedules"
        | "adaptive_get_schedule"
        | "adaptive_change_schedule"
        | "adaptive_delete_schedule"
        | "adaptive_create_recruiter"
        | "adaptive_list_recruiters"
        | "adaptive_change_recruiter"
        | "adaptive_delete_recruiter"
        | "adaptive_candidates"
        | "adaptive_applications"
        | "adaptive_overview" => May(ManageUsers),
        "adaptive_recruiter_schedules"
        | "adaptive_recruiter_schedule"
        | "adaptive_recruiter_change_schedule"
        | "adaptive_recruiter_delete_schedule"
        | "adaptive_schedule_application" => May(InviteCandidates),
        "lab_create" | "lab_replace" | "lab_change" | "lab_delete" => May(WriteInterviews),
        "lab_analyze"
        | "start_pipeline"
        | "create_interview_record"
        | "retry_pipeline_step"
        | "analyze_face"
        | "analyze_voice"
        | "analyze_video"
        | "submit_application"
        | "start_video_analysis" => May(RunAnalyses),
        // Interviews of that interface show their reports.
        "lab_list"
        | "lab_get"
        | "lab_report"
        | "get_pipeline"
        | "get_interview_record"
        | "get_job_result"
        | "get_job_result_by_job"
        | "get_video_analysis_status"
        | "get_face_status"
        | "get_voice_status"
        | "get_video_analysis" => May(ReadAnalyses),
        "get_practice_job"
        | "get_latest_practice_job"
        | "get_practice_results"
        | "explain_scores"
        | "get_scores"
        | "get_practice_analysis"
        | "explain_practice_scores" => Practise(ReadAnalyses),
        "generate_practice_report" | "create_practice_report" => Practise(RunAnalyses),
        "answer_live_practice" | "skip_live_practice" | "evaluate_live_turn" => {
            Practise(AnswerInterviews)
        }
        "create_practice_reflection" | "summarise_practice_reflections" => Reflect(ReadInterviews),
        "get_performance_history" => Reflect(ReadAnalyses),
        "list_practice_questions"
        | "get_live_practice"
        | "get_practice_interview"
        | "list_practice_sessions"
        | "get_practice_session" => Practise(ReadInterviews),
        "start_practice_interview"
        | "add_practice_response"
        | "start_practice_session"
        | "start_live_practice" => Practise(WriteInterviews),
        "upload_practice_recording" | "end_live_practice" => Practise(WriteRecordings),
        "play_practice_video" => Practise(ReadRecordings),
        "analyse_practice_video" => Practise(RunAnalyses),
        _ => return None,
    })
}
