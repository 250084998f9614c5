//! Comparisons and what else is true, false or null.

use tenon_model::{
    Code, CompareOp, DataType, Error, Expr, LikePattern, ScalarType,
    expression::{ContainOp, IsTest, functions::BOOLEAN, functions::TEXT, functions::implicit},
};

use super::{Checked, Checker, Typed, plain, refuse};
use crate::{
    expressions::syntax::{Kind, Node, Quantity, Test},
    sql::Located,
    tables::change::Position,
};

impl Checker<'_> {
    pub(super) fn condition(&mut self, node: &Node) -> Checked<Expr> {
        let at = node.at;
        Ok(match &node.kind {
            Kind::And(terms) => all_of(self.conditions(terms)?),
            Kind::Or(terms) => any_of(self.conditions(terms)?),
            Kind::Not(operand) => Expr::Not(Box::new(self.of_type(operand, &BOOLEAN)?)),
            Kind::Is { expr, test, negated } => negate(self.is(expr, *test)?, *negated),
            Kind::Distinct { left, right, negated } => {
                let (left, right) = self.operands(left, right, "is distinct from", at)?;
                negate(Expr::IsDistinct(Box::new(left), Box::new(right)), *negated)
            }
            Kind::In { expr, list, negated } => negate(self.in_list(expr, list, at)?, *negated),
            Kind::InQuery { expr, query, negated } => negate(self.any_row("=", expr, query, false, at)?, *negated),
            Kind::Between { expr, low, high, symmetric, negated } => {
                negate(self.between(expr, low, high, *symmetric, at)?, *negated)
            }
            Kind::Like { expr, pattern, escape, insensitive, negated } => {
                negate(self.like(expr, pattern, escape.as_deref(), *insensitive, at)?, *negated)
            }
            Kind::Quantified { op, expr, all, of } => match of.as_ref() {
                Quantity::Query(query) => self.any_row(op, expr, query, *all, at)?,
                Quantity::Array(array) => self.quantified(op, expr, array, *all, at)?,
            },
            Kind::Exists(query) => self.exists(query)?,
            _ => return refuse(Code::Unsupported, "this is not understood", at),
        })
    }

    fn conditions(&mut self, terms: &[Node]) -> Checked<Vec<Expr>> {
        terms.iter().map(|term| self.of_type(term, &BOOLEAN)).collect()
    }

    pub(super) fn infix(&mut self, name: &'static str, left: &Node, right: &Node, at: Position) -> Checked<Expr> {
        match name {
            "=" | "<>" | "<" | "<=" | ">" | ">=" => self.compare(name, left, right, at),
            "->" | "->>" => self.arrow(name, left, right, at),
            "@>" | "<@" | "&&" => self.contains(name, left, right, at),
            _ => self.function(name, &[left, right], at),
        }
    }

    pub(super) fn compare(&mut self, name: &str, left: &Node, right: &Node, at: Position) -> Checked<Expr> {
        let (left, right) = self.operands(left, right, name, at)?;
        if !matches!(name, "=" | "<>") {
            self.ordered(&left.data_type(), name, at)?;
        }
        Ok(Expr::Compare { op: compare_op(name), left: Box::new(left), right: Box::new(right) })
    }

    /// Both sides, so that they can be compared.
    fn operands(&mut self, left: &Node, right: &Node, name: &str, at: Position) -> Checked<(Expr, Expr)> {
        let (l, r) = (self.node(left)?, self.node(right)?);
        self.comparable((l, left.at), (r, right.at), name, at)
    }

    pub(super) fn comparable(
        &self,
        left: (Typed, Position),
        right: (Typed, Position),
        name: &str,
        at: Position,
    ) -> Checked<(Expr, Expr)> {
        let (left, right) = match (left, right) {
            ((Typed::Known(l), _), (Typed::Known(r), _)) => self.meet(l, r, name, at)?,
            ((Typed::Known(l), _), (unknown, place)) => {
                let wanted = plain(l.data_type());
                (l, self.coerce(unknown, &wanted, place)?)
            }
            ((unknown, place), (Typed::Known(r), _)) => {
                let wanted = plain(r.data_type());
                (self.coerce(unknown, &wanted, place)?, r)
            }
            ((l, l_at), (r, r_at)) => (self.settle(l, l_at)?, self.settle(r, r_at)?),
        };
        let json = |expr: &Expr| matches!(expr.data_type().element(), ScalarType::Json);
        if json(&left) || json(&right) {
            return Err(no_operator(&left, name, &right, at)
                .hint("json has no comparison; compare a path as text (->>), or make the column jsonb".to_owned()));
        }
        Ok((left, right))
    }

    /// Two operands of known types: numbers compare as they are, others become the wider type.
    fn meet(&self, left: Expr, right: Expr, name: &str, at: Position) -> Checked<(Expr, Expr)> {
        let (l, r) = (left.data_type(), right.data_type());
        let numeric = |t: &DataType| t.scalar().is_some_and(ScalarType::is_numeric);
        if numeric(&l) && numeric(&r) {
            return Ok((left, right));
        }
        if implicit(&l, &r).is_some() {
            return Ok((self.coerce(Typed::Known(left), &r, at)?, right));
        }
        if implicit(&r, &l).is_some() {
            return Ok((left, self.coerce(Typed::Known(right), &l, at)?));
        }
        Err(no_operator(&left, name, &right, at)
            .hint("no operator compares these types; cast one of them (value::type)".to_owned()))
    }

    fn is(&mut self, expr: &Node, test: Test) -> Checked<Expr> {
        let (expr, test) = match test {
            Test::Null => {
                let typed = self.node(expr)?;
                (self.settle(typed, expr.at)?, IsTest::Null)
            }
            Test::True => (self.of_type(expr, &BOOLEAN)?, IsTest::True),
            Test::False => (self.of_type(expr, &BOOLEAN)?, IsTest::False),
            Test::Unknown => (self.of_type(expr, &BOOLEAN)?, IsTest::Unknown),
        };
        Ok(Expr::Is(Box::new(expr), test))
    }

    fn in_list(&mut self, expr: &Node, list: &[Node], at: Position) -> Checked<Expr> {
        let terms = list.iter().map(|other| self.compare("=", expr, other, at)).collect::<Checked<Vec<_>>>()?;
        Ok(as_list(&terms).unwrap_or_else(|| any_of(terms)))
    }

    fn between(&mut self, expr: &Node, low: &Node, high: &Node, symmetric: bool, at: Position) -> Checked<Expr> {
        let mut within = |low, high| -> Checked<Expr> {
            Ok(all_of(vec![self.compare(">=", expr, low, at)?, self.compare("<=", expr, high, at)?]))
        };
        let forward = within(low, high)?;
        if !symmetric {
            return Ok(forward);
        }
        Ok(any_of(vec![forward, within(high, low)?]))
    }

    fn like(&mut self, expr: &Node, pattern: &Node, escape: Option<&Node>, case_insensitive: bool, at: Position) -> Checked<Expr> {
        let escape = match escape.map(|node| &node.kind) {
            None => Some('\\'),
            Some(Kind::Text(text)) if text.chars().count() <= 1 => text.chars().next(),
            Some(_) => return refuse(Code::Unsupported, "the escape must be one character in single quotes", at),
        };
        let expr = self.of_type(expr, &TEXT)?;
        let Kind::Text(text) = &pattern.kind else {
            return Err(Located::new(Error::new(Code::Unsupported, "the pattern must be a text in single quotes"), pattern.at)
                .hint(
                    "for a part of a text that is not known beforehand, use strpos(text, part) > 0 or starts_with(text, part)"
                        .to_owned(),
                ));
        };
        let pattern = with_backslash(text, escape).ok_or_else(|| {
            Located::new(Error::new(Code::InvalidValue, "LIKE pattern must not end with escape character"), pattern.at)
        })?;
        Ok(Expr::Like { expr: Box::new(expr), pattern: LikePattern { pattern, case_insensitive } })
    }

    fn contains(&mut self, name: &str, left: &Node, right: &Node, at: Position) -> Checked<Expr> {
        let (l, r) = (self.node(left)?, self.node(right)?);
        let (l, r) = self.comparable((l, left.at), (r, right.at), name, at)?;
        let op = match name {
            "@>" => ContainOp::Contains,
            "<@" => ContainOp::ContainedBy,
            _ => ContainOp::Overlaps,
        };
        let jsonb = matches!(l.data_type(), DataType::Scalar(ScalarType::Jsonb)) && op != ContainOp::Overlaps;
        let array = matches!(l.data_type(), DataType::Array(_));
        if !(jsonb || array) {
            return Err(no_operator(&l, name, &r, at));
        }
        Ok(Expr::Contains { op, left: Box::new(l), right: Box::new(r) })
    }

    fn quantified(&mut self, name: &str, expr: &Node, array: &Node, all: bool, at: Position) -> Checked<Expr> {
        let (value, list) = (self.node(expr)?, self.node(array)?);
        let (value, list) = match (value, list) {
            (Typed::Known(value), unknown @ Typed::Unknown(_)) => {
                let element = plain(value.data_type()).element().clone();
                (value, self.coerce(unknown, &DataType::Array(element), array.at)?)
            }
            (value, Typed::Known(list)) => {
                let element = DataType::Scalar(list.data_type().element().clone());
                (self.coerce(value, &plain(element), expr.at)?, list)
            }
            (value, list) => (self.settle(value, expr.at)?, self.coerce(list, &DataType::Array(ScalarType::Text), array.at)?),
        };
        if !matches!(list.data_type(), DataType::Array(_)) {
            return refuse(Code::InvalidValue, "any and all take an array or a query in parentheses", array.at);
        }
        if matches!(list.data_type().element(), ScalarType::Json) {
            return Err(no_operator(&value, name, &list, at).hint("json has no comparison; make the column jsonb".to_owned()));
        }
        Ok(Expr::Quantified { op: operator(name, at)?, expr: Box::new(value), array: Box::new(list), all })
    }
}

/// All of them, in one chain; one by itself.
fn all_of(terms: Vec<Expr>) -> Expr {
    let parts = |term| if let Expr::And(parts) = term { parts } else { vec![term] };
    let mut flat: Vec<Expr> = terms.into_iter().flat_map(parts).collect();
    if flat.len() == 1 { flat.remove(0) } else { Expr::And(flat) }
}

/// Any of them, in one chain; one by itself.
fn any_of(terms: Vec<Expr>) -> Expr {
    let parts = |term| if let Expr::Or(parts) = term { parts } else { vec![term] };
    let mut flat: Vec<Expr> = terms.into_iter().flat_map(parts).collect();
    if flat.len() == 1 { flat.remove(0) } else { Expr::Or(flat) }
}

/// A list of literals of one type, which both engines look up faster than as many comparisons.
fn as_list(terms: &[Expr]) -> Option<Expr> {
    let mut values = Vec::with_capacity(terms.len());
    let mut subject: Option<(&Expr, DataType)> = None;
    for term in terms {
        let Expr::Compare { left, right, .. } = term else { return None };
        let Expr::Literal { value, data_type } = right.as_ref() else { return None };
        match &subject {
            None if implicit(&left.data_type(), data_type) == Some(0) => subject = Some((left, data_type.clone())),
            Some((expr, other)) if *expr == left.as_ref() && other == data_type => {}
            _ => return None,
        }
        if value.is_null() {
            return None;
        }
        values.push(value.clone());
    }
    let (expr, data_type) = subject?;
    Some(Expr::In { expr: Box::new(expr.clone()), values, data_type })
}

/// A pattern with `\` as its escape, from one with another or with none.
fn with_backslash(pattern: &str, escape: Option<char>) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if Some(c) == escape {
            out.push('\\');
            out.push(chars.next()?);
        } else {
            if c == '\\' {
                out.push('\\');
            }
            out.push(c);
        }
    }
    Some(out)
}

fn negate(expr: Expr, negated: bool) -> Expr {
    if negated { Expr::Not(Box::new(expr)) } else { expr }
}

fn compare_op(name: &str) -> CompareOp {
    match name {
        "<>" => CompareOp::Neq,
        "<" => CompareOp::Lt,
        "<=" => CompareOp::Lte,
        ">" => CompareOp::Gt,
        ">=" => CompareOp::Gte,
        _ => CompareOp::Eq,
    }
}

/// The comparison of that sign.
pub(super) fn operator(name: &str, at: Position) -> Checked<CompareOp> {
    if ["=", "<>", "<", "<=", ">", ">="].contains(&name) {
        return Ok(compare_op(name));
    }
    refuse(Code::Unsupported, "only comparisons go with any and all", at)
}

fn no_operator(left: &Expr, name: &str, right: &Expr, at: Position) -> Located {
    let message = format!("operator does not exist: {} {name} {}", left.data_type(), right.data_type());
    Located::new(Error::new(Code::UnknownFunction, message), at)
}
