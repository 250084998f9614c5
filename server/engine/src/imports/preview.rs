//! A look at a CSV file.

use std::path::Path;

use tenon_model::Result;

use super::{CsvColumn, CsvOptions, CsvPreview, infer::Guess, source::Source};

/// How many rows a preview shows.
const ROWS: usize = 50;
/// How long a shown text may be, in characters.
const TEXT: usize = 500;
/// How much of a file is looked at.
const BYTES: u64 = 64 << 20;

pub(super) fn preview(path: &Path, options: &CsvOptions) -> Result<CsvPreview> {
    let mut source = Source::open(path, options)?;
    let width = source.headers.len();
    let mut guesses: Vec<Guess> = (0..width).map(|_| Guess::default()).collect();
    let mut rows = Vec::new();
    let (mut rows_seen, mut whole) = (0, true);
    let meter = std::sync::Arc::clone(&source.meter);
    while let Some(line) = source.next()? {
        if rows.len() < ROWS {
            let text =
                |at| String::from_utf8_lossy(line.record().get(at).unwrap_or_default()).chars().take(TEXT).map(shown).collect();
            rows.push((0..width).map(text).collect());
        }
        rows_seen += 1;
        if line.fault().is_none() {
            look(&line, &mut guesses, &options.null);
        }
        if meter.read() > BYTES {
            whole = false;
            break;
        }
    }
    let suggested_null = words(&guesses);
    // Words for "missing" count as such where nobody said which do.
    let words_count = options.null.is_empty() && !suggested_null.is_empty();
    let mut read_as = source.options.clone();
    if words_count {
        read_as.null.clone_from(&suggested_null);
    }
    let headers = &source.headers;
    let key_candidates =
        headers.iter().zip(&guesses).filter(|(_, guess)| guess.is_key(words_count)).map(|(header, _)| header.clone()).collect();
    let columns = headers.iter().zip(&guesses).map(|(header, guess)| CsvColumn {
        header: header.clone(),
        data_type: guess.data_type(words_count),
        missing: guess.count_missing(words_count),
        empty: guess.empty,
    });
    Ok(CsvPreview { columns: columns.collect(), options: read_as, rows, rows_seen, whole, suggested_null, key_candidates })
}

/// HTML has no NUL.
fn shown(c: char) -> char {
    if c == '\0' { '\u{fffd}' } else { c }
}

fn look(line: &super::source::Line<'_>, guesses: &mut [Guess], null: &[String]) {
    for (at, guess) in guesses.iter_mut().enumerate() {
        match line.text(at) {
            Ok(text) if text.is_empty() || null.iter().any(|word| word == text) => guess.missing(text.is_empty()),
            Ok(text) => guess.add(text),
            Err(_) => guess.add("\u{fffd}"),
        }
    }
}

fn words(guesses: &[Guess]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in guesses.iter().flat_map(Guess::null_words) {
        if !out.iter().any(|other| other == word) {
            out.push(word.to_owned());
        }
    }
    out
}
