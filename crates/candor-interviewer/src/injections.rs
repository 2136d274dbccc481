//! The set of injections for tests: text that wants to instruct whoever reads it.

use candor_core::ports::ChatRequest;
use serde::Deserialize;

/// A case of the set.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    /// The question whose answer it is put into.
    pub(crate) question_id: String,
    /// Where in the answer.
    pub(crate) place: String,
    pub(crate) injected: String,
}

/// All cases in English answers.
pub(crate) fn cases() -> Vec<Case> {
    #[derive(Deserialize)]
    struct Cases {
        case: Vec<Case>,
    }
    let cases: Cases =
        toml::from_str(include_str!("../answers/injections.toml")).expect("the set can be read");
    let cases = cases.case.into_iter();
    let english: Vec<Case> = cases
        .filter(|case| case.question_id.contains("-en-"))
        .collect();
    assert!(english.len() >= 160);
    english
}

/// The instructions of a request, with a fixed word for the mark of its fences: the same for whatever data.
pub(crate) fn instructions(request: &ChatRequest) -> String {
    let [system, user, ..] = request.messages.as_slice() else {
        panic!("instructions and data");
    };
    let mark = user.content.lines().next();
    let mark = mark.and_then(|line| line.rsplit(' ').next());
    let mark = mark.expect("data begin with a fence");
    assert!(mark.len() >= 16 && system.content.contains(mark));
    system.content.replace(mark, "MARK")
}

/// What stands between the lines of `name` in the data of a request.
pub(crate) fn block<'a>(request: &'a ChatRequest, name: &str) -> &'a str {
    let user = request.messages[1].content.as_str();
    let begin = user.lines().next().expect("data begin with a fence");
    let mark = begin.rsplit(' ').next().expect("a mark");
    let (begin, end) = (
        format!("BEGIN {name} {mark}\n"),
        format!("\nEND {name} {mark}\n"),
    );
    assert_eq!(user.matches(&begin).count(), 1, "{name}");
    assert_eq!(user.matches(&end).count(), 1, "{name}");
    let (_, rest) = user.split_once(&begin).expect("it begins");
    let (inside, _) = rest.split_once(&end).expect("it ends");
    inside
}
