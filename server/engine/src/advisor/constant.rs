//! Policies whose conditions come to the same for every row.

use tenon_model::{
    Command, Expr, Policy, Role, Schema, Table, Value,
    advice::{Advice, AdviceKind, Severity},
};

use super::{
    finding::{Told, finding},
    open::capital,
    reach::{ANYBODY, bound, commands, verbs, who},
    truth::{Can, Truth},
};

pub(super) fn check(schema: &Schema, table: &Table, found: &mut Vec<Advice>) {
    // Policies that are not asked are a finding of their own.
    if !table.row_security {
        return;
    }
    for policy in &table.policies {
        for (words, clause) in [("using", &policy.using), ("with check", &policy.check)] {
            let Some(clause) = clause else { continue };
            let rule = Rule { schema, table, policy, words, clause };
            found.extend(if policy.permissive { rule.permissive() } else { rule.restrictive() });
        }
    }
}

/// A clause of a policy.
struct Rule<'s> {
    schema: &'s Schema,
    table: &'s Table,
    policy: &'s Policy,
    words: &'static str,
    clause: &'s Expr,
}

impl Rule<'_> {
    /// What the clause can be for each role that it decides something for.
    fn outcomes(&self) -> Vec<(Role, Vec<Command>, Can)> {
        let of = |role: Role| {
            let asked = |command: &Command| match self.words {
                "using" => *command != Command::Insert || self.policy.check.is_none(),
                _ => matches!(command, Command::Insert | Command::Update),
            };
            let commands: Vec<Command> = commands(self.schema, self.table, self.policy, &role).into_iter().filter(asked).collect();
            let can = Truth { schema: self.schema, table: self.table, role: &role }.of(self.clause);
            (role, commands, can)
        };
        bound(self.schema).map(of).filter(|(_, commands, _)| !commands.is_empty()).collect()
    }

    fn permissive(&self) -> Option<Advice> {
        let outcomes = self.outcomes();
        if !outcomes.is_empty() && outcomes.iter().all(|(_, _, can)| can.never_holds()) {
            return Some(self.allows_nothing());
        }
        let (role, commands, _) = outcomes.into_iter().find(|(role, _, can)| ANYBODY.contains(role) && can.always_holds())?;
        let writes = commands.iter().any(|command| *command != Command::Select);
        let severity = match (&role, writes) {
            (Role::Anon, true) => Severity::Error,
            (_, true) => Severity::Warning,
            (_, false) => Severity::Info,
        };
        let what = format!(
            "The policy \"{}\" lets {} {} every row of \"{}\": its \"{}\" is always true.",
            self.policy.name,
            who(&role),
            verbs(&commands),
            self.table.name,
            self.words
        );
        Some(
            self.finding(AdviceKind::AlwaysTrue, severity, what)
                .why("A permissive policy that always holds makes all other permissive policies of the command idle.")
                .remedy(format!("If that is meant, say so here. Else write which rows: {} may mean only some.", who(&role))),
        )
    }

    fn allows_nothing(&self) -> Advice {
        let severity = if self.is_plain_false() { Severity::Info } else { Severity::Warning };
        let what = format!(
            "The policy \"{}\" of \"{}\" allows nothing: its \"{}\" is never true.",
            self.policy.name, self.table.name, self.words
        );
        self.finding(AdviceKind::NeverTrue, severity, what)
            .why("A comparison with null is null, not true; only is null finds what is null.")
            .remedy("Mend the condition, or drop the policy.")
    }

    fn restrictive(&self) -> Option<Advice> {
        let outcomes = self.outcomes();
        if outcomes.is_empty() {
            return None;
        }
        if outcomes.iter().all(|(_, _, can)| can.always_holds()) {
            let what = format!(
                "The restrictive policy \"{}\" of \"{}\" restricts nothing: its \"{}\" is always true.",
                self.policy.name, self.table.name, self.words
            );
            return Some(
                self.finding(AdviceKind::AlwaysTrue, Severity::Warning, what)
                    .why("Somebody counts on a restriction that is not there.")
                    .remedy("Mend the condition, or drop the policy."),
            );
        }
        // Who writes false means nobody.
        let (role, commands, _) = outcomes.into_iter().find(|(_, _, can)| can.never_holds() && !self.is_plain_false())?;
        let what = format!(
            "{} can {} no row of \"{}\": the \"{}\" of its restrictive policy \"{}\" is never true.",
            capital(&who(&role)),
            verbs(&commands),
            self.table.name,
            self.words,
            self.policy.name
        );
        Some(
            self.finding(AdviceKind::NeverTrue, Severity::Warning, what)
                .why("A restrictive policy has to hold, whatever other policies allow.")
                .remedy("Mend the condition; if nobody is meant, write false."),
        )
    }

    fn is_plain_false(&self) -> bool {
        matches!(self.clause, Expr::Literal { value: Value::Bool(false), .. })
    }

    fn finding(&self, kind: AdviceKind, severity: Severity, what: String) -> Advice {
        finding(kind, severity, self.table, what).policy(&self.policy.name).part(self.words)
    }
}
