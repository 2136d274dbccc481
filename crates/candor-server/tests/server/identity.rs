//! Who gets in, who does not, and what becomes of tokens and keys.

use candor_app::identity::authenticate;
use candor_core::access::{Action, Powers, Role, Scope};
use candor_testkit::{Database, TestServer};
use rstest::rstest;

#[rstest]
#[tokio::test]
async fn keys_and_access_tokens_say_who_acts_and_where(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let name = "keys_and_access_tokens_say_who_acts_and_where";
    let Some(server) = TestServer::start(name, database).await else {
        return;
    };
    let organisation = server.organisation("Acme & <Söhne>'").await;
    let key = server.key(organisation, &[Scope::Write, Scope::Read]).await;
    let machine = authenticate(&server.app, &key).await.unwrap();
    assert_eq!(machine.organisation, organisation);
    assert_eq!(
        machine.powers,
        Powers::Scopes(vec![Scope::Read, Scope::Write])
    );
    assert!(machine.may(Action::ManageKeys).is_err());
    let (user, token) = server.person(organisation, Role::Recruiter).await;
    let person = authenticate(&server.app, &token).await.unwrap();
    assert_eq!(person.user(), Some(user));
    assert_eq!(person.organisation, organisation);
    assert_eq!(person.powers, Powers::Role(Role::Recruiter));
    assert!(authenticate(&server.app, "cdr_nobody").await.is_err());
    assert!(authenticate(&server.app, "").await.is_err());
}
