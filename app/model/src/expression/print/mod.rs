//! An expression as SQL in PostgreSQL's dialect, which reads back as the same expression.
//!
//! Literals say their type unless what they stand beside does; parentheses stand where the precedence of operators asks for
//! them, and where only a connoisseur would know that it does not. Inside of queries every column says its table.

mod call;
mod literal;
mod query;
mod scope;

use self::scope::Scope;
use super::{CompareOp, ContainOp, Expr, IsTest, JsonStep, SubqueryKind, level};
use crate::{DataType, Ident, ScalarType, Value, expression::functions};

/// SQL and how tightly it binds.
struct Sql {
    text: String,
    level: u8,
}

impl Expr {
    /// The expression as SQL over a row of that table, in PostgreSQL's dialect: it reads back as the same expression.
    ///
    /// A table in a query gets an alias of its own where its name would hide another that the query uses.
    #[must_use]
    pub fn to_sql(&self, table: &Ident) -> String {
        Scope::new(table).write(self).text
    }
}

fn sql(text: impl Into<String>, level: u8) -> Sql {
    Sql { text: text.into(), level }
}

impl Scope {
    fn write(&self, expr: &Expr) -> Sql {
        match expr {
            Expr::Literal { value, data_type } => literal::typed(value, data_type),
            Expr::Column { name, .. } => sql(self.own(name), level::ATOM),
            Expr::Of { source, name, .. } => sql(self.of(*source, name), level::ATOM),
            Expr::Context(value) => sql(value.as_sql(), level::ATOM),
            Expr::Parameter { name, .. } => sql(name.to_sql(), level::ATOM),
            Expr::Function(call) => sql(self.called(&call.name, &call.arguments), level::ATOM),
            Expr::JsonPath { base, steps, as_text } => self.path(base, steps, *as_text),
            Expr::Cast { expr, to } => sql(format!("{}::{}", self.at(level::CAST, expr), type_sql(to)), level::CAST),
            Expr::Compare { op, left, right } => self.between(op.as_sql(), level::COMPARE, left, right),
            Expr::IsDistinct(left, right) => self.distinct(left, right, ""),
            Expr::Like { expr, pattern } => self.like(expr, &pattern.pattern, pattern.case_insensitive, ""),
            Expr::In { expr, values, data_type } => self.is_in(expr, values, data_type, ""),
            Expr::Contains { op, left, right } => self.between(contain_sql(*op), level::OTHER, left, right),
            Expr::Is(expr, test) => self.is(expr, *test, ""),
            Expr::Not(expr) => self.not(expr),
            Expr::And(terms) => self.chain(terms, " and ", level::AND, "true"),
            Expr::Or(terms) => self.chain(terms, " or ", level::OR, "false"),
            Expr::Call { function, arguments } => self.call(function.0, arguments),
            Expr::Case { branches, otherwise, data_type } => self.case(branches, otherwise.as_deref(), data_type),
            Expr::Coalesce { arguments, data_type } => self.alike("coalesce", arguments, data_type),
            Expr::Extreme { greatest, arguments, data_type } => {
                self.alike(if *greatest { "greatest" } else { "least" }, arguments, data_type)
            }
            Expr::Array { elements, element } => self.array(elements, element),
            Expr::Quantified { op, expr, array, all } => self.quantified(*op, expr, array, *all),
            Expr::Subquery(query) => self.subquery(query, ""),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Exists { relation, filter } => self.related(relation, filter, true),
            Expr::Related { relation, expr } => self.related(relation, expr, false),
        }
    }

    /// The expression where something that binds at least so tightly must stand.
    fn at(&self, least: u8, expr: &Expr) -> String {
        let written = self.write(expr);
        if written.level < least { format!("({})", written.text) } else { written.text }
    }

    /// As [`Scope::at`]; a literal leaves its type unsaid if it may.
    fn operand(&self, least: u8, expr: &Expr, bare: bool) -> String {
        match literal::bare(expr) {
            Some(text) if bare => text,
            _ => self.at(least, expr),
        }
    }

    /// Two operands of a comparison: a literal takes its type from what it is compared with.
    fn operands(&self, left: &Expr, right: &Expr) -> (String, String) {
        let (bare_left, bare_right) = (told_by(left, right), told_by(right, left));
        (self.operand(level::OTHER, left, bare_left), self.operand(level::OTHER, right, bare_right))
    }

    fn between(&self, name: &str, own: u8, left: &Expr, right: &Expr) -> Sql {
        let (mut l, mut r) = self.operands(left, right);
        if own == level::OTHER {
            (l, r) = (in_parentheses(l, left), in_parentheses(r, right));
        }
        sql(format!("{l} {name} {r}"), own)
    }

    fn distinct(&self, left: &Expr, right: &Expr, not: &str) -> Sql {
        let (left, right) = self.operands(left, right);
        sql(format!("{left} is {not}distinct from {right}"), level::IS)
    }

    fn like(&self, expr: &Expr, pattern: &str, insensitive: bool, not: &str) -> Sql {
        let word = if insensitive { "ilike" } else { "like" };
        let bare = expr.data_type() == functions::TEXT;
        let left = self.operand(level::OTHER, expr, bare);
        sql(format!("{left} {not}{word} {}", literal::quoted(pattern)), level::RANGE)
    }

    fn is_in(&self, expr: &Expr, values: &[Value], data_type: &DataType, not: &str) -> Sql {
        if values.is_empty() {
            return sql(if not.is_empty() { "false" } else { "true" }, level::ATOM);
        }
        let literals = values.iter().map(|value| Expr::Literal { value: value.clone(), data_type: data_type.clone() });
        let list: Vec<String> = literals.map(|literal| self.operand(level::ANY, &literal, told_by(&literal, expr))).collect();
        sql(format!("{} {not}in ({})", self.at(level::OTHER, expr), list.join(", ")), level::RANGE)
    }

    fn is(&self, expr: &Expr, test: IsTest, not: &str) -> Sql {
        let word = match test {
            IsTest::Null => "null",
            IsTest::True => "true",
            IsTest::False => "false",
            IsTest::Unknown => "unknown",
        };
        sql(format!("{} is {not}{word}", self.at(level::OTHER, expr)), level::IS)
    }

    fn not(&self, expr: &Expr) -> Sql {
        match expr {
            Expr::Is(expr, test) => self.is(expr, *test, "not "),
            Expr::IsDistinct(left, right) => self.distinct(left, right, "not "),
            Expr::Like { expr, pattern } => self.like(expr, &pattern.pattern, pattern.case_insensitive, "not "),
            Expr::In { expr, values, data_type } => self.is_in(expr, values, data_type, "not "),
            Expr::Subquery(query) if matches!(query.kind, SubqueryKind::Any { op: CompareOp::Eq, all: false, .. }) => {
                self.subquery(query, "not ")
            }
            other => sql(format!("not {}", self.at(level::OTHER, other)), level::NOT),
        }
    }

    fn chain(&self, terms: &[Expr], joiner: &str, own: u8, empty: &str) -> Sql {
        match terms {
            [] => sql(empty, level::ATOM),
            [one] => self.write(one),
            _ => sql(terms.iter().map(|term| self.at(level::NOT, term)).collect::<Vec<_>>().join(joiner), own),
        }
    }

    fn path(&self, base: &Expr, steps: &[JsonStep], as_text: bool) -> Sql {
        let mut out = match base {
            Expr::JsonPath { .. } => format!("({})", self.write(base).text),
            other => in_parentheses(self.at(level::OTHER, other), other),
        };
        for (index, step) in steps.iter().enumerate() {
            out.push_str(if as_text && index + 1 == steps.len() { " ->> " } else { " -> " });
            match step {
                JsonStep::Key(key) => out.push_str(&literal::quoted(key)),
                JsonStep::Index(index) => out.push_str(&index.to_string()),
            }
        }
        sql(out, level::OTHER)
    }

    fn case(&self, branches: &[(Expr, Expr)], otherwise: Option<&Expr>, data_type: &DataType) -> Sql {
        if let Some(text) = self.nullif(branches, otherwise) {
            return text;
        }
        let bare = may_be_bare(branches.iter().map(|(_, result)| result).chain(otherwise), data_type);
        let result = |expr: &Expr| self.operand(level::ANY, expr, bare && expr.data_type() == *data_type);
        let mut out = String::from("case");
        for (condition, value) in branches {
            out += &format!(" when {} then {}", self.write(condition).text, result(value));
        }
        if let Some(otherwise) = otherwise {
            out += &format!(" else {}", result(otherwise));
        }
        sql(out + " end", level::ATOM)
    }

    /// `nullif(a, b)`, if that is what it is.
    fn nullif(&self, branches: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Option<Sql> {
        let [(Expr::Compare { op: CompareOp::Eq, left, right }, Expr::Literal { value: Value::Null, .. })] = branches else {
            return None;
        };
        if otherwise != Some(left.as_ref()) {
            return None;
        }
        let (left, right) =
            (self.operand(level::ANY, left, told_by(left, right)), self.operand(level::ANY, right, told_by(right, left)));
        Some(sql(format!("nullif({left}, {right})"), level::ATOM))
    }

    fn alike(&self, name: &str, arguments: &[Expr], data_type: &DataType) -> Sql {
        sql(format!("{name}({})", self.list(arguments, data_type)), level::ATOM)
    }

    fn array(&self, elements: &[Expr], element: &ScalarType) -> Sql {
        let data_type = element.clone().into();
        if elements.is_empty() {
            return sql(format!("array[]::{}", type_sql(&DataType::Array(element.clone()))), level::CAST);
        }
        sql(format!("array[{}]", self.list(elements, &data_type)), level::ATOM)
    }

    /// Expressions of one type.
    fn list(&self, arguments: &[Expr], data_type: &DataType) -> String {
        let bare = may_be_bare(arguments.iter(), data_type);
        let one = |expr: &Expr| self.operand(level::ANY, expr, bare && expr.data_type() == *data_type);
        arguments.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn quantified(&self, op: CompareOp, expr: &Expr, array: &Expr, all: bool) -> Sql {
        let element = plain(array.data_type().element().clone().into());
        let left = self.operand(level::OTHER, expr, element == expr.data_type());
        let word = if all { "all" } else { "any" };
        // A query by itself would be one whose rows are looked through.
        let said = if matches!(array, Expr::Subquery(_)) { format!("::{}", type_sql(&array.data_type())) } else { String::new() };
        sql(format!("{left} {} {word} ({}{said})", op.as_sql(), self.write(array).text), level::COMPARE)
    }
}

/// What stands beside an operator that few know the rank of.
fn in_parentheses(text: String, expr: &Expr) -> String {
    let same_rank = match expr {
        Expr::Contains { .. } | Expr::JsonPath { .. } => true,
        Expr::Call { function, .. } => call::infix(function.name).is_some_and(|level| level == level::OTHER),
        _ => false,
    };
    if same_rank { format!("({text})") } else { text }
}

/// Whether a literal has the type that the other operand gives it.
fn told_by(literal: &Expr, other: &Expr) -> bool {
    literal::bare(other).is_none() && literal.data_type() == plain(other.data_type())
}

/// Whether literals among expressions of one type are read as of that type without saying so.
fn may_be_bare<'e>(mut all: impl Iterator<Item = &'e Expr>, data_type: &DataType) -> bool {
    *data_type == functions::TEXT || all.any(|expr| literal::bare(expr).is_none())
}

/// A type without its length or precision.
fn plain(data_type: DataType) -> DataType {
    match data_type {
        DataType::Scalar(ScalarType::Varchar(_)) => functions::TEXT,
        DataType::Scalar(ScalarType::Numeric(_)) => functions::NUMERIC,
        DataType::Array(ScalarType::Varchar(_)) => DataType::Array(ScalarType::Text),
        DataType::Array(ScalarType::Numeric(_)) => DataType::Array(ScalarType::Numeric(None)),
        other => other,
    }
}

/// A type's name.
fn type_sql(data_type: &DataType) -> String {
    match data_type.element() {
        ScalarType::Enum(name) if matches!(data_type, DataType::Array(_)) => format!("{}[]", name.to_sql()),
        ScalarType::Enum(name) => name.to_sql(),
        _ => data_type.to_string(),
    }
}

fn contain_sql(op: ContainOp) -> &'static str {
    match op {
        ContainOp::Contains => "@>",
        ContainOp::ContainedBy => "<@",
        ContainOp::Overlaps => "&&",
    }
}
