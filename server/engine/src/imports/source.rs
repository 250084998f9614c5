//! A CSV file as records of UTF-8 text, whatever its encoding and separator.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use tenon_model::{Code, Error, Result};

use super::{
    CsvOptions,
    binary::{refuse_binary, refuse_other_formats},
};

/// The largest record; an open quote would swallow the rest of the file.
const MAX_RECORD: u64 = 16 << 20;
/// How much of a file the guesses look at.
const SAMPLE: usize = 256 << 10;

/// How many bytes of the file were read, and how many when the last record ended.
#[derive(Default)]
pub(super) struct Meter {
    read: AtomicU64,
    record: AtomicU64,
}

impl Meter {
    pub(super) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

/// A file being read.
pub(super) struct Source {
    reader: csv::Reader<Metered>,
    pub(super) meter: Arc<Meter>,
    /// The header, every name there and different.
    pub(super) headers: Vec<String>,
    /// How it is read; nothing is left to guess.
    pub(super) options: CsvOptions,
    record: csv::ByteRecord,
}

impl Source {
    /// Opens a file and reads its header.
    pub(super) fn open(path: &Path, options: &CsvOptions) -> Result<Self> {
        let mut file = File::open(path).map_err(|e| Error::new(Code::NotFound, format!("the file cannot be read: {e}")))?;
        let mut sample = Vec::new();
        file.by_ref().take(SAMPLE as u64).read_to_end(&mut sample).map_err(Error::internal)?;
        refuse_other_formats(&sample)?;
        let (encoding, mark) = encoding_of(&sample, options.encoding.as_deref())?;
        let (text, _) = encoding.decode_without_bom_handling(&sample[mark..]);
        refuse_binary(&text)?;
        let separator = match options.separator {
            Some(c) if c.is_ascii() => c,
            Some(c) => return Err(Error::new(Code::Unsupported, format!("'{c}' cannot separate fields"))),
            None => guess_separator(&text),
        };
        file.seek(SeekFrom::Start(mark as u64)).map_err(Error::internal)?;
        let meter = Arc::new(Meter::default());
        let input = Input::new(file, encoding);
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator as u8)
            .buffer_capacity(1 << 16)
            .from_reader(Metered { input, meter: Arc::clone(&meter) });
        let options = CsvOptions {
            separator: Some(separator),
            encoding: Some(encoding.name().to_ascii_lowercase()),
            null: options.null.clone(),
        };
        let mut source = Self { reader, meter, headers: Vec::new(), options, record: csv::ByteRecord::new() };
        source.read_headers()?;
        Ok(source)
    }

    fn read_headers(&mut self) -> Result<()> {
        let mut record = csv::ByteRecord::new();
        if !self.advance(&mut record)? {
            return Err(Error::new(Code::InvalidSyntax, "the file is empty"));
        }
        if record.len() > 2_000 {
            return Err(Error::new(Code::TooComplex, "the file has more than 2,000 columns"));
        }
        // The number to try next for each name, and all names given: a header of one name two thousand times is no work.
        let (mut next, mut taken) = (HashMap::<String, usize>::new(), HashSet::new());
        for (i, name) in record.iter().enumerate() {
            let name = String::from_utf8_lossy(name).trim().replace(char::is_control, " ");
            let base = if name.is_empty() { format!("column_{}", i + 1) } else { name };
            let mut unique = base.clone();
            let count = next.entry(base.clone()).or_insert(2);
            while !taken.insert(unique.clone()) {
                unique = format!("{base}_{count}");
                *count += 1;
            }
            self.headers.push(unique);
        }
        Ok(())
    }

    fn advance(&mut self, record: &mut csv::ByteRecord) -> Result<bool> {
        self.meter.record.store(self.meter.read(), Ordering::Relaxed);
        self.reader.read_byte_record(record).map_err(|e| Error::new(Code::InvalidSyntax, format!("the file is no CSV: {e}")))
    }

    /// The next record and its line, or `None` at the end. The inner result is what is wrong with this record alone.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>> {
        let mut record = std::mem::take(&mut self.record);
        let there = self.advance(&mut record);
        self.record = record;
        if !there? {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        Ok(Some(Line { number: line, expected: self.headers.len(), record: &self.record }))
    }
}

/// One record of a file.
pub(super) struct Line<'a> {
    /// The line in the file it begins on, from 1.
    pub(super) number: u64,
    expected: usize,
    record: &'a csv::ByteRecord,
}

impl Line<'_> {
    /// What is wrong with the record's shape, if anything.
    pub(super) fn fault(&self) -> Option<String> {
        let found = self.record.len();
        (found != self.expected).then(|| format!("{} fields were expected, {found} found", self.expected))
    }

    /// A field's text, unless it is no UTF-8.
    pub(super) fn text(&self, at: usize) -> Result<&str, String> {
        std::str::from_utf8(self.record.get(at).unwrap_or_default())
            .map_err(|_| "the text is broken for its encoding (utf-8)".to_owned())
    }

    pub(super) fn record(&self) -> &csv::ByteRecord {
        self.record
    }
}

/// The encoding, and how long the byte-order mark is.
fn encoding_of(sample: &[u8], label: Option<&str>) -> Result<(&'static Encoding, usize)> {
    if let Some((encoding, length)) = Encoding::for_bom(sample) {
        return Ok((encoding, length));
    }
    if let Some(label) = label {
        let encoding = Encoding::for_label(label.as_bytes());
        return encoding.map(|e| (e, 0)).ok_or_else(|| Error::new(Code::InvalidValue, format!("there is no encoding \"{label}\"")));
    }
    // Text in a Latin alphabet has a NUL in every other byte of UTF-16.
    let zeros = |odd: usize| sample.iter().take(1_000).skip(odd).step_by(2).filter(|b| **b == 0).count() * 4;
    let enough = sample.len().min(1_000);
    if enough > 4 && zeros(1) > enough {
        return Ok((UTF_16LE, 0));
    }
    if enough > 4 && zeros(0) > enough {
        return Ok((UTF_16BE, 0));
    }
    let cut_off = |e: std::str::Utf8Error| e.error_len().is_none();
    if std::str::from_utf8(sample).map_or_else(cut_off, |_| true) {
        return Ok((UTF_8, 0));
    }
    let mut detector = chardetng::EncodingDetector::new();
    detector.feed(sample, true);
    Ok((detector.guess(None, true), 0))
}

/// The separator that splits the first lines most evenly.
fn guess_separator(text: &str) -> char {
    let score = |separator: char| {
        let reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator as u8).from_reader(text.as_bytes());
        let widths: Vec<usize> = reader.into_byte_records().map_while(Result::ok).take(50).map(|record| record.len()).collect();
        let first = widths.first().copied().unwrap_or(0);
        let same = widths.iter().filter(|width| **width == first).count();
        if first < 2 { 0 } else { same * 1_000 / widths.len() * 1_000 + first.min(999) }
    };
    let best = [',', ';', '\t', '|'].into_iter().rev().max_by_key(|separator| score(*separator));
    best.filter(|separator| score(*separator) > 0).unwrap_or(',')
}

/// The file's bytes as UTF-8. What claims to be UTF-8 comes as it is, so that broken texts can be told.
enum Input {
    Plain(File),
    Decoded { file: BufReader<File>, decoder: Box<Decoder>, out: Vec<u8>, at: usize, done: bool, raw: u64 },
}

impl Input {
    fn new(file: File, encoding: &'static Encoding) -> Self {
        if encoding == UTF_8 {
            return Self::Plain(file);
        }
        let decoder = Box::new(encoding.new_decoder_without_bom_handling());
        Self::Decoded { file: BufReader::with_capacity(1 << 16, file), decoder, out: Vec::new(), at: 0, done: false, raw: 0 }
    }
}

struct Metered {
    input: Input,
    meter: Arc<Meter>,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.meter.read() - self.meter.record.load(Ordering::Relaxed) > MAX_RECORD {
            return Err(io::Error::other("a record is larger than 16 MB; is a quote left open?"));
        }
        let (file, decoder, out, at, done, raw) = match &mut self.input {
            Input::Plain(file) => {
                let length = file.read(buffer)?;
                self.meter.read.fetch_add(length as u64, Ordering::Relaxed);
                return Ok(length);
            }
            Input::Decoded { file, decoder, out, at, done, raw } => (file, decoder, out, at, done, raw),
        };
        while *at == out.len() && !*done {
            let mut chunk = vec![0; 1 << 14];
            let length = file.read(&mut chunk)?;
            *done = length == 0;
            *raw += length as u64;
            let room = decoder.max_utf8_buffer_length(length).unwrap_or(1 << 17);
            let mut decoded = vec![0; room];
            let (_, _, written, _) = decoder.decode_to_utf8(&chunk[..length], &mut decoded, *done);
            decoded.truncate(written);
            *out = decoded;
            *at = 0;
        }
        let length = buffer.len().min(out.len() - *at);
        buffer[..length].copy_from_slice(&out[*at..*at + length]);
        *at += length;
        self.meter.read.store(*raw, Ordering::Relaxed);
        Ok(length)
    }
}
