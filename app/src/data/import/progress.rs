//! An import that runs or has run.

use std::time::Duration;

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_params_map;

use super::model::{Progress, State};
use crate::{
    AppError,
    components::{Failure, Icon, PageHead, loaded, page_data},
    data::urls,
    numbers::grouped,
};

/// How far an import is.
#[server(endpoint = "import/progress")]
pub(crate) async fn read_progress(id: String) -> Result<Progress, AppError> {
    let (engine, caller) = crate::context::caller().await?;
    Ok(super::load::progress(&engine, &caller, &id)?)
}

/// Asks an import to stop.
#[server(endpoint = "import/cancel")]
pub(crate) async fn cancel_import(id: String) -> Result<(), AppError> {
    let (engine, caller) = crate::context::caller().await?;
    engine.cancel_import(&caller, super::load::parse_id(&id)?)?;
    crate::context::redirect(&format!("/import/{id}"));
    Ok(())
}

/// An import's page: it follows the import until it ends.
#[component]
pub fn ImportProgress() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let progress = page_data(move || id.get(), read_progress);
    // Read in an effect: a resource that a timer reads would complain of a hydration mismatch.
    let running = RwSignal::new(false);
    Effect::new(move |_| {
        running.set(progress.with(|now| matches!(now, Some(Ok(Progress { state: State::Running, .. })))));
    });
    Effect::new(move |_| {
        let refetch = move || {
            if running.get_untracked() {
                progress.refetch();
            }
        };
        let timer = set_interval_with_handle(refetch, Duration::from_millis(400));
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    });
    view! {
        <PageHead title="Import" crumbs=vec![("Import".to_owned(), "/import".to_owned())] />
        {loaded(progress, move |now| view! { <ProgressView now=now id=id.get_untracked() /> })}
    }
}

#[component]
fn ProgressView(now: Progress, id: String) -> impl IntoView {
    let running = now.state == State::Running;
    let percent = format!("{}.{} %", now.permille / 10, now.permille % 10);
    let speed = (now.rows_done * 1000).checked_div(now.elapsed_ms.max(1)).unwrap_or(0);
    let seconds = format!("{}.{} s", now.elapsed_ms / 1000, now.elapsed_ms % 1000 / 100);
    let grid = urls::grid(&now.table);
    let (icon, title) = match &now.state {
        State::Running => ("refresh", format!("Importing into “{}”", now.table)),
        State::Done => ("check", format!("{} rows are in “{}”", grouped(now.rows_done), now.table)),
        State::Cancelled if now.rows_done == 0 => ("close", "Stopped: nothing was imported".to_owned()),
        State::Cancelled => ("close", format!("Stopped: {} rows are in “{}”", grouped(now.rows_done), now.table)),
        State::Failed(_) if now.rows_done > 0 => {
            ("warning", format!("Broke off: {} rows are in “{}”", grouped(now.rows_done), now.table))
        }
        State::Failed(_) => ("warning", "Nothing was imported".to_owned()),
    };
    let reason = match &now.state {
        State::Failed(error) => Some(view! { <Failure error=error.clone() /> }),
        _ => None,
    };
    let broken = now
        .broken
        .iter()
        .map(|(name, rows)| view! { <li>{format!("{} rows point nowhere by {name}", grouped(*rows))}</li> })
        .collect_view();
    let failures = now
        .failures
        .iter()
        .map(|(line, text)| view! { <tr><th scope="row">{grouped(*line)}</th><td>{text.clone()}</td></tr> })
        .collect_view();
    let has_failures = !now.failures.is_empty();
    let failures = has_failures.then(|| {
        view! {
            <section class="section">
                <h2>"Rows that did not fit"</h2>
                <div class="table-wrap" tabindex="0" role="region" aria-label="Rows that did not fit">
                    <table class="table"><thead><tr><th scope="col">"Line"</th><th scope="col">"What was wrong"</th></tr></thead><tbody>{failures}</tbody></table>
                </div>
            </section>
        }
    });
    let report = format!("/import/{id}/report");
    let cancel = running.then(|| {
        view! {
            <form method="post" action=CancelImport::url()>
                <input type="hidden" name="id" value=id.clone() />
                <button class="button"><Icon name="close" />"Cancel"</button>
            </form>
        }
    });
    let is_retry = !now.retry.is_empty();
    let retry = is_retry.then(|| view! { <Retry form=now.retry.clone() nothing_failed={now.rows_failed == 0} /> });
    // Without scripts the page asks again by itself; with them the tag is never parsed.
    let again = running.then(|| view! { <noscript inner_html="<meta http-equiv=\"refresh\" content=\"1\">"></noscript> });
    view! {
        {again}
        <section class="import-progress" class:done=now.state == State::Done>
            <h2><Icon name=icon />{title}</h2>
            <progress max="1000" value=now.permille.to_string() aria-label="Share of the file that is read">{percent.clone()}</progress>
            <dl class="import-facts">
                <div><dt>"Rows"</dt><dd>{grouped(now.rows_done)}</dd></div>
                <div><dt>"Rows a second"</dt><dd>{grouped(speed)}</dd></div>
                <div><dt>"Did not fit"</dt><dd>{grouped(now.rows_failed)}</dd></div>
                <div><dt>"Time"</dt><dd>{seconds}</dd></div>
                <div><dt>"Read"</dt><dd>{percent}</dd></div>
            </dl>
            <ul class="import-broken">{broken}</ul>
            <div class="actions">
                {cancel}
                {retry}
                {(!running && now.has_table).then(|| view! { <a class="button" class:primary=!is_retry href=grid>"Open the table"</a> })}
                {(now.rows_failed > 0).then(|| view! { <a class="button" href=report rel="external" download=""><Icon name="download" />"Rows that did not fit"</a> })}
                {(!running).then(|| view! { <a class="button quiet" href="/import">"Import another file"</a> })}
            </div>
        </section>
        {reason}
        {failures}
    }
}

/// Ways on when nothing is in: the same form again (with the other mode if that is what kept it out), or to be changed.
#[component]
fn Retry(form: Vec<(String, String)>, nothing_failed: bool) -> impl IntoView {
    const FITTING: (&str, &str) = ("mode", "what-fits");
    let back = format!("/import?{}", urls::query(form.iter().map(|(name, value)| (name.as_str(), value.as_str()))));
    let fits_already = form.iter().any(|(name, value)| (name.as_str(), value.as_str()) == FITTING);
    let again = if nothing_failed {
        Some((form, "Import again"))
    } else {
        let other = form.into_iter().filter(|(name, _)| name != FITTING.0).chain([(FITTING.0.to_owned(), FITTING.1.to_owned())]);
        (!fits_already).then(|| (other.collect(), "Import what fits instead"))
    };
    let has_again = again.is_some();
    view! {
        {again.map(|(pairs, words): (Vec<(String, String)>, _)| {
            let pairs = pairs.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
            view! {
                <form method="post" action="/import">
                    {pairs}
                    <button class="button primary">{words}</button>
                </form>
            }
        })}
        <a class="button" class:primary=!has_again href=back>"Change the choices"</a>
    }
}
