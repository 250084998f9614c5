//! The form of a provider.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    Callback,
    data::{FormData, Input, SaveProvider},
};
use crate::{
    AppError,
    components::{CheckField, Field, area_text, form_error},
};

/// The form's failure, as fields take it.
type Wrong = Memo<Option<AppError>>;

/// The form of a provider, with what to do there.
#[component]
pub(super) fn ProviderForm(form: FormData, callback_url: String) -> impl IntoView {
    let FormData { is_new, secret_set, console, steps, input } = form;
    let error = form_error(SaveProvider::PATH);
    let title = if is_new { "Add a provider" } else { "Change the provider" };
    let secret_hint = if secret_set { "One is set. Leave this empty to keep it." } else { "The provider shows it once." };
    let (kind, apple) = (input.kind.clone(), input.apple);
    let details = input.clone();
    view! {
        <section class="section narrow" aria-labelledby="provider">
            <h2 id="provider">{title}</h2>
            <form class="card stack" method="post" action=SaveProvider::url()>
                <p>{steps}</p>
                {(!console.is_empty()).then(|| view! { <p><a href=console.clone() rel="noreferrer" target="_blank">{console.clone()}</a></p> })}
                <Callback url=callback_url />
                <input type="hidden" name="input[kind]" value=kind.clone() />
                <input type="hidden" name="input[apple]" value=apple.to_string() />
                {if is_new {
                    view! { <Field label="Name in addresses" name="input[name]" value=input.name required=true hint="Programs say provider: with it. It stays as it is." error=error /> }.into_any()
                } else {
                    view! { <input type="hidden" name="input[name]" value=input.name /> }.into_any()
                }}
                <Field label="Label" name="input[label]" value=input.label hint="What people read on the button." error=error />
                <Field label="Client id" name="input[client_id]" value=input.client_id required=true error=error />
                {if apple {
                    view! { <AppleFields team_id=input.team_id key_id=input.key_id secret_set=secret_set error=error /> }.into_any()
                } else {
                    view! { <Field label="Client secret" name="input[client_secret]" kind="password" autocomplete="new-password" hint=secret_hint error=error /> }.into_any()
                }}
                {(kind == "oidc").then(|| view! {
                    <Field label="Issuer" name="input[issuer]" kind="url" value=input.issuer required=true hint="Its discovery document is below it, at /.well-known/openid-configuration." error=error />
                })}
                <CheckField label="People may sign in with it" name="input[enabled]" checked=input.enabled />
                <Further input=details error=error />
                <div class="card-foot">
                    <a class="button" href="/settings/providers">"Cancel"</a>
                    <button class="button primary" type="submit">"Save provider"</button>
                </div>
            </form>
        </section>
    }
}

#[component]
fn AppleFields(team_id: String, key_id: String, secret_set: bool, error: Wrong) -> impl IntoView {
    let hint = if secret_set { "One is set. Leave this empty to keep it." } else { "The whole of the .p8 file." };
    let wrong = move || error.with(|error| error.as_ref().and_then(|error| error.of_field("input[private_key]")));
    view! {
        <Field label="Team id" name="input[team_id]" value=team_id required=true error=error />
        <Field label="Key id" name="input[key_id]" value=key_id required=true error=error />
        <div class="field">
            <label for="private-key">"Private key"</label>
            <textarea id="private-key" class="code" name="input[private_key]" rows="6" spellcheck="false" autocomplete="off" aria-describedby="private-key-hint"></textarea>
            <p class="hint" id="private-key-hint">{hint}</p>
            {move || wrong().map(|text| view! { <p class="field-error">{text}</p> })}
        </div>
    }
}

/// What the presets know already. It stands open where nothing is known.
#[component]
fn Further(input: Input, error: Wrong) -> impl IntoView {
    let generic = input.kind == "oauth2";
    let open = generic && input.authorize_url.is_empty();
    view! {
        <details class="fold" open=open>
            <summary>"Addresses, scopes and attributes"</summary>
            <div class="fold-body stack">
                {(!generic).then(|| view! { <p class="muted small-text">"Addresses that are empty come from the discovery document."</p> })}
                <Field label="Where people go" name="input[authorize_url]" kind="url" value=input.authorize_url required=generic error=error />
                <Field label="Where codes become tokens" name="input[token_url]" kind="url" value=input.token_url required=generic error=error />
                <Field label="Where users are described" name="input[userinfo_url]" kind="url" value=input.userinfo_url required=generic error=error />
                <Field label="Where their addresses are listed" name="input[emails_url]" kind="url" value=input.emails_url hint="As GitHub has it; usually empty." error=error />
                <Field label="Where the keys are" name="input[jwks_url]" kind="url" value=input.jwks_url error=error />
                {generic.then(|| view! { <Field label="Issuer of ID tokens" name="input[issuer]" kind="url" value=input.issuer error=error /> })}
                <Field label="Scopes" name="input[scopes]" value=input.scopes hint="Words with spaces between them." error=error />
                <Parameters text=input.authorize_params error=error />
                <Field label="Further client ids" name="input[audiences]" value=input.audiences hint="Of apps that get ID tokens by themselves, as on phones." error=error />
                <p class="muted small-text">"Where the description of a user has what. Empty is the usual place; a dot leads into an object."</p>
                <Field label="Id" name="input[attribute_id]" value=input.attribute_id placeholder="sub" error=error />
                <Field label="E-mail" name="input[attribute_email]" value=input.attribute_email placeholder="email" error=error />
                <Field label="Whether the e-mail is verified" name="input[attribute_email_verified]" value=input.attribute_email_verified placeholder="email_verified" error=error />
                <Field label="Full name" name="input[attribute_name]" value=input.attribute_name placeholder="name" error=error />
                <Field label="Picture" name="input[attribute_avatar]" value=input.attribute_avatar placeholder="picture" error=error />
                <CheckField label="Its addresses are verified, although it does not say so" name="input[trust_email]" checked=input.trust_email />
                <CheckField label="Protect the way there with PKCE" name="input[pkce]" checked=input.pkce />
            </div>
        </details>
    }
}

#[component]
fn Parameters(text: String, error: Wrong) -> impl IntoView {
    let wrong = move || error.with(|error| error.as_ref().and_then(|error| error.of_field("input[authorize_params]")));
    let kept = error.with_untracked(|error| error.as_ref().and_then(|error| error.kept("input[authorize_params]")));
    view! {
        <div class="field">
            <label for="parameters">"Further parameters"</label>
            <textarea id="parameters" class="code" name="input[authorize_params]" rows="3" spellcheck="false" aria-describedby="parameters-hint">{area_text(kept.unwrap_or(text))}</textarea>
            <p class="hint" id="parameters-hint">"One a line on the way there: prompt=consent"</p>
            {move || wrong().map(|text| view! { <p class="field-error">{text}</p> })}
        </div>
    }
}
