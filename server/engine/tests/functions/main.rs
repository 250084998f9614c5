//! The law that holds expressions together: every function gives in memory what PostgreSQL gives, value or error.
//!
//! `TENON_FUNCTION_CASES` says how many calls in all are compared, `TENON_FUNCTION_SEED` where the random numbers begin,
//! `TENON_FUNCTION_ONLY` which functions (a piece of their signature).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod known;
mod postgres;
mod regressions;
mod texts;
mod values;

use fastrand::Rng;
use tenon_model::{
    Code, DataType, ScalarType, Value,
    expression::functions::{self, Function, Parameter},
};

use self::postgres::Postgres;

/// One call.
#[derive(Debug)]
struct Case {
    types: Vec<DataType>,
    values: Vec<Value>,
}

/// What a call came to: canonical text, or the failure's class and message.
type Answer = Result<Option<String>, (Code, String)>;

fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn answer(function: &Function, case: &Case) -> Answer {
    match function.call(&case.values, &case.types) {
        Ok(value) => Ok(value.to_text(&function.result_type(&case.types))),
        Err(error) => Err((error.code, error.message)),
    }
}

/// Types for the parameters, as an expression might have them.
fn types(rng: &mut Rng, function: &Function) -> Vec<DataType> {
    let element = values::any_scalar(rng, function);
    let count = function.parameters.len() + if function.variadic { rng.usize(0..4) } else { 0 };
    let one = |index: usize, rng: &mut Rng| match function.parameter(index).unwrap() {
        Parameter::Type(data_type) => data_type.clone(),
        Parameter::AnyArray => DataType::Array(element.clone()),
        Parameter::Element => DataType::Scalar(element.clone()),
        Parameter::Any if rng.u8(0..6) == 0 => DataType::Array(values::any_scalar(rng, function)),
        Parameter::Any => DataType::Scalar(values::any_scalar(rng, function)),
    };
    (0..count).map(|index| one(index, rng)).collect()
}

/// The same value in both, or failures of the same class.
fn agree(ours: &Answer, theirs: &Answer) -> bool {
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => ours == theirs,
        (Err((ours, _)), Err((theirs, _))) => ours == theirs && *ours != Code::Internal,
        _ => false,
    }
}

fn compare(postgres: &mut Postgres, function: &Function, cases: &[Case], differences: &mut Vec<String>) {
    for (case, theirs) in cases.iter().zip(postgres.ask(function, cases)) {
        let ours = answer(function, case);
        if !agree(&ours, &theirs) && !known::difference(function, &ours, &theirs) {
            let arguments: Vec<_> = case.values.iter().zip(&case.types).map(|(v, t)| v.to_pg_text(t)).collect();
            differences.push(format!("{function} {arguments:?} {:?}\n     here: {ours:?}\n    there: {theirs:?}", case.types));
        }
    }
}

#[test]
fn every_function_gives_what_postgresql_gives() {
    let total: usize = setting("TENON_FUNCTION_CASES").map_or(20_000, |n| n.parse().unwrap());
    let seed: u64 = setting("TENON_FUNCTION_SEED").map_or(4, |n| n.parse().unwrap());
    let only = setting("TENON_FUNCTION_ONLY");
    let wanted = |function: &&Function| only.as_ref().is_none_or(|only| function.to_string().contains(only));
    let mut postgres = Postgres::start();
    let functions: Vec<&Function> = functions::all().filter(wanted).collect();
    let each = total.div_ceil(functions.len());
    let mut rng = Rng::with_seed(seed);
    let (mut compared, mut failures) = (0, Vec::new());
    for function in functions {
        let fixed = function.parameters.iter().all(|p| matches!(p, Parameter::Type(_))) && !function.variadic;
        let batch = if fixed { each.min(2_000) } else { each.div_ceil(8).min(200) };
        let (mut done, mut differences, begun) = (0, Vec::new(), std::time::Instant::now());
        while done < each {
            let types = types(&mut rng, function);
            let case = |rng: &mut Rng| Case { types: types.clone(), values: values::arguments(rng, function, &types) };
            let cases: Vec<Case> = (0..batch).map(|_| case(&mut rng)).collect();
            compare(&mut postgres, function, &cases, &mut differences);
            done += batch;
        }
        compared += done;
        if setting("TENON_FUNCTION_TIMES").is_some() {
            println!("{:>6} ms {function}", begun.elapsed().as_millis());
        }
        let more = differences.len().saturating_sub(4);
        failures.extend(differences.into_iter().take(4));
        if more > 0 {
            failures.push(format!("  … {more} more of {function}"));
        }
    }
    println!("{compared} calls compared, seed {seed}");
    assert!(failures.is_empty(), "{} differences, seed {seed}:\n{}", failures.len(), failures.join("\n"));
}

/// A value of a scalar type out of its text.
fn scalar(text: &str, scalar: &ScalarType) -> Value {
    Value::parse_scalar(text, scalar, &tenon_model::Schema::default()).unwrap_or_else(|error| panic!("{scalar} {text:?}: {error}"))
}
