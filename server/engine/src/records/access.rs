//! Who may do what with a table's records: the privileges of the roles that a caller holds.
//!
//! As in PostgreSQL, whoever reads a column in whatever part of a request (what it selects, filters, sort keys, joins of
//! embedded rows) needs `select` on it, and whoever writes one needs `insert` or `update`. Policies' own columns are not asked
//! about: they are the builder's words.

use tenon_model::{
    Caller, Code, Command, Error, Expr, Grants, Ident, OrderBy, ReadQuery, Result, Role, Schema, Select, SelectItem, Table,
    query::Relation,
};

/// The table, if there is one that requests may speak of.
///
/// # Errors
/// [`Code::UnknownTable`].
pub(crate) fn table<'s>(schema: &'s Schema, name: &Ident) -> Result<&'s Table> {
    if name.is_system() {
        return Err(Error::new(Code::UnknownTable, format!("there is no table \"{name}\"")).with_details(name.as_str()));
    }
    schema.require_table(name.as_str()).map(AsRef::as_ref)
}

/// As whom everything is seen by a caller who must not write as them. Only those who are past all privileges see as somebody
/// else: the other's privileges are then never more than their own.
fn only_looks_as(caller: &Caller) -> Result<Option<String>> {
    match caller {
        Caller::As(view) if !view.by.may_build() => Err(Error::new(Code::Forbidden, "only builders view as somebody else")),
        Caller::As(view) if !view.writes => Ok(Some(view.seen_label())),
        _ => Ok(None),
    }
}

/// What a caller may do with tables and columns.
pub(crate) struct Rights<'s> {
    schema: &'s Schema,
    /// Whom privileges bind; nobody if the caller is past them.
    bound: Option<Bound>,
    /// As whom everything is seen by who must not write as them.
    only_looks_as: Option<String>,
}

struct Bound {
    /// The roles that the caller holds.
    held: Vec<Role>,
    /// Whether tables of which nothing is said column by column are open: members of the Studio without a role of the
    /// application's work with every table.
    works_with_all: bool,
}

impl<'s> Rights<'s> {
    /// For a caller.
    ///
    /// # Errors
    /// [`Code::UnknownRole`].
    pub(crate) fn of(caller: &Caller, schema: &'s Schema) -> Result<Self> {
        let only_looks_as = only_looks_as(caller)?;
        let Some(role) = caller.bound_by() else { return Ok(Self { schema, bound: None, only_looks_as }) };
        schema.require_role(role)?;
        let works_with_all = matches!(caller.seen(), Caller::Studio { .. }) && role.is_built_in();
        Ok(Self { schema, bound: Some(Bound { held: schema.held_by(role), works_with_all }), only_looks_as })
    }

    /// What the caller may do with a table; everything for those who are past privileges.
    pub(crate) fn grants(&self, table: &Table) -> Grants {
        let Some(bound) = &self.bound else { return Grants::all() };
        let grants = table.access.of(&bound.held);
        if bound.works_with_all && grants.columns.is_empty() { Grants::all() } else { grants }
    }

    /// Whether every column of a table may be read.
    pub(crate) fn reads_all(&self, table: &Table) -> bool {
        self.bound.is_none() || self.grants(table).table.select
    }

    /// Passes callers who may do that with the table or with some of its columns.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::UnknownTable`].
    pub(crate) fn require(&self, name: &Ident, command: Command) -> Result<()> {
        let table = table(self.schema, name)?;
        self.require_writing(command)?;
        if !self.grants(table).may(command) {
            return Err(denied(table));
        }
        match &table.shows {
            Some(_) if command != Command::Select => Err(not_written(name)),
            Some(shown) => self.require_shown(&shown.select),
            None => Ok(()),
        }
    }

    /// Passes callers who may do that with the table and with these columns of it.
    ///
    /// # Errors
    /// As [`Rights::require`].
    pub(crate) fn require_columns<'c>(
        &self,
        name: &Ident,
        command: Command,
        columns: impl IntoIterator<Item = &'c Ident>,
    ) -> Result<()> {
        let table = table(self.schema, name)?;
        let grants = self.grants(table);
        self.require_writing(command)?;
        let all = grants.may(command) && columns.into_iter().all(|column| grants.may_column(command, column.as_str()));
        if !all {
            return Err(denied(table));
        }
        if table.is_shown() && command != Command::Select { Err(not_written(name)) } else { Ok(()) }
    }

    /// Passes commands that write nothing, and callers who see as nobody else or said that they write as them.
    fn require_writing(&self, command: Command) -> Result<()> {
        let Some(seen) = self.only_looks_as.as_ref().filter(|_| command != Command::Select) else { return Ok(()) };
        Err(Error::new(Code::Forbidden, format!("You are viewing as {seen}: nothing is written."))
            .with_hint("Allow writing as them first, or stop viewing as them."))
    }

    /// Passes callers who may read everything that a query touches.
    ///
    /// # Errors
    /// As [`Rights::require`].
    pub(crate) fn require_read(&self, query: &ReadQuery) -> Result<()> {
        self.require(&query.table, Command::Select)?;
        if self.bound.is_none() {
            return self.tables_of(&query.select);
        }
        self.require_select(&query.table, &query.select)?;
        self.require_expr(&query.table, &query.filter)?;
        self.require_order(&query.table, &query.order)
    }

    /// Passes callers who may read what a view or function reads with their eyes.
    fn require_shown(&self, select: &Select) -> Result<()> {
        if self.bound.is_none() {
            return Ok(());
        }
        let mut names: Vec<&Ident> = Vec::new();
        select.each_seen(&mut |name| names.push(name));
        for name in names {
            self.require(name, Command::Select)?;
            if !self.reads_all(table(self.schema, name)?) {
                let uses = select.uses();
                let own = uses.columns.iter().filter(|(of, _)| of == name).map(|(_, column)| column);
                self.require_columns(name, Command::Select, own)?;
            }
        }
        Ok(())
    }

    /// Passes queries that embed no table of Tenon's own.
    fn tables_of(&self, select: &[SelectItem]) -> Result<()> {
        for item in select {
            if let SelectItem::Embed(embed) = item {
                table(self.schema, &embed.query.table)?;
                self.tables_of(&embed.query.select)?;
            }
        }
        Ok(())
    }

    /// Passes callers who may read what a select shows of a table, and the rows that it embeds.
    ///
    /// # Errors
    /// As [`Rights::require`].
    pub(crate) fn require_select(&self, own: &Ident, select: &[SelectItem]) -> Result<()> {
        for item in select {
            match item {
                SelectItem::Field(projection) => self.require_expr(own, &projection.expr)?,
                SelectItem::Embed(embed) => {
                    self.require_relation(own, &embed.relation)?;
                    self.require_read(&embed.query)?;
                }
            }
        }
        Ok(())
    }

    /// Passes callers who may read what sort keys look into.
    ///
    /// # Errors
    /// As [`Rights::require`].
    pub(crate) fn require_order(&self, own: &Ident, order: &[OrderBy]) -> Result<()> {
        order.iter().try_for_each(|key| self.require_expr(own, &key.expr))
    }

    /// Passes callers who may read what an expression over a row of a table looks into.
    ///
    /// # Errors
    /// As [`Rights::require`].
    pub(crate) fn require_expr(&self, own: &Ident, expr: &Expr) -> Result<()> {
        if self.bound.is_none() {
            return Ok(());
        }
        let mut partial = !self.reads_all(table(self.schema, own)?);
        for name in tables_in(expr) {
            self.require(name, Command::Select)?;
            partial |= !self.reads_all(table(self.schema, name)?);
        }
        // Which columns it reads costs more to tell than which tables.
        if !partial {
            return Ok(());
        }
        let uses = expr.uses(own);
        uses.columns.iter().try_for_each(|(table, column)| self.require_columns(table, Command::Select, [column]))
    }

    fn require_relation(&self, own: &Ident, relation: &Relation) -> Result<()> {
        self.require_columns(own, Command::Select, &relation.local)?;
        match &relation.through {
            None => self.require_columns(&relation.target, Command::Select, &relation.foreign),
            Some(through) => {
                let between = relation.foreign.iter().chain(&through.local);
                self.require_columns(&through.table, Command::Select, between)?;
                self.require_columns(&relation.target, Command::Select, &through.target)
            }
        }
    }
}

/// The tables that an expression looks into beside its own.
fn tables_in(expr: &Expr) -> Vec<&Ident> {
    let mut found = Vec::new();
    expr.visit(&mut |part| match part {
        Expr::Exists { relation, .. } | Expr::Related { relation, .. } => {
            found.push(&relation.target);
            found.extend(relation.through.as_ref().map(|through| &through.table));
        }
        Expr::Subquery(query) => found.extend(query.from.iter().filter(|source| !source.owner).map(|source| &source.table)),
        _ => {}
    });
    found
}

fn denied(table: &Table) -> Error {
    let kind = if table.is_shown() { "view" } else { "table" };
    Error::new(Code::Forbidden, format!("permission denied for {kind} {}", table.name))
}

/// A view is read, not written.
fn not_written(name: &Ident) -> Error {
    Error::new(Code::Unsupported, format!("cannot write to \"{name}\": it is a view")).with_hint("write to the table that it shows")
}
