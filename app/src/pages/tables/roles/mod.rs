//! The application's roles: which there are, what they inherit, who has them, and what each reaches.

mod data;
mod form;
mod matrix;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::{
    data::{RoleData, RolesData, load_roles},
    form::RoleForm,
    matrix::MatrixSection,
};
use crate::{
    components::{Icon, PageHead, loaded, page_data},
    ddl::Params,
    numbers::grouped,
    paths::encode,
};

/// The page of the roles. `?add=role` opens the form, as does `?edit=` with a role's name, and `?do=` with what was typed.
#[component]
pub fn Roles() -> impl IntoView {
    let query = use_query_map();
    let typed = Memo::new(move |_| query.with(|query| Params::from(query)));
    loaded(page_data(|| (), |()| load_roles()), move |data| {
        let about =
            "Users have a role: their tokens carry it, grants and policies name it, and a role can have the rights of others.";
        view! {
            <PageHead title="Roles" about=about.to_owned()>
                <a class="button" href="/schema?back=%2Froles"><Icon name="code" />"Change with SQL"</a>
            </PageHead>
            {move || view! { <Sections data=data.clone() typed=typed.get() /> }}
        }
    })
}

#[component]
fn Sections(data: RolesData, typed: Params) -> impl IntoView {
    let form = opened(&data, &typed).map(|(role, is_new)| view! { <RoleForm data=data.clone() role=role is_new=is_new /> });
    let items = data.roles.iter().cloned().map(|role| view! { <Item role=role /> }).collect_view();
    view! {
        <section class="section" aria-labelledby="roles">
            <div class="section-head">
                <h2 id="roles">"Which there are"</h2>
                <a class="button small" href="/roles?add=role#roles"><Icon name="plus" />"Add role"</a>
            </div>
            {form}
            <ul class="cards" aria-label="Roles">{items}</ul>
        </section>
        <MatrixSection data=data />
    }
}

/// What the form shows, if the address opens it: a new role, or one that is there.
fn opened(data: &RolesData, typed: &Params) -> Option<(RoleData, bool)> {
    let change = typed.get("do");
    if matches!(change, "create-role" | "change-role") {
        let role = RoleData {
            name: typed.get("role").to_owned(),
            comment: typed.get("comment").to_owned(),
            inherit: typed.is("inherit"),
            groups: typed.all("in").into_iter().map(str::to_owned).collect(),
            ..RoleData::default()
        };
        return Some((role, change == "create-role"));
    }
    if let Some(role) = data.roles.iter().find(|role| role.name == typed.get("edit")) {
        return Some((role.clone(), false));
    }
    // Like signed-in users, until somebody wants something else: a role without any rights is of little use.
    let fresh = RoleData { inherit: true, groups: vec!["authenticated".to_owned()], ..RoleData::default() };
    (typed.get("add") == "role").then_some((fresh, true))
}

#[component]
fn Item(role: RoleData) -> impl IntoView {
    let name = role.name.clone();
    let edit = format!("/roles?edit={}#roles", encode(&name));
    let drop = format!("/schema?do=drop-role&role={}", encode(&name));
    let users = match role.users {
        1 => "1 user".to_owned(),
        users => format!("{} users", grouped(users)),
    };
    let about = match (role.comment.as_str(), name.as_str()) {
        ("", "anon") => "Whoever has the publishable key, signed in or not.".to_owned(),
        ("", "authenticated") => "Signed-in users who have no other role.".to_owned(),
        (comment, _) => comment.to_owned(),
    };
    let groups = (!role.groups.is_empty()).then(|| {
        let verb = if role.inherit { "has the rights of" } else { "is a member of, without their rights," };
        view! { <p class="muted small-text">{format!("{verb} {}", role.groups.join(", "))}</p> }
    });
    let members = (!role.members.is_empty())
        .then(|| view! { <p class="muted small-text">{format!("its members: {}", role.members.join(", "))}</p> });
    view! {
        <li class="card stack tight">
            <div class="row apart">
                <h3>{name.clone()}</h3>
                <div class="row">
                    <a class="button quiet small" href=edit aria-label=format!("Edit {name}")>"Edit"</a>
                    {(!role.built_in).then(|| view! { <a class="button quiet small danger" href=drop aria-label=format!("Drop {name}")>"Drop"</a> })}
                </div>
            </div>
            {(!about.is_empty()).then(|| view! { <p>{about}</p> })}
            <span class="badges">
                {role.built_in.then(|| view! { <span class="badge">"built in"</span> })}
                {(name != "anon").then(|| view! { <span class="badge accent">{users}</span> })}
            </span>
            {groups}
            {members}
        </li>
    }
}
