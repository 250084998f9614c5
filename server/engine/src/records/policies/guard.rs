//! Reads, with policies put in.

use tenon_model::{Code, Command, Error, Expr, Ident, OrderBy, ReadQuery, Relation, Result, SelectItem};

use super::Guard;
use crate::records::Returning;

impl Guard<'_> {
    /// The read of what the caller may see.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn read(&self, query: ReadQuery) -> Result<ReadQuery> {
        if self.held.is_none() {
            return Ok(query);
        }
        let select = query.select.into_iter().map(|item| self.item(item)).collect::<Result<_>>()?;
        let filter = self.filter(&query.table, Command::Select, query.filter)?;
        let order = self.order(query.order)?;
        Ok(ReadQuery { select, filter, order, ..query })
    }

    /// What to select, with the rows it embeds seen by the caller.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn select(&self, select: Vec<SelectItem>) -> Result<Vec<SelectItem>> {
        select.into_iter().map(|item| self.item(item)).collect()
    }

    /// A filter over the rows of a table that a command may touch.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn filter(&self, table: &Ident, command: Command, filter: Expr) -> Result<Expr> {
        if self.held.is_none() {
            return Ok(filter);
        }
        self.written(table, command, filter, true)
    }

    /// As [`Guard::filter`]; `reads` says whether the command looks at columns, for which the rows must be ones to select.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn written(&self, table: &Ident, command: Command, filter: Expr, reads: bool) -> Result<Expr> {
        if self.held.is_none() {
            return Ok(filter);
        }
        let mut allowed = self.using(table, command)?;
        if command != Command::Select && reads {
            allowed = allowed.and(self.using(table, Command::Select)?);
        }
        Ok(allowed.and(self.related(filter)?))
    }

    /// What a write answers with, with the rows it embeds seen by the caller.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn returning(&self, returning: Returning) -> Result<Returning> {
        Ok(match returning {
            Returning::Rows(select, format) => Returning::Rows(self.select(select)?, format),
            Returning::Nothing => Returning::Nothing,
        })
    }

    /// Sort keys, with what they look into seen by the caller.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn order(&self, order: Vec<OrderBy>) -> Result<Vec<OrderBy>> {
        order.into_iter().map(|key| Ok(OrderBy { expr: self.related(key.expr)?, ..key })).collect()
    }

    fn item(&self, item: SelectItem) -> Result<SelectItem> {
        let SelectItem::Embed(mut embed) = item else { return Ok(item) };
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
