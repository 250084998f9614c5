//! Queries. Which of their rows are looked at, and in which order, is nobody's business: nothing in them fails, mostly.

use tenon_model::{
    CompareOp, DataType, Expr, Ident, Nulls, OrderBy, ScalarType, SortDirection,
    expression::{
        Aggregate, AggregateFunction, Join, Selected, Source, SourceId, Subquery, SubqueryKind,
        functions::{BIGINT, BOOLEAN},
    },
};

use super::{Generator, is_ordered, schema};

impl Generator<'_> {
    /// Makes a query of something that is made with its tables in sight.
    fn query(&mut self, depth: u32, make: impl FnOnce(&mut Self) -> SubqueryKind) -> Expr {
        let total = self.total || self.rng.u8(0..8) > 0;
        let before = std::mem::replace(&mut self.total, total);
        let outside = self.sources.len();
        let mut from = Vec::new();
        for index in 0..self.rng.usize(1..=2) + usize::from(self.rng.u8(0..5) == 0) {
            from.push(self.source(index == 0, depth));
        }
        let filter = match self.rng.u8(0..6) {
            0 => Expr::always(),
            1 | 2 => self.correlated(from[0].id, &from[0].table),
            3 => self.correlated(from[0].id, &from[0].table.clone()).and(self.node(&BOOLEAN, depth.min(2))),
            _ => self.node(&BOOLEAN, depth),
        };
        let kind = make(self);
        self.sources.truncate(outside);
        self.total = before;
        Expr::Subquery(Box::new(Subquery { kind, from, filter, order: Vec::new(), limit: None, called: None }))
    }

    fn source(&mut self, first: bool, depth: u32) -> Source {
        let table = self.pick(&schema::tables());
        let id = SourceId(self.next);
        self.next += 1;
        let alias = match self.rng.u8(0..3) {
            0 => Some(Ident::new(format!("t{}", self.rng.u8(0..3))).unwrap()),
            1 => Some(self.pick(&schema::tables())),
            _ => None,
        };
        self.sources.push((id, table.clone()));
        let join = match self.rng.u8(0..4) {
            _ if first => Join::Cross,
            0 => Join::Cross,
            1 => Join::Inner(self.node(&BOOLEAN, depth.min(1))),
            2 => Join::Left(self.correlated(id, &table)),
            _ => Join::Inner(self.correlated(id, &table)),
        };
        Source { id, table, alias, join, owner: false }
    }

    /// `source.id = something`, as queries mostly have it.
    fn correlated(&mut self, source: SourceId, table: &Ident) -> Expr {
        let columns = &self.schema.table(table.as_str()).unwrap().columns;
        let column = if self.rng.bool() { &columns[0] } else { &columns[1] };
        let left = Expr::Of { source, name: column.name.clone(), data_type: column.data_type.clone() };
        let right = self.column(&BIGINT).unwrap();
        Expr::Compare { op: CompareOp::Eq, left: Box::new(left), right: Box::new(right) }
    }

    /// Whether no more queries go into this one: each one in another multiplies the rows to look at.
    fn is_deep(&self) -> bool {
        self.sources.len() > 2
    }

    pub(super) fn exists(&mut self, depth: u32) -> Expr {
        if self.is_deep() {
            return self.leaf(&BOOLEAN);
        }
        self.query(depth, |_| SubqueryKind::Exists)
    }

    pub(super) fn any_row(&mut self, depth: u32) -> Expr {
        if self.is_deep() {
            return self.leaf(&BOOLEAN);
        }
        let data_type = loop {
            let found = self.some_type();
            if !matches!(found.element(), ScalarType::Json) {
                break found;
            }
        };
        let (op, all) = if self.rng.bool() { (CompareOp::Eq, false) } else { (self.op(&data_type), self.rng.bool()) };
        let expr = self.totally(|this| this.node(&data_type, depth));
        self.query(depth, |this| SubqueryKind::Any { op, expr, select: this.node(&data_type, depth.min(2)), all })
    }

    pub(super) fn scalar_query(&mut self, data_type: &DataType, depth: u32) -> Option<Expr> {
        if self.is_deep() {
            return None;
        }
        if self.rng.bool() {
            return self.aggregated(data_type, depth);
        }
        let made = self.query(depth, |this| SubqueryKind::Scalar(Selected::Row(this.node(data_type, depth.min(2)))));
        let Expr::Subquery(mut query) = made else { return None };
        // Several rows are a failure, which some are to be.
        if self.total || self.rng.u8(0..4) > 0 {
            query.limit = Some(self.rng.u64(0..2));
            let keys = query.from.iter().map(|source| self.key(source.id)).collect::<Vec<_>>();
            query.order = if is_ordered(data_type) && self.rng.bool() { self.keys(&query) } else { Vec::new() };
            query.order.extend(keys);
        }
        Some(Expr::Subquery(query))
    }

    /// The key of a source's table: rows come in one order only.
    fn key(&mut self, source: SourceId) -> OrderBy {
        let expr = Expr::Of { source, name: Ident::new("id").unwrap(), data_type: BIGINT };
        let direction = self.pick(&[SortDirection::Ascending, SortDirection::Descending]);
        OrderBy { expr, direction, nulls: None }
    }

    fn keys(&mut self, query: &Subquery) -> Vec<OrderBy> {
        let before = self.sources.len();
        self.sources.extend(query.from.iter().map(|source| (source.id, source.table.clone())));
        let data_type = loop {
            let found = self.some_type();
            if is_ordered(&found) {
                break found;
            }
        };
        let expr = self.totally(|this| this.node(&data_type, 1));
        self.sources.truncate(before);
        let direction = self.pick(&[SortDirection::Ascending, SortDirection::Descending]);
        vec![OrderBy { expr, direction, nulls: self.pick(&[None, Some(Nulls::First), Some(Nulls::Last)]) }]
    }

    fn aggregated(&mut self, data_type: &DataType, depth: u32) -> Option<Expr> {
        use ScalarType as T;
        if let DataType::Array(element) = data_type {
            return self.listed(element, depth);
        }
        let (function, argument): (_, DataType) = match data_type.scalar()? {
            T::Text if self.rng.bool() => (AggregateFunction::StringAgg, T::Text.into()),
            T::BigInt if self.rng.bool() || self.total => (AggregateFunction::Count, self.some_type()),
            T::BigInt => (AggregateFunction::Sum, self.pick(&[T::SmallInt, T::Integer]).into()),
            T::Numeric(_) if self.rng.bool() => {
                let function = self.pick(&[AggregateFunction::Sum, AggregateFunction::Avg]);
                (function, self.pick(&[T::BigInt, T::Numeric(None)]).into())
            }
            T::Boolean => (self.pick(&[AggregateFunction::BoolAnd, AggregateFunction::BoolOr]), BOOLEAN),
            T::Uuid | T::Json | T::Jsonb | T::Bytea => return None,
            _ => (self.pick(&[AggregateFunction::Min, AggregateFunction::Max]), data_type.clone()),
        };
        self.aggregate_of(function, &argument, depth)
    }

    /// All values of a query as an array.
    fn listed(&mut self, element: &ScalarType, depth: u32) -> Option<Expr> {
        let function = AggregateFunction::ArrayAgg;
        let argument = DataType::from(element.clone());
        if function.result_type(Some(&argument)) != Some(DataType::Array(element.clone())) {
            return None;
        }
        self.aggregate_of(function, &argument, depth)
    }

    fn aggregate_of(&mut self, function: AggregateFunction, argument: &DataType, depth: u32) -> Option<Expr> {
        let own = self.next;
        let made = self.query(depth, |this| {
            let star = function == AggregateFunction::Count && this.rng.bool();
            let numbers = function == AggregateFunction::ArrayAgg && matches!(argument.scalar(), Some(ScalarType::Numeric(_)));
            let distinct = !star && this.rng.u8(0..3) == 0 && is_ordered(argument) && !numbers;
            let argument = if star { None } else { Some(this.node(argument, depth.min(2))) };
            let filter = if this.rng.u8(0..3) == 0 { Some(this.node(&BOOLEAN, depth.min(1))) } else { None };
            let separator = (function == AggregateFunction::StringAgg).then(|| ", ".to_owned());
            let aggregate = Expr::Aggregate(Box::new(Aggregate { function, argument, distinct, filter, separator }));
            SubqueryKind::Scalar(Selected::Rows(aggregate))
        });
        // An aggregate that names only what is outside belongs outside.
        if is_of_outer(&made, own) { None } else { Some(made) }
    }
}

fn is_of_outer(query: &Expr, first: u32) -> bool {
    let Expr::Subquery(query) = query else { return false };
    let SubqueryKind::Scalar(Selected::Rows(aggregate)) = &query.kind else { return false };
    let (mut own, mut outer) = (false, false);
    aggregate.visit(&mut |part| match part {
        Expr::Of { source, .. } if query.from.iter().any(|s| s.id == *source) => own = true,
        Expr::Of { source, .. } => outer |= source.0 < first,
        Expr::Column { .. } => outer = true,
        _ => {}
    });
    outer && !own
}
