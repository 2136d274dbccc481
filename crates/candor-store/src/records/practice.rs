//! Practice sessions (interviews of origin `practice`), their documents and the samples of the audits.
//!
//! A session of a person is bound to that person, for staff of the organisation too.

mod audits;
mod documents;
mod reflections;
mod sessions;

pub use audits::{BandRow, band_means, count_samples, insert_sample};
pub use documents::{find_document, insert_document, latest_documents};
pub use reflections::{count_reflections, latest_reflections};
pub use sessions::{
    AnalysisState, ORIGIN, Practiser, analysis_states, count_questions, count_responses,
    find_question, find_session, insert_question, insert_response, insert_session, latest_video,
    list_analyses, list_questions, list_responses, list_sessions, set_finished, set_status,
};
