//! Conditions with the types of their columns.

use super::{column_expr, tree::Node};
use crate::{
    Code, CompareOp, DataType, Error, Expr, LikePattern, Result, ScalarType, Schema, Table, Value,
    expression::{ContainOp, IsTest},
    rest::{ColumnPath, FilterNode, LogicOp, Operand, Operator, Quantifier},
};

/// Makes the typed form of a filter over one table.
///
/// # Errors
/// [`Code::UnknownColumn`], [`Code::InvalidValue`], [`Code::OutOfRange`], [`Code::Unsupported`].
pub fn resolve_filter(filter: &FilterNode, schema: &Schema, table: &Table) -> Result<Expr> {
    resolve(filter, schema, table, &|_| None)
}

/// As [`resolve_filter`], where conditions may speak of embeds as a whole.
pub(super) fn resolve_in(filter: &FilterNode, schema: &Schema, node: &Node<'_>) -> Result<Expr> {
    resolve(filter, schema, node.table, &|name| node.child(name).map(super::tree::Child::exists))
}

fn resolve(filter: &FilterNode, schema: &Schema, table: &Table, embed: &dyn Fn(&str) -> Option<Expr>) -> Result<Expr> {
    match filter {
        FilterNode::Group { op, negated, children } => {
            let terms = children.iter().map(|child| resolve(child, schema, table, embed)).collect::<Result<_>>()?;
            let group = match op {
                LogicOp::And => Expr::And(terms),
                LogicOp::Or => Expr::Or(terms),
            };
            Ok(negate_if(*negated, group))
        }
        FilterNode::Condition { column, negated, operator, quantifier, operand } => {
            if column.steps.is_empty()
                && let Some(exists) = embed(&column.name)
                && let Some(there) = embed_test(column, *operator, operand, table)?
            {
                return Ok(negate_if(*negated == there, exists));
            }
            let subject = column_expr(column, table)?;
            let expr = match quantifier {
                None => test(subject, *operator, operand, schema)?,
                Some(quantifier) => quantified(&subject, *operator, *quantifier, operand, schema)?,
            };
            Ok(negate_if(*negated, expr))
        }
    }
}

fn negate_if(negated: bool, expr: Expr) -> Expr {
    if negated { Expr::Not(Box::new(expr)) } else { expr }
}

/// A condition on an embed as a whole: whether it asks for rows to be there. `None` if a column of that name is meant.
fn embed_test(column: &ColumnPath, operator: Operator, operand: &Operand, table: &Table) -> Result<Option<bool>> {
    match (operator, operand) {
        (Operator::Is, Operand::Value(word)) if word == "null" => Ok(Some(false)),
        (Operator::Is, Operand::Value(word)) if word == "not_null" => Ok(Some(true)),
        _ if table.column(&column.name).is_some() => Ok(None),
        _ => Err(Error::new(Code::EmbeddedOperator, format!("Bad operator on the '{}' embedded resource", column.name))
            .with_details("Only is null or not is null filters are allowed on embedded resources")),
    }
}

fn quantified(subject: &Expr, operator: Operator, quantifier: Quantifier, operand: &Operand, schema: &Schema) -> Result<Expr> {
    let values = match operand {
        Operand::List(values) => values.as_slice(),
        Operand::Value(value) => std::slice::from_ref(value),
    };
    let one = |value: &String| test(subject.clone(), operator, &Operand::Value(value.clone()), schema);
    let terms = values.iter().map(one).collect::<Result<_>>()?;
    Ok(match quantifier {
        Quantifier::Any => Expr::Or(terms),
        Quantifier::All => Expr::And(terms),
    })
}

fn test(subject: Expr, operator: Operator, operand: &Operand, schema: &Schema) -> Result<Expr> {
    let text = match (operator, operand) {
        (Operator::In, Operand::List(values)) => return in_list(subject, values, schema),
        (_, Operand::Value(text)) => text,
        (_, Operand::List(_)) => {
            return Err(Error::new(Code::InvalidSyntax, format!("the operator \"{}\" takes one value", operator.as_str())));
        }
    };
    match operator {
        Operator::Eq => compare(CompareOp::Eq, subject, text, schema),
        Operator::Neq => compare(CompareOp::Neq, subject, text, schema),
        Operator::Gt => compare(CompareOp::Gt, subject, text, schema),
        Operator::Gte => compare(CompareOp::Gte, subject, text, schema),
        Operator::Lt => compare(CompareOp::Lt, subject, text, schema),
        Operator::Lte => compare(CompareOp::Lte, subject, text, schema),
        Operator::Like => like(subject, text, false),
        Operator::Ilike => like(subject, text, true),
        Operator::In => in_list(subject, std::slice::from_ref(text), schema),
        Operator::Is => is(subject, text),
        Operator::Isdistinct => {
            let right = literal(&subject, "=", text, schema)?;
            Ok(Expr::IsDistinct(Box::new(subject), Box::new(right)))
        }
        Operator::Cs => contain(ContainOp::Contains, subject, text, schema),
        Operator::Cd => contain(ContainOp::ContainedBy, subject, text, schema),
        Operator::Ov => contain(ContainOp::Overlaps, subject, text, schema),
    }
}

/// The type that a value held against the subject has: without the limits that a stored value would be brought to.
fn operand_type(subject: &Expr) -> DataType {
    let unlimited = |scalar: ScalarType| match scalar {
        ScalarType::Varchar(_) => ScalarType::Text,
        ScalarType::Numeric(_) => ScalarType::Numeric(None),
        other => other,
    };
    match subject.data_type() {
        DataType::Scalar(scalar) => DataType::Scalar(unlimited(scalar)),
        DataType::Array(scalar) => DataType::Array(unlimited(scalar)),
    }
}

fn no_operator(subject: &Expr, operator: &str) -> Error {
    Error::new(Code::Unsupported, format!("operator does not exist: {} {operator} unknown", subject.data_type()))
        .with_hint("No operator matches the given name and argument types. You might need to add explicit type casts.")
}

fn literal(subject: &Expr, operator: &str, text: &str, schema: &Schema) -> Result<Expr> {
    let data_type = operand_type(subject);
    if *data_type.element() == ScalarType::Json {
        return Err(no_operator(subject, operator));
    }
    Ok(Expr::Literal { value: Value::parse(text, &data_type, schema)?, data_type })
}

fn compare(op: CompareOp, subject: Expr, text: &str, schema: &Schema) -> Result<Expr> {
    let right = Box::new(literal(&subject, op.as_sql(), text, schema)?);
    Ok(Expr::Compare { op, left: Box::new(subject), right })
}

fn in_list(subject: Expr, texts: &[String], schema: &Schema) -> Result<Expr> {
    let data_type = operand_type(&subject);
    if *data_type.element() == ScalarType::Json {
        return Err(no_operator(&subject, "="));
    }
    let values = texts.iter().map(|text| Value::parse(text, &data_type, schema)).collect::<Result<_>>()?;
    Ok(Expr::In { expr: Box::new(subject), values, data_type })
}

fn like(subject: Expr, pattern: &str, case_insensitive: bool) -> Result<Expr> {
    let is_text = subject.data_type().scalar().is_some_and(ScalarType::is_text);
    if !is_text {
        return Err(no_operator(&subject, if case_insensitive { "~~*" } else { "~~" }));
    }
    if pattern.contains('\0') {
        return Err(Error::new(Code::InvalidValue, "invalid byte sequence for encoding \"UTF8\": 0x00"));
    }
    let pattern = LikePattern { pattern: pattern.replace('*', "%"), case_insensitive };
    Ok(Expr::Like { expr: Box::new(subject), pattern })
}

fn is(subject: Expr, word: &str) -> Result<Expr> {
    let (test, negated) = match word {
        "null" => (IsTest::Null, false),
        "not_null" => (IsTest::Null, true),
        "true" => (IsTest::True, false),
        "false" => (IsTest::False, false),
        "unknown" => (IsTest::Unknown, false),
        _ => {
            return Err(Error::new(
                Code::InvalidSyntax,
                format!("\"is\" takes null, not_null, true, false or unknown, not \"{word}\""),
            ));
        }
    };
    let data_type = subject.data_type();
    if test != IsTest::Null && data_type != ScalarType::Boolean.into() {
        return Err(Error::new(
            Code::Unsupported,
            format!("argument of IS {} must be type boolean, not type {data_type}", word.to_ascii_uppercase()),
        ));
    }
    Ok(negate_if(negated, Expr::Is(Box::new(subject), test)))
}

fn contain(op: ContainOp, subject: Expr, text: &str, schema: &Schema) -> Result<Expr> {
    let sign = match op {
        ContainOp::Contains => "@>",
        ContainOp::ContainedBy => "<@",
        ContainOp::Overlaps => "&&",
    };
    let fits = match subject.data_type() {
        DataType::Array(_) => true,
        DataType::Scalar(scalar) => scalar == ScalarType::Jsonb && op != ContainOp::Overlaps,
    };
    if !fits {
        return Err(no_operator(&subject, sign));
    }
    let right = Box::new(literal(&subject, sign, text, schema)?);
    Ok(Expr::Contains { op, left: Box::new(subject), right })
}
