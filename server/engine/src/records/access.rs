//! Who may do what with a table's records.

use tenon_model::{
    Caller, Code, Error, Expr, Ident, OrderBy, Privileges, ReadQuery, Result, Schema, SelectItem, Table, query::Relation,
};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Privilege {
    Select,
    Insert,
    Update,
    Delete,
}

impl Privilege {
    fn of(self, privileges: Privileges) -> bool {
        match self {
            Self::Select => privileges.select,
            Self::Insert => privileges.insert,
            Self::Update => privileges.update,
            Self::Delete => privileges.delete,
        }
    }
}

/// The table, if there is one that requests may speak of.
///
/// # Errors
/// [`Code::UnknownTable`].
pub(crate) fn table<'s>(schema: &'s Schema, name: &Ident) -> Result<&'s Table> {
    if name.is_system() {
        return Err(Error::new(Code::UnknownTable, format!("there is no table \"{name}\"")).with_details(name.as_str()));
    }
    schema.require_table(name.as_str()).map(AsRef::as_ref)
}

/// Passes callers who may do that with the table.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::UnknownTable`].
pub(crate) fn require(caller: &Caller, schema: &Schema, name: &Ident, privilege: Privilege) -> Result<()> {
    let table = table(schema, name)?;
    let allowed = match caller {
        // Studio accounts of every role work with records.
        Caller::Operator | Caller::Studio { .. } => true,
        Caller::Api { role, .. } => privilege.of(table.access.of(*role)),
    };
    if allowed { Ok(()) } else { Err(Error::new(Code::Forbidden, format!("permission denied for table {name}"))) }
}

/// Whether nothing needs to be looked at.
fn is_unbound(caller: &Caller) -> bool {
    matches!(caller, Caller::Operator | Caller::Studio { .. })
}

/// Passes callers who may read every table that a query touches.
///
/// # Errors
/// As [`require`].
pub(crate) fn require_read(caller: &Caller, schema: &Schema, query: &ReadQuery) -> Result<()> {
    require(caller, schema, &query.table, Privilege::Select)?;
    require_select(caller, schema, &query.select)?;
    if is_unbound(caller) {
        return Ok(());
    }
    require_expr(caller, schema, &query.filter)?;
    require_order(caller, schema, &query.order)
}

/// Passes callers who may read the tables that a select embeds.
///
/// # Errors
/// As [`require`].
pub(crate) fn require_select(caller: &Caller, schema: &Schema, select: &[SelectItem]) -> Result<()> {
    for item in select {
        if let SelectItem::Embed(embed) = item {
            require_relation(caller, schema, &embed.relation)?;
            require_read(caller, schema, &embed.query)?;
        }
    }
    Ok(())
}

/// Passes callers who may read the tables that sort keys look into.
///
/// # Errors
/// As [`require`].
pub(crate) fn require_order(caller: &Caller, schema: &Schema, order: &[OrderBy]) -> Result<()> {
    order.iter().try_for_each(|key| require_expr(caller, schema, &key.expr))
}

/// Passes callers who may read the tables that an expression looks into.
///
/// # Errors
/// As [`require`].
pub(crate) fn require_expr(caller: &Caller, schema: &Schema, expr: &Expr) -> Result<()> {
    let mut result = Ok(());
    expr.visit(&mut |part| {
        if result.is_ok() {
            result = match part {
                Expr::Exists { relation, .. } | Expr::Related { relation, .. } => require_relation(caller, schema, relation),
                Expr::Subquery(query) => {
                    query.from.iter().try_for_each(|source| require(caller, schema, &source.table, Privilege::Select))
                }
                _ => Ok(()),
            };
        }
    });
    result
}

fn require_relation(caller: &Caller, schema: &Schema, relation: &Relation) -> Result<()> {
    require(caller, schema, &relation.target, Privilege::Select)?;
    match &relation.through {
        Some(through) => require(caller, schema, &through.table, Privilege::Select),
        None => Ok(()),
    }
}
