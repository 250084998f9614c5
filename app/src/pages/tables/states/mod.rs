//! A table's states: which ways the values of its enum columns may go.

mod data;
mod form;
mod list;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::{
    data::{StatesData, load_states},
    list::{ColumnSection, NoStates},
};
use super::TableTabs;
use crate::{
    components::{Icon, PageHead, loaded, page_data},
    ddl::Params,
    paths,
};

/// The states of a table. `?add=` with a column's name opens the form; so does `?edit=` with a transition's name, and `?do=` with
/// what was typed. With `&review=true` what was typed goes on to its review, if nothing is wrong with it.
#[component]
pub fn States() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let table = Memo::new(move |_| params.with(|params| paths::table_name(&params.get("table").unwrap_or_default())));
    let typed = Memo::new(move |_| query.with(|query| Params::from(query)));
    // Only what is to be reviewed needs the server; the rest of the address opens forms.
    let asked = Memo::new(move |_| typed.with(|typed| if typed.is("review") { typed.clone() } else { Params::default() }));
    loaded(page_data(move || (table.get(), asked.get()), |(table, typed)| load_states(table, typed)), move |data| {
        let name = data.name.clone();
        let (tabs_of, about) = (name.clone(), data.comment.clone());
        let by_sql = format!("/schema?back={}", paths::encode(&paths::states(&name)));
        view! {
            <PageHead title=name crumbs=vec![("Tables".to_owned(), "/tables".to_owned())] about=about>
                <a class="button" href=by_sql><Icon name="code" />"Change with SQL"</a>
            </PageHead>
            <TableTabs table=tabs_of />
            {move || view! { <Sections data=data.clone() typed=typed.get() /> }}
        }
    })
}

#[component]
fn Sections(data: StatesData, typed: Params) -> impl IntoView {
    if data.columns.is_empty() {
        return view! { <NoStates table=data.name /> }.into_any();
    }
    let sections = data.columns.clone().into_iter();
    sections.map(|column| view! { <ColumnSection data=data.clone() column=column typed=typed.clone() /> }).collect_view().into_any()
}
