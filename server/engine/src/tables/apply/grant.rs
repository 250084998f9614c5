//! Privileges on tables and columns.

use tenon_model::{Access, Code, Error, Grants, Ident, Result, Role};

use super::Draft;
use crate::tables::{change::Granted, step::Step};

impl Draft {
    pub(super) fn grant(&mut self, give: bool, granted: &[Granted], tables: &[Ident], roles: &[Ident]) -> Result<()> {
        for role in roles.iter().filter(|role| **role != Role::PUBLIC) {
            self.known_role(role)?;
        }
        let all: Vec<Ident> = if tables.is_empty() {
            self.schema.tables.keys().chain(self.schema.views.keys()).cloned().collect()
        } else {
            tables.to_vec()
        };
        for name in &all {
            if let Some(view) = self.schema.views.get(name).cloned() {
                for column in granted.iter().flat_map(|granted| granted.columns.iter().flatten()) {
                    if !view.select.columns.iter().any(|(own, _)| own == column) {
                        let message = format!("column {name}.{column} does not exist");
                        return Err(Error::new(Code::UnknownColumn, message).with_details(column.as_str()));
                    }
                }
                self.edit_view(name, |view| give_to(&mut view.access, give, granted, roles));
                continue;
            }
            let table = self.table(name)?;
            for column in granted.iter().flat_map(|granted| granted.columns.iter().flatten()) {
                table.require_column(column.as_str())?;
            }
            self.table_step(name, Step::SetAccess(name.clone()), |table| give_to(&mut table.access, give, granted, roles));
        }
        Ok(())
    }

    /// The role of that name.
    ///
    /// # Errors
    /// [`tenon_model::Code::UnknownRole`].
    pub(super) fn known_role(&self, name: &Ident) -> Result<Role> {
        let role = Role::from(name.clone());
        self.schema.require_role(&role)?;
        Ok(role)
    }
}

/// The secret key is past every privilege: nothing is to be kept of what it is granted.
pub(super) fn give_to(access: &mut Access, give: bool, granted: &[Granted], roles: &[Ident]) {
    for role in roles.iter().filter(|role| **role != Role::ServiceRole.as_str()) {
        access.change(role, |grants| granted.iter().for_each(|granted| set(grants, granted, give)));
    }
}

/// As in PostgreSQL, grants on columns stand beside those on the table; what is revoked on the table is on its columns, too.
fn set(grants: &mut Grants, granted: &Granted, give: bool) {
    match &granted.columns {
        Some(columns) => {
            for column in columns {
                let held = grants.columns.entry(column.clone()).or_default();
                granted.commands.commands().for_each(|command| held.set(command, give));
            }
        }
        None => {
            granted.commands.commands().for_each(|command| grants.table.set(command, give));
            if !give {
                for held in grants.columns.values_mut() {
                    granted.commands.commands().for_each(|command| held.set(command, false));
                }
            }
        }
    }
}
