//! Casts.

use tenon_model::{DataType, Expr, Result, ScalarType, value::casts::check_cast};

use super::{Alias, Builder};
use crate::database::calls::CallSpec;

impl Builder<'_> {
    pub(super) fn cast(&mut self, alias: Alias, expr: &Expr, to: &DataType) -> Result<()> {
        if !self.is_sqlite() {
            return self.native_cast(alias, expr, to);
        }
        let from = expr.data_type();
        let (Some(a), Some(b)) = (from.scalar(), to.scalar()) else { return self.computed_cast(alias, expr, to) };
        let integers_to_float = a.is_integer() && matches!(b, ScalarType::Real | ScalarType::Double);
        let stays =
            (a.is_integer() && b.is_integer() && holds(a) <= holds(b)) || (is_stored_text(a) && *b == ScalarType::Text) || a == b;
        if stays {
            return self.expr(alias, expr);
        }
        let target = match (a, b) {
            (a, ScalarType::Text | ScalarType::Numeric(None)) if a.is_integer() => "text",
            _ if integers_to_float => "real",
            _ => return self.computed_cast(alias, expr, to),
        };
        self.push("cast(");
        self.expr(alias, expr)?;
        self.push(" as ").push(target).push(")");
        Ok(())
    }

    fn native_cast(&mut self, alias: Alias, expr: &Expr, to: &DataType) -> Result<()> {
        let from = expr.data_type();
        // json's null becomes null, whatever PostgreSQL's version thinks of it.
        let may_be_null = from == ScalarType::Jsonb.into() && !to.is_json() && !to.element().is_text();
        let narrowed = if from.scalar().is_some_and(ScalarType::is_text) { to.scalar().and_then(narrowed) } else { None };
        let (before, after) =
            if may_be_null { ("nullif(".to_owned(), ", 'null'::jsonb)".to_owned()) } else { narrowed.unwrap_or_default() };
        self.push("cast(").push(&before);
        self.expr(alias, expr)?;
        self.push(&after);
        self.push(" as ").push(&to.to_string()).push(")");
        self.as_text(to);
        Ok(())
    }

    /// A cast by the code that casts in memory.
    fn computed_cast(&mut self, alias: Alias, expr: &Expr, to: &DataType) -> Result<()> {
        let from = expr.data_type();
        check_cast(&from, to)?;
        let values = self.enum_values(to);
        self.sqlite_call(alias, &CallSpec::Cast { from, to: to.clone(), values }, std::slice::from_ref(expr))
    }
}

/// What to write before and after a text on PostgreSQL, so that one which PostgreSQL would read as that type although Tenon
/// does not ("today", "NaN", "Jan 5") is one that it refuses, too; none for types of which both take the same.
pub(crate) fn narrowed(to: &ScalarType) -> Option<(String, String)> {
    let shape = shape(to)?;
    let mut before = "regexp_replace(".to_owned();
    // A word before it is no way to write a moment or a number.
    let mut after = format!(", '^(?!{shape}$)', 'not ')");
    let time = *to == ScalarType::Time;
    if time || matches!(to, ScalarType::Date | ScalarType::Timestamp | ScalarType::Timestamptz) {
        // Years beyond 9999 are out of range, as is a month 99.
        before.push_str("regexp_replace(");
        after.push_str(r", '^([ \t\n\f\r]*)0*[1-9]\d{4,6}-\d+', '\12000-99')");
    }
    if time {
        before.push_str("regexp_replace(");
        after.push_str(r", '(^|[ \t\n\f\r])24:', '\125:')");
    }
    Some((before, after))
}

/// What a text looks like that Tenon reads as that type, as PostgreSQL's regular expression; none where PostgreSQL takes
/// nothing else.
fn shape(to: &ScalarType) -> Option<&'static str> {
    macro_rules! date {
        () => {
            r"(\d{4,7}-\d{1,2}-\d{1,2}|\d{8})"
        };
    }
    macro_rules! time {
        () => {
            r"\d{1,2}:\d{1,2}(:\d{1,2}(\.\d*)?)?([ \t\n\f\r]*([zZ]|[uU][tT][cC]|[gG][mM][tT]|[-+]\d{1,2}(:?\d{1,2}(:\d{1,2})?)?))?"
        };
    }
    macro_rules! spaced {
        ($($shape:expr),*) => {
            concat!(r"[ \t\n\f\r]*", $($shape,)* r"[ \t\n\f\r]*")
        };
    }
    match to {
        ScalarType::Date | ScalarType::Timestamp | ScalarType::Timestamptz => {
            Some(spaced!(date!(), r"(([tT]|[ \t\n\f\r]+)", time!(), ")?"))
        }
        ScalarType::Time => Some(spaced!("(", date!(), r"[ \t\n\f\r]+)?", time!())),
        ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt => Some(spaced!(r"[-+]?\d+")),
        ScalarType::Real | ScalarType::Double | ScalarType::Numeric(_) => Some(spaced!(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")),
        _ => None,
    }
}

/// How many bytes a whole number has.
fn holds(scalar: &ScalarType) -> u8 {
    match scalar {
        ScalarType::SmallInt => 2,
        ScalarType::Integer => 4,
        _ => 8,
    }
}

/// Whether SQLite keeps values as the text that PostgreSQL's cast to text gives.
fn is_stored_text(scalar: &ScalarType) -> bool {
    scalar.is_text()
        || matches!(
            scalar,
            ScalarType::Date
                | ScalarType::Time
                | ScalarType::Uuid
                | ScalarType::Enum(_)
                | ScalarType::Json
                | ScalarType::Jsonb
                | ScalarType::Numeric(_)
        )
}
