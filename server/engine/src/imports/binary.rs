//! Files that are no text, told from CSV files before anybody looks at them as one.

use tenon_model::{Code, Error, Result};

/// What other formats begin with.
const SIGNATURES: [(&[u8], &str); 13] = [
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document (save a spreadsheet as CSV)"),
    (b"\xd0\xcf\x11\xe0", "an old office document (save a spreadsheet as CSV)"),
    (b"\x1f\x8b", "a gzip archive (unpack it first)"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive (unpack it first)"),
    (b"\xfd7zXZ\x00", "an xz archive (unpack it first)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive (unpack it first)"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x7fELF", "a program"),
];

/// How much of the text is looked at, in bytes.
const LOOK: usize = 64 << 10;

/// Refuses what begins like another format.
pub(super) fn refuse_other_formats(bytes: &[u8]) -> Result<()> {
    match SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        Some((_, what)) => Err(not_csv(&format!("it is {what}"))),
        None => Ok(()),
    }
}

/// Refuses what no person wrote: a NUL in the first line, or many control characters. A few in the cells are the rows' own
/// fault.
pub(super) fn refuse_binary(text: &str) -> Result<()> {
    let text = &text[..text.floor_char_boundary(LOOK)];
    let is_odd = |c: &char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c');
    let odd = text.chars().filter(is_odd).count();
    let header = text.lines().next().unwrap_or_default();
    if header.contains('\0') || (odd > 2 && odd * 20 > text.len()) {
        return Err(not_csv("it is no text"));
    }
    Ok(())
}

fn not_csv(why: &str) -> Error {
    Error::new(Code::InvalidSyntax, format!("this is not a CSV file: {why}"))
}
