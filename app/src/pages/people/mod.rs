//! The application's users: the list, a new one, and one of them.

mod actions;
mod edit;
mod invite;
mod list;
mod load;
mod mails;
mod make;
mod roles;
mod state;
mod user;

pub use self::{invite::Invite, list::Users, make::NewUser, user::UserPage};
