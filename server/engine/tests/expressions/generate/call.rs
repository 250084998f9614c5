//! Calls of functions and operators, all there are.

use tenon_model::{
    DataType, Expr, ScalarType, Value,
    expression::{
        FunctionRef,
        functions::{self, Function, Parameter, Returns},
    },
};

use super::{Generator, scalars};
use crate::texts;

impl Generator<'_> {
    pub(super) fn call(&mut self, data_type: &DataType, depth: u32) -> Option<Expr> {
        let fits = |function: &&'static Function| match &function.returns {
            Returns::Type(returns) => returns == data_type,
            Returns::SameArray => {
                matches!(data_type, DataType::Array(element) if !matches!(element, ScalarType::Json | ScalarType::Jsonb | ScalarType::Interval))
            }
            Returns::Element => !matches!(
                data_type,
                DataType::Array(_) | DataType::Scalar(ScalarType::Json | ScalarType::Jsonb | ScalarType::Interval)
            ),
        };
        let total = self.total;
        // What `make_interval` makes of too much depends on PostgreSQL's version.
        let found: Vec<&'static Function> =
            functions::all().filter(fits).filter(|f| f.name != "make_interval").filter(|f| !total || is_total(f)).collect();
        if found.is_empty() {
            return None;
        }
        let function = self.pick(&found);
        Some(self.call_of(function, data_type, depth))
    }

    /// A call of a function that gives that type.
    pub(crate) fn call_of(&mut self, function: &'static Function, data_type: &DataType, depth: u32) -> Expr {
        let element = match function.returns {
            Returns::Type(_) => loop {
                let scalar = self.pick(&scalars());
                if !matches!(scalar, ScalarType::Interval | ScalarType::Json | ScalarType::Jsonb) {
                    break scalar;
                }
            },
            _ => data_type.element().clone(),
        };
        let count = function.parameters.len() + if function.variadic { self.rng.usize(0..3) } else { 0 };
        let arguments = (0..count.min(8)).map(|index| self.argument(function, index, &element, depth)).collect();
        Expr::Call { function: FunctionRef(function), arguments }
    }

    fn argument(&mut self, function: &'static Function, index: usize, element: &ScalarType, depth: u32) -> Expr {
        let data_type = match function.parameter(index) {
            Some(Parameter::Type(data_type)) => data_type.clone(),
            Some(Parameter::AnyArray) => DataType::Array(element.clone()),
            Some(Parameter::Element) => element.clone().into(),
            _ => loop {
                let found = self.some_type();
                // How PostgreSQL writes these into a text is not what a cast to text writes.
                if !matches!(found, DataType::Array(_)) {
                    break found;
                }
            },
        };
        let fixed = texts::fixed(function, index);
        if let (Some(wanted), true) = (texts::wanted(function, index), fixed || self.rng.bool()) {
            return Expr::Literal { value: Value::Text(self.pick(wanted).to_owned()), data_type };
        }
        if fixed {
            return Expr::Literal { value: Value::Null, data_type };
        }
        // A length of two thousand million characters is the functions' own test's business.
        if data_type == functions::INTEGER && matches!(function.name, "repeat" | "lpad" | "rpad") {
            return Expr::Literal { value: Value::Int(self.rng.i64(-2..9)), data_type };
        }
        self.node(&data_type, depth)
    }
}

/// Whether a function never fails.
pub(crate) fn is_total(function: &Function) -> bool {
    const NAMES: &[&str] = &[
        "length",
        "char_length",
        "character_length",
        "octet_length",
        "bit_length",
        "upper",
        "lower",
        "trim",
        "btrim",
        "ltrim",
        "rtrim",
        "substr",
        "left",
        "right",
        "replace",
        "reverse",
        "strpos",
        "position",
        "starts_with",
        "translate",
        "concat",
        "concat_ws",
        "md5",
        "sign",
        "round",
        "trunc",
        "ceil",
        "ceiling",
        "floor",
        "scale",
        "min_scale",
        "trim_scale",
        "to_hex",
        "||",
        "~",
        "~*",
        "!~",
        "!~*",
        "&",
        "|",
        "#",
    ];
    let fails = matches!((function.name, function.parameters.len()), ("substr" | "substring", 3))
        || (matches!(function.name, "round" | "trunc") && function.parameters.len() > 1);
    NAMES.contains(&function.name) && !fails
}
