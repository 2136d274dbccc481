//! Tells the consumers of this process at once that messages were pushed, and when a message that waits is
//! due. Messages of other processes are noticed by [`Queue::listen`](super::Queue::listen).

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{Stream, stream};
use tokio::{sync::watch, time::timeout};

/// A wake-up that arrives while a fetch is under way would be lost: it is repeated after these waits, which
/// are longer than a fetch takes, also on a busy database.
const ECHOES: [Duration; 2] = [Duration::from_millis(8), Duration::from_millis(100)];

/// Wake-ups by pool.
#[derive(Debug, Default)]
pub struct Wakes {
    by_pool: Mutex<BTreeMap<String, watch::Sender<()>>>,
}

impl Wakes {
    /// Wakes the consumers of a pool.
    pub fn wake(&self, pool: &str) {
        if let Some(sender) = self.lock().get(pool) {
            sender.send_replace(());
        }
    }

    /// Wakes the consumers of a pool when a message that waits becomes due: its time counts in whole seconds,
    /// and a database may compare it strictly, so they are woken again a second later.
    pub fn wake_later(self: &Arc<Self>, pool: &str, wait: Duration) {
        let (wakes, pool) = (Arc::clone(self), pool.to_owned());
        tokio::spawn(async move {
            for wait in [wait, Duration::from_secs(1)] {
                tokio::time::sleep(wait).await;
                wakes.wake(&pool);
            }
        });
    }

    /// Wakes all.
    pub fn wake_all(&self) {
        for sender in self.lock().values() {
            sender.send_replace(());
        }
    }

    /// The wake-ups of a pool, with their echoes.
    pub(super) fn stream(&self, pool: &str) -> impl Stream<Item = ()> + Send + Sync + 'static {
        let receiver = self
            .lock()
            .entry(pool.to_owned())
            .or_insert_with(|| watch::Sender::new(()))
            .subscribe();
        let told = ECHOES.len();
        stream::unfold((receiver, told), |(mut receiver, mut told)| async move {
            match ECHOES.get(told) {
                None => {
                    receiver.changed().await.ok()?;
                    told = 0;
                }
                Some(wait) => match timeout(*wait, receiver.changed()).await {
                    // A new one comes before the echo of the last.
                    Ok(changed) => {
                        changed.ok()?;
                        told = 0;
                    }
                    Err(_) => told += 1,
                },
            }
            Some(((), (receiver, told)))
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, watch::Sender<()>>> {
        self.by_pool
            .lock()
            .expect("nobody panics while holding this lock")
    }
}
