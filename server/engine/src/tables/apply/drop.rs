//! `drop table`, `drop index`, `drop column`.

use tenon_model::{Code, Error, Ident, Result, Table, expression::Uses};

use super::{Draft, dependent};
use crate::tables::{change, step::Step};

impl Draft {
    pub(super) fn drop_tables(&mut self, drop: &change::Drop) -> Result<()> {
        for name in &drop.names {
            if drop.if_exists && !self.schema.tables.contains_key(name) {
                continue;
            }
            self.table(name)?;
            let referring: Vec<_> = self
                .schema
                .references_to(name.as_str())
                .filter(|(holder, _)| holder.name != *name)
                .map(|(holder, key)| (holder.name.clone(), key.name.clone()))
                .collect();
            // References among the tables that go are no obstacle.
            let outside: Vec<_> = referring.iter().filter(|(holder, _)| !drop.names.contains(holder)).cloned().collect();
            if !drop.cascade && !outside.is_empty() {
                return Err(dependent(&format!("table \"{name}\""), &constraint_names(&outside)));
            }
            let used = |uses: &Uses| uses.tables.contains(name) || uses.columns.iter().any(|(table, _)| table == name);
            self.release_policies(&format!("table \"{name}\""), drop.cascade, &drop.names, used)?;
            self.release_readers(&format!("table \"{name}\""), drop.cascade, &drop.names, used)?;
            for (holder, key) in referring {
                self.drop_foreign_key(&holder, &key);
            }
            self.step(Step::DropTable(name.clone()), |schema| {
                schema.tables.shift_remove(name);
            });
        }
        Ok(())
    }

    pub(super) fn drop_indexes(&mut self, drop: &change::Drop) -> Result<()> {
        for name in &drop.names {
            let holder = self.schema.tables.values().find(|t| t.indexes.iter().any(|i| i.name == *name)).cloned();
            let Some(table) = holder else {
                if self.is_constraint(name) {
                    let message = format!("index \"{name}\" belongs to a constraint");
                    return Err(Error::new(Code::Dependent, message).with_hint("use: alter table … drop constraint"));
                }
                if drop.if_exists {
                    continue;
                }
                return Err(Error::new(Code::NotFound, format!("there is no index \"{name}\"")));
            };
            self.release(&table, name, drop.cascade, &format!("index \"{name}\""))?;
            self.drop_index(&table.name, name);
        }
        Ok(())
    }

    fn is_constraint(&self, name: &Ident) -> bool {
        self.schema.tables.values().any(|t| t.primary_key.iter().chain(&t.uniques).any(|u| u.name == *name))
    }

    fn drop_index(&mut self, table: &Ident, name: &Ident) {
        let step = Step::DropIndex { table: table.clone(), name: name.clone() };
        self.table_step(table, step, |t| t.indexes.retain(|i| i.name != *name));
    }

    /// Drops a column; keys, references and indexes of its own table that include it go with it.
    pub(super) fn drop_column(&mut self, table: &Table, name: &Ident, if_exists: bool, cascade: bool) -> Result<()> {
        if table.column(name.as_str()).is_none() && if_exists {
            return Ok(());
        }
        table.require_column(name.as_str())?;
        if table.columns.len() == 1 {
            let message = format!("column \"{name}\" is the only one of \"{}\"", table.name);
            return Err(Error::new(Code::Dependent, message).with_hint("drop the table instead"));
        }
        let used = |uses: &Uses| uses.columns.contains(&(table.name.clone(), name.clone()));
        self.release_policies(&format!("column \"{name}\" of \"{}\"", table.name), cascade, &[], used)?;
        self.release_states(&format!("column \"{name}\" of \"{}\"", table.name), cascade, &table.name, name)?;
        self.release_readers(&format!("column \"{name}\" of \"{}\"", table.name), cascade, &[], used)?;
        self.drop_references_to_column(table, name, cascade)?;
        let own = self.table(&table.name)?;
        for key in own.foreign_keys.iter().filter(|k| k.columns.contains(name)) {
            self.drop_foreign_key(&own.name, &key.name);
        }
        for check in own.checks.iter().filter(|check| check.columns(&own).contains(&name)) {
            self.drop_check(&own.name, &check.name);
        }
        for index in own.indexes.iter().filter(|i| i.columns.iter().any(|c| c.column == *name)) {
            self.drop_index(&own.name, &index.name);
        }
        for unique in own.primary_key.iter().chain(&own.uniques).filter(|u| u.columns.contains(name)) {
            self.drop_unique(&own, &unique.name);
        }
        let step = Step::DropColumn { table: table.name.clone(), column: name.clone() };
        self.table_step(&table.name, step, |t| {
            t.columns.retain(|c| c.name != *name);
            t.access.drop_column(name);
        });
        Ok(())
    }

    /// Drops or refuses because of references to a key that includes the column. The table's own are dropped, as in
    /// PostgreSQL, with the column.
    fn drop_references_to_column(&mut self, table: &Table, name: &Ident, cascade: bool) -> Result<()> {
        let referring: Vec<_> = self
            .schema
            .references_to(table.name.as_str())
            .filter(|(_, key)| key.referenced_columns.contains(name))
            .map(|(holder, key)| (holder.name.clone(), key.name.clone()))
            .collect();
        let outside: Vec<_> = referring.iter().filter(|(holder, _)| *holder != table.name).cloned().collect();
        if !cascade && !outside.is_empty() {
            return Err(dependent(&format!("column \"{name}\" of \"{}\"", table.name), &constraint_names(&outside)));
        }
        for (holder, key) in referring {
            self.drop_foreign_key(&holder, &key);
        }
        Ok(())
    }
}

/// `constraint "x" of "t"` for each.
pub(super) fn constraint_names(keys: &[(Ident, Ident)]) -> Vec<String> {
    keys.iter().map(|(table, key)| format!("constraint \"{key}\" of \"{table}\"")).collect()
}
