//! Violated constraints: taken apart from either engine's words, and told in PostgreSQL's.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use tenon_model::{Check, Code, Error, FieldError, ForeignKey, Ident, Schema, Table, schema::violated};

/// A violated constraint, as far as the engine tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// [`Code::UniqueViolation`], [`Code::ForeignKeyViolation`], [`Code::NotNullViolation`] or [`Code::CheckViolation`].
    pub code: Code,
    /// The table; SQLite does not tell it for foreign keys and checks.
    pub table: Option<String>,
    /// The columns; PostgreSQL tells them only for not-null, SQLite for not-null and unique keys.
    pub columns: Vec<String>,
    /// The constraint; SQLite tells it only for checks.
    pub constraint: Option<String>,
    /// PostgreSQL's message.
    pub message: Option<String>,
    /// PostgreSQL's details: `Key (email)=(a@b) already exists.`
    pub details: Option<String>,
}

/// What constraint a failure violates, if any.
#[must_use]
pub fn violation(error: &DieselError) -> Option<Violation> {
    match error {
        DieselError::DatabaseError(kind, info) => of_kind(kind, &**info),
        _ => None,
    }
}

/// The error that a failure of writing a row of `table` means, worded alike on both engines. `value` gives the text of the
/// row's value in a column, if the row at hand has one. The columns that broke a key or a reference are its fields.
pub fn translate_for(error: DieselError, schema: &Schema, table: &Table, value: &dyn Fn(&Ident) -> Option<String>) -> Error {
    match violation(&error) {
        Some(violation) if violation.code == Code::CheckViolation => violation.of_check(schema, table),
        Some(violation) => {
            let fields = violation.fields(table);
            violation.completed(table, value).into_error().with_fields(fields)
        }
        None => super::translate(error),
    }
}

/// What is wrong with each column of a reference that points nowhere.
pub fn points_nowhere(key: &ForeignKey) -> Vec<FieldError> {
    let message = format!("There is no such record in “{}”.", key.target_name());
    marked(Code::ForeignKeyViolation, key.columns.iter().map(Ident::as_str), &message)
}

fn marked<'a>(code: Code, columns: impl Iterator<Item = &'a str>, message: &str) -> Vec<FieldError> {
    columns.map(|column| FieldError { column: column.to_owned(), code, message: message.to_owned() }).collect()
}

pub(super) fn of(kind: DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> Option<Violation> {
    of_kind(&kind, info)
}

fn of_kind(kind: &DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> Option<Violation> {
    let code = match kind {
        DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ExclusionViolation => Code::UniqueViolation,
        DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::RestrictViolation => Code::ForeignKeyViolation,
        DatabaseErrorKind::NotNullViolation => Code::NotNullViolation,
        DatabaseErrorKind::CheckViolation => Code::CheckViolation,
        // SQLite's message for a foreign key with the action RESTRICT, and for a commit with deferred ones.
        _ if info.message() == "FOREIGN KEY constraint failed" => Code::ForeignKeyViolation,
        _ => return None,
    };
    Some(if info.message().contains(" constraint failed") { from_sqlite(code, info.message()) } else { from_postgres(code, info) })
}

fn from_postgres(code: Code, info: &dyn DatabaseErrorInformation) -> Violation {
    // The details of a null or a failed check show the whole row, also what the caller may not read.
    let shows_row = matches!(code, Code::NotNullViolation | Code::CheckViolation);
    Violation {
        code,
        table: info.table_name().map(str::to_owned),
        columns: info.column_name().map(str::to_owned).into_iter().collect(),
        constraint: info.constraint_name().map(str::to_owned),
        message: Some(info.message().to_owned()),
        details: info.details().filter(|_| !shows_row).map(of_users),
    }
}

/// What the details of a broken reference to a user say, without how users are kept.
fn of_users(details: &str) -> String {
    let names = format!("table \"{}\"", ForeignKey::USERS);
    details.replace(&names, "table \"users\"")
}

/// `UNIQUE constraint failed: t.a, t.b`, `NOT NULL constraint failed: t.a`, `CHECK constraint failed: t_a_check`,
/// `FOREIGN KEY constraint failed`.
fn from_sqlite(code: Code, message: &str) -> Violation {
    let rest = message.split_once("constraint failed: ").map_or("", |(_, rest)| rest);
    let mut found = Violation { code, table: None, columns: Vec::new(), constraint: None, message: None, details: None };
    match code {
        Code::CheckViolation => found.constraint = Some(rest.to_owned()),
        Code::UniqueViolation | Code::NotNullViolation => {
            if let Some(index) = rest.strip_prefix("index '").and_then(|r| r.strip_suffix('\'')) {
                found.constraint = Some(index.to_owned());
            } else {
                for part in rest.split(", ") {
                    if let Some((table, column)) = part.split_once('.') {
                        found.table = Some(table.to_owned());
                        found.columns.push(column.to_owned());
                    }
                }
            }
        }
        _ => {}
    }
    found
}

impl Violation {
    /// What a person is told whose row a check refuses: the builder's message, and then which check it is. A change of one
    /// table may reach rows of another, for which SQLite tells the check alone.
    fn of_check(self, schema: &Schema, table: &Table) -> Error {
        let Some((holder, check)) = self.check(schema, table) else {
            return self.completed(table, &|_| None).into_error();
        };
        let error = Error::new(self.code, check.told(&holder.name));
        let error = match &check.message {
            Some(_) => error.with_details(violated(&holder.name, &check.name)),
            None => error,
        };
        if holder.name != table.name {
            return error;
        }
        error.with_fields(marked(Code::CheckViolation, check.columns(holder).into_iter().map(Ident::as_str), &check.sentence()))
    }

    fn check<'s>(&self, schema: &'s Schema, table: &'s Table) -> Option<(&'s Table, &'s Check)> {
        let name = self.constraint.as_deref()?;
        let in_table = |table: &'s Table| table.checks.iter().find(|check| check.name == *name).map(|check| (table, check));
        match &self.table {
            Some(own) if table.name != **own => schema.table(own).and_then(|table| in_table(table)),
            Some(_) => in_table(table),
            None => in_table(table).or_else(|| schema.tables.values().find_map(|table| in_table(table))),
        }
    }

    /// Adds what the table and the row at hand tell.
    #[must_use]
    pub fn completed(mut self, table: &Table, value: &dyn Fn(&Ident) -> Option<String>) -> Self {
        if self.message.is_some() {
            return self;
        }
        if self.code != Code::ForeignKeyViolation {
            self.table.get_or_insert_with(|| table.name.to_string());
        }
        if self.code == Code::UniqueViolation && self.table.as_deref() == Some(table.name.as_str()) {
            self.complete_unique(table, value);
        }
        self
    }

    /// What is wrong with each column of the table, as far as the engine tells which they are.
    fn fields(&self, table: &Table) -> Vec<FieldError> {
        // A delete may break what another table demands of its own columns.
        if self.table.as_deref() != Some(table.name.as_str()) {
            return Vec::new();
        }
        match self.code {
            Code::UniqueViolation => {
                let columns = self.unique_columns(table);
                let message = match columns.as_slice() {
                    [_] => "Another record has this value already.".to_owned(),
                    _ => format!("Another record has the same {} already.", columns.join(", ")),
                };
                marked(self.code, columns.into_iter(), &message)
            }
            Code::NotNullViolation => marked(self.code, self.columns.iter().map(String::as_str), "This must not be empty."),
            // The same constraint of a table that refers to itself may also keep a row from going.
            Code::ForeignKeyViolation if self.message.as_ref().is_some_and(|text| text.starts_with("insert or update")) => {
                let key = table.foreign_keys.iter().find(|key| Some(key.name.as_str()) == self.constraint.as_deref());
                key.map(points_nowhere).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    fn unique_columns<'a>(&'a self, table: &'a Table) -> Vec<&'a str> {
        if !self.columns.is_empty() {
            return self.columns.iter().map(String::as_str).collect();
        }
        let Some(name) = self.constraint.as_deref() else { return Vec::new() };
        let mut keys = table.primary_key.iter().chain(&table.uniques);
        if let Some(key) = keys.find(|key| key.name == *name) {
            return key.columns.iter().map(Ident::as_str).collect();
        }
        let index = table.indexes.iter().find(|index| index.name == *name);
        index.map(|index| index.columns.iter().map(|column| column.column.as_str()).collect()).unwrap_or_default()
    }

    fn complete_unique(&mut self, table: &Table, value: &dyn Fn(&Ident) -> Option<String>) {
        let same = |columns: &mut dyn Iterator<Item = &Ident>| columns.eq(self.columns.iter().map(String::as_str));
        let keys = table.primary_key.iter().chain(&table.uniques);
        let key = keys.clone().find(|key| same(&mut key.columns.iter())).map(|key| &key.name).or_else(|| {
            let mut unique = table.indexes.iter().filter(|index| index.unique);
            unique.find(|index| same(&mut index.columns.iter().map(|c| &c.column))).map(|index| &index.name)
        });
        self.constraint = key.map(ToString::to_string);
        let columns: Option<Vec<&Ident>> = self.columns.iter().map(|name| table.column(name).map(|column| &column.name)).collect();
        let values: Option<Vec<String>> = columns.iter().flatten().map(|name| value(name)).collect();
        if let (Some(columns), Some(values)) = (columns, values) {
            self.details = Some(already_exists(&columns, &values));
        }
    }

    /// The violation as an error.
    #[must_use]
    pub fn into_error(self) -> Error {
        let message = self.message.clone().unwrap_or_else(|| self.sentence());
        let error = Error::new(self.code, message);
        match self.details {
            Some(details) => error.with_details(details),
            None => error,
        }
    }

    fn sentence(&self) -> String {
        let table = self.table.as_deref().unwrap_or("");
        match (self.code, &self.constraint, self.columns.as_slice()) {
            (Code::UniqueViolation, Some(name), _) => format!("duplicate key value violates unique constraint \"{name}\""),
            (Code::UniqueViolation, None, columns) => {
                format!("duplicate key value violates a unique constraint on ({}) of \"{table}\"", columns.join(", "))
            }
            (Code::NotNullViolation, _, [column, ..]) => {
                format!("null value in column \"{column}\" of relation \"{table}\" violates not-null constraint")
            }
            (Code::CheckViolation, Some(name), _) => {
                format!("new row for relation \"{table}\" violates check constraint \"{name}\"")
            }
            (Code::ForeignKeyViolation, ..) => "the change violates a foreign key constraint".to_owned(),
            _ => "the change violates a constraint".to_owned(),
        }
    }
}

/// PostgreSQL's details of a taken key.
fn already_exists(columns: &[&Ident], values: &[String]) -> String {
    let names: Vec<String> = columns.iter().map(|name| as_written(name)).collect();
    format!("Key ({})=({}) already exists.", names.join(", "), values.join(", "))
}

/// A name as PostgreSQL writes it: quoted only where it must be.
fn as_written(name: &Ident) -> String {
    let plain = name.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !name.as_str().starts_with(|c: char| c.is_ascii_digit());
    if plain { name.to_string() } else { name.quoted() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlites_words_are_taken_apart() {
        let found = from_sqlite(Code::UniqueViolation, "UNIQUE constraint failed: people.first, people.last");
        assert_eq!((found.table.as_deref(), found.columns), (Some("people"), vec!["first".to_owned(), "last".to_owned()]));
        let found = from_sqlite(Code::NotNullViolation, "NOT NULL constraint failed: people.email");
        insta::assert_snapshot!(found.into_error().message, @r#"null value in column "email" of relation "people" violates not-null constraint"#);
        let found = from_sqlite(Code::CheckViolation, "CHECK constraint failed: people_age_check");
        assert_eq!(found.constraint.as_deref(), Some("people_age_check"));
    }
}
