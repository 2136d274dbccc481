//! Who may do what, for every operation of the description: nobody slips through a new route.
//!
//! What is expected stands here, apart from the code: each operation with its action, each action with the
//! callers that may do it. An operation without a row fails the test.

mod table;

use candor_core::access::{Role, Scope};
use candor_testkit::{Database, FakeEngines, TestServer};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    calls::{As, read},
    surface::{Operation, Surface},
};
use table::{READ_FIRST, Rule, row, who_may};

/// Callers, and what they are called in the table of actions.
const CALLERS: [&str; 13] = [
    "nobody",
    "forged token",
    "revoked key",
    "other person",
    "owner",
    "reviewer",
    "recruiter",
    "admin",
    "read key",
    "write key",
    "operate key",
    "admin key",
    "foreign admin",
];

struct World {
    server: TestServer,
    surface: Surface,
    /// A token for each of [`CALLERS`].
    tokens: Vec<String>,
    /// Prefixes of paths, and the id of the thing that stands there.
    things: Vec<(&'static str, String)>,
}

async fn world(test: &str, database: Database) -> Option<World> {
    let server = TestServer::start_with(test, database, FakeEngines::default(), |config| {
        config.auth.logins_per_minute = 10_000;
    })
    .await?;
    let ours = server.organisation("Ours").await;
    let theirs = server.organisation("Theirs").await;
    let revoked = server.key(ours, &[Scope::Admin]).await;
    let tokens = vec![
        String::new(),
        "cdr_forged0000000000000000000000000000000000000".to_owned(),
        revoked.clone(),
        server.person(ours, Role::Candidate).await.1,
        server.person(ours, Role::Candidate).await.1,
        server.person(ours, Role::Reviewer).await.1,
        server.person(ours, Role::Recruiter).await.1,
        server.person(ours, Role::Admin).await.1,
        server.key(ours, &[Scope::Read]).await,
        server.key(ours, &[Scope::Write]).await,
        server.key(ours, &[Scope::Operate]).await,
        server.key(ours, &[Scope::Admin]).await,
        server.person(theirs, Role::Admin).await.1,
    ];
    let admin = As::new(&server, tokens[7].clone());
    let owner = As::new(&server, tokens[4].clone());
    let id = |made: Value| made["id"].as_str().unwrap().to_owned();
    let keys = admin.get("/api/v1/keys").await.expect(200);
    let oldest = keys["items"].as_array().unwrap().last().unwrap()["id"].clone();
    let victim = format!("/api/v1/keys/{}", oldest.as_str().unwrap());
    assert!(admin.delete(&victim).await.status.is_success());
    let interview = id(owner
        .post("/api/v1/interviews", json!({}))
        .await
        .expect(201));
    let webhook = id(admin
        .post(
            "/api/v1/webhooks",
            json!({"url": "https://example.org/hook"}),
        )
        .await
        .expect(201));
    let test_path = format!("/api/v1/webhooks/{webhook}/test");
    let delivery = id(admin
        .send(Method::POST, &test_path, &[], None)
        .await
        .expect(202));
    let candidate = id(admin
        .post("/api/v1/candidates", json!({}))
        .await
        .expect(201));
    let position = id(admin
        .post("/api/v1/positions", json!({"title": "t"}))
        .await
        .expect(201));
    let competency = json!({"key": "k", "name": "n", "description": "d"});
    let competency = id(admin
        .post("/api/v1/competencies", competency)
        .await
        .expect(201));
    let application = id(admin
        .post("/api/v1/applications", json!({}))
        .await
        .expect(201));
    let things = vec![
        ("/api/v1/webhooks/deliveries/", delivery),
        ("/api/v1/webhooks/", webhook),
        ("/api/v1/interviews/", interview),
        ("/api/v1/candidates/", candidate),
        ("/api/v1/positions/", position),
        ("/api/v1/competencies/", competency),
        ("/api/v1/applications/", application),
    ];
    let surface = Surface::read(&server).await;
    Some(World {
        server,
        surface,
        tokens,
        things,
    })
}

impl World {
    /// The thing that the path of an operation names; for those not made here one that does not exist.
    fn thing(&self, operation: &Operation) -> Option<&str> {
        self.things
            .iter()
            .find(|(prefix, _)| operation.path.starts_with(prefix))
            .map(|(_, id)| id.as_str())
    }

    async fn ask(&self, operation: &Operation, token: &str) -> crate::calls::Answer {
        let id = self
            .thing(operation)
            .unwrap_or("01900000-0000-7000-8000-0000000000ff");
        let mut path = String::new();
        let mut rest = operation.path.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(before);
            let (name, after) = after.split_once('}').unwrap();
            path.push_str(if name == "number" { "0" } else { id });
            rest = after;
        }
        path.push_str(rest);
        let mut request = self
            .server
            .client
            .request(operation.method.clone(), self.server.at(&path));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        for parameter in operation.parameters.iter().filter(|one| one.required) {
            let value = match self.surface.example(&parameter.schema) {
                Value::String(text) => text,
                value => value.to_string(),
            };
            match parameter.place.as_str() {
                "query" => request = request.query(&[(&parameter.name, value)]),
                "header" if parameter.name == "If-Match" => {}
                "header" => request = request.header(&parameter.name, value),
                _ => {}
            }
        }
        // A version that nothing has: whoever may change or delete it is told so, and it stays.
        if operation
            .parameters
            .iter()
            .any(|one| one.name == "If-Match")
        {
            request = request.header("if-match", "\"999\"");
        }
        match &operation.body {
            Some((kind, schema)) if kind.contains("json") => {
                request = request.json(&self.surface.example(schema));
            }
            Some((kind, _)) => request = request.header("content-type", kind).body(""),
            None => {}
        }
        read(request).await
    }

    async fn snapshot(&self) -> Vec<String> {
        let admin = As::new(&self.server, self.tokens[7].clone());
        let mut all = Vec::new();
        for (prefix, id) in &self.things {
            all.push(admin.get(&format!("{prefix}{id}")).await.text);
        }
        all
    }
}

/// What a caller must be told, or what is wrong with what they were told.
fn judge(
    operation: &Operation,
    rule: Rule,
    caller: &str,
    exists: bool,
    status: StatusCode,
) -> Result<(), String> {
    let expect = |wanted: &str, fine: bool| {
        if fine {
            return Ok(());
        }
        Err(format!(
            "{} as {caller}: {status}, not {wanted}",
            operation.name()
        ))
    };
    if status.is_server_error() {
        return expect("a server error", false);
    }
    let unknown = matches!(caller, "nobody" | "forged token" | "revoked key");
    let action = match rule {
        Rule::Public => return Ok(()),
        _ if unknown => return expect("401", status == 401),
        Rule::Signed => return expect("anything but 401", status != 401),
        Rule::May(action) => action,
    };
    let may = who_may(action);
    if caller == "foreign admin" {
        // What does not exist, exists elsewhere, or was never there looks the same.
        let hidden = exists && operation.names_one();
        return if hidden {
            expect("404", status == 404)
        } else {
            expect("neither 401 nor 403", !matches!(status.as_u16(), 401 | 403))
        };
    }
    if !may.contains(&caller) {
        // What can't be read is told before who may is asked; nothing is done then either.
        let unread = READ_FIRST.contains(&operation.id.as_str())
            && matches!(status.as_u16(), 400 | 404 | 412 | 422);
        return expect("403", status == 403 || unread);
    }
    if caller == "other person" && exists && operation.names_one() {
        return expect("404", status == 404);
    }
    let hidden = exists && status == 404;
    expect(
        "an answer",
        !hidden && !matches!(status.as_u16(), 401 | 403),
    )
}

#[rstest]
#[tokio::test]
async fn every_operation_asks_who_calls(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(world) = world("every_operation_asks_who_calls", database).await else {
        return;
    };
    let missing: Vec<_> = world
        .surface
        .operations
        .iter()
        .filter(|operation| row(operation).is_none())
        .map(Operation::name)
        .collect();
    assert!(missing.is_empty(), "no row in the table for {missing:#?}");

    let mut wrong = Vec::new();
    let before = world.snapshot().await;
    // First those who may do nothing here: whatever they try, nothing changes.
    for allowed in [false, true] {
        for operation in &world.surface.operations {
            let rule = row(operation).unwrap();
            for (caller, token) in CALLERS.iter().zip(&world.tokens) {
                let may = match rule {
                    Rule::Public | Rule::Signed => true,
                    Rule::May(action) => {
                        who_may(action).contains(caller) && !["other person"].contains(caller)
                    }
                };
                if may != allowed || (rule == Rule::Public && *caller != "nobody") {
                    continue;
                }
                let exists = world.thing(operation).is_some();
                let answer = world.ask(operation, token).await;
                if let Err(error) = judge(operation, rule, caller, exists, answer.status) {
                    wrong.push(format!("{error}: {}", answer.text));
                }
            }
        }
        if !allowed {
            assert_eq!(world.snapshot().await, before, "something was changed");
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}
