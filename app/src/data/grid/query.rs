//! A grid's address as a typed read.

use tenon_model::{
    DataType, Embed, Error, Expr, Ident, LikePattern, OrderBy, Projection, ReadQuery, Relation, Result, ScalarType, Schema,
    SelectItem, SortDirection, Table, Value,
};

use super::state::GridState;
use crate::data::{
    column::{ColumnInfo, Reference},
    parse,
};

/// A read of a page of the grid: first the shown columns, then those of the key, then a label for each reference shown.
pub(crate) struct GridQuery {
    /// The read, one row longer than the page.
    pub(crate) read: ReadQuery,
    /// The shown columns, as positions in the table.
    pub(crate) shown: Vec<usize>,
    /// For each shown column, where its label stands among the embedded records.
    pub(crate) labels: Vec<Option<usize>>,
}

/// Builds the read of a view.
///
/// # Errors
/// Whatever is wrong with the address: an unknown column, a filter that cannot be parsed.
pub(crate) fn grid_query(schema: &Schema, table: &Table, columns: &[ColumnInfo], state: &GridState) -> Result<GridQuery> {
    let mut query = columns_query(schema, table, columns, shown_columns(table, &state.select)?)?;
    query.read.filter = view_filter(schema, table, state)?;
    query.read.order = order(table, &state.order)?;
    query.read.limit = Some(state.limit + 1);
    query.read.offset = state.offset;
    Ok(query)
}

/// Builds the read of these columns (as positions in the table), of all rows.
///
/// # Errors
/// None that a table of the schema could cause.
pub(crate) fn columns_query(schema: &Schema, table: &Table, columns: &[ColumnInfo], shown: Vec<usize>) -> Result<GridQuery> {
    let mut select: Vec<SelectItem> = shown.iter().map(|i| field(&table.columns[*i].name, &table.columns[*i].data_type)).collect();
    for name in table.key_columns() {
        let column = table.require_column(name.as_str())?;
        select
            .push(SelectItem::Field(Projection { key: format!("key:{name}"), expr: column_expr(&column.name, &column.data_type) }));
    }
    let mut labels = Vec::with_capacity(shown.len());
    let mut embeds = 0;
    for position in &shown {
        let embed = columns[*position].reference.as_ref().and_then(|r| label_embed(schema, table, *position, r));
        labels.push(embed.is_some().then(|| {
            embeds += 1;
            embeds - 1
        }));
        select.extend(embed);
    }
    Ok(GridQuery { read: ReadQuery { select, ..ReadQuery::all(table) }, shown, labels })
}

/// All rows of a view, with its columns alone: what an export writes.
///
/// # Errors
/// As [`grid_query`].
pub(crate) fn export_query(schema: &Schema, table: &Table, state: &GridState) -> Result<ReadQuery> {
    let shown = shown_columns(table, &state.select)?;
    Ok(ReadQuery {
        table: table.name.clone(),
        select: shown.iter().map(|i| field(&table.columns[*i].name, &table.columns[*i].data_type)).collect(),
        filter: view_filter(schema, table, state)?,
        order: order(table, &state.order)?,
        limit: None,
        offset: 0,
    })
}

/// The rows of a view: its filter and its quick search.
pub(crate) fn view_filter(schema: &Schema, table: &Table, state: &GridState) -> Result<Expr> {
    let filter = parse::filter(schema, table, &state.filter)?;
    Ok(if state.q.is_empty() { filter } else { filter.and(quick_search(schema, table, &state.q)) })
}

/// Any text column contains the words, or any number or uuid is them.
pub(crate) fn quick_search(schema: &Schema, table: &Table, words: &str) -> Expr {
    Expr::Or(table.columns.iter().filter_map(|column| search_term(schema, &column.name, &column.data_type, words)).collect())
}

fn search_term(schema: &Schema, name: &Ident, data_type: &DataType, words: &str) -> Option<Expr> {
    let scalar = data_type.scalar()?;
    match scalar {
        ScalarType::Text | ScalarType::Varchar(_) => {
            let pattern = format!("%{}%", escape_like(words));
            let expr = Box::new(column_expr(name, data_type));
            Some(Expr::Like { expr, pattern: LikePattern { pattern, case_insensitive: true } })
        }
        ScalarType::Uuid | ScalarType::Enum(_) => equals(schema, name, data_type, words),
        number if number.is_numeric() => equals(schema, name, data_type, words),
        _ => None,
    }
}

/// A column is the words; a text also in other case.
pub(crate) fn named(schema: &Schema, name: &Ident, data_type: &DataType, words: &str) -> Option<Expr> {
    if matches!(data_type.scalar(), Some(ScalarType::Text | ScalarType::Varchar(_))) {
        let expr = Box::new(column_expr(name, data_type));
        return Some(Expr::Like { expr, pattern: LikePattern { pattern: escape_like(words), case_insensitive: true } });
    }
    equals(schema, name, data_type, words)
}

fn equals(schema: &Schema, name: &Ident, data_type: &DataType, text: &str) -> Option<Expr> {
    let value = parse::value(schema, data_type, text).ok()?;
    Some(Expr::equals(name.clone(), data_type.clone(), value))
}

/// A text in which `like` finds no wildcard.
pub(crate) fn escape_like(text: &str) -> String {
    text.chars().flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c])).collect()
}

/// The row of a key.
pub(crate) fn key_filter(table: &Table, key: &[Value]) -> Expr {
    let terms = table.key_columns().iter().zip(key).filter_map(|(name, value)| {
        let column = table.column(name.as_str())?;
        Some(Expr::equals(name.clone(), column.data_type.clone(), value.clone()))
    });
    Expr::And(terms.collect())
}

/// Any of the rows of these keys.
pub(crate) fn keys_filter(table: &Table, keys: &[Vec<Value>]) -> Expr {
    if let [name] = table.key_columns()
        && let Some(column) = table.column(name.as_str())
    {
        return Expr::In {
            expr: Box::new(column_expr(name, &column.data_type)),
            values: keys.iter().filter_map(|key| key.first().cloned()).collect(),
            data_type: column.data_type.clone(),
        };
    }
    Expr::Or(keys.iter().map(|key| key_filter(table, key)).collect())
}

fn column_expr(name: &Ident, data_type: &DataType) -> Expr {
    Expr::Column { name: name.clone(), data_type: data_type.clone() }
}

/// A column under its own name.
pub(crate) fn field(name: &Ident, data_type: &DataType) -> SelectItem {
    SelectItem::Field(Projection { key: name.to_string(), expr: column_expr(name, data_type) })
}

fn shown_columns(table: &Table, select: &str) -> Result<Vec<usize>> {
    let names = parse::names(select)?;
    let position = |name: &String| {
        let column = table.require_column(name)?;
        Ok(table.columns.iter().position(|c| c.name == column.name).unwrap_or_default())
    };
    let mut shown: Vec<usize> = names.iter().map(position).collect::<Result<_, Error>>()?;
    let mut seen = std::collections::HashSet::new();
    shown.retain(|position| seen.insert(*position));
    Ok(if shown.is_empty() { (0..table.columns.len()).collect() } else { shown })
}

/// The order of a view, and then that of the key, so that pages neither repeat rows nor lose them.
fn order(table: &Table, order: &str) -> Result<Vec<OrderBy>> {
    let mut terms = parse::order(table, order)?;
    for name in table.key_columns() {
        let sorted = terms.iter().any(|term| matches!(&term.expr, Expr::Column { name: other, .. } if other == name));
        if !sorted && let Some(column) = table.column(name.as_str()) {
            let expr = column_expr(&column.name, &column.data_type);
            terms.push(OrderBy { expr, direction: SortDirection::Ascending, nulls: None });
        }
    }
    Ok(terms)
}

fn label_embed(schema: &Schema, table: &Table, position: usize, reference: &Reference) -> Option<SelectItem> {
    let name = &table.columns[position].name;
    let key = table.foreign_keys.iter().find(|fk| fk.columns.len() == 1 && fk.columns[0] == *name)?;
    let target = schema.table(&reference.table)?;
    let label = target.column(reference.label.as_deref()?)?;
    Some(SelectItem::Embed(Embed {
        key: format!("label:{position}"),
        relation: Relation {
            name: key.name.clone(),
            target: target.name.clone(),
            local: key.columns.clone(),
            foreign: key.referenced_columns.clone(),
            through: None,
            to_one: true,
        },
        inner: false,
        spread: false,
        query: ReadQuery { select: vec![field(&label.name, &label.data_type)], ..ReadQuery::all(target) },
    }))
}
