//! Organisations, keys and people of a test server.

use candor_app::{
    identity::{
        keys::{NewKey, create_key_as_operator},
        people::add_person,
        sessions::open_session,
    },
    organisations::create_organisation,
};
use candor_core::{
    access::{Actor, AttestedConsent, Principal, Role, Scope},
    ids::{OrganisationId, UserId},
    policy::OrganisationKind,
};

use crate::TestServer;

impl TestServer {
    /// A new organisation with the strictest policy.
    ///
    /// # Panics
    /// When it can't be made.
    pub async fn organisation(&self, name: &str) -> OrganisationId {
        create_organisation(
            &self.app,
            Principal::Operator,
            name,
            OrganisationKind::Other,
        )
        .await
        .expect("an organisation can be made")
    }

    /// An API key with these scopes.
    ///
    /// # Panics
    /// When it can't be made.
    pub async fn key(&self, organisation: OrganisationId, scopes: &[Scope]) -> String {
        self.new_key(organisation, scopes, None).await
    }

    /// An API key whose holder attests the consent of everybody whose recording is uploaded with it.
    ///
    /// # Panics
    /// When it can't be made.
    pub async fn attesting_key(&self, organisation: OrganisationId, scopes: &[Scope]) -> String {
        let consent = AttestedConsent {
            version: "2026-01".to_owned(),
            by: "test".to_owned(),
        };
        self.new_key(organisation, scopes, Some(consent)).await
    }

    async fn new_key(
        &self,
        organisation: OrganisationId,
        scopes: &[Scope],
        attested_consent: Option<AttestedConsent>,
    ) -> String {
        let new = NewKey {
            name: "test".to_owned(),
            scopes: scopes.to_vec(),
            attested_consent,
            expires_at: None,
        };
        create_key_as_operator(&self.app, organisation, new)
            .await
            .expect("a key can be made")
            .1
    }

    /// A new person of the organisation, and their access token.
    ///
    /// # Panics
    /// When they can't be made.
    pub async fn person(&self, organisation: OrganisationId, role: Role) -> (UserId, String) {
        let handle = format!("{}-{}", role.as_str(), UserId::generate().short());
        let operator = Actor::operator(organisation);
        let person = add_person(&self.app, &operator, &handle, None, role)
            .await
            .expect("a person can be added");
        let id = person.id;
        let session = open_session(&self.app, person, organisation)
            .await
            .expect("a session can be opened");
        (id, session.access_token)
    }
}
