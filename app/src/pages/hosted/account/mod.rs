//! One's own account: what it is known by, what guards it, where it is signed in, taking one's data along, leaving.

mod app;
mod data;
mod factors;
mod leave;
mod linked;
mod passkeys;
mod password;
mod profile;
mod recovery;
mod section;
mod sessions;

use leptos::prelude::*;

pub use self::{app::AddApp, recovery::RecoveryCodes};
use self::{
    data::{Account, load_account},
    factors::Factors,
    leave::Leave,
    linked::LinkedAccounts,
    passkeys::Passkeys,
    password::PasswordForm,
    profile::{EmailForm, NameForm},
    sessions::Sessions,
};
use super::frame::HostedPage;
use crate::components::{loaded, page_data};

/// The page of one's own account.
#[component]
pub fn AccountPage() -> impl IntoView {
    loaded(page_data(|| (), |()| load_account()), |account: Account| {
        let Account { email, name, .. } = account.clone();
        let about = if email.is_empty() { String::new() } else { format!("Signed in as {email}.") };
        view! {
            <HostedPage brand=account.brand.clone() title="Your account" about=about wide=true signed_in=true>
                <NameForm name=name />
                <EmailForm email=email.clone() waiting=account.new_email.clone() />
                {(!email.is_empty()).then(|| view! { <PasswordForm account=account.clone() /> })}
                <LinkedAccounts account=account.clone() />
                <Passkeys account=account.clone() />
                <Factors account=account.clone() />
                <Sessions sessions=account.sessions.clone() />
                <Leave email=email />
            </HostedPage>
        }
    })
}
