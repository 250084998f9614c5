//! What the page shows of the roles.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::policies::Reach;
use crate::errors::Result;

/// What the page shows of the roles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RolesData {
    pub(super) roles: Vec<RoleData>,
    pub(super) tables: Vec<TableReach>,
}

/// A role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RoleData {
    pub(super) name: String,
    pub(super) comment: String,
    pub(super) built_in: bool,
    pub(super) inherit: bool,
    /// What it is a member of.
    pub(super) groups: Vec<String>,
    /// What is a member of it.
    pub(super) members: Vec<String>,
    pub(super) users: u64,
}

/// What each role, in the order of the roles, reaches of a table by each command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TableReach {
    pub(super) name: String,
    pub(super) roles: Vec<[Glance; 4]>,
}

/// What a role reaches of a table by a command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Glance {
    pub(super) reach: Reach,
    /// Whether it is granted on some of the columns only.
    pub(super) some_columns: bool,
}

#[server]
pub(super) async fn load_roles() -> Result<RolesData> {
    let (engine, caller) = crate::context::builder().await?;
    let holders = engine.role_holders(&caller).await?;
    Ok(server::describe(&engine.schema(), &holders))
}

#[cfg(feature = "ssr")]
mod server {
    use tenon_model::{Command, Role, RoleDefinition, Schema, Table};

    use super::{Glance, RoleData, RolesData, TableReach};
    use crate::pages::tables::policies::reach;

    pub(super) fn describe(schema: &Schema, holders: &[(String, u64)]) -> RolesData {
        // The secret key is past everything: there is nothing to say of it.
        let roles: Vec<Role> = schema.all_roles().filter(|role| **role != Role::ServiceRole).cloned().collect();
        let tables = schema.tables.values().map(|table| TableReach {
            name: table.name.to_string(),
            roles: roles.iter().map(|role| glances(schema, table, role)).collect(),
        });
        RolesData { roles: roles.iter().map(|role| role_data(schema, role, holders)).collect(), tables: tables.collect() }
    }

    fn role_data(schema: &Schema, role: &Role, holders: &[(String, u64)]) -> RoleData {
        let definition = schema.role(role).cloned().unwrap_or_else(|| RoleDefinition::new(role.clone()));
        RoleData {
            name: role.to_string(),
            comment: definition.comment.unwrap_or_default(),
            built_in: role.is_built_in(),
            inherit: definition.inherit,
            groups: definition.member_of.iter().map(ToString::to_string).collect(),
            members: schema.members_of(role).map(ToString::to_string).collect(),
            users: holders.iter().find(|(name, _)| name == role.as_str()).map_or(0, |(_, users)| *users),
        }
    }

    fn glances(schema: &Schema, table: &Table, role: &Role) -> [Glance; 4] {
        let held = schema.held_by(role);
        let grants = table.access.of(&held);
        Command::ALL.map(|command| Glance {
            reach: reach(table, &held, command),
            some_columns: grants.may(command) && !grants.table.has(command),
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn roles_show_what_they_inherit() {
            let schema = tenon_engine::tables::schema_from_sql(
                "create role author in role authenticated; create role editor in role author;
                 create table t (id bigint primary key, title text);
                 grant select (id) on t to authenticated; grant update on t to author;",
            )
            .unwrap();
            let data = describe(&schema, &[("editor".to_owned(), 2)]);
            let names: Vec<_> = data.roles.iter().map(|role| (role.name.as_str(), role.users, role.members.len())).collect();
            assert_eq!(names, [("anon", 0, 0), ("authenticated", 0, 1), ("author", 0, 1), ("editor", 2, 0)]);
            let of = |role: usize| {
                data.tables[0].roles[role].each_ref().map(|glance| format!("{:?} {}", glance.reach, glance.some_columns))
            };
            assert_eq!(of(0), ["Closed false"; 4]);
            assert_eq!(of(3), ["All true", "Closed false", "All false", "Closed false"]);
        }
    }
}
