//! Which function a call means: PostgreSQL's rules for overloaded names, for the types that expressions have.
//!
//! Source: PostgreSQL, "Type Conversion", sections 10.2 and 10.3.

use super::{Function, Parameter, named};
use crate::{DataType, ScalarType};

/// What is known of an argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// Its type.
    Typed(DataType),
    /// A text in quotes, or null: it becomes what is wanted.
    Unknown,
}

/// How far a type is from another that it becomes without being asked; none if it does not.
#[must_use]
pub fn implicit(from: &DataType, to: &DataType) -> Option<u32> {
    use ScalarType as T;
    let (DataType::Scalar(a), DataType::Scalar(b)) = (from, to) else {
        return match (from, to) {
            (DataType::Array(a), DataType::Array(b)) if same(a, b) => Some(0),
            _ => None,
        };
    };
    if same(a, b) {
        return Some(0);
    }
    let place = |t: &T| match t {
        T::SmallInt => Some(0),
        T::Integer => Some(1),
        T::BigInt => Some(2),
        T::Numeric(_) => Some(3),
        T::Real => Some(4),
        T::Double => Some(5),
        _ => None,
    };
    match (a, b) {
        (T::Date, T::Timestamp) => Some(1),
        (T::Date, T::Timestamptz) => Some(2),
        (T::Timestamp, T::Timestamptz) => Some(1),
        (T::Enum(_), _) | (_, T::Enum(_)) => None,
        (a, b) => match (place(a)?, place(b)?) {
            (a, b) if a < b => Some(b - a),
            _ => None,
        },
    }
}

/// Whether values are of the same type, whatever its length or precision.
fn same(a: &ScalarType, b: &ScalarType) -> bool {
    let numeric = |t: &ScalarType| matches!(t, ScalarType::Numeric(_));
    a == b || (a.is_text() && b.is_text()) || (numeric(a) && numeric(b))
}

/// The function that a call of `name` with these arguments means.
///
/// # Errors
/// The functions of that name that take so many arguments: none fits, or several do as well.
pub fn resolve(name: &str, arguments: &[Argument]) -> Result<&'static Function, Vec<&'static Function>> {
    let possible: Vec<&'static Function> = named(name).iter().copied().filter(|f| f.takes(arguments.len())).collect();
    let mut fitting: Vec<(&'static Function, u32)> =
        possible.iter().filter_map(|f| distance(f, arguments).map(|d| (*f, d))).collect();
    let Some(least) = fitting.iter().map(|(_, distance)| *distance).min() else { return Err(possible) };
    fitting.retain(|(_, distance)| *distance == least);
    if let [(only, _)] = fitting[..] {
        return Ok(only);
    }
    by_known_types(&fitting, arguments).or_else(|| preferred(&fitting, arguments)).ok_or(possible)
}

/// How far the arguments are from the parameters together; none if one does not fit.
fn distance(function: &Function, arguments: &[Argument]) -> Option<u32> {
    let element = array_of(function, arguments);
    let one = |(index, argument): (usize, &Argument)| match (function.parameter(index)?, argument) {
        (_, Argument::Unknown) => Some(0),
        (Parameter::Type(to), Argument::Typed(from)) => implicit(from, to).map(|d| d * 10),
        (Parameter::AnyArray, Argument::Typed(DataType::Array(_))) => Some(5),
        (Parameter::AnyArray, Argument::Typed(_)) => None,
        (Parameter::Element, Argument::Typed(from)) => match element {
            Some(element) => implicit(from, &DataType::Scalar(element.clone())).map(|d| d * 10 + 5),
            None => Some(5),
        },
        (Parameter::Any, Argument::Typed(_)) => Some(8),
    };
    arguments.iter().enumerate().map(one).sum()
}

fn array_of<'a>(function: &Function, arguments: &'a [Argument]) -> Option<&'a ScalarType> {
    let index = function.parameters.iter().position(|p| *p == Parameter::AnyArray)?;
    match arguments.get(index)? {
        Argument::Typed(data_type) => Some(data_type.element()),
        Argument::Unknown => None,
    }
}

/// Of functions that fit as well: the one whose unknown arguments are of the type of a known one.
fn by_known_types(fitting: &[(&'static Function, u32)], arguments: &[Argument]) -> Option<&'static Function> {
    let known = arguments.iter().find_map(|a| if let Argument::Typed(t) = a { Some(t) } else { None })?;
    let is_known = |f: &Function| {
        arguments.iter().enumerate().filter(|(_, a)| **a == Argument::Unknown).all(|(index, _)| match f.parameter(index) {
            Some(Parameter::Type(to)) => implicit(known, to) == Some(0),
            _ => false,
        })
    };
    one(fitting.iter().filter(|(f, _)| is_known(f)))
}

/// Of functions that fit as well: the one whose unknown arguments are text, or else of the preferred type of their kind.
fn preferred(fitting: &[(&'static Function, u32)], arguments: &[Argument]) -> Option<&'static Function> {
    let all = |f: &Function, wanted: fn(&DataType) -> bool| {
        arguments.iter().enumerate().filter(|(_, a)| **a == Argument::Unknown).all(|(index, _)| match f.parameter(index) {
            Some(Parameter::Type(to)) => wanted(to),
            _ => false,
        })
    };
    let is_text = |t: &DataType| matches!(t, DataType::Scalar(s) if s.is_text());
    let is_preferred =
        |t: &DataType| matches!(t, DataType::Scalar(ScalarType::Double | ScalarType::Timestamptz | ScalarType::Boolean));
    one(fitting.iter().filter(|(f, _)| all(f, is_text))).or_else(|| one(fitting.iter().filter(|(f, _)| all(f, is_preferred))))
}

fn one<'a>(mut found: impl Iterator<Item = &'a (&'static Function, u32)>) -> Option<&'static Function> {
    let first = found.next()?;
    if found.next().is_some() { None } else { Some(first.0) }
}
