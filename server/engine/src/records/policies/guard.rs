//! Reads, with policies put in.

use tenon_model::{Code, Command, Error, Expr, Ident, OrderBy, Projection, ReadQuery, Relation, Result, SelectItem};

use super::Guard;
use crate::records::Returning;

impl Guard<'_> {
    /// The read of what the caller may see.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn read(&self, query: ReadQuery) -> Result<ReadQuery> {
        if self.sees_all() {
            return Ok(query);
        }
        let select = self.select(&query.table, query.select)?;
        let filter = self.filter(&query.table, Command::Select, query.filter)?;
        let order = self.order(&query.table, query.order)?;
        Ok(ReadQuery { select, filter, order, ..query })
    }

    /// What to select, with the rows it embeds seen by the caller.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn select(&self, table: &Ident, select: Vec<SelectItem>) -> Result<Vec<SelectItem>> {
        select.into_iter().map(|item| self.item(item, &|expr| self.seen(table, expr))).collect()
    }

    /// Whether everything stands as it was asked for.
    fn sees_all(&self) -> bool {
        self.held.is_none() && !self.computed
    }

    /// A filter over the rows of a table that a command may touch.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn filter(&self, table: &Ident, command: Command, filter: Expr) -> Result<Expr> {
        if self.sees_all() {
            return Ok(filter);
        }
        self.written(table, command, filter, true)
    }

    /// As [`Guard::filter`]; `reads` says whether the command looks at columns, for which the rows must be ones to select.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn written(&self, table: &Ident, command: Command, filter: Expr, reads: bool) -> Result<Expr> {
        if self.sees_all() {
            return Ok(filter);
        }
        let mut allowed = self.using(table, command)?;
        if command != Command::Select && reads {
            allowed = allowed.and(self.using(table, Command::Select)?);
        }
        Ok(allowed.and(self.seen(table, filter)?))
    }

    /// What a write answers with, with the rows it embeds seen by the caller.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn returning(&self, table: &Ident, returning: Returning) -> Result<Returning> {
        let Returning::Rows(select, format) = returning else { return Ok(returning) };
        let item = |item| self.item(item, &|expr| self.seen_written(table, expr));
        Ok(Returning::Rows(select.into_iter().map(item).collect::<Result<_>>()?, format))
    }

    /// Sort keys, with what they look into seen by the caller.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn order(&self, table: &Ident, order: Vec<OrderBy>) -> Result<Vec<OrderBy>> {
        order.into_iter().map(|key| Ok(OrderBy { expr: self.seen(table, key.expr)?, ..key })).collect()
    }

    fn item(&self, item: SelectItem, value: &dyn Fn(Expr) -> Result<Expr>) -> Result<SelectItem> {
        let mut embed = match item {
            SelectItem::Embed(embed) => embed,
            SelectItem::Field(Projection { key, expr }) => return Ok(SelectItem::Field(Projection { key, expr: value(expr)? })),
        };
        embed.relation = self.relation(embed.relation)?;
        embed.query = self.read(embed.query)?;
        Ok(SelectItem::Embed(embed))
    }

    fn relation(&self, mut relation: Relation) -> Result<Relation> {
        if let Some(through) = &mut relation.through {
            let rule = self.using(&through.table, Command::Select)?;
            if !rule.is_always() {
                through.filter = Some(Box::new(rule));
            }
        }
        Ok(relation)
    }

    /// The expression, with the rows that it reaches by relations seen by the caller.
    pub(crate) fn related(&self, expr: Expr) -> Result<Expr> {
        if self.held.is_none() {
            return Ok(expr);
        }
        let mut failure = None;
        let mut guarded = |relation: Relation, make: &dyn Fn(Relation, Expr) -> Expr| {
            let seen = self.using(&relation.target, Command::Select).and_then(|rule| Ok((self.relation(relation)?, rule)));
            seen.map_or_else(
                |error: Error| {
                    failure.get_or_insert(error);
                    Expr::always()
                },
                |(relation, rule)| make(relation, rule),
            )
        };
        let seen = expr.map(&mut |part| match part {
            Expr::Exists { relation, filter } => {
                guarded(relation, &|relation, rule| Expr::Exists { relation, filter: Box::new(rule.and((*filter).clone())) })
            }
            Expr::Related { relation, expr } => guarded(relation, &|relation, rule| {
                let data_type = expr.data_type();
                let value = if rule.is_always() {
                    (*expr).clone()
                } else {
                    Expr::Case { branches: vec![(rule, (*expr).clone())], otherwise: None, data_type }
                };
                Expr::Related { relation, expr: Box::new(value) }
            }),
            other => other,
        });
        failure.map_or(Ok(seen), Err)
    }
}

/// A row would be written that policies do not allow.
pub(super) fn refused(table: &Ident) -> Error {
    Error::new(Code::Forbidden, format!("new row violates row-level security policy for table \"{table}\""))
}
