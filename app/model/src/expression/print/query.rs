//! `select` inside an expression.

use super::{Scope, Sql, level, literal, sql, told_by};
use crate::{
    Expr, Ident, Nulls, OrderBy, Relation, SortDirection,
    expression::{Aggregate, Called, CompareOp, Join, Selected, Subquery, SubqueryKind},
    schema::function_sql,
};

impl Scope {
    pub(super) fn subquery(&self, query: &Subquery, not: &str) -> Sql {
        if let Some(called) = &query.called {
            return self.of_function(query, called, not);
        }
        let (inner, names) = self.enter(query);
        let rest = inner.clauses(query, &names);
        match &query.kind {
            SubqueryKind::Exists => sql(format!("exists (select 1{rest})"), level::ATOM),
            SubqueryKind::Scalar(Selected::Row(expr) | Selected::Rows(expr)) => {
                sql(format!("(select {}{rest})", inner.write(expr).text), level::ATOM)
            }
            SubqueryKind::Any { op, expr, select, all } => {
                let left = self.operand(level::OTHER, expr, told_by(expr, select));
                let select = inner.operand(level::ANY, select, told_by(select, expr));
                if *op == CompareOp::Eq && !all {
                    return sql(format!("{left} {not}in (select {select}{rest})"), level::RANGE);
                }
                let word = if *all { "all" } else { "any" };
                sql(format!("{left} {} {word} (select {select}{rest})", op.as_sql()), level::COMPARE)
            }
        }
    }

    /// A query that a function's body is.
    fn of_function(&self, query: &Subquery, called: &Called, not: &str) -> Sql {
        let call = self.called(&called.name, &called.arguments);
        match &query.kind {
            SubqueryKind::Exists => sql(format!("exists (select {call})"), level::ATOM),
            SubqueryKind::Scalar(_) => sql(format!("(select {call})"), level::ATOM),
            SubqueryKind::Any { op, expr, select, all } => {
                let left = self.operand(level::OTHER, expr, told_by(expr, select));
                if *op == CompareOp::Eq && !all {
                    return sql(format!("{left} {not}in (select {call})"), level::RANGE);
                }
                let word = if *all { "all" } else { "any" };
                sql(format!("{left} {} {word} (select {call})", op.as_sql()), level::COMPARE)
            }
        }
    }

    /// A call of an SQL function.
    pub(super) fn called(&self, name: &Ident, arguments: &[Expr]) -> String {
        let list: Vec<String> = arguments.iter().map(|argument| self.write(argument).text).collect();
        format!("{}({})", function_sql(name), list.join(", "))
    }

    /// ` from … where … order by … limit …`.
    fn clauses(&self, query: &Subquery, names: &[Ident]) -> String {
        let mut out = String::new();
        for (index, (source, name)) in query.from.iter().zip(names).enumerate() {
            out.push_str(match (index, &source.join) {
                (0, _) => " from ",
                (_, Join::Cross) => " cross join ",
                (_, Join::Inner(_)) => " join ",
                (_, Join::Left(_)) => " left join ",
            });
            out.push_str(&named(&source.table, name));
            if let (1.., Join::Inner(on) | Join::Left(on)) = (index, &source.join) {
                out += &format!(" on {}", self.write(on).text);
            }
        }
        if !query.filter.is_always() {
            out += &format!(" where {}", self.write(&query.filter).text);
        }
        for (index, key) in query.order.iter().enumerate() {
            out += &format!("{}{}", if index == 0 { " order by " } else { ", " }, self.key(key));
        }
        if let Some(limit) = query.limit {
            out += &format!(" limit {limit}");
        }
        out
    }

    fn key(&self, key: &OrderBy) -> String {
        // A literal that says no type would be a column's position.
        let expr = literal::in_quotes(&key.expr).unwrap_or_else(|| self.write(&key.expr)).text;
        let direction = if key.direction == SortDirection::Descending { " desc" } else { "" };
        let nulls = match key.nulls {
            None => "",
            Some(Nulls::First) => " nulls first",
            Some(Nulls::Last) => " nulls last",
        };
        expr + direction + nulls
    }

    pub(super) fn aggregate(&self, aggregate: &Aggregate) -> Sql {
        let argument = aggregate.argument.as_ref().map_or_else(|| "*".to_owned(), |argument| self.write(argument).text);
        let distinct = if aggregate.distinct { "distinct " } else { "" };
        let separator = aggregate.separator.as_ref().map(|text| format!(", {}", literal::quoted(text))).unwrap_or_default();
        let mut out = format!("{}({distinct}{argument}{separator})", aggregate.function.name());
        if let Some(filter) = &aggregate.filter {
            out += &format!(" filter (where {})", self.write(filter).text);
        }
        sql(out, level::ATOM)
    }

    /// What a relation leads to, as a query.
    pub(super) fn related(&self, relation: &Relation, expr: &Expr, exists: bool) -> Sql {
        let (inner, target) = self.step(&relation.target, &[]);
        let (from, near) = match &relation.through {
            None => (named(&relation.target, &target), target.clone()),
            Some(through) => {
                let between = self.free(&through.table, std::slice::from_ref(&target));
                let pairs = through.local.iter().zip(&through.target);
                let on: Vec<String> = pairs.map(|(l, t)| format!("{} = {}", column(&between, l), column(&target, t))).collect();
                let joined = format!(
                    "{} join {} on {}",
                    named(&relation.target, &target),
                    named(&through.table, &between),
                    on.join(" and ")
                );
                (joined, between)
            }
        };
        let pairs = relation.foreign.iter().zip(&relation.local);
        let mut terms: Vec<String> = pairs.map(|(f, l)| format!("{} = {}", column(&near, f), self.row_column(l))).collect();
        if !exists {
            return sql(
                format!("(select {} from {from} where {} limit 1)", inner.write(expr).text, terms.join(" and ")),
                level::ATOM,
            );
        }
        if !expr.is_always() {
            terms.push(inner.at(level::NOT, expr));
        }
        sql(format!("exists (select 1 from {from} where {})", terms.join(" and ")), level::ATOM)
    }

    fn row_column(&self, name: &Ident) -> String {
        let mut inside = self.clone();
        inside.qualify();
        inside.own(name)
    }
}

fn column(table: &Ident, name: &Ident) -> String {
    format!("{}.{}", table.to_sql(), name.to_sql())
}

fn named(table: &Ident, name: &Ident) -> String {
    if table == name { table.to_sql() } else { format!("{} as {}", table.to_sql(), name.to_sql()) }
}
