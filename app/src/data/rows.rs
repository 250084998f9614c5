//! The engine's JSON as texts, without a detour over numbers: what the database says is what the screen shows.

use std::fmt;

use serde::{
    Deserialize,
    de::{Deserializer, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;
use tenon_model::{DataType, Error};

/// The values of a JSON object in their order.
pub(crate) struct Values<'a>(pub(crate) Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Values<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<&'de RawValue>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::with_capacity(24);
                while map.next_key::<IgnoredAny>()?.is_some() {
                    values.push(map.next_value()?);
                }
                Ok(values)
            }
        }
        deserializer.deserialize_map(InOrder).map(Self)
    }
}

/// The rows of an array of objects.
///
/// # Errors
/// If the text is none, which would be the engine's fault.
pub(crate) fn rows(json: &[u8]) -> Result<Vec<Values<'_>>, Error> {
    serde_json::from_slice(json).map_err(Error::internal)
}

/// The values of an object.
///
/// # Errors
/// As [`rows`].
pub(crate) fn object(json: &str) -> Result<Values<'_>, Error> {
    serde_json::from_str(json).map_err(Error::internal)
}

/// A value's canonical text; `None` for null.
pub(crate) fn text(value: &RawValue) -> Option<String> {
    let raw = value.get();
    match raw.as_bytes().first() {
        Some(b'n') => None,
        Some(b'"') => serde_json::from_str(raw).ok(),
        _ => Some(raw.to_owned()),
    }
}

/// A value of a column as a person sees and edits it: JSON as it is written, for its strings are no plain texts.
pub(crate) fn shown(value: &RawValue, data_type: &DataType) -> Option<String> {
    if data_type.is_json() { (value.get() != "null").then(|| value.get().to_owned()) } else { text(value) }
}

/// The one value of an embedded record; `None` if there is no record or the value is null.
pub(crate) fn embedded(value: &RawValue) -> Option<String> {
    let fields: Values<'_> = serde_json::from_str(value.get()).ok()?;
    fields.0.first().and_then(|value| text(value))
}

#[cfg(test)]
mod tests {
    use tenon_model::{DataType, ScalarType};

    use super::{embedded, rows, shown, text};

    #[test]
    fn numbers_keep_their_digits_and_columns_their_order() {
        let json = br#"[{"b":12345678901234567890.10,"a":"x\"y","c":null,"d":{"name":"Zoe"},"e":true,"f":null}]"#;
        let read = rows(json).unwrap();
        let values = &read[0].0;
        assert_eq!(text(values[0]).as_deref(), Some("12345678901234567890.10"));
        assert_eq!(text(values[1]).as_deref(), Some("x\"y"));
        assert_eq!(text(values[2]), None);
        assert_eq!(embedded(values[3]).as_deref(), Some("Zoe"));
        assert_eq!(text(values[4]).as_deref(), Some("true"));
        assert_eq!(embedded(values[5]), None);
        let json = DataType::Scalar(ScalarType::Jsonb);
        assert_eq!(shown(values[1], &json).as_deref(), Some(r#""x\"y""#));
        assert_eq!(shown(values[2], &json), None);
        assert_eq!(shown(values[1], &DataType::Scalar(ScalarType::Text)).as_deref(), Some("x\"y"));
    }
}
