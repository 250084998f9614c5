//! Casts, types, time zones.

use tenon_model::{Code, DataType, Error, Expr, ScalarType, value::casts::check_cast};

use super::{Checked, Checker, Typed, is_json, refuse};
use crate::{
    expressions::syntax::{Kind, Node},
    sql::Located,
    tables::change::{Position, TypeName},
};

impl Checker<'_> {
    pub(super) fn data_type(&self, name: &TypeName, at: Position) -> Checked<DataType> {
        match name {
            TypeName::Known(data_type) => Ok(data_type.clone()),
            TypeName::Serial(_) => refuse(Code::Unsupported, "serial is no type of values", at),
            TypeName::Named { name, array } => {
                if !self.schema.enums.contains_key(name) {
                    return refuse(Code::NotFound, format!("there is no type \"{name}\""), at);
                }
                let scalar = ScalarType::Enum(name.clone());
                Ok(if *array { DataType::Array(scalar) } else { scalar.into() })
            }
        }
    }

    pub(super) fn cast(&mut self, expr: &Node, to: &TypeName, at: Position) -> Checked<Expr> {
        let to = self.data_type(to, at)?;
        match self.node(expr)? {
            // `'2020-01-01'::date` is a literal of that type.
            unknown @ Typed::Unknown(_) => self.coerce(unknown, &to, expr.at),
            Typed::Known(inner) => {
                if let (Expr::Array { elements, .. }, DataType::Array(element)) = (&inner, &to)
                    && elements.is_empty()
                {
                    return Ok(Expr::Array { elements: Vec::new(), element: element.clone() });
                }
                check_cast(&inner.data_type(), &to).map_err(|e| Located::new(e, at))?;
                // In arrays, json's null is null in some places, and in some it is not.
                let arrays = [&inner.data_type(), &to].into_iter().any(|t| matches!(t, DataType::Array(_)) && is_json(t));
                if arrays && inner.data_type() != to {
                    return refuse(Code::Unsupported, format!("cannot cast type {} to {to}", inner.data_type()), at);
                }
                if read_from_texts(&inner.data_type(), &to) {
                    let message = format!("cannot cast type {} to {to} here", inner.data_type());
                    let error = Error::new(Code::Unsupported, message).with_hint("cast the elements, each by itself");
                    return Err(Located::new(error, at));
                }
                Ok(if inner.data_type() == to { inner } else { Expr::Cast { expr: Box::new(inner), to } })
            }
        }
    }

    /// Everything is in UTC here, so that is the one zone there is.
    pub(super) fn at_time_zone(&mut self, expr: &Node, zone: &Node, at: Position) -> Checked<Expr> {
        let utc =
            matches!(&zone.kind, Kind::Text(name) if ["utc", "gmt", "z", "etc/utc"].contains(&name.to_ascii_lowercase().as_str()));
        if !utc {
            return refuse(Code::Unsupported, "the time zone must be 'UTC'", zone.at);
        }
        let typed = self.node(expr)?;
        let expr = match typed {
            unknown @ Typed::Unknown(_) => self.coerce(unknown, &ScalarType::Timestamptz.into(), at)?,
            Typed::Known(expr) => expr,
        };
        let to = match expr.data_type().scalar() {
            Some(ScalarType::Timestamptz | ScalarType::Date) => ScalarType::Timestamp,
            Some(ScalarType::Timestamp) => ScalarType::Timestamptz,
            _ => return refuse(Code::InvalidValue, "only a date or a timestamp can be put at a time zone", at),
        };
        Ok(Expr::Cast { expr: Box::new(expr), to: to.into() })
    }
}

/// Whether numbers or moments would be read from texts by an array: PostgreSQL takes more forms of them than Tenon, and in an
/// array there is no looking at each.
fn read_from_texts(from: &DataType, to: &DataType) -> bool {
    let read = !matches!(to.element(), ScalarType::Boolean | ScalarType::Uuid | ScalarType::Enum(_)) && !to.element().is_text();
    matches!(to, DataType::Array(_)) && from.element().is_text() && read
}
