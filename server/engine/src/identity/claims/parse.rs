//! From PostgreSQL's dialect of SQL to a typed form.

use serde_json::Value;
use sqlparser::{
    ast::{self, BinaryOperator as Op, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator},
    dialect::PostgreSqlDialect,
    parser::Parser,
    tokenizer::Token,
};

use super::COLUMNS;

/// The longest expression. Bytes.
const LONGEST: usize = 4000;

/// An expression over a user's row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Value(Value),
    Column(&'static str),
    Binary(Binary, Box<Self>, Box<Self>),
    Not(Box<Self>),
    Negate(Box<Self>),
    IsNull(Box<Self>),
    In(Box<Self>, Vec<Self>),
    Like { insensitive: bool, text: Box<Self>, pattern: Box<Self> },
    Case(Vec<(Self, Self)>, Box<Self>),
    Call(Function, Vec<Self>),
    Cast(Target, Box<Self>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Distinct,
    Add,
    Subtract,
    Multiply,
    Divide,
    Concat,
    Get,
    GetText,
    HasKey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Coalesce,
    NullIf,
    Lower,
    Upper,
    Length,
    Concat,
    SplitPart,
    Object,
    Array,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Text,
    Integer,
    Number,
    Boolean,
    Json,
}

type Parsed = Result<Expr, String>;

/// The expression of a text.
pub(super) fn parse(text: &str) -> Parsed {
    if text.trim().is_empty() || text.len() > LONGEST {
        return Err(format!("an expression has 1 to {LONGEST} characters"));
    }
    let dialect = PostgreSqlDialect {};
    let mut parser = Parser::new(&dialect).with_recursion_limit(60).try_with_sql(text).map_err(|error| error.to_string())?;
    let expr = parser.parse_expr().map_err(|error| error.to_string())?;
    let rest = parser.peek_token();
    if rest.token != Token::EOF {
        return Err(format!("something stands after the expression: {rest}"));
    }
    typed(&expr)
}

fn boxed(expr: &ast::Expr) -> Result<Box<Expr>, String> {
    typed(expr).map(Box::new)
}

fn typed(expr: &ast::Expr) -> Parsed {
    Ok(match expr {
        ast::Expr::Nested(inner) => typed(inner)?,
        ast::Expr::Identifier(name) => column(&name.value)?,
        ast::Expr::Value(value) => Expr::Value(literal(&value.value)?),
        ast::Expr::BinaryOp { left, op, right } => Expr::Binary(binary(op)?, boxed(left)?, boxed(right)?),
        ast::Expr::UnaryOp { op: UnaryOperator::Not, expr } => Expr::Not(boxed(expr)?),
        ast::Expr::UnaryOp { op: UnaryOperator::Minus, expr } => Expr::Negate(boxed(expr)?),
        ast::Expr::IsNull(inner) => Expr::IsNull(boxed(inner)?),
        ast::Expr::IsNotNull(inner) => Expr::Not(Box::new(Expr::IsNull(boxed(inner)?))),
        ast::Expr::IsDistinctFrom(a, b) => Expr::Binary(Binary::Distinct, boxed(a)?, boxed(b)?),
        ast::Expr::IsNotDistinctFrom(a, b) => Expr::Not(Box::new(Expr::Binary(Binary::Distinct, boxed(a)?, boxed(b)?))),
        ast::Expr::InList { expr, list, negated } => {
            negate(*negated, Expr::In(boxed(expr)?, list.iter().map(typed).collect::<Result<_, _>>()?))
        }
        ast::Expr::Like { negated, any: false, expr, pattern, escape_char: None } => negate(*negated, like(false, expr, pattern)?),
        ast::Expr::ILike { negated, any: false, expr, pattern, escape_char: None } => negate(*negated, like(true, expr, pattern)?),
        ast::Expr::Case { operand, conditions, else_result, .. } => case(operand.as_deref(), conditions, else_result.as_deref())?,
        ast::Expr::Cast { expr, data_type, .. } => Expr::Cast(target(data_type)?, boxed(expr)?),
        ast::Expr::Function(call) => function(call)?,
        other => return Err(format!("this is not understood: {other}")),
    })
}

fn column(name: &str) -> Parsed {
    let known = COLUMNS.into_iter().find(|column| name.eq_ignore_ascii_case(column));
    known.map(Expr::Column).ok_or_else(|| format!("there is no column {name}"))
}

fn literal(value: &ast::Value) -> Result<Value, String> {
    Ok(match value {
        ast::Value::SingleQuotedString(text) => Value::from(text.as_str()),
        ast::Value::Number(digits, _) => serde_json::from_str(digits).map_err(|_| format!("{digits} is no number"))?,
        ast::Value::Boolean(value) => Value::Bool(*value),
        ast::Value::Null => Value::Null,
        other => return Err(format!("this is not understood: {other}")),
    })
}

fn binary(op: &Op) -> Result<Binary, String> {
    Ok(match op {
        Op::And => Binary::And,
        Op::Or => Binary::Or,
        Op::Eq => Binary::Equal,
        Op::NotEq => Binary::NotEqual,
        Op::Lt => Binary::Less,
        Op::LtEq => Binary::LessOrEqual,
        Op::Gt => Binary::Greater,
        Op::GtEq => Binary::GreaterOrEqual,
        Op::Plus => Binary::Add,
        Op::Minus => Binary::Subtract,
        Op::Multiply => Binary::Multiply,
        Op::Divide => Binary::Divide,
        Op::StringConcat => Binary::Concat,
        Op::Arrow => Binary::Get,
        Op::LongArrow => Binary::GetText,
        Op::Question => Binary::HasKey,
        other => return Err(format!("the operator {other} is not understood")),
    })
}

fn negate(negated: bool, expr: Expr) -> Expr {
    if negated { Expr::Not(Box::new(expr)) } else { expr }
}

fn like(insensitive: bool, text: &ast::Expr, pattern: &ast::Expr) -> Parsed {
    Ok(Expr::Like { insensitive, text: boxed(text)?, pattern: boxed(pattern)? })
}

fn case(operand: Option<&ast::Expr>, whens: &[ast::CaseWhen], otherwise: Option<&ast::Expr>) -> Parsed {
    let operand = operand.map(typed).transpose()?;
    let branch = |when: &ast::CaseWhen| {
        let condition = typed(&when.condition)?;
        let condition = match &operand {
            Some(operand) => Expr::Binary(Binary::Equal, Box::new(operand.clone()), Box::new(condition)),
            None => condition,
        };
        Ok((condition, typed(&when.result)?))
    };
    let branches = whens.iter().map(branch).collect::<Result<_, String>>()?;
    Ok(Expr::Case(branches, Box::new(otherwise.map_or(Ok(Expr::Value(Value::Null)), typed)?)))
}

fn target(data_type: &ast::DataType) -> Result<Target, String> {
    Ok(match data_type.to_string().to_ascii_lowercase().as_str() {
        "text" | "varchar" => Target::Text,
        "int" | "integer" | "bigint" | "int4" | "int8" | "smallint" => Target::Integer,
        "numeric" | "double precision" | "float8" | "real" => Target::Number,
        "boolean" | "bool" => Target::Boolean,
        "json" | "jsonb" => Target::Json,
        other => return Err(format!("there is no cast to {other} here")),
    })
}

fn function(call: &ast::Function) -> Parsed {
    let name = call.name.to_string().to_ascii_lowercase();
    let FunctionArguments::List(list) = &call.args else { return Err(format!("this is not understood: {call}")) };
    let args = list.args.iter().map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => typed(expr),
        other => Err(format!("this is not understood: {other}")),
    });
    let args = args.collect::<Result<Vec<_>, _>>()?;
    let (function, fits) = match name.as_str() {
        "coalesce" => (Function::Coalesce, !args.is_empty()),
        "nullif" => (Function::NullIf, args.len() == 2),
        "lower" => (Function::Lower, args.len() == 1),
        "upper" => (Function::Upper, args.len() == 1),
        "length" | "char_length" => (Function::Length, args.len() == 1),
        "concat" => (Function::Concat, true),
        "split_part" => (Function::SplitPart, args.len() == 3),
        "jsonb_build_object" | "json_build_object" => (Function::Object, args.len().is_multiple_of(2)),
        "jsonb_build_array" | "json_build_array" => (Function::Array, true),
        _ => return Err(format!("there is no function {name}")),
    };
    if fits { Ok(Expr::Call(function, args)) } else { Err(format!("{name} wants another number of arguments")) }
}
