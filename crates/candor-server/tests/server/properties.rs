//! Requests made from the description of the interface, good and hostile: whatever is sent, the answer is one
//! that the description tells, and no server error.

mod dice;
mod requests;
mod stored;
mod things;

use std::collections::{BTreeMap, BTreeSet};

use candor_testkit::{Database, FakeEngines, TestServer};
use rstest::rstest;

use self::{dice::Dice, requests::Maker, things::Things};
use crate::{
    calls::{Answer, read},
    surface::{Operation, Surface},
};

/// Hostile requests for each operation.
const CASES: usize = 22;

/// Operations whose straight request can't be taken, and why.
const NEVER: [(&str, &str); 8] = [
    ("fetch_document", "nothing outside may be asked"),
    ("start_oidc", "no provider is set up"),
    ("finish_oidc", "no provider is set up"),
    ("get_session", "takes the cookie of a browser"),
    ("refresh_session", "takes the cookie of a browser"),
    ("delete_session", "takes the cookie of a browser"),
    (
        "get_job_result",
        "there is none before a recording was fetched",
    ),
    (
        "get_job_result_by_job",
        "there is none before a recording was fetched",
    ),
];

/// What the description says about an answer that it does not fit.
fn unfit(
    surface: &Surface,
    validators: &mut BTreeMap<String, jsonschema::Validator>,
    operation: &Operation,
    answer: &Answer,
) -> Option<String> {
    let status = answer.status.as_u16();
    if status >= 500 {
        return Some(format!("server error {status}"));
    }
    let Some(described) = operation.responses.get(&status.to_string()) else {
        return Some(format!("status {status} is not described"));
    };
    let described = surface.resolve(described);
    let kind = answer.header("content-type");
    let native = operation.path.starts_with("/api/v1/") && !operation.id.starts_with("adaptive_");
    if native && status >= 400 && operation.method != "HEAD" && kind != "application/problem+json" {
        return Some(format!("an error of the type {kind:?}"));
    }
    let kind = kind.split(';').next().unwrap_or_default();
    let schema = &described["content"][kind]["schema"];
    if !kind.contains("json") || schema.is_null() || operation.method == "HEAD" {
        return None;
    }
    let validator = validators.entry(schema.to_string()).or_insert_with(|| {
        let mut whole = schema.clone();
        whole["components"] = surface.document["components"].clone();
        jsonschema::validator_for(&whole).unwrap()
    });
    let body = answer.json();
    let error = validator.validate(&body).err()?;
    Some(format!(
        "the body does not fit: {error} at {}",
        error.instance_path()
    ))
}

/// How much an operation takes away that others need; those that take the most come last.
fn destruction(operation: &Operation) -> usize {
    let is_about = |word: &&str| operation.path.contains(*word) || operation.id.contains(*word);
    if is_about(&"logout") {
        4
    } else if is_about(&"password") {
        3
    } else if operation.method == "DELETE" {
        // With a candidate go their applications, invitations and interviews.
        2 + usize::from(operation.path.contains("/candidates/"))
    } else {
        usize::from(["cancel", "withdraw", "setup-link"].iter().any(is_about))
    }
}

#[rstest]
#[tokio::test]
async fn every_answer_is_one_that_the_description_tells(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "every_answer_is_one_that_the_description_tells";
    let started = TestServer::start_with(test, database, FakeEngines::default(), |config| {
        config.auth.logins_per_minute = 1_000_000;
    });
    let Some(server) = started.await else {
        return;
    };
    let Some(things) = Things::make(test, &server).await else {
        return;
    };
    let surface = Surface::read(&server).await;
    let mut maker = Maker {
        server: &server,
        surface: &surface,
        things: &things,
        dice: Dice(20_261_120),
    };
    let mut validators = BTreeMap::new();
    let mut wrong: BTreeMap<String, String> = BTreeMap::new();
    let mut never: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut statuses: BTreeSet<u16> = BTreeSet::new();
    let mut operations: Vec<&Operation> = surface.operations.iter().collect();
    // One-time links first, before anything replaces them.
    operations.sort_by_key(|operation| {
        let is_link = operation.path.starts_with("/setup/");
        (destruction(operation), !is_link)
    });
    for operation in operations {
        let streams = operation
            .responses
            .values()
            .any(|response| response["content"]["text/event-stream"].is_object());
        let mut requests = Vec::new();
        if !streams {
            for round in 0..2 {
                for token in &things.tokens[..3] {
                    requests.push((true, maker.straight(operation, token, round)));
                }
            }
        }
        requests.extend((0..CASES).map(|_| (false, maker.spoiled(operation, streams))));
        let mut refused = Vec::new();
        let mut is_taken = streams;
        for (is_straight, (request, said)) in requests {
            let answer = read(request).await;
            let text: String = answer.text.chars().take(300).collect();
            statuses.insert(answer.status.as_u16());
            if let Some(what) = unfit(&surface, &mut validators, operation, &answer) {
                wrong
                    .entry(format!("{}: {what}", operation.name()))
                    .or_insert_with(|| format!("{said} -> {text}"));
            }
            if is_straight {
                is_taken |= answer.status.as_u16() < 400;
                refused.push(format!("{said} -> {} {text}", answer.status.as_u16()));
            }
        }
        if !is_taken {
            never.insert(&operation.id, refused);
        }
    }
    assert!(
        wrong.is_empty(),
        "{} kinds of wrong answers: {wrong:#?}",
        wrong.len()
    );
    // The requests get past the first check: nearly every operation was taken once.
    for (id, _) in NEVER {
        never.remove(id);
    }
    assert!(never.is_empty(), "never taken: {never:#?}");
    for status in [200, 201, 202, 204, 400, 401, 403, 404, 409, 415, 422] {
        assert!(statuses.contains(&status), "{status} was never answered");
    }
}
