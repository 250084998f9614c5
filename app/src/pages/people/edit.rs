//! The forms that change a user.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    actions::{BanUser, ConfirmUser, RemoveUser, ResetFactors, SaveUser, SetAppRole, SetUserPassword, SetUserRole},
    load::UserData,
    mails::Mails,
    roles::ROLES,
};
use crate::components::{Field, Icon, area_text, form_error};

const BANS: &[(&str, &str)] =
    &[("1h", "for an hour"), ("24h", "for a day"), ("168h", "for a week"), ("720h", "for 30 days"), ("876000h", "for good")];

/// Address, phone number and metadata.
#[component]
pub(super) fn Details(user: UserData) -> impl IntoView {
    let error = form_error(SaveUser::PATH);
    let kept =
        |name: &str, now: String| error.with_untracked(|error| error.as_ref().and_then(|error| error.kept(name))).unwrap_or(now);
    let (user_metadata, app_metadata) = (kept("user_metadata", user.user_metadata), kept("app_metadata", user.app_metadata));
    let problem = move |name: &'static str| {
        move || {
            let text = error.with(|error| error.as_ref().and_then(|error| error.of_field(name)));
            text.map(|text| view! { <p class="field-error">{text}</p> })
        }
    };
    view! {
        <section class="section narrow" aria-labelledby="details">
            <h2 id="details">"Details"</h2>
            <form class="card stack" method="post" action=SaveUser::url()>
                <input type="hidden" name="user" value=user.id />
                <Field label="E-mail" name="email" kind="email" value=user.email error=error />
                <Field label="Phone" name="phone" kind="tel" value=user.phone error=error />
                <div class="field">
                    <label for="user_metadata">"What the user keeps about themselves"</label>
                    <textarea id="user_metadata" name="user_metadata" rows="5" spellcheck="false">{area_text(user_metadata)}</textarea>
                    {problem("user_metadata")}
                </div>
                <div class="field">
                    <label for="app_metadata">"What the application keeps about the user"</label>
                    <textarea id="app_metadata" name="app_metadata" rows="5" spellcheck="false">{area_text(app_metadata)}</textarea>
                    {problem("app_metadata")}
                </div>
                <div class="card-foot"><button class="button primary" type="submit">"Save"</button></div>
            </form>
        </section>
    }
}

/// Confirming, banning, password, role, factors and the end.
#[component]
pub(super) fn Manage(user: UserData) -> impl IntoView {
    let id = user.id.clone();
    let hidden = move || view! { <input type="hidden" name="user" value=id.clone() /> };
    let options = |all: &'static [(&'static str, &'static str)], chosen: String| {
        all.iter().map(|(key, text)| view! { <option value=*key selected={*key == chosen}>{*text}</option> }).collect_view()
    };
    let confirm = (!user.confirmed).then(|| {
        view! {
            <li>
                <span>"Address and phone number count as confirmed"</span>
                <form method="post" action=ConfirmUser::url()>{hidden()}<button class="button small" type="submit">"Confirm"</button></form>
            </li>
        }
    });
    let ban = if user.banned_until.is_some() {
        view! {
            <input type="hidden" name="duration" value="none" />
            <button class="button small" type="submit">"Let in again"</button>
        }
        .into_any()
    } else {
        view! {
            <select name="duration" aria-label="How long">{options(BANS, "24h".to_owned())}</select>
            <button class="button small" type="submit">"Shut out"</button>
        }
        .into_any()
    };
    let own = user.app_role.clone();
    let app_roles = user
        .app_roles
        .clone()
        .into_iter()
        .map(|role| {
            let text = if role == "authenticated" { "authenticated: signed-in user".to_owned() } else { role.clone() };
            let selected = role == own;
            view! { <option value=role selected=selected>{text}</option> }
        })
        .collect_view();
    let factors = (!user.factors.is_empty()).then(|| {
        view! {
            <li>
                <span>"Second factors were lost"</span>
                <form method="post" action=ResetFactors::url()>{hidden()}<button class="button small" type="submit">"Reset second factors"</button></form>
            </li>
        }
    });
    view! {
        <section class="section narrow" aria-labelledby="manage">
            <h2 id="manage">"Manage"</h2>
            <ul class="effects">
                {confirm}
                <Mails user=user.clone() />
                <li><span>"Sign-in"</span><form class="row" method="post" action=BanUser::url()>{hidden()}{ban}</form></li>
                <li>
                    <span>"Password"</span>
                    <form class="row" method="post" action=SetUserPassword::url()>
                        {hidden()}
                        <input type="password" name="password" required=true autocomplete="new-password" aria-label="New password" placeholder="New password" />
                        <button class="button small" type="submit">"Set password"</button>
                    </form>
                </li>
                <li>
                    <span>"Role in the Studio"</span>
                    <form class="row" method="post" action=SetUserRole::url()>
                        {hidden()}
                        <select name="role" aria-label="Role in the Studio">{options(ROLES, user.studio_role.clone())}</select>
                        <button class="button small" type="submit">"Set role"</button>
                    </form>
                </li>
                <li>
                    <span>"Role in the application"</span>
                    <form class="row" method="post" action=SetAppRole::url()>
                        {hidden()}
                        <select name="role" aria-label="Role in the application">{app_roles}</select>
                        <button class="button small" type="submit">"Give role"</button>
                    </form>
                </li>
                {factors}
            </ul>
            <details class="fold">
                <summary><Icon name="trash" />"Delete the user…"</summary>
                <form class="fold-body stack" method="post" action=RemoveUser::url()>
                    {hidden()}
                    <label class="check"><input type="checkbox" name="softly" value="true" /><span>"Leave the id and the dates, for records that name it"</span></label>
                    <label class="check"><input type="checkbox" required=true /><span>"I know that this cannot be undone."</span></label>
                    <div class="row end"><button class="button danger" type="submit">"Delete user"</button></div>
                </form>
            </details>
        </section>
    }
}
