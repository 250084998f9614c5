//! Views and functions, each behind those that it uses, and default privileges.

use std::fmt::Write as _;

use tenon_model::{
    Schema,
    schema::{Function, Shape, View},
};

use super::{column_privileges, grantee, privileges, text};

/// A view or a function.
#[derive(Clone, Copy)]
enum Object<'s> {
    View(&'s View),
    Function(&'s Function),
}

impl Object<'_> {
    /// Whether it uses another.
    fn uses(self, other: Object<'_>) -> bool {
        match (self, other) {
            (Self::View(view), Object::View(of)) => view.select.uses().tables.contains(&of.name),
            (Self::View(view), Object::Function(of)) => view.select.calls(&of.name),
            (Self::Function(function), Object::View(of)) => {
                function.uses().tables.contains(&of.name) || function.returns.shape == Shape::Row(of.name.clone())
            }
            (Self::Function(function), Object::Function(of)) => function.name != of.name && function.calls(&of.name),
        }
    }
}

/// Adds what makes the views and functions.
pub(super) fn add(out: &mut String, schema: &Schema) {
    let mut waiting: Vec<Object<'_>> = schema.functions.values().map(|function| Object::Function(function)).collect();
    waiting.extend(schema.views.values().map(|view| Object::View(view)));
    while !waiting.is_empty() {
        // There are no circles.
        let ready = waiting.iter().position(|one| !waiting.iter().any(|other| one.uses(*other))).unwrap_or(0);
        match waiting.remove(ready) {
            Object::View(view) => add_view(out, view),
            Object::Function(function) => add_function(out, function),
        }
    }
}

fn add_view(out: &mut String, view: &View) {
    let name = view.name.to_sql();
    let _ = writeln!(out, "{};", view.to_sql());
    if let Some(comment) = &view.comment {
        let _ = writeln!(out, "comment on view {name} is {};", text(comment));
    }
    for (role, grants) in view.access.all() {
        for list in [privileges(grants.table), column_privileges(grants)].into_iter().flatten() {
            let _ = writeln!(out, "grant {list} on {name} to {};", grantee(role));
        }
    }
    out.push('\n');
}

fn add_function(out: &mut String, function: &Function) {
    let name = function.name_sql();
    let _ = writeln!(out, "{};", function.sql);
    if let Some(comment) = &function.comment {
        let _ = writeln!(out, "comment on function {name} is {};", text(comment));
    }
    if !function.execute.everybody {
        let _ = writeln!(out, "revoke execute on function {name} from public;");
    }
    for role in &function.execute.roles {
        let _ = writeln!(out, "grant execute on function {name} to {};", grantee(role));
    }
    out.push('\n');
}

/// Adds what says what roles may do with what is made further on. Last of all, so that it is not about what was made before.
pub(super) fn add_defaults(out: &mut String, schema: &Schema) {
    let begin = "alter default privileges in schema public";
    for (role, grants) in schema.default_privileges.tables.all() {
        if let Some(list) = privileges(grants.table) {
            let _ = writeln!(out, "{begin} grant {list} on tables to {};", grantee(role));
        }
    }
    if !schema.default_privileges.functions.everybody {
        let _ = writeln!(out, "{begin} revoke execute on functions from public;");
    }
    for role in &schema.default_privileges.functions.roles {
        let _ = writeln!(out, "{begin} grant execute on functions to {};", grantee(role));
    }
}
