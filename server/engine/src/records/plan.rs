//! What a select needs of its table, and how its rows are put together.

use tenon_model::{Embed, Expr, Ident, ReadQuery, Result, Schema, SelectItem, value::write_json_string};

use super::{access, sql::Shown};

/// A select over one table.
pub(crate) struct Level<'q> {
    /// The columns to select, each once.
    pub(crate) columns: Vec<Shown<'q>>,
    /// What a row shows, in order.
    pub(crate) items: Vec<Item<'q>>,
    /// How many of the items are embeds.
    pub(crate) embeds: usize,
}

/// One thing that a row shows.
pub(crate) enum Item<'q> {
    Field(Field<'q>),
    Embed(EmbedPlan<'q>),
}

/// A value under a key.
pub(crate) struct Field<'q> {
    pub(crate) key: &'q str,
    /// The key as JSON, with its colon.
    pub(crate) json_key: Vec<u8>,
    /// Which of the level's columns it comes from.
    pub(crate) column: usize,
    /// The type of what is shown.
    pub(crate) data_type: tenon_model::DataType,
    /// A path or a cast over the column, if it is not shown as it is.
    pub(crate) computed: Option<&'q Expr>,
}

/// Related rows under a key.
pub(crate) struct EmbedPlan<'q> {
    pub(crate) embed: &'q Embed,
    pub(crate) json_key: Vec<u8>,
    /// Which of the level's columns join.
    pub(crate) join: Vec<usize>,
    pub(crate) level: Level<'q>,
}

impl<'q> Level<'q> {
    /// The plan of a select over a table.
    ///
    /// # Errors
    /// [`tenon_model::Code::UnknownTable`], [`tenon_model::Code::UnknownColumn`] if the query was made for another schema.
    pub(crate) fn new(schema: &'q Schema, table: &'q Ident, select: &'q [SelectItem]) -> Result<Self> {
        let definition = access::table(schema, table)?;
        let mut columns = Vec::with_capacity(select.len());
        let mut items = Vec::with_capacity(select.len());
        let mut embeds = 0;
        for item in select {
            items.push(match item {
                SelectItem::Field(projection) => {
                    let expr = &projection.expr;
                    let (shown, computed) = match base_column(expr) {
                        Some(name) => {
                            let column = definition.require_column(name.as_str())?;
                            let computed = (!matches!(expr, Expr::Column { .. })).then_some(expr);
                            (Shown::column(&column.name, &column.data_type), computed)
                        }
                        None => (Shown::computed(expr), None),
                    };
                    Item::Field(Field {
                        key: &projection.key,
                        json_key: json_key(&projection.key),
                        column: index_of(&mut columns, shown),
                        data_type: expr.data_type(),
                        computed,
                    })
                }
                SelectItem::Embed(embed) => {
                    embeds += 1;
                    let mut join = Vec::with_capacity(embed.relation.local.len());
                    for name in &embed.relation.local {
                        let column = definition.require_column(name.as_str())?;
                        join.push(index_of(&mut columns, Shown::column(&column.name, &column.data_type)));
                    }
                    let level = Level::new(schema, &embed.query.table, &embed.query.select)?;
                    Item::Embed(EmbedPlan { embed, json_key: json_key(&embed.key), join, level })
                }
            });
        }
        Ok(Self { columns, items, embeds })
    }

    /// The keys that CSV shows in its header.
    pub(crate) fn header(&self) -> Vec<&'q str> {
        let mut keys = Vec::with_capacity(self.items.len());
        for item in &self.items {
            match item {
                Item::Field(field) => keys.push(field.key),
                Item::Embed(plan) if plan.embed.spread => keys.extend(plan.level.header()),
                Item::Embed(plan) => keys.push(&plan.embed.key),
            }
        }
        keys
    }
}

/// The filter of a query and of what its inner embeds ask for.
pub(crate) fn effective_filter(query: &ReadQuery) -> Expr {
    let mut filter = query.filter.clone();
    for item in &query.select {
        if let SelectItem::Embed(embed) = item
            && embed.inner
        {
            let inner = Expr::Exists { relation: embed.relation.clone(), filter: Box::new(effective_filter(&embed.query)) };
            filter = filter.and(inner);
        }
    }
    filter
}

/// The column that a path or a cast starts from.
fn base_column(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Column { name, .. } => Some(name),
        Expr::JsonPath { base: expr, .. } | Expr::Cast { expr, .. } => base_column(expr),
        _ => None,
    }
}

fn index_of<'q>(columns: &mut Vec<Shown<'q>>, shown: Shown<'q>) -> usize {
    columns.iter().position(|known| known.is_same(&shown)).unwrap_or_else(|| {
        columns.push(shown);
        columns.len() - 1
    })
}

fn json_key(key: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 3);
    write_json_string(&mut out, key);
    out.push(b':');
    out
}
