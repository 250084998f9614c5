//! Columns: their types and defaults, looked up and checked.

use tenon_model::{Code, Column, DataType, Default, Error, Ident, Identity, Result, ScalarType, Schema, Table, Value};

use crate::tables::change::{ColumnDef, DefaultDef, DefaultValue, TypeName};

/// The most columns of a table.
pub(super) const MAX_COLUMNS: usize = 1_600;

/// A column as it will be.
pub(super) fn resolve(schema: &Schema, def: &ColumnDef) -> Result<Column> {
    let data_type = data_type(schema, &def.type_name)?;
    let serial = matches!(def.type_name, TypeName::Serial(_));
    let identity = def.identity.or(serial.then_some(Identity::ByDefault));
    if identity.is_some() && def.default.is_some() {
        let message = format!("column \"{}\" cannot have both a default and an identity", def.name);
        return Err(Error::new(Code::InvalidSyntax, message));
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
        column.default = self::default(schema, &column, default)?;
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

/// A default of a column's type; none for `default null`.
pub(super) fn default(schema: &Schema, column: &Column, def: &DefaultDef) -> Result<Option<Default>> {
    for cast in &def.casts {
        check_cast(schema, column, &data_type(schema, cast)?, &def.value)?;
    }
    match (&def.value, column.data_type.scalar()) {
        (DefaultValue::Now, Some(ScalarType::Timestamp | ScalarType::Timestamptz)) => Ok(Some(Default::Now)),
        (DefaultValue::Now | DefaultValue::CurrentDate, Some(ScalarType::Date)) => Ok(Some(Default::CurrentDate)),
        (DefaultValue::RandomUuid, Some(ScalarType::Uuid)) => Ok(Some(Default::RandomUuid)),
        (DefaultValue::Now, _) => Err(mismatch(column, "timestamp with time zone")),
        (DefaultValue::CurrentDate, _) => Err(mismatch(column, "date")),
        (DefaultValue::RandomUuid, _) => Err(mismatch(column, "uuid")),
        (value, _) => {
            let value = literal(schema, column, &column.data_type, value)?;
            Ok(Some(value).filter(|v| !v.is_null()).map(Default::Literal))
        }
    }
}

/// A cast behind a default may say the column's own type, or another that comes to the same.
fn check_cast(schema: &Schema, column: &Column, cast: &DataType, value: &DefaultValue) -> Result<()> {
    let number = |t: &DataType| t.scalar().is_some_and(ScalarType::is_numeric);
    let ours = &column.data_type;
    if cast == ours || super::compatible(cast, ours) {
        return Ok(());
    }
    if number(cast) && number(ours) {
        // The value must be one of both types.
        return literal(schema, column, cast, value).map(|_| ());
    }
    Err(mismatch(column, &cast.to_string()))
}

fn mismatch(column: &Column, found: &str) -> Error {
    let message = format!("column \"{}\" is of type {} but its default is of type {found}", column.name, column.data_type);
    Error::new(Code::InvalidValue, message)
}

fn literal(schema: &Schema, column: &Column, data_type: &DataType, value: &DefaultValue) -> Result<Value> {
    let is_boolean = *data_type == DataType::Scalar(ScalarType::Boolean);
    let parsed = match value {
        DefaultValue::Null => return Ok(Value::Null),
        DefaultValue::Number(_) if is_boolean => return Err(mismatch(column, "integer")),
        DefaultValue::Text(text) | DefaultValue::Number(text) => Value::parse(text, data_type, schema),
        DefaultValue::Bool(flag) if is_boolean => Ok(Value::Bool(*flag)),
        DefaultValue::Bool(flag) if data_type.scalar().is_some_and(ScalarType::is_text) => Ok(Value::Text(flag.to_string())),
        DefaultValue::Bool(_) => return Err(mismatch(column, "boolean")),
        DefaultValue::Array(elements) => {
            let DataType::Array(scalar) = data_type else { return Err(mismatch(column, "an array")) };
            let element = scalar.clone().into();
            let values = elements.iter().map(|e| literal(schema, column, &element, e)).collect::<Result<Vec<_>>>()?;
            return Ok(Value::Array(values));
        }
        DefaultValue::Now | DefaultValue::CurrentDate | DefaultValue::RandomUuid => return Err(mismatch(column, "another")),
    };
    parsed.map_err(|e| {
        let message = format!("the default of column \"{}\" does not fit its type: {}", column.name, e.message);
        Error { message, ..e }
    })
}

/// The column of that name, to be changed.
pub(super) fn column_mut<'a>(table: &'a mut Table, name: &Ident) -> Option<&'a mut Column> {
    table.columns.iter_mut().find(|c| c.name == *name)
}
