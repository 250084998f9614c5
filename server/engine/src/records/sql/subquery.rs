//! `select` inside an expression.

use tenon_model::{
    Code, CompareOp, DataType, Error, Expr, Ident, Nulls, OrderBy, Result, ScalarType, SortDirection, Table,
    expression::{Aggregate, AggregateFunction, IsTest, Join, Selected, Source, SourceId, Subquery, SubqueryKind},
};

use super::{Alias, Bind, Builder};
use crate::database::calls::ListSpec;

impl Builder<'_> {
    pub(super) fn subquery(&mut self, alias: Alias, query: &Subquery) -> Result<()> {
        let known = self.sources.len();
        for source in &query.from {
            let target = self.fresh_alias();
            self.sources.push((source.id, target));
        }
        let built = match &query.kind {
            SubqueryKind::Exists => self.exists(alias, query, &query.filter, " limit 1"),
            SubqueryKind::Scalar(selected) => self.scalar(alias, query, selected),
            SubqueryKind::Any { op, expr, select, all } => self.any(alias, query, (*op, *all), expr, select),
        };
        self.sources.truncate(known);
        built
    }

    fn exists(&mut self, alias: Alias, query: &Subquery, filter: &Expr, limit: &str) -> Result<()> {
        if query.limit == Some(0) {
            self.push("false");
            return Ok(());
        }
        self.push("exists (select 1");
        self.from(alias, query, filter)?;
        self.push(if self.is_sqlite() { "" } else { limit }).push(")");
        Ok(())
    }

    /// ` from … where …`.
    fn from(&mut self, alias: Alias, query: &Subquery, filter: &Expr) -> Result<()> {
        for (index, source) in query.from.iter().enumerate() {
            self.push(match (index, &source.join) {
                (0, _) => " from ",
                (_, Join::Cross) => " cross join ",
                (_, Join::Inner(_)) => " join ",
                (_, Join::Left(_)) => " left join ",
            });
            self.source(source)?;
            if let (Join::Inner(on) | Join::Left(on), 1..) = (&source.join, index) {
                self.push(" on ");
                self.expr(alias, on)?;
            }
        }
        self.where_filter(alias, filter)
    }

    fn source(&mut self, source: &Source) -> Result<()> {
        self.require_table(&source.table)?;
        let target = self.alias_of(source.id)?;
        self.table(&source.table, target);
        Ok(())
    }

    fn scalar(&mut self, alias: Alias, query: &Subquery, selected: &Selected) -> Result<()> {
        let (Selected::Row(expr) | Selected::Rows(expr)) = selected;
        let may_be_many =
            matches!(selected, Selected::Row(_)) && query.limit.is_none_or(|limit| limit > 1) && !is_one_row(self.schema, query);
        self.push("(");
        match (self.is_sqlite() && may_be_many, query.limit) {
            (true, Some(_)) => {
                self.push("select case when tenon_one(count(*) over ()) then v end from (");
                self.limited(alias, query, |b| b.expr(alias, expr))?;
                self.push(")");
            }
            (true, None) => {
                self.push("select case when tenon_one(count(*) over ()) then ");
                self.expr(alias, expr)?;
                self.push(" end");
                self.from(alias, query, &query.filter)?;
            }
            (false, _) => self.limited(alias, query, |b| b.expr(alias, expr))?,
        }
        self.push(")");
        Ok(())
    }

    /// `select … as v from … where … order by … limit …`.
    fn limited(&mut self, alias: Alias, query: &Subquery, select: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let order = if query.limit.is_some() { query.order.as_slice() } else { &[] };
        // SQLite sees no columns of the query around in `order by`: there, the keys are columns of a query inside.
        let inside = self.is_sqlite() && order.iter().any(|key| is_of_outer(&key.expr, query));
        self.push(if inside { "select v from (select " } else { "select " });
        select(self)?;
        self.push(" as v");
        for (index, key) in order.iter().enumerate().filter(|_| inside) {
            self.push(", ");
            self.sort_key(alias, &key.expr)?;
            self.push(" as k").number(index as u64);
        }
        self.from(alias, query, &query.filter)?;
        self.push(if inside { ")" } else { "" });
        for (index, key) in order.iter().enumerate() {
            self.push(if index == 0 { " order by " } else { ", " });
            if inside {
                self.push("k").number(index as u64);
            } else {
                self.sort_key(alias, &key.expr)?;
            }
            self.direction(key);
        }
        if let Some(limit) = query.limit {
            self.push(" limit ").number(limit);
        }
        Ok(())
    }

    pub(super) fn direction(&mut self, key: &OrderBy) {
        let descending = key.direction == SortDirection::Descending;
        let nulls = key.nulls.unwrap_or(if descending { Nulls::First } else { Nulls::Last });
        self.push(if descending { " desc" } else { "" });
        self.push(if nulls == Nulls::First { " nulls first" } else { " nulls last" });
    }

    fn any(&mut self, alias: Alias, query: &Subquery, (op, all): (CompareOp, bool), expr: &Expr, select: &Expr) -> Result<()> {
        if op == CompareOp::Eq && !all {
            return self.is_in(alias, query, expr, select);
        }
        if query.limit.is_some() {
            return Err(Error::new(Code::Unsupported, "limit is not understood in a query behind any or all"));
        }
        // Three-valued: true (or false) if one row decides, null if one is null, else the other.
        let holds = Expr::Compare { op, left: Box::new(expr.clone()), right: Box::new(select.clone()) };
        let decides = if all { Expr::Not(Box::new(holds.clone())) } else { holds.clone() };
        self.push("case when ");
        self.exists(alias, query, &query.filter.clone().and(decides), " limit 1")?;
        self.push(if all { " then false when " } else { " then true when " });
        self.exists(alias, query, &query.filter.clone().and(Expr::Is(Box::new(holds), IsTest::Unknown)), " limit 1")?;
        self.push(if all { " then null else true end" } else { " then null else false end" });
        Ok(())
    }

    fn is_in(&mut self, alias: Alias, query: &Subquery, expr: &Expr, select: &Expr) -> Result<()> {
        let (l, r) = (expr.data_type(), select.data_type());
        self.comparand(alias, expr, &r)?;
        self.push(" in (");
        self.limited(alias, query, |b| b.comparand(alias, select, &l))?;
        self.push(")");
        Ok(())
    }

    pub(super) fn aggregate(&mut self, alias: Alias, aggregate: &Aggregate) -> Result<()> {
        if self.is_sqlite()
            && let (AggregateFunction::Min | AggregateFunction::Max, Some(argument)) = (aggregate.function, &aggregate.argument)
            && let DataType::Scalar(ScalarType::Enum(name)) = argument.data_type()
        {
            return self.extreme_enum(alias, aggregate, argument, &name);
        }
        if let (AggregateFunction::ArrayAgg | AggregateFunction::StringAgg, Some(argument)) =
            (aggregate.function, &aggregate.argument)
        {
            return self.list_of(alias, aggregate, argument);
        }
        let exact = matches!(aggregate.function, AggregateFunction::Sum | AggregateFunction::Avg);
        let sqlite = self.is_sqlite();
        let whole = aggregate
            .argument
            .as_ref()
            .is_some_and(|argument| matches!(argument.data_type().scalar(), Some(ScalarType::SmallInt | ScalarType::Integer)));
        self.push(match aggregate.function {
            AggregateFunction::Sum if sqlite && !whole => "tenon_sum",
            AggregateFunction::Avg if sqlite => "tenon_avg",
            AggregateFunction::BoolAnd if sqlite => "min",
            AggregateFunction::BoolOr if sqlite => "max",
            function => function.name(),
        });
        self.push("(").push(if aggregate.distinct { "distinct " } else { "" });
        match &aggregate.argument {
            None => {
                self.push("*");
            }
            Some(argument) => {
                self.expr(alias, argument)?;
                if sqlite {
                    self.collate(argument, exact && !aggregate.distinct);
                }
            }
        }
        self.push(")");
        self.only_where(alias, aggregate)
    }

    /// All values in ascending order: PostgreSQL sorts them if it is told to, and by itself to tell them apart.
    fn list_of(&mut self, alias: Alias, aggregate: &Aggregate, argument: &Expr) -> Result<()> {
        let data_type = argument.data_type();
        if self.is_sqlite() {
            let values = self.enum_values(&data_type);
            let (distinct, separator) = (aggregate.distinct, aggregate.separator.clone());
            let spec = ListSpec { data_type, values, distinct, separator };
            let spec = serde_json::to_string(&spec).map_err(Error::internal)?;
            self.push("tenon_list('").push(&spec.replace('\'', "''")).push("', ");
            self.expr(alias, argument)?;
            self.push(")");
            return self.only_where(alias, aggregate);
        }
        self.push(aggregate.function.name()).push("(").push(if aggregate.distinct { "distinct " } else { "" });
        self.expr(alias, argument)?;
        if let Some(separator) = &aggregate.separator {
            self.push(", ").bind(Bind::Text(separator.clone())).push("::text");
        }
        if !aggregate.distinct {
            self.push(" order by ");
            self.sort_key(alias, argument)?;
            self.push(if data_type.scalar().is_some_and(ScalarType::is_text) { " collate \"C\"" } else { "" });
            if matches!(data_type.scalar(), Some(ScalarType::Numeric(_))) {
                self.push(", ");
                self.sort_key(alias, argument)?;
                self.push("::text collate \"C\"");
            }
        }
        self.push(")");
        self.only_where(alias, aggregate)
    }

    fn only_where(&mut self, alias: Alias, aggregate: &Aggregate) -> Result<()> {
        if let Some(filter) = &aggregate.filter {
            self.push(" filter (where ");
            self.expr(alias, filter)?;
            self.push(")");
        }
        Ok(())
    }

    /// The least or the greatest value of an enum, by its place in the type, which SQLite does not know.
    fn extreme_enum(&mut self, alias: Alias, aggregate: &Aggregate, argument: &Expr, name: &Ident) -> Result<()> {
        self.push("case ").push(aggregate.function.name()).push("(");
        self.enum_rank(alias, argument, name)?;
        self.push(")");
        self.only_where(alias, aggregate)?;
        for (rank, value) in self.schema.enum_values(name.as_str()).iter().enumerate() {
            self.push(" when ").number(rank as u64).push(" then ").bind(Bind::Text(value.clone()));
        }
        self.push(" end");
        Ok(())
    }

    /// The collation by which SQLite tells values of a type apart.
    pub(super) fn collate(&mut self, expr: &Expr, needless: bool) {
        match expr.data_type() {
            _ if needless => {}
            DataType::Scalar(ScalarType::Numeric(_)) => drop(self.push(" collate tenon_numeric")),
            DataType::Scalar(ScalarType::Jsonb) => drop(self.push(" collate tenon_jsonb")),
            DataType::Array(_) => drop(self.push(" collate tenon_array")),
            DataType::Scalar(ScalarType::Interval) => drop(self.push(" collate tenon_interval")),
            DataType::Scalar(_) => self.by_bytes(expr),
        }
    }
}

/// Whether columns of the query around stand in an expression.
fn is_of_outer(expr: &Expr, query: &Subquery) -> bool {
    let mut inner: Vec<SourceId> = query.from.iter().map(|source| source.id).collect();
    let mut outer = false;
    expr.visit(&mut |part| match part {
        Expr::Subquery(query) => inner.extend(query.from.iter().map(|source| source.id)),
        Expr::Of { source, .. } => outer |= !inner.contains(source),
        Expr::Column { .. } | Expr::Exists { .. } | Expr::Related { .. } => outer = true,
        _ => {}
    });
    outer
}

/// Whether a key of the only table is given in full, so that there is one row at most.
fn is_one_row(schema: &tenon_model::Schema, query: &Subquery) -> bool {
    let [source] = query.from.as_slice() else { return query.from.is_empty() };
    let Some(table) = schema.table(source.table.as_str()) else { return false };
    let given = given(&query.filter, source);
    keys(table).any(|mut key| key.all(|column| given.contains(&column)))
}

fn keys(table: &Table) -> impl Iterator<Item = impl Iterator<Item = &str>> {
    table.primary_key.iter().chain(&table.uniques).map(|key| key.columns.iter().map(tenon_model::Ident::as_str))
}

/// The columns of a table that a filter compares with something that the table has no part in.
fn given<'e>(filter: &'e Expr, source: &Source) -> Vec<&'e str> {
    let mine = |expr: &Expr| {
        let mut found = false;
        expr.visit(&mut |part| found |= matches!(part, Expr::Of { source: id, .. } if *id == source.id));
        found
    };
    let column = |expr: &'e Expr| match expr {
        Expr::Of { source: id, name, .. } if *id == source.id => Some(name.as_str()),
        _ => None,
    };
    match filter {
        Expr::And(terms) => terms.iter().flat_map(|term| given(term, source)).collect(),
        Expr::Compare { op: CompareOp::Eq, left, right } => {
            let by_left = column(left).filter(|_| !mine(right));
            by_left.or_else(|| column(right).filter(|_| !mine(left))).into_iter().collect()
        }
        _ => Vec::new(),
    }
}
