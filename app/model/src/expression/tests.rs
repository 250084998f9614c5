use super::{
    CompareOp, Context, ContextValue, Expr,
    evaluate::{Environment, Row},
};
use crate::{Ident, ScalarType, Schema, Value};

fn context() -> Context {
    Context { user: None, role: crate::Role::Anon, email: None, jwt: None, now: jiff::civil::date(2024, 2, 29).at(12, 0, 0, 0) }
}

fn column(name: &str) -> Expr {
    Expr::Column { name: Ident::new(name).unwrap(), data_type: ScalarType::Integer.into() }
}

fn number(value: i64) -> Expr {
    Expr::Literal { value: Value::Int(value), data_type: ScalarType::Integer.into() }
}

fn is(op: CompareOp, left: Expr, right: Expr) -> Expr {
    Expr::Compare { op, left: Box::new(left), right: Box::new(right) }
}

fn evaluate(expr: &Expr, row: &Row) -> Value {
    let schema = Schema::default();
    Environment { schema: &schema, context: &context(), data: None }.evaluate(expr, row).unwrap()
}

#[test]
fn null_is_neither_true_nor_false() {
    let row = Row::from([(Ident::new("a").unwrap(), Value::Int(1))]);
    let (known, unknown) = (is(CompareOp::Eq, column("a"), number(1)), is(CompareOp::Eq, column("b"), number(1)));
    assert_eq!(evaluate(&unknown, &row), Value::Null);
    assert_eq!(evaluate(&Expr::And(vec![known.clone(), unknown.clone()]), &row), Value::Null);
    assert_eq!(evaluate(&Expr::Or(vec![known.clone(), unknown.clone()]), &row), Value::Bool(true));
    assert_eq!(evaluate(&Expr::And(vec![Expr::Not(Box::new(known)), unknown.clone()]), &row), Value::Bool(false));
    assert_eq!(evaluate(&Expr::Not(Box::new(unknown)), &row), Value::Null);
}

#[test]
fn the_context_says_who_asks_and_when() {
    let row = Row::new();
    assert_eq!(evaluate(&Expr::Context(ContextValue::Role), &row), Value::Text("anon".to_owned()));
    assert_eq!(evaluate(&Expr::Context(ContextValue::Uid), &row), Value::Null);
    let date = evaluate(&Expr::Context(ContextValue::CurrentDate), &row);
    assert_eq!(date, Value::Date(jiff::civil::date(2024, 2, 29)));
}

#[test]
fn a_case_looks_no_further_than_the_first_that_holds() {
    let divide = crate::expression::functions::by_signature("/(integer, integer)").unwrap();
    let failing = Expr::Call { function: super::FunctionRef(divide), arguments: vec![number(1), number(0)] };
    let case = Expr::Case {
        branches: vec![
            (is(CompareOp::Eq, number(1), number(1)), number(2)),
            (is(CompareOp::Eq, failing.clone(), number(1)), number(3)),
        ],
        otherwise: Some(Box::new(failing)),
        data_type: ScalarType::Integer.into(),
    };
    assert_eq!(evaluate(&case, &Row::new()), Value::Int(2));
}

#[test]
fn an_expression_reads_back_as_it_was_written() {
    let sum = crate::expression::functions::by_signature("+(integer, integer)").unwrap();
    let expr = Expr::Call { function: super::FunctionRef(sum), arguments: vec![column("a"), number(1)] };
    let text = serde_json::to_string(&expr).unwrap();
    assert!(text.contains(r#""+(integer, integer)""#), "{text}");
    assert_eq!(serde_json::from_str::<Expr>(&text).unwrap(), expr);
}
