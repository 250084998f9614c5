//! An SQL function.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{DataType, Expr, Ident, Role, ScalarType, Select, expression::Uses};

/// `create function … language sql`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Its name; behind the schema and a point if it is not in `public`.
    pub name: Ident,
    /// Its arguments in order.
    pub arguments: Vec<Argument>,
    /// What it answers with.
    pub returns: Returns,
    /// What calls may rely on.
    pub volatility: Volatility,
    /// `security definer`: it reads past policies.
    pub definer: bool,
    /// `strict`: null for a null argument.
    pub strict: bool,
    /// What it does; arguments are [`Expr::Parameter`].
    pub body: Select,
    /// The whole statement, as it was written.
    pub sql: String,
    /// Who may call it.
    pub execute: Execute,
    /// `comment on function`.
    pub comment: Option<String>,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// Its name; `$1` … without one.
    pub name: Ident,
    /// Its type.
    pub data_type: DataType,
    /// Its value if a call gives none.
    pub default: Option<Expr>,
}

/// What a function answers with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Returns {
    /// `setof`, `table(…)`: any number of rows.
    pub many: bool,
    /// What a row is.
    pub shape: Shape,
}

/// What a row of a function's answer is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Nothing.
    Void,
    /// One value.
    Value(DataType),
    /// A row of a table or a view.
    Row(Ident),
    /// `table(…)`: the columns of the body.
    Columns,
}

/// What calls of a function may rely on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Volatility {
    /// Nothing: it is not called by `GET`.
    #[default]
    Volatile,
    /// It changes nothing.
    Stable,
    /// It changes nothing, and its answer depends on its arguments alone.
    Immutable,
}

/// Who may call a function. As in PostgreSQL, everybody may until that is revoked from `public`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execute {
    /// Everybody.
    pub everybody: bool,
    /// Roles by name.
    #[serde(default)]
    pub roles: BTreeSet<Ident>,
}

impl Default for Execute {
    fn default() -> Self {
        Self { everybody: true, roles: BTreeSet::new() }
    }
}

impl Execute {
    /// Gives it to a role or to [`Role::PUBLIC`], or takes it.
    pub fn set(&mut self, grantee: &Ident, give: bool) {
        if *grantee == Role::PUBLIC {
            self.everybody = give;
        } else if give {
            self.roles.insert(grantee.clone());
        } else {
            self.roles.remove(grantee);
        }
    }

    /// Whether holders of these roles may call it.
    #[must_use]
    pub fn of(&self, held: &[Role]) -> bool {
        self.everybody || held.iter().any(|role| self.roles.contains(role.as_str()))
    }
}

impl Function {
    /// What of the schema it uses.
    #[must_use]
    pub fn uses(&self) -> Uses {
        let mut uses = self.body.uses();
        if let Shape::Row(table) = &self.returns.shape {
            uses.tables.insert(table.clone());
        }
        let types = self.arguments.iter().map(|argument| &argument.data_type).chain(self.body.columns.iter().map(|(_, t)| t));
        for data_type in types {
            if let ScalarType::Enum(name) = data_type.element() {
                uses.enums.insert(name.clone());
            }
        }
        uses
    }

    /// Whether it calls another function.
    #[must_use]
    pub fn calls(&self, name: &Ident) -> bool {
        self.body.calls(name) || self.arguments.iter().filter_map(|a| a.default.as_ref()).any(|default| default.calls(name))
    }

    /// Whether it is one of `public`, which the API offers.
    #[must_use]
    pub fn is_public(&self) -> bool {
        !self.name.as_str().contains('.')
    }

    /// `name(a integer, b text)`, as people read it.
    #[must_use]
    pub fn signature(&self) -> String {
        let arguments: Vec<String> = self.arguments.iter().map(|a| format!("{} {}", a.name, a.data_type)).collect();
        format!("{}({})", self.name, arguments.join(", "))
    }

    /// Its name in SQL.
    #[must_use]
    pub fn name_sql(&self) -> String {
        function_sql(&self.name)
    }

    /// What it answers with, in SQL.
    #[must_use]
    pub fn returns_sql(&self) -> String {
        let many = if self.returns.many { "setof " } else { "" };
        match &self.returns.shape {
            Shape::Void => "void".to_owned(),
            Shape::Value(data_type) => format!("{many}{data_type}"),
            Shape::Row(name) => format!("{many}{}", name.to_sql()),
            Shape::Columns => {
                let columns: Vec<String> = self.body.columns.iter().map(|(n, t)| format!("{} {t}", n.to_sql())).collect();
                format!("table({})", columns.join(", "))
            }
        }
    }
}

/// A function's name in SQL, in quotes where it must be.
#[must_use]
pub fn function_sql(name: &Ident) -> String {
    match name.as_str().split_once('.') {
        Some((schema, rest)) => match (Ident::new(schema), Ident::new(rest)) {
            (Ok(schema), Ok(rest)) => format!("{}.{}", schema.to_sql(), rest.to_sql()),
            _ => name.to_sql(),
        },
        None => name.to_sql(),
    }
}
