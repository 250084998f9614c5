//! Who reaches a table by grants, and how they are called.

use tenon_model::{Command, Policy, Privileges, Role, Table};

/// The roles that findings speak of.
pub(super) const ROLES: [Role; 2] = [Role::Anon, Role::Authenticated];

/// Whom the role stands for.
pub(super) fn who(role: Role) -> &'static str {
    match role {
        Role::Anon => "everybody with the publishable key",
        Role::Authenticated => "every signed-in user",
        Role::ServiceRole => "the secret key",
    }
}

/// Whether the command is among the privileges.
pub(super) fn grants(rights: Privileges, command: Command) -> bool {
    match command {
        Command::Select => rights.select,
        Command::Insert => rights.insert,
        Command::Update => rights.update,
        Command::Delete => rights.delete,
    }
}

/// What a role is granted on the table.
pub(super) fn granted(table: &Table, role: Role) -> Vec<Command> {
    Command::ALL.into_iter().filter(|command| grants(table.access.of(role), *command)).collect()
}

/// What of that a policy has a word in.
pub(super) fn commands(table: &Table, policy: &Policy, role: Role) -> Vec<Command> {
    granted(table, role).into_iter().filter(|command| policy.is_for(*command, role)).collect()
}

/// What a command lets somebody do, as `see every row`.
pub(super) fn may(command: Command) -> &'static str {
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
