//! Paths into JSON.

use tenon_model::{Expr, Result, ScalarType, expression::JsonStep};

use super::{Alias, Bind, Builder};

impl Builder<'_> {
    pub(super) fn json_path(&mut self, alias: Alias, base: &Expr, steps: &[JsonStep], as_text: bool) -> Result<()> {
        if self.is_sqlite() {
            self.push("tenon_json_path(");
            self.expr(alias, base)?;
            self.push(", ").bind(Bind::Text(steps_json(steps))).push(if as_text { ", 1, " } else { ", 0, " });
            self.push(if base.data_type() == ScalarType::Jsonb.into() { "1)" } else { "0)" });
            return Ok(());
        }
        self.push("(");
        self.postgres_path(alias, base, steps, as_text)?;
        self.push(if as_text { ") collate \"C\"" } else { ")" });
        Ok(())
    }

    fn postgres_path(&mut self, alias: Alias, base: &Expr, steps: &[JsonStep], as_text: bool) -> Result<()> {
        let Some((last, before)) = steps.split_last() else { return self.operand_in_parentheses(alias, base) };
        self.postgres_path(alias, base, before, false)?;
        self.push(if as_text { " ->> " } else { " -> " });
        match last {
            JsonStep::Key(key) => self.bind(Bind::Text(key.clone())).push("::text"),
            JsonStep::Index(index) => self.bind(Bind::Text(place(*index).to_string())).push("::integer"),
        };
        Ok(())
    }
}

/// A place as PostgreSQL's `integer`; no array is as long as that goes.
fn place(index: i64) -> i32 {
    i32::try_from(index).unwrap_or(if index < 0 { i32::MIN } else { i32::MAX })
}

/// The steps of a path as the JSON array that `tenon_json_path` takes.
fn steps_json(steps: &[JsonStep]) -> String {
    let mut out = vec![b'['];
    for (index, step) in steps.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        match step {
            JsonStep::Key(key) => tenon_model::value::write_json_string(&mut out, key),
            JsonStep::Index(index) => out.extend_from_slice(itoa::Buffer::new().format(*index).as_bytes()),
        }
    }
    out.push(b']');
    String::from_utf8_lossy(&out).into_owned()
}
