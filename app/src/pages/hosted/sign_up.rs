//! Making an account.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    carried::Carried,
    entry::{Entry, load_entry},
    frame::{CaptchaBox, CarriedField, HostedPage, carried},
    ways::OtherWays,
};
use crate::{
    AppError,
    components::{ErrorSummary, Field, form_error, loaded, page_data},
    errors::Result,
};

#[server]
async fn sign_user_up(
    name: String,
    email: String,
    password: String,
    carried: String,
    #[server(default)]
    #[server(rename = "h-captcha-response")]
    captcha: String,
) -> Result<()> {
    use super::server;
    use tenon_engine::identity::flows::{Answer, NewUser};
    let (engine, client, carried) = (crate::context::engine()?, server::client(), Carried::parse(&carried));
    server::check_captcha(&engine, &client, captcha, &email).await?;
    let mut data = serde_json::Map::new();
    if !name.trim().is_empty() {
        data.insert("name".into(), name.trim().into());
    }
    let user = NewUser { email: email.clone(), password, data };
    let answer = engine.sign_up(user, Some(server::confirm_page(&engine, &carried)), None, &client).await;
    match answer.map_err(|error| server::refused(error, &email).keeping([("name", name.as_str())]))? {
        Answer::Session(session) => server::go(&server::admit(&engine, &session, &carried).await?),
        Answer::User(_) => server::go(&carried.to(&format!("/auth/code?type=email&email={}", crate::paths::encode(&email)))),
    }
    Ok(())
}

/// The page that makes an account.
#[component]
pub fn SignUp() -> impl IntoView {
    let carried = carried();
    let error = form_error(SignUserUp::PATH);
    loaded(page_data(|| (), |()| load_entry()), move |entry: Entry| {
        let carried = carried.clone();
        view! {
            <HostedPage brand=entry.brand.clone() title="Make an account" about="">
                {if entry.sign_up {
                    view! {
                        <div class="card stack">
                            <SignUpForm entry=entry.clone() carried=carried.clone() error=error />
                            <OtherWays entry=entry.clone() carried=carried.clone() />
                        </div>
                    }
                    .into_any()
                } else {
                    view! { <p class="card">"New accounts are made by invitation."</p> }.into_any()
                }}
                <p class="hosted-foot">"You have an account? "<a href=carried.to("/auth/sign-in") rel="external">"Sign in"</a></p>
            </HostedPage>
        }
    })
}

#[component]
fn SignUpForm(entry: Entry, carried: Carried, error: Memo<Option<AppError>>) -> impl IntoView {
    let least = entry.password_min;
    view! {
        <form class="stack" method="post" action=SignUserUp::url()>
            <ErrorSummary error=error />
            <CarriedField carried=carried />
            <Field label="Name" name="name" autocomplete="name" hint="You may leave this empty." error=error />
            <Field label="E-mail" name="email" kind="email" autocomplete="username" required=true error=error />
            <Field
                label="Password"
                name="password"
                kind="password"
                autocomplete="new-password"
                required=true
                minlength=least
                hint=format!("At least {least} characters. A few words in a row are easy to remember and hard to guess.")
                error=error
            />
            <CaptchaBox entry=entry />
            <button class="button primary wide" type="submit">"Make account"</button>
        </form>
    }
}
