//! The application's users: the list, a new one, and one of them.

mod actions;
mod edit;
mod list;
mod load;
mod make;
mod state;
mod user;

pub use self::{list::Users, make::NewUser, user::UserPage};

/// A moment as people read it, in UTC.
#[cfg(feature = "ssr")]
fn moment(at: &str) -> String {
    at.chars().take(16).collect::<String>().replace('T', " ")
}
