//! The shape of the user's data: tables, columns, keys, relations, indexes, enums, and who may do what with them.

mod access;
mod check;
mod column;
mod function;
mod generated;
mod keys;
mod nearest;
mod policy;
mod readable;
mod role;
mod table;
mod transition;
mod view;

use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

pub(crate) use self::nearest::nearest;
pub use self::{
    access::{Access, Grants, Privileges},
    check::{Check, violated},
    column::{Column, Default, Identity},
    function::{Argument, Execute, Function, Returns, Shape, Volatility, function_sql},
    generated::Generated,
    keys::{ForeignKey, Index, IndexColumn, ReferentialAction, Unique},
    nearest::nearest_name,
    policy::{Command, Policy},
    readable::Shown,
    role::RoleDefinition,
    table::Table,
    transition::StateTransition,
    view::View,
};
use crate::{Code, Error, Ident};

/// `alter default privileges in schema public grant …`: what roles may do with a new table, view or function.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultPrivileges {
    /// With a new table or view.
    pub tables: Access,
    /// With a new function.
    pub functions: Execute,
}

/// All tables and enums of an instance, as of one version. Immutable: a change makes a new one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Counts up with every change; 0 is the empty schema of a new instance.
    pub version: i64,
    /// The tables in order of their names.
    pub tables: IndexMap<Ident, Arc<Table>>,
    /// The enum types in order of their names.
    pub enums: IndexMap<Ident, Arc<EnumType>>,
    /// The roles that are more than every instance has, in order of their names.
    #[serde(default)]
    pub roles: IndexMap<Ident, Arc<RoleDefinition>>,
    /// The views in order of their names.
    #[serde(default)]
    pub views: IndexMap<Ident, Arc<View>>,
    /// The SQL functions in order of their names.
    #[serde(default)]
    pub functions: IndexMap<Ident, Arc<Function>>,
    /// What roles may do with what is made from now on.
    #[serde(default)]
    pub default_privileges: DefaultPrivileges,
}

/// `create type … as enum`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// The type's name.
    pub name: Ident,
    /// The values in their order, which is also their sort order.
    pub values: Vec<String>,
    /// `comment on type`.
    pub comment: Option<String>,
}

impl Schema {
    /// The table of that name, if there is one.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Arc<Table>> {
        self.tables.get(name)
    }

    /// The table of that name.
    ///
    /// # Errors
    /// [`Code::UnknownTable`], with the nearest name as a hint.
    pub fn require_table(&self, name: &str) -> Result<&Arc<Table>, Error> {
        self.tables.get(name).ok_or_else(|| {
            let error = Error::new(Code::UnknownTable, format!("there is no table \"{name}\"")).with_details(name);
            match nearest(name, self.tables.keys()) {
                Some(other) => error.with_hint(format!("did you mean \"{other}\"?")),
                None => error,
            }
        })
    }

    /// The values of an enum type, in order; empty if there is no such type.
    #[must_use]
    pub fn enum_values(&self, name: &str) -> &[String] {
        self.enums.get(name).map_or(&[], |e| &e.values)
    }

    /// Foreign keys of any table that refer to `table`, with the table that holds each.
    pub fn references_to<'a>(&'a self, table: &'a str) -> impl Iterator<Item = (&'a Arc<Table>, &'a ForeignKey)> {
        self.tables
            .values()
            .flat_map(move |t| t.foreign_keys.iter().filter(move |fk| fk.references == *table).map(move |fk| (t, fk)))
    }
}
