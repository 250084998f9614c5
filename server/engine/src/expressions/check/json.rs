//! `->`, `->>` into `json` and `jsonb`.

use tenon_model::{Expr, Value, expression::JsonStep};

use super::{Checked, Checker, Typed};
use crate::{expressions::syntax::Node, tables::change::Position};

impl Checker<'_> {
    /// `left -> right`: a literal key or position makes a path, anything else a call.
    pub(super) fn arrow(&mut self, name: &'static str, left: &Node, right: &Node, at: Position) -> Checked<Expr> {
        let (left, key) = (self.node(left)?, self.node(right)?);
        let as_text = name == "->>";
        let step = match &key {
            Typed::Unknown(Some(text)) => Some(JsonStep::Key(text.clone())),
            Typed::Known(Expr::Literal { value: Value::Int(index), .. }) if i32::try_from(*index).is_ok() => {
                Some(JsonStep::Index(*index))
            }
            _ => None,
        };
        match (left, step) {
            (Typed::Known(base), Some(step)) if base.data_type().is_json() => Ok(match base {
                Expr::JsonPath { base, mut steps, as_text: false } => {
                    steps.push(step);
                    Expr::JsonPath { base, steps, as_text }
                }
                base => Expr::JsonPath { base: Box::new(base), steps: vec![step], as_text },
            }),
            (left, _) => self.apply(name, vec![left, key], at),
        }
    }
}
