//! A select with its embeds, while filters and orders are still being put in their places.

use super::{column_expr, not_embedded, order_by};
use crate::{
    Code, Embed, Error, Expr, OrderBy, Projection, ReadQuery, Relation, Result, Schema, SelectItem, Table,
    rest::{ColumnPath, Join, OrderTarget, OrderTerm, SelectNode, find_relation, parse_type},
    value::casts::check_cast,
};

/// A table that is read.
pub(super) struct Node<'a> {
    pub(super) table: &'a Table,
    slots: Vec<Slot>,
    children: Vec<Child<'a>>,
    pub(super) filter: Expr,
    pub(super) order: Vec<OrderBy>,
    pub(super) limit: Option<u64>,
    pub(super) offset: u64,
}

/// A place in the select list: a field, or a child by its position.
enum Slot {
    Field(Projection),
    Child(usize),
}

/// An embedded table.
pub(super) struct Child<'a> {
    /// What the request called it.
    name: String,
    alias: Option<String>,
    relation: Relation,
    inner: bool,
    spread: bool,
    node: Node<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn build(schema: &'a Schema, table: &'a Table, select: &[SelectNode]) -> Result<Self> {
        let mut node = Self::empty(table);
        for item in select {
            match item {
                SelectNode::All => {
                    for column in &table.columns {
                        node.put_field(
                            column.name.as_str().to_owned(),
                            column_expr(&ColumnPath::column(column.name.as_str()), table)?,
                        );
                    }
                }
                SelectNode::Column { column, alias, cast } => {
                    let mut expr = column_expr(column, table)?;
                    if let Some(cast) = cast {
                        let to = parse_type(cast, schema)?;
                        check_cast(&expr.data_type(), &to)?;
                        expr = Expr::Cast { expr: Box::new(expr), to };
                    }
                    node.put_field(alias.as_deref().unwrap_or(column.key()).to_owned(), expr);
                }
                SelectNode::Embed { .. } => node.put_embed(schema, item)?,
            }
        }
        Ok(node)
    }

    fn empty(table: &'a Table) -> Self {
        let (slots, children, order) = (Vec::new(), Vec::new(), Vec::new());
        Self { table, slots, children, filter: Expr::always(), order, limit: None, offset: 0 }
    }

    /// A key that is there already gets the new meaning, in its old place, as JSON readers do it.
    fn put_field(&mut self, key: String, expr: Expr) {
        let there = self.slots.iter().position(|slot| matches!(slot, Slot::Field(field) if field.key == key));
        let field = Slot::Field(Projection { key, expr });
        match there {
            Some(at) => self.slots[at] = field,
            None => self.slots.push(field),
        }
    }

    fn put_embed(&mut self, schema: &'a Schema, item: &SelectNode) -> Result<()> {
        let SelectNode::Embed { relation: name, alias, hint, join, spread, select } = item else { return Ok(()) };
        let relation = find_relation(schema, self.table, name, hint.as_deref())?;
        if *spread && !relation.to_one {
            return Err(Error::new(Code::Unsupported, format!("A spread operation on '{name}' is not possible"))
                .with_details(format!("'{}' and '{name}' do not form a many-to-one or one-to-one relationship", self.table.name)));
        }
        let node = Self::build(schema, schema.require_table(relation.target.as_str())?, select)?;
        let key = alias.as_deref().unwrap_or(name);
        if self.children.iter().any(|child| child.key() == key) {
            return Err(Error::new(Code::InvalidSyntax, format!("'{key}' is embedded twice"))
                .with_hint(format!("Give one of them another name: 'other:{name}(…)'.")));
        }
        // A field of the same key would hide the rows, or be hidden by them: the later one wins.
        self.slots.retain(|slot| !matches!(slot, Slot::Field(field) if field.key == key) || *spread);
        self.slots.push(Slot::Child(self.children.len()));
        self.children.push(Child {
            name: name.clone(),
            alias: alias.clone(),
            relation,
            inner: *join == Join::Inner,
            spread: *spread,
            node,
        });
        Ok(())
    }

    /// The embed of that alias or name.
    pub(super) fn child(&self, name: &str) -> Option<&Child<'a>> {
        self.position(name).map(|at| &self.children[at])
    }

    fn position(&self, name: &str) -> Option<usize> {
        let by_key = self.children.iter().position(|child| child.key() == name);
        by_key.or_else(|| self.children.iter().position(|child| child.name == name))
    }

    /// The node that a path of embeds leads to.
    pub(super) fn descend(&mut self, path: &[String]) -> Result<&mut Self> {
        let mut node = self;
        for name in path {
            let at = node.position(name).ok_or_else(|| not_embedded(name))?;
            node = &mut node.children[at].node;
        }
        Ok(node)
    }

    pub(super) fn order_by(&self, term: &OrderTerm) -> Result<OrderBy> {
        let (relation, column) = match &term.target {
            OrderTarget::Column(column) => return Ok(order_by(term, column_expr(column, self.table)?)),
            OrderTarget::Related { relation, column } => (relation, column),
        };
        let child = self.child(relation).ok_or_else(|| not_embedded(relation))?;
        if !child.relation.to_one {
            return Err(Error::new(Code::RelatedOrder, format!("A related order on '{relation}' is not possible")).with_details(
                format!("'{}' and '{relation}' do not form a many-to-one or one-to-one relationship", self.table.name),
            ));
        }
        let expr = Box::new(column_expr(column, child.node.table)?);
        Ok(order_by(term, Expr::Related { relation: child.relation.clone(), expr }))
    }

    /// The filter, and that all inner embeds have rows.
    fn full_filter(&self) -> Expr {
        let inner = self.children.iter().filter(|child| child.inner);
        inner.fold(self.filter.clone(), |all, child| all.and(child.exists()))
    }

    pub(super) fn into_query(self) -> ReadQuery {
        // An embed without columns, `people()`, is there for filters alone: nothing of it is shown.
        let shows = |child: &Child<'_>| !child.node.slots.is_empty();
        let needed = self.children.iter().filter(|child| child.inner && !shows(child)).map(Child::exists);
        let filter = needed.fold(self.filter, Expr::and);
        let mut children: Vec<Option<Child<'a>>> = self.children.into_iter().map(|child| shows(&child).then_some(child)).collect();
        let select = self.slots.into_iter().filter_map(|slot| match slot {
            Slot::Field(field) => Some(SelectItem::Field(field)),
            Slot::Child(at) => children.get_mut(at).and_then(Option::take).map(|child| SelectItem::Embed(child.into_embed())),
        });
        ReadQuery {
            table: self.table.name.clone(),
            select: select.collect(),
            filter,
            order: self.order,
            limit: self.limit,
            offset: self.offset,
        }
    }
}

impl Child<'_> {
    fn key(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }

    /// That the embed has a row.
    pub(super) fn exists(&self) -> Expr {
        Expr::Exists { relation: self.relation.clone(), filter: Box::new(self.node.full_filter()) }
    }

    fn into_embed(self) -> Embed {
        let key = self.key().to_owned();
        Embed { key, relation: self.relation, inner: self.inner, spread: self.spread, query: self.node.into_query() }
    }
}
