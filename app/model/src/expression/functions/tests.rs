use super::{Argument, INTEGER, NUMERIC, SMALLINT, all, by_signature, named, resolve};
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
    assert_eq!(meaning("+", &[Argument::Typed(DataType::Scalar(ScalarType::Uuid)), Argument::Unknown]), "one of 6");
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
