//! At a glance: which rows whom reaches by what.

use leptos::prelude::*;

use super::data::{PoliciesData, Reach};
use crate::{components::Icon, paths};

const COMMANDS: [&str; 4] = ["select", "insert", "update", "delete"];

// Commands go down, so that the table is as narrow as a phone.
#[component]
pub(super) fn MatrixSection(data: PoliciesData) -> impl IntoView {
    let access = format!("{}#access", paths::structure(&data.name));
    let [anon, authenticated] = data.reach;
    let rows = COMMANDS
        .into_iter()
        .zip(anon.into_iter().zip(authenticated))
        .map(|(command, (anon, authenticated))| {
            view! {
                <tr>
                    <th scope="row">{command}</th>
                    <td><Cell reach=anon /></td>
                    <td><Cell reach=authenticated /></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="reach">
            <div class="section-head">
                <h2 id="reach">"Who reaches which rows"</h2>
                <a class="button small" href=access>"Change grants"</a>
            </div>
            <div class="table-wrap" tabindex="0" role="region" aria-label="Roles and commands">
                <table class="table reach">
                    <thead>
                        <tr>
                            <th scope="col"><span class="visually-hidden">"Command"</span></th>
                            <th scope="col">"Publishable key"<div class="type">"anon"</div></th>
                            <th scope="col">"Signed-in users"<div class="type">"authenticated"</div></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Cell(reach: Reach) -> impl IntoView {
    match reach {
        Reach::Closed => view! { <span class="muted">"no"</span><div class="muted cell-note">"not granted"</div> }.into_any(),
        Reach::Nobody => view! {
            <span class="muted">"no"</span>
            <div class="muted cell-note">"granted, but no policy allows it"</div>
        }
        .into_any(),
        Reach::All => view! { <span class="badge warning"><Icon name="globe" />"all rows"</span> }.into_any(),
        Reach::By(allowing, restricting) => {
            let restricting = (!restricting.is_empty())
                .then(|| view! { <div class="muted cell-note">{format!("only if {}", restricting.join(" and "))}</div> });
            view! {
                <span class="badge accent"><Icon name="lock" />"by policy"</span>
                <div class="muted cell-note">{allowing.join(" or ")}</div>
                {restricting}
            }
            .into_any()
        }
    }
}
