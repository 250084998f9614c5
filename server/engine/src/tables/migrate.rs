//! Migration files: each once, known by its name.

use diesel::prelude::*;
use sha2::{Digest, Sha256};
use tenon_model::{Code, Error, Result, Schema};

use super::{
    MigrationFile, MigrationOutcome,
    change::Statement,
    change_set::{self, Source},
};
use crate::{
    audit::{Actor, Client},
    database::{Conn, Translate},
    system::schema::_tenon_migrations_applied as applied,
};

/// A migration file that was understood.
#[derive(Clone)]
pub(super) struct Migration {
    source: Source,
    name: String,
    checksum: String,
    statements: Vec<Statement>,
}

impl Migration {
    pub(super) fn parse(file: MigrationFile, who: &str, noted: Option<(Actor, Client)>) -> Result<Self> {
        let source = Source {
            path: Some(file.path.display().to_string()),
            file: Some(file.name.clone()),
            who: who.to_owned(),
            sql: file.sql,
            noted,
        };
        let statements = source.parse()?;
        let checksum = hex::encode(Sha256::digest(source.sql.as_bytes()));
        Ok(Self { source, name: file.name, checksum, statements })
    }

    /// Whether it was applied before.
    pub(super) fn is_applied(&self, conn: &mut Conn) -> Result<bool> {
        let known: Option<String> = applied::table.find(&self.name).select(applied::checksum).first(conn).optional().translate()?;
        match known {
            None => Ok(false),
            Some(checksum) if checksum == self.checksum => Ok(true),
            Some(_) => {
                let path = self.source.path.clone().unwrap_or_default();
                Err(Error::new(Code::Conflict, format!("migration {} was applied before with another text", self.name))
                    .with_details(format!("{path}:1:1"))
                    .with_hint("leave applied migrations as they are, and put further changes into a new file"))
            }
        }
    }

    /// Applies it unless it was; returns the schema that results.
    pub(super) fn apply(&self, conn: &mut Conn) -> Result<(Option<Schema>, MigrationOutcome)> {
        if self.is_applied(conn)? {
            return Ok((None, MigrationOutcome::Skipped));
        }
        let (schema, change) = change_set::change(conn, &self.source, &self.statements)?;
        let row = (
            applied::name.eq(&self.name),
            applied::checksum.eq(&self.checksum),
            applied::at.eq(&change.at),
            applied::version.eq(change.version),
        );
        diesel::insert_into(applied::table).values(row).execute(conn).translate()?;
        Ok((Some(schema), MigrationOutcome::Applied(change)))
    }
}
