//! Typed expressions of every kind over a row of a table.

pub(crate) mod call;
mod condition;
mod query;
pub(crate) mod schema;

use fastrand::Rng;
use tenon_model::{
    CompareOp, DataType, Expr, Ident, ScalarType, Schema, Value,
    expression::{ContextValue, JsonStep, SourceId, functions},
    value::casts::check_cast,
};

/// The scalar types.
pub(crate) fn scalars() -> Vec<ScalarType> {
    use ScalarType as T;
    vec![
        T::Text,
        T::SmallInt,
        T::Integer,
        T::BigInt,
        T::Real,
        T::Double,
        T::Numeric(None),
        T::Boolean,
        T::Date,
        T::Time,
        T::Timestamp,
        T::Timestamptz,
        T::Interval,
        T::Uuid,
        T::Json,
        T::Jsonb,
        T::Bytea,
        T::Enum(Ident::new("mood").unwrap()),
    ]
}

/// Makes expressions.
pub(crate) struct Generator<'s> {
    pub(crate) rng: Rng,
    pub(crate) schema: &'s Schema,
    /// Whose row they are about.
    pub(crate) table: Ident,
    /// The tables of the queries around.
    sources: Vec<(SourceId, Ident)>,
    next: u32,
    /// How many parts may still be made.
    fuel: u32,
    /// Whether nothing may fail here: where it is nobody's business whether a part is looked at.
    total: bool,
}

impl<'s> Generator<'s> {
    pub(crate) fn new(rng: Rng, schema: &'s Schema, table: Ident) -> Self {
        Self { rng, schema, table, sources: Vec::new(), next: 0, fuel: 0, total: false }
    }

    /// An expression of some type.
    pub(crate) fn any(&mut self) -> Expr {
        self.sources.clear();
        (self.next, self.total) = (0, self.rng.u8(0..3) > 0);
        self.fuel = self.rng.u32(2..30);
        let data_type = if self.rng.bool() { functions::BOOLEAN } else { self.some_type() };
        let depth = self.rng.u32(1..6);
        self.node(&data_type, depth)
    }

    fn some_type(&mut self) -> DataType {
        let scalar = self.pick(&scalars());
        if self.rng.u8(0..6) == 0 && !matches!(scalar, ScalarType::Interval | ScalarType::Json | ScalarType::Jsonb) {
            return DataType::Array(scalar);
        }
        scalar.into()
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.rng.usize(0..from.len())].clone()
    }

    /// An expression of that type.
    fn node(&mut self, data_type: &DataType, depth: u32) -> Expr {
        self.fuel = self.fuel.saturating_sub(1);
        if depth == 0 || self.fuel == 0 {
            return self.leaf(data_type);
        }
        let depth = depth - 1;
        let made = match self.rng.u8(0..16) {
            0..=2 => Some(self.leaf(data_type)),
            3 => Some(self.case(data_type, depth)),
            4 => Some(self.coalesce(data_type, depth)),
            5 => self.extreme(data_type, depth),
            6 => self.cast(data_type, depth),
            7 => self.scalar_query(data_type, depth),
            8 => self.structure(data_type, depth),
            9 => Some(self.nullif(data_type, depth)),
            _ if *data_type == functions::BOOLEAN => Some(self.condition(depth)),
            _ => self.call(data_type, depth),
        };
        match made {
            Some(made) => made,
            None => self.leaf(data_type),
        }
    }

    fn nodes(&mut self, data_type: &DataType, depth: u32, most: usize) -> Vec<Expr> {
        (0..self.rng.usize(1..=most)).map(|_| self.node(data_type, depth)).collect()
    }

    /// Runs something where nothing may fail.
    fn totally<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.total, true);
        let made = make(self);
        self.total = before;
        made
    }

    fn leaf(&mut self, data_type: &DataType) -> Expr {
        match self.rng.u8(0..8) {
            0..=2 => self.literal(data_type),
            3 => self.context(data_type).unwrap_or_else(|| self.literal(data_type)),
            _ => self.column(data_type).unwrap_or_else(|| self.literal(data_type)),
        }
    }

    fn literal(&mut self, data_type: &DataType) -> Expr {
        let value = schema::value(&mut self.rng, self.schema, data_type);
        Expr::Literal { value, data_type: data_type.clone() }
    }

    fn context(&mut self, data_type: &DataType) -> Option<Expr> {
        use ContextValue as C;
        let all = [C::Uid, C::Role, C::Email, C::Jwt, C::Now, C::CurrentDate];
        let fitting: Vec<C> = all.into_iter().filter(|value| value.data_type() == *data_type).collect();
        if fitting.is_empty() { None } else { Some(Expr::Context(self.pick(&fitting))) }
    }

    /// A column of that type in sight, whatever its length or precision.
    fn column(&mut self, data_type: &DataType) -> Option<Expr> {
        let mut found = Vec::new();
        let fits = |own: &DataType| functions::implicit(own, data_type) == Some(0);
        for column in self.schema.table(self.table.as_str())?.columns.iter().filter(|c| fits(&c.data_type)) {
            found.push(Expr::Column { name: column.name.clone(), data_type: column.data_type.clone() });
        }
        for (source, table) in &self.sources {
            for column in self.schema.table(table.as_str())?.columns.iter().filter(|c| fits(&c.data_type)) {
                // Those of the nearest queries are the likeliest.
                for _ in 0..2 {
                    found.push(Expr::Of { source: *source, name: column.name.clone(), data_type: column.data_type.clone() });
                }
            }
        }
        if found.is_empty() { None } else { Some(self.pick(&found)) }
    }

    fn case(&mut self, data_type: &DataType, depth: u32) -> Expr {
        let count = self.rng.usize(1..3);
        let branches = (0..count).map(|_| (self.node(&functions::BOOLEAN, depth), self.node(data_type, depth))).collect();
        let otherwise = if self.rng.bool() { Some(Box::new(self.node(data_type, depth))) } else { None };
        Expr::Case { branches, otherwise, data_type: data_type.clone() }
    }

    fn nullif(&mut self, data_type: &DataType, depth: u32) -> Expr {
        if matches!(data_type.element(), ScalarType::Json) {
            return self.leaf(data_type);
        }
        let (left, right) = (self.node(data_type, depth), self.node(data_type, depth));
        let equal = Expr::Compare { op: CompareOp::Eq, left: Box::new(left.clone()), right: Box::new(right) };
        let null = Expr::Literal { value: Value::Null, data_type: data_type.clone() };
        Expr::Case { branches: vec![(equal, null)], otherwise: Some(Box::new(left)), data_type: data_type.clone() }
    }

    fn coalesce(&mut self, data_type: &DataType, depth: u32) -> Expr {
        Expr::Coalesce { arguments: self.nodes(data_type, depth, 3), data_type: data_type.clone() }
    }

    fn extreme(&mut self, data_type: &DataType, depth: u32) -> Option<Expr> {
        if !is_ordered(data_type) {
            return None;
        }
        let greatest = self.rng.bool();
        Some(Expr::Extreme { greatest, arguments: self.nodes(data_type, depth, 3), data_type: data_type.clone() })
    }

    fn cast(&mut self, to: &DataType, depth: u32) -> Option<Expr> {
        let from: DataType =
            if matches!(to, DataType::Array(_)) { DataType::Array(self.pick(&scalars())) } else { self.pick(&scalars()).into() };
        let from = if self.rng.u8(0..12) == 0 { DataType::Array(from.element().clone()) } else { from };
        if check_cast(&from, to).is_err() || from == *to || (self.total && !is_total_cast(&from, to)) {
            return None;
        }
        // The checker takes no numbers or moments out of texts in an array.
        if matches!(to, DataType::Array(_)) && from.element().is_text() && !to.element().is_text() {
            return None;
        }
        let odd = |t: &DataType| matches!(t, DataType::Array(ScalarType::Interval | ScalarType::Json | ScalarType::Jsonb));
        if odd(&from) || odd(to) {
            return None;
        }
        Some(Expr::Cast { expr: Box::new(self.node(&from, depth)), to: to.clone() })
    }

    /// What is taken out of json or out of an array, or put into one.
    fn structure(&mut self, data_type: &DataType, depth: u32) -> Option<Expr> {
        match data_type {
            DataType::Array(element) => {
                let elements = self.nodes(&element.clone().into(), depth, 4);
                Some(Expr::Array { elements, element: element.clone() })
            }
            DataType::Scalar(ScalarType::Json | ScalarType::Jsonb) => Some(self.path(data_type, depth, false)),
            DataType::Scalar(ScalarType::Text) => {
                let base = self.pick(&[ScalarType::Json, ScalarType::Jsonb]);
                Some(self.path(&base.into(), depth, true))
            }
            _ => None,
        }
    }

    fn path(&mut self, base: &DataType, depth: u32, as_text: bool) -> Expr {
        let step = |rng: &mut Rng| match rng.u8(0..3) {
            0 => JsonStep::Index(rng.i64(-3..3)),
            _ => JsonStep::Key(["a", "b", "aa", "1", "ß", "", "it's"][rng.usize(0..7)].to_owned()),
        };
        let steps = (0..self.rng.usize(1..4)).map(|_| step(&mut self.rng)).collect();
        Expr::JsonPath { base: Box::new(self.node(base, depth)), steps, as_text }
    }
}

/// Whether values of a type have an order.
pub(crate) fn is_ordered(data_type: &DataType) -> bool {
    match data_type {
        DataType::Scalar(ScalarType::Json) | DataType::Array(ScalarType::Json | ScalarType::Enum(_)) => false,
        // PostgreSQL has an order of booleans, uuids and bytes, too.
        _ => true,
    }
}

/// Whether a cast never fails.
pub(crate) fn is_total_cast(from: &DataType, to: &DataType) -> bool {
    use ScalarType as T;
    let (DataType::Scalar(from), DataType::Scalar(to)) = (from, to) else { return to.scalar().is_some_and(T::is_text) };
    match (from, to) {
        (_, to) if to.is_text() => true,
        (T::SmallInt, to) => to.is_numeric(),
        (T::Integer, to) => to.is_numeric() && *to != T::SmallInt,
        (T::BigInt, to) => matches!(to, T::BigInt | T::Numeric(None) | T::Real | T::Double),
        (T::Real, to) => matches!(to, T::Double | T::Numeric(None)),
        (T::Double, to) => matches!(to, T::Numeric(None)),
        (T::Date, to) => matches!(to, T::Timestamp | T::Timestamptz),
        (T::Timestamp | T::Timestamptz, to) => matches!(to, T::Date | T::Time | T::Timestamp | T::Timestamptz),
        (T::Json | T::Jsonb, to) => matches!(to, T::Json | T::Jsonb),
        _ => false,
    }
}
