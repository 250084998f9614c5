//! Types and their many names.

use sqlparser::tokenizer::Token;
use tenon_model::{Code, DataType, ScalarType};

use super::{Cursor, Located};
use crate::tables::change::TypeName;

/// A type with `[]` or `array` behind it or not.
pub(crate) fn data_type(c: &mut Cursor) -> Result<TypeName, Located> {
    c.accept(&["pg_catalog"]).then(|| c.accept_token(&Token::Period));
    let base = base_type(c)?;
    if !is_array(c)? {
        return Ok(base);
    }
    match base {
        TypeName::Known(DataType::Scalar(scalar)) => Ok(TypeName::Known(DataType::Array(scalar))),
        TypeName::Named { name, .. } => Ok(TypeName::Named { name, array: true }),
        _ => Err(c.refuse(Code::Unsupported, "an array of this type is not understood")),
    }
}

fn is_array(c: &mut Cursor) -> Result<bool, Located> {
    let array = if c.accept(&["array"]) {
        if c.accept_token(&Token::LBracket) {
            c.integer("a length")?;
            c.expect_token(&Token::RBracket)?;
        }
        true
    } else if c.accept_token(&Token::LBracket) {
        if *c.peek() != Token::RBracket {
            c.integer("\"]\"")?;
        }
        c.expect_token(&Token::RBracket)?;
        true
    } else {
        false
    };
    if array && *c.peek() == Token::LBracket {
        return Err(c.refuse(Code::Unsupported, "arrays have one dimension"));
    }
    Ok(array)
}

fn base_type(c: &mut Cursor) -> Result<TypeName, Located> {
    use ScalarType as S;
    if let Some(scalar) = plain_type(c) {
        return Ok(TypeName::Known(scalar.into()));
    }
    for (word, scalar) in [
        ("smallserial", S::SmallInt),
        ("serial2", S::SmallInt),
        ("serial", S::Integer),
        ("serial4", S::Integer),
        ("bigserial", S::BigInt),
        ("serial8", S::BigInt),
    ] {
        if c.accept(&[word]) {
            return Ok(TypeName::Serial(scalar));
        }
    }
    let scalar = if c.accept(&["double", "precision"]) {
        S::Double
    } else if c.accept(&["character", "varying"]) || c.accept(&["char", "varying"]) || c.accept(&["varchar"]) {
        varchar(c)?
    } else if c.accept(&["numeric"]) || c.accept(&["decimal"]) || c.accept(&["dec"]) {
        numeric(c)?
    } else if c.accept(&["float"]) {
        float(c)?
    } else if c.accept(&["timestamp"]) {
        precision(c)?;
        if zone(c)? { S::Timestamptz } else { S::Timestamp }
    } else if c.accept(&["timestamptz"]) {
        precision(c)?;
        S::Timestamptz
    } else if c.accept(&["time"]) {
        precision(c)?;
        if zone(c)? {
            return Err(c.refuse(Code::Unsupported, "time with time zone is not understood: use time or timestamptz"));
        }
        S::Time
    } else {
        return named_type(c);
    };
    Ok(TypeName::Known(scalar.into()))
}

/// A type of one word without parameters.
fn plain_type(c: &mut Cursor) -> Option<ScalarType> {
    use ScalarType as S;
    let types = [
        ("text", S::Text),
        ("smallint", S::SmallInt),
        ("int2", S::SmallInt),
        ("integer", S::Integer),
        ("int", S::Integer),
        ("int4", S::Integer),
        ("bigint", S::BigInt),
        ("int8", S::BigInt),
        ("real", S::Real),
        ("float4", S::Real),
        ("float8", S::Double),
        ("boolean", S::Boolean),
        ("bool", S::Boolean),
        ("date", S::Date),
        ("uuid", S::Uuid),
        ("json", S::Json),
        ("jsonb", S::Jsonb),
        ("bytea", S::Bytea),
    ];
    types.into_iter().find(|(word, _)| c.accept(&[word])).map(|(_, scalar)| scalar)
}

/// Names of PostgreSQL's types that Tenon does not have; a type of the schema may not be called so either.
pub(crate) const UNKNOWN_TYPES: [&str; 36] = [
    "bit",
    "box",
    "bpchar",
    "char",
    "character",
    "cidr",
    "circle",
    "citext",
    "cstring",
    "geography",
    "geometry",
    "hstore",
    "inet",
    "interval",
    "line",
    "lseg",
    "ltree",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "oid",
    "path",
    "pg_lsn",
    "point",
    "polygon",
    "record",
    "regclass",
    "timetz",
    "tsquery",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "vector",
    "void",
    "xml",
];

fn named_type(c: &mut Cursor) -> Result<TypeName, Located> {
    if UNKNOWN_TYPES.iter().any(|word| c.sees(&[word])) {
        let hint = "the types are text, varchar(n), smallint, integer, bigint, real, double precision, numeric(p,s), boolean, \
                    date, time, timestamp, timestamptz, uuid, json, jsonb, bytea, enums, and arrays of these";
        let message = format!("the type {} is not understood", c.peek());
        return Err(c.refuse(Code::Unsupported, message).hint(hint.to_owned()));
    }
    let name = c.qualified_name("a type")?;
    if *c.peek() == Token::LParen {
        return Err(c.refuse(Code::Unsupported, format!("the type {name} takes no parameters")));
    }
    Ok(TypeName::Named { name, array: false })
}

fn varchar(c: &mut Cursor) -> Result<ScalarType, Located> {
    if !c.accept_token(&Token::LParen) {
        return Ok(ScalarType::Text);
    }
    let out_of_range = c.refuse(Code::OutOfRange, "the length of varchar is 1 to 10485760");
    let length = c.integer("a length")?;
    c.expect_token(&Token::RParen)?;
    match u32::try_from(length) {
        Ok(length @ 1..=10_485_760) => Ok(ScalarType::Varchar(length)),
        _ => Err(out_of_range),
    }
}

fn numeric(c: &mut Cursor) -> Result<ScalarType, Located> {
    if !c.accept_token(&Token::LParen) {
        return Ok(ScalarType::Numeric(None));
    }
    let out_of_range = c.refuse(Code::OutOfRange, "numeric has 1 to 1000 digits, and behind the point no more than it has in all");
    let precision = c.integer("the number of digits")?;
    let scale = if c.accept_token(&Token::Comma) { c.integer("the number of digits behind the point")? } else { 0 };
    c.expect_token(&Token::RParen)?;
    match (u16::try_from(precision), u16::try_from(scale)) {
        (Ok(precision @ 1..=1000), Ok(scale)) if scale <= precision => Ok(ScalarType::Numeric(Some((precision, scale)))),
        _ => Err(out_of_range),
    }
}

fn float(c: &mut Cursor) -> Result<ScalarType, Located> {
    if !c.accept_token(&Token::LParen) {
        return Ok(ScalarType::Double);
    }
    let out_of_range = c.refuse(Code::OutOfRange, "float has 1 to 53 bits");
    let bits = c.integer("the number of bits")?;
    c.expect_token(&Token::RParen)?;
    match bits {
        1..=24 => Ok(ScalarType::Real),
        25..=53 => Ok(ScalarType::Double),
        _ => Err(out_of_range),
    }
}

/// `(6)`, which is what times have.
fn precision(c: &mut Cursor) -> Result<(), Located> {
    if c.accept_token(&Token::LParen) {
        let refused = c.refuse(Code::Unsupported, "times always have six digits behind the second");
        if c.integer("the number of digits")? != 6 {
            return Err(refused);
        }
        c.expect_token(&Token::RParen)?;
    }
    Ok(())
}

/// `with time zone` or not.
fn zone(c: &mut Cursor) -> Result<bool, Located> {
    if c.accept(&["with", "time", "zone"]) {
        return Ok(true);
    }
    c.accept(&["without", "time", "zone"]);
    Ok(false)
}
