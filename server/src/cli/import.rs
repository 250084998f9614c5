//! `tenon import TABLE FILE.csv [--create] [--null NA]`

use std::{
    io::{self, Write as _},
    path::PathBuf,
    time::Duration,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tenon_engine::{
    Caller, Code, Config, Engine, Error, Result,
    imports::{CsvColumn, CsvOptions, CsvPreview, ImportMode, ImportProgress, ImportRequest, ImportState},
};
use tenon_model::{Ident, Table};

use super::{Failure, open, print, unreadable};

/// Read a CSV file into a table.
#[derive(Args)]
pub(super) struct Import {
    /// The table
    table: String,
    /// The CSV file; its first line names the columns
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// Make the table, with the types that fit the file's values
    #[arg(long)]
    create: bool,
    /// A text that means "missing", as the empty field does; may be given several times
    #[arg(long, value_name = "TEXT")]
    null: Vec<String>,
    /// Leave out rows that do not fit and write them, with the reason, to a report
    #[arg(long)]
    what_fits: bool,
}

impl Import {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        std::fs::File::open(&self.file).map_err(|e| unreadable(&self.file, &e))?;
        let engine = open(config, "tenon import").await?;
        let result = self.import(&engine).await;
        engine.shutdown().await;
        result
    }

    async fn import(&self, engine: &Engine) -> Result<(), Failure> {
        let caller = Caller::Operator;
        let name = Ident::new(&self.table)?;
        let options = CsvOptions { null: self.null.clone(), ..CsvOptions::default() };
        let preview = engine.preview_csv(&caller, self.file.clone(), options).await?;
        let (create, mapping) = if self.create {
            let all = preview.columns.iter().map(|column| Ident::new(&column.header).map(Some));
            (Some(create_table(&name, &preview)?), all.collect::<Result<_>>()?)
        } else {
            (None, map_columns(engine.schema().require_table(name.as_str())?, &preview.columns)?)
        };
        let mode = if self.what_fits { ImportMode::WhatFits } else { ImportMode::AllOrNothing };
        let (file, options, note) = (self.file.clone(), preview.options, String::new());
        let request = ImportRequest { file, table: name, create, options, mapping, mode, note };
        let id = engine.start_import(&caller, request).await?;
        let progress = follow(|| engine.import_progress(&caller, id)).await?;
        report(&progress)?;
        if progress.rows_failed > 0 && self.what_fits {
            let report = engine.import_report(&caller, id)?;
            let _ = writeln!(io::stderr(), "Rows that did not fit: {}", report.display());
        }
        Ok(())
    }
}

/// `create table` with the file's headers as columns and the first column that is a key as primary key.
fn create_table(table: &Ident, preview: &CsvPreview) -> Result<String> {
    let mut lines = Vec::with_capacity(preview.columns.len() + 1);
    for column in &preview.columns {
        lines.push(format!("  {} {}", Ident::new(&column.header)?.quoted(), column.data_type));
    }
    if let Some(key) = preview.key_candidates.first().filter(|_| preview.whole) {
        lines.push(format!("  primary key ({})", Ident::new(key)?.quoted()));
    }
    Ok(format!("create table {} (\n{}\n);", table.quoted(), lines.join(",\n")))
}

/// Each of the file's columns goes to the table's column of that name; a name that the table lacks is refused, except for
/// the last column of an import's report.
fn map_columns(table: &Table, columns: &[CsvColumn]) -> Result<Vec<Option<Ident>>> {
    columns
        .iter()
        .map(|column| match table.column(&column.header) {
            Some(found) => Ok(Some(found.name.clone())),
            None if column.header == "error" => Ok(None),
            None => Err(table.require_column(&column.header).err().unwrap_or_else(|| Error::internal("column vanished"))),
        })
        .collect()
}

/// Shows the progress until the import ends.
async fn follow(progress: impl Fn() -> Result<ImportProgress>) -> Result<ImportProgress, Failure> {
    let first = progress()?;
    let bar = ProgressBar::new(first.bytes_total).with_style(style());
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    loop {
        tick.tick().await;
        let now = progress()?;
        bar.set_position(now.bytes_done);
        let rate = now.rows_done.saturating_mul(1000) / now.elapsed_ms.max(1);
        bar.set_message(format!("{} rows, {rate} rows/s", now.rows_done));
        match now.state {
            ImportState::Running => {}
            ImportState::Failed(error) => {
                bar.abandon();
                let first = now.failures.first().map(|(line, why)| format!("line {line}: {why}"));
                return Err(Error { details: error.details.clone().or(first), ..error }.into());
            }
            ImportState::Cancelled => return Err(Error::new(Code::Cancelled, "the import was cancelled").into()),
            ImportState::Done => {
                bar.finish_and_clear();
                return Ok(now);
            }
        }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:32} {percent:>3}%  {bytes}/{total_bytes}  {msg}  {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn report(progress: &ImportProgress) -> Result<(), Failure> {
    let rate = progress.rows_done.saturating_mul(1000) / progress.elapsed_ms.max(1);
    let seconds = f64::from(u32::try_from(progress.elapsed_ms).unwrap_or(u32::MAX)) / 1000.0;
    for (reference, rows) in progress.broken_references.iter().filter(|(_, rows)| *rows > 0) {
        let _ = writeln!(io::stderr(), "{rows} rows point nowhere by {reference}");
    }
    for (line, why) in &progress.failures {
        let _ = writeln!(io::stderr(), "line {line}: {why}");
    }
    let failed = if progress.rows_failed > 0 { format!(", {} left out", progress.rows_failed) } else { String::new() };
    print(&format!("Imported {} rows into {}{failed} in {seconds:.1} s ({rate} rows/s).\n", progress.rows_done, progress.table))
}

#[cfg(test)]
mod tests {
    use tenon_model::ScalarType;

    use super::*;

    fn preview() -> CsvPreview {
        let column = |header: &str, data_type: ScalarType| CsvColumn {
            header: header.into(),
            data_type: data_type.into(),
            missing: 0,
            empty: 0,
        };
        CsvPreview {
            options: CsvOptions::default(),
            columns: vec![column("faa", ScalarType::Text), column("lat \"deg\"", ScalarType::Double)],
            rows: Vec::new(),
            rows_seen: 2,
            whole: true,
            suggested_null: Vec::new(),
            key_candidates: vec!["faa".into()],
        }
    }

    #[test]
    fn a_table_is_made_of_the_files_headers() {
        insta::assert_snapshot!(create_table(&Ident::new("airports").unwrap(), &preview()).unwrap(), @r#"
        create table "airports" (
          "faa" text,
          "lat ""deg""" double precision,
          primary key ("faa")
        );
        "#);
    }
}
