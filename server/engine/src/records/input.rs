//! Rows out of JSON and CSV bodies: typed as they are read, nothing is built in between.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use tenon_model::{Code, Column, Error, FieldError, Ident, Result, Schema, Table, Value};

use super::RecordSet;

/// The most rows of one body.
const MAX_ROWS: usize = 100_000;

/// What has been read so far.
struct Reader<'a> {
    schema: &'a Schema,
    table: &'a Table,
    /// Whether the columns are given, and other keys are left out.
    fixed: bool,
    columns: Vec<&'a Column>,
    rows: Vec<Vec<Option<Value>>>,
    /// Why the reading stopped, where it is not the syntax.
    error: Option<Error>,
}

pub(super) fn from_json(schema: &Schema, table: &Table, json: &[u8], only: Option<&[Ident]>) -> Result<RecordSet> {
    let text = std::str::from_utf8(json)
        .map_err(|e| Error::new(Code::InvalidSyntax, "the body is not UTF-8").with_details(format!("byte {}", e.valid_up_to())))?;
    let mut reader = Reader::new(schema, table, only)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = Body(&mut reader).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Some(error) = reader.error {
        return Err(error);
    }
    read.map_err(|e| Error::new(Code::InvalidSyntax, "Empty or invalid json").with_details(e.to_string()))?;
    Ok(reader.finish())
}

pub(super) fn from_csv(schema: &Schema, table: &Table, csv: &[u8], only: Option<&[Ident]>) -> Result<RecordSet> {
    let csv = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    let mut reader = Reader::new(schema, table, only)?;
    let mut lines = csv::ReaderBuilder::new().from_reader(csv);
    let headers = lines.headers().map_err(|e| csv_error(&e))?.clone();
    let mut targets = Vec::with_capacity(headers.len());
    for header in &headers {
        let target = reader.column(header, 0)?;
        if target.is_some() && targets.contains(&target) {
            return Err(Error::new(Code::InvalidSyntax, format!("the column \"{header}\" stands twice in the header")));
        }
        targets.push(target);
    }
    for record in lines.records() {
        let record = record.map_err(|e| csv_error(&e))?;
        let mut row = vec![None; reader.columns.len()];
        let mut faults = Vec::new();
        for (text, target) in record.iter().zip(&targets) {
            let Some(target) = *target else { continue };
            let column = reader.columns[target];
            let value = if text == "NULL" { Ok(Value::Null) } else { Value::parse(text, &column.data_type, schema) };
            put(&mut row, target, column, value, &mut faults);
        }
        reader.push(row, faults)?;
    }
    Ok(reader.finish())
}

fn csv_error(error: &csv::Error) -> Error {
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { .. } => "All lines must have same number of fields",
        csv::ErrorKind::Utf8 { .. } => "the body is not UTF-8",
        _ => "the body is no CSV",
    };
    Error::new(Code::InvalidSyntax, message).with_details(error.to_string())
}

fn put(row: &mut [Option<Value>], at: usize, column: &Column, value: Result<Value>, faults: &mut Vec<FieldError>) {
    match value {
        Ok(value) => row[at] = Some(value),
        Err(error) => {
            let message = match error.details {
                Some(details) => format!("{}: {details}", error.message),
                None => error.message,
            };
            faults.push(FieldError { column: column.name.to_string(), code: error.code, message });
        }
    }
}

impl<'a> Reader<'a> {
    fn new(schema: &'a Schema, table: &'a Table, only: Option<&[Ident]>) -> Result<Self> {
        let mut reader = Self { schema, table, fixed: false, columns: Vec::new(), rows: Vec::new(), error: None };
        for name in only.unwrap_or_default() {
            reader.column(name.as_str(), 0)?;
        }
        reader.fixed = only.is_some();
        Ok(reader)
    }

    /// The position of a column, looked for first where it is likely; `None` if it is to be left out.
    fn column(&mut self, name: &str, likely: usize) -> Result<Option<usize>> {
        if self.columns.get(likely).is_some_and(|column| column.name == *name) {
            return Ok(Some(likely));
        }
        if let Some(at) = self.columns.iter().position(|column| column.name == *name) {
            return Ok(Some(at));
        }
        if self.fixed {
            return Ok(None);
        }
        let column = self.table.column(name).ok_or_else(|| {
            let message = format!("Could not find the '{name}' column of '{}' in the schema cache", self.table.name);
            Error::new(Code::UnknownColumn, message).with_details(name)
        })?;
        self.columns.push(column);
        Ok(Some(self.columns.len() - 1))
    }

    fn push(&mut self, row: Vec<Option<Value>>, faults: Vec<FieldError>) -> Result<()> {
        let number = self.rows.len() + 1;
        match faults.as_slice() {
            [] => {}
            [one] => {
                return Err(Error::new(one.code, one.message.clone())
                    .with_details(format!("record {number}, column \"{}\"", one.column))
                    .with_fields(faults));
            }
            several => {
                let all = several.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; ");
                return Err(Error::new(Code::InvalidRecord, all).with_details(format!("record {number}")).with_fields(faults));
            }
        }
        if number > MAX_ROWS {
            return Err(Error::new(Code::TooLarge, format!("a body may hold at most {MAX_ROWS} records")));
        }
        self.rows.push(row);
        Ok(())
    }

    /// Every row as long as the columns.
    fn finish(self) -> RecordSet {
        let width = self.columns.len();
        let mut rows = self.rows;
        for row in &mut rows {
            row.resize(width, None);
        }
        RecordSet { columns: self.columns.iter().map(|column| column.name.clone()).collect(), rows }
    }

    /// Keeps an error of ours while serde's way out carries one of its own.
    fn fail<E: serde::de::Error>(&mut self, error: Error) -> E {
        let message = error.message.clone();
        self.error = Some(error);
        E::custom(message)
    }
}

/// An object, or an array of them.
struct Body<'r, 'a>(&'r mut Reader<'a>);

impl<'de> DeserializeSeed<'de> for Body<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Body<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Record(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        Record(self.0).visit_map(members)
    }
}

struct Record<'r, 'a>(&'r mut Reader<'a>);

impl<'de> DeserializeSeed<'de> for Record<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Record<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let reader = self.0;
        let mut row = vec![None; reader.columns.len()];
        let (mut faults, mut likely) = (Vec::new(), 0);
        while let Some(Key(key)) = members.next_key()? {
            let Some(at) = reader.column(&key, likely).map_err(|e| reader.fail(e))? else {
                members.next_value::<IgnoredAny>()?;
                continue;
            };
            let json: &'de RawValue = members.next_value()?;
            likely = at + 1;
            row.resize(reader.columns.len(), None);
            let column = reader.columns[at];
            put(&mut row, at, column, Value::from_json(json.get(), &column.data_type, reader.schema), &mut faults);
        }
        reader.push(row, faults).map_err(|e| reader.fail(e))
    }
}

/// An object's key, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tenon_model::{DataType, ScalarType};

    use super::*;

    fn schema() -> Schema {
        let column = |name: &str, scalar: ScalarType| Column::new(Ident::new(name).unwrap(), DataType::Scalar(scalar));
        let table = Table {
            columns: vec![column("id", ScalarType::Integer), column("name", ScalarType::Text), column("data", ScalarType::Json)],
            ..Table::new(Ident::new("things").unwrap())
        };
        let mut schema = Schema::default();
        schema.tables.insert(table.name.clone(), Arc::new(table));
        schema
    }

    fn show(result: Result<RecordSet>) -> String {
        match result {
            Ok(set) => format!("{:?} {:?}", set.columns, set.rows),
            Err(e) => format!("! {:?} {} | {:?} | {}", e.code, e.message, e.details, e.fields.len()),
        }
    }

    fn json(text: &str) -> String {
        let schema = schema();
        show(RecordSet::from_json(&schema, schema.table("things").unwrap(), text.as_bytes(), None))
    }

    #[test]
    fn json_rows_share_their_columns() {
        let all = [
            json(r#"{"id":1}"#),
            json(r#"[{"id":"1","name":2},{"data":{"a":[1]},"id":null}]"#),
            json("[]"),
            json(r#"[{"id":"x","name":"ok","data":1,"id":"y"}]"#),
            json(r#"[{"id":"x"},{"nope":1}]"#),
            json(r#"{"nope":1}"#),
            json(r#"[1]"#),
            json(r#"{"id":1} x"#),
            json(r#"{"id":1"#),
            json(&format!(r#"{{"data":{}}}"#, "[".repeat(100_000))),
            json(&format!(r#"{{"data":{}{}}}"#, "[".repeat(200), "]".repeat(200))),
        ];
        insta::assert_snapshot!(all.join("\n"), @r#"
    ["id"] [[Some(Int(1))]]
    ["id", "name", "data"] [[Some(Int(1)), Some(Text("2")), None], [Some(Null), None, Some(Json("{\"a\":[1]}"))]]
    [] []
    ! InvalidRecord invalid input syntax for type integer: "x"; invalid input syntax for type integer: "y" | Some("record 1") | 2
    ! InvalidValue invalid input syntax for type integer: "x" | Some("record 1, column \"id\"") | 1
    ! UnknownColumn Could not find the 'nope' column of 'things' in the schema cache | Some("nope") | 0
    ! InvalidSyntax Empty or invalid json | Some("invalid type: integer `1`, expected an object at line 1 column 2") | 0
    ! InvalidSyntax Empty or invalid json | Some("trailing characters at line 1 column 10") | 0
    ! InvalidSyntax Empty or invalid json | Some("EOF while parsing an object at line 1 column 7") | 0
    ! InvalidSyntax Empty or invalid json | Some("expected value at line 1 column 100009") | 0
    ! TooComplex the JSON is nested deeper than 100 levels | Some("record 1, column \"data\"") | 1
    "#);
    }

    #[test]
    fn only_the_wanted_columns_count() {
        let schema = schema();
        let table = schema.table("things").unwrap();
        let only = [Ident::new("name").unwrap(), Ident::new("id").unwrap()];
        let set = RecordSet::from_json(&schema, table, br#"{"id":1,"nope":{"x":[]}}"#, Some(&only)).unwrap();
        assert_eq!(set.rows, [vec![None, Some(Value::Int(1))]]);
    }

    #[test]
    fn csv_has_a_header() {
        let schema = schema();
        let csv = |text: &str| show(RecordSet::from_csv(&schema, schema.table("things").unwrap(), text.as_bytes(), None));
        let all =
            [csv("\u{feff}id,name\n1,\n2,NULL\n"), csv("id\n1,2\n"), csv("id,id\n"), csv("nope\n"), csv("id,name\nx,\"a\nb\"\n")];
        insta::assert_snapshot!(all.join("\n"), @r#"
    ["id", "name"] [[Some(Int(1)), Some(Text(""))], [Some(Int(2)), Some(Null)]]
    ! InvalidSyntax All lines must have same number of fields | Some("CSV error: record 1 (line: 2, byte: 3): found record with 2 fields, but the previous record has 1 fields") | 0
    ! InvalidSyntax the column "id" stands twice in the header | None | 0
    ! UnknownColumn Could not find the 'nope' column of 'things' in the schema cache | Some("nope") | 0
    ! InvalidValue invalid input syntax for type integer: "x" | Some("record 1, column \"id\"") | 1
    "#);
    }
}
