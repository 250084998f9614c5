//! The pages for the application's users: signing in and up, proving who they are, their account. They work with scripts off,
//! passkeys and security keys excepted, and lead back to the application.

mod account;
mod carried;
mod code;
#[cfg(feature = "ssr")]
mod color;
mod confirm;
mod entry;
mod frame;
#[cfg(feature = "ssr")]
pub mod http;
mod magic_link;
mod mfa;
mod new_password;
mod passkey;
mod reset;
#[cfg(feature = "ssr")]
mod server;
mod sign_in;
mod sign_up;

pub use self::{
    account::{AccountPage, AddApp, RecoveryCodes},
    code::EnterCode,
    confirm::Confirm,
    magic_link::MagicLink,
    mfa::SecondFactor,
    new_password::NewPassword,
    reset::Reset,
    sign_in::HostedSignIn,
    sign_up::SignUp,
};
