//! Rows on their way into an answer: written at once where nothing is embedded, else kept until their related rows are
//! there.

use tenon_model::{Code, Error, Result, Schema, value::write_csv_field};

use super::{
    cell::RawRow,
    keys::Keys,
    output::{Form, canonical, evaluate, write_cell, write_text},
    plan::{EmbedPlan, Field, Item, Level},
    run::Sink,
};
use crate::database::EngineKind;

/// The most bytes that one answer holds; streams have no limit.
pub(crate) const MAX_BODY: usize = 256 << 20;

/// What writing needs to know besides the row.
#[derive(Clone, Copy)]
pub(crate) struct Context<'q> {
    pub(crate) engine: EngineKind,
    pub(crate) schema: &'q Schema,
}

/// Refuses answers over the limit.
pub(crate) fn check_size(bytes: usize) -> Result<()> {
    if bytes <= MAX_BODY {
        return Ok(());
    }
    Err(Error::new(Code::TooLarge, "the answer is too large")
        .with_details(format!("more than {MAX_BODY} bytes"))
        .with_hint("ask for fewer rows or columns at once"))
}

/// Writes what a row shows under a field; the level's columns begin at `base`.
fn write_field<R: RawRow>(
    out: &mut Vec<u8>,
    form: Form,
    context: Context<'_>,
    level: &Level<'_>,
    field: &Field<'_>,
    row: &R,
    base: usize,
) -> Result<()> {
    let data_type = &*level.columns[field.column].data_type;
    let Some(expr) = field.computed else {
        row.cell(base + field.column, |cell| write_cell(out, form, context.engine, data_type, cell));
        return Ok(());
    };
    let text = row.cell(base + field.column, |cell| canonical(context.engine, data_type, cell));
    let shown = match text {
        Some(text) => evaluate(context.schema, expr, &text)?,
        None => None,
    };
    match (shown, form) {
        (Some(text), _) => write_text(out, form, &field.data_type, &text),
        (None, Form::Json) => out.extend_from_slice(b"null"),
        (None, Form::Csv) => {}
    }
    Ok(())
}

/// Writes what a row shows under its only field.
pub(crate) fn write_value<R: RawRow>(out: &mut Vec<u8>, context: Context<'_>, level: &Level<'_>, row: &R) -> Result<()> {
    for item in &level.items {
        if let Item::Field(field) = item {
            return write_field(out, Form::Json, context, level, field, row, 0);
        }
    }
    Ok(())
}

/// Writes a whole row of a level without embeds.
pub(crate) fn write_row<R: RawRow>(out: &mut Vec<u8>, form: Form, context: Context<'_>, level: &Level<'_>, row: &R) -> Result<()> {
    if form == Form::Json {
        out.push(b'{');
    }
    let mut first = true;
    for item in &level.items {
        let Item::Field(field) = item else { continue };
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        if form == Form::Json {
            out.extend_from_slice(&field.json_key);
        }
        write_field(out, form, context, level, field, row, 0)?;
    }
    if form == Form::Json {
        out.push(b'}');
    }
    Ok(())
}

/// Rows of a level, their fields written, their join keys collected.
pub(crate) struct Block<'l, 'q> {
    pub(crate) level: &'l Level<'q>,
    context: Context<'q>,
    form: Form,
    /// Whether the first column is the position of the row's parent key.
    grouped: bool,
    buffer: Vec<u8>,
    /// Where each field ends in the buffer, row by row.
    ends: Vec<usize>,
    fields: usize,
    pub(crate) rows: usize,
    /// For grouped rows, the first row of each parent key and one more.
    groups: Vec<(usize, usize)>,
    /// For each embed, the distinct keys, and each row's.
    pub(crate) keys: Vec<Keys>,
    key_of: Vec<Vec<Option<usize>>>,
    /// The related rows, for each embed.
    pub(crate) children: Vec<Block<'l, 'q>>,
    max_bytes: usize,
}

impl<'l, 'q> Block<'l, 'q> {
    pub(crate) fn new(level: &'l Level<'q>, context: Context<'q>, form: Form, groups: Option<usize>) -> Self {
        Self {
            level,
            context,
            form,
            grouped: groups.is_some(),
            buffer: Vec::new(),
            ends: Vec::new(),
            fields: level.items.len() - level.embeds,
            rows: 0,
            groups: vec![(0, 0); groups.unwrap_or(0)],
            keys: (0..level.embeds).map(|_| Keys::new(context.engine)).collect(),
            key_of: vec![Vec::new(); level.embeds],
            children: Vec::new(),
            max_bytes: MAX_BODY,
        }
    }

    /// In which form the rows under an embed are kept.
    pub(crate) fn form_of(&self, plan: &EmbedPlan<'_>) -> Form {
        if plan.embed.spread { self.form } else { Form::Json }
    }

    fn field(&self, row: usize, field: usize) -> &[u8] {
        let at = row * self.fields + field;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.buffer[start..self.ends[at]]
    }

    /// Writes a row with its related rows; `None` is the missing row of a spread relation.
    pub(crate) fn write(&self, out: &mut Vec<u8>, row: usize) {
        if self.form == Form::Json {
            out.push(b'{');
        }
        self.write_members(out, Some(row), &mut true);
        if self.form == Form::Json {
            out.push(b'}');
        }
    }

    fn write_members(&self, out: &mut Vec<u8>, row: Option<usize>, first: &mut bool) {
        let (mut field_index, mut embed_index) = (0, 0);
        for item in &self.level.items {
            let embed = match item {
                Item::Field(field) => {
                    self.begin_member(out, &field.json_key, first);
                    match row {
                        Some(row) => out.extend_from_slice(self.field(row, field_index)),
                        None => self.write_null(out),
                    }
                    field_index += 1;
                    continue;
                }
                Item::Embed(embed) => embed,
            };
            let child = &self.children[embed_index];
            let related = row.and_then(|row| self.key_of[embed_index][row]).map_or((0, 0), |key| child.groups[key]);
            embed_index += 1;
            if embed.embed.spread {
                child.write_members(out, (related.0 < related.1).then_some(related.0), first);
                continue;
            }
            self.begin_member(out, &embed.json_key, first);
            match (self.form, row) {
                (Form::Json, Some(_)) => child.write_related(out, embed, related),
                (Form::Json, None) => out.extend_from_slice(b"null"),
                (Form::Csv, Some(_)) if !(embed.embed.relation.to_one && related.0 == related.1) => {
                    let mut json = Vec::new();
                    child.write_related(&mut json, embed, related);
                    write_csv_field(out, &String::from_utf8_lossy(&json));
                }
                (Form::Csv, _) => {}
            }
        }
    }

    fn begin_member(&self, out: &mut Vec<u8>, json_key: &[u8], first: &mut bool) {
        if !std::mem::take(first) {
            out.push(b',');
        }
        if self.form == Form::Json {
            out.extend_from_slice(json_key);
        }
    }

    fn write_null(&self, out: &mut Vec<u8>) {
        if self.form == Form::Json {
            out.extend_from_slice(b"null");
        }
    }

    fn write_related(&self, out: &mut Vec<u8>, plan: &EmbedPlan<'_>, (from, to): (usize, usize)) {
        if plan.embed.relation.to_one {
            return if from < to { self.write(out, from) } else { out.extend_from_slice(b"null") };
        }
        out.push(b'[');
        for row in from..to {
            if row > from {
                out.push(b',');
            }
            self.write(out, row);
        }
        out.push(b']');
    }
}

impl Sink for Block<'_, '_> {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        let base = usize::from(self.grouped);
        let mut embed_index = 0;
        for item in &self.level.items {
            match item {
                Item::Field(field) => {
                    write_field(&mut self.buffer, self.form, self.context, self.level, field, row, base)?;
                    self.ends.push(self.buffer.len());
                }
                Item::Embed(plan) => {
                    let cells: Vec<usize> = plan.join.iter().map(|column| base + column).collect();
                    let key = self.keys[embed_index].take(row, &cells);
                    self.key_of[embed_index].push(key);
                    embed_index += 1;
                }
            }
        }
        if self.grouped {
            let group = usize::try_from(row.int(0)).unwrap_or(usize::MAX);
            // PostgreSQL counts positions from 1.
            let group = if self.context.engine == EngineKind::Postgres { group.wrapping_sub(1) } else { group };
            if let Some(range) = self.groups.get_mut(group) {
                if range.0 == range.1 {
                    range.0 = self.rows;
                }
                range.1 = self.rows + 1;
            }
        }
        self.rows += 1;
        if self.buffer.len() > self.max_bytes { check_size(self.buffer.len()) } else { Ok(()) }
    }
}
