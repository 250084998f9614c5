//! How the Studio looks to oneself, and what guards one's account.

mod app;
mod guards;
mod keys;
mod password;
mod recovery;

use leptos::{prelude::*, server_fn::ServerFn as _};
use serde::{Deserialize, Serialize};

pub use self::{app::StudioApp, recovery::StudioCodes};
use self::{guards::GuardSections, password::PasswordForm};
use crate::{
    components::{PageHead, loaded, page_data},
    errors::Result,
    pages::factors::Guards,
    theme::Theme,
};

/// Who is signed in, and what they chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ProfileData {
    email: String,
    role: String,
    theme: Theme,
    password_min: u32,
    guards: Guards,
}

#[server]
async fn load_profile() -> Result<ProfileData> {
    let (engine, session) = crate::context::session().await?;
    let user = engine.user(session.account.id, session.session).await?;
    Ok(ProfileData {
        guards: crate::pages::factors::proof::guards(&engine, &session.as_user(), &user).await?,
        password_min: engine.settings().auth.password_min_length,
        role: session.account.role.as_str().to_owned(),
        email: session.account.email,
        theme: crate::theme::chosen(),
    })
}

#[server]
async fn choose_theme(theme: String) -> Result<()> {
    const YEAR: u64 = 365 * 24 * 60 * 60;
    crate::context::account().await?;
    crate::cookies::set(Theme::COOKIE, Theme::parse(&theme).as_str(), YEAR);
    crate::context::redirect("/settings/profile");
    Ok(())
}

/// The page of one's own settings.
#[component]
pub fn Profile() -> impl IntoView {
    loaded(page_data(|| (), |()| load_profile()), |profile| {
        view! {
            <PageHead title="Profile" about=format!("Signed in as {}, {}.", profile.email, profile.role) />
            <ThemeForm theme=profile.theme />
            <PasswordForm email=profile.email least=profile.password_min />
            <GuardSections guards=profile.guards />
        }
    })
}

#[component]
fn ThemeForm(theme: Theme) -> impl IntoView {
    let choice = |choice: Theme, text: &'static str| {
        view! {
            <label class="check">
                <input type="radio" name="theme" value=choice.as_str() checked={choice == theme} />
                <span>{text}</span>
            </label>
        }
    };
    view! {
        <section class="section narrow" aria-labelledby="theme">
            <h2 id="theme">"Appearance"</h2>
            <form class="card stack" method="post" action=ChooseTheme::url()>
                <fieldset class="row">
                    <legend class="visually-hidden">"Theme"</legend>
                    {choice(Theme::System, "As the system")}
                    {choice(Theme::Light, "Light")}
                    {choice(Theme::Dark, "Dark")}
                </fieldset>
                <div class="card-foot"><button class="button" type="submit">"Save"</button></div>
            </form>
        </section>
    }
}
