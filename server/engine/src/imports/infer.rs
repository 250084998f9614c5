//! Which type fits every text of a column.

use std::collections::HashSet;

use tenon_model::{DataType, ScalarType, value};

/// Texts that often mean "missing".
pub(super) const NULL_TEXTS: [&str; 14] =
    ["NA", "N/A", "n/a", "#N/A", "NULL", "null", "Null", "NaN", "nan", "None", "none", "-", "?", "\\N"];
/// The most values of a column that are held against each other for a key.
const MAX_KEYS: usize = 4_000_000;

/// What a text could be, as bits.
const BOOLEAN: u16 = 1;
const INTEGER: u16 = 1 << 1;
const BIGINT: u16 = 1 << 2;
const NUMERIC: u16 = 1 << 3;
const DOUBLE: u16 = 1 << 4;
const DATE: u16 = 1 << 5;
const TIMESTAMP: u16 = 1 << 6;
const TIMESTAMPTZ: u16 = 1 << 7;
const TIME: u16 = 1 << 8;
const UUID: u16 = 1 << 9;

/// A column's texts so far.
#[derive(Default)]
pub(super) struct Guess {
    /// What all texts could be; `None` before the first.
    fits: Option<u16>,
    /// What they could be if the usual words for "missing" are that.
    fits_softly: Option<u16>,
    /// The words seen, as positions in [`NULL_TEXTS`].
    words: u16,
    missing: u64,
    /// How many of those were empty.
    pub(super) empty: u64,
    /// How many texts were such words.
    missing_softly: u64,
    longest: usize,
    keys: Option<HashSet<u64>>,
    repeated: bool,
}

impl Guess {
    pub(super) fn missing(&mut self, is_empty: bool) {
        self.missing += 1;
        self.empty += u64::from(is_empty);
    }

    pub(super) fn add(&mut self, text: &str) {
        self.longest = self.longest.max(text.len());
        if let Some(word) = NULL_TEXTS.iter().position(|word| *word == text) {
            self.words |= 1 << word;
            self.missing_softly += 1;
            self.fits = Some(0);
        } else {
            let only = |before: Option<u16>| match before {
                Some(0) => Some(0),
                before => Some(before.unwrap_or(u16::MAX) & could_be(text)),
            };
            self.fits_softly = only(self.fits_softly);
            self.fits = only(self.fits);
        }
        self.add_key(text);
    }

    fn add_key(&mut self, text: &str) {
        if self.repeated {
            return;
        }
        let keys = self.keys.get_or_insert_default();
        if keys.len() >= MAX_KEYS || !keys.insert(hash(text)) {
            self.repeated = true;
            self.keys = None;
        }
    }

    /// The words for "missing" without which the column would be of a better type than text.
    pub(super) fn null_words(&self) -> impl Iterator<Item = &'static str> + use<'_> {
        let better = self.fits_softly.is_some_and(|fits| fits != 0);
        NULL_TEXTS.iter().enumerate().filter(move |(i, _)| better && self.words & (1 << i) != 0).map(|(_, word)| *word)
    }

    /// Whether the column could be the primary key.
    pub(super) fn is_key(&self, words_count: bool) -> bool {
        !self.repeated
            && self.count_missing(words_count) == 0
            && self.keys.as_ref().is_some_and(|keys| !keys.is_empty())
            && self.longest <= 200
    }

    /// How many values are missing, if the words in `null` mean that.
    pub(super) fn count_missing(&self, words_count: bool) -> u64 {
        if words_count { self.missing + self.missing_softly } else { self.missing }
    }

    /// The narrowest type, if the words for "missing" count as that or not.
    pub(super) fn data_type(&self, words_count: bool) -> DataType {
        let fits = if words_count { self.fits_softly } else { self.fits }.unwrap_or(0);
        let has = |bit: u16| fits & bit != 0;
        let scalar = if has(BOOLEAN) {
            ScalarType::Boolean
        } else if has(INTEGER) {
            ScalarType::Integer
        } else if has(BIGINT) {
            ScalarType::BigInt
        } else if has(NUMERIC) {
            ScalarType::Numeric(None)
        } else if has(DOUBLE) {
            ScalarType::Double
        } else if has(DATE) {
            ScalarType::Date
        } else if has(TIMESTAMPTZ) {
            ScalarType::Timestamptz
        } else if has(TIMESTAMP) {
            ScalarType::Timestamp
        } else if has(TIME) {
            ScalarType::Time
        } else if has(UUID) {
            ScalarType::Uuid
        } else {
            ScalarType::Text
        };
        scalar.into()
    }
}

pub(super) fn hash(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

fn could_be(text: &str) -> u16 {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b't' | b'f' | b'T' | b'F') if matches!(text, "true" | "false" | "TRUE" | "FALSE" | "True" | "False" | "t" | "f") => {
            BOOLEAN
        }
        Some(b'0'..=b'9' | b'-' | b'+' | b'.') => number(text) | moment(text) | uuid(text),
        Some(b'a'..=b'f' | b'A'..=b'F' | b'{') => uuid(text),
        _ => 0,
    }
}

fn uuid(text: &str) -> u16 {
    if text.len() == 36 && uuid::Uuid::try_parse(text).is_ok() { UUID } else { 0 }
}

fn number(text: &str) -> u16 {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    // A leading zero is part of a name (a postal code, an article), not of a number; so is a plus.
    let is_name = text.starts_with('+') || (digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit());
    if is_name || digits.len() > 100 {
        return 0;
    }
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return match text.parse::<i64>() {
            Ok(n) if i32::try_from(n).is_ok() => INTEGER | BIGINT | NUMERIC | DOUBLE,
            Ok(_) => BIGINT | NUMERIC | DOUBLE,
            Err(_) => NUMERIC,
        };
    }
    if text.contains(['e', 'E']) {
        return if value::parse_f64(text).is_ok() { DOUBLE } else { 0 };
    }
    if value::numeric_text(text, None).is_ok() { NUMERIC | DOUBLE } else { 0 }
}

fn moment(text: &str) -> u16 {
    let bytes = text.as_bytes();
    if bytes.len() < 5 || !bytes.contains(&b'-') && !bytes.contains(&b':') {
        return 0;
    }
    if bytes.get(4) != Some(&b'-') {
        return if bytes.contains(&b':') && !bytes.contains(&b'-') && value::datetime::parse_time(text).is_ok() { TIME } else { 0 };
    }
    if bytes.len() <= 10 {
        return if value::datetime::parse_date(text).is_ok() { DATE | TIMESTAMP } else { 0 };
    }
    if value::datetime::parse_timestamptz(text).is_err() {
        return 0;
    }
    let zoned = text.ends_with(['Z', 'z']) || bytes[10..].iter().any(|b| matches!(b, b'+' | b'-')) || text.ends_with("UTC");
    if zoned { TIMESTAMPTZ } else { TIMESTAMP }
}
