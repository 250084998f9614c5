//! Differences that were found once.

use tenon_model::{DataType, expression::functions};

use super::{Case, agree, answer, postgres::Postgres, scalar};

/// The signature, and the texts of the arguments.
const FOUND: &[(&str, &[&str])] = &[];

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
