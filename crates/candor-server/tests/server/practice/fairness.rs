//! The audits over an organisation's sessions, as its admins see them.

use candor_core::access::Role;
use candor_testkit::{Database, TestServer};
use rstest::rstest;
use serde_json::json;

use super::stage::Client;

#[rstest]
#[tokio::test]
async fn admins_see_means_by_band_with_their_samples_and_warnings(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "admins_see_means_by_band_with_their_samples_and_warnings";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("practice").await;
    let admin = Client {
        server: &server,
        token: server.person(organisation, Role::Admin).await.1,
    };
    let (status, empty) = admin.get("/api/v1/fairness").await;
    assert_eq!(status, 200, "{empty}");
    assert_eq!(
        (
            &empty["n_samples"],
            &empty["bands"],
            &empty["band_warnings"]
        ),
        (&json!(0), &json!([]), &json!([]))
    );
    let elsewhere = server.organisation("elsewhere").await;
    for (whose, n, band, engagement) in [
        (organisation, 6, "slow", 40.0),
        (organisation, 9, "fast", 60.5),
        (organisation, 4, "optimal", 90.0),
        (elsewhere, 5, "optimal", 10.0),
    ] {
        for _ in 0..n {
            server.keep_sample(whose, band, engagement).await;
        }
    }
    let (_, found) = admin.get("/api/v1/fairness").await;
    assert_eq!(found["n_samples"], 19);
    assert_eq!(
        found["bands"],
        json!([{
            "metric": "speakingRateBand", "score": "engagement", "spread": 20.5,
            "bands": [
                {"band": "fast", "n": 9, "mean": 60.5},
                {"band": "optimal", "n": 4, "mean": null},
                {"band": "slow", "n": 6, "mean": 40.0},
            ],
        }])
    );
    assert_eq!(
        found["band_warnings"].as_array().unwrap().len(),
        1,
        "{found}"
    );
    assert_eq!(found["circumstances"], json!([]));
    for role in [Role::Recruiter, Role::Candidate] {
        let other = Client {
            server: &server,
            token: server.person(organisation, role).await.1,
        };
        assert_eq!(other.get("/api/v1/fairness").await.0, 403);
    }
}
