//! What a condition can come to, whatever the rows hold: SQL's three values, found without looking at any row.
//!
//! What is said here may be too much (a condition that is never true may be called one that can be), never too little.

use tenon_model::{
    CompareOp, Expr, Ident, Role, Schema, Table, Value,
    expression::{
        Context, ContextValue, IsTest, Selected, SubqueryKind,
        evaluate::{Environment, Row},
    },
};

/// Which of true, false and null a condition can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Can {
    pub(super) hold: bool,
    pub(super) fail: bool,
    pub(super) null: bool,
}

const NOTHING: Can = Can { hold: false, fail: false, null: false };
const HOLDS: Can = Can { hold: true, ..NOTHING };
const FAILS: Can = Can { fail: true, ..NOTHING };
const NULL: Can = Can { null: true, ..NOTHING };

impl Can {
    pub(super) fn always_holds(self) -> bool {
        self == HOLDS
    }

    pub(super) fn never_holds(self) -> bool {
        !self.hold
    }

    fn either(null: bool) -> Self {
        Self { hold: true, fail: true, null }
    }

    fn and_null(self, null: bool) -> Self {
        Self { null: self.null || null, ..self }
    }

    fn or(self, other: Self) -> Self {
        Self { hold: self.hold || other.hold, fail: self.fail || other.fail, null: self.null || other.null }
    }

    fn negated(self) -> Self {
        Self { hold: self.fail, fail: self.hold, ..self }
    }
}

/// What is known while a condition of a table is looked at for one role.
pub(super) struct Truth<'s> {
    pub(super) schema: &'s Schema,
    pub(super) table: &'s Table,
    pub(super) role: &'s Role,
}

impl Truth<'_> {
    /// What the condition can be.
    pub(super) fn of(&self, expr: &Expr) -> Can {
        if let Some(value) = self.constant(expr) {
            return match value {
                Value::Bool(true) => HOLDS,
                Value::Bool(false) => FAILS,
                _ => NULL,
            };
        }
        match expr {
            Expr::Not(inner) => self.of(inner).negated(),
            Expr::And(terms) => self.all(terms),
            // De Morgan's law.
            Expr::Or(terms) => {
                let mut can = terms.iter().map(|term| self.of(term).negated()).fold(HOLDS, both).negated();
                can.fail &= !covers(terms);
                can
            }
            Expr::Compare { op, left, right } => self.compare(*op, left, right),
            Expr::IsDistinct(left, right) if left == right => FAILS,
            Expr::Is(inner, test) => self.is(inner, *test),
            Expr::In { values, .. } if values.is_empty() => FAILS,
            Expr::Case { branches, otherwise, .. } => {
                let results = branches.iter().map(|(_, result)| result).chain(otherwise.as_deref());
                results.fold(if otherwise.is_none() { NULL } else { NOTHING }, |can, result| can.or(self.of(result)))
            }
            Expr::Coalesce { arguments, .. } => {
                let any = arguments.iter().fold(NOTHING, |can, part| can.or(self.of(part)));
                Can { null: self.nullable(expr), ..any }
            }
            Expr::Subquery(query) if matches!(query.kind, SubqueryKind::Exists) => {
                if self.of(&query.filter).never_holds() {
                    FAILS
                } else {
                    Can::either(false)
                }
            }
            other => Can::either(self.nullable(other)),
        }
    }

    fn all(&self, terms: &[Expr]) -> Can {
        terms.iter().map(|term| self.of(term)).fold(HOLDS, both)
    }

    fn compare(&self, op: CompareOp, left: &Expr, right: &Expr) -> Can {
        let is_null = |expr: &Expr| self.constant(expr) == Some(Value::Null);
        if is_null(left) || is_null(right) {
            return NULL;
        }
        let null = self.nullable(left) || self.nullable(right);
        if left == right && is_settled(left) {
            let same = if op.holds(std::cmp::Ordering::Equal) { HOLDS } else { FAILS };
            return same.and_null(null);
        }
        Can::either(null)
    }

    fn is(&self, inner: &Expr, test: IsTest) -> Can {
        let is_condition = inner.data_type() == tenon_model::ScalarType::Boolean.into();
        let can = if is_condition { self.of(inner) } else { Can::either(self.nullable(inner)) };
        let (yes, no) = match test {
            IsTest::True => (can.hold, can.fail || can.null),
            IsTest::False => (can.fail, can.hold || can.null),
            IsTest::Null | IsTest::Unknown => (can.null, can.hold || can.fail),
        };
        Can { hold: yes, fail: no, null: false }
    }

    /// The value of what speaks neither of rows nor of who asks, nor of more of them than their role tells.
    fn constant(&self, expr: &Expr) -> Option<Value> {
        let expr = self.with_role(expr);
        let mut constant = true;
        expr.visit(&mut |part| {
            constant &= !matches!(
                part,
                Expr::Column { .. }
                    | Expr::Of { .. }
                    | Expr::Context(_)
                    | Expr::Subquery(_)
                    | Expr::Aggregate(_)
                    | Expr::Exists { .. }
                    | Expr::Related { .. }
            );
        });
        if !constant {
            return None;
        }
        let context =
            Context { user: None, role: self.role.clone(), email: None, jwt: None, now: jiff::civil::DateTime::default() };
        Environment { schema: self.schema, context: &context, data: None }.evaluate(&expr, &Row::new()).ok()
    }

    /// The expression with what the role alone tells of who asks.
    fn with_role(&self, expr: &Expr) -> Expr {
        let anon = *self.role == Role::Anon;
        expr.clone().map(&mut |part| match part {
            Expr::Context(ContextValue::Role) => literal(Value::Text(self.role.as_str().to_owned()), ContextValue::Role),
            Expr::Context(value @ (ContextValue::Uid | ContextValue::Email)) if anon => literal(Value::Null, value),
            other => other,
        })
    }

    /// Whether the expression can be null.
    fn nullable(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Literal { value, .. } => value.is_null(),
            Expr::Column { name, .. } => !is_given(self.table, name),
            Expr::Context(ContextValue::Uid) => *self.role == Role::Anon,
            Expr::Context(ContextValue::Role | ContextValue::Now | ContextValue::CurrentDate)
            | Expr::Is(..)
            | Expr::IsDistinct(..) => false,
            Expr::Cast { expr, .. } => expr.data_type().is_json() || self.nullable(expr),
            Expr::Call { function, arguments } if NEVER_NULL_OF_VALUES.contains(&function.name) => {
                arguments.iter().any(|argument| self.nullable(argument))
            }
            Expr::Compare { left, right, .. } => self.nullable(left) || self.nullable(right),
            Expr::Like { expr, .. } => self.nullable(expr),
            Expr::In { expr, values, .. } => self.nullable(expr) || values.iter().any(Value::is_null),
            Expr::Coalesce { arguments, .. } => arguments.iter().all(|argument| self.nullable(argument)),
            Expr::Not(_) | Expr::And(_) | Expr::Or(_) => self.of(expr).null,
            Expr::Array { .. } | Expr::Exists { .. } => false,
            Expr::Subquery(query) => match &query.kind {
                SubqueryKind::Exists => false,
                SubqueryKind::Scalar(Selected::Rows(selected)) => !is_count(selected),
                _ => true,
            },
            _ => true,
        }
    }
}

/// Functions that make no null of values that are none.
const NEVER_NULL_OF_VALUES: [&str; 9] = ["lower", "upper", "length", "btrim", "abs", "+", "-", "*", "||"];

fn both(left: Can, right: Can) -> Can {
    Can {
        hold: left.hold && right.hold,
        fail: left.fail || right.fail,
        null: (left.null && (right.null || right.hold)) || (right.null && (left.null || left.hold)),
    }
}

/// Whether two of the terms are a comparison and its opposite: one of them holds unless both are null.
fn covers(terms: &[Expr]) -> bool {
    let opposite = |one: &Expr, other: &Expr| match (one, other) {
        (Expr::Compare { op: a, left: l, right: r }, Expr::Compare { op: b, left, right }) => {
            *b == negated(*a) && l == left && r == right && is_settled(l) && is_settled(r)
        }
        (Expr::Not(inner), other) | (other, Expr::Not(inner)) => **inner == *other,
        _ => false,
    };
    terms.iter().enumerate().any(|(at, one)| terms[at + 1..].iter().any(|other| opposite(one, other)))
}

fn negated(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq => CompareOp::Neq,
        CompareOp::Neq => CompareOp::Eq,
        CompareOp::Lt => CompareOp::Gte,
        CompareOp::Gte => CompareOp::Lt,
        CompareOp::Lte => CompareOp::Gt,
        CompareOp::Gt => CompareOp::Lte,
    }
}

/// Whether both mentions of it are of the same value for sure.
fn is_settled(expr: &Expr) -> bool {
    let mut settled = true;
    expr.visit(&mut |part| settled &= !matches!(part, Expr::Subquery(_) | Expr::Related { .. } | Expr::Exists { .. }));
    settled
}

fn is_count(expr: &Expr) -> bool {
    matches!(expr, Expr::Aggregate(aggregate) if aggregate.function == tenon_model::expression::AggregateFunction::Count)
}

fn literal(value: Value, of: ContextValue) -> Expr {
    Expr::Literal { value, data_type: of.data_type() }
}

/// Whether a column of the table never is null.
fn is_given(table: &Table, name: &Ident) -> bool {
    table.key_columns().contains(name) || table.column(name.as_str()).is_some_and(|column| column.not_null)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "create table notes (
        id bigint primary key, owner uuid, team bigint, title text not null, done boolean not null, flag boolean);
        create table members (team bigint, person uuid);";

    fn can(sql: &str, role: &Role) -> String {
        let schema = crate::tables::schema_from_sql(SCHEMA).unwrap();
        let table = schema.require_table("notes").unwrap();
        let boolean = tenon_model::expression::functions::BOOLEAN;
        let expr = crate::expressions::compile(sql, &schema, &table.name, Some(&boolean)).unwrap();
        let Can { hold, fail, null } = Truth { schema: &schema, table, role }.of(&expr);
        [(hold, 't'), (fail, 'f'), (null, 'n')].into_iter().filter(|(is, _)| *is).map(|(_, letter)| letter).collect()
    }

    #[test]
    fn what_a_condition_can_be_is_known_beforehand() {
        for (sql, anon, authenticated) in [
            ("true", "t", "t"),
            ("1 = 1 and 'a' < 'b'", "t", "t"),
            ("owner = null", "n", "n"),
            ("owner <> null or false", "n", "n"),
            ("owner = auth.uid()", "n", "tfn"),
            ("auth.uid() is not null", "f", "t"),
            ("auth.uid() is null or owner = auth.uid()", "t", "tfn"),
            ("auth.role() = 'authenticated'", "f", "t"),
            ("auth.role() = 'anon'", "t", "f"),
            ("done or not done", "t", "t"),
            ("flag or not flag", "tn", "tn"),
            ("title = title", "t", "t"),
            ("team = team", "tn", "tn"),
            ("title <> title", "f", "f"),
            ("title = 'a' or title <> 'a'", "t", "t"),
            ("team = 1 or team <> 1", "tn", "tn"),
            ("team = 1 or team <> 2", "tfn", "tfn"),
            ("id is not null", "t", "t"),
            ("team is not null", "tf", "tf"),
            ("title is null and done", "f", "f"),
            ("coalesce(flag, true)", "tf", "tf"),
            ("(team = 1) is not false", "tf", "tf"),
            ("done", "tf", "tf"),
            ("exists (select 1 from members m where m.person = auth.uid())", "f", "tf"),
            ("exists (select 1 from members m where m.person is null)", "tf", "tf"),
            ("team in (select m.team from members m where m.person = auth.uid())", "tfn", "tfn"),
            ("lower(title) = 'x'", "tf", "tf"),
            ("title like 'a%'", "tf", "tf"),
            ("case when done then true else false end", "tf", "tf"),
            ("case when done then true end", "tn", "tn"),
        ] {
            assert_eq!((can(sql, &Role::Anon).as_str(), can(sql, &Role::Authenticated).as_str()), (anon, authenticated), "{sql}");
        }
    }
}
