use super::{Argument, Group, INTEGER, NUMERIC, Parameter, Returns, SMALLINT, TEXT, all, by_signature, literals, named, resolve};
use crate::{DataType, ScalarType, Value};

fn meaning(name: &str, arguments: &[Argument]) -> String {
    match resolve(name, arguments) {
        Ok(function) => function.to_string(),
        Err(possible) => format!("one of {}", possible.len()),
    }
}

#[test]
fn an_overloaded_name_means_what_it_means_in_postgresql() {
    let (small, integer, numeric) = (Argument::Typed(SMALLINT), Argument::Typed(INTEGER), Argument::Typed(NUMERIC));
    assert_eq!(meaning("+", &[small.clone(), small.clone()]), "+(smallint, smallint)");
    assert_eq!(meaning("+", &[small, integer.clone()]), "+(integer, integer)");
    assert_eq!(meaning("+", &[integer.clone(), numeric]), "+(numeric, numeric)");
    assert_eq!(meaning("+", &[integer, Argument::Unknown]), "+(integer, integer)");
    assert!(meaning("+", &[Argument::Typed(DataType::Scalar(ScalarType::Uuid)), Argument::Unknown]).starts_with("one of"));
}

#[test]
fn every_signature_stands_for_one_function() {
    for function in all() {
        assert!(std::ptr::eq(by_signature(&function.to_string()).unwrap(), function), "{function} is there twice");
        assert!(named(function.name).iter().any(|f| std::ptr::eq(*f, function)));
    }
}

/// What PostgreSQL 15 answers.
#[test]
fn quotients_have_postgresqls_digits() {
    let divide = by_signature("/(numeric, numeric)").unwrap();
    let numeric = |text: &str| Value::Numeric(text.parse().unwrap());
    for (x, y, quotient) in [
        ("1", "3", "0.33333333333333333333"),
        ("10", "3", "3.3333333333333333"),
        ("2", "3", "0.66666666666666666667"),
        ("-2", "3", "-0.66666666666666666667"),
        ("12345", "7", "1763.5714285714285714"),
        ("1", "1000000", "0.000001000000000000000000"),
        ("1.50", "0.5", "3.0000000000000000"),
        ("0", "7", "0.00000000000000000000"),
    ] {
        let found = divide.call(&[numeric(x), numeric(y)], &[NUMERIC, NUMERIC]).unwrap();
        assert_eq!(found.to_text(&NUMERIC).unwrap(), quotient, "{x} / {y}");
    }
}

/// The list of functions as documentation. `UPDATE=1 cargo test -p tenon-model` writes it anew.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn the_documented_functions_are_those_there_are() {
    use std::fmt::Write as _;
    let mut text = String::from(
        "# Functions and operators\n\nWritten by a test out of the list in `functions/`; what they mean \
        in detail is in `SEMANTICS.md`.\n",
    );
    let groups = [Group::Number, Group::Text, Group::Time, Group::Json, Group::Array, Group::Other];
    for group in groups {
        let _ = write!(text, "\n## {group:?}\n\n| function | result | meaning |\n|---|---|---|\n");
        for function in all().filter(|f| f.group == group) {
            let result = match &function.returns {
                Returns::Type(data_type) => data_type.to_string(),
                Returns::SameArray => "anyarray".to_owned(),
                Returns::Element => "anyelement".to_owned(),
            };
            let (signature, help) = (function.to_string().replace('|', "\\|"), function.help.replace('|', "\\|"));
            let literal = if literals(function).is_empty() { "" } else { "; takes a literal" };
            let _ = writeln!(text, "| `{signature}` | {result} | {help}{literal} |");
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/expression/FUNCTIONS.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap() == text, "FUNCTIONS.md is out of date: run UPDATE=1 cargo test -p tenon-model");
}

#[test]
fn a_documented_list_of_names_is_long_enough() {
    let names: std::collections::BTreeSet<_> = all().map(|f| f.name).filter(|n| n.starts_with(char::is_alphabetic)).collect();
    assert!(names.len() >= 60, "{}", names.len());
}

fn call(signature: &str, texts: &[&str]) -> String {
    let function = by_signature(signature).unwrap();
    let types: Vec<DataType> =
        function.parameters.iter().map(|p| if let Parameter::Type(t) = p { t.clone() } else { TEXT }).collect();
    let schema = crate::Schema::default();
    let values: Vec<Value> = texts.iter().zip(&types).map(|(text, t)| Value::parse(text, t, &schema).unwrap()).collect();
    match function.call(&values, &types) {
        Ok(value) => value.to_text(&function.result_type(&types)).unwrap_or_else(|| "null".to_owned()),
        Err(error) => error.message,
    }
}

/// What PostgreSQL 15 answers; the long comparison with it is the engine's.
#[test]
fn functions_give_what_postgresql_gives() {
    for (signature, arguments, answer) in [
        ("round(double precision)", &["2.5"][..], "2"),
        ("round(numeric, integer)", &["-2.345", "2"], "-2.35"),
        ("sqrt(numeric)", &["2"], "1.414213562373095"),
        ("abs(smallint)", &["-32768"], "smallint out of range"),
        ("upper(text)", &["straße"], "STRASSE"),
        ("right(text, integer)", &["abc", "-1"], "bc"),
        ("split_part(text, text, integer)", &["a,b,c", ",", "-1"], "c"),
        ("regexp_replace(text, text, text, text)", &["aXbx", "x", "<\\&>", "gi"], "a<X>b<x>"),
        ("+(date, interval)", &["2024-01-31", "1 month"], "2024-02-29T00:00:00"),
        ("age(timestamp, timestamp)", &["2024-03-01", "2023-12-31"], "2 mons 1 day"),
        ("*(interval, double precision)", &["1 month", "0.5"], "15 days"),
        ("extract(text, interval)", &["epoch", "1 month"], "2592000.000000"),
        ("to_char(date, text)", &["2024-02-05", "FMDay, DD.MM.YYYY"], "Monday, 05.02.2024"),
        ("jsonb_set(jsonb, text[], jsonb)", &["{\"a\": [1]}", "{a,-5}", "0"], "{\"a\": [0, 1]}"),
        ("-(jsonb, text)", &["[\"a\", \"b\"]", "a"], "[\"b\"]"),
    ] {
        assert_eq!(call(signature, arguments), answer, "{signature} {arguments:?}");
    }
}

#[test]
fn what_must_be_a_literal_is_checked() {
    for (signature, place, good, bad) in [
        ("~(text, text)", 1, "^a+$", "(?=a)"),
        ("regexp_replace(text, text, text)", 2, "\\&", "\\1"),
        ("regexp_replace(text, text, text, text)", 3, "gi", "n"),
        ("to_char(timestamp, text)", 1, "YYYY-MM", "TMMonth"),
        ("extract(text, date)", 0, "Year", "timezone"),
        ("timezone(text, timestamptz)", 0, "utc", "Europe/Berlin"),
        ("format(text, any, ...)", 0, "%-5s", "%*s"),
    ] {
        let (_, check) = literals(by_signature(signature).unwrap()).iter().find(|(at, _)| *at == place).unwrap();
        assert!(check(good).is_ok(), "{signature} {good}");
        assert!(check(bad).is_err(), "{signature} {bad}");
    }
}
