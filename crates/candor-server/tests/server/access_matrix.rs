//! Who may do what, for every operation of the description: nobody slips through a new route.
//!
//! What is expected stands here, apart from the code: each operation with its action, each action with the
//! callers that may do it, each thing with the callers that see it. An operation without a row fails the
//! test, and so does one that names a thing of which there is none.

mod callers;
mod documented;
mod judging;
mod native;
mod requests;
mod table;
mod things;

use std::{collections::BTreeMap, time::Duration};

use candor_testkit::Database;
use rstest::rstest;

use crate::{
    pipeline::stage::Stage,
    surface::{Operation, Surface},
};
use callers::{CALLERS, Callers};
use judging::{Expected, expected, wrong};
use table::{Rule, row};
use things::{MACHINES, OPERATORS, OWNER, STAFF, Thing, kind};

/// Longest wait for what workers do.
const PATIENCE: Duration = Duration::from_secs(120);

/// Operations after which their thing is gone; each caller gets one of its own.
const USES_UP: [&str; 6] = [
    "adaptive_delete_job",
    "adaptive_delete_question",
    "delete_recording",
    "delete_upload",
    "delete_user",
    "lab_delete",
];

/// A server at rest on which everything was done once.
pub struct World {
    stage: Stage,
    surface: Surface,
    callers: Callers,
    things: Vec<Thing>,
}

async fn world(test: &str, database: Database) -> Option<World> {
    let mut stage = Stage::new(test, database).await?;
    let callers = Callers::new(&stage).await;
    let mut things = native::recorded(&stage, &callers).await;
    things.extend(documented::begun(&stage, &callers).await);
    all_done(&stage, &callers).await;
    stage.rest().await;

    let (admin, owner) = (callers.of(&stage, "admin"), callers.of(&stage, "owner"));
    things.extend(native::listed(&admin, "/api/v1/queues/jobs", "job", OPERATORS).await);
    things.extend(native::kept(&stage, &callers).await);
    for (caller, seen_by, n_analyses) in [(&admin, STAFF, 6), (&owner, OWNER, 6)] {
        let found = native::listed(caller, "/api/v1/analyses", "analysis", seen_by).await;
        assert_eq!(found.len(), n_analyses, "analyses seen by {seen_by:?}");
        things.extend(found);
        things.extend(native::listed(caller, "/api/v1/reports", "report", seen_by).await);
        for (path, kind) in [
            ("/api/v1/interviews", "interview"),
            ("/api/v1/recordings", "recording"),
        ] {
            let found = native::listed(caller, path, kind, seen_by).await;
            let is_new = |one: &Thing| things.iter().all(|known| known.id != one.id);
            let found: Vec<Thing> = found.into_iter().filter(is_new).collect();
            things.extend(found);
        }
    }
    let surface = Surface::read(&stage.server).await;
    Some(World {
        stage,
        surface,
        callers,
        things,
    })
}

/// Waits until workers have nothing left to do, and nothing failed.
async fn all_done(stage: &Stage, callers: &Callers) {
    let admin = callers.of(stage, "admin");
    let begun = std::time::Instant::now();
    loop {
        let jobs = admin.get("/api/v1/queues/jobs?limit=200").await.expect(200);
        let jobs = jobs["items"].as_array().unwrap().clone();
        let is_open = |state: &str| ["queued", "in_progress"].contains(&state);
        if !jobs
            .iter()
            .any(|job| is_open(job["state"].as_str().unwrap()))
        {
            assert!(jobs.iter().all(|job| job["state"] == "done"), "{jobs:#?}");
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "not in time: {jobs:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

impl World {
    /// The things that an operation is about; one "no thing" where it is about none.
    fn about(&self, operation: &Operation) -> Vec<Option<&Thing>> {
        match kind(operation) {
            Some("link") | None => vec![None],
            Some(kind) => self
                .things
                .iter()
                .filter(|thing| thing.kind == kind)
                .map(Some)
                .collect(),
        }
    }

    /// Another thing of the same kind, that this caller sees as well.
    async fn another(&self, thing: &Thing, caller: &str) -> Thing {
        let (stage, callers) = (&self.stage, &self.callers);
        let maker = |staff| match caller {
            "owner" | "candidate token" => callers.of(stage, caller),
            _ => callers.of(stage, staff),
        };
        let id = match thing.kind {
            "recording" => native::recording(stage, &maker("recruiter"), None).await,
            "upload" => native::upload(&callers.of(stage, caller)).await,
            "position" => native::position(&callers.of(stage, "admin")).await,
            "bank question" => native::bank_question(&callers.of(stage, "admin")).await,
            "user" => native::user(&callers.of(stage, "admin")).await,
            "lab interview" if caller == "owner" => {
                documented::unread_lab(stage, &maker("owner"), "practice").await
            }
            "lab interview" => documented::unread_lab(stage, &maker("write key"), "hiring").await,
            kind => panic!("no way to make another {kind}"),
        };
        Thing {
            id,
            ..thing.clone()
        }
    }

    /// What is wrong with how those are refused who may not, or who may not know.
    async fn refusals(&self) -> Vec<String> {
        let mut found = Vec::new();
        for operation in &self.surface.operations {
            let rule = row(operation).unwrap();
            for caller in CALLERS {
                let token = self.callers.token(caller);
                let mut nowhere = None;
                for (index, thing) in self.about(operation).into_iter().enumerate() {
                    let expected = expected(rule, caller, thing);
                    // Who is nobody, or may not, is refused whatever the thing.
                    let is_told = expected != Expected::Hidden && index > 0;
                    if !expected.is_refusal() || is_told {
                        continue;
                    }
                    if let (Expected::Hidden, Some(thing), None) = (expected, thing, &nowhere) {
                        nowhere = Some(self.ask(operation, Some(&thing.nowhere()), token).await);
                    }
                    let answer = self.ask(operation, thing, token).await;
                    let compared = nowhere.as_ref().filter(|_| expected == Expected::Hidden);
                    if let Some(what) = wrong(operation, expected, thing, &answer, compared) {
                        let told = (answer.status, answer.text);
                        found.push(complaint(operation, caller, thing, expected, what, &told));
                    }
                }
            }
        }
        found
    }

    /// What is wrong with how those are answered who may.
    async fn answers(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut operations: Vec<&Operation> = self.surface.operations.iter().collect();
        // Reading first: what is changed later reads otherwise.
        operations.sort_by_key(|one| (!one.method.is_safe(), USES_UP.contains(&one.id.as_str())));
        for operation in operations {
            let rule = row(operation).unwrap();
            for caller in CALLERS {
                if rule == Rule::Public && caller != "nobody" {
                    continue;
                }
                let mut things = self.about(operation);
                if !operation.method.is_safe() {
                    // One of each sort will do: reading showed that all of them are within reach.
                    let mut seen = Vec::new();
                    things.retain(|thing| {
                        let sort = thing.map(|thing| thing.seen_by);
                        let is_new = !seen.contains(&sort);
                        seen.push(sort);
                        is_new
                    });
                }
                for thing in things {
                    let expected = expected(rule, caller, thing);
                    if expected.is_refusal() {
                        continue;
                    }
                    let another = match thing {
                        Some(thing) if USES_UP.contains(&operation.id.as_str()) => {
                            Some(self.another(thing, caller).await)
                        }
                        _ => None,
                    };
                    let thing = another.as_ref().or(thing);
                    let answer = self.ask(operation, thing, self.callers.token(caller)).await;
                    let what = wrong(operation, expected, thing, &answer, None);
                    let what = what.map(str::to_owned).or_else(|| {
                        let hidden = self.betrayed(operation, rule, caller, &answer.text)?;
                        Some(format!("tells of {hidden:?}"))
                    });
                    if let Some(what) = what {
                        let told = (answer.status, answer.text);
                        found.push(complaint(operation, caller, thing, expected, &what, &told));
                    }
                }
            }
        }
        found
    }

    /// A thing in an answer that the caller must not see. Logs and queues name everything by id alone, and the
    /// native interface shows staff what the routes of practice keep to machines.
    fn betrayed(
        &self,
        operation: &Operation,
        rule: Rule,
        caller: &str,
        text: &str,
    ) -> Option<&Thing> {
        use candor_core::access::Action::{OperateQueues, ReadAudit};
        let names_all = matches!(rule, Rule::May(ReadAudit | OperateQueues) | Rule::Public);
        if names_all || !operation.method.is_safe() {
            return None;
        }
        self.things
            .iter()
            .filter(|thing| ![OPERATORS, MACHINES].contains(&thing.seen_by))
            .filter(|thing| !thing.seen_by.contains(&caller))
            .find(|thing| text.contains(thing.bare()))
    }
}

fn complaint(
    operation: &Operation,
    caller: &str,
    thing: Option<&Thing>,
    expected: Expected,
    what: &str,
    (status, text): &(reqwest::StatusCode, String),
) -> String {
    let about = thing.map_or(String::new(), |thing| {
        format!(" about a {} of {:?}", thing.kind, thing.seen_by)
    });
    let text: String = text.chars().take(300).collect();
    format!(
        "{} as {caller}{about}: {what} ({expected:?}), but {status}: {text}",
        operation.name()
    )
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_asks_who_calls(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(world) = Box::pin(world("every_operation_asks_who_calls", database)).await else {
        return;
    };
    let operations = &world.surface.operations;
    let missing: Vec<_> = operations
        .iter()
        .filter(|one| row(one).is_none())
        .map(Operation::name)
        .collect();
    assert!(missing.is_empty(), "no row in the table for {missing:#?}");
    let without: Vec<_> = operations
        .iter()
        .filter(|one| one.names_one() && (kind(one).is_none() || world.about(one).is_empty()))
        .map(Operation::name)
        .collect();
    assert!(
        without.is_empty(),
        "nothing stands behind the ids of {without:#?}"
    );

    let before = world.stage.server.rows().await;
    let refusals = world.refusals().await;
    assert!(
        refusals.is_empty(),
        "{} wrong: {refusals:#?}",
        refusals.len()
    );
    let after = world.stage.server.rows().await;
    let changed: BTreeMap<_, _> = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| before != after)
        .map(|((table, before), (_, after))| (table, (before, after)))
        .collect();
    assert!(changed.is_empty(), "something was changed: {changed:#?}");

    let answers = world.answers().await;
    assert!(answers.is_empty(), "{} wrong: {answers:#?}", answers.len());
}
