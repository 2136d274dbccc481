//! Who somebody is: accounts, sessions, API keys, tokens of candidates, sign-in limits.

mod accounts;
mod authenticate;
pub mod interview_tokens;
pub mod keys;
mod limits;
pub mod members;
mod memory;
pub mod oidc;
pub mod passwords;
pub mod people;
pub mod recruiters;
pub mod sessions;
pub mod setup;
mod single_user;
mod tokens;

pub use accounts::{
    Credentials, NewAccount, change_password, login, register, registration_is_open,
};
pub use authenticate::authenticate;
pub use limits::count_attempt;
pub use memory::Memory;
pub use setup::{ensure_first_admin, setup_link};
pub(crate) use single_user::ensure_account as ensure_single_user;
pub use single_user::{is_on as single_user_is_on, single_user};
