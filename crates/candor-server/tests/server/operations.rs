//! What operators and clients of any route rely on.

use candor_testkit::{Database, FakeEngines, TestServer};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::Value;

async fn server(test: &str) -> TestServer {
    TestServer::start(test, Database::Sqlite)
        .await
        .expect("SQLite is always there")
}

async fn get(server: &TestServer, path: &str) -> Response {
    server.client.get(server.at(path)).send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .unwrap_or_else(|| panic!("{name} is missing"))
        .to_str()
        .unwrap()
}

#[tokio::test]
async fn a_ready_server_names_what_it_looked_at() {
    let server = server("a_ready_server_names_what_it_looked_at").await;
    let answer = get(&server, "/health/ready").await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["status"], "ready");
    for what in ["database", "queue", "media", "live", "disk"] {
        assert_eq!(body["checks"][what], "ok", "{what}");
    }
}

#[tokio::test]
async fn a_server_whose_database_is_away_says_so_and_when_to_come_back() {
    let server = server("a_server_whose_database_is_away_says_so_and_when_to_come_back").await;
    server.app.store.clone().close().await;
    let answer = get(&server, "/health/ready").await;
    assert_eq!(answer.status(), 503);
    assert_eq!(header(&answer, "retry-after"), "5");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["checks"]["database"], "away");
    assert_eq!(body["checks"]["media"], "ok");
    assert_eq!(get(&server, "/health").await.status(), 200);
}

#[tokio::test]
async fn unknown_addresses_and_wrong_methods_are_problems() {
    let server = server("unknown_addresses_and_wrong_methods_are_problems").await;
    let answer = get(&server, "/api/v1/nothing/here").await;
    assert_eq!(answer.status(), 404);
    assert_eq!(header(&answer, "content-type"), "application/problem+json");
    let id = header(&answer, "x-request-id").to_owned();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["code"], "not_found");
    assert_eq!(body["request_id"], id);

    let answer = server
        .client
        .delete(server.at("/health"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 405);
    assert!(header(&answer, "allow").contains("GET"));
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["code"], "method_not_allowed");
}

#[tokio::test]
async fn a_sane_request_id_is_kept_and_any_other_replaced() {
    let server = server("a_sane_request_id_is_kept_and_any_other_replaced").await;
    for (sent, kept) in [
        ("trace-1.2_3", true),
        ("with space", false),
        ("<script>", false),
        (&"x".repeat(65), false),
    ] {
        let request = server.client.get(server.at("/health"));
        let answer = request.header("x-request-id", sent).send().await.unwrap();
        assert_eq!(header(&answer, "x-request-id") == sent, kept, "{sent}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_browsers() {
    let server = server("every_answer_carries_the_headers_that_protect_browsers").await;
    for path in ["/health", "/nothing", "/docs", "/", "/openapi.json"] {
        let answer = get(&server, path).await;
        assert_eq!(
            header(&answer, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        assert_eq!(header(&answer, "x-frame-options"), "DENY", "{path}");
        let policy = header(&answer, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("http"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn only_configured_origins_may_read_answers() {
    let test = "only_configured_origins_may_read_answers";
    let server = TestServer::start_with(test, Database::Sqlite, FakeEngines::default(), |config| {
        config.server.allowed_origins = vec!["https://app.example".into()];
    })
    .await
    .expect("SQLite is always there");
    for (origin, allowed) in [
        ("https://app.example", true),
        ("https://evil.example", false),
    ] {
        let answer = server
            .client
            .request(Method::OPTIONS, server.at("/api/v1/interviews"))
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization")
            .send()
            .await
            .unwrap();
        let seen = answer.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        assert_eq!(seen.is_some(), allowed, "{origin}");
    }
}

#[tokio::test]
async fn without_configured_origins_nobody_else_may_read_answers() {
    let server = server("without_configured_origins_nobody_else_may_read_answers").await;
    let request = server.client.get(server.at("/health"));
    let answer = request
        .header(header::ORIGIN, "https://evil.example")
        .send()
        .await
        .unwrap();
    assert!(
        answer
            .headers()
            .get(header::ACCESS_CONTROL_ALLOW_ORIGIN)
            .is_none()
    );
}

#[tokio::test]
async fn the_page_of_the_interface_loads_nothing_from_elsewhere() {
    let server = server("the_page_of_the_interface_loads_nothing_from_elsewhere").await;
    let page = get(&server, "/docs").await.text().await.unwrap();
    assert!(!page.contains("://"), "{page}");
    for tag in page.split(['"']).filter(|text| text.starts_with("/docs/")) {
        let answer = get(&server, tag).await;
        assert_eq!(answer.status(), 200, "{tag}");
    }
    let start = get(&server, "/docs/start.js").await.text().await.unwrap();
    assert!(start.contains("/openapi.json") && !start.contains("://"));
    assert_eq!(get(&server, "/docs/../secret").await.status(), 404);
}

#[tokio::test]
async fn the_description_names_every_error_that_any_route_may_give() {
    let server = server("the_description_names_every_error_that_any_route_may_give").await;
    let description: Value = get(&server, "/openapi.json").await.json().await.unwrap();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.contains_key("/health/ready"));
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            if let Some(responses) = operation.get("responses") {
                assert!(responses.get("503").is_some(), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn the_start_is_a_page_for_browsers_and_json_for_programs() {
    let server = server("the_start_is_a_page_for_browsers_and_json_for_programs").await;
    let body: Value = get(&server, "/").await.json().await.unwrap();
    assert_eq!(body["docs"], "/docs");
    let request = server.client.get(server.at("/"));
    let answer = request
        .header(header::ACCEPT, "text/html,*/*;q=0.8")
        .send()
        .await
        .unwrap();
    assert!(header(&answer, "content-type").starts_with("text/html"));
    assert!(answer.text().await.unwrap().contains("href=\"/docs\""));
}

#[tokio::test]
async fn figures_are_told_to_this_machine_but_not_through_a_proxy() {
    let server = server("figures_are_told_to_this_machine_but_not_through_a_proxy").await;
    get(&server, "/health").await;
    let answer = get(&server, "/metrics").await;
    assert_eq!(answer.status(), 200);
    let text = answer.text().await.unwrap();
    assert!(text.contains("candor_http_requests_total{"), "{text}");
    assert!(text.contains("route=\"/health\""), "{text}");
    assert!(
        text.contains("candor_http_request_seconds_bucket"),
        "{text}"
    );
    let request = server.client.get(server.at("/metrics"));
    let answer = request
        .header("x-forwarded-for", "203.0.113.9")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
}

#[tokio::test]
async fn a_recording_is_refused_where_it_could_not_be_kept() {
    let test = "a_recording_is_refused_where_it_could_not_be_kept";
    let server = TestServer::start_with(test, Database::Sqlite, FakeEngines::default(), |config| {
        config.limits.disk_reserve_bytes = u64::MAX;
    })
    .await
    .expect("SQLite is always there");
    let answer = server
        .client
        .post(server.at("/api/v1/recordings"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body("--x--")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(header(&answer, "retry-after"), "60");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["code"], "disk_full");
    let ready: Value = get(&server, "/health/ready").await.json().await.unwrap();
    assert_eq!(ready["checks"]["disk"], "full");
}
