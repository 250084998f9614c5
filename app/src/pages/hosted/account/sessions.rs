//! Where one is signed in.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{data::Place, section::Section};
use crate::{
    components::{ErrorSummary, form_error},
    errors::Result,
};

#[server]
async fn end_own_session(session: String) -> Result<()> {
    use super::super::{carried::Carried, server};
    use crate::flash;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let session = tenon_model::SessionId(server::id(&session)?);
    engine.end_own_session(&hosted.caller(), &server::client(), session).await?;
    flash::leave(flash::Flash::Done("The session has ended.".to_owned()));
    crate::context::redirect("/auth/account");
    Ok(())
}

#[server]
async fn end_other_sessions() -> Result<()> {
    use super::super::{carried::Carried, server};
    use crate::flash;
    use tenon_engine::identity::flows::SignOutScope;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    engine.sign_out_user(hosted.user, hosted.session, SignOutScope::Others, &server::client()).await?;
    flash::leave(flash::Flash::Done("Every other session has ended.".to_owned()));
    crate::context::redirect("/auth/account");
    Ok(())
}

#[component]
pub(super) fn Sessions(sessions: Vec<Place>) -> impl IntoView {
    let error = form_error(EndOwnSession::PATH);
    let others = sessions.len() > 1;
    view! {
        <Section id="sessions" title="Where you are signed in" about="End what you do not know, then change your password.">
                <ErrorSummary error=error />
                <ul class="hosted-list">{sessions.into_iter().map(row).collect_view()}</ul>
                {others.then(|| view! {
                    <form method="post" action=EndOtherSessions::url()>
                        <button class="button" type="submit">"End all others"</button>
                    </form>
                })}
        </Section>
    }
}

fn row(place: Place) -> impl IntoView {
    let label = format!("End {}, {}", place.device, place.about);
    let end = match place.here {
        true => view! { <span class="badge">"This browser"</span> }.into_any(),
        false => view! {
            <form method="post" action=EndOwnSession::url()>
                <input type="hidden" name="session" value=place.id />
                <button class="button small" type="submit" aria-label=label>"End"</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <li>
            <div><strong>{place.device}</strong><p class="muted small-text">{place.about}</p></div>
            {end}
        </li>
    }
}
