//! Live state shared between processes: in process, or Redis.

use redis::aio::ConnectionManager;

use crate::StoreError;

/// Signals and short-lived state.
#[derive(Clone)]
pub enum Live {
    /// One process.
    Local,
    /// Several processes.
    Redis(ConnectionManager),
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Local => "Live::Local",
            Self::Redis(_) => "Live::Redis",
        })
    }
}

impl Live {
    /// In process without an address, else Redis.
    ///
    /// # Errors
    /// [`StoreError::Live`] when nothing answers.
    pub async fn connect(url: Option<&str>) -> Result<Self, StoreError> {
        match url {
            None => Ok(Self::Local),
            Some(url) => Ok(Self::Redis(
                redis::Client::open(url)?.get_connection_manager().await?,
            )),
        }
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Live`] when there is none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        match self {
            Self::Local => Ok(()),
            Self::Redis(connection) => {
                let mut connection = connection.clone();
                Ok(redis::cmd("PING")
                    .query_async::<()>(&mut connection)
                    .await?)
            }
        }
    }
}
