//! Writes: what policies ask of rows as they will be, asked before they are written, as PostgreSQL does: before unique keys
//! and references, so that those tell nothing of rows that the caller may not write.

use diesel::connection::SimpleConnection;
use tenon_model::expression::SourceId;
use tenon_model::{Code, Command, DataType, Error, Expr, Ident, Result, ScalarType, Table, Value, expression::IsTest};

use super::{Guard, guard::refused, messages::Told};
use crate::{
    database::{Conn, Translate},
    records::{
        Update,
        block::Context,
        keys::text_array,
        run,
        sql::{Alias, Bind, Builder, Statement, bind, postgres_type},
        states::{Moves, words},
    },
};

/// The proposed row and the row that is there, in the check of an upsert.
pub(crate) const PROPOSED: SourceId = SourceId(u32::MAX - 1);
pub(crate) const EXISTING: SourceId = SourceId(u32::MAX);

/// So many rows go to PostgreSQL in one statement.
const CHUNK: usize = 1_000;

/// What policies ask of a write, ready for statements.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Of rows that an insert makes.
    insert: Expr,
    /// Of rows that are there and an upsert changes.
    using: Expr,
    /// Of rows that an update makes.
    update: Expr,
    /// What has something to say where it does not hold: of each of these.
    told: [Told; 3],
    /// Whether rows are hidden from the caller, so that failures must not speak of them.
    hides: bool,
    /// Columns that the caller may not read, so that failures must not speak of their values.
    unreadable: Vec<Ident>,
    /// Where states may go.
    pub(crate) moves: Moves,
}

impl Guard<'_> {
    /// What policies ask of a write; `reads` says whether it looks at the table's columns (a filter, `returning`, a conflict).
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn rules(&self, table: &Ident, reads: bool) -> Result<Rules> {
        let moves = self.moves(table, reads)?;
        if !self.binds(table) {
            let (insert, using, update) = (Expr::always(), Expr::always(), Expr::always());
            let told = <[Told; 3]>::default();
            return Ok(Rules { insert, using, update, told, hides: false, unreadable: Vec::new(), moves });
        }
        let select = if reads { self.using(table, Command::Select)? } else { Expr::always() };
        let seen = if reads { self.told(table, Command::Select, false)? } else { Told::default() };
        let told = [
            self.told(table, Command::Insert, true)?.and(seen.clone()),
            self.told(table, Command::Update, false)?.and(seen.clone()),
            self.told(table, Command::Update, true)?.and(seen),
        ];
        Ok(Rules {
            told,
            insert: self.of_proposed(table, self.check(table, Command::Insert)?.and(select.clone())),
            using: self.using(table, Command::Update)?.and(select.clone()),
            update: self.of_proposed(table, self.check(table, Command::Update)?.and(select)),
            hides: true,
            unreadable: Vec::new(),
            moves,
        })
    }
}

/// What does not hold: false and null alike.
pub(crate) fn fails(rule: Expr) -> Expr {
    Expr::Not(Box::new(Expr::Is(Box::new(rule), IsTest::True)))
}

impl Rules {
    /// The same, for a caller who may not read these columns.
    pub(crate) fn without(self, unreadable: Vec<Ident>) -> Self {
        Self { moves: self.moves.without(unreadable.clone()), unreadable, ..self }
    }

    /// Lets the whole write see one state of the database: no row that somebody else commits after policies were asked may be
    /// written unasked. A write that meets one fails and is repeated. SQLite's writes are one after the other anyway. Call it
    /// first of all.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub(crate) fn begin(&self, conn: &mut Conn) -> Result<()> {
        if (self.hides || self.moves.bind()) && matches!(conn, Conn::Postgres(_)) {
            conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").translate()?;
        }
        Ok(())
    }

    /// Passes rows that policies let the caller insert.
    ///
    /// # Errors
    /// [`Code::Forbidden`]: `new row violates row-level security policy for table "…"`.
    pub(crate) fn inserted(&self, conn: &mut Conn, context: Context<'_>, table: &Table, rows: &[Vec<Option<Value>>]) -> Result<()> {
        if self.insert.is_always() {
            return Ok(());
        }
        for chunk in chunks(context, rows) {
            let failing = |rule: &Expr| {
                let failing = fails(rule.clone());
                proposed(context, table, chunk, |b| b.where_filter(Alias::ROOT, &failing))
            };
            refuse_any(conn, &self.insert, &self.told[0], failing, || refused(&table.name))?;
        }
        Ok(())
    }

    /// Passes an upsert whose rows meet others that policies let the caller change so.
    ///
    /// # Errors
    /// As [`Rules::inserted`].
    pub(crate) fn merged(
        &self,
        conn: &mut Conn,
        context: Context<'_>,
        table: &Table,
        rows: &[Vec<Option<Value>>],
        (target, set): (&[Ident], &[Ident]),
    ) -> Result<()> {
        if self.using.is_always() && self.update.is_always() {
            return Ok(());
        }
        let kept = |_: &Ident| EXISTING;
        let changed = |name: &Ident| if set.contains(name) { PROPOSED } else { EXISTING };
        let states: [&dyn Fn(&Ident) -> SourceId; 2] = [&kept, &changed];
        let asked = [(&self.using, &self.told[1], " (USING expression)", states[0]), (&self.update, &self.told[2], "", states[1])];
        for (rule, told, message, row) in asked {
            for chunk in chunks(context, rows) {
                let failing = |rule: &Expr| {
                    let failing = fails(said_of(rule.clone(), row));
                    proposed(context, table, chunk, |b| {
                        let existing = b.fresh_alias();
                        b.push(" join ").table(&table.name, existing).push(" on ");
                        b.join_columns(existing, target, Alias::ROOT, target);
                        b.sources.extend([(PROPOSED, Alias::ROOT), (EXISTING, existing)]);
                        b.where_filter(Alias::ROOT, &failing)
                    })
                };
                let name = &table.name;
                let text = || format!("new row violates row-level security policy{message} for table \"{name}\"");
                refuse_any(conn, rule, told, failing, || Error::new(Code::Forbidden, text()))?;
            }
        }
        Ok(())
    }

    /// Passes an update whose rows policies let the caller make; on PostgreSQL the rows are locked until it has happened.
    ///
    /// # Errors
    /// As [`Rules::inserted`].
    pub(crate) fn updated(&self, conn: &mut Conn, context: Context<'_>, table: &Table, update: &Update) -> Result<()> {
        if self.update.is_always() || update.set.is_empty() {
            return Ok(());
        }
        let failing = |rule: &Expr| {
            let mut b = Builder::new(context.engine, context.schema);
            b.push("select count(*)").push(if context.is_sqlite() { "" } else { "::text" }).push(" from (select (");
            b.expr(Alias::ROOT, &fails(after(rule.clone(), update)))?;
            b.push(") as bad from ").table(&table.name, Alias::ROOT);
            b.where_rows(table, &update.filter, &update.order, update.limit)?;
            b.push(if context.is_sqlite() { "" } else { " for update of t0" });
            b.push(") as s where s.bad");
            b.finish()
        };
        refuse_any(conn, &self.update, &self.told[2], failing, || refused(&table.name))
    }

    /// A failure to change a row that may be seen, with what the policies have to say that hide it from the update.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub(crate) fn explain_hidden(
        &self,
        error: Error,
        conn: &mut Conn,
        context: Context<'_>,
        table: &Table,
        row: &Expr,
    ) -> Result<Error> {
        self.told[1].add_to(error, conn, |rule| {
            let mut b = Builder::new(context.engine, context.schema);
            b.push("select count(*)").push(if context.is_sqlite() { "" } else { "::text" }).push(" from ");
            b.table(&table.name, Alias::ROOT);
            b.where_filter(Alias::ROOT, &row.clone().and(fails(rule.clone())))?;
            b.finish()
        })
    }

    /// A failure without what it says of rows, if some rows or the values are hidden from the caller: PostgreSQL leaves that out, too.
    pub(crate) fn discreet(&self, error: Error) -> Error {
        let speaks = matches!(error.code, Code::UniqueViolation | Code::ForeignKeyViolation);
        if speaks && (self.hides || self.names_unreadable(&error)) {
            return Error { details: None, ..error };
        }
        if self.hides && words::is_of_database(&error.message) {
            return Error { message: "a row may not go to the state that this would take it to".to_owned(), ..error };
        }
        error
    }

    /// Whether a failure is about columns that may not be read, or does not tell about which it is.
    fn names_unreadable(&self, error: &Error) -> bool {
        let is_unreadable = |column: &str| self.unreadable.iter().any(|name| name.as_str() == column);
        !self.unreadable.is_empty() && (error.fields.is_empty() || error.fields.iter().any(|field| is_unreadable(&field.column)))
    }
}

/// The condition, said of the row that each column comes from.
pub(crate) fn said_of(rule: Expr, source: impl Fn(&Ident) -> SourceId) -> Expr {
    rule.map(&mut |part| match part {
        Expr::Column { name, data_type } => Expr::Of { source: source(&name), name, data_type },
        other => other,
    })
}

/// The condition, said of rows as an update makes them.
fn after(rule: Expr, update: &Update) -> Expr {
    rule.map(&mut |part| match part {
        Expr::Column { name, data_type } => match update.set.get(&name) {
            Some(value) => Expr::Literal { value: value.clone(), data_type },
            None => Expr::Column { name, data_type },
        },
        other => other,
    })
}

/// Refuses if there are rows for which the rule does not hold; `failing` counts them.
fn refuse_any(
    conn: &mut Conn,
    rule: &Expr,
    told: &Told,
    failing: impl Fn(&Expr) -> Result<Statement>,
    error: impl FnOnce() -> Error,
) -> Result<()> {
    if run::number(conn, &failing(rule)?)? > 0 { Err(told.add_to(error(), conn, failing)?) } else { Ok(()) }
}

/// SQLite gets a row at a time, PostgreSQL many.
pub(crate) fn chunks<'r>(context: Context<'_>, rows: &'r [Vec<Option<Value>>]) -> impl Iterator<Item = &'r [Vec<Option<Value>>]> {
    rows.chunks(if context.is_sqlite() { 1 } else { CHUNK })
}

/// How many of the rows, as the root, what `rest` adds meets.
fn proposed<'s>(
    context: Context<'s>,
    table: &Table,
    rows: &[Vec<Option<Value>>],
    rest: impl FnOnce(&mut Builder<'s>) -> Result<()>,
) -> Result<Statement> {
    let count = |b: &mut Builder<'s>| {
        b.push("count(*)").push(if context.is_sqlite() { "" } else { "::text" });
    };
    proposed_as(context, table, rows, count, rest)?.finish()
}

/// What `select` takes of the rows, as the root, that what `rest` adds meets.
pub(crate) fn proposed_as<'s>(
    context: Context<'s>,
    table: &Table,
    rows: &[Vec<Option<Value>>],
    select: impl FnOnce(&mut Builder<'s>),
    rest: impl FnOnce(&mut Builder<'s>) -> Result<()>,
) -> Result<Builder<'s>> {
    let mut b = Builder::new(context.engine, context.schema);
    b.push("select ");
    select(&mut b);
    b.push(" from ");
    rows_source(&mut b, context, table, rows);
    rest(&mut b)?;
    Ok(b)
}

/// `(select …) as t0`: a row that need not be there.
pub(crate) fn row_source(b: &mut Builder<'_>, context: Context<'_>, table: &Table, row: &Vec<Option<Value>>) {
    rows_source(b, context, table, std::slice::from_ref(row));
}

/// As [`row_source`], on PostgreSQL of many rows.
fn rows_source(b: &mut Builder<'_>, context: Context<'_>, table: &Table, rows: &[Vec<Option<Value>>]) {
    b.push("(select ");
    if context.is_sqlite() {
        sqlite_row(b, context, table, &rows[0]);
    } else {
        postgres_rows(b, table, rows);
    }
    b.push(") as t0");
}

fn sqlite_row(b: &mut Builder<'_>, context: Context<'_>, table: &Table, row: &[Option<Value>]) {
    for (index, (column, value)) in table.columns.iter().zip(row).enumerate() {
        b.push(if index > 0 { ", " } else { "" });
        b.bind(bind(context.engine, value.as_ref().unwrap_or(&Value::Null), &column.data_type));
        // What the table's own column has.
        let numeric = matches!(column.data_type, DataType::Scalar(ScalarType::Numeric(_)));
        b.push(if numeric { " collate tenon_numeric as " } else { " as " }).ident(&column.name);
    }
}

fn postgres_rows(b: &mut Builder<'_>, table: &Table, rows: &[Vec<Option<Value>>]) {
    for (index, column) in table.columns.iter().enumerate() {
        b.push(if index > 0 { ", " } else { "" });
        b.push("u.c").number(index as u64).push("::").push(&postgres_type(&column.data_type));
        let text = column.data_type.scalar().is_some_and(ScalarType::is_text);
        b.push(if text { " collate \"C\" as " } else { " as " }).ident(&column.name);
    }
    b.push(" from unnest(");
    for (index, column) in table.columns.iter().enumerate() {
        b.push(if index > 0 { ", " } else { "" });
        let values = rows.iter().map(|row| row.get(index).and_then(Option::as_ref));
        b.bind(Bind::Text(text_array(values, &column.data_type))).push("::text[]");
    }
    b.push(") as u(");
    for index in 0..table.columns.len() {
        b.push(if index > 0 { ", c" } else { "c" }).number(index as u64);
    }
    b.push(")");
}
