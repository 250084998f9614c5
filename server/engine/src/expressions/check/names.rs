//! Columns.

use tenon_model::{Code, Error, Expr, Ident, Table};

use super::{Checked, Checker, Reading};
use crate::{sql::Located, tables::change::Position};

impl Checker<'_> {
    /// `column`, `table.column`, `public.table.column`.
    pub(super) fn name(&self, parts: &[Ident], at: Position) -> Checked<Expr> {
        self.may_name(at)?;
        match parts {
            [column] => self.bare(column, at),
            [table, column] => self.qualified(table, column, at),
            [schema, table, column] if *schema == *"public" => self.qualified(table, column, at),
            _ => super::refuse(Code::Unsupported, "everything is in the schema \"public\"", at),
        }
    }

    /// The column of that name of the nearest query that has one, or of the row.
    fn bare(&self, column: &Ident, at: Position) -> Checked<Expr> {
        for scope in self.scopes.iter().rev() {
            let found: Vec<&Reading<'_>> = scope.iter().filter(|r| r.table.column(column.as_str()).is_some()).collect();
            match found.as_slice() {
                [] => {}
                [one] => return of(one, column, at),
                _ => return super::refuse(Code::InvalidSyntax, format!("column reference \"{column}\" is ambiguous"), at),
            }
        }
        if let Some(argument) = self.environment.argument(column) {
            return Ok(argument);
        }
        match self.row {
            Some(row) => own(row, column).map_err(|e| Located::new(e, at)).or_else(|missing| self.nearest(column, at, missing)),
            None => self.nearest(column, at, missing(column, at)),
        }
    }

    /// The failure, with the nearest name of all tables in sight.
    fn nearest(&self, column: &Ident, at: Position, otherwise: Located) -> Checked<Expr> {
        let tables = self.scopes.iter().flatten().map(|r| &*r.table).chain(self.row);
        let names: Vec<&str> = tables.flat_map(|t| t.columns.iter().map(|c| c.name.as_str())).collect();
        Err(match tenon_model::schema::nearest_name(column.as_str(), names.into_iter()) {
            Some(other) => missing(column, at).hint(format!("did you mean \"{other}\"?")),
            None => otherwise,
        })
    }

    fn qualified(&self, table: &Ident, column: &Ident, at: Position) -> Checked<Expr> {
        for scope in self.scopes.iter().rev() {
            if let Some(reading) = scope.iter().find(|r| r.name == *table) {
                return of(reading, column, at);
            }
        }
        if self.environment.function.as_ref() == Some(table)
            && let Some(argument) = self.environment.argument(column)
        {
            return Ok(argument);
        }
        match self.row {
            Some(row) if row.name == *table => own(row, column).map_err(|e| Located::new(e, at)),
            _ => {
                let error = Error::new(Code::UnknownTable, format!("missing FROM-clause entry for table \"{table}\""));
                let names = self.scopes.iter().flatten().map(|r| r.name.as_str()).chain(self.row.map(|r| r.name.as_str()));
                let names: Vec<&str> = names.collect();
                Err(match tenon_model::schema::nearest_name(table.as_str(), names.into_iter()) {
                    Some(other) => Located::new(error.with_hint(format!("did you mean \"{other}\"?")), at),
                    None => Located::new(error, at),
                })
            }
        }
    }
}

fn of(reading: &Reading<'_>, name: &Ident, at: Position) -> Checked<Expr> {
    let column = reading.table.require_column(name.as_str()).map_err(|e| Located::new(e, at))?;
    Ok(Expr::Of { source: reading.id, name: name.clone(), data_type: column.data_type.clone() })
}

fn own(row: &Table, name: &Ident) -> tenon_model::Result<Expr> {
    let column = row.require_column(name.as_str())?;
    Ok(Expr::Column { name: name.clone(), data_type: column.data_type.clone() })
}

fn missing(column: &Ident, at: Position) -> Located {
    Located::new(Error::new(Code::UnknownColumn, format!("column \"{column}\" does not exist")), at)
}
