//! The parsers.

use std::sync::LazyLock;

use tenon_model::{
    DataType, Ident, ScalarType, Schema, Value,
    rest::{FilterNode, OrderTerm, RestQuery, SelectNode},
};

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
    Target {
        name: "filter",
        seeds: &[
            "and(origin.eq.JFK,or(dep_delay.gt.60,dep_delay.is.null))",
            "not.or(a.in.(1,2,\"x,\\\"y\"),b->c->>d.not.like(any).{a*,b*})",
            "age.gte.18",
            "a.fts(english).cat",
        ],
        words: &["and(", "or(", "not.", ".eq.", ".in.(", ",", ")", "\"", "\\", "->>", "->", "(any)", "{", "}", "is.null", "."],
        run: filter,
    },
    Target {
        name: "select",
        seeds: &[
            "*",
            "id,name:full_name::text,data->a->>b",
            "title,author!inner(name,books(*)),...origin(faa)",
            "a:b!fk_name!left(*)",
        ],
        words: &["(", ")", ",", ":", "::", "...", "!inner", "!", "->>", "->", "*", "\"", "count()", ".sum()", " "],
        run: select,
    },
    Target {
        name: "order",
        seeds: &["a.desc.nullslast,b", "rel(name).asc,data->x.desc.nullsfirst"],
        words: &[".desc", ".asc", ".nullsfirst", ".nullslast", ",", "(", ")", "->", "\""],
        run: order,
    },
    Target {
        name: "url",
        seeds: &[
            "select=a,r(b)&r.order=b.desc&r.limit=3&a=eq.5&or=(a.gt.1,b.lt.2)&limit=10&offset=5",
            "columns=a,b&on_conflict=a&r.s.not.and=(x.eq.1,y.is.true)",
        ],
        words: &[
            "&",
            "=",
            "select",
            "order",
            "limit",
            "offset",
            "columns",
            "on_conflict",
            "not.and",
            "or",
            ".",
            "(",
            ")",
            "eq.",
            "\"",
        ],
        run: url,
    },
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

/// Laws: what is printed reads as the same again, here and below.
fn filter(bytes: &[u8]) {
    if let Ok(filter) = FilterNode::parse(&text(bytes)) {
        let printed = filter.to_string();
        assert_eq!(FilterNode::parse(&printed).as_ref(), Ok(&filter), "{printed}");
    }
}

fn select(bytes: &[u8]) {
    if let Ok(items) = SelectNode::parse_list(&text(bytes)) {
        let printed = SelectNode::print_list(&items);
        assert_eq!(SelectNode::parse_list(&printed).as_ref(), Ok(&items), "{printed}");
    }
}

fn order(bytes: &[u8]) {
    if let Ok(terms) = OrderTerm::parse_list(&text(bytes)) {
        let printed = OrderTerm::print_list(&terms);
        assert_eq!(OrderTerm::parse_list(&printed).as_ref(), Ok(&terms), "{printed}");
    }
}

fn url(bytes: &[u8]) {
    let text = text(bytes);
    let params: Vec<_> =
        text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (k.into(), v.into())).collect();
    if let Ok(query) = RestQuery::parse(&params) {
        let printed = query.to_params();
        assert_eq!(RestQuery::parse(&printed).as_ref(), Ok(&query), "{printed:?}");
    }
}
