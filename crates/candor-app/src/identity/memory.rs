//! What identity keeps in memory: credentials verified within the last second, attempts, and permits for
//! hashing passwords.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use candor_core::access::Actor;
use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::limits::Limits;

/// How long another process may not notice a revocation; this one notices at once.
const FRESH: Duration = Duration::from_secs(1);

/// Most credentials that are remembered.
const MOST: usize = 10_000;

/// SHA-256 of a credential.
pub(super) type Digest = [u8; 32];

/// State of identity that a process keeps for itself.
#[derive(Debug)]
pub struct Memory {
    verified: Mutex<Verified>,
    limits: Limits,
    hashing: Arc<Semaphore>,
}

impl Default for Memory {
    fn default() -> Self {
        // Half of the cores stay free for requests.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            verified: Mutex::default(),
            limits: Limits::default(),
            hashing: Arc::new(Semaphore::new((cores / 2).max(1))),
        }
    }
}

#[derive(Debug, Default)]
struct Verified {
    /// Grows with every revocation, so that what was read before one is not remembered after it.
    epoch: u64,
    actors: HashMap<Digest, Entry>,
}

#[derive(Debug)]
struct Entry {
    actor: Actor,
    read: Instant,
    valid_until: Option<Timestamp>,
}

impl Memory {
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Each password takes 19 MiB and a core while it is hashed.
    pub(super) fn hashing(&self) -> Arc<Semaphore> {
        Arc::clone(&self.hashing)
    }

    fn verified(&self) -> std::sync::MutexGuard<'_, Verified> {
        // Every change of the map is complete before anything can panic.
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The actor, when its credential was verified within the last second; otherwise the epoch to hand to
    /// [`Memory::remember`].
    pub(super) fn recall(&self, digest: &Digest, now: Timestamp) -> Result<Actor, u64> {
        let verified = self.verified();
        verified
            .actors
            .get(digest)
            .filter(|entry| entry.read.elapsed() < FRESH)
            .filter(|entry| entry.valid_until.is_none_or(|until| now < until))
            .map(|entry| entry.actor.clone())
            .ok_or(verified.epoch)
    }

    /// Remembers a credential, unless something was revoked since `epoch`.
    pub(super) fn remember(
        &self,
        digest: Digest,
        actor: Actor,
        valid_until: Option<Timestamp>,
        epoch: u64,
    ) {
        let mut verified = self.verified();
        if verified.epoch != epoch {
            return;
        }
        if verified.actors.len() >= MOST {
            verified
                .actors
                .retain(|_, entry| entry.read.elapsed() < FRESH);
            if verified.actors.len() >= MOST {
                verified.actors.clear();
            }
        }
        let read = Instant::now();
        verified.actors.insert(
            digest,
            Entry {
                actor,
                read,
                valid_until,
            },
        );
    }

    /// Forgets everything: somebody lost a right. Call it after the transaction is committed.
    pub(crate) fn forget(&self) {
        let mut verified = self.verified();
        verified.epoch += 1;
        verified.actors.clear();
    }
}

#[cfg(test)]
mod tests {
    use candor_core::{
        access::{Powers, Principal, Role},
        ids::{OrganisationId, UserId},
    };

    use super::*;

    fn actor() -> Actor {
        Actor {
            principal: Principal::User(UserId::generate()),
            organisation: OrganisationId::generate(),
            powers: Powers::Role(Role::Admin),
            attested_consent: None,
        }
    }

    #[test]
    fn what_was_read_before_a_revocation_is_not_remembered_after_it() {
        let memory = Memory::default();
        let now = Timestamp::now();
        let epoch = memory.recall(&[1; 32], now).unwrap_err();
        memory.forget();
        memory.remember([1; 32], actor(), None, epoch);
        assert!(memory.recall(&[1; 32], now).is_err());
    }

    #[test]
    fn a_remembered_credential_still_expires() {
        let memory = Memory::default();
        let now = Timestamp::now();
        memory.remember([1; 32], actor(), Some(now), 0);
        assert!(memory.recall(&[1; 32], now).is_err());
        let before = now - jiff::SignedDuration::from_secs(1);
        assert!(memory.recall(&[1; 32], before).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let memory = Memory::default();
        for index in 0..=MOST {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&index.to_be_bytes());
            memory.remember(digest, actor(), None, 0);
        }
        assert!(memory.verified().actors.len() <= MOST);
    }
}
