//! What holding interviews keeps in memory of this process: one lock for each interview in use.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{Mutex as Lock, OwnedMutexGuard};
use uuid::Uuid;

/// State of this process. Whatever is lost with it stands in the records.
#[derive(Default)]
pub struct Memory {
    locks: Mutex<HashMap<Uuid, Weak<Lock<()>>>>,
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory(…)")
    }
}

impl Memory {
    /// Waits until nobody else of this process changes the interview.
    pub(super) async fn hold(&self, interview: Uuid) -> OwnedMutexGuard<()> {
        self.lock(interview).lock_owned().await
    }

    fn lock(&self, interview: Uuid) -> Arc<Lock<()>> {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = locks.get(&interview).and_then(Weak::upgrade) {
            return lock;
        }
        // Locks that nobody holds any more go when there are as many as a busy server has.
        if locks.len() >= 1024 {
            locks.retain(|_, lock| lock.strong_count() > 0);
        }
        let lock = Arc::new(Lock::new(()));
        locks.insert(interview, Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_interview_is_held_once_and_another_beside_it() {
        let memory = Memory::default();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let held = memory.hold(one).await;
        let _other = memory.hold(other).await;
        assert!(memory.lock(one).try_lock().is_err());
        drop(held);
        assert!(memory.lock(one).try_lock().is_ok());
    }
}
