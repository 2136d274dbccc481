use candor_testkit::{Database, TestServer};
#[tokio::test]
async fn dump() {
    let server = TestServer::start("x", Database::Sqlite).await.unwrap();
    let surface = crate::surface::Surface::read(&server).await;
    for operation in &surface.operations {
        let mut statuses: Vec<_> = operation.responses.keys().cloned().collect();
        statuses.sort();
        println!("{} body={:?} {}", operation.name(), operation.body.as_ref().map(|b| &b.0), statuses.join(","));
    }
}
