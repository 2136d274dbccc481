//! Limits of guessing: attempts from one address, and for ids that no account has.
//!
//! Accounts are locked in the database. An id without an account is locked here in the same way, so that
//! being locked does not tell that an account exists.

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, OnceLock, PoisonError},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use jiff::{SignedDuration, Timestamp};

use super::memory::Digest;
use crate::{App, AppError};

/// Most addresses and ids that are remembered.
const MOST: usize = 20_000;

/// Attempts of this process.
#[derive(Debug, Default)]
pub(super) struct Limits {
    addresses: OnceLock<DefaultKeyedRateLimiter<Address>>,
    strangers: Mutex<HashMap<Digest, Attempts>>,
}

/// An IPv4 address, or the 64 bits of an IPv6 address that one network gets.
type Address = u64;

#[derive(Debug, Clone, Copy)]
struct Attempts {
    failed: u32,
    locked_until: Option<Timestamp>,
}

fn address(of: IpAddr) -> Address {
    match of.to_canonical() {
        IpAddr::V4(v4) => u64::from(v4.to_bits()),
        // No IPv4 address has a bit beyond the 32nd, and no network is ::/64.
        IpAddr::V6(v6) => u64::try_from(v6.to_bits() >> 64).unwrap_or(u64::MAX),
    }
}

/// Counts an attempt to sign in, to register or to use a link.
///
/// # Errors
/// [`AppError::RateLimited`] when the address made too many.
pub fn count_attempt(app: &App, from: IpAddr) -> Result<(), AppError> {
    let limiter = app.identity.limits().addresses.get_or_init(|| {
        let per_minute =
            NonZeroU32::new(app.config.auth.logins_per_minute).unwrap_or(NonZeroU32::MIN);
        RateLimiter::keyed(Quota::per_minute(per_minute))
    });
    if limiter.len() > MOST {
        limiter.retain_recent();
    }
    limiter
        .check_key(&address(from))
        .map_err(|refused| AppError::RateLimited {
            retry_after_s: refused
                .wait_time_from(DefaultClock::default().now())
                .as_secs()
                + 1,
        })
}

/// Counts an attempt for an id that no account has.
///
/// # Errors
/// [`AppError::RateLimited`] after as many as lock an account.
pub(super) fn count_stranger(app: &App, id: Digest) -> Result<(), AppError> {
    let now = app.clock.now();
    let auth = &app.config.auth;
    let mut strangers = app
        .identity
        .limits()
        .strangers
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if strangers.len() >= MOST {
        strangers.clear();
    }
    let attempts = strangers.entry(id).or_insert(Attempts {
        failed: 0,
        locked_until: None,
    });
    if let Some(until) = attempts.locked_until {
        if now < until {
            return Err(locked(now, until));
        }
        attempts.failed = 0;
        attempts.locked_until = None;
    }
    attempts.failed += 1;
    if attempts.failed >= auth.lockout_failures.max(1) {
        attempts.locked_until = Some(now + SignedDuration::from_mins(auth.lockout_minutes.into()));
    }
    Ok(())
}

/// How long a locked account stays locked.
pub(super) fn locked(now: Timestamp, until: Timestamp) -> AppError {
    let wait_s = until.duration_since(now).as_secs();
    AppError::RateLimited {
        retry_after_s: u64::try_from(wait_s).unwrap_or(0) + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let of = |text: &str| address(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
        assert_ne!(of("10.0.0.2"), of("10.0.0.1"));
    }
}
