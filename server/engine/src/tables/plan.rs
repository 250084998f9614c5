//! What a change would do and cost, told before it is done.

use std::sync::Arc;

use tenon_model::{Check, Default, Error, Ident, Result, Schema};

use super::{
    Effect, SchemaPlan,
    change::Statement,
    change_set::Source,
    new_columns::NewColumns,
    obstacles, sql, sqlite, states,
    step::{Step, Transition},
};
use crate::database::{Conn, EngineKind};

/// Looks at the data and says what the statements would do.
pub(super) fn plan(conn: &mut Conn, schema: &Arc<Schema>, source: &Source, statements: &[Statement]) -> Result<SchemaPlan> {
    let mut plan = SchemaPlan { sql: String::new(), effects: Vec::new(), obstacles: Vec::new(), failing: Vec::new() };
    let (mut found, mut new) = (Vec::new(), NewColumns::default());
    let resolved = source.resolve(schema, statements)?;
    let all: Vec<Transition> = resolved.iter().flatten().cloned().collect();
    let mut rebuilds = rebuilt_tables(conn.kind(), &all).into_iter();
    for (statement, steps) in statements.iter().zip(resolved) {
        plan.sql.push_str(&statement.sql);
        plan.sql.push_str(";\n");
        for step in &steps {
            let mut effect = effect(conn, schema, step, &rebuilds.next().unwrap_or_default())?;
            if all.iter().rfind(|other| concerns_states(other, step)).is_some_and(|last| Arc::ptr_eq(&last.after, &step.after)) {
                effect.summary.push_str(&states::stuck(conn, schema, step)?);
            }
            plan.effects.push(effect);
            if is_as_it_stands(schema, step, &new) {
                plan.failing.extend(obstacles::failing(conn, step)?);
                found.extend(obstacles::find(conn, step, &new)?.into_iter().map(|e| source.located(statement, e)));
            }
            new.note(step);
        }
    }
    found.dedup_by(|a: &mut Error, b| a == b);
    plan.obstacles = found;
    Ok(plan)
}

/// Whether a step is one of the states of the same table as another.
fn concerns_states(step: &Transition, other: &Transition) -> bool {
    matches!((&step.step, &other.step), (Step::SetTransitions(one), Step::SetTransitions(other)) if one == other)
}

/// Whether the step meets its tables and columns as they are in the database now, before any other step, or with nothing but
/// new columns beside them.
fn is_as_it_stands(schema: &Schema, t: &Transition, new: &NewColumns) -> bool {
    let same = |name: &Ident| match (schema.table(name.as_str()), t.before.table(name.as_str())) {
        (Some(now), Some(then)) => now.columns.iter().eq(&then.columns),
        _ => false,
    };
    let known = |name: &Ident, columns: &[Ident]| new.know(schema, name, columns);
    match &t.step {
        Step::AddForeignKey { table, key } => {
            known(table, &key.columns) && known(&key.references, &key.referenced_columns) && !new.has_enum(table, &key.columns)
        }
        Step::AddUnique { table, unique } | Step::AddPrimaryKey { table, key: unique } => known(table, &unique.columns),
        Step::CreateIndex { table, index } => known(table, &index.columns.iter().map(|c| c.column.clone()).collect::<Vec<_>>()),
        Step::SetNotNull { table, column, .. } | Step::SetIdentity { table, column } => known(table, std::slice::from_ref(column)),
        Step::AddCheck { table, check } | Step::ValidateCheck { table, check } => stands(schema, t, table, check),
        Step::SetType { table, .. } => same(table),
        Step::AddColumn { table, .. } => known(table, &[]),
        _ => true,
    }
}

/// Whether the columns that a check looks at are in the database as the check will find them.
fn stands(now: &Schema, t: &Transition, name: &Ident, check: &Check) -> bool {
    let (Some(now), Some(then)) = (now.table(name.as_str()), t.before.table(name.as_str())) else { return false };
    check.columns(then).into_iter().chain(then.key_columns()).all(|column| {
        let (now, then) = (now.column(column.as_str()), then.column(column.as_str()));
        now.is_some() && now.map(|c| &c.data_type) == then.map(|c| &c.data_type)
    })
}

/// For each step, the tables that SQLite writes anew for it.
fn rebuilt_tables(kind: EngineKind, all: &[Transition]) -> Vec<Vec<Ident>> {
    if kind == EngineKind::Postgres {
        return Vec::new();
    }
    let rebuilt = |operation: &sqlite::Operation| match operation {
        sqlite::Operation::Rebuild(rebuild) => Some(rebuild.name().clone()),
        sqlite::Operation::Sql(_) | sqlite::Operation::Create(..) => None,
    };
    sqlite::schedule(all).iter().map(|operations| operations.iter().filter_map(rebuilt).collect()).collect()
}

fn effect(conn: &mut Conn, schema: &Schema, t: &Transition, rebuilt: &[Ident]) -> Result<Effect> {
    let values_lost = match &t.step {
        Step::DropTable(table) => rows(conn, schema, table)?,
        Step::DropColumn { table, column } => values(conn, schema, table, column)?,
        _ => 0,
    };
    let mut rows_rewritten = 0;
    for table in rebuilt {
        rows_rewritten += rows(conn, schema, table)?;
    }
    if let Some(table) = rewrites(conn.kind(), t).filter(|table| !rebuilt.contains(table)) {
        rows_rewritten += rows(conn, schema, table)?;
    }
    let whole_rows = matches!(t.step, Step::DropTable(_));
    Ok(Effect { summary: summary(&t.step), rows_rewritten, values_lost, whole_rows })
}

/// The table whose rows the engine itself writes anew for a step.
fn rewrites(kind: EngineKind, t: &Transition) -> Option<&Ident> {
    let is_virtual = |schema: &Schema, table: &Ident, column: &Ident| {
        schema.table(table.as_str()).and_then(|t| t.column(column.as_str())).is_some_and(tenon_model::Column::is_virtual)
    };
    match (kind, &t.step) {
        (_, Step::DropColumn { table, column }) if is_virtual(&t.before, table, column) => None,
        (_, Step::AddColumn { table, column }) if column.generated.as_ref().is_some_and(|g| g.stored) => Some(table),
        (_, Step::SetExpression { table, column }) if !is_virtual(&t.before, table, column) => Some(table),
        (EngineKind::Sqlite, Step::DropColumn { table, .. }) | (EngineKind::Postgres, Step::SetType { table, .. }) => Some(table),
        (EngineKind::Postgres, Step::AddColumn { table, column }) => {
            let each_its_own = column.identity.is_some() || column.default == Some(Default::RandomUuid);
            each_its_own.then_some(table)
        }
        _ => None,
    }
}

fn rows(conn: &mut Conn, schema: &Schema, table: &Ident) -> Result<u64> {
    if schema.table(table.as_str()).is_none() {
        return Ok(0);
    }
    sql::count(conn, &format!("select count(*) as n from {}", table.quoted()))
}

fn values(conn: &mut Conn, schema: &Schema, table: &Ident, column: &Ident) -> Result<u64> {
    match schema.table(table.as_str()) {
        Some(found) if found.column(column.as_str()).is_some_and(|c| c.generated.is_none()) => {
            sql::count(conn, &format!("select count({}) as n from {}", column.quoted(), table.quoted()))
        }
        _ => Ok(0),
    }
}

/// What a step does, in a sentence.
pub(super) fn summary(step: &Step) -> String {
    match step {
        Step::CreateTable(table) => match table.columns.len() {
            1 => format!("Creates the table \"{}\" with 1 column.", table.name),
            columns => format!("Creates the table \"{}\" with {columns} columns.", table.name),
        },
        Step::DropTable(name) => format!("Drops the table \"{name}\" and its rows."),
        Step::RenameTable { from, to } => format!("Renames the table \"{from}\" to \"{to}\"."),
        Step::AddColumn { table, column } => format!("Adds the column \"{}\" ({}) to \"{table}\".", column.name, column.data_type),
        Step::DropColumn { table, column } => format!("Drops the column \"{column}\" of \"{table}\" and its values."),
        Step::RenameColumn { table, from, to } => format!("Renames the column \"{from}\" of \"{table}\" to \"{to}\"."),
        Step::SetDefault { table, column } => format!("Changes the default of \"{column}\" in \"{table}\"."),
        Step::SetNotNull { table, column, not_null: true } => format!("Refuses null in \"{column}\" of \"{table}\"."),
        Step::SetNotNull { table, column, not_null: false } => format!("Allows null in \"{column}\" of \"{table}\"."),
        Step::SetType { table, column, .. } => format!("Changes the type of \"{column}\" in \"{table}\"."),
        Step::SetIdentity { table, column } => format!("Changes how \"{column}\" of \"{table}\" is numbered."),
        Step::SetExpression { table, column } => format!("Changes what \"{column}\" of \"{table}\" is computed from."),
        Step::AddPrimaryKey { table, key } => format!("Makes {} the primary key of \"{table}\".", names(&key.columns)),
        Step::DropPrimaryKey { table, .. } => {
            format!("Drops the primary key of \"{table}\". Without one its records cannot be opened or edited.")
        }
        Step::AddUnique { table, unique } => format!("Makes {} unique in \"{table}\".", names(&unique.columns)),
        Step::DropUnique { table, name } => format!("Drops the unique constraint \"{name}\" of \"{table}\"."),
        Step::AddForeignKey { table, key } => {
            format!("Makes {} of \"{table}\" refer to \"{}\".", names(&key.columns), key.target_name())
        }
        Step::DropForeignKey { table, name } => format!("Drops the reference \"{name}\" of \"{table}\"."),
        Step::AddCheck { table, check } => format!("Checks every row of \"{table}\" by \"{}\".", check.name),
        Step::DropCheck { table, name } => format!("Drops the check \"{name}\" of \"{table}\"."),
        Step::ValidateCheck { table, check } => format!("Makes sure that every row of \"{table}\" passes \"{}\".", check.name),
        Step::CommentCheck { table, name } => format!("Changes what the check \"{name}\" of \"{table}\" tells people."),
        Step::RenameConstraint { table, from, to, .. } => format!("Renames the constraint \"{from}\" of \"{table}\" to \"{to}\"."),
        Step::CreateIndex { table, index } => format!("Creates the index \"{}\" on \"{table}\".", index.name),
        Step::DropIndex { table, name } => format!("Drops the index \"{name}\" of \"{table}\"."),
        Step::CreateEnum(made) => format!("Creates the type \"{}\" with {} values.", made.name, made.values.len()),
        Step::AddEnumValue { name, value, .. } => format!("Adds the value \"{value}\" to the type \"{name}\"."),
        Step::RenameEnumValue { name, from, to } => format!("Renames the value \"{from}\" of the type \"{name}\" to \"{to}\"."),
        Step::RenameEnum { from, to } => format!("Renames the type \"{from}\" to \"{to}\"."),
        Step::DropEnum(name) => format!("Drops the type \"{name}\"."),
        Step::CommentTable(name) => format!("Changes the comment of \"{name}\"."),
        Step::CommentColumn { table, column } => format!("Changes the comment of \"{column}\" in \"{table}\"."),
        Step::CommentEnum(name) => format!("Changes the comment of the type \"{name}\"."),
        Step::CommentPolicy { table, policy } => {
            format!("Changes what the policy \"{policy}\" of \"{table}\" tells those it refuses.")
        }
        Step::SetPolicies(name) => format!("Changes which rows of \"{name}\" may be seen and written."),
        Step::CreateRole(name) => format!("Creates the role \"{name}\"."),
        Step::ChangeRole(name) => format!("Changes the role \"{name}\" or what it is a member of."),
        Step::DropRole(name) => format!("Drops the role \"{name}\"."),
        Step::SetTransitions(name) => format!("Changes which ways the states of \"{name}\" may go."),
        Step::SetView(name) => format!("Sets what the view \"{name}\" shows and who may read it."),
        Step::DropView(name) => format!("Drops the view \"{name}\"."),
        Step::SetFunction(name) => format!("Sets what the function \"{name}\" does and who may call it."),
        Step::DropFunction(name) => format!("Drops the function \"{name}\"."),
        Step::SetDefaultPrivileges => "Changes who may use what is made from now on.".to_owned(),
        Step::SetAccess(name) => format!("Changes who may use \"{name}\" through the API."),
    }
}

fn names(columns: &[Ident]) -> String {
    columns.iter().map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", ")
}
