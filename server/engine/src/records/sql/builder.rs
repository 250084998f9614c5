//! Puts a statement together: text, identifiers, binds.

use tenon_model::{Code, DataType, Error, Ident, Relation, Result, Schema, Table, Value, expression::SourceId};

use super::{Bind, Statement, shapes, value};
use crate::database::EngineKind;

/// More binds than either engine takes in one statement are refused before they reach it.
const MAX_BINDS: usize = 30_000;
/// Statements with more binds are of a shape that hardly comes again; they are not kept prepared.
const MAX_CACHED_BINDS: usize = 64;
/// How deep expressions may nest; SQLite's parser stops at 1000.
const MAX_DEPTH: u32 = 200;

/// A table's name inside a statement: `t0`, `t1` …
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Alias(pub(crate) u32);

impl Alias {
    /// The outermost table.
    pub(crate) const ROOT: Self = Self(0);
}

/// What the outermost row is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Root {
    /// `t0`.
    #[default]
    Alias,
    /// By its table's name.
    Table(Ident),
    /// Not at all: columns stand by themselves.
    Bare,
    /// `NEW`, in a trigger.
    New,
}

/// A statement in the making.
pub(crate) struct Builder<'s> {
    pub(crate) engine: EngineKind,
    pub(crate) schema: &'s Schema,
    statement: Statement,
    aliases: u32,
    depth: u32,
    /// What the root is called.
    pub(crate) root: Root,
    failure: Option<Error>,
    /// The tables of the subqueries around.
    pub(crate) sources: Vec<(SourceId, Alias)>,
}

impl<'s> Builder<'s> {
    /// An empty statement for an engine over a schema.
    pub(crate) fn new(engine: EngineKind, schema: &'s Schema) -> Self {
        let statement = Statement { text: String::with_capacity(512), cacheable: true, ..Statement::default() };
        Self { engine, schema, statement, aliases: 1, depth: 0, root: Root::Alias, failure: None, sources: Vec::new() }
    }

    /// Whether the statement is for SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.engine == EngineKind::Sqlite
    }

    /// The statement.
    ///
    /// # Errors
    /// [`Code::TooComplex`] if it binds more values than a database takes.
    pub(crate) fn finish(mut self) -> Result<Statement> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        let binds = self.statement.binds.len();
        if binds > MAX_BINDS {
            return Err(too_complex());
        }
        self.statement.cacheable = self.statement.cacheable && binds <= MAX_CACHED_BINDS && shapes::is_kept(&self.statement.text);
        Ok(self.statement)
    }

    /// Marks the statement as one that hardly comes again.
    pub(crate) fn uncached(&mut self) {
        self.statement.cacheable = false;
    }

    /// Static SQL.
    pub(crate) fn push(&mut self, sql: &str) -> &mut Self {
        self.statement.text.push_str(sql);
        self
    }

    /// A quoted identifier.
    pub(crate) fn ident(&mut self, name: &Ident) -> &mut Self {
        let text = &mut self.statement.text;
        text.push('"');
        if name.as_str().contains('"') {
            text.push_str(&name.as_str().replace('"', "\"\""));
        } else {
            text.push_str(name.as_str());
        }
        text.push('"');
        self
    }

    /// A number of our own making.
    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        let mut digits = itoa::Buffer::new();
        self.statement.text.push_str(digits.format(number));
        self
    }

    /// An alias.
    pub(crate) fn alias(&mut self, alias: Alias) -> &mut Self {
        self.push("t").number(u64::from(alias.0))
    }

    /// An alias that the statement does not have yet.
    pub(crate) fn fresh_alias(&mut self) -> Alias {
        self.aliases += 1;
        Alias(self.aliases - 1)
    }

    /// The name of a table that a subquery around reads.
    pub(super) fn alias_of(&self, source: SourceId) -> Result<Alias> {
        let found = self.sources.iter().rev().find(|(id, _)| *id == source);
        found.map(|(_, alias)| *alias).ok_or_else(|| Error::internal("a column of a table that is not read"))
    }

    /// `t0."column"`.
    pub(crate) fn column(&mut self, alias: Alias, name: &Ident) -> &mut Self {
        match (&self.root, alias) {
            (Root::Alias, _) | (_, Alias(1..)) => self.alias(alias).push(".").ident(name),
            (Root::Bare, _) => self.ident(name),
            (Root::Table(table), _) => {
                let table = table.clone();
                self.ident(&table).push(".").ident(name)
            }
            (Root::New, _) => self.push("NEW.").ident(name),
        }
    }

    /// `"table" as t0`.
    ///
    /// A view is put in as what it shows; a failure of that is told by [`Builder::finish`].
    pub(crate) fn table(&mut self, name: &Ident, alias: Alias) -> &mut Self {
        let shown = self.schema.tables.get(name.as_str()).and_then(|table| table.shows.as_deref());
        let Some(shown) = shown else { return self.ident(name).push(" as ").alias(alias) };
        if let Err(error) = self.shown(&shown.select, alias) {
            self.failure.get_or_insert(error);
        }
        self
    }

    /// A placeholder with its value.
    pub(crate) fn bind(&mut self, bind: Bind) -> &mut Self {
        self.statement.places.push(self.statement.text.len());
        self.statement.binds.push(bind);
        self
    }

    /// A placeholder for a value to compare with a column of that type.
    pub(crate) fn value(&mut self, value: &Value, data_type: &DataType) -> &mut Self {
        self.bind(value::bind(self.engine, value, data_type));
        self.postgres_cast(data_type);
        self
    }

    /// `::type` on PostgreSQL, without length or precision: those would cut the value that is compared.
    pub(crate) fn postgres_cast(&mut self, data_type: &DataType) -> &mut Self {
        if !self.is_sqlite() {
            self.push("::").push(&value::postgres_type(data_type));
        }
        self
    }

    /// The table of that name.
    pub(crate) fn require_table(&self, name: &Ident) -> Result<&'s Table> {
        self.schema.require_table(name.as_str()).map(AsRef::as_ref)
    }

    /// Whether the column of a table may hold null.
    pub(crate) fn is_nullable(&self, table: &Ident, column: &Ident) -> bool {
        let Some(table) = self.schema.tables.get(table.as_str()) else { return true };
        !(table.key_columns().contains(column) || table.column(column.as_str()).is_some_and(|c| c.not_null))
    }

    /// `from` for the rows that a relation leads to from a row of `outer`, up to and with `where …`; returns the alias of
    /// the table reached.
    pub(crate) fn related_rows(&mut self, relation: &Relation, outer: Alias) -> Result<Alias> {
        let target = self.fresh_alias();
        self.related_rows_as(relation, outer, target)?;
        Ok(target)
    }

    /// As [`Builder::related_rows`], with an alias taken before.
    pub(crate) fn related_rows_as(&mut self, relation: &Relation, outer: Alias, target: Alias) -> Result<()> {
        self.push(" from ").table(&relation.target, target);
        let joined = match &relation.through {
            None => target,
            Some(through) => {
                let middle = self.fresh_alias();
                self.push(" join ").table(&through.table, middle).push(" on ");
                self.join_columns(middle, &through.local, target, &through.target);
                middle
            }
        };
        self.push(" where ");
        self.join_columns(joined, &relation.foreign, outer, &relation.local);
        if let Some(filter) = relation.through.as_ref().and_then(|through| through.filter.as_deref()) {
            self.and_filter(joined, filter)?;
        }
        Ok(())
    }

    /// `a.x = b.y and …`.
    pub(crate) fn join_columns(&mut self, left: Alias, left_columns: &[Ident], right: Alias, right_columns: &[Ident]) {
        for (index, (l, r)) in left_columns.iter().zip(right_columns).enumerate() {
            if index > 0 {
                self.push(" and ");
            }
            self.column(left, l).push(" = ").column(right, r);
        }
    }

    /// Runs a step one level deeper.
    pub(crate) fn nested<T>(&mut self, step: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH || self.statement.binds.len() > MAX_BINDS {
            return Err(too_complex());
        }
        self.depth += 1;
        let result = step(self);
        self.depth -= 1;
        result
    }
}

fn too_complex() -> Error {
    Error::new(Code::TooComplex, "the filter is too complex")
        .with_details(format!("at most {MAX_BINDS} values and {MAX_DEPTH} levels"))
}
