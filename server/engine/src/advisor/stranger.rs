//! Policies that somebody passes who has only just signed up, told by the rows that are there.

use std::sync::Arc;

use tenon_model::{
    Aal, Caller, Claims, Command, Expr, Policy, Role, Schema, Table, UserId,
    advice::{Advice, AdviceKind, Severity},
};
use uuid::Uuid;

use super::{
    Look,
    finding::{Told, finding},
    reach::{commands, verbs},
    truth::Truth,
};
use crate::records::Verdicts;

/// Somebody who signed up a moment ago: no row speaks of them.
fn stranger() -> Caller {
    let id = Uuid::new_v4();
    let all = serde_json::json!({
        "sub": id, "aud": "authenticated", "role": "authenticated", "aal": "aal1", "is_anonymous": false,
        "email": "", "phone": "", "app_metadata": { "provider": "email", "providers": ["email"] }, "user_metadata": {},
    });
    let claims = Claims { session: None, aal: Aal::Aal1, email: None, all };
    Caller::Api { role: Role::Authenticated, user: Some(UserId(id)), claims: Some(Arc::new(claims)) }
}

impl Look<'_> {
    /// The findings of one table.
    pub(super) async fn strangers(&self, table: &Table, found: &mut Vec<Advice>) {
        if !table.row_security {
            return;
        }
        let caller = stranger();
        for policy in table.policies.iter().filter(|policy| policy.permissive) {
            let granted = commands(self.schema, table, policy, &Role::Authenticated);
            if let Some((clause, commands)) = asked(self.schema, table, policy, granted)
                && let Some(seen) = self.verdicts(&caller, table, clause).await
            {
                found.extend(judge(table, policy, &commands, seen));
            }
        }
    }
}

/// The clause that decides, and for which commands; none where other findings say enough.
fn asked<'p>(schema: &Schema, table: &Table, policy: &'p Policy, granted: Vec<Command>) -> Option<(&'p Expr, Vec<Command>)> {
    let clause = policy.using.as_ref()?;
    let commands: Vec<Command> = granted.into_iter().filter(|command| *command != Command::Insert).collect();
    let can = Truth { schema, table, role: &Role::Authenticated }.of(clause);
    (!commands.is_empty() && !can.always_holds() && !can.never_holds()).then_some((clause, commands))
}

fn judge(table: &Table, policy: &Policy, commands: &[Command], seen: Verdicts) -> Option<Advice> {
    let writes: Vec<Command> = commands.iter().copied().filter(|command| *command != Command::Select).collect();
    let all = seen.holds == seen.rows();
    // What everybody may see is often meant so; that somebody unknown sees every row, or changes any, seldom is.
    let asks = policy.using.as_ref().is_some_and(speaks_of_who);
    let verbs = match (seen.holds, writes.is_empty()) {
        (0, _) => return None,
        (_, false) => verbs(&writes),
        (_, true) if all && asks => verbs(commands),
        _ => return None,
    };
    let share = if all { format!("all {} rows", seen.rows()) } else { format!("{} of {} rows", seen.holds, seen.rows()) };
    let what = format!(
        "Anybody who signs up may {verbs} {share} of \"{}\" by the policy \"{}\", though no row speaks of them.",
        table.name, policy.name
    );
    Some(
        finding(AdviceKind::Stranger, Severity::Warning, table, what)
            .policy(&policy.name)
            .why("The policy was tried on the first rows for a user whose id stands nowhere in the data.")
            .remedy("Compare a column with auth.uid(), or look the user up in a table of members; if it is meant, say so here."),
    )
}

fn speaks_of_who(expr: &Expr) -> bool {
    let mut found = false;
    expr.visit(&mut |part| {
        use tenon_model::expression::ContextValue as C;
        found |= matches!(part, Expr::Subquery(_) | Expr::Context(C::Uid | C::Role | C::Email | C::Jwt));
    });
    found
}
