//! Asks a chat model for a JSON object, checks what it replies, and has it mended once where it does not hold.

use std::time::Instant;

use candor_core::{
    measured::NotMeasured,
    ports::{ChatMessage, ChatModel, ChatReply, ChatRequest, ChatRole, Watch},
    report::Provenance,
};

use crate::prompt::Prompt;

/// Longest part of a reply that is sent back to be mended, in characters.
const LONGEST_MENDED: usize = 12_000;
/// Part of a prompt that asks to mend; a prompt without one gets no second reply.
const REPAIR: &str = "repair";

/// What is asked, and what is made of replies that do not hold.
pub(crate) struct Asking<'a> {
    pub(crate) model: &'a dyn ChatModel,
    pub(crate) prompt: &'a Prompt,
    /// Reason code of a reply that does not hold.
    pub(crate) code: &'static str,
    pub(crate) watch: &'a dyn Watch,
}

impl Asking<'_> {
    /// Asks; `check` is told whether there is another chance, and says what is wrong in words of its own.
    ///
    /// # Errors
    /// Why there is nothing that holds.
    pub(crate) fn ask<T>(
        &self,
        mut request: ChatRequest,
        check: impl Fn(&str, bool) -> Result<T, String>,
    ) -> Result<(T, Provenance), NotMeasured> {
        let began = Instant::now();
        let reply = self.complete(&request)?;
        let can_mend = !self.prompt.part(REPAIR).is_empty();
        let wrong = match check(&reply.text, can_mend) {
            Ok(found) => return Ok((found, self.provenance(reply.model, 0))),
            Err(wrong) => wrong,
        };
        request.timeout = request.timeout.saturating_sub(began.elapsed());
        if !can_mend || request.timeout.is_zero() {
            return Err(self.invalid(&wrong));
        }
        let first: String = reply.text.chars().take(LONGEST_MENDED).collect();
        let repair = self
            .prompt
            .message(ChatRole::User, REPAIR, &[("wrong", &wrong)]);
        let assistant = ChatMessage::new(ChatRole::Assistant, first);
        request.messages.extend([assistant, repair]);
        let reply = self.complete(&request)?;
        match check(&reply.text, false) {
            Ok(found) => Ok((found, self.provenance(reply.model, 1))),
            Err(wrong) => Err(self.invalid(&wrong)),
        }
    }

    fn complete(&self, request: &ChatRequest) -> Result<ChatReply, NotMeasured> {
        self.model
            .complete(request, self.watch)
            .map_err(|error| NotMeasured::new(error.code(), error.to_string()))
    }

    fn invalid(&self, wrong: &str) -> NotMeasured {
        NotMeasured::new(
            self.code,
            format!("the chat model's words do not hold: {wrong}"),
        )
    }

    fn provenance(&self, model: String, n_mended: usize) -> Provenance {
        let engine = self.model.provenance();
        let mut settings = engine.settings;
        for (name, value) in [
            ("prompt", self.prompt.version.to_owned()),
            ("prompt_sha256", self.prompt.sha256()),
            ("mended", n_mended.to_string()),
        ] {
            settings.insert(name.to_owned(), value);
        }
        Provenance {
            model: Some(model),
            formula: Some(self.prompt.version.to_owned()),
            settings,
            ..engine
        }
    }
}
