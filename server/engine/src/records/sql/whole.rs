//! Whole selects: what views show and functions answer with, where a table would stand.

use std::borrow::Cow;

use tenon_model::{
    Combine, DataType, Expr, OrderBy, Origin, Plain, Result, ScalarType, Select, SelectBody, SelectSource,
    expression::{Join, SourceId},
};

use super::{Alias, Builder, value};

/// What stands for the values that rows are grouped by.
const GROUPS: SourceId = SourceId(u32::MAX - 3);

impl Builder<'_> {
    /// `(select …) as t1`.
    ///
    /// # Errors
    /// As [`Builder::expr`].
    pub(crate) fn shown(&mut self, select: &Select, alias: Alias) -> Result<()> {
        self.push("(");
        self.nested(|b| b.whole(select))?;
        self.push(") as ").alias(alias);
        Ok(())
    }

    fn whole(&mut self, select: &Select) -> Result<()> {
        match &select.body {
            SelectBody::Plain(plain) if !plain.distinct || select.order.is_empty() => self.plain(select, plain)?,
            body => self.of_own_columns(select, body)?,
        }
        self.page(select)
    }

    /// Sorted by its own columns: around what has them.
    fn of_own_columns(&mut self, select: &Select, body: &SelectBody) -> Result<()> {
        let alias = self.fresh_alias();
        let sorted = !select.order.is_empty();
        if sorted {
            self.push("select * from (");
        }
        match body {
            SelectBody::Plain(plain) => self.plain(&Select { order: Vec::new(), ..select.clone() }, plain)?,
            SelectBody::Combined { how, all, left, right } => self.combined((*how, *all), left, right)?,
        }
        if sorted {
            self.push(") as ").alias(alias);
            self.sources.push((Select::OWN, alias));
            let ordered = self.sorted(&select.order);
            self.sources.pop();
            ordered?;
        }
        Ok(())
    }

    fn combined(&mut self, (how, all): (Combine, bool), left: &Select, right: &Select) -> Result<()> {
        self.push("select * from ");
        let alias = self.fresh_alias();
        self.shown(left, alias)?;
        self.push(" ").push(how.as_sql()).push(if all { " all select * from " } else { " select * from " });
        let alias = self.fresh_alias();
        self.shown(right, alias)
    }

    fn plain(&mut self, select: &Select, plain: &Plain) -> Result<()> {
        let known = self.sources.len();
        for source in &plain.from {
            let alias = self.fresh_alias();
            self.sources.push((source.id, alias));
        }
        let written = self.plain_inside(select, plain);
        self.sources.truncate(known);
        written
    }

    fn plain_inside(&mut self, select: &Select, plain: &Plain) -> Result<()> {
        let (plain, order, keys) = self.grouped(select, plain);
        let groups = self.fresh_alias();
        self.sources.push((GROUPS, groups));
        self.push("select ").push(if plain.distinct { "distinct " } else { "" });
        for (index, (item, (name, data_type))) in plain.items.iter().zip(&select.columns).enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            self.item(item, data_type)?;
            self.push(" as ").ident(name);
        }
        for (index, source) in plain.from.iter().enumerate() {
            self.select_source(index, source)?;
        }
        if !keys.is_empty() {
            self.group_values(&keys, groups, plain.from.is_empty())?;
        }
        self.where_filter(Alias::ROOT, &plain.filter)?;
        for (index, key) in plain.group.iter().enumerate() {
            self.push(if index == 0 { " group by " } else { ", " });
            self.expr(Alias::ROOT, key)?;
            if self.is_sqlite() {
                self.collate(key, false);
            }
        }
        if !plain.having.is_always() {
            self.push(" having ");
            self.expr(Alias::ROOT, &plain.having)?;
        }
        self.sorted(&order)
    }

    /// PostgreSQL takes two values that are bound for two things, though they be the same: what rows are grouped by that is no
    /// column becomes one beside the tables.
    fn grouped<'p>(&self, select: &'p Select, plain: &'p Plain) -> (Cow<'p, Plain>, Cow<'p, [OrderBy]>, Vec<Expr>) {
        let keys: Vec<Expr> = plain.group.iter().filter(|key| !matches!(key, Expr::Of { .. })).cloned().collect();
        if self.is_sqlite() || keys.is_empty() {
            return (Cow::Borrowed(plain), Cow::Borrowed(&select.order), Vec::new());
        }
        let replaced = |expr: &Expr| replace(expr.clone(), &keys);
        let order = select.order.iter().map(|key| OrderBy { expr: replaced(&key.expr), ..key.clone() }).collect();
        let plain = Plain {
            items: plain.items.iter().map(replaced).collect(),
            group: plain.group.iter().map(replaced).collect(),
            having: replaced(&plain.having),
            ..plain.clone()
        };
        (Cow::Owned(plain), Cow::Owned(order), keys)
    }

    fn group_values(&mut self, keys: &[Expr], groups: Alias, alone: bool) -> Result<()> {
        self.push(if alone { " from (select " } else { " cross join lateral (select " });
        for (index, key) in keys.iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            self.item(key, &key.data_type())?;
            self.push(" as k").number(index as u64);
        }
        self.push(") as ").alias(groups);
        Ok(())
    }

    fn select_source(&mut self, index: usize, source: &SelectSource) -> Result<()> {
        self.push(match (index, &source.join) {
            (0, _) => " from ",
            (_, Join::Cross) => " cross join ",
            (_, Join::Inner(_)) => " join ",
            (_, Join::Left(_)) => " left join ",
        });
        let alias = self.alias_of(source.id)?;
        match &source.of {
            Origin::Table(name) => {
                self.require_table(name)?;
                self.table(name, alias);
            }
            Origin::Query(query) => self.shown(query, alias)?,
        }
        if let (1.., Some(on)) = (index, source.join.condition()) {
            self.push(" on ");
            self.expr(Alias::ROOT, on)?;
        }
        Ok(())
    }

    /// A value that becomes a column: it compares as a table's own column of that type.
    fn item(&mut self, item: &Expr, data_type: &DataType) -> Result<()> {
        let column = matches!(item, Expr::Of { .. });
        if self.is_sqlite() {
            self.in_parentheses(item)?;
            self.collate(item, false);
            return Ok(());
        }
        if column {
            return self.expr(Alias::ROOT, item);
        }
        self.in_parentheses(item)?;
        // Without a type of its own it would be unknown to PostgreSQL.
        if matches!(item, Expr::Literal { .. }) {
            self.push("::").push(&value::postgres_type(data_type));
        }
        if data_type.element().is_text() {
            self.push(" collate \"C\"");
        }
        Ok(())
    }

    fn in_parentheses(&mut self, expr: &Expr) -> Result<()> {
        if matches!(expr, Expr::Of { .. }) {
            return self.expr(Alias::ROOT, expr);
        }
        self.push("(");
        self.expr(Alias::ROOT, expr)?;
        self.push(")");
        Ok(())
    }

    fn sorted(&mut self, order: &[OrderBy]) -> Result<()> {
        for (index, key) in order.iter().enumerate() {
            self.push(if index == 0 { " order by " } else { ", " });
            self.sort_key(Alias::ROOT, &key.expr)?;
            if !self.is_sqlite() && key.expr.data_type().element().is_text() && !matches!(key.expr, Expr::Of { .. }) {
                self.push(" collate \"C\"");
            }
            self.direction(key);
        }
        Ok(())
    }

    /// `limit … offset …`; to SQLite, null is no number of rows.
    fn page(&mut self, select: &Select) -> Result<()> {
        let sqlite = self.is_sqlite();
        let limit = select.limit.as_ref();
        if limit.is_some() || (sqlite && select.offset.is_some()) {
            self.push(" limit ");
            match limit {
                Some(limit) => self.row_count(limit, ", -1)")?,
                None => drop(self.push("-1")),
            }
        }
        if let Some(offset) = &select.offset {
            self.push(" offset ");
            self.row_count(offset, ", 0)")?;
        }
        Ok(())
    }

    fn row_count(&mut self, expr: &Expr, without: &str) -> Result<()> {
        let sqlite = self.is_sqlite();
        self.push(if sqlite { "coalesce((" } else { "(" });
        self.expr(Alias::ROOT, expr)?;
        self.push(")").push(if sqlite { without } else { "" });
        Ok(())
    }
}

/// The expression with what rows are grouped by taken from the groups.
fn replace(expr: Expr, keys: &[Expr]) -> Expr {
    if let Some(index) = keys.iter().position(|key| *key == expr) {
        let Ok(name) = tenon_model::Ident::new(format!("k{index}")) else { return expr };
        return Expr::Of { source: GROUPS, name, data_type: plain_type(&expr) };
    }
    if matches!(expr, Expr::Aggregate(_)) {
        return expr;
    }
    expr.with_parts(&mut |part| replace(part, keys))
}

fn plain_type(expr: &Expr) -> DataType {
    match expr.data_type() {
        DataType::Scalar(ScalarType::Varchar(_)) => ScalarType::Text.into(),
        other => other,
    }
}
