//! Sort orders, with PostgreSQL's place for nulls.

use tenon_model::{Code, DataType, Error, Expr, Ident, Nulls, OrderBy, Result, ScalarType, SortDirection};

use super::{Alias, Builder};

impl Builder<'_> {
    /// The keys of a sort order, without the words `order by`; after them the primary key, so that pages do not shift and
    /// both engines agree.
    ///
    /// # Errors
    /// [`Code::Unsupported`] for types without an order.
    pub(crate) fn order(&mut self, table: &Ident, alias: Alias, order: &[OrderBy], tie_break: bool) -> Result<bool> {
        let mut any = false;
        for key in order {
            if any {
                self.push(", ");
            }
            any = true;
            self.order_key(table, alias, key)?;
        }
        if !tie_break {
            return Ok(any);
        }
        // In the direction of the last key, so that one index scan serves both.
        let descending = order.last().is_some_and(|key| key.direction == SortDirection::Descending);
        let columns = self.require_table(table)?.key_columns();
        for column in columns {
            if order.iter().any(|key| matches!(&key.expr, Expr::Column { name, .. } if name == column)) {
                continue;
            }
            if any {
                self.push(", ");
            }
            any = true;
            self.column(alias, column);
            if descending {
                self.push(" desc");
            }
        }
        Ok(any)
    }

    fn order_key(&mut self, table: &Ident, alias: Alias, key: &OrderBy) -> Result<()> {
        let data_type = key.expr.data_type();
        match &data_type {
            DataType::Scalar(ScalarType::Json) => {
                return Err(Error::new(Code::Unsupported, "could not identify an ordering operator for type json")
                    .with_hint("sort by a path as text (->>), or make the column jsonb"));
            }
            DataType::Array(_) => {
                return Err(Error::new(Code::Unsupported, format!("rows cannot be sorted by type {data_type}")));
            }
            DataType::Scalar(ScalarType::Enum(name)) if self.is_sqlite() => self.enum_rank(alias, &key.expr, &name.clone())?,
            DataType::Scalar(_) if !matches!(key.expr, Expr::Column { .. } | Expr::JsonPath { .. } | Expr::Related { .. }) => {
                self.sort_key(alias, &key.expr)?;
            }
            DataType::Scalar(scalar) => {
                self.expr(alias, &key.expr)?;
                match scalar {
                    ScalarType::Numeric(_) if self.is_sqlite() && !matches!(key.expr, Expr::Column { .. }) => {
                        self.push(" collate tenon_numeric");
                    }
                    ScalarType::Jsonb if self.is_sqlite() => {
                        self.push(" collate tenon_jsonb");
                    }
                    _ => {}
                }
            }
        }
        let descending = key.direction == SortDirection::Descending;
        if descending {
            self.push(" desc");
        }
        let wanted = key.nulls.unwrap_or(if descending { Nulls::First } else { Nulls::Last });
        let nullable = !matches!(&key.expr, Expr::Column { name, .. } if !self.is_nullable(table, name));
        // Said only where it differs from what the engine does by itself: an index then serves the order.
        let by_itself = if self.is_sqlite() == descending { Nulls::Last } else { Nulls::First };
        if nullable && wanted != by_itself {
            self.push(if wanted == Nulls::First { " nulls first" } else { " nulls last" });
        }
        Ok(())
    }
}
