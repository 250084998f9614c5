//! The schema as SQL. The same schema gives the same text, whichever engine holds it.

mod objects;

use std::{collections::BTreeSet, fmt::Write as _};

use tenon_model::{
    Check, Column, Command, Default, ForeignKey, Grants, Ident, Identity, Policy, Privileges, ReferentialAction, Role, ScalarType,
    Schema, StateTransition, Table, Unique, Value,
};

use super::late::is_late;

/// The SQL that makes this schema: types, then tables (each behind those it refers to) with their indexes, comments and
/// privileges, then the references that go round in circles.
pub(crate) fn dump(schema: &Schema) -> String {
    let mut out = Dump::default();
    out.roles(schema);
    for found in schema.enums.values() {
        let values = found.values.iter().map(|v| text(v)).collect::<Vec<_>>().join(", ");
        out.statement(&format!("create type {} as enum ({values})", name(&found.name)));
        if let Some(comment) = &found.comment {
            out.statement(&format!("comment on type {} is {}", name(&found.name), text(comment)));
        }
        out.paragraph();
    }
    let mut made: BTreeSet<&Ident> = BTreeSet::new();
    let mut late = Vec::new();
    for table in in_order(schema) {
        made.insert(&table.name);
        let (now, later): (Vec<_>, Vec<_>) = table
            .foreign_keys
            .iter()
            .partition(|k| k.is_to_users() || (made.contains(&k.references) && !rests_on_own_index(table, k)));
        late.extend(later.into_iter().map(|key| (table, key)));
        out.table(table, &now);
        out.paragraph();
    }
    for (table, key) in late {
        out.text.push_str(&add_foreign_key(table, key));
    }
    out.late_columns(schema);
    objects::add(&mut out.text, schema);
    for table in schema.tables.values() {
        out.policies(table);
        out.transitions(table);
    }
    objects::add_defaults(&mut out.text, schema);
    out.text
}

/// The SQL that adds the transitions of all tables.
pub(crate) fn transitions(schema: &Schema) -> String {
    let mut out = Dump::default();
    schema.tables.values().for_each(|table| out.transitions(table));
    out.text
}

/// The SQL that adds a reference to a table that is there.
pub(crate) fn add_foreign_key(table: &Table, key: &ForeignKey) -> String {
    format!("alter table {} add {};\n", name(&table.name), foreign_key(key))
}

/// The SQL that adds a check to a table that is there.
fn add_check(table: &Table, made: &Check) -> String {
    let valid = if made.not_valid { " not valid" } else { "" };
    format!("alter table {} add {}{valid};\n", name(&table.name), check(table, made))
}

/// `constraint name check (…)`.
fn check(table: &Table, check: &Check) -> String {
    format!("constraint {} check ({})", name(&check.name), check.expr.to_sql(&table.name))
}

/// The SQL that adds the checks which rows that are there may fail, with their messages.
pub(crate) fn late_checks(table: &Table) -> String {
    table.checks.iter().filter(|check| check.not_valid).map(|check| add_check_with_message(table, check)).collect()
}

/// The SQL that adds a check with its message.
pub(crate) fn add_check_with_message(table: &Table, check: &Check) -> String {
    let mut out = add_check(table, check);
    if let Some(message) = &check.message {
        let _ = writeln!(out, "comment on constraint {} on {} is {};", name(&check.name), name(&table.name), text(message));
    }
    out
}

#[derive(Default)]
struct Dump {
    text: String,
}

impl Dump {
    fn statement(&mut self, sql: &str) {
        self.text.push_str(sql);
        self.text.push_str(";\n");
    }

    fn paragraph(&mut self) {
        self.text.push('\n');
    }

    fn table(&mut self, table: &Table, keys: &[&ForeignKey]) {
        self.statement(&create_table(table, keys));
        for index in table.indexes.iter().filter(|index| !is_late_index(table, index)) {
            self.statement(&create_index(table, index));
        }
        for check in table.checks.iter().filter(|check| check.not_valid) {
            self.text.push_str(&add_check(table, check));
        }
        let own = name(&table.name);
        if let Some(comment) = &table.comment {
            self.statement(&format!("comment on table {own} is {}", text(comment)));
        }
        for column in table.columns.iter().filter(|column| !is_late(table, column)) {
            if let Some(comment) = &column.comment {
                self.statement(&format!("comment on column {own}.{} is {}", name(&column.name), text(comment)));
            }
        }
        for check in &table.checks {
            if let Some(message) = &check.message {
                self.statement(&format!("comment on constraint {} on {own} is {}", name(&check.name), text(message)));
            }
        }
        for (role, grants) in table.access.all() {
            let of_columns = if has_late(table) { None } else { column_privileges(grants) };
            for list in [privileges(grants.table), of_columns].into_iter().flatten() {
                self.statement(&format!("grant {list} on {own} to {}", grantee(role)));
            }
        }
    }
}

impl Dump {
    /// Before everything that can name them.
    fn roles(&mut self, schema: &Schema) {
        for found in schema.roles.values() {
            let role = found.role.to_sql();
            if !found.role.is_built_in() {
                self.statement(&format!("create role {role}{}", if found.inherit { "" } else { " noinherit" }));
            } else if !found.inherit {
                self.statement(&format!("alter role {role} noinherit"));
            }
            if let Some(comment) = &found.comment {
                self.statement(&format!("comment on role {role} is {}", text(comment)));
            }
        }
        for found in schema.roles.values().filter(|found| !found.member_of.is_empty()) {
            let groups: Vec<String> = found.member_of.iter().map(Role::to_sql).collect();
            self.statement(&format!("grant {} to {}", groups.join(", "), found.role.to_sql()));
        }
        if !schema.roles.is_empty() {
            self.paragraph();
        }
    }

    /// Columns that look into other tables, behind all tables, each behind those that it is computed from.
    fn late_columns(&mut self, schema: &Schema) {
        let mut waiting: Vec<(&Table, &Column)> = schema
            .tables
            .values()
            .flat_map(|table| {
                table.columns.iter().filter(|column| is_late(table, column)).map(move |column| (table.as_ref(), column))
            })
            .collect();
        while !waiting.is_empty() {
            let ready = |(table, column): &(&Table, &Column)| {
                let uses = column.generated.as_ref().map(|g| g.expr.uses(&table.name)).unwrap_or_default();
                let first = waiting.iter().find(|(other, _)| other.name == table.name).is_none_or(|(_, c)| c.name == column.name);
                first && !waiting.iter().any(|(t, c)| uses.columns.contains(&(t.name.clone(), c.name.clone())))
            };
            let at = waiting.iter().position(ready).or_else(|| {
                waiting.iter().position(|(table, column)| {
                    let uses = column.generated.as_ref().map(|g| g.expr.uses(&table.name)).unwrap_or_default();
                    !waiting.iter().any(|(t, c)| uses.columns.contains(&(t.name.clone(), c.name.clone())))
                })
            });
            let (table, column) = waiting.remove(at.unwrap_or(0));
            let own = name(&table.name);
            self.statement(&format!("alter table {own} add column {}", self::column(table, column)));
            if let Some(comment) = &column.comment {
                self.statement(&format!("comment on column {own}.{} is {}", name(&column.name), text(comment)));
            }
        }
        for table in schema.tables.values() {
            for index in table.indexes.iter().filter(|index| is_late_index(table, index)) {
                self.statement(&create_index(table, index));
            }
        }
        for table in schema.tables.values().filter(|table| has_late(table)) {
            for (role, grants) in table.access.all() {
                if let Some(list) = column_privileges(grants) {
                    self.statement(&format!("grant {list} on {} to {}", name(&table.name), grantee(role)));
                }
            }
        }
    }

    /// Behind all tables, for policies may look into any.
    fn policies(&mut self, table: &Table) {
        if table.row_security {
            self.statement(&format!("alter table {} enable row level security", name(&table.name)));
        }
        for policy in &table.policies {
            self.statement(&create_policy(table, policy));
            if let Some(comment) = &policy.comment {
                self.statement(&comment_on_policy(&table.name, &policy.name, Some(comment)));
            }
        }
    }
}

impl Dump {
    fn transitions(&mut self, table: &Table) {
        for transition in &table.transitions {
            self.statement(&create_transition(table, transition));
            if let Some(comment) = &transition.comment {
                let (own, table) = (name(&transition.name), name(&table.name));
                self.statement(&format!("comment on transition {own} on {table} is {}", text(comment)));
            }
        }
    }
}

/// `create transition …`.
pub(crate) fn create_transition(table: &Table, transition: &StateTransition) -> String {
    let (own, column) = (name(&transition.name), name(&transition.column));
    let mut out = format!("create transition {own} on {} ({column})", name(&table.name));
    if !transition.from.is_empty() {
        let states: Vec<String> = transition.from.iter().map(|state| text(state)).collect();
        let _ = write!(out, " from {}", states.join(", "));
    }
    let _ = write!(out, " to {}", text(&transition.to));
    if !transition.roles.is_empty() {
        let roles: Vec<String> = transition.roles.iter().map(Role::to_sql).collect();
        let _ = write!(out, " for {}", roles.join(", "));
    }
    for (words, rule) in [("using", &transition.using), ("with check", &transition.check)] {
        if let Some(rule) = rule {
            let _ = write!(out, " {words} ({})", rule.to_sql(&table.name));
        }
    }
    out
}

/// `create policy …`.
pub(crate) fn create_policy(table: &Table, policy: &Policy) -> String {
    let mut out = format!("create policy {} on {}", name(&policy.name), name(&table.name));
    if !policy.permissive {
        out.push_str(" as restrictive");
    }
    if let Some(command) = policy.command {
        let _ = write!(out, " for {}", command.as_str());
    }
    if !policy.roles.is_empty() {
        let roles: Vec<String> = policy.roles.iter().map(Role::to_sql).collect();
        let _ = write!(out, " to {}", roles.join(", "));
    }
    for (words, rule) in [("using", &policy.using), ("with check", &policy.check)] {
        if let Some(rule) = rule {
            let _ = write!(out, " {words} ({})", rule.to_sql(&table.name));
        }
    }
    out
}

/// `comment on policy …`.
pub(crate) fn comment_on_policy(table: &Ident, policy: &Ident, comment: Option<&str>) -> String {
    let comment = comment.map_or_else(|| "null".to_owned(), text);
    format!("comment on policy {} on {} is {comment}", name(policy), name(table))
}

/// `create table …` with these of its foreign keys.
fn create_table(table: &Table, keys: &[&ForeignKey]) -> String {
    let columns = table.columns.iter().filter(|column| !is_late(table, column));
    let mut parts: Vec<String> = columns.map(|c| column(table, c)).collect();
    parts.extend(table.primary_key.iter().map(|k| unique(k, "primary key")));
    parts.extend(table.uniques.iter().map(|u| unique(u, "unique")));
    parts.extend(keys.iter().map(|k| foreign_key(k)));
    parts.extend(table.checks.iter().filter(|c| !c.not_valid).map(|c| check(table, c)));
    format!("create table {} (\n  {}\n)", name(&table.name), parts.join(",\n  "))
}

fn create_index(table: &Table, index: &tenon_model::Index) -> String {
    let columns = index.columns.iter().map(|c| format!("{}{}", name(&c.column), if c.descending { " desc" } else { "" }));
    format!(
        "create {}index {} on {} ({})",
        if index.unique { "unique " } else { "" },
        name(&index.name),
        name(&table.name),
        columns.collect::<Vec<_>>().join(", ")
    )
}

/// Whether a table has columns that come late, so that privileges on columns do, too.
fn has_late(table: &Table) -> bool {
    table.columns.iter().any(|column| is_late(table, column))
}

fn is_late_index(table: &Table, index: &tenon_model::Index) -> bool {
    index.columns.iter().filter_map(|c| table.column(c.column.as_str())).any(|column| is_late(table, column))
}

fn column(table: &Table, column: &Column) -> String {
    let mut out = format!("{} {}", name(&column.name), data_type(column));
    if let Some(generated) = &column.generated {
        let kind = if generated.stored { "stored" } else { "virtual" };
        let _ = write!(out, " generated always as ({}) {kind}", generated.expr.to_sql(&table.name));
    }
    match column.identity {
        Some(Identity::Always) => out.push_str(" generated always as identity"),
        Some(Identity::ByDefault) => out.push_str(" generated by default as identity"),
        None if column.not_null => out.push_str(" not null"),
        None => {}
    }
    if let Some(default) = &column.default {
        let _ = write!(out, " default {}", default_sql(column, default));
    }
    out
}

fn data_type(column: &Column) -> String {
    match column.data_type.element() {
        ScalarType::Enum(of) => {
            let array = if column.data_type.scalar().is_none() { "[]" } else { "" };
            format!("{}{array}", name(of))
        }
        _ => column.data_type.to_string(),
    }
}

/// A default as `create table` takes it.
fn default_sql(column: &Column, default: &Default) -> String {
    match default {
        Default::Now => "now()".to_owned(),
        Default::CurrentDate => "current_date".to_owned(),
        Default::RandomUuid => "gen_random_uuid()".to_owned(),
        // There is no row yet, so the table's name says nothing.
        Default::Expression(expr) => format!("({})", expr.to_sql(&column.name)),
        Default::Literal(value @ (Value::Bool(_) | Value::Int(_) | Value::Numeric(_))) => {
            value.to_text(&column.data_type).unwrap_or_default()
        }
        Default::Literal(value) => text(&value.to_pg_text(&column.data_type).unwrap_or_default()),
    }
}

fn unique(unique: &Unique, kind: &str) -> String {
    format!("constraint {} {kind} ({})", name(&unique.name), names(&unique.columns))
}

fn foreign_key(key: &ForeignKey) -> String {
    let mut out = format!(
        "constraint {} foreign key ({}) references {} ({})",
        name(&key.name),
        names(&key.columns),
        key.target_sql(),
        names(&key.referenced_columns)
    );
    for (event, action) in [("delete", key.on_delete), ("update", key.on_update)] {
        if action != ReferentialAction::NoAction {
            let _ = write!(out, " on {event} {}", action.as_sql());
        }
    }
    out
}

fn privileges(held: Privileges) -> Option<String> {
    let list: Vec<_> = held.commands().map(Command::as_str).collect();
    (!list.is_empty()).then(|| list.join(", "))
}

/// `select (a, b), update (a)`.
fn column_privileges(grants: &Grants) -> Option<String> {
    let of = |command: Command| {
        let columns: Vec<String> =
            grants.columns.iter().filter(|(_, held)| held.has(command)).map(|(column, _)| name(column)).collect();
        (!columns.is_empty()).then(|| format!("{} ({})", command.as_str(), columns.join(", ")))
    };
    let list: Vec<String> = Command::ALL.into_iter().filter_map(of).collect();
    (!list.is_empty()).then(|| list.join(", "))
}

fn grantee(role: &Ident) -> String {
    if *role == Role::PUBLIC { role.to_string() } else { name(role) }
}

/// Whether a reference of a table to itself rests on a unique index, which is made after the table.
fn rests_on_own_index(table: &Table, key: &ForeignKey) -> bool {
    let mut constraints = table.primary_key.iter().chain(&table.uniques);
    key.references == table.name
        && !constraints.any(|u| {
            u.columns.len() == key.referenced_columns.len() && u.columns.iter().all(|c| key.referenced_columns.contains(c))
        })
}

/// The tables, each behind those it refers to as far as that is possible, else by name.
fn in_order(schema: &Schema) -> Vec<&Table> {
    let mut waiting: Vec<&Table> = schema.tables.values().map(AsRef::as_ref).collect();
    let mut placed: BTreeSet<&Ident> = BTreeSet::new();
    let mut order = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready =
            |t: &&Table| t.foreign_keys.iter().all(|k| k.is_to_users() || k.references == t.name || placed.contains(&k.references));
        // In a circle the first by name goes first.
        let next = waiting.remove(waiting.iter().position(ready).unwrap_or(0));
        placed.insert(&next.name);
        order.push(next);
    }
    order
}

/// A name, in quotes where it must be.
fn name(name: &Ident) -> String {
    name.to_sql()
}

fn names(names: &[Ident]) -> String {
    names.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A text literal.
pub(crate) fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
