//! At a glance: what each role reaches of each table, by each command.

use leptos::prelude::*;

use super::{
    super::policies::Reach,
    data::{Glance, RolesData},
};
use crate::paths;

const COMMANDS: [&str; 4] = ["select", "insert", "update", "delete"];

#[component]
pub(super) fn MatrixSection(data: RolesData) -> impl IntoView {
    let heads = data.roles.iter().map(|role| view! { <th scope="col">{role.name.clone()}</th> }).collect_view();
    let names: Vec<String> = data.roles.iter().map(|role| role.name.clone()).collect();
    let is_empty = data.tables.is_empty();
    let rows = data
        .tables
        .into_iter()
        .map(|table| {
            let href = paths::policies(&table.name);
            let cells = table
                .roles
                .into_iter()
                .zip(&names)
                .map(|(glances, role)| view! { <Cell glances=glances role=role.clone() /> })
                .collect_view();
            view! { <tr><th scope="row"><a href=href>{table.name}</a></th>{cells}</tr> }
        })
        .collect_view();
    (!is_empty).then(|| {
        view! {
            <section class="section" aria-labelledby="matrix">
                <h2 id="matrix">"What each reaches"</h2>
                <p class="muted small-text">
                    "R read, A add, C change, D delete. Filled: every row; outlined: the rows that policies allow; "
                    "with a star: some columns only; faint: nothing. What a role inherits counts."
                </p>
                <div class="table-wrap" tabindex="0" role="region" aria-label="Tables and roles">
                    <table class="table glance">
                        <thead><tr><th scope="col">"Table"</th>{heads}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
    })
}

#[component]
fn Cell(glances: [Glance; 4], role: String) -> impl IntoView {
    let marks = glances
        .into_iter()
        .zip(COMMANDS)
        .zip(["R", "A", "C", "D"])
        .map(|((glance, command), letter)| {
            let (class, words) = match &glance.reach {
                Reach::Closed | Reach::Nobody => ("glance-no", "no"),
                Reach::All => ("glance-all", "all rows"),
                Reach::By(..) => ("glance-some", "by policy"),
            };
            let columns = if glance.some_columns { ", some columns" } else { "" };
            let title = format!("{role}: {command}: {words}{columns}");
            let star = if glance.some_columns { "*" } else { "" };
            view! { <span class=class title=title.clone()><span aria-hidden="true">{letter}{star}</span><span class="visually-hidden">{title.clone()}". "</span></span> }
        })
        .collect_view();
    view! { <td><span class="glances">{marks}</span></td> }
}
