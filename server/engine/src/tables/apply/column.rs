//! Columns: their types and defaults, looked up and checked.

use tenon_model::{Code, Column, DataType, Error, Ident, Identity, Result, ScalarType, Schema, Table};

use super::{Misfit, default};
use crate::tables::change::{ColumnDef, TypeName};

/// The most columns of a table.
pub(super) const MAX_COLUMNS: usize = 1_600;

/// A column as it will be.
pub(super) fn resolve(schema: &Schema, def: &ColumnDef) -> Result<Column, Misfit> {
    let data_type = data_type(schema, &def.type_name)?;
    let serial = matches!(def.type_name, TypeName::Serial(_));
    let identity = def.identity.or(serial.then_some(Identity::ByDefault));
    if identity.is_some() && def.default.is_some() {
        let message = format!("column \"{}\" cannot have both a default and an identity", def.name);
        return Err(Error::new(Code::InvalidSyntax, message).into());
    }
    let mut column = Column {
        name: def.name.clone(),
        data_type,
        not_null: def.not_null || identity.is_some(),
        default: None,
        identity: None,
        generated: None,
        comment: None,
    };
    if let Some(identity) = identity {
        set_identity(&mut column, identity)?;
    }
    if let Some(default) = &def.default {
        column.default = default::resolve(schema, &column, default)?;
    }
    Ok(column)
}

/// Refuses a second identity column: SQLite has but one number a row.
pub(super) fn check_one_identity(table: &Table) -> Result<()> {
    if table.columns.iter().filter(|c| c.identity.is_some()).count() > 1 {
        return Err(Error::new(Code::Unsupported, format!("\"{}\" can have one identity column, not more", table.name)));
    }
    Ok(())
}

/// Makes a column an identity column.
pub(super) fn set_identity(column: &mut Column, identity: Identity) -> Result<()> {
    if !column.data_type.scalar().is_some_and(ScalarType::is_integer) {
        let message = format!("identity column \"{}\" must be smallint, integer or bigint", column.name);
        return Err(Error::new(Code::Unsupported, message));
    }
    column.identity = Some(identity);
    Ok(())
}

/// A type as it is in this schema.
pub(super) fn data_type(schema: &Schema, name: &TypeName) -> Result<DataType> {
    match name {
        TypeName::Known(data_type) => Ok(data_type.clone()),
        TypeName::Serial(scalar) => Ok(scalar.clone().into()),
        TypeName::Named { name, array } => {
            if !schema.enums.contains_key(name) {
                return Err(Error::new(Code::NotFound, format!("there is no type \"{name}\"")));
            }
            let scalar = ScalarType::Enum(name.clone());
            Ok(if *array { DataType::Array(scalar) } else { scalar.into() })
        }
    }
}

/// The column of that name, to be changed.
pub(super) fn column_mut<'a>(table: &'a mut Table, name: &Ident) -> Option<&'a mut Column> {
    table.columns.iter_mut().find(|c| c.name == *name)
}
