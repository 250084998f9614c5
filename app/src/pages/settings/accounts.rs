//! The accounts of the Studio.

use leptos::{prelude::*, server_fn::ServerFn as _};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use tenon_model::{StudioRole, UserId};

use crate::{
    components::{ErrorSummary, Field, Icon, PageHead, SelectField, form_error, loaded, page_data},
    errors::Result,
};

/// An account in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct AccountData {
    id: String,
    email: String,
    role: String,
    last_sign_in: String,
    is_self: bool,
}

#[server]
async fn load_accounts() -> Result<Vec<AccountData>> {
    let (engine, own) = crate::context::account().await?;
    let accounts = engine.accounts(&own.caller()).await?;
    let day = |moment: Option<String>| {
        moment.map_or_else(|| "never".to_owned(), |at| at.chars().take(16).collect::<String>().replace('T', " "))
    };
    let describe = |account: tenon_engine::identity::Account| AccountData {
        id: account.id.to_string(),
        is_self: account.id == own.id,
        email: account.email,
        role: account.role.as_str().to_owned(),
        last_sign_in: day(account.last_sign_in_at),
    };
    Ok(accounts.into_iter().map(describe).collect())
}

#[server]
async fn add_account(email: String, password: String, role: String) -> Result<()> {
    use crate::{AppError, context};
    let (engine, caller) = context::owner().await?;
    let keep = |error: tenon_model::Error| AppError::from(error).keeping([("email", email.as_str()), ("role", role.as_str())]);
    let made = engine.create_account(&caller, email.clone(), password, parse_role(&role)?).await.map_err(keep)?;
    done(&format!("{} can sign in now.", made.email));
    Ok(())
}

#[server]
async fn set_role(account: String, role: String) -> Result<()> {
    let (engine, caller) = crate::context::owner().await?;
    engine.set_account_role(&caller, parse_id(&account)?, parse_role(&role)?).await?;
    done("The role is changed.");
    Ok(())
}

#[server]
async fn set_password(account: String, password: String) -> Result<()> {
    let (engine, caller) = crate::context::owner().await?;
    engine.set_account_password(&caller, parse_id(&account)?, password).await?;
    done("The password is set, and the account's sessions have ended.");
    Ok(())
}

#[server]
async fn remove_account(account: String) -> Result<()> {
    let (engine, caller) = crate::context::owner().await?;
    engine.remove_account(&caller, parse_id(&account)?).await?;
    done("The account is removed.");
    Ok(())
}

#[cfg(feature = "ssr")]
fn done(text: &str) {
    crate::flash::leave(crate::flash::Flash::Done(text.to_owned()));
    crate::context::redirect("/settings/accounts");
}

#[cfg(feature = "ssr")]
fn parse_role(name: &str) -> Result<StudioRole> {
    StudioRole::parse(name).ok_or_else(|| crate::AppError::field("role", "Choose a role."))
}

#[cfg(feature = "ssr")]
fn parse_id(text: &str) -> Result<UserId> {
    let missing = |_| crate::AppError::new(tenon_model::Code::NotFound, "There is no such account.");
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(missing)
}

fn roles() -> Vec<(String, String)> {
    [
        ("member", "member: works with records"),
        ("builder", "builder: shapes tables too"),
        ("owner", "owner: manages accounts and keys too"),
    ]
    .map(|(key, text)| (key.to_owned(), text.to_owned()))
    .to_vec()
}

/// The page of the accounts.
#[component]
pub fn Accounts() -> impl IntoView {
    let failure = [SetRole::PATH, SetPassword::PATH, RemoveAccount::PATH].map(form_error);
    let failure = Signal::derive(move || failure.iter().find_map(|error| error.get()));
    loaded(page_data(|| (), |()| load_accounts()), move |accounts| {
        let rows = accounts.into_iter().map(|account| view! { <Account account=account /> }).collect_view();
        view! {
            <PageHead title="Accounts" about="People who may open this Studio, and what they may do in it.".to_owned() />
            <ErrorSummary error=failure />
            <ul class="effects narrow">{rows}</ul>
            <AddForm />
        }
    })
}

#[component]
fn AddForm() -> impl IntoView {
    let error = form_error(AddAccount::PATH);
    let role =
        error.with_untracked(|error| error.as_ref().and_then(|error| error.kept("role"))).unwrap_or_else(|| "member".to_owned());
    view! {
        <section class="section narrow" aria-labelledby="add">
            <h2 id="add">"Add an account"</h2>
            <form class="card stack" method="post" action=AddAccount::url()>
                <ErrorSummary error=error />
                <Field label="E-mail" name="email" kind="email" required=true error=error />
                <Field label="Password" name="password" kind="password" autocomplete="new-password" required=true minlength=8 hint="Tell it to the person; they can change it in their profile." error=error />
                <SelectField label="Role" name="role" options=roles() value=role />
                <div class="card-foot"><button class="button primary" type="submit">"Add account"</button></div>
            </form>
        </section>
    }
}

#[component]
fn Account(account: AccountData) -> impl IntoView {
    let AccountData { id, email, role, last_sign_in, is_self } = account;
    let badge = if role == "owner" { "badge accent" } else { "badge" };
    view! {
        <li>
            <span>
                <strong>{email.clone()}</strong>" "
                <span class=badge>{role.clone()}</span>" "
                {is_self.then(|| view! { <span class="badge">"you"</span> })}
                <span class="muted small-text cell-note">{format!(" Last signed in: {last_sign_in}")}</span>
            </span>
            <details class="menu manage">
                <summary class="button small" aria-label=format!("Manage {email}")>"Manage"<Icon name="chevron-down" /></summary>
                <div class="menu-body menu-forms"><Manage id=id email=email role=role /></div>
            </details>
        </li>
    }
}

#[component]
fn Manage(id: String, email: String, role: String) -> impl IntoView {
    let options = roles()
        .into_iter()
        .map(|(key, text)| {
            let selected = key == role;
            view! { <option value=key selected=selected>{text}</option> }
        })
        .collect_view();
    let label = |what: &str| format!("{what} of {email}");
    view! {
        <form class="row" method="post" action=SetRole::url()>
            <input type="hidden" name="account" value=id.clone() />
            <select name="role" aria-label=label("Role")>{options}</select>
            <input class="button small" type="submit" value="Change role" />
        </form>
        <form class="row" method="post" action=SetPassword::url()>
            <input type="hidden" name="account" value=id.clone() />
            <input type="password" name="password" minlength="8" required=true autocomplete="new-password" placeholder="New password" aria-label=label("New password") />
            <input class="button small" type="submit" value="Set password" />
        </form>
        <form class="row" method="post" action=RemoveAccount::url()>
            <input type="hidden" name="account" value=id />
            <label class="check"><input type="checkbox" required=true /><span>"For good"</span></label>
            <input class="button small danger" type="submit" value="Remove account" />
        </form>
    }
}
