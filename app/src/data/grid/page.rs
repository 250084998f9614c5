//! The grid's page.

use std::sync::Arc;

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_params_map;
use tenon_model::Error;

use super::{
    actions::{ChangeRows, read_grid},
    cells_view::Rows,
    editor::GridEditor,
    head::Head,
    menus::{Chips, Toolbar},
    model::{GridPage, GridRow},
    pager::Pager,
    state::GridState,
};
use crate::{
    answers::viewing,
    components::{Empty, Icon, PageHead, loaded, page_data, page_query},
    data::urls,
    paths,
};

/// A page of a table's rows; the address says which, and how they are shown.
#[component]
pub fn Grid() -> impl IntoView {
    let params = use_params_map();
    let table = Memo::new(move |_| params.with(|params| paths::table_name(&params.get("table").unwrap_or_default())));
    let query = page_query();
    viewing::follow(query);
    let page = page_data(move || (table.get(), query.get()), |(table, query)| read_grid(table, query));
    loaded(page, move |page| {
        let state = GridState::parse(&query.try_get_untracked().unwrap_or_default());
        view! { <GridView page=Arc::new(page) state=state /> }
    })
}

/// The parts of the grid, from one model.
#[component]
fn GridView(page: Arc<GridPage>, state: GridState) -> impl IntoView {
    let rows = RwSignal::new(page.rows.clone());
    let title = page.table.clone();
    let body = if let Some(problem) = page.problem.clone() {
        view! { <CannotShow table=page.table.clone() problem=problem /> }.into_any()
    } else if page.rows.is_empty() {
        nothing(&page, &state).into_any()
    } else {
        view! { <Sheet page=page.clone() state=state.clone() rows=rows /> }.into_any()
    };
    let back = state.href(&page.table);
    let tabs = view! { <Tabs table=page.table.clone() state=state.clone() may_build=page.may_build /> };
    view! {
        <div class="grid-page">
            <PageHead title=title about=page.comment.clone().unwrap_or_default()>{tabs}</PageHead>
            <Toolbar page=page.clone() state=state.clone() />
            <Chips page=page.clone() state=state.clone() />
            {(!page.keyed).then(|| view! {
                <p class="grid-note"><Icon name="lock" />"This table has no primary key, so its records can be read and added, but not opened or changed."</p>
            })}
            {body}
            {(!page.read_only).then(|| view! { <BulkBar table=page.table.clone() back=back seen_as=page.seen_as.clone() /> })}
            {page.problem.is_none().then(|| view! { <Pager page=page.clone() state=state /> })}
        </div>
    }
}

/// In place of the rows of a view that cannot be shown.
#[component]
fn CannotShow(table: String, problem: Error) -> impl IntoView {
    view! {
        <section class="empty" role="alert">
            <Icon name="warning" />
            <h2>"This view cannot be shown"</h2>
            <p>{problem.message}</p>
            {problem.hint.map(|hint| view! { <p class="muted">{hint}</p> })}
            <p class="actions"><a class="button primary" href=urls::grid(&table)>"Show all records"</a></p>
        </section>
    }
}

/// The other sides of the same table.
#[component]
fn Tabs(table: String, state: GridState, may_build: bool) -> impl IntoView {
    let api = {
        let query = state.query();
        let join = if query.is_empty() { "" } else { "&" };
        format!("/api?table={}{join}{query}", urls::segment(&table))
    };
    let view_as = format!("/view-as?next={}", paths::encode(&state.href(&table)));
    let structure = format!("{}/structure", urls::path(&table));
    view! {
        {may_build.then(|| view! {
            <a class="button quiet" href=view_as><Icon name="eye" />"View as…"</a>
            <a class="button quiet" href=structure><Icon name="settings" />"Structure"</a>
        })}
        <a class="button quiet" href=api><Icon name="code" />"API"</a>
        <a class="button primary" href=urls::new_record(&table)><Icon name="plus" />"New record"</a>
    }
}

/// The table itself, in its own scrolling frame.
#[component]
fn Sheet(page: Arc<GridPage>, state: GridState, rows: RwSignal<Vec<GridRow>>) -> impl IntoView {
    let frame = NodeRef::<leptos::html::Div>::new();
    let scrolled = Trigger::new();
    let label = format!("Records of {}", page.table);
    view! {
        <div class="grid-frame" node_ref=frame tabindex="0" role="region" aria-label=label on:scroll=move |_| scrolled.notify()>
            <table class="grid">
                <Head page=page.clone() state=state.clone() />
                <Rows page=page.clone() rows=rows />
            </table>
        </div>
        <GridEditor page=page frame=frame scrolled=scrolled rows=rows />
    }
}

/// What can be done with the ticked rows; style shows it once a row is ticked.
#[component]
fn BulkBar(table: String, back: String, seen_as: String) -> impl IntoView {
    view! {
        <form id="rows-form" class="bulk-bar" method="post" action=ChangeRows::url() aria-label="Selected records">
            <input type="hidden" name="table" value=table />
            <input type="hidden" name="back" value=back />
            <input type="hidden" name="seen_as" value=seen_as />
            <span class="bulk-title">"Selected records"</span>
            <button class="button" name="verb" value="duplicate"><Icon name="copy" />"Duplicate"</button>
            <button class="button danger" type="button" popovertarget="confirm-delete"><Icon name="trash" />"Delete…"</button>
            <div id="confirm-delete" class="confirm" popover="auto" role="dialog" aria-label="Delete the selected records">
                <h2>"Delete the selected records?"</h2>
                <p>"They are gone for good. Records that refer to them may go with them, or keep them from going, as the table’s structure says."</p>
                <div class="actions">
                    <button class="button danger primary" name="verb" value="delete">"Delete"</button>
                    <button class="button" type="button" popovertarget="confirm-delete" popovertargetaction="hide">"Keep them"</button>
                </div>
            </div>
        </form>
    }
}

/// In place of rows: why there are none, and what to do next.
fn nothing(page: &GridPage, state: &GridState) -> AnyView {
    let first = state.at(0).href(&page.table);
    let all = GridState { filter: String::new(), q: String::new(), ..state.at(0) }.href(&page.table);
    if state.offset > 0 {
        return view! {
            <Empty icon="list" title="No rows here" text="This page lies beyond the last row.">
                <a class="button primary" href=first>"First page"</a>
            </Empty>
        }
        .into_any();
    }
    if state.narrows() {
        return view! {
            <Empty icon="filter" title="No record meets this" text="The filter or the search leaves nothing of this table.">
                <a class="button primary" href=all>"Show all records"</a>
            </Empty>
        }
        .into_any();
    }
    let import = page.may_build.then(|| {
        let href = format!("/import?{}", urls::query([("table", page.table.as_str())]));
        view! { <a class="button" href=href><Icon name="upload" />"Import a CSV file"</a> }
    });
    let new = urls::new_record(&page.table);
    view! {
        <Empty icon="table" title="No records yet" text="Add the first one by hand, or bring many at once from a file.">
            <a class="button primary" href=new><Icon name="plus" />"New record"</a>
            {import}
        </Empty>
    }
    .into_any()
}
