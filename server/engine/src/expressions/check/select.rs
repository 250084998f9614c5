//! Whole selects, and calls of SQL functions.

use std::borrow::Cow;

use tenon_model::{
    Code, Column, DataType, Error, Expr, Ident, Nulls, OrderBy, Origin, Plain, ScalarType, Schema, Select, SelectBody,
    SelectSource, SortDirection, Table, Value,
    expression::{Join, SourceId, Subquery, called, called_many, functions::BOOLEAN, functions::implicit, instance},
    schema::{Function, Shape},
};

use super::{Checked, Checker, Reading, Typed, refuse};
use crate::{
    expressions::syntax::{self, Body, Call, FromNode, FromOf, Item, Kind, Node, Order, PlainNode, Query, SelectNode},
    sql::Located,
    tables::change::Position,
};

/// The names and types of what a select answers with.
type Columns = Vec<(Ident, DataType)>;

/// The most columns of a select.
const MAX_COLUMNS: usize = 500;
/// How many tables a select may read in all.
const MAX_SOURCES: u32 = 128;
/// A `bigint`.
const BIGINT: DataType = DataType::Scalar(ScalarType::BigInt);

/// What stands around a select.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    /// The function whose body it is.
    pub(crate) function: Option<Ident>,
    /// That function's arguments.
    pub(crate) arguments: Vec<(Ident, DataType)>,
    /// Whether tables are read with the eyes of an owner.
    pub(crate) owner: bool,
    /// What `with` named.
    pub(crate) queries: Vec<(Ident, Select)>,
}

impl Environment {
    /// The argument of that name.
    pub(super) fn argument(&self, name: &Ident) -> Option<Expr> {
        let (name, data_type) = self.arguments.iter().find(|(own, _)| own == name)?;
        Some(Expr::Parameter { name: name.clone(), data_type: data_type.clone() })
    }
}

/// The select that a node means, with columns of the wanted types if some are wanted.
pub(crate) fn select(node: &SelectNode, schema: &Schema, environment: Environment, wanted: Option<&[DataType]>) -> Checked<Select> {
    let mut checker = Checker::new(schema, None, super::Place::Anywhere);
    checker.environment = environment;
    let mut select = checker.select(node)?;
    let virtual_column = select.uses().columns.into_iter().find(|(table, column)| {
        let table = schema.table(table.as_str());
        table.and_then(|table| table.column(column.as_str())).is_some_and(Column::is_virtual)
    });
    if let Some((table, column)) = virtual_column {
        let message = format!("column \"{column}\" of \"{table}\" is computed on read, which views and functions do not take");
        return refuse(Code::Unsupported, message, node.at);
    }
    let Some(wanted) = wanted else { return Ok(select) };
    if wanted.len() != select.columns.len() {
        let (has, wants) = (select.columns.len(), wanted.len());
        return refuse(Code::InvalidValue, format!("the select has {has} columns, {wants} are wanted"), node.at);
    }
    for (index, data_type) in wanted.iter().enumerate() {
        become_type(&mut select, index, data_type).map_err(|message| Located::new(message, node.at))?;
    }
    Ok(select)
}

/// Makes a column of a select be of a type, if its values become it without being asked or by assignment.
fn become_type(select: &mut Select, index: usize, to: &DataType) -> Result<(), Error> {
    let Some((name, own)) = select.columns.get(index).cloned() else { return Ok(()) };
    if own != *to && !select.is_null(index) && implicit(&own, to).is_none() && !assigns(&own, to) {
        let message = format!("the column {name} is {own}, {to} is wanted");
        return Err(Error::new(Code::InvalidValue, message).with_hint(format!("write it with a cast: (…)::{to}")));
    }
    cast_column(select, index, to);
    Ok(())
}

/// Whether a value may be put where another type of its kind is kept, as in an insert.
fn assigns(from: &DataType, to: &DataType) -> bool {
    match (from.scalar(), to.scalar()) {
        (Some(a), Some(b)) => (a.is_numeric() && b.is_numeric()) || (a.is_text() && b.is_text()),
        _ => false,
    }
}

/// Puts a cast around what a select shows in a column.
fn cast_column(select: &mut Select, index: usize, to: &DataType) {
    let Some((_, own)) = select.columns.get_mut(index) else { return };
    if own == to {
        return;
    }
    *own = to.clone();
    match &mut select.body {
        SelectBody::Plain(plain) => {
            if let Some(item) = plain.items.get_mut(index) {
                let shown = std::mem::replace(item, Expr::always());
                *item = match shown {
                    Expr::Literal { value: Value::Null, .. } => Expr::null(to.clone()),
                    shown => Expr::Cast { expr: Box::new(shown), to: to.clone() },
                };
            }
        }
        SelectBody::Combined { left, right, .. } => {
            cast_column(left, index, to);
            cast_column(right, index, to);
        }
    }
}

trait Nullish {
    fn is_null(&self, index: usize) -> bool;
}

impl Nullish for Select {
    /// Whether a column is `null` written down.
    fn is_null(&self, index: usize) -> bool {
        match &self.body {
            SelectBody::Plain(plain) => matches!(plain.items.get(index), Some(Expr::Literal { value: Value::Null, .. })),
            SelectBody::Combined { left, right, .. } => left.is_null(index) && right.is_null(index),
        }
    }
}

impl Checker<'_> {
    pub(super) fn select(&mut self, node: &SelectNode) -> Checked<Select> {
        let known = self.environment.queries.len();
        for (name, columns, query) in &node.with {
            let query = self.alone(|checker| checker.select(query))?;
            let query = renamed(query, columns, node.at)?;
            self.environment.queries.push((name.clone(), query));
        }
        let select = self.ordered_body(node);
        self.environment.queries.truncate(known);
        select
    }

    /// Checks what sees nothing of the queries around.
    fn alone<T>(&mut self, check: impl FnOnce(&mut Self) -> Checked<T>) -> Checked<T> {
        let (scopes, aggregates) = (std::mem::take(&mut self.scopes), self.aggregates.take());
        let checked = check(self);
        (self.scopes, self.aggregates) = (scopes, aggregates);
        checked
    }

    fn ordered_body(&mut self, node: &SelectNode) -> Checked<Select> {
        let mut select = match &node.body {
            Body::Plain(plain) => return self.plain(plain, node),
            body => self.body(body)?,
        };
        // A nested select that is cut or ordered stays so.
        let has_tail = !node.order.is_empty() || node.limit.is_some() || node.offset.is_some();
        if has_tail && (!select.order.is_empty() || select.limit.is_some() || select.offset.is_some()) {
            return refuse(Code::Unsupported, "order by and limit stand once: put the select in parentheses into from", node.at);
        }
        if has_tail && matches!(select.body, SelectBody::Plain(_)) {
            return refuse(Code::Unsupported, "leave the parentheses around the select out", node.at);
        }
        if has_tail {
            select.order = node.order.iter().map(|key| self.own_key(&select, key)).collect::<Checked<_>>()?;
        }
        self.page(&mut select, node)?;
        Ok(select)
    }

    fn body(&mut self, body: &Body) -> Checked<Select> {
        match body {
            Body::Plain(plain) => {
                let node = SelectNode {
                    at: plain.at,
                    with: Vec::new(),
                    body: Body::Plain(plain.clone()),
                    order: Vec::new(),
                    limit: None,
                    offset: None,
                };
                self.select(&node)
            }
            Body::Nested(node) => self.alone(|checker| checker.select(node)),
            Body::Combined { how, all, at, left, right } => {
                if *all && *how != tenon_model::Combine::Union {
                    return refuse(Code::Unsupported, format!("{} all is not understood", how.as_sql()), *at);
                }
                let (mut left, mut right) = (self.body(left)?, self.body(right)?);
                if left.columns.len() != right.columns.len() {
                    let message = format!("each {} query must have the same number of columns", how.as_sql().to_uppercase());
                    return refuse(Code::InvalidSyntax, message, *at);
                }
                for index in 0..left.columns.len() {
                    self.alike_columns(&mut left, &mut right, index, *at)?;
                }
                let columns = left.columns.clone();
                let body = SelectBody::Combined { how: *how, all: *all, left: Box::new(left), right: Box::new(right) };
                Ok(Select { columns, body, order: Vec::new(), limit: None, offset: None, called: Vec::new() })
            }
        }
    }

    fn alike_columns(&self, left: &mut Select, right: &mut Select, index: usize, at: Position) -> Checked<()> {
        let (l, r) = (super::plain(left.columns[index].1.clone()), super::plain(right.columns[index].1.clone()));
        let common = if l == r || right.is_null(index) || implicit(&r, &l).is_some() {
            l
        } else if left.is_null(index) || implicit(&l, &r).is_some() {
            r
        } else {
            return refuse(Code::InvalidValue, format!("UNION types {l} and {r} cannot be matched"), at);
        };
        self.distinguishable(&common, at)?;
        cast_column(left, index, &common);
        cast_column(right, index, &common);
        Ok(())
    }

    fn distinguishable(&self, data_type: &DataType, at: Position) -> Checked<()> {
        match data_type.element() {
            ScalarType::Json => refuse(Code::Unsupported, "json values cannot be told apart: cast them to jsonb", at),
            _ => Ok(()),
        }
    }

    fn page(&mut self, select: &mut Select, node: &SelectNode) -> Checked<()> {
        let scopes = std::mem::take(&mut self.scopes);
        let mut number = |limit: &Option<Node>| limit.as_ref().map(|limit| self.of_type(limit, &BIGINT)).transpose();
        let page = number(&node.limit).and_then(|limit| Ok((limit, number(&node.offset)?)));
        self.scopes = scopes;
        let (limit, offset) = page?;
        if let Some(Expr::Literal { value: Value::Int(count), .. }) = [&limit, &offset].into_iter().flatten().next()
            && *count < 0
        {
            return refuse(Code::InvalidValue, "LIMIT and OFFSET must not be negative", node.at);
        }
        if limit.is_some() || offset.is_some() {
            (select.limit, select.offset) = (limit, offset);
        }
        Ok(())
    }

    fn plain(&mut self, node: &PlainNode, whole: &SelectNode) -> Checked<Select> {
        let outer = self.aggregates.take();
        self.scopes.push(Vec::new());
        let checked = self.plain_inside(node, whole);
        self.scopes.pop();
        self.aggregates = outer;
        let mut select = checked?;
        self.page(&mut select, whole)?;
        Ok(select)
    }

    fn plain_inside(&mut self, node: &PlainNode, whole: &SelectNode) -> Checked<Select> {
        let mut from = Vec::with_capacity(node.from.len());
        for source in &node.from {
            from.push(self.select_source(source)?);
        }
        let filter = match &node.filter {
            Some(filter) => self.of_type(filter, &BOOLEAN)?,
            None => Expr::always(),
        };
        self.aggregates = Some(false);
        let (columns, items) = self.items(&node.items, node.at)?;
        let aggregated = self.aggregates == Some(true);
        self.aggregates = None;
        let names: Vec<Ident> = columns.iter().map(|(name, _)| name.clone()).collect();
        let mut group = Vec::with_capacity(node.group.len());
        for key in &node.group {
            group.push(self.group_key(key, &names, &items)?);
        }
        self.aggregates = Some(false);
        let having = match &node.having {
            Some(having) => self.of_type(having, &BOOLEAN)?,
            None => Expr::always(),
        };
        let mut order = Vec::with_capacity(whole.order.len());
        for key in &whole.order {
            order.push(self.order_key(key, &names, &items, node.distinct)?);
        }
        let aggregated = aggregated || self.aggregates == Some(true) || !group.is_empty() || node.having.is_some();
        if aggregated {
            let keyed = self.keyed(&group);
            let all = items.iter().chain([&having]).chain(order.iter().map(|key| &key.expr));
            for (index, expr) in all.enumerate() {
                let at = node.items.get(index).map_or(node.at, Item::at);
                self.grouped(expr, &group, &keyed, at)?;
            }
        }
        if node.distinct {
            columns.iter().try_for_each(|(_, data_type)| self.distinguishable(data_type, node.at))?;
        }
        let plain = Plain { distinct: node.distinct, items, from, filter, group, having };
        Ok(Select { columns, body: SelectBody::Plain(Box::new(plain)), order, limit: None, offset: None, called: Vec::new() })
    }

    fn select_source(&mut self, node: &FromNode) -> Checked<SelectSource> {
        if self.sources >= MAX_SOURCES {
            return refuse(Code::TooComplex, format!("a select reads at most {MAX_SOURCES} tables"), node.at);
        }
        let id = SourceId(self.sources);
        self.sources += 1;
        let (of, table, name) = match &node.of {
            FromOf::Table(name) => self.table_source(name, node)?,
            FromOf::Query(query) => {
                let query = self.alone(|checker| checker.select(query))?;
                self.query_source(query, None, node)?
            }
            FromOf::Call(call) => {
                let query = self.alone(|checker| checker.call_source(call, node.at))?;
                self.query_source(query, call.name.last().cloned(), node)?
            }
        };
        let Some(scope) = self.scopes.last_mut() else { return refuse(Code::Internal, "a table outside a query", node.at) };
        if scope.iter().any(|reading| reading.name == name) {
            return refuse(Code::InvalidSyntax, format!("table name \"{name}\" specified more than once"), node.at);
        }
        scope.push(Reading { id, name, table: Cow::Owned(table) });
        let join = match &node.join {
            syntax::Join::Cross => Join::Cross,
            syntax::Join::Inner(on) => Join::Inner(self.of_type(on, &BOOLEAN)?),
            syntax::Join::Left(on) => Join::Left(self.of_type(on, &BOOLEAN)?),
        };
        Ok(SelectSource { id, of, join, owner: self.environment.owner })
    }

    fn table_source(&mut self, name: &Ident, node: &FromNode) -> Checked<(Origin, Table, Ident)> {
        let known = self.environment.queries.iter().rev().find(|(own, _)| own == name).map(|(_, query)| query.clone());
        if let Some(query) = known {
            let query = query.renumbered(&mut self.sources);
            return self.query_source(query, Some(name.clone()), node);
        }
        if name.is_system() {
            return refuse(Code::UnknownTable, format!("there is no table \"{name}\""), node.at);
        }
        let table = self.schema.require_table(name.as_str()).map_err(|e| Located::new(e, node.at))?;
        if !node.columns.is_empty() {
            return refuse(Code::Unsupported, "columns of a table get other names in select: column as name", node.at);
        }
        let alias = node.alias.clone().unwrap_or_else(|| name.clone());
        Ok((Origin::Table(name.clone()), Table::clone(table), alias))
    }

    fn query_source(&mut self, query: Select, name: Option<Ident>, node: &FromNode) -> Checked<(Origin, Table, Ident)> {
        let query = renamed(query, &node.columns, node.at)?;
        let Some(name) = node.alias.clone().or(name) else {
            return refuse(Code::InvalidSyntax, "a query in from needs a name behind it", node.at);
        };
        let mut table = Table::new(name.clone());
        table.columns = query.columns.iter().map(|(name, data_type)| Column::new(name.clone(), data_type.clone())).collect();
        Ok((Origin::Query(Box::new(query)), table, name))
    }

    /// `from name(arguments)`.
    fn call_source(&mut self, call: &Call, at: Position) -> Checked<Select> {
        let Some(function) = self.function_of(&call.name).cloned() else {
            return refuse(Code::UnknownFunction, format!("there is no SQL function \"{}\"", joined(&call.name)), at);
        };
        let arguments = self.arguments(&function, call, at)?;
        if function.strict && !arguments.is_empty() {
            return refuse(Code::Unsupported, "a strict function is not called in from", at);
        }
        instance(&function, &arguments, &mut self.sources).map_err(|e| Located::new(e, at))
    }

    fn items(&mut self, items: &[Item], at: Position) -> Checked<(Columns, Vec<Expr>)> {
        let (mut columns, mut exprs): (Vec<(Ident, DataType)>, Vec<Expr>) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                Item::All(table, at) => {
                    for (name, expr) in self.all_columns(table.as_ref(), *at)? {
                        columns.push((name, expr.data_type()));
                        exprs.push(expr);
                    }
                }
                Item::Expr(node, alias) => {
                    let typed = self.node(node)?;
                    let expr = match typed {
                        Typed::Unknown(None) => Expr::null(ScalarType::Text.into()),
                        typed => self.settle(typed, node.at)?,
                    };
                    let name = alias.clone().or_else(|| name_of(node)).map_or_else(|| Ident::new("?column?"), Ok);
                    let name = name.map_err(|e| Located::new(e, node.at))?;
                    columns.push((name, expr.data_type()));
                    exprs.push(expr);
                }
            }
        }
        if columns.is_empty() || columns.len() > MAX_COLUMNS {
            return refuse(Code::TooComplex, format!("a select has 1 to {MAX_COLUMNS} columns"), at);
        }
        for (index, (name, _)) in columns.iter().enumerate() {
            if columns[..index].iter().any(|(other, _)| other == name) {
                let error = Error::new(Code::AlreadyExists, format!("column \"{name}\" specified more than once"));
                return Err(Located::new(error.with_hint(format!("give it another name: … as {name}_2")), at));
            }
        }
        Ok((columns, exprs))
    }

    fn all_columns(&self, table: Option<&Ident>, at: Position) -> Checked<Vec<(Ident, Expr)>> {
        let scope = self.scopes.last().map_or(&[][..], Vec::as_slice);
        let of: Vec<&Reading<'_>> = scope.iter().filter(|reading| table.is_none_or(|table| reading.name == *table)).collect();
        if of.is_empty() {
            let message = match table {
                Some(table) => format!("missing FROM-clause entry for table \"{table}\""),
                None => "SELECT * with no tables specified is not valid".to_owned(),
            };
            return refuse(Code::UnknownTable, message, at);
        }
        let columns = of.into_iter().flat_map(|reading| {
            reading.table.columns.iter().map(|column| {
                let (name, data_type) = (column.name.clone(), column.data_type.clone());
                (name.clone(), Expr::Of { source: reading.id, name, data_type })
            })
        });
        Ok(columns.collect())
    }

    fn group_key(&mut self, key: &Node, names: &[Ident], items: &[Expr]) -> Checked<Expr> {
        let expr = match &key.kind {
            Kind::Number(digits) => numbered(digits, items.len(), key.at).map(|index| items[index].clone())?,
            Kind::Name(parts) => match (self.name(parts, key.at), parts.as_slice()) {
                (Ok(expr), _) => expr,
                (Err(error), [alone]) => match names.iter().position(|name| name == alone) {
                    Some(index) => items[index].clone(),
                    None => return Err(error),
                },
                (Err(error), _) => return Err(error),
            },
            _ => {
                let typed = self.node(key)?;
                self.settle(typed, key.at)?
            }
        };
        let mut aggregate = false;
        expr.visit(&mut |part| aggregate |= matches!(part, Expr::Aggregate(_)));
        if aggregate {
            return refuse(Code::InvalidSyntax, "aggregate functions are not allowed in GROUP BY", key.at);
        }
        self.distinguishable(&expr.data_type(), key.at)?;
        Ok(expr)
    }

    /// A sort key of a select from tables.
    fn order_key(&mut self, key: &Order, names: &[Ident], items: &[Expr], distinct: bool) -> Checked<OrderBy> {
        let output = match &key.expr.kind {
            Kind::Number(digits) => Some(numbered(digits, items.len(), key.expr.at)?),
            Kind::Name(parts) => match parts.as_slice() {
                [alone] => names.iter().position(|name| name == alone),
                _ => None,
            },
            _ => None,
        };
        let expr = match output {
            Some(index) => items[index].clone(),
            None => {
                let typed = self.node(&key.expr)?;
                self.settle(typed, key.expr.at)?
            }
        };
        self.ordered(&expr.data_type(), "order by", key.expr.at)?;
        let expr = if distinct {
            let Some(index) = output.or_else(|| items.iter().position(|item| *item == expr)) else {
                let message = "for SELECT DISTINCT, ORDER BY expressions must appear in select list";
                return refuse(Code::InvalidSyntax, message, key.expr.at);
            };
            Expr::Of { source: Select::OWN, name: names[index].clone(), data_type: expr.data_type() }
        } else {
            expr
        };
        Ok(directed(key, expr))
    }

    /// A sort key of selects put together: one of their columns.
    fn own_key(&self, select: &Select, key: &Order) -> Checked<OrderBy> {
        let index = match &key.expr.kind {
            Kind::Number(digits) => Some(numbered(digits, select.columns.len(), key.expr.at)?),
            Kind::Name(parts) => match parts.as_slice() {
                [alone] => select.columns.iter().position(|(name, _)| name == alone),
                _ => None,
            },
            _ => None,
        };
        let Some((name, data_type)) = index.and_then(|index| select.columns.get(index)) else {
            return refuse(Code::InvalidSyntax, "selects put together are ordered by one of their columns", key.expr.at);
        };
        self.ordered(data_type, "order by", key.expr.at)?;
        let expr = Expr::Of { source: Select::OWN, name: name.clone(), data_type: data_type.clone() };
        Ok(directed(key, expr))
    }

    /// The sources whose primary key rows are grouped by: all of their columns have one value in a group.
    fn keyed(&self, group: &[Expr]) -> Vec<SourceId> {
        let scope = self.scopes.last().map_or(&[][..], Vec::as_slice);
        let by = |reading: &Reading<'_>, column: &Ident| {
            group.iter().any(|key| matches!(key, Expr::Of { source, name, .. } if *source == reading.id && name == column))
        };
        let keyed = scope.iter().filter(|reading| {
            let key = reading.table.key_columns();
            !key.is_empty() && key.iter().all(|column| by(reading, column))
        });
        keyed.map(|reading| reading.id).collect()
    }

    /// Refuses columns that have many values in a group.
    fn grouped(&self, expr: &Expr, group: &[Expr], keyed: &[SourceId], at: Position) -> Checked<()> {
        if group.contains(expr) || matches!(expr, Expr::Aggregate(_)) {
            return Ok(());
        }
        let scope = self.scopes.last().map_or(&[][..], Vec::as_slice);
        if let Expr::Of { source, name, .. } = expr
            && let Some(reading) = scope.iter().find(|reading| reading.id == *source)
            && !keyed.contains(source)
        {
            let message = format!(
                "column \"{}.{name}\" must appear in the GROUP BY clause or be used in an aggregate function",
                reading.name
            );
            return refuse(Code::InvalidSyntax, message, at);
        }
        let mut failure = Ok(());
        expr.each_part(&mut |part| {
            if failure.is_ok() {
                failure = self.grouped(part, group, keyed, at);
            }
        });
        failure
    }
}

impl Checker<'_> {
    /// The argument `$1`.
    pub(super) fn parameter(&self, name: &str, at: Position) -> Checked<Expr> {
        let index = name.strip_prefix('$').and_then(|digits| digits.parse::<usize>().ok());
        match index.and_then(|index| self.environment.arguments.get(index.wrapping_sub(1))) {
            Some((name, data_type)) => Ok(Expr::Parameter { name: name.clone(), data_type: data_type.clone() }),
            None => refuse(Code::UnknownColumn, format!("there is no parameter {name}"), at),
        }
    }

    fn function_of(&self, name: &[Ident]) -> Option<&std::sync::Arc<Function>> {
        match name {
            [name] => self.schema.function(name.as_str()),
            [schema, name] if *schema == *"public" => self.schema.function(name.as_str()),
            [schema, name] => self.schema.function(&format!("{schema}.{name}")),
            _ => None,
        }
    }

    /// Whether a name means an SQL function; PostgreSQL's own come first.
    pub(super) fn is_sql_function(&self, name: &[Ident]) -> bool {
        let built_in = matches!(name, [alone] if !tenon_model::expression::functions::named(alone.as_str()).is_empty());
        !built_in && self.function_of(name).is_some()
    }

    /// A call of an SQL function as a value.
    pub(super) fn sql_function(&mut self, call: &Call, at: Position) -> Checked<Expr> {
        let Some(function) = self.function_of(&call.name).cloned() else {
            return refuse(Code::Internal, "a function that is none", at);
        };
        let arguments = self.arguments(&function, call, at)?;
        let expr = called(&function, arguments, &mut self.sources).map_err(|e| Located::new(e, at))?;
        self.count_parts(&expr, at)?;
        self.may_call(&expr, at)?;
        Ok(expr)
    }

    /// A body counts as much as if it stood there.
    fn count_parts(&mut self, expr: &Expr, at: Position) -> Checked<()> {
        let mut parts = 0_u32;
        expr.visit(&mut |_| parts = parts.saturating_add(1));
        self.parts = self.parts.saturating_add(parts);
        if self.parts > super::MAX_PARTS {
            return refuse(Code::TooComplex, format!("an expression has at most {} parts", super::MAX_PARTS), at);
        }
        Ok(())
    }

    fn arguments(&mut self, function: &Function, call: &Call, at: Position) -> Checked<Vec<Expr>> {
        let given = call.arguments.len();
        let missing = || {
            let message = format!("{} is not called with {given} arguments", function.signature());
            Located::new(Error::new(Code::UnknownFunction, message), at)
        };
        if given > function.arguments.len() || call.star || call.distinct || call.filter.is_some() {
            return Err(missing());
        }
        let mut arguments = Vec::with_capacity(function.arguments.len());
        for (index, argument) in function.arguments.iter().enumerate() {
            arguments.push(match call.arguments.get(index) {
                Some(node) => self.of_type(node, &argument.data_type)?,
                None => argument.default.clone().ok_or_else(missing)?,
            });
        }
        Ok(arguments)
    }

    /// `select name(…)` and `select * from name(…)`-like queries of one function of many values.
    pub(super) fn many(&mut self, query: &Query) -> Checked<Option<(Expr, Subquery)>> {
        let [Node { kind: Kind::Call(call), at }] = query.select.as_slice() else { return Ok(None) };
        let bare = query.from.is_empty() && query.filter.is_none() && query.order.is_empty() && query.limit.is_none();
        let Some(function) = self.function_of(&call.name).filter(|function| function.returns.many && bare).cloned() else {
            return Ok(None);
        };
        if !matches!(function.returns.shape, Shape::Value(_)) {
            return Ok(None);
        }
        let arguments = self.arguments(&function, call, *at)?;
        let (item, query) = called_many(&function, arguments, &mut self.sources).map_err(|e| Located::new(e, *at))?;
        self.count_parts(&item, *at)?;
        self.count_parts(&query.filter, *at)?;
        Ok(Some((item, query)))
    }
}

impl Item {
    fn at(&self) -> Position {
        match self {
            Self::All(_, at) => *at,
            Self::Expr(node, _) => node.at,
        }
    }
}

fn directed(key: &Order, expr: Expr) -> OrderBy {
    let direction = if key.descending { SortDirection::Descending } else { SortDirection::Ascending };
    let nulls = key.nulls_first.map(|first| if first { Nulls::First } else { Nulls::Last });
    OrderBy { expr, direction, nulls }
}

/// The position that a number in `order by` and `group by` means.
fn numbered(digits: &str, count: usize, at: Position) -> Checked<usize> {
    match digits.parse::<usize>() {
        Ok(position) if (1..=count).contains(&position) => Ok(position - 1),
        _ => refuse(Code::InvalidSyntax, format!("position {digits} is not in select list"), at),
    }
}

/// The select with other names for its first columns.
fn renamed(mut select: Select, columns: &[Ident], at: Position) -> Checked<Select> {
    if columns.len() > select.columns.len() {
        let message = format!("the query has {} columns, {} names are given", select.columns.len(), columns.len());
        return refuse(Code::InvalidSyntax, message, at);
    }
    let before: Vec<Ident> = select.columns.iter().map(|(name, _)| name.clone()).collect();
    for ((name, _), given) in select.columns.iter_mut().zip(columns) {
        *name = given.clone();
    }
    for key in &mut select.order {
        if let Expr::Of { source, name, .. } = &mut key.expr
            && *source == Select::OWN
            && let Some(index) = before.iter().position(|own| own == name)
        {
            *name = select.columns[index].0.clone();
        }
    }
    Ok(select)
}

pub(crate) fn joined(name: &[Ident]) -> String {
    name.iter().map(Ident::as_str).collect::<Vec<_>>().join(".")
}

/// What PostgreSQL calls a column that is given no name.
fn name_of(node: &Node) -> Option<Ident> {
    let word = |word: &str| Ident::new(word).ok();
    match &node.kind {
        Kind::Name(parts) => parts.last().cloned(),
        Kind::Call(call) => call.name.last().cloned(),
        Kind::Cast(inner, to) => name_of(inner).or_else(|| word(&type_word(to))),
        Kind::Subscript(inner, _) => name_of(inner),
        Kind::Case { otherwise, .. } => otherwise.as_deref().and_then(name_of).or_else(|| word("case")),
        Kind::Exists(_) => word("exists"),
        Kind::Array(_) => word("array"),
        Kind::Bool(_) => word("bool"),
        Kind::Scalar(query) => query.select.first().and_then(name_of),
        _ => None,
    }
}

fn type_word(name: &crate::tables::change::TypeName) -> String {
    use crate::tables::change::TypeName as T;
    match name {
        T::Known(data_type) => match data_type.element() {
            ScalarType::Integer => "int4".to_owned(),
            ScalarType::BigInt => "int8".to_owned(),
            ScalarType::SmallInt => "int2".to_owned(),
            ScalarType::Boolean => "bool".to_owned(),
            ScalarType::Double => "float8".to_owned(),
            ScalarType::Real => "float4".to_owned(),
            ScalarType::Numeric(_) => "numeric".to_owned(),
            ScalarType::Varchar(_) => "varchar".to_owned(),
            other => other.to_string(),
        },
        T::Serial(_) => "int4".to_owned(),
        T::Named { name, .. } => name.as_str().to_owned(),
    }
}
