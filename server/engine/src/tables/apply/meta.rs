//! Comments and privileges.

use tenon_model::{Code, Error, Ident, Privileges, Result, Role};

use super::{Draft, column::column_mut};
use crate::tables::{change::Commented, step::Step};

impl Draft {
    pub(super) fn comment(&mut self, on: &Commented, text: Option<&String>) -> Result<()> {
        let text = text.cloned();
        match on {
            Commented::Table(name) => {
                self.table(name)?;
                self.table_step(name, Step::CommentTable(name.clone()), |t| t.comment = text);
            }
            Commented::Column(table, column) => {
                self.table(table)?.require_column(column.as_str())?;
                let step = Step::CommentColumn { table: table.clone(), column: column.clone() };
                self.table_step(table, step, |t| {
                    if let Some(column) = column_mut(t, column) {
                        column.comment = text;
                    }
                });
            }
            Commented::Enum(name) => {
                if !self.schema.enums.contains_key(name) {
                    return Err(Error::new(Code::NotFound, format!("there is no type \"{name}\"")));
                }
                self.edit_enum(name, Step::CommentEnum(name.clone()), |e| e.comment = text);
            }
        }
        Ok(())
    }

    pub(super) fn grant(&mut self, give: bool, named: Privileges, tables: &[Ident], roles: &[Role]) -> Result<()> {
        for name in tables {
            self.table(name)?;
            self.table_step(name, Step::SetAccess(name.clone()), |table| {
                for role in roles {
                    match role {
                        Role::Anon => set(&mut table.access.anon, named, give),
                        Role::Authenticated => set(&mut table.access.authenticated, named, give),
                        Role::ServiceRole => {}
                    }
                }
            });
        }
        Ok(())
    }
}

fn set(held: &mut Privileges, named: Privileges, give: bool) {
    for (named, held) in [
        (named.select, &mut held.select),
        (named.insert, &mut held.insert),
        (named.update, &mut held.update),
        (named.delete, &mut held.delete),
    ] {
        if named {
            *held = give;
        }
    }
}
