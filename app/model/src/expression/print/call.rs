//! Functions and operators.

use super::{Scope, Sql, in_parentheses, level, literal, sql};
use crate::{
    DataType, Expr, ScalarType,
    expression::functions::{self, Argument, Function, Parameter},
};

/// How tightly an operator between two operands binds; none for functions.
pub(super) fn infix(name: &str) -> Option<u8> {
    Some(match name {
        "+" | "-" => level::SUM,
        "*" | "/" | "%" => level::PRODUCT,
        "^" => level::POWER,
        _ if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => return None,
        _ => level::OTHER,
    })
}

impl Scope {
    pub(super) fn call(&self, function: &'static Function, arguments: &[Expr]) -> Sql {
        let bare = bare_arguments(function, arguments);
        let one = |least: u8, index: usize| self.operand(least, &arguments[index], bare);
        match (function.name, arguments.len(), infix(function.name)) {
            (name, 1, Some(_)) => self.prefix(name, &arguments[0]),
            (name, 2, Some(own)) => {
                // Of one rank, what stands first is done first.
                let (mut left, mut right) = (one(own, 0), one(own + 1, 1));
                if own == level::OTHER && !matches!(&arguments[0], Expr::Call { function, .. } if function.name == name) {
                    left = in_parentheses(left, &arguments[0]);
                }
                if own == level::POWER {
                    left = one(own + 1, 0);
                }
                if right.starts_with('-') {
                    right = format!("({right})");
                }
                sql(format!("{left} {name} {right}"), own)
            }
            ("subscript", 2, _) => {
                let array = match &arguments[0] {
                    column @ (Expr::Column { .. } | Expr::Of { .. }) => self.write(column).text,
                    other => format!("({})", self.write(other).text),
                };
                sql(format!("{array}[{}]", one(level::ANY, 1)), level::CAST)
            }
            ("extract", 2, _) => {
                let field = literal::bare(&arguments[0]).unwrap_or_else(|| self.write(&arguments[0]).text);
                sql(format!("extract({field} from {})", one(level::ANY, 1)), level::ATOM)
            }
            ("position", 2, _) => sql(format!("position({} in {})", one(level::OTHER, 1), one(level::OTHER, 0)), level::ATOM),
            (name, count, _) => {
                let list: Vec<String> = (0..count).map(|index| one(level::ANY, index)).collect();
                sql(format!("{name}({})", list.join(", ")), level::ATOM)
            }
        }
    }

    fn prefix(&self, name: &str, operand: &Expr) -> Sql {
        // A sign before digits would be part of the number, and two of them a comment.
        let text = match literal::in_quotes(operand) {
            Some(literal) => literal.text,
            None => self.at(level::CAST, operand),
        };
        sql(format!("{name} {text}"), level::SIGN)
    }
}

/// Whether the call means the same function if its literals leave their types unsaid.
fn bare_arguments(function: &'static Function, arguments: &[Expr]) -> bool {
    if matches!(function.name, "->" | "->>") {
        return false;
    }
    let mut known = Vec::with_capacity(arguments.len());
    for (index, argument) in arguments.iter().enumerate() {
        if literal::bare(argument).is_none() {
            known.push(Argument::Typed(argument.data_type()));
            continue;
        }
        let told = match function.parameter(index) {
            Some(Parameter::Type(wanted)) => *wanted == argument.data_type(),
            Some(Parameter::Any) => argument.data_type() == DataType::Scalar(ScalarType::Text),
            _ => false,
        };
        if !told {
            return false;
        }
        known.push(Argument::Unknown);
    }
    functions::resolve(function.name, &known).is_ok_and(|found| std::ptr::eq(found, function))
}
