//! What the page shows of a table's policies.

use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::{
    components::expression::Posted,
    ddl::{FieldProblem, Params, PolicyForm},
    errors::Result,
};

/// What the page shows of a table's policies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PoliciesData {
    pub(super) name: String,
    pub(super) comment: String,
    pub(super) row_security: bool,
    /// Select, insert, update and delete, by the publishable key and by signed-in users.
    pub(super) reach: [[Reach; 4]; 2],
    pub(super) policies: Vec<PolicyForm>,
    pub(super) templates: Vec<Template>,
    /// The roles that a policy can be for, as SQL names them.
    pub(super) roles: Vec<String>,
    /// The columns that conditions can speak of, with their types.
    pub(super) columns: Vec<(String, String)>,
    /// What is wrong with what was typed.
    pub(super) problems: Vec<FieldProblem>,
    /// Some of the people for whom conditions can be tried.
    pub(super) people: Vec<String>,
    /// What a condition says of rows, and which one was tried.
    pub(super) tried: Option<(String, Posted)>,
}

/// What rows of the table a role reaches by a command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::pages::tables) enum Reach {
    /// None: the command is not granted.
    #[default]
    Closed,
    /// None: it is granted, and no policy allows it.
    Nobody,
    /// All of them: row level security is off.
    All,
    /// Those that any of the first policies allows and all of the others leave.
    By(Vec<String>, Vec<String>),
}

/// A policy to start from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Template {
    /// Its name in addresses.
    pub(super) key: String,
    pub(super) title: String,
    pub(super) about: String,
    pub(super) form: PolicyForm,
}

// Not form-encoded: that has no way to write fields of fields, and drops empty ones.
#[server(input = Json)]
pub(super) async fn load_policies(table: String, typed: Params) -> Result<PoliciesData> {
    let (engine, caller) = crate::context::builder().await?;
    let schema = engine.schema();
    let mut data = server::describe(&schema, &table)?;
    data.people = engine.people(&caller, "").await?;
    if !typed.get("try").is_empty() {
        data.tried = server::tried(&engine, &caller, &table, &typed).await?;
    } else if typed.is("review") {
        data.problems = crate::ddl::policy_problems(&schema, &table, &typed)?;
        if data.problems.is_empty() {
            let typed = typed.query_without(&["review", "table", "using.who", "check.who"]);
            crate::context::redirect(&format!("/schema?{typed}&table={}", crate::paths::encode(&table)));
        }
    }
    Ok(data)
}

#[cfg(feature = "ssr")]
pub(in crate::pages::tables) use self::server::reach;

#[cfg(feature = "ssr")]
mod server {
    use tenon_model::{Command, Policy, Result, Role, Schema, Table};

    use tenon_engine::Engine;
    use tenon_model::{
        Caller,
        trial::{Ask, Show},
    };

    use super::{super::templates::templates, Params, PoliciesData, PolicyForm, Posted, Reach};
    use crate::components::expression::{answer, condition};

    /// What a condition says of rows: `?try=FIELD:SHOW:PAGE:ROW`, for `?FIELD.who=`.
    pub(super) async fn tried(engine: &Engine, caller: &Caller, table: &str, typed: &Params) -> Result<Option<(String, Posted)>> {
        let parts: Vec<&str> = typed.get("try").split(':').collect();
        let [field @ ("using" | "check"), show, page, row] = parts[..] else { return Ok(None) };
        let form = PolicyForm::read(typed);
        let text = if field == "using" { form.using } else { form.check };
        let (show, page, row) = (Show::named(show), page.parse().unwrap_or(0), row.parse().unwrap_or(0));
        let who = typed.get(&format!("{field}.who")).to_owned();
        let ask = Ask { table: table.to_owned(), text, wanted: condition(), who, show, page, row };
        let trial = answer(engine, caller, ask).await?;
        Ok(Some((field.to_owned(), Posted { show, page, row, trial })))
    }

    pub(super) fn describe(schema: &Schema, name: &str) -> Result<PoliciesData> {
        let table = schema.require_table(name)?;
        let reaches = |role| {
            let held = schema.held_by(&role);
            Command::ALL.map(|command| reach(table, &held, command))
        };
        Ok(PoliciesData {
            name: table.name.to_string(),
            comment: table.comment.clone().unwrap_or_default(),
            row_security: table.row_security,
            reach: [reaches(Role::Anon), reaches(Role::Authenticated)],
            policies: table.policies.iter().map(|policy| PolicyForm::of(policy, table)).collect(),
            templates: templates(schema, table),
            roles: schema.all_roles().map(Role::to_sql).collect(),
            columns: table.columns.iter().map(|c| (c.name.to_sql(), c.data_type.to_string())).collect(),
            problems: Vec::new(),
            people: Vec::new(),
            tried: None,
        })
    }

    pub(in crate::pages::tables) fn reach(table: &Table, held: &[Role], command: Command) -> Reach {
        if !table.access.of(held).may(command) {
            return Reach::Closed;
        }
        if !table.row_security {
            return Reach::All;
        }
        let of = |permissive: bool| {
            let policies = table.policies.iter().filter(|p| p.permissive == permissive && speaks(p, held, command));
            policies.map(|policy| policy.name.to_string()).collect::<Vec<_>>()
        };
        match of(true) {
            allowing if allowing.is_empty() => Reach::Nobody,
            allowing => Reach::By(allowing, of(false)),
        }
    }

    /// Whether a policy has a word in which rows holders of the roles reach by the command.
    fn speaks(policy: &Policy, held: &[Role], command: Command) -> bool {
        let has_word = match command {
            Command::Insert => policy.check.is_some() || policy.using.is_some(),
            // A restriction may be one of what rows become.
            Command::Update => policy.using.is_some() || (!policy.permissive && policy.check.is_some()),
            Command::Select | Command::Delete => policy.using.is_some(),
        };
        has_word && policy.is_for(command, held)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_a_role_reaches_follows_from_grants_and_policies() {
            let schema = tenon_engine::tables::schema_from_sql(
                "create table open (id bigint primary key); grant select on open to anon;
                 create table t (id bigint primary key, title text);
                 grant select, insert, update on t to anon; grant all on t to authenticated;
                 alter table t enable row level security;
                 create policy a on t for select using (true);
                 create policy b on t to authenticated using (id > 1);
                 create policy c on t as restrictive for update with check (title <> '');
                 create policy d on t for update with check (true);",
            )
            .unwrap();
            let shown = |name: &str| {
                let data = describe(&schema, name).unwrap();
                let cell = |reach: &Reach| match reach {
                    Reach::By(allowing, restricting) => format!("{}|{}", allowing.join(","), restricting.join(",")),
                    other => format!("{other:?}"),
                };
                data.reach.map(|row| row.each_ref().map(cell).join(" ")).join("\n")
            };
            assert_eq!(shown("open"), "All Closed Closed Closed\nClosed Closed Closed Closed");
            assert_eq!(shown("t"), "a| Nobody Nobody Closed\na,b| b| b|c b|");
        }
    }
}
