//! The pages for the application's users: signing in and up, proving who they are, their account. They work with scripts off,
//! passkeys and security keys excepted, and lead back to the application.

mod account;
mod by_mail;
mod carried;
mod code;
#[cfg(feature = "ssr")]
mod color;
mod confirm;
mod entry;
mod frame;
#[cfg(feature = "ssr")]
pub mod http;
mod link;
mod mfa;
mod new_password;
mod passkey;
#[cfg(feature = "ssr")]
mod providers;
#[cfg(feature = "ssr")]
mod server;
mod sign_in;
mod sign_up;
mod ways;

pub use self::{
    account::{AccountPage, AddApp, RecoveryCodes},
    by_mail::{MagicLink, Reset},
    code::EnterCode,
    confirm::Confirm,
    link::ConsentToLink,
    mfa::SecondFactor,
    new_password::NewPassword,
    sign_in::HostedSignIn,
    sign_up::SignUp,
};
