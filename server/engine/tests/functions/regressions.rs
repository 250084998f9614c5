//! Differences that were found once.

use tenon_model::{DataType, expression::functions};

use super::{Case, agree, answer, postgres::Postgres, scalar};

/// The signature, and the texts of the arguments.
const FOUND: &[(&str, &[&str])] = &[
    // Nothing is left of a difference, which is no underflow.
    ("-(double precision, double precision)", &["0.1", "0.1"]),
    // Of two shortest texts that are as near, the even one is shown.
    ("*(real, real)", &["1e20", "-3.078223e-14"]),
    // A product that is minus zero.
    ("*(double precision, double precision)", &["0", "-1"]),
    // The least number has no opposite.
    ("right(text, integer)", &["abc", "-2147483648"]),
    // PostgreSQL counts to the end even over nothing.
    ("repeat(text, integer)", &["", "2147483647"]),
    ("round(numeric, integer)", &["1", "2147483647"]),
    // The longest interval the other way round.
    ("*(interval, double precision)", &["178956970 years 7 mons 2147483647 days 2562047788:00:54.775807", "-1"]),
    // Seconds are summed before they are shown.
    ("date_part(text, time)", &["second", "07:20:14.395238"]),
    ("date_trunc(text, timestamp)", &["dow", "2020-01-01"]),
    ("date_trunc(text, interval)", &["week", "1 day"]),
    // To jsonb a scalar is an array of itself.
    ("->(jsonb, integer)", &["\"a\"", "-1"]),
];

#[test]
fn what_differed_once_does_not_again() {
    let mut postgres = Postgres::start();
    for (signature, texts) in FOUND {
        let function = functions::by_signature(signature).unwrap_or_else(|| panic!("{signature}"));
        let types: Vec<DataType> = function
            .parameters
            .iter()
            .map(|p| if let functions::Parameter::Type(t) = p { t.clone() } else { panic!("{signature} takes any type") })
            .collect();
        let values = texts.iter().zip(&types).map(|(text, t)| scalar(text, t.element())).collect();
        let case = [Case { types, values }];
        let theirs = postgres.ask(function, &case);
        let ours = answer(function, &case[0]);
        assert!(agree(&ours, &theirs[0]), "{signature} {texts:?}: {ours:?}, PostgreSQL {theirs:?}");
    }
}
