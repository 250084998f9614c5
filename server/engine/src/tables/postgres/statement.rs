//! What a step is on PostgreSQL.

use tenon_model::{
    Check, Column, DataType, Default, ForeignKey, Ident, Index, ReferentialAction, Result, ScalarType, Schema, Table, Unique,
};

use super::{column, enums};
use crate::{
    database::EngineKind,
    records::sql::narrowed,
    tables::{
        calculated, checks,
        dump::text,
        sql::list,
        step::{Step, Transition},
    },
};

/// The statements of a step; `later` are the steps of the same transaction that follow.
pub(super) fn statements(t: &Transition, later: &[Transition]) -> Result<Vec<String>> {
    Ok(match &t.step {
        Step::AddColumn { column, .. } if column.is_virtual() => Vec::new(),
        Step::DropColumn { table, column } | Step::RenameColumn { table, from: column, .. } if is_virtual(t, table, column) => {
            Vec::new()
        }
        // Triggers compute it; they are made anew after every change.
        Step::SetExpression { .. } => Vec::new(),
        Step::CreateTable(table) => create_table(&t.after, table)?,
        Step::DropTable(name) => vec![format!("drop table {}", name.quoted())],
        Step::RenameTable { from, to } => vec![alter(from, &format!("rename to {}", to.quoted()))],
        Step::AddColumn { table, column } => add_column(&t.after, table, column),
        Step::DropColumn { table, column } => vec![alter(table, &format!("drop column {}", column.quoted()))],
        Step::RenameColumn { table, from, to } => {
            vec![alter(table, &format!("rename column {} to {}", from.quoted(), to.quoted()))]
        }
        Step::SetDefault { table, column } => vec![set_default(&t.after, table, column)],
        Step::SetNotNull { table, column, not_null } => {
            let verb = if *not_null { "set" } else { "drop" };
            vec![alter(table, &format!("alter column {} {verb} not null", column.quoted()))]
        }
        Step::SetType { table, column, explicit } => set_type(t, table, column, *explicit),
        Step::SetIdentity { table, column } => set_identity(&t.after, table, column),
        Step::AddPrimaryKey { table, key } => vec![alter(table, &format!("add {}", unique(key, "primary key")))],
        Step::AddUnique { table, unique: key } => vec![alter(table, &format!("add {}", unique(key, "unique")))],
        Step::AddForeignKey { table, key } => vec![alter(table, &format!("add {}", foreign_key(key)))],
        Step::AddCheck { table, check } => match t.after.table(table.as_str()) {
            Some(table) => add_check(&t.after, table, check)?,
            None => Vec::new(),
        },
        Step::ValidateCheck { table, check } => vec![alter(table, &format!("validate constraint {}", check.name.quoted()))],
        Step::DropPrimaryKey { table, name }
        | Step::DropUnique { table, name }
        | Step::DropForeignKey { table, name }
        | Step::DropCheck { table, name } => {
            vec![alter(table, &format!("drop constraint {}", name.quoted()))]
        }
        Step::RenameConstraint { table, from, to, .. } => {
            vec![alter(table, &format!("rename constraint {} to {}", from.quoted(), to.quoted()))]
        }
        Step::CreateIndex { table, index } => vec![create_index(table, index)],
        Step::DropIndex { name, .. } => vec![format!("drop index {}", name.quoted())],
        Step::CreateEnum(made) => vec![enums::create(&made.name, &made.values)],
        Step::AddEnumValue { name, value, before } => enums::add_value(t, later, name, value, before.as_ref())?,
        Step::RenameEnumValue { name, from, to } => {
            vec![format!("alter type {} rename value {} to {}", name.quoted(), text(from), text(to))]
        }
        Step::RenameEnum { from, to } => vec![format!("alter type {} rename to {}", from.quoted(), to.quoted())],
        Step::DropEnum(name) => vec![format!("drop type {}", name.quoted())],
        Step::CommentTable(name) => {
            let comment = t.after.table(name.as_str()).and_then(|t| t.comment.as_deref());
            vec![comment_on(&format!("table {}", name.quoted()), comment)]
        }
        Step::CommentColumn { table, column } if is_virtual(t, table, column) => Vec::new(),
        Step::CommentColumn { table, column } => {
            let comment = find(&t.after, table, column).and_then(|c| c.comment.as_deref());
            vec![comment_on(&format!("column {}.{}", table.quoted(), column.quoted()), comment)]
        }
        Step::CommentEnum(name) => {
            let comment = t.after.enums.get(name).and_then(|e| e.comment.as_deref());
            vec![comment_on(&format!("type {}", name.quoted()), comment)]
        }
        Step::CommentCheck { table, name } => {
            let check = t.after.table(table.as_str()).and_then(|t| t.checks.iter().find(|c| c.name == *name));
            let on = format!("constraint {} on {}", name.quoted(), table.quoted());
            vec![comment_on(&on, check.and_then(|c| c.message.as_deref()))]
        }
        Step::SetAccess(_)
        | Step::SetPolicies(_)
        | Step::CommentPolicy { .. }
        | Step::SetTransitions(_)
        | Step::CreateRole(_)
        | Step::ChangeRole(_)
        | Step::DropRole(_)
        | Step::SetView(_)
        | Step::DropView(_)
        | Step::SetFunction(_)
        | Step::DropFunction(_)
        | Step::SetDefaultPrivileges => Vec::new(),
    })
}

/// Whether a column is computed on read: the database knows nothing of it.
fn is_virtual(t: &Transition, table: &Ident, column: &Ident) -> bool {
    find(&t.before, table, column).is_some_and(Column::is_virtual)
}

fn alter(table: &Ident, what: &str) -> String {
    format!("alter table {} {what}", table.quoted())
}

fn find<'a>(schema: &'a Schema, table: &Ident, column: &Ident) -> Option<&'a Column> {
    schema.table(table.as_str()).and_then(|t| t.column(column.as_str()))
}

/// Adds a check; its message comes with it.
pub(super) fn add_check(schema: &Schema, table: &Table, check: &Check) -> Result<Vec<String>> {
    let valid = if check.not_valid { " not valid" } else { "" };
    let mut all = vec![alter(&table.name, &format!("add {}{valid}", checks::sql(EngineKind::Postgres, schema, table, check)?))];
    if let Some(message) = &check.message {
        all.push(comment_on(&format!("constraint {} on {}", check.name.quoted(), table.name.quoted()), Some(message)));
    }
    Ok(all)
}

/// Adds a column; what is calculated, rows that are there get as a value, which then is no default of the database's.
fn add_column(schema: &Schema, table: &Ident, made: &Column) -> Vec<String> {
    let definition = column::definition(made);
    let Some(Default::Expression(expr)) = &made.default else {
        return vec![alter(table, &format!("add column {definition}"))];
    };
    let value = calculated::postgres(schema, made, expr);
    let name = made.name.quoted();
    vec![
        alter(table, &format!("add column {definition} default {value}")),
        alter(table, &format!("alter column {name} drop default")),
    ]
}

fn create_table(schema: &Schema, table: &Table) -> Result<Vec<String>> {
    let mut parts: Vec<String> = table.columns.iter().filter(|c| !c.is_virtual()).map(column::definition).collect();
    parts.extend(table.primary_key.iter().map(|k| unique(k, "primary key")));
    parts.extend(table.uniques.iter().map(|u| unique(u, "unique")));
    parts.extend(table.foreign_keys.iter().map(foreign_key));
    for check in &table.checks {
        parts.push(checks::sql(EngineKind::Postgres, schema, table, check)?);
    }
    Ok(vec![format!("create table {} (\n  {}\n)", table.name.quoted(), parts.join(",\n  "))])
}

fn unique(unique: &Unique, kind: &str) -> String {
    format!("constraint {} {kind} ({})", unique.name.quoted(), list(&unique.columns))
}

pub(crate) fn foreign_key(key: &ForeignKey) -> String {
    let mut out = format!(
        "constraint {} foreign key ({}) references {} ({})",
        key.name.quoted(),
        list(&key.columns),
        key.references.quoted(),
        list(&referenced_columns(key))
    );
    for (event, action) in [("delete", key.on_delete), ("update", key.on_update)] {
        if action != ReferentialAction::NoAction {
            out.push_str(&format!(" on {event} {}", action.as_sql()));
        }
    }
    out
}

/// A user's id is kept as text; beside it stands the same as `uuid`, which columns of users' tables refer to.
pub(crate) fn referenced_columns(key: &ForeignKey) -> Vec<Ident> {
    match (key.is_to_users(), Ident::new("uid")) {
        (true, Ok(uid)) => vec![uid],
        _ => key.referenced_columns.clone(),
    }
}

fn create_index(table: &Ident, index: &Index) -> String {
    // Nulls come first on SQLite; an index that agrees serves the same orders on both.
    let columns = index.columns.iter().map(|c| format!("{}{}", c.column.quoted(), if c.descending { " desc" } else { "" }));
    format!(
        "create {}index {} on {} ({})",
        if index.unique { "unique " } else { "" },
        index.name.quoted(),
        table.quoted(),
        columns.collect::<Vec<_>>().join(", ")
    )
}

fn set_default(after: &Schema, table: &Ident, name: &Ident) -> String {
    let action = match find(after, table, name).and_then(|c| c.default.as_ref().and_then(|d| column::default_sql(c, d))) {
        Some(default) => format!("set default {default}"),
        None => "drop default".to_owned(),
    };
    alter(table, &format!("alter column {} {action}", name.quoted()))
}

fn set_type(t: &Transition, table: &Ident, name: &Ident, explicit: bool) -> Vec<String> {
    let (Some(old), Some(new)) = (find(&t.before, table, name), find(&t.after, table, name)) else { return Vec::new() };
    let column = name.quoted();
    let mut actions = Vec::new();
    if old.default.is_some() {
        actions.push(format!("alter column {column} drop default"));
    }
    let using = using(&column, &old.data_type, &new.data_type, explicit);
    actions.push(format!("alter column {column} type {}{using}", column::data_type(&new.data_type)));
    if let Some(default) = new.default.as_ref().and_then(|default| column::default_sql(new, default)) {
        actions.push(format!("alter column {column} set default {default}"));
    }
    vec![alter(table, &actions.join(", "))]
}

/// The conversion; casts that PostgreSQL has only by a detour take it.
fn using(column: &str, from: &DataType, to: &DataType, explicit: bool) -> String {
    use ScalarType as T;
    if !explicit {
        return String::new();
    }
    let value = match (from.scalar(), to.scalar()) {
        (Some(from), Some(T::Boolean)) if from.is_integer() => format!("{column} <> 0"),
        (Some(T::Boolean), Some(to)) if to.is_integer() => format!("{column}::integer::{to}"),
        (Some(T::Json), Some(to)) if to.is_numeric() || *to == T::Boolean => format!("{column}::jsonb::{to}"),
        (Some(from), Some(scalar)) if from.is_text() => match narrowed(scalar) {
            Some((before, after)) => format!("{before}{column}{after}::{to}"),
            None => format!("{column}::{to}"),
        },
        _ => format!("{column}::{to}"),
    };
    format!(" using {value}")
}

fn set_identity(after: &Schema, table: &Ident, name: &Ident) -> Vec<String> {
    let column = name.quoted();
    let Some(identity) = find(after, table, name).and_then(|c| c.identity) else {
        return vec![alter(table, &format!("alter column {column} drop identity"))];
    };
    let add = format!("alter column {column} add generated {}", column::identity(identity));
    vec![alter(table, &add), count_on(table, name)]
}

/// Lets an identity go on behind the numbers that are there.
fn count_on(table: &Ident, column: &Ident) -> String {
    format!(
        "select setval(pg_get_serial_sequence({}, {}), coalesce(max({}), 0) + 1, false) from {}",
        text(&table.quoted()),
        text(column.as_str()),
        column.quoted(),
        table.quoted()
    )
}

fn comment_on(what: &str, comment: Option<&str>) -> String {
    format!("comment on {what} is {}", comment.map_or("null".to_owned(), text))
}
