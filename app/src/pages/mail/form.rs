//! The form of a template. Its preview button posts the same form into the frame below it, so that it works without scripts.

use leptos::prelude::*;

use super::model::TemplateData;
use crate::components::area_text;

const VARIABLES: &str = "{{ .ConfirmationURL }}, {{ .Token }}, {{ .TokenHash }}, {{ .SiteURL }}, {{ .RedirectTo }}, {{ .Email }}, \
     {{ .NewEmail }}, {{ .Data.name }}, {{ .BrandName }}, {{ .BrandLogo }}, {{ .BrandColor }}, {{ .BrandTextColor }}";

/// The form of a template and its preview.
#[component]
pub(super) fn TemplateForm(data: TemplateData) -> impl IntoView {
    let address = format!("/settings/mail/{}/{}", data.kind, data.locale);
    let preview = format!("{address}/preview");
    let problem = |part: &str| data.problems.iter().find(|(name, _)| name == part).map(|(_, text)| text.clone());
    let (subject, html, text) = (problem("subject"), problem("html"), problem("text"));
    let other = problem("");
    let needs = (!data.needs.is_empty()).then(|| format!("Each body needs {}.", data.needs.join(" or ")));
    let can_reset = data.may_own && data.is_own && data.shown_locale == data.locale;
    let frame = preview.clone();
    view! {
        {other.map(|text| view! { <p class="field-error" role="alert">{text}</p> })}
        <form class="card stack" method="post" action=address.clone()>
            <p class="small-text muted">"Variables: "<code>{VARIABLES}</code>". "{needs}</p>
            <div class="field">
                <label for="subject">"Subject"</label>
                <input id="subject" name="subject" value=data.subject.clone() required=true autocomplete="off" aria-invalid=invalid(&subject) aria-describedby=described(&subject, "subject") />
                <Problem part="subject" text=subject />
            </div>
            <Area part="html" label="HTML" rows="18" value=data.html.clone() problem=html />
            <Area part="text" label="Text" rows="10" value=data.text.clone() problem=text />
            <div class="card-foot">
                <button class="button" type="submit" formaction=preview formtarget="preview">"Preview"</button>
                {data.may_own.then(|| view! { <button class="button primary" type="submit" name="do" value="save">"Save template"</button> })}
            </div>
        </form>
        <section class="section" aria-labelledby="looks">
            <h2 id="looks">"Preview"</h2>
            <iframe class="mail-frame" name="preview" src=frame title="The mail as it looks" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
        </section>
        {can_reset.then(|| view! { <Reset address=address /> })}
    }
}

#[component]
fn Reset(address: String) -> impl IntoView {
    view! {
        <section class="section narrow" aria-labelledby="reset">
            <h2 id="reset">"Reset"</h2>
            <form class="card stack" method="post" action=address>
                <p class="small-text">"Your template goes, and Tenon's serves again."</p>
                <label class="check"><input type="checkbox" required=true /><span>"I do not need it any more."</span></label>
                <div class="card-foot"><button class="button danger" type="submit" name="do" value="reset">"Reset template"</button></div>
            </form>
        </section>
    }
}

#[component]
fn Area(part: &'static str, label: &'static str, rows: &'static str, value: String, problem: Option<String>) -> impl IntoView {
    view! {
        <div class="field">
            <label for=part>{label}</label>
            <textarea id=part name=part class="code" rows=rows required=true spellcheck="false" aria-invalid=invalid(&problem) aria-describedby=described(&problem, part)>
                {area_text(value)}
            </textarea>
            <Problem part=part text=problem />
        </div>
    }
}

#[component]
fn Problem(part: &'static str, text: Option<String>) -> impl IntoView {
    text.map(|text| view! { <p class="field-error" id=format!("{part}-error")>{text}</p> })
}

fn invalid(problem: &Option<String>) -> Option<&'static str> {
    problem.as_ref().map(|_| "true")
}

fn described(problem: &Option<String>, part: &str) -> Option<String> {
    problem.as_ref().map(|_| format!("{part}-error"))
}
