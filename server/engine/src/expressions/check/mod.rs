//! Checks an expression against the schema: every name is found, every operand gets a type.

mod call;
mod condition;
mod json;
mod names;
mod place;
mod query;
mod select;
#[cfg(test)]
mod tests;
mod value;

use std::borrow::Cow;

use tenon_model::{
    Code, DataType, Error, Expr, Ident, ScalarType, Schema, Table, Value,
    expression::{
        FunctionRef, SourceId,
        functions::{self, Argument, BOOLEAN, TEXT, implicit},
    },
};

pub(crate) use self::place::Place;
pub(crate) use self::select::{Environment, select};
use super::syntax::{Kind, Node};
use crate::{sql::Located, tables::change::Position};

type Checked<T> = Result<T, Located>;

/// The expression that a node means over a row of a table, of the wanted type if one is wanted.
pub(crate) fn check(node: &Node, schema: &Schema, table: Option<&Ident>, wanted: Option<&DataType>) -> Checked<Expr> {
    check_at(Place::Anywhere, node, schema, table, wanted)
}

/// As [`check`], of an expression that stands there.
pub(crate) fn check_at(
    place: Place,
    node: &Node,
    schema: &Schema,
    table: Option<&Ident>,
    wanted: Option<&DataType>,
) -> Checked<Expr> {
    let row = match table {
        Some(name) => Some(schema.require_table(name.as_str()).map_err(|e| Located::new(e, node.at))?.as_ref()),
        None => None,
    };
    let mut checker = Checker::new(schema, row, place);
    let typed = checker.node(node)?;
    match wanted {
        Some(wanted) => checker.coerce(typed, wanted, node.at),
        None => checker.settle(typed, node.at),
    }
}

/// A part that was checked.
#[derive(Clone, Debug)]
enum Typed {
    Known(Expr),
    /// A text in quotes, or null: it becomes what is wanted.
    Unknown(Option<String>),
}

struct Checker<'s> {
    schema: &'s Schema,
    /// The table whose row the expression is about.
    row: Option<&'s Table>,
    /// Where it stands.
    place: Place,
    /// The queries around, outermost first.
    scopes: Vec<Vec<Reading<'s>>>,
    /// How many tables of queries have a number.
    sources: u32,
    /// Where aggregates may stand: whether one was found.
    aggregates: Option<bool>,
    /// How many parts were checked.
    parts: u32,
    /// What stands around: arguments of a function, queries of `with`.
    environment: Environment,
}

impl<'s> Checker<'s> {
    fn new(schema: &'s Schema, row: Option<&'s Table>, place: Place) -> Self {
        Self { schema, row, place, scopes: Vec::new(), sources: 0, aggregates: None, parts: 0, environment: Environment::default() }
    }
}

/// So many arguments may a call have, and an array elements that are no literals: SQLite is told by name.
const MAX_ARGUMENTS: usize = 8;

/// So many parts may an expression have, counting those that are written once and stand for several.
const MAX_PARTS: u32 = 50_000;

/// A table that a query reads.
struct Reading<'s> {
    id: SourceId,
    name: Ident,
    table: Cow<'s, Table>,
}

fn refuse<T>(code: Code, message: impl Into<String>, at: Position) -> Checked<T> {
    Err(Located::new(Error::new(code, message), at))
}

impl Checker<'_> {
    fn node(&mut self, node: &Node) -> Checked<Typed> {
        let at = node.at;
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return refuse(Code::TooComplex, format!("an expression has at most {MAX_PARTS} parts"), at);
        }
        Ok(Typed::Known(match &node.kind {
            Kind::Null => return Ok(Typed::Unknown(None)),
            Kind::Text(text) => return Ok(Typed::Unknown(Some(text.clone()))),
            Kind::Bool(flag) => literal(Value::Bool(*flag), BOOLEAN),
            Kind::Number(digits) => self.number(digits, at)?,
            Kind::Typed(type_name, text) => {
                let data_type = self.data_type(type_name, at)?;
                self.parse(text, &data_type, at)?
            }
            Kind::Cast(expr, type_name) => self.cast(expr, type_name, at)?,
            Kind::Name(parts) => self.name(parts, at)?,
            Kind::Parameter(name) => self.parameter(name, at)?,
            Kind::Call(call) => self.call(call, at)?,
            Kind::Prefix("+", operand) => return self.node(operand),
            Kind::Prefix(name, operand) => self.function(name, std::slice::from_ref(operand), at)?,
            Kind::Infix(name, left, right) => self.infix(name, left, right, at)?,
            Kind::Case { operand, branches, otherwise } => self.case(operand.as_deref(), branches, otherwise.as_deref(), at)?,
            Kind::Array(elements) => self.array(elements, at)?,
            Kind::Subscript(array, index) => {
                let arguments = [self.node(array)?, self.node(index)?];
                self.apply("subscript", arguments.into(), at)?
            }
            Kind::AtTimeZone(expr, zone) => self.at_time_zone(expr, zone, at)?,
            Kind::Scalar(query) => self.scalar(query)?,
            _ => self.condition(node)?,
        }))
    }

    /// A part that must be of a type.
    fn of_type(&mut self, node: &Node, wanted: &DataType) -> Checked<Expr> {
        let typed = self.node(node)?;
        self.coerce(typed, wanted, node.at)
    }

    /// The part as that type, if it is of it or becomes it without being asked.
    fn coerce(&self, typed: Typed, wanted: &DataType, at: Position) -> Checked<Expr> {
        match typed {
            Typed::Unknown(None) => Ok(literal(Value::Null, wanted.clone())),
            Typed::Unknown(Some(text)) => self.parse(&text, wanted, at),
            Typed::Known(expr) => {
                let own = expr.data_type();
                match implicit(&own, wanted) {
                    Some(0) => Ok(expr),
                    Some(_) => Ok(Expr::Cast { expr: Box::new(expr), to: wanted.clone() }),
                    None if *wanted == BOOLEAN => {
                        refuse(Code::InvalidValue, format!("a condition must be boolean, this is {own}"), at)
                    }
                    None => refuse(Code::InvalidValue, format!("this is {own}, {wanted} is wanted"), at),
                }
            }
        }
    }

    /// The part by itself: a text in quotes is text.
    fn settle(&self, typed: Typed, at: Position) -> Checked<Expr> {
        match typed {
            Typed::Known(expr) => Ok(expr),
            unknown => self.coerce(unknown, &TEXT, at),
        }
    }

    fn parse(&self, text: &str, data_type: &DataType, at: Position) -> Checked<Expr> {
        let mut value = Value::parse(text, data_type, self.schema).map_err(|e| Located::new(e, at))?;
        if let (Value::Array(elements), true) = (&mut value, is_json(data_type)) {
            // In arrays, json's null is null: as such it is kept.
            elements.iter_mut().filter(|e| matches!(e, Value::Json(json) if json == "null")).for_each(|e| *e = Value::Null);
        }
        Ok(literal(value, data_type.clone()))
    }

    fn number(&self, digits: &str, at: Position) -> Checked<Expr> {
        for scalar in [ScalarType::Integer, ScalarType::BigInt] {
            let data_type = scalar.into();
            if let Ok(value) = Value::parse(digits, &data_type, self.schema) {
                return Ok(literal(value, data_type));
            }
        }
        self.parse(digits, &functions::NUMERIC, at)
    }

    /// The parts as one type: that of those whose type is known.
    fn unify(&self, parts: Vec<(Typed, Position)>, what: &str) -> Checked<(Vec<Expr>, DataType)> {
        let mut common: Option<DataType> = None;
        for (part, at) in &parts {
            let Typed::Known(expr) = part else { continue };
            let own = plain(expr.data_type());
            common = Some(match common {
                None => own,
                Some(common) if implicit(&own, &common).is_some() => common,
                Some(common) if implicit(&common, &own).is_some() => own,
                Some(common) => {
                    return refuse(Code::InvalidValue, format!("{what} types {common} and {own} cannot be matched"), *at);
                }
            });
        }
        let common = common.unwrap_or(TEXT);
        let all = parts.into_iter().map(|(part, at)| self.coerce(part, &common, at)).collect::<Checked<_>>()?;
        Ok((all, common))
    }

    fn case(&mut self, operand: Option<&Node>, branches: &[(Node, Node)], otherwise: Option<&Node>, at: Position) -> Checked<Expr> {
        let mut conditions = Vec::with_capacity(branches.len());
        for (condition, _) in branches {
            conditions.push(match operand {
                Some(operand) => self.compare("=", operand, condition, condition.at)?,
                None => self.of_type(condition, &BOOLEAN)?,
            });
        }
        let results = branches.iter().map(|(_, result)| result).chain(otherwise);
        let results = results.map(|node| Ok((self.node(node)?, node.at))).collect::<Checked<Vec<_>>>()?;
        let (mut results, data_type) = self.unify(results, "CASE")?;
        let otherwise = otherwise.and_then(|_| results.pop()).map(Box::new);
        if results.len() != conditions.len() {
            return refuse(Code::Internal, "a case with results that are no branches", at);
        }
        Ok(Expr::Case { branches: conditions.into_iter().zip(results).collect(), otherwise, data_type })
    }

    fn array(&mut self, elements: &[Node], at: Position) -> Checked<Expr> {
        let elements = elements.iter().map(|node| Ok((self.node(node)?, node.at))).collect::<Checked<Vec<_>>>()?;
        let (elements, data_type) = self.unify(elements, "ARRAY")?;
        match data_type {
            DataType::Scalar(element @ (ScalarType::Interval | ScalarType::Json | ScalarType::Jsonb)) => {
                refuse(Code::Unsupported, format!("an array of {element} cannot be made"), at)
            }
            DataType::Scalar(_)
                if elements.len() > MAX_ARGUMENTS && elements.iter().any(|e| !matches!(e, Expr::Literal { .. })) =>
            {
                refuse(Code::TooComplex, format!("an array of more than {MAX_ARGUMENTS} elements is made of literals only"), at)
            }
            DataType::Scalar(element) => Ok(Expr::Array { elements, element }),
            DataType::Array(_) => refuse(Code::Unsupported, "arrays have one dimension", at),
        }
    }

    /// A call of a function of the list by name, with its arguments made to fit.
    fn function(&mut self, name: &str, arguments: &[impl std::borrow::Borrow<Node>], at: Position) -> Checked<Expr> {
        let arguments = arguments.iter().map(|node| self.node(node.borrow())).collect::<Checked<Vec<_>>>()?;
        self.apply(name, arguments, at)
    }

    fn apply(&self, name: &str, arguments: Vec<Typed>, at: Position) -> Checked<Expr> {
        if arguments.len() > MAX_ARGUMENTS {
            return refuse(Code::TooComplex, format!("a call takes at most {MAX_ARGUMENTS} arguments"), at);
        }
        let known: Vec<Argument> = arguments.iter().map(argument).collect();
        let function = functions::resolve(name, &known).map_err(|possible| no_function(name, &known, &possible, at))?;
        let array = array_argument(function, &known).map(plain);
        if let Some(array) = array.as_ref().filter(|array| is_json(array)) {
            return refuse(Code::Unsupported, format!("{name} takes no {array}"), at);
        }
        let mut fitted = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.into_iter().enumerate() {
            let wanted = match function.parameter(index) {
                Some(functions::Parameter::Type(data_type)) => Some(data_type.clone()),
                Some(functions::Parameter::Element) => array.as_ref().map(|a| a.element().clone().into()),
                Some(functions::Parameter::AnyArray) => array.clone(),
                Some(functions::Parameter::Any) | None => None,
            };
            let argument = match wanted {
                Some(wanted) => self.coerce(argument, &wanted, at)?,
                None => self.settle(argument, at)?,
            };
            // What comes of an array may be longer or finer than what was in it.
            let of_array = function.parameter(index) == Some(&functions::Parameter::AnyArray);
            fitted.push(match plain(argument.data_type()) {
                to if of_array && to != argument.data_type() => Expr::Cast { expr: Box::new(argument), to },
                _ => argument,
            });
        }
        for (index, check) in functions::literals(function) {
            match fitted.get(*index) {
                None | Some(Expr::Literal { value: Value::Null, .. }) => {}
                Some(Expr::Literal { value: Value::Text(text), .. }) => check(text).map_err(|e| Located::new(e, at))?,
                Some(_) => {
                    let message =
                        format!("argument {} of {name} must be a text in quotes: what it says is checked beforehand", index + 1);
                    return refuse(Code::Unsupported, message, at);
                }
            }
        }
        Ok(Expr::Call { function: FunctionRef(function), arguments: fitted })
    }
}

/// Whether values are json or arrays of it.
fn is_json(data_type: &DataType) -> bool {
    matches!(data_type.element(), ScalarType::Json | ScalarType::Jsonb)
}

fn array_argument(function: &functions::Function, known: &[Argument]) -> Option<DataType> {
    let is_array = |p: &functions::Parameter| *p == functions::Parameter::AnyArray;
    let given = known.iter().enumerate().find_map(|(index, argument)| match argument {
        Argument::Typed(data_type) if function.parameter(index).is_some_and(is_array) => Some(data_type.clone()),
        _ => None,
    });
    given.or_else(|| {
        known.iter().enumerate().find_map(|(index, argument)| match (argument, function.parameter(index)) {
            (Argument::Typed(data_type), Some(functions::Parameter::Element)) => Some(DataType::Array(data_type.element().clone())),
            _ => None,
        })
    })
}

fn argument(typed: &Typed) -> Argument {
    match typed {
        Typed::Known(expr) => Argument::Typed(expr.data_type()),
        Typed::Unknown(_) => Argument::Unknown,
    }
}

/// A type without its length or precision.
fn plain(data_type: DataType) -> DataType {
    match data_type {
        DataType::Scalar(ScalarType::Varchar(_)) => TEXT,
        DataType::Scalar(ScalarType::Numeric(_)) => functions::NUMERIC,
        DataType::Array(ScalarType::Varchar(_)) => DataType::Array(ScalarType::Text),
        DataType::Array(ScalarType::Numeric(_)) => DataType::Array(ScalarType::Numeric(None)),
        other => other,
    }
}

fn literal(value: Value, data_type: DataType) -> Expr {
    Expr::Literal { value, data_type }
}

fn no_function(name: &str, arguments: &[Argument], possible: &[&functions::Function], at: Position) -> Located {
    let types: Vec<String> = arguments
        .iter()
        .map(|argument| match argument {
            Argument::Typed(data_type) => data_type.to_string(),
            Argument::Unknown => "unknown".to_owned(),
        })
        .collect();
    let is_operator = !name.starts_with(|c: char| c.is_ascii_alphabetic());
    let message = match (is_operator, types.as_slice()) {
        (true, [operand]) => format!("operator does not exist: {name} {operand}"),
        (true, [left, right]) => format!("operator does not exist: {left} {name} {right}"),
        _ => format!("function {name}({}) does not exist", types.join(", ")),
    };
    let error = Error::new(Code::UnknownFunction, message);
    let possible = if possible.is_empty() { functions::named(name) } else { possible };
    let hint = if possible.is_empty() {
        let names = functions::all().map(|f| f.name).chain(call::SPECIAL);
        tenon_model::schema::nearest_name(name, names).map(|other| format!("did you mean \"{other}\"?"))
    } else {
        let signatures: Vec<String> = possible.iter().take(6).map(ToString::to_string).collect();
        Some(format!("there is {}", signatures.join(", ")))
    };
    match hint {
        Some(hint) => Located::new(error.with_hint(hint), at),
        None => Located::new(error, at),
    }
}
