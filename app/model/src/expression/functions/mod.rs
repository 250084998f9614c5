//! The functions and operators of expressions: one list, by which expressions are checked, evaluated in memory, evaluated by
//! SQLite (which calls the same code) and written for PostgreSQL.
//!
//! What each does is PostgreSQL's, narrowed where `SEMANTICS.md` beside this folder says so.

mod arithmetic;
mod array;
mod json;
mod number;
mod resolve;
mod signature;
#[cfg(test)]
mod tests;
mod text;
mod time;

use std::{collections::HashMap, fmt, sync::LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub use self::resolve::{Argument, implicit, resolve};
use crate::{DataType, Error, Result, ScalarType, Value};

/// A function or an operator of one signature.
#[derive(Debug)]
pub struct Function {
    /// Its name in SQL, in lower case; an operator's sign, for example `||`.
    pub name: &'static str,
    /// The types of its arguments.
    pub parameters: &'static [Parameter],
    /// Whether the last parameter may be given any number of times (at least once).
    pub variadic: bool,
    /// The type of its result.
    pub returns: Returns,
    /// Whether any null argument makes it null without being asked (`strict`). Others get nulls to see.
    pub strict: bool,
    /// How PostgreSQL computes it.
    pub postgres: Postgres,
    /// Where it stands in the documentation and in completion.
    pub group: Group,
    /// What it does, in one line, for documentation and completion.
    pub help: &'static str,
    /// What it does. Arguments are of the parameters' types, as many as the signature says, none null if `strict`.
    pub evaluate: fn(&Arguments<'_>) -> Result<Value>,
}

/// The arguments of one call.
#[derive(Debug)]
pub struct Arguments<'a> {
    /// The values.
    pub values: &'a [Value],
    /// Their types, in the same order.
    pub types: &'a [DataType],
}

impl Arguments<'_> {
    /// The failure that the arguments are not of the parameters' types: a fault of who calls.
    #[must_use]
    pub fn mismatch(&self) -> Error {
        Error::internal(format!("a function was called with {:?}", self.types))
    }
}

/// What an argument may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// Of this type, or of one that becomes it without being asked (`integer` where `bigint` is wanted).
    Type(DataType),
    /// An array of any type.
    AnyArray,
    /// Of the type of the elements of the `AnyArray` argument.
    Element,
    /// Of any type.
    Any,
}

/// The type of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returns {
    /// This type.
    Type(DataType),
    /// The type of the `AnyArray` argument.
    SameArray,
    /// The type of its elements.
    Element,
}

/// How PostgreSQL computes a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Postgres {
    /// By the function of the same name.
    Same,
    /// By the operator of the same name, between its arguments (or before the only one).
    Operator,
    /// By this SQL, in which `$1`, `$2` … stand for the arguments, each of which is written once in parentheses if need be.
    /// It must cost no more than it seems to and give the same bytes whatever the server's settings are.
    Template(&'static str),
}

/// Where a function belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Operators on numbers and functions of them.
    Number,
    /// Text.
    Text,
    /// Dates, times and intervals.
    Time,
    /// `json` and `jsonb`.
    Json,
    /// Arrays.
    Array,
    /// What fits nowhere else.
    Other,
}

/// `smallint`.
pub const SMALLINT: DataType = DataType::Scalar(ScalarType::SmallInt);
/// `integer`.
pub const INTEGER: DataType = DataType::Scalar(ScalarType::Integer);
/// `bigint`.
pub const BIGINT: DataType = DataType::Scalar(ScalarType::BigInt);
/// `numeric`.
pub const NUMERIC: DataType = DataType::Scalar(ScalarType::Numeric(None));
/// `real`.
pub const REAL: DataType = DataType::Scalar(ScalarType::Real);
/// `double precision`.
pub const DOUBLE: DataType = DataType::Scalar(ScalarType::Double);
/// `text`.
pub const TEXT: DataType = DataType::Scalar(ScalarType::Text);
/// `boolean`.
pub const BOOLEAN: DataType = DataType::Scalar(ScalarType::Boolean);

/// All lists, in the order of the documentation.
fn lists() -> [&'static [Function]; 7] {
    [arithmetic::FUNCTIONS, number::FUNCTIONS, text::FUNCTIONS, time::FUNCTIONS, json::FUNCTIONS, array::FUNCTIONS, array::OTHERS]
}

/// Every function and operator.
pub fn all() -> impl Iterator<Item = &'static Function> {
    lists().into_iter().flatten()
}

static BY_NAME: LazyLock<HashMap<&'static str, Vec<&'static Function>>> = LazyLock::new(|| {
    let mut map: HashMap<_, Vec<_>> = HashMap::new();
    for function in all() {
        map.entry(function.name).or_default().push(function);
    }
    map
});

/// The functions of that name.
#[must_use]
pub fn named(name: &str) -> &'static [&'static Function] {
    BY_NAME.get(name).map_or(&[], Vec::as_slice)
}

static BY_SIGNATURE: LazyLock<HashMap<String, &'static Function>> =
    LazyLock::new(|| all().map(|function| (function.to_string(), function)).collect());

/// The function of that signature, as [`Function`]'s `Display` writes it.
#[must_use]
pub fn by_signature(signature: &str) -> Option<&'static Function> {
    BY_SIGNATURE.get(signature).copied()
}

/// `substr(text, integer)`, `concat(any, ...)`.
impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (index, parameter) in self.parameters.iter().enumerate() {
            f.write_str(if index > 0 { ", " } else { "" })?;
            match parameter {
                Parameter::Type(data_type) => data_type.fmt(f)?,
                Parameter::AnyArray => f.write_str("anyarray")?,
                Parameter::Element => f.write_str("anyelement")?,
                Parameter::Any => f.write_str("any")?,
            }
        }
        f.write_str(if self.variadic { ", ...)" } else { ")" })
    }
}

impl Function {
    /// The type of the result for arguments of these types.
    #[must_use]
    pub fn result_type(&self, arguments: &[DataType]) -> DataType {
        let array = || {
            let index = self.parameters.iter().position(|p| *p == Parameter::AnyArray)?;
            arguments.get(index)
        };
        match &self.returns {
            Returns::Type(data_type) => data_type.clone(),
            Returns::SameArray => array().cloned().unwrap_or(TEXT),
            Returns::Element => array().map_or(TEXT, |array| array.element().clone().into()),
        }
    }

    /// The parameter that an argument is for.
    #[must_use]
    pub fn parameter(&self, index: usize) -> Option<&Parameter> {
        match self.parameters.get(index) {
            None if self.variadic => self.parameters.last(),
            found => found,
        }
    }

    /// Whether it takes so many arguments.
    #[must_use]
    pub fn takes(&self, count: usize) -> bool {
        count == self.parameters.len() || (self.variadic && count > self.parameters.len())
    }

    /// Computes it: null if it is strict and an argument is.
    ///
    /// # Errors
    /// What the function refuses: `division by zero`, out of range …
    pub fn call(&self, values: &[Value], types: &[DataType]) -> Result<Value> {
        if self.strict && values.iter().any(Value::is_null) {
            return Ok(Value::Null);
        }
        (self.evaluate)(&Arguments { values, types })
    }
}

/// A function of the list, as an expression holds it. On the wire it is its signature.
#[derive(Clone, Copy, Debug)]
pub struct FunctionRef(pub &'static Function);

impl PartialEq for FunctionRef {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl std::ops::Deref for FunctionRef {
    type Target = Function;

    fn deref(&self) -> &Function {
        self.0
    }
}

impl Serialize for FunctionRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

impl<'de> Deserialize<'de> for FunctionRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let signature = String::deserialize(deserializer)?;
        by_signature(&signature).map(Self).ok_or_else(|| D::Error::custom(format!("there is no function {signature}")))
    }
}

/// A call in PostgreSQL's SQL; the arguments are SQL too.
#[must_use]
pub fn postgres(function: &Function, arguments: &[String]) -> String {
    match (function.postgres, arguments) {
        (Postgres::Operator, [only]) => format!("({} ({only}))", function.name),
        (Postgres::Operator, [left, right]) => format!("(({left}) {} ({right}))", function.name),
        (Postgres::Template(template), _) => {
            let mut out = String::from("(");
            let mut rest = template;
            while let Some(at) = rest.find('$') {
                let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
                let argument = rest[at + 1..at + 1 + digits].parse().ok().and_then(|n: usize| arguments.get(n.checked_sub(1)?));
                out.push_str(&rest[..at]);
                out.extend(["(", argument.map_or("null", String::as_str), ")"]);
                rest = &rest[at + 1 + digits..];
            }
            out + rest + ")"
        }
        _ => format!("{}({})", function.name, arguments.join(", ")),
    }
}

/// Checks the text of an argument that must be a literal, because what it says is checked before anything runs.
pub type CheckLiteral = fn(&str) -> Result<()>;

/// Which arguments of a function must be literals, and how each is checked.
#[must_use]
pub fn literals(function: &Function) -> &'static [(usize, CheckLiteral)] {
    use text::{check_flags, check_format, check_pattern, check_replacement};
    match (function.name, function.parameters.len()) {
        ("~" | "~*" | "!~" | "!~*" | "regexp_count" | "regexp_substr" | "regexp_split_to_array", _) | ("regexp_like", 2) => {
            &[(1, check_pattern)]
        }
        ("regexp_like", _) => &[(1, check_pattern), (2, check_flags)],
        ("regexp_replace", 3) => &[(1, check_pattern), (2, check_replacement)],
        ("regexp_replace", _) => &[(1, check_pattern), (2, check_replacement), (3, check_flags)],
        ("format", _) => &[(0, check_format)],
        ("extract" | "date_part" | "date_trunc", _) => &[(0, time::check_field)],
        ("timezone", _) => &[(0, time::check_zone)],
        ("to_char", _) => &[(1, time::check_shape)],
        _ => &[],
    }
}
