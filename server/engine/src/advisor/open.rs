//! Tables that are open to more than somebody has thought of, or to nobody.

use tenon_model::{
    Command, Role, Schema, Table,
    advice::{Advice, AdviceKind, Severity},
};

use super::{
    finding::{Told, finding},
    reach::{ANYBODY, granted, verbs, who},
};

pub(super) fn check(schema: &Schema, table: &Table, found: &mut Vec<Advice>) {
    if table.row_security {
        found.extend(ANYBODY.iter().filter_map(|role| without_policy(schema, table, role)));
        return;
    }
    found.extend(ANYBODY.iter().filter_map(|role| open(schema, table, role)));
    if !table.policies.is_empty() {
        found.push(idle(table));
    }
}

fn open(schema: &Schema, table: &Table, role: &Role) -> Option<Advice> {
    let commands = granted(schema, table, role);
    if commands.is_empty() {
        return None;
    }
    let severity = if *role == Role::Anon { Severity::Error } else { Severity::Warning };
    let what = format!("{} may {} every row of \"{}\".", capital(&who(role)), verbs(&commands), table.name);
    let why = if *role == Role::Anon {
        "The publishable key stands in every page and app that uses it: whoever looks has it. Row level security is off, so no \
         policy is asked."
    } else {
        "Whoever can sign up reaches the rows of everybody else. Row level security is off, so no policy is asked."
    };
    let remedy = "Turn row level security on and say by policies who reaches which rows; or take the grants back.";
    Some(finding(AdviceKind::OpenTable, severity, table, what).part(role.as_str()).why(why).remedy(remedy))
}

fn idle(table: &Table) -> Advice {
    let count = table.policies.len();
    let policies = if count == 1 { "has a policy that is".to_owned() } else { format!("has {count} policies that are") };
    finding(AdviceKind::IdlePolicies, Severity::Warning, table, format!("\"{}\" {policies} not asked.", table.name))
        .why("Policies count only while row level security is on for their table.")
        .remedy("Turn row level security on, or drop the policies.")
}

fn without_policy(schema: &Schema, table: &Table, role: &Role) -> Option<Advice> {
    let held = schema.held_by(role);
    let allowed = |command: &Command| table.policies.iter().any(|policy| policy.permissive && policy.is_for(*command, &held));
    let refused: Vec<Command> = granted(schema, table, role).into_iter().filter(|command| !allowed(command)).collect();
    if refused.is_empty() {
        return None;
    }
    let what =
        format!("{} may {} rows of \"{}\" by grant, and no policy allows any.", capital(&who(role)), verbs(&refused), table.name);
    Some(
        finding(AdviceKind::NoPolicy, Severity::Info, table, what)
            .part(role.as_str())
            .why("With row level security on, what no policy allows is refused: reads come back empty, writes fail.")
            .remedy("Add a policy for those rows, or take the grant back."),
    )
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
