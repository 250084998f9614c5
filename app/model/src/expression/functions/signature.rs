//! The shorthand in which the lists of functions are written.

use super::{BIGINT, BOOLEAN, DOUBLE, INTEGER, NUMERIC, Parameter as P, REAL, Returns as R, SMALLINT, TEXT};
use crate::{DataType, ScalarType as S};

/// Lists functions of one group. Each line: name, parameters, result, whether nulls are seen (`nulls`) or not (`strict`),
/// how PostgreSQL does it, help, what it does.
macro_rules! functions {
    ($group:ident: $($name:literal [$($parameter:ident)*] -> $returns:ident $strict:ident $postgres:expr, $help:literal, $evaluate:expr;)*) => {
        &[$(
            $crate::expression::functions::Function {
                name: $name,
                parameters: &[$($crate::expression::functions::signature::parameter::$parameter),*],
                variadic: $crate::expression::functions::signature::mode::$strict.1,
                returns: $crate::expression::functions::signature::result::$returns,
                strict: $crate::expression::functions::signature::mode::$strict.0,
                postgres: $postgres,
                group: $crate::expression::functions::Group::$group,
                help: $help,
                evaluate: $evaluate,
            },
        )*]
    };
}

/// A function of arguments of these variants of [`crate::Value`], by name; `a;` before them names all of them.
macro_rules! with {
    ($a:ident; $($variant:ident $name:ident),* => $body:expr) => {
        |$a: &$crate::expression::functions::Arguments<'_>| {
            let [$($crate::Value::$variant($name)),*] = $a.values else { return Err($a.mismatch()) };
            $body
        }
    };
    ($($variant:ident $name:ident),* => $body:expr) => { with!(a; $($variant $name),* => $body) };
}

pub(super) use {functions, with};

/// (strict, variadic)
#[allow(dead_code, non_upper_case_globals, reason = "they read as words in the lists")]
pub(super) mod mode {
    pub(in super::super) const strict: (bool, bool) = (true, false);
    pub(in super::super) const nulls: (bool, bool) = (false, false);
    pub(in super::super) const strict_many: (bool, bool) = (true, true);
    pub(in super::super) const nulls_many: (bool, bool) = (false, true);
}

const DATE: DataType = DataType::Scalar(S::Date);
const TIME: DataType = DataType::Scalar(S::Time);
const TIMESTAMP: DataType = DataType::Scalar(S::Timestamp);
const TIMESTAMPTZ: DataType = DataType::Scalar(S::Timestamptz);
const INTERVAL: DataType = DataType::Scalar(S::Interval);
const UUID: DataType = DataType::Scalar(S::Uuid);
const JSON: DataType = DataType::Scalar(S::Json);
const JSONB: DataType = DataType::Scalar(S::Jsonb);
const BYTEA: DataType = DataType::Scalar(S::Bytea);
const TEXTS: DataType = DataType::Array(S::Text);

macro_rules! signatures {
    ($($name:ident)*) => {
        pub(super) mod parameter {
            use super::P;
            $(pub(in super::super) const $name: P = P::Type(super::$name);)*
            pub(in super::super) const ARRAY: P = P::AnyArray;
            pub(in super::super) const ELEMENT: P = P::Element;
            pub(in super::super) const ANY: P = P::Any;
        }
        pub(super) mod result {
            use super::R;
            $(#[allow(dead_code, reason = "not every type is a result")] pub(in super::super) const $name: R = R::Type(super::$name);)*
            pub(in super::super) const ARRAY: R = R::SameArray;
            pub(in super::super) const ELEMENT: R = R::Element;
        }
    };
}

signatures! {
    SMALLINT INTEGER BIGINT NUMERIC REAL DOUBLE TEXT BOOLEAN DATE TIME TIMESTAMP TIMESTAMPTZ INTERVAL UUID JSON JSONB BYTEA TEXTS
}
