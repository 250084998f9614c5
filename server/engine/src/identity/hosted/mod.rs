//! Sessions of the hosted pages: cookies whose tokens the database keeps as hashes, beside the application's sessions.

mod account;
mod hand_over;
mod session;

pub use self::{
    account::PasswordChange,
    hand_over::{HandedOver, new_verifier},
    session::{Hosted, NewHosted},
};
