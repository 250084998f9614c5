//! One's own account: what it is known by, what guards it, where it is signed in, taking one's data along, leaving.

mod app;
mod data;
mod factors;
mod leave;
mod passkeys;
mod profile;
mod recovery;
mod sessions;

use leptos::prelude::*;

pub use self::{app::AddApp, recovery::RecoveryCodes};
use self::{
    data::{Account, load_account},
    factors::Factors,
    leave::Leave,
    passkeys::Passkeys,
    profile::{EmailForm, NameForm, PasswordForm},
    sessions::Sessions,
};
use super::frame::HostedPage;
use crate::components::{loaded, page_data};

/// The page of one's own account.
#[component]
pub fn AccountPage() -> impl IntoView {
    loaded(page_data(|| (), |()| load_account()), |account: Account| {
        let Account { email, name, .. } = account.clone();
        view! {
            <HostedPage brand=account.brand.clone() title="Your account" about=format!("Signed in as {email}.") wide=true>
                <NameForm name=name />
                <EmailForm email=email.clone() waiting=account.new_email.clone() />
                <PasswordForm email=email least=account.password_min />
                <Passkeys account=account.clone() />
                <Factors account=account.clone() />
                <Sessions sessions=account.sessions.clone() />
                <Leave />
            </HostedPage>
        }
    })
}
