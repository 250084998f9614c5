//! One user.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_params_map;

use super::{
    actions::{BanUser, ConfirmUser, EndSessions, RemoveUser, ResetFactors, SaveUser, SetAppRole, SetUserPassword, SetUserRole},
    edit::{Details, Manage},
    load::{EntryData, SessionData, UserData, load_user},
    mails::SendUserMail,
};
use crate::components::{ErrorSummary, PageHead, form_error, loaded, page_data};

/// The page of a user.
#[component]
pub fn UserPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let failures = [
        BanUser::PATH,
        ConfirmUser::PATH,
        EndSessions::PATH,
        RemoveUser::PATH,
        ResetFactors::PATH,
        SaveUser::PATH,
        SendUserMail::PATH,
        SetAppRole::PATH,
        SetUserPassword::PATH,
        SetUserRole::PATH,
    ]
    .map(form_error);
    let failure = Signal::derive(move || failures.iter().find_map(|error| error.get()));
    loaded(page_data(move || id.get(), load_user), move |user| {
        let crumbs = vec![("Users".to_owned(), "/users".to_owned())];
        let live = (!user.deleted).then(|| {
            view! {
                <Details user=user.clone() />
                <Manage user=user.clone() />
            }
        });
        view! {
            <PageHead title=user.name.clone() crumbs=crumbs about=about(&user) />
            <ErrorSummary error=failure />
            <Facts title="Facts" id="facts" facts=user.facts.clone() />
            {live}
            <Facts title="Ways to sign in" id="identities" facts=user.identities.clone() />
            <Facts title="Second factors and passkeys" id="factors" facts=user.factors.clone() />
            <Sessions user=user.id.clone() sessions=user.sessions.clone() />
            <History user=user.id history=user.history />
        }
    })
}

fn about(user: &UserData) -> String {
    let mut marks = Vec::new();
    if !user.studio_role.is_empty() {
        marks.push(format!("Works in the Studio as {}.", user.studio_role));
    }
    if let Some(until) = &user.banned_until {
        marks.push(format!("Shut out until {until} UTC."));
    }
    if user.deleted {
        marks.push("Deleted; what told who it was is gone.".to_owned());
    } else if user.invited {
        marks.push("Invited, and has not come yet.".to_owned());
    } else if !user.confirmed {
        marks.push("Not confirmed.".to_owned());
    }
    marks.join(" ")
}

#[component]
fn Facts(title: &'static str, id: &'static str, facts: Vec<(String, String)>) -> impl IntoView {
    let is_empty = facts.is_empty();
    let rows = facts
        .into_iter()
        .map(|(name, value)| view! { <tr><th scope="row">{name}</th><td class="numbers">{value}</td></tr> })
        .collect_view();
    view! {
        <section class="section narrow" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {if is_empty {
                view! { <p class="muted">"None."</p> }.into_any()
            } else {
                view! { <div class="table-wrap" tabindex="0" role="group" aria-labelledby=id><table class="table"><tbody>{rows}</tbody></table></div> }.into_any()
            }}
        </section>
    }
}

#[component]
fn Sessions(user: String, sessions: Vec<SessionData>) -> impl IntoView {
    let is_empty = sessions.is_empty();
    let everywhere = user.clone();
    let rows = sessions
        .into_iter()
        .map(|session| {
            let label = format!("End the session on {}", session.device);
            view! {
                <li>
                    <span>
                        <strong>{session.device}</strong>" "
                        <span class="numbers">{session.address}</span>
                        <span class="muted small-text cell-note">" "{session.about}</span>
                    </span>
                    <form method="post" action=EndSessions::url()>
                        <input type="hidden" name="user" value=user.clone() />
                        <input type="hidden" name="session" value=session.id />
                        <button class="button small" type="submit" aria-label=label>"End"</button>
                    </form>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="section narrow" aria-labelledby="sessions">
            <h2 id="sessions">"Sessions"</h2>
            {if is_empty {
                view! { <p class="muted">"Signed in nowhere."</p> }.into_any()
            } else {
                view! {
                    <ul class="effects">{rows}</ul>
                    <form method="post" action=EndSessions::url()>
                        <input type="hidden" name="user" value=everywhere />
                        <button class="button" type="submit">"Sign out everywhere"</button>
                    </form>
                }
                .into_any()
            }}
        </section>
    }
}

#[component]
fn History(user: String, history: Vec<EntryData>) -> impl IntoView {
    let rows = history
        .into_iter()
        .map(|entry| {
            view! {
                <tr>
                    <td class="numbers">{entry.at}</td>
                    <th scope="row">{entry.action}</th>
                    <td>{entry.who}</td>
                    <td class="numbers">{entry.address}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="history">
            <h2 id="history">"History"</h2>
            <div class="table-wrap" tabindex="0" role="group" aria-labelledby="history">
                <table class="table">
                    <thead>
                        <tr><th scope="col">"When"</th><th scope="col">"What"</th><th scope="col">"Who"</th><th scope="col">"From"</th></tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p><a href=format!("/settings/audit?user={user}")>"Everything about this user in the audit log"</a></p>
        </section>
    }
}
