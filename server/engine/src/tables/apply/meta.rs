//! Comments.

use tenon_model::{Code, Error, Result};

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
            Commented::View(name) => {
                self.view(name)?;
                self.edit_view(name, |view| view.comment = text);
            }
            Commented::Function(name) => {
                self.function(name)?;
                self.edit_function(name, |function| function.comment = text);
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
            Commented::Transition(table, name) => self.comment_transition(table, name, text.as_ref())?,
            Commented::Constraint { table, name } => self.comment_constraint(table, name, text.as_deref())?,
            Commented::Policy(policy, table) => self.comment_policy(policy, table, text)?,
            Commented::Enum(name) => {
                if !self.schema.enums.contains_key(name) {
                    return Err(Error::new(Code::NotFound, format!("there is no type \"{name}\"")));
                }
                self.edit_enum(name, Step::CommentEnum(name.clone()), |e| e.comment = text);
            }
            Commented::Role(name) => {
                let role = self.known_role(name)?;
                self.edit_role(&role, Step::ChangeRole(name.clone()), |definition| definition.comment = text);
            }
        }
        Ok(())
    }
}
