//! `tenon export TABLE [--format csv|json]`

use std::io::{self, Write as _};

use clap::{Args, ValueEnum};
use futures::StreamExt as _;
use tenon_engine::{Caller, Config, records};
use tenon_model::ReadQuery;

use super::{Failure, open};

/// Write a table to the standard output.
#[derive(Args)]
pub(super) struct Export {
    /// The table
    table: String,
    /// How the rows are written
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Json,
}

impl Export {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let engine = open(config, "tenon export").await?;
        let schema = engine.schema();
        let query = ReadQuery::all(schema.require_table(&self.table)?);
        let format = match self.format {
            Format::Csv => records::Format::Csv,
            Format::Json => records::Format::Json,
        };
        let mut pieces = engine.read_stream(&Caller::Operator, query, format).await?;
        let mut out = io::BufWriter::new(io::stdout().lock());
        while let Some(piece) = pieces.next().await {
            out.write_all(&piece?)?;
        }
        if matches!(self.format, Format::Json) {
            out.write_all(b"\n")?;
        }
        out.flush()?;
        engine.shutdown().await;
        Ok(())
    }
}
