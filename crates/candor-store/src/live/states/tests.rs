use redis::aio::ConnectionManager;

use super::*;

const IDLE: Duration = Duration::from_secs(3600);

/// Two processes that share a Redis; `None`, told as skipped under `test`, where there is none.
async fn two_on_redis(test: &str) -> Option<(Live, Live)> {
    let Ok(url) = std::env::var("CANDOR_TEST_REDIS_URL") else {
        eprintln!("SKIPPED: {test}: CANDOR_TEST_REDIS_URL names no server");
        return None;
    };
    let one = Live::connect(Some(&url), IDLE).await.unwrap();
    let other = Live::connect(Some(&url), IDLE).await.unwrap();
    Some((one, other))
}

fn connection(live: &Live) -> ConnectionManager {
    live.redis.as_ref().unwrap().connection.clone()
}

/// Seconds that a copy still has.
async fn left(live: &Live, key: Uuid) -> i64 {
    connection(live).ttl(name(key)).await.unwrap()
}

async fn recalled(live: &Live, key: Uuid) -> Option<Vec<u8>> {
    live.recall(key).await.unwrap().map(|value| value.to_vec())
}

#[tokio::test]
async fn without_redis_a_copy_is_there_until_it_is_replaced_or_dropped() {
    let live = Live::connect(None, IDLE).await.unwrap();
    let (key, other) = (Uuid::new_v4(), Uuid::new_v4());
    assert_eq!(recalled(&live, key).await, None);
    live.keep(key, b"one".to_vec()).await.unwrap();
    live.keep(other, b"other".to_vec()).await.unwrap();
    live.keep(key, b"two".to_vec()).await.unwrap();
    assert_eq!(recalled(&live, key).await.unwrap(), b"two");
    live.forget(key).await.unwrap();
    live.forget(key).await.unwrap();
    assert_eq!(recalled(&live, key).await, None);
    assert_eq!(recalled(&live, other).await.unwrap(), b"other");
    let elsewhere = Live::connect(None, IDLE).await.unwrap();
    assert_eq!(recalled(&elsewhere, other).await, None);
}

#[tokio::test]
async fn processes_on_one_redis_have_the_same_copies() {
    let test = "processes_on_one_redis_have_the_same_copies";
    let Some((one, other)) = two_on_redis(test).await else {
        return;
    };
    let key = Uuid::new_v4();
    assert_eq!(recalled(&one, key).await, None);
    let bytes: Vec<u8> = (0..=255).collect();
    one.keep(key, bytes.clone()).await.unwrap();
    assert_eq!(recalled(&other, key).await.unwrap(), bytes);
    other.keep(key, b"newer".to_vec()).await.unwrap();
    assert_eq!(recalled(&one, key).await.unwrap(), b"newer");
    assert_eq!(recalled(&one, Uuid::new_v4()).await, None);
    one.forget(key).await.unwrap();
    assert_eq!(recalled(&other, key).await, None);
}

#[tokio::test]
async fn a_copy_in_redis_ends_by_itself_unless_somebody_asks_for_it() {
    let test = "a_copy_in_redis_ends_by_itself_unless_somebody_asks_for_it";
    let Some((one, other)) = two_on_redis(test).await else {
        return;
    };
    let key = Uuid::new_v4();
    one.keep(key, b"said".to_vec()).await.unwrap();
    let whole = 3500..=3600;
    let first = left(&one, key).await;
    assert!(whole.contains(&first), "{first}");
    for renews in ["recall", "keep"] {
        // As if nobody had asked for long.
        let () = connection(&one).expire(name(key), 60).await.unwrap();
        let before = left(&one, key).await;
        assert!((1..=60).contains(&before), "{before}");
        match renews {
            "recall" => assert_eq!(recalled(&other, key).await.unwrap(), b"said"),
            _ => other.keep(key, b"said".to_vec()).await.unwrap(),
        }
        let after = left(&one, key).await;
        assert!(whole.contains(&after), "{renews}: {after}");
    }
    let () = connection(&one).pexpire(name(key), 0).await.unwrap();
    assert_eq!(recalled(&other, key).await, None);
}
