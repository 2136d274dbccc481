//! Who comes in first: the admin that the environment names, or whoever opens the one-time link that is
//! printed; until then only this machine reaches the server.

use anyhow::{Context, Result};
use candor_app::{
    config::{Config, given, is_loopback},
    identity::{self, setup::SetupLink},
};

use crate::compose::Installation;

/// Where to listen, and the link to print.
pub struct Door {
    /// Addresses.
    pub listen: Vec<String>,
    link: Option<SetupLink>,
    is_narrowed: bool,
}

/// Makes the first admin, or a link for them.
///
/// # Errors
/// What the database says; a login or password that can't be taken.
pub async fn open_door(installation: &Installation) -> Result<Door> {
    let app = &installation.app;
    let mut listen = app.config.server.listen.clone();
    if app.config.auth.mode == "off" {
        let link = identity::single_user(app).await?;
        return Ok(Door {
            listen,
            link: Some(link),
            is_narrowed: false,
        });
    }
    if let Some(admin) = &installation.first_admin {
        identity::ensure_first_admin(app, &admin.email, &admin.password)
            .await
            .context("the first admin can't be made")?;
    }
    let link = identity::setup_link(app).await?;
    let mut is_narrowed = false;
    if link.is_some() {
        for address in &mut listen {
            if !is_loopback(address)
                && let Some((_, port)) = address.rsplit_once(':')
            {
                *address = format!("127.0.0.1:{port}");
                is_narrowed = true;
            }
        }
        listen.dedup();
    }
    Ok(Door {
        listen,
        link,
        is_narrowed,
    })
}

impl Door {
    /// Prints the link, where there is one.
    pub fn tell(&self, config: &Config, urls: &[String]) {
        if let Some(link) = &self.link {
            let own = urls.first().map_or("", String::as_str);
            let base = if self.is_narrowed {
                own
            } else {
                given(&config.server.public_url).unwrap_or(own)
            };
            println!("open once to begin: {}", link.url(base));
        }
        if self.is_narrowed {
            eprintln!(
                "warning: nobody administers this server yet, so only this machine reaches it; open the \
                 link, or set CANDOR_ADMIN_EMAIL and CANDOR_ADMIN_PASSWORD, and start it again"
            );
        }
    }
}
