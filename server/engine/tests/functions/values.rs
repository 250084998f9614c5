//! Arguments worth meeting.

use fastrand::Rng;
use tenon_model::{
    DataType, ScalarType, Value,
    expression::functions::{Function, Parameter},
    value::Interval,
};

use super::{scalar, texts};

/// A type for a parameter that takes any.
pub(super) fn any_scalar(rng: &mut Rng, function: &Function) -> ScalarType {
    use ScalarType as T;
    let types = [
        T::Text,
        T::Integer,
        T::BigInt,
        T::Numeric(None),
        T::Double,
        T::Boolean,
        T::Date,
        T::Timestamp,
        T::Timestamptz,
        T::Time,
        T::Uuid,
        T::Jsonb,
        T::SmallInt,
        T::Real,
        T::Interval,
        T::Bytea,
        T::Varchar(20),
    ];
    let usable = |t: &T| function.name != "array_to_string" || !matches!(t, T::Jsonb);
    loop {
        let found = types[rng.usize(0..types.len())].clone();
        if usable(&found) {
            return found;
        }
    }
}

/// Values for the parameters of a function.
pub(super) fn arguments(rng: &mut Rng, function: &Function, types: &[DataType]) -> Vec<Value> {
    let one = |index: usize, data_type: &DataType, rng: &mut Rng| {
        if rng.u8(0..16) == 0 {
            return Value::Null;
        }
        let wanted = texts::wanted(function, index);
        use ScalarType as T;
        match (data_type, wanted, function.parameter(index)) {
            (DataType::Scalar(s), Some(wanted), Some(Parameter::Type(_))) if rng.u8(0..8) > 0 || texts::fixed(function, index) => {
                scalar(wanted[rng.usize(0..wanted.len())], s)
            }
            (DataType::Scalar(s), _, _) => value(rng, s),
            (DataType::Array(s), ..) => {
                Value::Array((0..rng.usize(0..5)).map(|_| if rng.u8(0..6) == 0 { Value::Null } else { value(rng, s) }).collect())
            }
        }
    };
    types.iter().enumerate().map(|(index, data_type)| one(index, data_type, rng)).collect()
}

fn pick<'a>(rng: &mut Rng, texts: &[&'a str]) -> &'a str {
    texts[rng.usize(0..texts.len())]
}

/// A value of a type: an edge half of the time.
pub(super) fn value(rng: &mut Rng, of: &ScalarType) -> Value {
    use ScalarType as T;
    let edge = rng.bool();
    match of {
        T::Text => Value::Text(text(rng)),
        T::Varchar(most) => Value::Text(text(rng).chars().take(*most as usize).collect::<String>().trim_end().to_owned()),
        T::SmallInt => Value::Int(whole(rng, i64::from(i16::MIN), i64::from(i16::MAX))),
        T::Integer => Value::Int(whole(rng, i64::from(i32::MIN), i64::from(i32::MAX))),
        T::BigInt => Value::Int(whole(rng, i64::MIN, i64::MAX)),
        T::Numeric(_) => scalar(&numeric(rng), of),
        T::Real => scalar(&float(rng, 30), of),
        T::Double => scalar(&float(rng, 250), of),
        T::Boolean => Value::Bool(edge),
        T::Date => scalar(&date(rng), of),
        T::Time => scalar(&time(rng), of),
        T::Timestamp | T::Timestamptz => scalar(&format!("{}T{}", date(rng), time(rng)), of),
        T::Interval => Value::Interval(interval(rng)),
        T::Uuid => Value::Uuid(uuid_of(rng.u128(..))),
        T::Json | T::Jsonb => scalar(&json(rng, 3), of),
        T::Bytea => Value::Bytes((0..rng.usize(0..12)).map(|_| if edge { rng.u8(..) } else { rng.u8(60..100) }).collect()),
        T::Enum(name) => panic!("the enum {name} is not of this test"),
    }
}

fn uuid_of(bits: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(bits)
}

fn whole(rng: &mut Rng, least: i64, most: i64) -> i64 {
    match rng.u8(0..8) {
        0 => least,
        1 => most,
        2 => 0,
        3 => rng.i64(least..=most),
        4 => least + rng.i64(0..3),
        _ => rng.i64(-12..=12),
    }
}

pub(super) fn numeric(rng: &mut Rng) -> String {
    const EDGES: &[&str] = &[
        "0",
        "0.0",
        "-0.00",
        "1",
        "1.0",
        "-1",
        "0.5",
        "-0.5",
        "1.5",
        "2.5",
        "-2.5",
        "0.05",
        "99.995",
        "9999",
        "10000",
        "9999.9999",
        "100000000",
        "0.0001",
        "0.00009999",
        "12345678901234567890.123456789",
        "-99999999999999999999999999999999",
        "1e-20",
        "-1e30",
        "2",
        "4",
        "16",
        "0.25",
        "1e40",
    ];
    if rng.bool() {
        return pick(rng, EDGES).to_owned();
    }
    let digits = |rng: &mut Rng, most: usize| (0..rng.usize(0..most)).map(|_| rng.digit(10)).collect::<String>();
    let (whole, fraction) = (digits(rng, 24), digits(rng, 12));
    let sign = if rng.bool() { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}0{whole}") } else { format!("{sign}0{whole}.{fraction}") }
}

fn float(rng: &mut Rng, most: i32) -> String {
    const EDGES: &[&str] =
        &["0", "0.5", "-0.5", "1.5", "2.5", "-2.5", "1", "-1", "0.1", "1e10", "-1e-7", "3", "1e20", "-1e20", "0.7", "1e-30", "100"];
    if rng.bool() {
        return pick(rng, EDGES).to_owned();
    }
    if rng.bool() {
        return format!("{}", f64::from(rng.i32(-10_000..10_000)) / 8.0);
    }
    format!("{}e{}", rng.f64() * if rng.bool() { -10.0 } else { 10.0 }, rng.i32(-most..most))
}

fn date(rng: &mut Rng) -> String {
    const EDGES: &[&str] = &[
        "0001-01-01",
        "9999-12-31",
        "2000-02-29",
        "1900-02-28",
        "1900-03-01",
        "2024-02-29",
        "2023-01-31",
        "2023-12-31",
        "2024-01-01",
        "2020-12-31",
        "2021-01-03",
        "2021-01-04",
        "1999-12-31",
        "1970-01-01",
        "0004-02-29",
        "2012-08-31",
        "2013-02-28",
    ];
    if rng.bool() {
        return pick(rng, EDGES).to_owned();
    }
    let year = if rng.bool() { rng.u16(1990..2040) } else { rng.u16(1..=9999) };
    format!("{year:04}-{:02}-{:02}", rng.u8(1..=12), rng.u8(1..=28))
}

fn time(rng: &mut Rng) -> String {
    const EDGES: &[&str] =
        &["00:00:00", "23:59:59.999999", "12:00:00", "12:34:56.789", "00:00:00.000001", "11:59:59.5", "13:00:00"];
    if rng.bool() {
        return pick(rng, EDGES).to_owned();
    }
    format!("{:02}:{:02}:{:02}.{:06}", rng.u8(0..24), rng.u8(0..60), rng.u8(0..60), rng.u32(0..1_000_000))
}

fn interval(rng: &mut Rng) -> Interval {
    let days = if rng.bool() { 0 } else { rng.i32(-400..400) };
    let micros = match rng.u8(0..4) {
        0 => 0,
        1 => rng.i64(-200_000..200_000) * 1_000_000,
        2 => rng.i64(-1_000_000_000_000..1_000_000_000_000),
        _ => rng.i64(-100..100) * 3_600_000_000,
    };
    match rng.u8(0..12) {
        0 => Interval { months: i32::MAX, days: i32::MAX, micros: i64::MAX },
        1 => Interval { months: -1_000_000_000, days: -2_000_000_000, micros: -5_000_000_000_000_000_000 },
        2 => Interval::default(),
        _ => Interval { months: if rng.bool() { 0 } else { rng.i32(-40..40) }, days, micros },
    }
}

pub(super) fn text(rng: &mut Rng) -> String {
    const EDGES: &[&str] = &[
        "",
        " ",
        "a",
        "A",
        "abc",
        "Abc Def",
        "straße",
        "İstanbul",
        "ΣΊΣΥΦΟΣ",
        "ΟΔΟΣ ",
        "e\u{301}a",
        "日本語",
        "😀x",
        "%s",
        "a,b,,c",
        ",",
        "aaa",
        "  padded ",
        "tab\tnewline\n",
        "'quote\" \\back",
        "ﬁn",
        "ŉ",
        "ǆ",
        "123",
        "-4.5",
        "O'Neill",
        "null",
        "x=1;y=2",
        "{a}",
    ];
    const ALPHABET: &[char] = &[
        'a', 'b', 'c', 'A', 'B', ' ', ',', '.', '-', '_', '1', '2', 'ß', 'é', '\u{301}', 'Σ', 'σ', '日', '😀', '\\', '\'', '"',
        'x', '\n',
    ];
    if rng.bool() {
        return pick(rng, EDGES).to_owned();
    }
    (0..rng.usize(0..10)).map(|_| ALPHABET[rng.usize(0..ALPHABET.len())]).collect()
}

pub(super) fn json(rng: &mut Rng, depth: u8) -> String {
    const KEYS: &[&str] = &["a", "b", "aa", "1", "ß", ""];
    match rng.u8(0..if depth == 0 { 6 } else { 10 }) {
        0 => "null".to_owned(),
        1 => pick(rng, &["true", "false"]).to_owned(),
        2 => pick(rng, &["1", "1.0", "-2.50", "1e3", "0", "12345678901234567890"]).to_owned(),
        3..=5 => serde_json::to_string(if rng.bool() { pick(rng, KEYS) } else { pick(rng, &["x", "\n", "\"q\"", "é"]) }).unwrap(),
        6 | 7 => {
            let elements: Vec<_> = (0..rng.usize(0..4)).map(|_| json(rng, depth - 1)).collect();
            format!("[{}]", elements.join(","))
        }
        _ => {
            let member = |rng: &mut Rng| format!("{}:{}", serde_json::to_string(pick(rng, KEYS)).unwrap(), json(rng, depth - 1));
            let members: Vec<_> = (0..rng.usize(0..4)).map(|_| member(rng)).collect();
            format!("{{{}}}", members.join(","))
        }
    }
}
