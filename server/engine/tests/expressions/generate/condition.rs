//! What is true, false or null.

use tenon_model::{
    CompareOp, DataType, Expr, LikePattern, ScalarType,
    expression::{
        ContainOp, IsTest,
        functions::{BOOLEAN, TEXT},
    },
};

use super::{Generator, is_ordered, schema};

const OPS: [CompareOp; 6] = [CompareOp::Eq, CompareOp::Neq, CompareOp::Lt, CompareOp::Lte, CompareOp::Gt, CompareOp::Gte];

impl Generator<'_> {
    pub(super) fn condition(&mut self, depth: u32) -> Expr {
        match self.rng.u8(0..20) {
            0..=3 => self.compare(depth),
            4 => self.distinct(depth),
            5 => self.is(depth),
            6 => Expr::Not(Box::new(self.node(&BOOLEAN, depth))),
            7 | 8 => self.chain(depth),
            9 => self.is_in(depth),
            10 => self.between(depth),
            11 => self.like(depth),
            12 => self.quantified(depth),
            13 => self.contains(depth),
            14 | 15 => self.exists(depth),
            16 | 17 => self.any_row(depth),
            _ => self.call(&BOOLEAN, depth).unwrap_or(Expr::Or(Vec::new())),
        }
    }

    /// Two expressions that can be compared.
    fn pair(&mut self, depth: u32) -> (Expr, Expr, DataType) {
        loop {
            let left = self.some_type();
            if matches!(left.element(), ScalarType::Json) {
                continue;
            }
            let numbers = [
                ScalarType::SmallInt,
                ScalarType::Integer,
                ScalarType::BigInt,
                ScalarType::Real,
                ScalarType::Double,
                ScalarType::Numeric(None),
            ];
            let numeric = left.scalar().is_some_and(ScalarType::is_numeric);
            let right = if numeric { self.pick(&numbers).into() } else { left.clone() };
            return (self.node(&left, depth), self.node(&right, depth), left);
        }
    }

    /// Any comparison, or one of those that need no order.
    pub(super) fn op(&mut self, data_type: &DataType) -> CompareOp {
        if is_ordered(data_type) { self.pick(&OPS) } else { self.pick(&OPS[..2]) }
    }

    fn compare(&mut self, depth: u32) -> Expr {
        let (left, right, data_type) = self.pair(depth);
        Expr::Compare { op: self.op(&data_type), left: Box::new(left), right: Box::new(right) }
    }

    fn distinct(&mut self, depth: u32) -> Expr {
        let (left, right, _) = self.pair(depth);
        Expr::IsDistinct(Box::new(left), Box::new(right))
    }

    fn is(&mut self, depth: u32) -> Expr {
        let test = self.pick(&[IsTest::Null, IsTest::True, IsTest::False, IsTest::Unknown]);
        let data_type = if test == IsTest::Null { self.some_type() } else { BOOLEAN };
        Expr::Is(Box::new(self.node(&data_type, depth)), test)
    }

    /// The terms of a chain may be looked at in any order, so that none may fail, mostly.
    fn chain(&mut self, depth: u32) -> Expr {
        let terms = if self.rng.u8(0..8) == 0 {
            self.nodes(&BOOLEAN, depth, 3)
        } else {
            self.totally(|this| this.nodes(&BOOLEAN, depth, 3))
        };
        if self.rng.bool() { Expr::And(terms) } else { Expr::Or(terms) }
    }

    fn is_in(&mut self, depth: u32) -> Expr {
        let data_type = loop {
            let found = self.some_type();
            if !matches!(found.element(), ScalarType::Json) {
                break found;
            }
        };
        let count = self.rng.usize(1..5);
        let values = (0..count).map(|_| match &data_type {
            DataType::Scalar(scalar) => schema::not_null(&mut self.rng, self.schema, scalar),
            array => tenon_model::Value::Array(vec![schema::value(&mut self.rng, self.schema, &array.element().clone().into())]),
        });
        let values = values.collect();
        Expr::In { expr: Box::new(self.node(&data_type, depth)), values, data_type }
    }

    fn between(&mut self, depth: u32) -> Expr {
        let data_type = loop {
            let found = self.some_type();
            if is_ordered(&found) {
                break found;
            }
        };
        let expr = self.leaf(&data_type);
        let within = |op, left: Expr, right| Expr::Compare { op, left: Box::new(left), right: Box::new(right) };
        let (low, high) = self.totally(|this| (this.node(&data_type, depth), this.node(&data_type, depth)));
        Expr::And(vec![within(CompareOp::Gte, expr.clone(), low), within(CompareOp::Lte, expr, high)])
    }

    fn like(&mut self, depth: u32) -> Expr {
        let expr = Box::new(self.node(&TEXT, depth));
        let patterns = ["%", "a%", "%a", "_", "%b%", "", "\\%", "A_", "%ß%", "%'%", "é%", "___%", "a\\_b", "%\\\\%", "%[%", "*"];
        let pattern = self.pick(&patterns).to_owned();
        Expr::Like { expr, pattern: LikePattern { pattern, case_insensitive: self.rng.bool() } }
    }

    fn quantified(&mut self, depth: u32) -> Expr {
        let element = loop {
            let found = self.some_type();
            if let DataType::Scalar(scalar) = found
                && !matches!(scalar, ScalarType::Json | ScalarType::Jsonb | ScalarType::Interval)
            {
                break scalar;
            }
        };
        let op = self.op(&element.clone().into());
        let (expr, array) = (self.node(&element.clone().into(), depth), self.node(&DataType::Array(element), depth));
        Expr::Quantified { op, expr: Box::new(expr), array: Box::new(array), all: self.rng.bool() }
    }

    fn contains(&mut self, depth: u32) -> Expr {
        let data_type = if self.rng.bool() {
            DataType::Scalar(ScalarType::Jsonb)
        } else {
            let scalars = super::scalars();
            loop {
                let scalar = self.pick(&scalars);
                if !matches!(scalar, ScalarType::Json | ScalarType::Jsonb | ScalarType::Interval) {
                    break DataType::Array(scalar);
                }
            }
        };
        let ops = [ContainOp::Contains, ContainOp::ContainedBy, ContainOp::Overlaps];
        let op = self.pick(if data_type.is_json() { &ops[..2] } else { &ops });
        let (left, right) = (self.node(&data_type, depth), self.node(&data_type, depth));
        Expr::Contains { op, left: Box::new(left), right: Box::new(right) }
    }
}
