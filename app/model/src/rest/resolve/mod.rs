//! From untyped to typed: names are looked up in the schema, values read by their columns' types.

mod filter;
mod tree;

pub use self::filter::resolve_filter;
use self::tree::Node;
use super::{ColumnPath, OrderTarget, OrderTerm, RestQuery, SelectNode};
use crate::{Code, Error, Expr, OrderBy, ReadQuery, Result, Schema, SelectItem, SortDirection, Table};

impl RestQuery {
    /// Makes the typed query.
    ///
    /// # Errors
    /// [`Code::UnknownTable`], [`Code::UnknownColumn`], [`Code::UnknownRelation`], [`Code::AmbiguousRelation`],
    /// [`Code::NotEmbedded`], [`Code::RelatedOrder`], [`Code::EmbeddedOperator`], [`Code::InvalidValue`],
    /// [`Code::OutOfRange`], [`Code::Unsupported`].
    pub fn resolve(&self, schema: &Schema, table: &str) -> Result<ReadQuery> {
        let all = [SelectNode::All];
        let select = self.select.as_deref().unwrap_or(&all);
        let mut root = Node::build(schema, schema.require_table(table)?, select)?;
        for limit in &self.limit {
            root.descend(&limit.path)?.limit = Some(limit.item);
        }
        for offset in &self.offset {
            root.descend(&offset.path)?.offset = offset.item;
        }
        for order in &self.order {
            let node = root.descend(&order.path)?;
            node.order = order.item.iter().map(|term| node.order_by(term)).collect::<Result<_>>()?;
        }
        // The deepest first: a condition on an embed as a whole takes the embed's own filter with it.
        let mut filters: Vec<_> = self.filters.iter().collect();
        filters.sort_by_key(|filter| std::cmp::Reverse(filter.path.len()));
        for filter in filters {
            let node = root.descend(&filter.path)?;
            let expr = filter::resolve_in(&filter.item, schema, node)?;
            node.filter = std::mem::replace(&mut node.filter, Expr::always()).and(expr);
        }
        Ok(root.into_query())
    }

    /// The filter of the request's own table alone, for updates and deletes.
    ///
    /// # Errors
    /// As [`RestQuery::resolve`].
    pub fn resolve_own_filter(&self, schema: &Schema, table: &Table) -> Result<Expr> {
        let mut all = Expr::always();
        for filter in self.filters.iter().filter(|filter| filter.path.is_empty()) {
            all = all.and(resolve_filter(&filter.item, schema, table)?);
        }
        Ok(all)
    }
}

/// Makes the typed select list of a table.
///
/// # Errors
/// As [`RestQuery::resolve`].
pub fn resolve_select(select: &[SelectNode], schema: &Schema, table: &Table) -> Result<Vec<SelectItem>> {
    Ok(Node::build(schema, table, select)?.into_query().select)
}

/// Makes the typed sort order of a table, without related columns.
///
/// # Errors
/// As [`RestQuery::resolve`].
pub fn resolve_order(terms: &[OrderTerm], table: &Table) -> Result<Vec<OrderBy>> {
    terms
        .iter()
        .map(|term| match &term.target {
            OrderTarget::Column(column) => Ok(order_by(term, column_expr(column, table)?)),
            OrderTarget::Related { relation, .. } => Err(not_embedded(relation)),
        })
        .collect()
}

fn order_by(term: &OrderTerm, expr: Expr) -> OrderBy {
    OrderBy { expr, direction: term.direction.unwrap_or(SortDirection::Ascending), nulls: term.nulls }
}

/// A column, or a path into it.
fn column_expr(path: &ColumnPath, table: &Table) -> Result<Expr> {
    let column = table.require_column(&path.name)?;
    let base = Expr::Column { name: column.name.clone(), data_type: column.data_type.clone() };
    if path.steps.is_empty() {
        return Ok(base);
    }
    if !column.data_type.is_json() {
        let arrow = if path.as_text && path.steps.len() == 1 { "->>" } else { "->" };
        return Err(Error::new(Code::Unsupported, format!("operator does not exist: {} {arrow} unknown", column.data_type)));
    }
    Ok(Expr::JsonPath { base: Box::new(base), steps: path.steps.clone(), as_text: path.as_text })
}

/// PostgREST's PGRST108.
fn not_embedded(name: &str) -> Error {
    Error::new(Code::NotEmbedded, format!("'{name}' is not an embedded resource in this request"))
        .with_hint(format!("Verify that '{name}' is included in the 'select' query parameter."))
}
