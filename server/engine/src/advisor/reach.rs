//! Who reaches a table by grants, and how they are called.

use tenon_model::{Command, Grants, Policy, Role, Schema, Table};

/// The roles that anybody may have: of what the application's own roles reach, somebody has thought.
pub(super) const ANYBODY: [Role; 2] = [Role::Anon, Role::Authenticated];

/// Every role that policies bind.
pub(super) fn bound(schema: &Schema) -> impl Iterator<Item = Role> {
    ANYBODY.into_iter().chain(schema.own_roles().map(|own| own.role.clone()))
}

/// Whom the role stands for.
pub(super) fn who(role: &Role) -> String {
    match role {
        Role::Anon => "everybody with the publishable key".to_owned(),
        Role::Authenticated => "every signed-in user".to_owned(),
        other => format!("the role \"{other}\""),
    }
}

/// What the role has on the table, by itself and by the roles that it is a member of.
pub(super) fn grants(schema: &Schema, table: &Table, role: &Role) -> Grants {
    table.access.of(&schema.held_by(role))
}

/// What of the table the role may do, on some column at least.
pub(super) fn granted(schema: &Schema, table: &Table, role: &Role) -> Vec<Command> {
    grants(schema, table, role).any().commands().collect()
}

/// What of that a policy has a word in.
pub(super) fn commands(schema: &Schema, table: &Table, policy: &Policy, role: &Role) -> Vec<Command> {
    let held = schema.held_by(role);
    granted(schema, table, role).into_iter().filter(|command| policy.is_for(*command, &held)).collect()
}

/// What a command lets somebody do.
fn may(command: Command) -> &'static str {
    match command {
        Command::Select => "see",
        Command::Insert => "add",
        Command::Update => "change",
        Command::Delete => "delete",
    }
}

/// `see, change and delete`.
pub(super) fn verbs(commands: &[Command]) -> String {
    super::finding::listed(&commands.iter().map(|command| may(*command)).collect::<Vec<_>>())
}
