//! Consent before every step: one that is withdrawn stops an analysis where it is.

use super::input::AnalysisInput;
use crate::{
    AppError,
    consent::{self, Scope, Subject},
    jobs::{StepContext, StepError},
};

/// Whether the analysis may go on.
///
/// # Errors
/// A permanent error where nobody agreed, or no longer does.
pub(super) async fn require(context: &StepContext) -> Result<AnalysisInput, StepError> {
    let input = AnalysisInput::of(context)?;
    let subject = Subject::Recording(input.recording);
    let mut scopes = vec![Scope::Analysis];
    if input.settings.behaviour_in_hiring {
        scopes.push(Scope::Behaviour);
    }
    for scope in scopes {
        match consent::require(&context.app, context.organisation, subject, scope).await {
            Err(AppError::ConsentRequired) => {
                return Err(StepError::permanent(
                    "consent_required",
                    "nobody agreed to this analysis, or the consent was withdrawn",
                ));
            }
            outcome => outcome?,
        }
    }
    Ok(input)
}
