//! What an expression gives for a user. Null is SQL's null; what PostgreSQL would refuse (a text that is no number, a division
//! by zero) is null too, because a sign-in must not fail over it.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value};

use super::parse::{Binary, Expr, Function, Target};

type Row = Map<String, Value>;

pub(super) fn eval(expr: &Expr, row: &Row) -> Value {
    match expr {
        Expr::Value(value) => value.clone(),
        Expr::Column(name) => row.get(*name).cloned().unwrap_or_default(),
        Expr::Binary(op, left, right) => binary(*op, &eval(left, row), &eval(right, row)),
        Expr::Not(inner) => truth(&eval(inner, row)).map_or(Value::Null, |truth| Value::Bool(!truth)),
        Expr::Negate(inner) => binary(Binary::Subtract, &Value::from(0), &eval(inner, row)),
        Expr::IsNull(inner) => Value::Bool(eval(inner, row).is_null()),
        Expr::In(inner, list) => any_equal(&eval(inner, row), list, row),
        Expr::Like { insensitive, text, pattern } => like(*insensitive, &eval(text, row), &eval(pattern, row)),
        Expr::Case(branches, otherwise) => {
            let found = branches.iter().find(|(condition, _)| truth(&eval(condition, row)) == Some(true));
            found.map_or_else(|| eval(otherwise, row), |(_, result)| eval(result, row))
        }
        Expr::Call(function, args) => call(*function, &args.iter().map(|arg| eval(arg, row)).collect::<Vec<_>>()),
        Expr::Cast(target, inner) => cast(*target, eval(inner, row)),
    }
}

fn truth(value: &Value) -> Option<bool> {
    value.as_bool()
}

fn of(truth: Option<bool>) -> Value {
    truth.map_or(Value::Null, Value::Bool)
}

fn binary(op: Binary, left: &Value, right: &Value) -> Value {
    match op {
        Binary::And => of(match (truth(left), truth(right)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }),
        Binary::Or => of(match (truth(left), truth(right)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }),
        Binary::Distinct => Value::Bool(!same(left, right)),
        _ if left.is_null() || right.is_null() => Value::Null,
        Binary::Equal => Value::Bool(same(left, right)),
        Binary::NotEqual => Value::Bool(!same(left, right)),
        Binary::Less => of(compare(left, right).map(Ordering::is_lt)),
        Binary::LessOrEqual => of(compare(left, right).map(Ordering::is_le)),
        Binary::Greater => of(compare(left, right).map(Ordering::is_gt)),
        Binary::GreaterOrEqual => of(compare(left, right).map(Ordering::is_ge)),
        Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide => arithmetic(op, left, right),
        Binary::Concat => Value::from(format!("{}{}", text(left), text(right))),
        Binary::Get => member(left, right),
        Binary::GetText => match member(left, right) {
            Value::Null => Value::Null,
            found => Value::from(text(&found)),
        },
        Binary::HasKey => of(right.as_str().map(|key| left.get(key).is_some())),
    }
}

fn same(left: &Value, right: &Value) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(a), Some(b)) if left.as_i64() != right.as_i64() || left.as_i64().is_none() => compare_numbers(a, b).is_eq(),
        _ => left == right,
    }
}

fn compare_numbers(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        _ => match (left.as_i64(), right.as_i64()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => Some(compare_numbers(left.as_f64()?, right.as_f64()?)),
        },
    }
}

fn arithmetic(op: Binary, left: &Value, right: &Value) -> Value {
    if let (Some(a), Some(b)) = (left.as_i64(), right.as_i64()) {
        let result = match op {
            Binary::Add => a.checked_add(b),
            Binary::Subtract => a.checked_sub(b),
            Binary::Multiply => a.checked_mul(b),
            _ => a.checked_div(b),
        };
        return result.map_or(Value::Null, Value::from);
    }
    let (Some(a), Some(b)) = (left.as_f64(), right.as_f64()) else { return Value::Null };
    let result = match op {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        _ => a / b,
    };
    Number::from_f64(result).map_or(Value::Null, Value::Number)
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn member(value: &Value, key: &Value) -> Value {
    let found = match key {
        Value::String(key) => value.get(key),
        Value::Number(index) => match index.as_i64() {
            Some(index) if index < 0 => {
                let len = value.as_array().map_or(0, Vec::len);
                usize::try_from(index.unsigned_abs()).ok().and_then(|back| len.checked_sub(back)).and_then(|at| value.get(at))
            }
            Some(index) => usize::try_from(index).ok().and_then(|index| value.get(index)),
            None => None,
        },
        _ => None,
    };
    found.cloned().unwrap_or_default()
}

fn any_equal(value: &Value, list: &[Expr], row: &Row) -> Value {
    let found = list.iter().map(|item| truth(&binary(Binary::Equal, value, &eval(item, row))));
    found.fold(Value::Bool(false), |so_far, found| binary(Binary::Or, &so_far, &of(found)))
}

fn like(insensitive: bool, value: &Value, pattern: &Value) -> Value {
    let (Value::String(value), Value::String(pattern)) = (value, pattern) else { return Value::Null };
    let fold = |text: &str| if insensitive { text.to_lowercase() } else { text.to_owned() };
    let (value, pattern): (Vec<char>, Vec<char>) = (fold(value).chars().collect(), fold(pattern).chars().collect());
    Value::Bool(matches(&value, &pattern))
}

/// `%` stands for anything, `_` for one character, a backslash for the character after it. Linear but for the last `%`.
fn matches(value: &[char], pattern: &[char]) -> bool {
    let (mut at, mut p, mut star) = (0, 0, None);
    while at < value.len() {
        match pattern.get(p) {
            Some('%') => {
                star = Some((p, at));
                p += 1;
            }
            Some('_') => (at, p) = (at + 1, p + 1),
            Some('\\') if pattern.get(p + 1) == value.get(at) => (at, p) = (at + 1, p + 2),
            Some(c) if *c != '\\' && value.get(at) == Some(c) => (at, p) = (at + 1, p + 1),
            _ => match star {
                Some((before, from)) => {
                    star = Some((before, from + 1));
                    (at, p) = (from + 1, before + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '%')
}

fn call(function: Function, args: &[Value]) -> Value {
    let first = args.first().unwrap_or(&Value::Null);
    let on_text = |change: &dyn Fn(&str) -> Value| first.as_str().map_or(Value::Null, change);
    match function {
        Function::Coalesce => args.iter().find(|arg| !arg.is_null()).cloned().unwrap_or_default(),
        Function::NullIf if args.get(1).is_some_and(|other| same(first, other)) => Value::Null,
        Function::NullIf => first.clone(),
        Function::Lower => on_text(&|text| Value::from(text.to_lowercase())),
        Function::Upper => on_text(&|text| Value::from(text.to_uppercase())),
        Function::Length => on_text(&|text| Value::from(text.chars().count())),
        Function::Concat => Value::from(args.iter().map(text).collect::<String>()),
        Function::SplitPart => split_part(args),
        Function::Object => Value::Object(args.chunks_exact(2).map(|pair| (text(&pair[0]), pair[1].clone())).collect()),
        Function::Array => Value::Array(args.to_vec()),
    }
}

fn split_part(args: &[Value]) -> Value {
    let [Value::String(whole), Value::String(by), Value::Number(n)] = args else { return Value::Null };
    let Some(n) = n.as_u64().and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0) else { return Value::Null };
    let part = if by.is_empty() { (n == 1).then_some(whole.as_str()) } else { whole.split(by.as_str()).nth(n - 1) };
    Value::from(part.unwrap_or_default())
}

fn cast(target: Target, value: Value) -> Value {
    if value.is_null() {
        return Value::Null;
    }
    match target {
        Target::Text => Value::from(text(&value)),
        Target::Json => match &value {
            Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
            _ => value,
        },
        Target::Boolean => match text(&value).to_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "on" | "1" => Value::Bool(true),
            "f" | "false" | "n" | "no" | "off" | "0" => Value::Bool(false),
            _ => Value::Null,
        },
        Target::Integer => text(&value).trim().parse::<i64>().map_or(Value::Null, Value::from),
        Target::Number => text(&value).trim().parse::<f64>().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number),
    }
}
