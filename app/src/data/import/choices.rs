//! What a person chose for an import, from the page's one form; and what that comes to.

use std::fmt::Write as _;

use tenon_engine::imports::{CsvColumn, CsvOptions, CsvPreview, ImportMode, ImportRequest};
use tenon_model::{Code, Column, Error, Ident, Identity, Result, ScalarType, Schema, Table};

use super::model::{FileColumn, NEW_ID, Preview, TYPES};

/// The form's pairs.
pub(super) struct Choices(Vec<(String, String)>);

impl Choices {
    pub(super) fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The last value of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    /// How the file is to be read; what is not said is guessed.
    pub(super) fn options(&self) -> CsvOptions {
        let separator = match self.get("separator") {
            Some("tab") => Some('\t'),
            other => other.and_then(|text| text.chars().next()),
        };
        CsvOptions {
            separator,
            encoding: self.get("encoding").filter(|label| !label.is_empty()).map(str::to_owned),
            null: self.nulls(),
        }
    }

    /// The ticked texts for "missing", and those typed beside them.
    fn nulls(&self) -> Vec<String> {
        let ticked = self.0.iter().filter(|(name, _)| name == "null").map(|(_, value)| value.clone());
        let typed = self.text("null_other");
        let typed: Vec<String> = typed.split(',').map(|text| text.trim().to_owned()).collect();
        let mut all: Vec<String> = ticked.chain(typed).filter(|text| !text.is_empty()).collect();
        all.dedup();
        all
    }

    /// The page for a look at the file. `table` is the one to import into, if it exists.
    pub(super) fn preview(&self, look: CsvPreview, table: Option<&Table>) -> Preview {
        let first_look = self.get("look").is_none();
        let file = self.text("file");
        let columns: Vec<FileColumn> = look.columns.iter().enumerate().map(|(n, column)| self.column(n, column, table)).collect();
        let mut preview = Preview {
            upload: self.text("upload"),
            name: self.get("name").map_or_else(|| table_name(&file), |name| name.trim().to_owned()),
            key: self
                .get("key")
                .map_or_else(|| look.key_candidates.first().cloned().unwrap_or_else(|| NEW_ID.to_owned()), str::to_owned),
            separator: look.options.separator.map(|c| if c == '\t' { "tab".to_owned() } else { c.to_string() }).unwrap_or_default(),
            encoding: look.options.encoding.clone().unwrap_or_default(),
            null: if first_look { look.suggested_null.clone() } else { look.options.null.clone() },
            suggested_null: look.suggested_null,
            unfilled: table.map(|table| unfilled(table, &columns)).unwrap_or_default(),
            columns,
            rows: look.rows,
            rows_seen: look.rows_seen,
            whole: look.whole,
            target_columns: table.map(|table| table.columns.iter().map(|c| c.name.to_string()).collect()).unwrap_or_default(),
            key_candidates: look.key_candidates,
            what_fits: self.get("mode") == Some("what-fits"),
            file,
            ..Preview::default()
        };
        if table.is_none() {
            preview.sql = create_table(&preview).unwrap_or_default();
        }
        preview
    }
}

impl Choices {
    fn column(&self, n: usize, column: &CsvColumn, table: Option<&Table>) -> FileColumn {
        let type_name = self.get(&format!("t.{n}")).filter(|name| TYPES.contains(name)).map(str::to_owned);
        let to = self.target(n, &column.header, table);
        // What the import takes as the empty text is not missing.
        let kept = if table.is_some_and(|table| keeps_empty(table, &to)) { column.empty } else { 0 };
        FileColumn {
            header: column.header.clone(),
            missing: column.missing.saturating_sub(kept),
            to,
            type_name: type_name.unwrap_or_else(|| column.data_type.to_string()),
        }
    }

    /// Where a column goes: as chosen, if that was chosen for this table.
    fn target(&self, n: usize, header: &str, table: Option<&Table>) -> String {
        let guess = || guessed_target(header, n, table);
        let Some(chosen) = self.get(&format!("c.{n}")).map(str::trim) else { return guess() };
        let is_same = self.get("for").is_none_or(|name| name == table.map_or("", |table| table.name.as_str()));
        let takes = |column: &Column| is_same || !makes_its_own(column);
        let is_there = |name: &str| table.is_none_or(|table| table.column(name).is_some_and(takes));
        match chosen {
            "" if is_same => String::new(),
            "" => guess(),
            name if is_there(name) => name.to_owned(),
            _ => guess(),
        }
    }
}

/// Whether a column takes no value from outside.
fn makes_its_own(column: &Column) -> bool {
    column.identity == Some(Identity::Always) || column.generated.is_some()
}

/// Whether the import stores an empty field of the column as an empty text.
fn keeps_empty(table: &Table, name: &str) -> bool {
    let is_key = table.key_columns().iter().any(|key| key.as_str() == name);
    let is_text = |column: &Column| column.data_type.scalar().is_some_and(ScalarType::is_text);
    !is_key && table.column(name).is_some_and(|column| column.not_null && is_text(column))
}

/// The columns that must have a value, make none themselves, and get none from the file.
fn unfilled(table: &Table, columns: &[FileColumn]) -> Vec<String> {
    let is_required =
        |column: &&Column| column.not_null && column.default.is_none() && column.identity.is_none() && column.generated.is_none();
    let is_filled = |column: &&Column| columns.iter().any(|from| from.to == column.name.as_str());
    table.columns.iter().filter(is_required).filter(|column| !is_filled(column)).map(|column| column.name.to_string()).collect()
}

/// The table's column that a header means, or a name for a new one.
fn guessed_target(header: &str, position: usize, table: Option<&Table>) -> String {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    match table {
        Some(table) => {
            // A column that always makes its own values takes none.
            let mut open = table.columns.iter().filter(|c| !makes_its_own(c));
            open.find(|c| plain(c.name.as_str()) == plain(header)).map(|c| c.name.to_string()).unwrap_or_default()
        }
        // The report of rows that did not fit carries this column; it is no data.
        None if header == "error" => String::new(),
        None => Some(snake(header)).filter(|name| !name.is_empty()).unwrap_or_else(|| format!("column_{}", position + 1)),
    }
}

fn table_name(file: &str) -> String {
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = snake(stem.rsplit_once('.').map_or(stem, |(stem, _)| stem));
    if name.is_empty() { "imported".to_owned() } else { name }
}

/// Lower case, words joined by underscores.
fn snake(text: &str) -> String {
    let mut out = String::new();
    for c in text.trim().chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with('_') && !out.is_empty() {
            out.push('_');
        }
    }
    out.truncate(out.floor_char_boundary(Ident::MAX_BYTES));
    out.trim_end_matches('_').to_owned()
}

/// The SQL of the new table.
///
/// # Errors
/// [`Code::InvalidName`]; [`Code::InvalidValue`] if no column is left or two have one name.
pub(super) fn create_table(preview: &Preview) -> Result<String> {
    let mut lines = Vec::new();
    let mut names = std::collections::HashSet::new();
    if preview.key == NEW_ID {
        let taken = |name: &&str| preview.columns.iter().any(|column| column.to == **name);
        let name = ["id", "row_id", "tenon_id"].into_iter().find(|name| !taken(name)).unwrap_or("import_id");
        lines.push(format!("  {} bigint generated by default as identity primary key", Ident::new(name)?.quoted()));
    }
    for column in preview.columns.iter().filter(|column| !column.to.is_empty()) {
        let name = Ident::new(&column.to)?;
        if !names.insert(name.clone()) {
            return Err(Error::new(Code::InvalidValue, format!("Two columns are named “{name}”.")));
        }
        let mut line = format!("  {} {}", name.quoted(), column.type_name);
        if preview.key == column.header {
            line.push_str(" primary key");
        }
        lines.push(line);
    }
    if names.is_empty() {
        return Err(Error::new(Code::InvalidValue, "Every column is left out; keep at least one."));
    }
    let mut sql = String::new();
    let _ = write!(sql, "create table {} (\n{}\n);", Ident::new(&preview.name)?.quoted(), lines.join(",\n"));
    Ok(sql)
}

/// The import that the page asks for; without a table it makes one.
///
/// # Errors
/// [`Code::InvalidName`], [`Code::UnknownTable`], [`Code::UnknownColumn`]; as [`create_table`].
pub(super) fn request(preview: &Preview, schema: &Schema, table: &str, file: std::path::PathBuf) -> Result<ImportRequest> {
    let known = if table.is_empty() { None } else { Some(schema.require_table(table)?) };
    let target = |column: &FileColumn| match known {
        _ if column.to.is_empty() => Ok(None),
        Some(table) => table.require_column(&column.to).map(|column| Some(column.name.clone())),
        None => Ident::new(&column.to).map(Some),
    };
    Ok(ImportRequest {
        file,
        table: Ident::new(if known.is_some() { table } else { &preview.name })?,
        create: if known.is_some() { None } else { Some(create_table(preview)?) },
        note: String::new(),
        options: CsvOptions {
            separator: if preview.separator == "tab" { Some('\t') } else { preview.separator.chars().next() },
            encoding: Some(preview.encoding.clone()).filter(|label| !label.is_empty()),
            null: preview.null.clone(),
        },
        mapping: preview.columns.iter().map(target).collect::<Result<_>>()?,
        mode: if preview.what_fits { ImportMode::WhatFits } else { ImportMode::AllOrNothing },
    })
}

#[cfg(test)]
mod tests {
    use tenon_engine::imports::{CsvColumn, CsvOptions, CsvPreview};

    use super::{Choices, create_table, snake, table_name};
    use crate::data::import::model::{FileColumn, NEW_ID, Preview};

    #[test]
    fn names_come_from_headers_and_files() {
        assert_eq!(snake(" Départ  Time (UTC) "), "départ_time_utc");
        assert_eq!(table_name("C:\\data\\Flights 2013.csv"), "flights_2013");
        assert_eq!(table_name(".csv"), "imported");
    }

    #[test]
    fn columns_that_the_table_lacks_are_left_out() {
        let sql =
            "create table birds (id bigint generated always as identity primary key, code text not null, kind text not null);";
        let schema = tenon_engine::tables::schema_from_sql(sql).unwrap();
        let column = |header: &str| CsvColumn {
            header: header.into(),
            data_type: tenon_model::ScalarType::Text.into(),
            missing: 3,
            empty: 2,
        };
        let look = CsvPreview {
            options: CsvOptions::default(),
            columns: ["id", "Code", "minute"].map(column).into(),
            rows: Vec::new(),
            rows_seen: 9,
            whole: true,
            suggested_null: Vec::new(),
            key_candidates: Vec::new(),
        };
        let shown = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let preview = Choices::new(pairs).preview(look.clone(), schema.table("birds").map(AsRef::as_ref));
            let columns: Vec<_> = preview.columns.iter().map(|c| format!("{:?} {}", c.to, c.missing)).collect();
            format!("{} | unfilled {:?}", columns.join(", "), preview.unfilled)
        };
        let for_new = [("for", ""), ("c.0", "id"), ("c.1", "code"), ("c.2", "minute")];
        insta::assert_snapshot!(shown(&[]), @r#""" 3, "code" 1, "" 3 | unfilled ["kind"]"#);
        insta::assert_snapshot!(shown(&for_new), @r#""" 3, "code" 1, "" 3 | unfilled ["kind"]"#);
        insta::assert_snapshot!(shown(&[("for", "birds"), ("c.0", ""), ("c.1", ""), ("c.2", "kind")]), @r#""" 3, "" 3, "kind" 1 | unfilled ["code"]"#);
    }

    #[test]
    fn a_new_table_is_plain_sql() {
        let column = |header: &str, to: &str, type_name: &str| FileColumn {
            header: header.into(),
            to: to.into(),
            type_name: type_name.into(),
            missing: 0,
        };
        let columns = vec![column("Code", "code", "text"), column("x", "", "text"), column("n", "a\"b", "integer")];
        let mut preview = Preview { name: "things".into(), key: "Code".into(), columns, ..Preview::default() };
        insta::assert_snapshot!(create_table(&preview).unwrap(), @r#"
        create table "things" (
          "code" text primary key,
          "a""b" integer
        );
        "#);
        preview.key = NEW_ID.into();
        assert!(create_table(&preview).unwrap().contains("\"id\" bigint generated by default as identity primary key"));
        preview.columns[2].to = "code".into();
        assert_eq!(create_table(&preview).unwrap_err().message, "Two columns are named “code”.");
    }
}
