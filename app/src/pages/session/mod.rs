//! Coming in and going out: the first owner, signing in, what to start with.

mod home;
mod lone;
mod passkey;
#[cfg(feature = "ssr")]
mod sample;
mod second;
mod setup;
mod sign_in;
mod sign_out;
mod welcome;

pub(crate) use self::lone::Lone;
pub use self::{home::Home, second::SecondFactor, setup::Setup, sign_in::SignIn, sign_out::SignOut, welcome::Welcome};
