//! The parsers.

use std::sync::LazyLock;

use tenon_model::{DataType, Ident, ScalarType, Schema, Value};

use crate::Target;

/// All parsers of outside text.
pub static TARGETS: &[Target] = &[
    Target {
        name: "value",
        seeds: &[
            "2013-01-01T06:00:00.25+02:00",
            "-12345.6789e-3",
            r#"{"a":[1,{"b":null}],"a":"x"}"#,
            r#"["a","b\"c",null]"#,
            "\\xdeadbeef",
            "9b2f5e0a-6b1d-4a1e-9d2c-0a1b2c3d4e5f",
            "true",
        ],
        words: &[
            "e",
            "-",
            ":",
            "T",
            "Z",
            "+14:00",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "\\u0000",
            "\\ud800",
            "NaN",
            "infinity",
            "1e999999999",
            "null",
            ",",
        ],
        run: value,
    },
    Target { name: "name", seeds: &["flights", "a b", "_tenon_keys", "\"x\""], words: &["_tenon_", "\"", " ", "ß"], run: name },
];

static SCHEMA: LazyLock<Schema> = LazyLock::new(Schema::default);

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Values of every type from text and from JSON. Law: what is written can be read again, and is then the same.
fn value(bytes: &[u8]) {
    let text = text(bytes);
    for scalar in [
        ScalarType::SmallInt,
        ScalarType::BigInt,
        ScalarType::Real,
        ScalarType::Double,
        ScalarType::Numeric(None),
        ScalarType::Boolean,
        ScalarType::Date,
        ScalarType::Time,
        ScalarType::Timestamp,
        ScalarType::Timestamptz,
        ScalarType::Uuid,
        ScalarType::Json,
        ScalarType::Jsonb,
        ScalarType::Bytea,
    ] {
        for data_type in [DataType::Scalar(scalar.clone()), DataType::Array(scalar)] {
            _ = Value::from_json(&text, &data_type, &SCHEMA);
            let Ok(value) = Value::parse(&text, &data_type, &SCHEMA) else { continue };
            let Some(written) = value.to_text(&data_type) else { continue };
            let again = Value::parse(&written, &data_type, &SCHEMA).map(|value| value.to_text(&data_type));
            assert_eq!(again.ok().flatten().as_ref(), Some(&written), "{data_type:?} does not read what it wrote");
        }
    }
}

/// Names. Law: a quoted name holds no quote that ends it early.
fn name(bytes: &[u8]) {
    if let Ok(name) = Ident::new(text(bytes)) {
        let quoted = name.quoted();
        assert!(!quoted[1..quoted.len() - 1].replace("\"\"", "").contains('"'));
    }
}
