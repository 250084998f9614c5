//! A column on SQLite: its storage class, the checks that keep its meaning whoever writes it, its default.
//!
//! Checks use built-in functions alone, so that any program can write to the tables.

use tenon_model::{Column, DataType, Default, Ident, ScalarType, Schema, Value};

use crate::tables::{computed, dump::text};

/// The storage class with its collation.
pub(super) fn storage(data_type: &DataType) -> &'static str {
    use ScalarType as T;
    match data_type {
        DataType::Array(_) => "TEXT",
        DataType::Scalar(T::SmallInt | T::Integer | T::BigInt | T::Boolean) => "INTEGER",
        DataType::Scalar(T::Real | T::Double) => "REAL",
        DataType::Scalar(T::Bytea) => "BLOB",
        DataType::Scalar(T::Numeric(_)) => "TEXT COLLATE tenon_numeric",
        DataType::Scalar(_) => "TEXT",
    }
}

/// `"name" TYPE …`; `key` says more about a column that is the row's number.
pub(super) fn definition(schema: &Schema, table: &Ident, column: &Column, key: Option<&str>) -> String {
    let mut out = format!("{} {}", column.name.quoted(), storage(&column.data_type));
    if let Some(key) = key {
        out.push_str(key);
    } else if column.not_null {
        out.push_str(" NOT NULL");
    }
    if let Some(value) = computed::own_value(schema, table, column) {
        out.push_str(&format!(" GENERATED ALWAYS AS ({value}) STORED"));
    }
    if let Some(default) = column.default.as_ref().and_then(|default| default_sql(column, default)) {
        out.push_str(" DEFAULT ");
        out.push_str(&default);
    }
    if let Some(check) = check(schema, &column.name, &column.data_type) {
        out.push_str(&format!(" CHECK ({check})"));
    }
    out
}

/// Whether a default is one value for all time, as `ALTER TABLE … ADD COLUMN` needs.
pub(super) fn is_constant(default: &Default) -> bool {
    matches!(default, Default::Literal(_))
}

/// A default's expression; none for what the database does not know.
pub(in crate::tables) fn default_sql(column: &Column, default: &Default) -> Option<String> {
    const NOW: &str = "rtrim(rtrim(strftime('%Y-%m-%dT%H:%M:%f', 'now'), '0'), '.')";
    Some(match default {
        Default::Expression(_) => return None,
        Default::Literal(value) => literal(value, &column.data_type),
        Default::Now if column.data_type.scalar() == Some(&ScalarType::Timestamp) => format!("({NOW})"),
        Default::Now => format!("({NOW} || '+00:00')"),
        Default::CurrentDate => "(date('now'))".to_owned(),
        Default::RandomUuid => "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || \
             substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || \
             substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))"
            .to_owned(),
    })
}

/// A value as SQLite keeps it.
pub(in crate::tables) fn literal(value: &Value, data_type: &DataType) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(flag) => i32::from(*flag).to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Bytes(bytes) => format!("x'{}'", hex::encode(bytes)),
        other => text(&other.to_text(data_type).unwrap_or_default()),
    }
}

/// What a value must fulfil.
fn check(schema: &Schema, name: &Ident, data_type: &DataType) -> Option<String> {
    use ScalarType as T;
    let c = name.quoted();
    let DataType::Scalar(scalar) = data_type else {
        return Some(format!("json_valid({c}) AND json_type({c}) = 'array'"));
    };
    Some(match scalar {
        T::Text | T::BigInt | T::Bytea => return None,
        // No column is of this type.
        T::Interval => return None,
        T::Varchar(length) => format!("length({c}) <= {length}"),
        T::SmallInt => format!("{c} BETWEEN -32768 AND 32767"),
        T::Integer => format!("{c} BETWEEN -2147483648 AND 2147483647"),
        T::Real => format!("abs({c}) <= 3.4028234663852886e38"),
        T::Double => format!("abs({c}) <= 1.7976931348623157e308"),
        T::Numeric(_) => format!("{c} GLOB '*[0-9]' AND {c} NOT GLOB '*[^-.0-9]*'"),
        T::Boolean => format!("{c} IN (0, 1)"),
        T::Date => format!("{c} IS date({c}) AND {c} >= '0001'"),
        T::Time => {
            let second = format!("substr({c}, 1, 8)");
            format!("{second} IS time({second}) AND {c} < '24' AND {}", fraction(&c, 9, 15, ""))
        }
        T::Timestamp => moment(&c, ""),
        T::Timestamptz => moment(&c, "+00:00"),
        T::Uuid => format!(
            "length({c}) = 36 AND {c} GLOB '????????-????-????-????-????????????' AND \
             length(replace({c}, '-', '')) = 32 AND {c} NOT GLOB '*[^-0-9a-f]*'"
        ),
        T::Json | T::Jsonb => format!("json_valid({c})"),
        T::Enum(of) => {
            let values = schema.enum_values(of.as_str()).iter().map(|v| text(v)).collect::<Vec<_>>();
            format!("{c} IN ({})", values.join(", "))
        }
    })
}

/// `YYYY-MM-DDTHH:MM:SS[.ffffff]` with the zone behind it.
fn moment(c: &str, zone: &str) -> String {
    let second = format!("substr({c}, 1, 19)");
    let longest = 26 + zone.len();
    format!("replace(datetime({second}), ' ', 'T') IS {second} AND {c} >= '0001' AND {}", fraction(c, 20, longest, zone))
}

/// From that character on nothing, or a point and one to six digits of which the last is not zero; then the zone.
fn fraction(c: &str, from: usize, longest: usize, zone: &str) -> String {
    let tail = format!("substr({c}, {from})");
    let digits = format!("substr({c}, {}) NOT GLOB '*[^0-9]*{zone}'", from + 1);
    format!("({tail} = '{zone}' OR ({tail} GLOB '.*[1-9]{zone}' AND length({c}) <= {longest} AND {digits}))")
}
