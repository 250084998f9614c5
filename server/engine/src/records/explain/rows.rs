//! The row that a question is about, as it is and as it would be.

use indexmap::IndexMap;
use tenon_model::{Expr, Ident, Projection, Result, Schema, SelectItem, Table, Value, expression};

use crate::{
    database::Reader,
    records::{Format, Missing, RecordSet, block::Context, load, plan::Level, sql, write::complete},
};

/// A row: a value for each of the table's columns; none is one that the database makes.
pub(super) type Values = Vec<Option<Value>>;

/// The row before and after what would be done; the same where nothing would be changed.
#[derive(Clone, Debug)]
pub(super) struct States {
    pub(super) before: Values,
    pub(super) after: Values,
}

impl States {
    /// A row that an insert would make.
    pub(super) fn new_row(
        schema: &Schema,
        table: &Table,
        records: &RecordSet,
        missing: Missing,
        who: &expression::Context,
    ) -> Result<Self> {
        let row = complete(schema, table, records, missing, who)?.into_iter().next().unwrap_or_default();
        Ok(Self { before: row.clone(), after: row })
    }

    /// With new values.
    pub(super) fn changed(mut self, table: &Table, set: &IndexMap<Ident, Value>) -> Self {
        for (column, value) in table.columns.iter().zip(&mut self.after) {
            if let Some(new) = set.get(&column.name) {
                *value = Some(new.clone());
            }
        }
        self
    }

    /// The values of the key, as JSON has them.
    pub(super) fn key(&self, table: &Table) -> IndexMap<Ident, serde_json::Value> {
        let json = |value: &Option<Value>, column: &tenon_model::Column| match value {
            Some(Value::Int(number)) => (*number).into(),
            Some(value) => value.to_text(&column.data_type).map_or(serde_json::Value::Null, Into::into),
            None => serde_json::Value::Null,
        };
        let all = table.columns.iter().zip(&self.before);
        let key = all.filter(|(column, _)| table.key_columns().contains(&column.name));
        key.map(|(column, value)| (column.name.clone(), json(value, column))).collect()
    }
}

/// The first rows that a filter meets, whoever may see them.
pub(super) fn read(reader: &mut Reader, context: Context<'_>, table: &Table, filter: &Expr, limit: u64) -> Result<Vec<States>> {
    // Columns that are computed on read are not there to be read; conditions compute them.
    let kept = table.columns.iter().filter(|column| column.generated.as_ref().is_none_or(|generated| generated.stored));
    let field = |column: &tenon_model::Column| {
        let expr = Expr::Column { name: column.name.clone(), data_type: column.data_type.clone() };
        SelectItem::Field(Projection { key: column.name.to_string(), expr })
    };
    let select: Vec<SelectItem> = kept.map(field).collect();
    let level = Level::new(context.schema, &table.name, &select)?;
    let rows = sql::Rows { table: &table.name, filter, order: &[], limit: Some(limit), offset: 0 };
    let found = load::load(&mut reader.conn, context, &level, &rows, Format::Json)?;
    let records = RecordSet::from_json(context.schema, table, &found.body, None)?;
    let at = |name: &Ident| records.columns.iter().position(|column| column == name);
    let places: Vec<Option<usize>> = table.columns.iter().map(|column| at(&column.name)).collect();
    let row = |values: &Values| {
        let row: Values = places.iter().map(|place| place.and_then(|place| values.get(place).cloned()).flatten()).collect();
        States { before: row.clone(), after: row }
    };
    Ok(records.rows.iter().map(row).collect())
}
