//! Who somebody is: accounts, sessions, API keys, sign-in limits.

pub mod keys;
mod authenticate;
mod memory;
pub mod people;
pub mod sessions;
mod tokens;

pub use authenticate::authenticate;
pub use memory::Memory;
