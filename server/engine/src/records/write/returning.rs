//! What a write answers with: the rows that its statements return, in the order of the primary key, with related rows.

use bigdecimal::BigDecimal;
use std::cmp::Ordering;

use tenon_model::{DataType, Error, Result, ScalarType, Schema, Table};

use crate::{
    database::Conn,
    records::{
        Format, Returning, Rows,
        answer::{Answer, not_singular},
        block::{Block, Context},
        cell::RawRow,
        embed,
        output::canonical,
        plan::Level,
        run::{self, Failure, Sink},
        sql::{Shown, Statement},
    },
};

/// What a write is to answer with.
pub(super) struct Wanted<'q> {
    context: Context<'q>,
    table: &'q Table,
    level: Option<(Level<'q>, Format)>,
    /// Where the primary key's columns stand, if the rows are to be put in its order.
    sort: Vec<usize>,
}

impl<'q> Wanted<'q> {
    pub(super) fn new(context: Context<'q>, table: &'q Table, returning: &'q Returning) -> Result<Self> {
        let level = match returning {
            Returning::Nothing => None,
            Returning::Rows(select, format) => Some((Level::new(context.schema, &table.name, select)?, *format)),
        };
        Ok(Self { context, table, level, sort: Vec::new() })
    }

    /// Puts the rows in the order of the primary key: the engines change rows in orders of their own.
    pub(super) fn sorted(mut self) -> Self {
        let Some((level, _)) = &mut self.level else { return self };
        for name in self.table.key_columns() {
            let Some(column) = self.table.column(name.as_str()) else { continue };
            let found = level.columns.iter().position(|shown| shown.is_column(&column.name));
            self.sort.push(found.unwrap_or_else(|| {
                level.columns.push(Shown::column(&column.name, &column.data_type));
                level.columns.len() - 1
            }));
        }
        self
    }

    /// The columns that statements must return; `None` if the number of rows is enough.
    pub(super) fn columns(&self) -> Option<&[Shown<'q>]> {
        self.level.as_ref().map(|(level, _)| level.columns.as_slice())
    }

    /// What takes the rows.
    pub(super) fn collector(&self) -> Collector<'_, 'q> {
        let Some((level, format)) = &self.level else { return Collector::Count(0) };
        if level.embeds == 0 && self.sort.is_empty() {
            return Collector::Answer(Box::new(Answer::new(level, self.context, *format)));
        }
        let block = Block::new(level, self.context, format.form(), None);
        Collector::Block(Box::new(Sorted { block, wanted: self, keys: Vec::new() }))
    }

    /// The answer.
    ///
    /// # Errors
    /// [`tenon_model::Code::NotSingular`], and whatever reading related rows meets.
    pub(super) fn finish(&self, conn: &mut Conn, collector: Collector<'_, 'q>) -> Result<Rows> {
        match collector {
            Collector::Count(rows) => Ok(Rows { rows, ..Rows::default() }),
            Collector::Answer(answer) => answer.finish(),
            Collector::Block(mut sorted) => {
                let Some((level, format)) = &self.level else { return Err(Error::internal("rows without a level")) };
                if *format == Format::JsonObject && sorted.block.rows != 1 {
                    return Err(not_singular(sorted.block.rows as u64));
                }
                embed::fill(conn, self.context, &mut sorted.block)?;
                let mut order: Vec<usize> = (0..sorted.block.rows).collect();
                if !sorted.keys.is_empty() {
                    order.sort_by(|a, b| sorted.keys[*a].partial_cmp(&sorted.keys[*b]).unwrap_or(Ordering::Equal));
                }
                let mut answer = Answer::new(level, self.context, *format);
                answer.add_block(&sorted.block, Some(&order))?;
                answer.finish()
            }
        }
    }
}

/// Takes what statements return.
pub(super) enum Collector<'w, 'q> {
    Count(u64),
    Answer(Box<Answer<'w, 'q>>),
    Block(Box<Sorted<'w, 'q>>),
}

/// Rows with the keys that order them.
pub(super) struct Sorted<'w, 'q> {
    block: Block<'w, 'q>,
    wanted: &'w Wanted<'q>,
    keys: Vec<Vec<SortKey>>,
}

impl Collector<'_, '_> {
    /// Runs a statement and takes its rows.
    pub(super) fn run(&mut self, conn: &mut Conn, statement: &Statement) -> Result<(), Failure> {
        match self {
            Self::Count(rows) => *rows += run::execute(conn, statement)?,
            Self::Answer(answer) => run::load(conn, statement, &mut **answer)?,
            Self::Block(block) => run::load(conn, statement, &mut **block)?,
        }
        Ok(())
    }

    /// Rows so far.
    pub(super) fn rows(&self) -> u64 {
        match self {
            Self::Count(rows) => *rows,
            Self::Answer(answer) => answer.rows,
            Self::Block(sorted) => sorted.block.rows as u64,
        }
    }
}

impl Sink for Sorted<'_, '_> {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        let context = self.wanted.context;
        if !self.wanted.sort.is_empty() {
            let key = |index: &usize| {
                let data_type = &*self.block.level.columns[*index].data_type;
                let text = row.cell(*index, |cell| canonical(context.engine, data_type, cell));
                SortKey::new(context.schema, data_type, text.unwrap_or_default())
            };
            self.keys.push(self.wanted.sort.iter().map(key).collect());
        }
        self.block.row(row)
    }
}

/// A primary key's value as it sorts.
#[derive(PartialEq, PartialOrd)]
enum SortKey {
    Int(i64),
    Float(f64),
    Numeric(BigDecimal),
    Text(String),
}

impl SortKey {
    fn new(schema: &Schema, data_type: &DataType, text: String) -> Self {
        match data_type.scalar() {
            Some(ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt) => Self::Int(text.parse().unwrap_or(0)),
            Some(ScalarType::Real | ScalarType::Double) => Self::Float(text.parse().unwrap_or(0.0)),
            Some(ScalarType::Numeric(_)) => Self::Numeric(text.parse().unwrap_or_default()),
            Some(ScalarType::Enum(name)) => {
                let rank = schema.enum_values(name.as_str()).iter().position(|value| *value == text);
                Self::Int(rank.and_then(|rank| i64::try_from(rank).ok()).unwrap_or(0))
            }
            _ => Self::Text(text),
        }
    }
}
