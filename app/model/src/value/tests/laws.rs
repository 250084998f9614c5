use std::cmp::Ordering;

use jiff::civil::{Date, DateTime, Time};
use proptest::prelude::*;

use crate::{
    DataType, ScalarType, Schema, Value,
    value::{format_f32, format_f64, normalize_jsonb, numeric_text},
};

fn moment() -> impl Strategy<Value = DateTime> {
    (1..=9999_i16, 1..=12_i8, 1..=28_i8, 0..24_i8, 0..60_i8, 0..60_i8, 0..1_000_000_i32).prop_map(|(y, mo, d, h, mi, s, us)| {
        DateTime::from_parts(Date::new(y, mo, d).unwrap(), Time::new(h, mi, s, us * 1000).unwrap())
    })
}

/// JSON text, with odd spacing, escapes, exponents and repeated keys.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,2})?",
        ".{0,8}".prop_map(|text| serde_json::to_string(&text.replace('\0', "")).unwrap()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{} ]", items.join(" , "))),
            prop::collection::vec(("[a-c]{0,2}", inner), 0..4).prop_map(|items| format!(
                "{{{}}}",
                items.iter().map(|(k, v)| format!("\"{k}\" :{v}")).collect::<Vec<_>>().join(",")
            )),
        ]
    })
}

fn typed() -> impl Strategy<Value = (ScalarType, Value)> {
    prop_oneof![
        ".*".prop_map(|text| (ScalarType::Text, Value::Text(text.replace('\0', "")))),
        any::<i16>().prop_map(|n| (ScalarType::SmallInt, Value::Int(n.into()))),
        any::<i64>().prop_map(|n| (ScalarType::BigInt, Value::Int(n))),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| (ScalarType::Double, Value::Float(f + 0.0))),
        any::<f32>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| (ScalarType::Real, Value::Float(f64::from(f + 0.0)))),
        any::<bool>().prop_map(|flag| (ScalarType::Boolean, Value::Bool(flag))),
        moment().prop_map(|m| (ScalarType::Date, Value::Date(m.date()))),
        moment().prop_map(|m| (ScalarType::Time, Value::Time(m.time()))),
        moment().prop_map(|m| (ScalarType::Timestamp, Value::Timestamp(m))),
        moment().prop_map(|m| (ScalarType::Timestamptz, Value::Timestamptz(m))),
        any::<u128>().prop_map(|n| (ScalarType::Uuid, Value::Uuid(uuid::Uuid::from_u128(n)))),
        prop::collection::vec(any::<u8>(), 0..20).prop_map(|bytes| (ScalarType::Bytea, Value::Bytes(bytes))),
        json().prop_map(|text| (ScalarType::Json, Value::Json(text))),
        json().prop_map(|text| (ScalarType::Jsonb, Value::Json(normalize_jsonb(&text).unwrap()))),
        "-?[0-9]{1,30}(\\.[0-9]{1,20})?"
            .prop_map(|text| (ScalarType::Numeric(None), Value::Numeric(numeric_text(&text, None).unwrap().parse().unwrap()))),
    ]
}

proptest! {
    #[test]
    fn text_reads_back((scalar, value) in typed()) {
        let data_type = DataType::Scalar(scalar.clone());
        let text = value.to_text(&data_type).unwrap();
        let back = Value::parse(&text, &data_type, &Schema::default()).unwrap();
        prop_assert_eq!(&back, &value);
        prop_assert_eq!(back.to_text(&data_type).unwrap(), text);
    }

    #[test]
    fn json_reads_back((scalar, value) in typed()) {
        for (data_type, value) in [(DataType::Scalar(scalar.clone()), value.clone()), (DataType::Array(scalar.clone()), Value::Array(vec![value.clone(), Value::Null]))] {
            let mut out = Vec::new();
            value.write_json(&mut out, &data_type);
            let text = String::from_utf8(out).unwrap();
            // A json null is null.
            if value != Value::Json("null".into()) && value != Value::Array(vec![Value::Json("null".into()), Value::Null]) {
                prop_assert_eq!(Value::from_json(&text, &data_type, &Schema::default()).unwrap(), value);
            }
        }
    }

    #[test]
    fn postgresql_text_reads_back((scalar, value) in typed()) {
        let data_type = DataType::Array(scalar);
        let value = Value::Array(vec![value, Value::Null]);
        let text = value.to_pg_text(&data_type).unwrap();
        prop_assert_eq!(Value::parse(&text, &data_type, &Schema::default()).unwrap(), value);
    }

    #[test]
    fn moments_order_as_texts(a in moment(), b in moment()) {
        let text = |m| Value::Timestamptz(m).to_text(&ScalarType::Timestamptz.into()).unwrap();
        prop_assert_eq!(text(a).cmp(&text(b)), a.cmp(&b));
    }

    #[test]
    fn numerics_order_as_numbers(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000, scale in 0_u32..6) {
        let number = |n: i64| numeric_text(&format!("{n}e-{scale}"), None).unwrap().parse::<bigdecimal::BigDecimal>().unwrap();
        prop_assert_eq!(number(a).cmp(&number(b)), a.cmp(&b));
        prop_assert_eq!(number(a).cmp(&numeric_text(&format!("{a}0e-{}", scale + 1), None).unwrap().parse().unwrap()), Ordering::Equal);
    }

    #[test]
    fn jsonb_form_is_stable(text in json()) {
        let once = normalize_jsonb(&text).unwrap();
        prop_assert_eq!(normalize_jsonb(&once).unwrap(), once.clone());
        prop_assert!(serde_json::from_str::<serde_json::Value>(&once).is_ok());
    }

    #[test]
    fn floats_read_back(bits in any::<u64>()) {
        let (double, single) = (f64::from_bits(bits), f32::from_bits(u32::try_from(bits >> 32).unwrap()));
        let mut out = Vec::new();
        if double.is_finite() {
            format_f64(&mut out, double);
            prop_assert_eq!(std::str::from_utf8(&out).unwrap().parse::<f64>().unwrap(), double);
        }
        out.clear();
        if single.is_finite() {
            format_f32(&mut out, single);
            prop_assert_eq!(std::str::from_utf8(&out).unwrap().parse::<f32>().unwrap(), single);
        }
    }

    #[test]
    fn nothing_panics(text in ".*", json in "[\\[\\]{}\",:0-9a-z\\\\u.-]*") {
        let schema = Schema::default();
        for scalar in [ScalarType::Text, ScalarType::Varchar(3), ScalarType::Integer, ScalarType::Real, ScalarType::Double,
            ScalarType::Numeric(Some((3, 5))), ScalarType::Boolean, ScalarType::Date, ScalarType::Time, ScalarType::Timestamp,
            ScalarType::Timestamptz, ScalarType::Uuid, ScalarType::Json, ScalarType::Jsonb, ScalarType::Bytea] {
            for data_type in [DataType::Scalar(scalar.clone()), DataType::Array(scalar)] {
                let _ = Value::parse(&text, &data_type, &schema);
                let _ = Value::parse(&json, &data_type, &schema);
                let _ = Value::from_json(&json, &data_type, &schema);
            }
        }
    }
}
