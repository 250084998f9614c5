//! Columns, their defaults, and constraints.

use sqlparser::tokenizer::Token;
use tenon_model::{Code, ForeignKey, Ident, Identity, ReferentialAction};

use super::{default, generated, policy::clause};
use crate::sql::{Cursor, Located, data_type};
use crate::tables::change::{CheckDef, ColumnDef, ConstraintDef, ConstraintKind};

/// `name type …`.
pub(super) fn column(c: &mut Cursor) -> Result<ColumnDef, Located> {
    let name = c.name("a column or a constraint")?;
    let type_name = data_type(c)?;
    let mut column =
        ColumnDef { name, type_name, not_null: false, default: None, identity: None, generated: None, constraints: Vec::new() };
    while column_option(c, &mut column)? {}
    generated::check(c, &column)?;
    Ok(column)
}

/// One option behind a column's type, if there is one more.
fn column_option(c: &mut Cursor, column: &mut ColumnDef) -> Result<bool, Located> {
    let name = if c.accept(&["constraint"]) { Some(c.name("the constraint's name")?) } else { None };
    let own = || vec![column.name.clone()];
    if c.accept(&["not", "null"]) {
        column.not_null = true;
    } else if c.accept(&["null"]) {
    } else if c.accept(&["primary", "key"]) {
        column.constraints.push(ConstraintDef { name, kind: ConstraintKind::PrimaryKey(own()) });
    } else if c.accept(&["unique"]) {
        nulls_distinct(c)?;
        column.constraints.push(ConstraintDef { name, kind: ConstraintKind::Unique(own()) });
    } else if c.accept(&["references"]) {
        let kind = references(c, own())?;
        column.constraints.push(ConstraintDef { name, kind });
    } else if let Some(kind) = check(c)? {
        column.constraints.push(ConstraintDef { name, kind });
    } else if name.is_some() {
        return Err(c.unexpected("primary key, unique, references, check or not null"));
    } else if c.accept(&["default"]) {
        column.default = Some(default::default(c)?);
    } else if c.accept(&["generated"]) {
        match generated::generated(c)? {
            Some(made) => column.generated = Some(made),
            None => column.identity = Some(identity(c)?),
        }
    } else if c.accept(&["collate"]) {
        collation(c)?;
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// `check (…)`, if that is next.
fn check(c: &mut Cursor) -> Result<Option<ConstraintKind>, Located> {
    let Some(expr) = clause(c, &["check"])? else { return Ok(None) };
    if c.sees(&["no", "inherit"]) {
        return Err(c.refuse(Code::Unsupported, "tables have no heirs here: leave \"no inherit\" out"));
    }
    Ok(Some(ConstraintKind::Check(CheckDef { expr, not_valid: false })))
}

/// `collate "C"` says what is so anyway.
fn collation(c: &mut Cursor) -> Result<(), Located> {
    let refused = c.refuse(Code::Unsupported, "text is always compared byte by byte: the only collation is \"C\"");
    let name = c.name("a collation")?;
    if name == "C" || name == "POSIX" { Ok(()) } else { Err(refused) }
}

/// `always as identity` or `by default as identity`.
pub(super) fn identity(c: &mut Cursor) -> Result<Identity, Located> {
    let identity = if c.accept(&["always", "as"]) {
        Identity::Always
    } else if c.accept(&["by", "default", "as"]) {
        Identity::ByDefault
    } else {
        return Err(c.unexpected("always or by default"));
    };
    c.expect(&["identity"])?;
    if *c.peek() == Token::LParen {
        return Err(c.refuse(Code::Unsupported, "an identity's start and step cannot be chosen"));
    }
    Ok(identity)
}

/// A table constraint, if the next element is one.
pub(super) fn table_constraint(c: &mut Cursor) -> Result<Option<ConstraintDef>, Located> {
    let name = if c.accept(&["constraint"]) { Some(c.name("the constraint's name")?) } else { None };
    let kind = if c.accept(&["primary", "key"]) {
        ConstraintKind::PrimaryKey(c.name_list("a column")?)
    } else if c.accept(&["unique"]) {
        nulls_distinct(c)?;
        ConstraintKind::Unique(c.name_list("a column")?)
    } else if c.accept(&["foreign", "key"]) {
        let columns = c.name_list("a column")?;
        c.expect(&["references"])?;
        references(c, columns)?
    } else if let Some(kind) = check(c)? {
        kind
    } else if c.sees(&["exclude"]) && name.is_some() {
        return Err(c.refuse(Code::Unsupported, "exclusion constraints are not understood"));
    } else if c.sees(&["like"]) {
        return Err(c.refuse(Code::Unsupported, "\"like\" is not understood: write the columns"));
    } else if name.is_some() {
        return Err(c.unexpected("primary key, unique, foreign key or check"));
    } else {
        return Ok(None);
    };
    not_deferrable(c)?;
    Ok(Some(ConstraintDef { name, kind }))
}

fn nulls_distinct(c: &mut Cursor) -> Result<(), Located> {
    if c.sees(&["nulls", "not", "distinct"]) {
        return Err(c.refuse(Code::Unsupported, "nulls are always distinct in a unique constraint"));
    }
    c.accept(&["nulls", "distinct"]);
    Ok(())
}

/// `auth.users`.
fn users(c: &mut Cursor) -> bool {
    let is = |token: &Token, name: &str| matches!(token, Token::Word(word) if word.value.eq_ignore_ascii_case(name));
    let found = is(c.token(0), "auth") && *c.token(1) == Token::Period && is(c.token(2), "users");
    (0..3).filter(|_| found).for_each(|_| c.advance());
    found
}

/// What follows `references`.
fn references(c: &mut Cursor, columns: Vec<Ident>) -> Result<ConstraintKind, Located> {
    let references =
        if users(c) { Ident::new(ForeignKey::USERS).map_err(|e| Located::new(e, c.here()))? } else { c.qualified_name("a table")? };
    let referenced = if *c.peek() == Token::LParen { c.name_list("a column")? } else { Vec::new() };
    let (mut on_delete, mut on_update) = (ReferentialAction::NoAction, ReferentialAction::NoAction);
    loop {
        if c.accept(&["on", "delete"]) {
            on_delete = action(c)?;
        } else if c.accept(&["on", "update"]) {
            on_update = action(c)?;
        } else if c.sees(&["match", "full"]) || c.sees(&["match", "partial"]) {
            return Err(c.refuse(Code::Unsupported, "only \"match simple\" is understood"));
        } else if !c.accept(&["match", "simple"]) {
            break;
        }
    }
    not_deferrable(c)?;
    Ok(ConstraintKind::ForeignKey { columns, references, referenced, on_delete, on_update })
}

fn action(c: &mut Cursor) -> Result<ReferentialAction, Located> {
    use ReferentialAction as A;
    let all = [A::NoAction, A::Restrict, A::Cascade, A::SetNull, A::SetDefault];
    let found = all.into_iter().find(|a| c.accept(&a.as_sql().split(' ').collect::<Vec<_>>()));
    let found = found.ok_or_else(|| c.unexpected("no action, restrict, cascade, set null or set default"))?;
    if matches!(found, A::SetNull | A::SetDefault) && *c.peek() == Token::LParen {
        return Err(c.refuse(Code::Unsupported, "all referring columns are set, not some of them"));
    }
    Ok(found)
}

fn not_deferrable(c: &mut Cursor) -> Result<(), Located> {
    while c.accept(&["not", "deferrable"]) || c.accept(&["initially", "immediate"]) {}
    if c.sees(&["deferrable"]) || c.sees(&["initially"]) {
        return Err(c.refuse(Code::Unsupported, "constraints are always checked at the end of each statement"));
    }
    Ok(())
}
