//! Schemas and rows: several tables that refer to each other, columns of all types, values at the edges.

use std::fmt::Write as _;

use fastrand::Rng;
use serde_json::{Value as Json, json};
use tenon_model::{DataType, Ident, ScalarType, Schema, Value};

use crate::values;

/// The types of columns.
pub(crate) const COLUMNS: [&str; 29] = [
    "text",
    "varchar(4)",
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "numeric",
    "numeric(8,2)",
    "boolean",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "uuid",
    "json",
    "jsonb",
    "bytea",
    "mood",
    "text[]",
    "integer[]",
    "numeric[]",
    "mood[]",
    "date[]",
    "boolean[]",
    "text",
    "bigint",
    "double precision[]",
    "varchar(3)[]",
];

const TABLES: [&str; 4] = ["people", "order", "Team Sheet", "notes"];

/// SQL that makes the tables. Names need quotes here and there, and tables share names of columns.
pub(crate) fn schema(rng: &mut Rng) -> String {
    let mut sql = String::from("create type mood as enum ('sad', 'ok', 'a''b', 'Happy');\n");
    for (index, table) in TABLES.iter().enumerate() {
        let _ =
            write!(sql, "create table \"{table}\" (id bigint primary key, parent bigint references \"{}\" (id)", TABLES[index / 2]);
        for (number, data_type) in COLUMNS.iter().enumerate() {
            if rng.u8(0..3) > 0 {
                let name = match number {
                    0 => "name".to_owned(),
                    3 => "select".to_owned(),
                    9 => "is_ok".to_owned(),
                    _ => format!("c{number}"),
                };
                let _ = write!(sql, ", \"{name}\" {data_type}");
            }
        }
        sql.push_str(");\n");
    }
    sql
}

/// The tables, each behind those it refers to.
pub(crate) fn tables() -> Vec<Ident> {
    TABLES.iter().map(|name| Ident::new(name).unwrap()).collect()
}

/// Rows of a table, as JSON.
pub(crate) fn rows(rng: &mut Rng, schema: &Schema, table: &Ident, count: usize) -> Json {
    let table = schema.table(table.as_str()).unwrap();
    let row = |id: usize, rng: &mut Rng| {
        let mut row = serde_json::Map::new();
        for column in &table.columns {
            let value = match column.name.as_str() {
                "id" => json!(id),
                "parent" if id == 0 || rng.bool() => Json::Null,
                "parent" => json!(rng.usize(0..id.min(4))),
                _ => {
                    let value = value(rng, schema, &column.data_type);
                    value.to_text(&column.data_type).map_or(Json::Null, |text| match &column.data_type {
                        DataType::Scalar(ScalarType::Json | ScalarType::Jsonb) | DataType::Array(_) => {
                            serde_json::from_str(&text).unwrap()
                        }
                        _ => Json::String(text),
                    })
                }
            };
            row.insert(column.name.as_str().to_owned(), value);
        }
        Json::Object(row)
    };
    Json::Array((0..count).map(|id| row(id, rng)).collect())
}

/// A value of a type that a column or a literal may have; null now and then.
pub(crate) fn value(rng: &mut Rng, schema: &Schema, data_type: &DataType) -> Value {
    if rng.u8(0..7) == 0 {
        return Value::Null;
    }
    match data_type {
        DataType::Scalar(scalar) => not_null(rng, schema, scalar),
        DataType::Array(scalar) => {
            let element = |rng: &mut Rng| if rng.u8(0..6) == 0 { Value::Null } else { not_null(rng, schema, scalar) };
            Value::Array((0..rng.usize(0..4)).map(|_| element(rng)).collect())
        }
    }
}

/// A value that is not null.
pub(crate) fn not_null(rng: &mut Rng, schema: &Schema, scalar: &ScalarType) -> Value {
    match scalar {
        ScalarType::Enum(name) => {
            let all = schema.enum_values(name.as_str());
            Value::Text(all[rng.usize(0..all.len())].clone())
        }
        ScalarType::Numeric(Some((precision, scale))) => {
            let most = 10_i64.pow(u32::from(*precision).min(8));
            let number = bigdecimal::BigDecimal::new(rng.i64(-most + 1..most).into(), i64::from(*scale));
            Value::Numeric(if rng.bool() {
                number
            } else {
                bigdecimal::BigDecimal::new(rng.i64(-300..300).into(), i64::from(*scale))
            })
        }
        // What is equal must be met now and then.
        ScalarType::Text if rng.bool() => Value::Text(["a", "ab", "", "B", "ß", "a%"][rng.usize(0..6)].to_owned()),
        ScalarType::BigInt | ScalarType::Integer if rng.bool() => Value::Int(rng.i64(-2..4)),
        ScalarType::Uuid if rng.bool() => Value::Uuid(uuid::Uuid::from_u128(rng.u128(0..3))),
        other => values::value(rng, other),
    }
}
