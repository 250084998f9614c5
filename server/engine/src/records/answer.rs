//! Puts an answer together from rows.

use tenon_model::{Code, Error, Result, value::write_csv_field};

use super::{
    Format, Rows,
    block::{Block, Context, check_size, write_row, write_value},
    cell::RawRow,
    output::Form,
    plan::Level,
    run::Sink,
};

impl Format {
    /// The form of single rows.
    pub(crate) fn form(self) -> Form {
        match self {
            Self::Json | Self::JsonObject | Self::Values => Form::Json,
            Self::Csv => Form::Csv,
        }
    }
}

/// An answer in the making.
pub(crate) struct Answer<'l, 'q> {
    level: &'l Level<'q>,
    context: Context<'q>,
    format: Format,
    /// Bytes written so far.
    pub(crate) body: Vec<u8>,
    /// Rows written so far.
    pub(crate) rows: u64,
}

impl<'l, 'q> Answer<'l, 'q> {
    pub(crate) fn new(level: &'l Level<'q>, context: Context<'q>, format: Format) -> Self {
        let mut answer = Self { level, context, format, body: Vec::with_capacity(512), rows: 0 };
        answer.begin();
        answer
    }

    fn begin(&mut self) {
        match self.format {
            Format::Json | Format::Values => self.body.push(b'['),
            Format::JsonObject => {}
            Format::Csv => {
                for (index, key) in self.level.header().into_iter().enumerate() {
                    if index > 0 {
                        self.body.push(b',');
                    }
                    write_csv_field(&mut self.body, key);
                }
            }
        }
    }

    fn begin_row(&mut self) {
        match self.format {
            Format::Json | Format::Values if self.rows > 0 => self.body.push(b','),
            Format::Csv => self.body.push(b'\n'),
            _ => {}
        }
        self.rows += 1;
    }

    /// Adds all rows of a block.
    pub(crate) fn add_block(&mut self, block: &Block<'_, '_>, order: Option<&[usize]>) -> Result<()> {
        for index in 0..block.rows {
            self.begin_row();
            if self.format == Format::JsonObject && self.rows > 1 {
                continue;
            }
            block.write(&mut self.body, order.map_or(index, |order| order[index]));
            check_size(self.body.len())?;
        }
        Ok(())
    }

    /// The end of the body; fails unless a single row that was asked for is there.
    ///
    /// # Errors
    /// [`Code::NotSingular`].
    pub(crate) fn finish(mut self) -> Result<Rows> {
        match self.format {
            Format::Json | Format::Values => self.body.push(b']'),
            Format::JsonObject if self.rows != 1 => return Err(not_singular(self.rows)),
            Format::JsonObject | Format::Csv => {}
        }
        Ok(Rows { body: self.body, rows: self.rows, total: None })
    }
}

/// One row was asked for.
pub(crate) fn not_singular(rows: u64) -> Error {
    Error::new(Code::NotSingular, "Cannot coerce the result to a single JSON object")
        .with_details(format!("The result contains {rows} rows"))
}

impl Sink for Answer<'_, '_> {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        self.begin_row();
        if self.format == Format::JsonObject && self.rows > 1 {
            return Ok(());
        }
        if self.format == Format::Values {
            write_value(&mut self.body, self.context, self.level, row)?;
        } else {
            write_row(&mut self.body, self.format.form(), self.context, self.level, row)?;
        }
        check_size(self.body.len())
    }
}
