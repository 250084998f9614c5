//! A table's policies: which of its rows whom may see and write.

mod data;
mod form;
mod list;
mod matrix;
mod roles_field;
mod status;
#[cfg(feature = "ssr")]
mod templates;

pub(in crate::pages::tables) use self::data::Reach;
#[cfg(feature = "ssr")]
pub(in crate::pages::tables) use self::data::reach;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::{
    data::{PoliciesData, load_policies},
    list::PolicySection,
    matrix::MatrixSection,
    status::StatusSection,
};
use super::TableTabs;
use crate::{
    components::{Icon, PageHead, loaded, page_data},
    ddl::Params,
    paths,
};

/// The policies of a table. `?add=policy` opens the form, with `&template=` filled in from a template; so does `?edit=` with a
/// policy's name, and `?do=` with what was typed. With `&review=true` what was typed goes on to its review, if nothing is wrong
/// with it.
#[component]
pub fn Policies() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let table = Memo::new(move |_| params.with(|params| paths::table_name(&params.get("table").unwrap_or_default())));
    let typed = Memo::new(move |_| query.with(|query| Params::from(query)));
    // Only what is to be reviewed needs the server; the rest of the address opens forms.
    let asked = Memo::new(move |_| {
        typed.with(|typed| if typed.is("review") || !typed.get("try").is_empty() { typed.clone() } else { Params::default() })
    });
    loaded(page_data(move || (table.get(), asked.get()), |(table, typed)| load_policies(table, typed)), move |data| {
        let name = data.name.clone();
        let (tabs_of, about) = (name.clone(), data.comment.clone());
        let by_sql = format!("/schema?back={}", paths::encode(&paths::policies(&name)));
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
fn Sections(data: PoliciesData, typed: Params) -> impl IntoView {
    view! {
        <StatusSection data=data.clone() />
        <MatrixSection data=data.clone() />
        <PolicySection data=data typed=typed />
    }
}
