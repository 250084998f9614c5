//! What follows `default`: a literal, a value that both engines make by themselves, or an expression.

use tenon_model::Ident;

use crate::{
    expressions::{Kind, Node, expression},
    sql::{Cursor, Located},
    tables::change::{Computed, DefaultDef, DefaultValue, TypeName},
};

pub(super) fn default(c: &mut Cursor) -> Result<DefaultDef, Located> {
    let node = expression(c)?;
    let at = node.at;
    let mut casts = Vec::new();
    let value = match plain(&node, &mut casts) {
        // A conversion of what differs from row to row is a calculation.
        Some(DefaultValue::Now | DefaultValue::CurrentDate | DefaultValue::RandomUuid) if !casts.is_empty() => None,
        value => value,
    };
    Ok(match value {
        Some(value) => DefaultDef { value, at, casts },
        None => DefaultDef { value: DefaultValue::Expression(Computed(node)), at, casts: Vec::new() },
    })
}

/// What needs no calculation; the types that it is cast to go to `casts`, innermost first.
fn plain(node: &Node, casts: &mut Vec<TypeName>) -> Option<DefaultValue> {
    match &node.kind {
        Kind::Cast(inner, to) => {
            let value = plain(inner, casts)?;
            casts.push(to.clone());
            Some(value)
        }
        Kind::Typed(to, text) => {
            casts.push(to.clone());
            Some(DefaultValue::Text(text.clone()))
        }
        Kind::Call(call) if call.arguments.is_empty() && !call.star => by_itself(&call.name),
        Kind::Array(elements) => elements.iter().map(literal).collect::<Option<_>>().map(DefaultValue::Array),
        _ => literal(node),
    }
}

fn literal(node: &Node) -> Option<DefaultValue> {
    Some(match &node.kind {
        Kind::Null => DefaultValue::Null,
        Kind::Bool(flag) => DefaultValue::Bool(*flag),
        Kind::Number(digits) => DefaultValue::Number(digits.clone()),
        Kind::Text(text) => DefaultValue::Text(text.clone()),
        _ => return None,
    })
}

/// Calls that each engine has a like of.
fn by_itself(name: &[Ident]) -> Option<DefaultValue> {
    let parts: Vec<&str> = name.iter().map(Ident::as_str).collect();
    match parts.as_slice() {
        ["now" | "current_timestamp"] | ["pg_catalog", "now"] => Some(DefaultValue::Now),
        ["current_date"] => Some(DefaultValue::CurrentDate),
        // Where Supabase keeps the functions of extensions.
        ["gen_random_uuid" | "uuid_generate_v4"] | ["extensions" | "pg_catalog", "gen_random_uuid" | "uuid_generate_v4"] => {
            Some(DefaultValue::RandomUuid)
        }
        _ => None,
    }
}
