//! Views and answers of functions as a caller sees them: policies and who asks are put into what they show.

use std::{collections::BTreeSet, sync::Arc};

use tenon_model::{
    Command, Expr, Ident, OrderBy, Origin, Plain, ReadQuery, Result, Schema, Select, SelectBody, SelectItem, Table, schema::Shown,
};

use super::{Guard, restrict};

impl Guard<'_> {
    /// The schema, with the views that a query leads to as the caller sees them.
    ///
    /// # Errors
    /// As [`Guard::using`].
    pub(crate) fn views_seen(&self, schema: &Arc<Schema>, query: &ReadQuery) -> Result<Arc<Schema>> {
        if !schema.tables.values().any(|table| table.is_shown()) {
            return Ok(Arc::clone(schema));
        }
        let mut waiting = BTreeSet::new();
        of_query(query, &mut waiting);
        self.seen_from(schema, waiting)
    }

    /// The schema with every view as the caller sees it, for writes, whose rules may lead to any. A view whose policies lead
    /// back to itself is none.
    pub(crate) fn seen_all(&self, schema: &Arc<Schema>) -> Arc<Schema> {
        let views: Vec<Ident> = schema.tables.values().filter(|t| t.is_shown()).map(|table| table.name.clone()).collect();
        if views.is_empty() {
            return Arc::clone(schema);
        }
        let mut own = (**schema).clone();
        for name in views {
            let Some(shown) = schema.table(name.as_str()).and_then(|table| table.shows.clone()) else { continue };
            match (self.see(shown.select.clone()), own.tables.get_mut(name.as_str())) {
                (Ok(select), Some(table)) => {
                    let shown = Shown { select, ..(*shown).clone() };
                    *table = Arc::new(Table { shows: Some(Arc::new(shown)), ..(**table).clone() });
                }
                _ => drop(own.tables.shift_remove(name.as_str())),
            }
        }
        Arc::new(own)
    }

    fn seen_from(&self, schema: &Arc<Schema>, mut waiting: BTreeSet<Ident>) -> Result<Arc<Schema>> {
        let (mut done, mut changed) = (BTreeSet::new(), None);
        while let Some(name) = waiting.pop_first() {
            if !done.insert(name.clone()) {
                continue;
            }
            let Some(shown) = schema.table(name.as_str()).and_then(|table| table.shows.clone()) else { continue };
            let select = self.see(shown.select.clone())?;
            select.each_source(&mut |source| {
                waiting.insert(source.clone());
            });
            let own = changed.get_or_insert_with(|| (**schema).clone());
            if let Some(table) = own.tables.get_mut(name.as_str()) {
                let shown = Shown { select, ..(*shown).clone() };
                *table = Arc::new(Table { shows: Some(Arc::new(shown)), ..(**table).clone() });
            }
        }
        Ok(changed.map_or_else(|| Arc::clone(schema), Arc::new))
    }

    /// A select with policies put in where tables are read with the caller's eyes, and who asks filled in.
    fn see(&self, select: Select) -> Result<Select> {
        let mut next = select.next_source();
        let seen = if self.held.is_some() { self.protected(select, &mut next)? } else { select };
        Ok(seen.map(
            &mut |part| match part {
                Expr::Context(value) => Expr::Literal { value: self.context.value(value), data_type: value.data_type() },
                other => other,
            },
            &mut |_| {},
        ))
    }

    fn protected(&self, select: Select, next: &mut u32) -> Result<Select> {
        let body = match select.body {
            SelectBody::Plain(plain) => SelectBody::Plain(Box::new(self.protected_plain(*plain, next)?)),
            SelectBody::Combined { how, all, left, right } => SelectBody::Combined {
                how,
                all,
                left: Box::new(self.protected(*left, next)?),
                right: Box::new(self.protected(*right, next)?),
            },
        };
        let order = select.order.into_iter().map(|key| Ok(OrderBy { expr: self.protected_expr(key.expr)?, ..key }));
        let order = order.collect::<Result<_>>()?;
        let limit = select.limit.map(|expr| self.protected_expr(expr)).transpose()?;
        let offset = select.offset.map(|expr| self.protected_expr(expr)).transpose()?;
        Ok(Select { columns: select.columns, body, order, limit, offset, called: select.called })
    }

    fn protected_plain(&self, plain: Plain, next: &mut u32) -> Result<Plain> {
        let all = |exprs: Vec<Expr>| exprs.into_iter().map(|expr| self.protected_expr(expr)).collect::<Result<Vec<_>>>();
        let mut filter = self.protected_expr(plain.filter)?;
        let mut from = Vec::with_capacity(plain.from.len());
        for mut source in plain.from {
            let mut failure = None;
            source.join = source.join.map(&mut |on| {
                self.protected_expr(on).unwrap_or_else(|error| {
                    failure.get_or_insert(error);
                    Expr::always()
                })
            });
            if let Some(error) = failure {
                return Err(error);
            }
            source.of = match source.of {
                Origin::Query(query) => Origin::Query(Box::new(self.protected(*query, next)?)),
                Origin::Table(name) => {
                    if !source.owner {
                        let rule = self.rule(&name, Command::Select, false, &mut Vec::new())?;
                        if !rule.is_always() {
                            let rest = restrict(&mut source.join, rule.rebased(source.id, next));
                            filter = filter.and(rest);
                        }
                    }
                    Origin::Table(name)
                }
            };
            from.push(source);
        }
        let (items, group) = (all(plain.items)?, all(plain.group)?);
        Ok(Plain { distinct: plain.distinct, items, from, filter, group, having: self.protected_expr(plain.having)? })
    }

    fn protected_expr(&self, expr: Expr) -> Result<Expr> {
        self.protect(expr, &mut Vec::new())
    }
}

/// The tables that a query leads to.
fn of_query(query: &ReadQuery, names: &mut BTreeSet<Ident>) {
    names.insert(query.table.clone());
    of_expr(&query.filter, names);
    query.order.iter().for_each(|key| of_expr(&key.expr, names));
    for item in &query.select {
        match item {
            SelectItem::Field(field) => of_expr(&field.expr, names),
            SelectItem::Embed(embed) => {
                if let Some(through) = &embed.relation.through {
                    names.insert(through.table.clone());
                    through.filter.iter().for_each(|filter| of_expr(filter, names));
                }
                of_query(&embed.query, names);
            }
        }
    }
}

fn of_expr(expr: &Expr, names: &mut BTreeSet<Ident>) {
    expr.visit(&mut |part| match part {
        Expr::Subquery(query) => names.extend(query.from.iter().map(|source| source.table.clone())),
        Expr::Exists { relation, .. } | Expr::Related { relation, .. } => {
            names.insert(relation.target.clone());
            names.extend(relation.through.iter().map(|through| through.table.clone()));
        }
        _ => {}
    });
}
