//! What a statement of schema SQL asks for, before it meets a schema: names are not looked up yet, and names that
//! PostgreSQL makes up by itself are still absent.

use std::fmt;

use tenon_model::{
    Command, DataType, Ident, Identity, IndexColumn, Privileges, ReferentialAction, Role, ScalarType, schema::Volatility,
};

use crate::expressions::{Node, SelectNode};

/// A place in a text, both counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u64,
    /// The column.
    pub column: u64,
}

impl Position {
    /// A place within a text that begins here.
    #[must_use]
    pub fn plus(self, within: Self) -> Self {
        match within.line {
            1 => Self { line: self.line, column: self.column + within.column - 1 },
            line => Self { line: self.line + line - 1, column: within.column },
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// One statement, where it stands and how it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it asks for.
    pub change: Change,
    /// Where it begins.
    pub at: Position,
    /// Its text without the semicolon.
    pub sql: String,
}

/// What a statement asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// `create table`.
    CreateTable {
        /// The table's name.
        name: Ident,
        /// `if not exists`.
        if_not_exists: bool,
        /// The columns in order.
        columns: Vec<ColumnDef>,
        /// Table constraints in order.
        constraints: Vec<ConstraintDef>,
    },
    /// `alter table`.
    AlterTable {
        /// The table's name.
        name: Ident,
        /// `if exists`.
        if_exists: bool,
        /// What is to be done, in order.
        actions: Vec<AlterAction>,
    },
    /// `drop table`.
    DropTables(Drop),
    /// `create index`.
    CreateIndex {
        /// The index's name, if one is given.
        name: Option<Ident>,
        /// `if not exists`.
        if_not_exists: bool,
        /// The table.
        table: Ident,
        /// The columns in order.
        columns: Vec<IndexColumn>,
        /// `unique`.
        unique: bool,
    },
    /// `drop index`.
    DropIndexes(Drop),
    /// `create type … as enum`.
    CreateEnum {
        /// The type's name.
        name: Ident,
        /// Its values in order.
        values: Vec<String>,
    },
    /// `alter type … add value`.
    AddEnumValue {
        /// The type.
        name: Ident,
        /// The new value.
        value: String,
        /// `if not exists`.
        if_not_exists: bool,
        /// Where it goes; at the end if not said.
        place: Option<Place>,
    },
    /// `alter type … rename value`.
    RenameEnumValue {
        /// The type.
        name: Ident,
        /// The value.
        from: String,
        /// Its new text.
        to: String,
    },
    /// `alter type … rename to`.
    RenameEnum {
        /// The type.
        name: Ident,
        /// Its new name.
        to: Ident,
    },
    /// `drop type`.
    DropEnums(Drop),
    /// `comment on`.
    Comment {
        /// What is commented.
        on: Commented,
        /// The comment; none removes it.
        text: Option<String>,
    },
    /// `create policy`.
    CreatePolicy(PolicyDef),
    /// `alter policy`.
    AlterPolicy(AlterPolicy),
    /// `drop policy`.
    DropPolicy(DropPolicy),
    /// `create transition`.
    CreateTransition(TransitionDef),
    /// `alter transition`.
    AlterTransition(AlterTransition),
    /// `drop transition`.
    DropTransition(DropTransition),
    /// `create role`.
    CreateRole(RoleDef),
    /// `alter role`.
    AlterRole {
        /// The role.
        name: Ident,
        /// `inherit` or `noinherit`, if either is said.
        inherit: Option<bool>,
    },
    /// `drop role`.
    DropRoles(Drop),
    /// `grant role to role` and `revoke role from role`.
    GrantRoles {
        /// Whether it gives or takes.
        give: bool,
        /// The roles given.
        roles: Vec<Ident>,
        /// The roles that become members.
        members: Vec<Ident>,
    },
    /// `create view`.
    CreateView(Box<ViewDef>),
    /// `drop view`.
    DropViews(Drop),
    /// `create function`.
    CreateFunction(Box<FunctionDef>),
    /// `drop function`.
    DropFunctions(Drop),
    /// `grant execute on function` and `revoke …`.
    GrantExecute {
        /// Whether it gives or takes.
        give: bool,
        /// The functions; none at all is every function of `public`.
        functions: Vec<Ident>,
        /// The roles.
        roles: Vec<Ident>,
    },
    /// `alter default privileges`.
    DefaultPrivileges {
        /// Whether it gives or takes.
        give: bool,
        /// With tables and views.
        tables: Privileges,
        /// With functions.
        functions: bool,
        /// The roles.
        roles: Vec<Ident>,
    },
    /// What says nothing here, and is no mistake.
    Nothing,
    /// `set check_function_bodies = false`: functions may speak of what is made further on.
    LateFunctions,
    /// `grant … on` and `revoke … on`.
    Grant {
        /// Whether it gives or takes.
        give: bool,
        /// The privileges named.
        granted: Vec<Granted>,
        /// The tables.
        tables: Vec<Ident>,
        /// The roles, or `public`.
        roles: Vec<Ident>,
    },
}

/// Privileges as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// What.
    pub commands: Privileges,
    /// On which columns; on the whole table if none are named.
    pub columns: Option<Vec<Ident>>,
}

/// A role as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDef {
    /// Its name.
    pub name: Ident,
    /// Whether it has the rights of the roles that it is a member of.
    pub inherit: bool,
    /// `in role …`: what it becomes a member of.
    pub member_of: Vec<Ident>,
    /// `role …`: what becomes a member of it.
    pub members: Vec<Ident>,
}

/// A policy as written.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyDef {
    pub(crate) at: Position,
    pub(crate) name: Ident,
    pub(crate) table: Ident,
    pub(crate) permissive: bool,
    /// None is `all`.
    pub(crate) command: Option<Command>,
    /// None at all is `public`.
    pub(crate) roles: Vec<Role>,
    pub(crate) using: Option<Node>,
    pub(crate) check: Option<Node>,
}

/// A view as written.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewDef {
    pub(crate) at: Position,
    pub(crate) replace: bool,
    pub(crate) name: Ident,
    pub(crate) columns: Vec<Ident>,
    pub(crate) invoker: bool,
    pub(crate) select: SelectNode,
    /// Where its select stands.
    pub(crate) from: Position,
    pub(crate) to: Position,
    /// The select's text.
    pub(crate) sql: String,
}

/// A function as written.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionDef {
    pub(crate) at: Position,
    pub(crate) replace: bool,
    pub(crate) name: Ident,
    pub(crate) arguments: Vec<ArgumentDef>,
    pub(crate) returns: ReturnsDef,
    pub(crate) volatility: Volatility,
    pub(crate) definer: bool,
    pub(crate) strict: bool,
    pub(crate) body: SelectNode,
    /// The whole statement's text.
    pub(crate) sql: String,
}

/// An argument as written.
#[derive(Clone, Debug, PartialEq)]
pub struct ArgumentDef {
    pub(crate) at: Position,
    pub(crate) name: Option<Ident>,
    pub(crate) type_name: TypeName,
    pub(crate) default: Option<Node>,
}

/// What a function answers with, as written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ReturnsDef {
    Void,
    Trigger,
    Type { many: bool, type_name: TypeName, at: Position },
    Table(Vec<(Ident, TypeName)>),
}

impl Change {
    /// Keeps the text of what is kept as it was written.
    pub(crate) fn keep_text(&mut self, sql: &str, at: Position) {
        match self {
            Self::CreateView(view) => view.sql = cut(sql, at, view.from, view.to).trim().to_owned(),
            Self::CreateFunction(function) => function.sql = sql.to_owned(),
            _ => {}
        }
    }
}

/// The part of a statement between two places.
fn cut(sql: &str, start: Position, from: Position, to: Position) -> &str {
    let mut here = start;
    let (mut first, mut last) = (0, sql.len());
    for (offset, c) in sql.char_indices() {
        if here == from {
            first = offset;
        }
        if here == to {
            last = offset;
        }
        here = if c == '\n' {
            Position { line: here.line + 1, column: 1 }
        } else {
            Position { line: here.line, column: here.column + 1 }
        };
    }
    sql.get(first..last).unwrap_or(sql)
}

/// What is to change in a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterPolicy {
    pub(crate) name: Ident,
    pub(crate) table: Ident,
    pub(crate) rename: Option<Ident>,
    pub(crate) roles: Option<Vec<Role>>,
    pub(crate) using: Option<Node>,
    pub(crate) check: Option<Node>,
}

/// `drop policy [if exists] name on table`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropPolicy {
    pub(crate) name: Ident,
    pub(crate) table: Ident,
    pub(crate) if_exists: bool,
}

/// A transition as written.
#[derive(Clone, Debug, PartialEq)]
pub struct TransitionDef {
    pub(crate) at: Position,
    pub(crate) name: Ident,
    pub(crate) table: Ident,
    pub(crate) column: Ident,
    /// None at all is where rows begin.
    pub(crate) from: Vec<String>,
    pub(crate) to: String,
    /// None at all is everybody.
    pub(crate) roles: Vec<Role>,
    pub(crate) using: Option<Node>,
    pub(crate) check: Option<Node>,
}

/// `alter transition name on table rename to …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterTransition {
    pub(crate) name: Ident,
    pub(crate) table: Ident,
    pub(crate) to: Ident,
}

/// `drop transition [if exists] name on table`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropTransition {
    pub(crate) name: Ident,
    pub(crate) table: Ident,
    pub(crate) if_exists: bool,
}

/// `drop … [if exists] a, b [cascade]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drop {
    /// What goes.
    pub names: Vec<Ident>,
    /// `if exists`.
    pub if_exists: bool,
    /// `cascade`.
    pub cascade: bool,
}

/// Where a new enum value goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before that value.
    Before(String),
    /// After that value.
    After(String),
}

/// What a comment is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Commented {
    /// A table.
    Table(Ident),
    /// A column of a table.
    Column(Ident, Ident),
    /// An enum type.
    Enum(Ident),
    /// A role.
    Role(Ident),
    /// A transition of a table.
    Transition(Ident, Ident),
    /// A constraint of a table.
    Constraint {
        /// The table.
        table: Ident,
        /// The constraint.
        name: Ident,
    },
    /// A policy of a table: its name, and the table's.
    Policy(Ident, Ident),
    /// A view.
    View(Ident),
    /// A function.
    Function(Ident),
}

/// A type as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeName {
    /// A built-in type.
    Known(DataType),
    /// `smallserial`, `serial`, `bigserial`: an identity column of that integer type.
    Serial(ScalarType),
    /// Some other name: an enum, or an array of one.
    Named {
        /// The name.
        name: Ident,
        /// `[]`.
        array: bool,
    },
}

/// A column as written.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDef {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub type_name: TypeName,
    /// `not null`.
    pub not_null: bool,
    /// `default …`.
    pub default: Option<DefaultDef>,
    /// `generated … as identity`.
    pub identity: Option<Identity>,
    /// `generated always as (…)`.
    pub generated: Option<GeneratedDef>,
    /// Keys and references written with the column.
    pub constraints: Vec<ConstraintDef>,
}

/// An expression in parentheses, as written.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpressionDef {
    pub(crate) at: Position,
    pub(crate) node: Node,
}

/// What a column is computed from, as written.
#[derive(Clone, Debug, PartialEq)]
pub struct GeneratedDef {
    pub(crate) expression: ExpressionDef,
    /// `stored`, not `virtual`.
    pub(crate) stored: bool,
}

/// A default as written.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultDef {
    /// The expression.
    pub value: DefaultValue,
    /// Where it stands.
    pub at: Position,
    /// The types it is cast to, innermost first.
    pub casts: Vec<TypeName>,
}

/// The expression of a default.
#[derive(Clone, Debug, PartialEq)]
pub enum DefaultValue {
    /// `null`.
    Null,
    /// `'text'`.
    Text(String),
    /// `-1.5`.
    Number(String),
    /// `true`, `false`.
    Bool(bool),
    /// `array[…]`.
    Array(Vec<DefaultValue>),
    /// `now()`, `current_timestamp`.
    Now,
    /// `current_date`.
    CurrentDate,
    /// `gen_random_uuid()`.
    RandomUuid,
    /// Any other expression, with its casts.
    Expression(Computed),
}

/// An expression that a default computes.
#[derive(Clone, Debug, PartialEq)]
pub struct Computed(pub(crate) Node);

/// A constraint as written.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstraintDef {
    /// Its name, if one is given.
    pub name: Option<Ident>,
    /// What it says.
    pub kind: ConstraintKind,
}

/// What a constraint says.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstraintKind {
    /// `primary key (…)`.
    PrimaryKey(Vec<Ident>),
    /// `unique (…)`.
    Unique(Vec<Ident>),
    /// `foreign key (…) references …`.
    ForeignKey {
        /// The referring columns.
        columns: Vec<Ident>,
        /// The table referred to.
        references: Ident,
        /// Its columns; empty means its primary key.
        referenced: Vec<Ident>,
        /// `on delete`.
        on_delete: ReferentialAction,
        /// `on update`.
        on_update: ReferentialAction,
    },
    /// `check (…)`.
    Check(CheckDef),
}

/// A check as written.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckDef {
    /// What must not be false.
    pub(crate) expr: Node,
    /// `not valid`: rows that are there are not looked at.
    pub(crate) not_valid: bool,
}

/// One action of `alter table`.
#[derive(Clone, Debug, PartialEq)]
pub enum AlterAction {
    /// `add column`.
    AddColumn {
        /// The column.
        column: Box<ColumnDef>,
        /// `if not exists`.
        if_not_exists: bool,
    },
    /// `drop column`.
    DropColumn {
        /// The column.
        name: Ident,
        /// `if exists`.
        if_exists: bool,
        /// `cascade`: foreign keys that refer to it go too.
        cascade: bool,
    },
    /// `rename column`.
    RenameColumn {
        /// The column.
        from: Ident,
        /// Its new name.
        to: Ident,
    },
    /// `rename to`.
    RenameTable(Ident),
    /// `rename constraint`.
    RenameConstraint {
        /// The constraint.
        from: Ident,
        /// Its new name.
        to: Ident,
    },
    /// `alter column … set default` and `drop default`.
    SetDefault {
        /// The column.
        column: Ident,
        /// The default; none drops it.
        default: Option<DefaultDef>,
    },
    /// `alter column … set not null` and `drop not null`.
    SetNotNull {
        /// The column.
        column: Ident,
        /// Whether null is to be refused.
        not_null: bool,
    },
    /// `alter column … type`.
    SetType {
        /// The column.
        column: Ident,
        /// Its new type.
        type_name: TypeName,
        /// `using column::type`: a cast that must be asked for is allowed.
        explicit: bool,
    },
    /// `alter column … add generated … as identity`.
    AddIdentity {
        /// The column.
        column: Ident,
        /// Its kind.
        identity: Identity,
    },
    /// `alter column … drop identity`.
    DropIdentity {
        /// The column.
        column: Ident,
        /// `if exists`.
        if_exists: bool,
    },
    /// `alter column … set expression as (…)`.
    SetExpression {
        /// The column.
        column: Ident,
        /// The expression.
        expression: Box<ExpressionDef>,
    },
    /// `alter column … drop expression`.
    DropExpression {
        /// The column.
        column: Ident,
        /// `if exists`.
        if_exists: bool,
    },
    /// `enable` and `disable row level security`; `[no] force`, which changes nothing, if absent.
    RowSecurity(Option<bool>),
    /// `add constraint`.
    AddConstraint(ConstraintDef),
    /// `validate constraint`.
    ValidateConstraint(Ident),
    /// `drop constraint`.
    DropConstraint {
        /// The constraint.
        name: Ident,
        /// `if exists`.
        if_exists: bool,
        /// `cascade`: foreign keys that rest on it go too.
        cascade: bool,
    },
}
