//! Functions, operators, `case`, arrays: PostgreSQL has them; SQLite calls the code that evaluates them in memory.

use tenon_model::{
    Code, CompareOp, DataType, Error, Expr, Result, ScalarType, Value,
    expression::{FunctionRef, functions::Postgres},
};

use super::{Alias, Builder, value};
use crate::database::calls::CallSpec;

/// `tenon_call` takes so many arguments.
const MAX_ARGUMENTS: usize = 8;

impl Builder<'_> {
    /// A call of a function or an operator.
    pub(super) fn call(&mut self, alias: Alias, function: FunctionRef, arguments: &[Expr]) -> Result<()> {
        if self.is_sqlite() {
            let types = arguments.iter().map(Expr::data_type).collect();
            return self.sqlite_call(alias, &CallSpec::Call { function, types }, arguments);
        }
        let is_text = function.result_type(&arguments.iter().map(Expr::data_type).collect::<Vec<_>>()).element().is_text();
        self.push("(");
        match function.postgres {
            Postgres::Same => {
                self.push(function.name).push("(");
                self.list(alias, arguments)?;
                self.push(")");
            }
            Postgres::Operator => self.operator(alias, function.name, arguments)?,
            Postgres::Template(template) => self.template(alias, template, arguments)?,
        }
        self.push(if is_text { ") collate \"C\"" } else { ")" });
        Ok(())
    }

    fn operator(&mut self, alias: Alias, name: &str, arguments: &[Expr]) -> Result<()> {
        match arguments {
            [only] => {
                self.push(name).push(" ");
                self.argument(alias, only)
            }
            [left, right] => {
                self.argument(alias, left)?;
                self.push(" ").push(name).push(" ");
                self.argument(alias, right)
            }
            _ => Err(Error::internal(format!("the operator {name} has {} operands", arguments.len()))),
        }
    }

    /// SQL with `$1`, `$2` … for the arguments.
    fn template(&mut self, alias: Alias, template: &str, arguments: &[Expr]) -> Result<()> {
        let mut rest = template;
        while let Some(at) = rest.find('$') {
            self.push(&rest[..at]);
            rest = &rest[at + 1..];
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let index: usize = rest[..digits].parse().map_err(Error::internal)?;
            let argument = arguments.get(index.wrapping_sub(1)).ok_or_else(|| Error::internal(template))?;
            self.argument(alias, argument)?;
            rest = &rest[digits..];
        }
        self.push(rest);
        Ok(())
    }

    fn list(&mut self, alias: Alias, arguments: &[Expr]) -> Result<()> {
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.expr(alias, argument)?;
        }
        Ok(())
    }

    /// An argument in parentheses, unless it is one thing anyway.
    fn argument(&mut self, alias: Alias, argument: &Expr) -> Result<()> {
        if matches!(argument, Expr::Column { .. } | Expr::Of { .. } | Expr::Call { .. }) {
            return self.expr(alias, argument);
        }
        self.push("(");
        self.expr(alias, argument)?;
        self.push(")");
        Ok(())
    }

    /// `tenon_call('…', …)`.
    pub(super) fn sqlite_call(&mut self, alias: Alias, spec: &CallSpec, arguments: &[Expr]) -> Result<()> {
        if arguments.len() > MAX_ARGUMENTS {
            return Err(Error::new(Code::TooComplex, format!("on SQLite a call takes at most {MAX_ARGUMENTS} arguments")));
        }
        let text = serde_json::to_string(spec).map_err(Error::internal)?;
        self.push("tenon_call('").push(&text.replace('\'', "''")).push("'");
        for argument in arguments {
            self.push(", ");
            self.expr(alias, argument)?;
        }
        // A call has one argument at least, so that all arities are registered alike.
        self.push(if arguments.is_empty() { ", null)" } else { ")" });
        Ok(())
    }

    pub(super) fn case(&mut self, alias: Alias, branches: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Result<()> {
        self.push("case");
        for (condition, result) in branches {
            self.push(" when ");
            self.expr(alias, condition)?;
            self.push(" then ");
            self.expr(alias, result)?;
        }
        if let Some(otherwise) = otherwise {
            self.push(" else ");
            self.expr(alias, otherwise)?;
        }
        self.push(" end");
        Ok(())
    }

    pub(super) fn coalesce(&mut self, alias: Alias, arguments: &[Expr]) -> Result<()> {
        if let [only] = arguments {
            return self.expr(alias, only);
        }
        self.push("coalesce(");
        self.list(alias, arguments)?;
        self.push(")");
        Ok(())
    }

    /// SQLite's `max` of several is null if one is, and knows no order but its own.
    pub(super) fn extreme(&mut self, alias: Alias, greatest: bool, arguments: &[Expr], data_type: &DataType) -> Result<()> {
        if self.is_sqlite() {
            let values = self.enum_values(data_type);
            let spec = CallSpec::Extreme { greatest, data_type: data_type.clone(), values };
            return self.sqlite_call(alias, &spec, arguments);
        }
        self.push(if greatest { "greatest(" } else { "least(" });
        self.list(alias, arguments)?;
        self.push(")");
        Ok(())
    }

    pub(super) fn array(&mut self, alias: Alias, elements: &[Expr], element: &ScalarType) -> Result<()> {
        let literals: Option<Vec<Value>> =
            elements.iter().map(|e| if let Expr::Literal { value, .. } = e { Some(value.clone()) } else { None }).collect();
        if let (true, Some(values)) = (self.is_sqlite() && !elements.is_empty(), literals) {
            self.value(&Value::Array(values), &DataType::Array(element.clone()));
            return Ok(());
        }
        if self.is_sqlite() && !elements.is_empty() {
            return self.sqlite_call(alias, &CallSpec::Array { element: element.clone() }, elements);
        }
        if self.is_sqlite() {
            self.push("'[]'");
            return Ok(());
        }
        self.push("array[");
        self.list(alias, elements)?;
        self.push("]::").push(&value::postgres_type(&DataType::Array(element.clone())));
        Ok(())
    }

    /// The values of an enum type; none of another.
    pub(super) fn enum_values(&self, data_type: &DataType) -> Vec<String> {
        match data_type.element() {
            ScalarType::Enum(name) => self.schema.enum_values(name.as_str()).to_vec(),
            _ => Vec::new(),
        }
    }

    pub(super) fn quantified(&mut self, alias: Alias, op: CompareOp, expr: &Expr, array: &Expr, all: bool) -> Result<()> {
        if self.is_sqlite() {
            let (value, list) = (expr.data_type(), array.data_type());
            let values = self.enum_values(&list);
            let spec = CallSpec::Quantified { op, all, value, array: list, values };
            return self.sqlite_call(alias, &spec, &[expr.clone(), array.clone()]);
        }
        self.argument(alias, expr)?;
        self.push(" ").push(op.as_sql()).push(if all { " all (" } else { " any (" });
        self.expr(alias, array)?;
        if !matches!(array, Expr::Column { .. } | Expr::Of { .. }) {
            // A query by itself would be one whose rows are looked through.
            self.push("::").push(&value::postgres_type(&array.data_type()));
        }
        self.push(")");
        Ok(())
    }
}
