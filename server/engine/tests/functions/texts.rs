//! Texts for parameters that want something particular.

use tenon_model::expression::functions::{Function, Parameter, TEXT};

const PATTERNS: &[&str] = &[
    "",
    "a",
    "^a",
    "a$",
    "a|ab",
    "a*",
    "a+b?",
    "[a-c]+",
    "[^a-c]",
    "\\d+",
    "\\w+",
    "\\s",
    "\\W",
    "^\\s*$",
    "(a|b){2,3}",
    "a{2}",
    "a{1,}",
    "x=\\d",
    "[[:upper:]]+",
    "[[:alpha:]_-]+",
    "\\.",
    "[.]",
    "[]a]",
    "[^]a]+",
    "(ab|a)(bc|c)?",
    "(?:a|ab)(?:b|c)*",
    "é",
    "[ß-ö]",
    ".",
    ".*",
    "^$",
    "a||b",
    "()",
    "^(a|b)*c",
    "\\\\",
    "[\\d,]+",
    "(a*)*",
    "(a?b?)+c?",
    "\\D+",
    "[-a]",
    "[a-]",
    ",",
    " +",
    "^[^@]+@[^@]+$",
    "(^| )a",
    "a( |$)",
    "[[:space:]]",
    "[[:punct:]]",
    "σ",
    "ab?c*|x",
];
const FORMATS: &[&str] = &[
    "%s",
    "%s and %s",
    "%%",
    "%L",
    "%I=%L",
    "%2$s %1$s",
    "%-5s|",
    "%5s|",
    "%",
    "%z",
    "%1$",
    "%3$s",
    "%0$s",
    "plain",
    "%1$s%s",
    "é%s%%",
    "%5",
    "%1$-4s|",
    "%-1000I",
    "%s%s%s%s%s",
];
const NAMES: &[&str] = &["hex", "base64", "escape", "HEX", "Base64", "utf9", ""];
const ENCODED: &[&str] = &[
    "",
    "00ff",
    "0",
    "0g",
    "00 ff",
    "YWJj",
    "YWI=",
    "YQ==",
    "YQ=",
    "Y",
    "YW=Jj",
    "=",
    "YWJj\nYWJj",
    "a\\000b",
    "\\\\",
    "\\",
    "abc",
    "é",
    "YQ==YQ==",
    "0 0",
    "\\x00",
    "\\400",
];

const FIELDS: &[&str] = &[
    "microseconds",
    "milliseconds",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "decade",
    "century",
    "millennium",
    "dow",
    "isodow",
    "doy",
    "isoyear",
    "julian",
    "epoch",
    "Year",
    "MONTH",
    "hours",
];
const SHAPES: &[&str] = &[
    "YYYY-MM-DD",
    "DD.MM.YYYY HH24:MI:SS",
    "FMMonth FMDD, YYYY",
    "Month|MONTH|month|Mon|MON|mon",
    "Day|DAY|day|Dy|DY|dy|D|ID",
    "HH12:MI:SS.MS am",
    "HH:MI PM",
    "US",
    "IYYY-\"W\"IW-ID",
    "WW W Q DDD",
    "FMDDD FMWW FMHH24 FMMI FMSS FMMS FMYYYY FMYY",
    "yyyy/mm/dd",
    "YYY YY Y",
    "hh24-mi",
    "FMDay",
    "\"at\" HH24 \"o''clock\"",
    "é YYYY",
    "FMMM",
    "FMYYY.FMY",
];

/// Texts for a parameter, mostly.
pub(super) fn wanted(function: &Function, index: usize) -> Option<&'static [&'static str]> {
    let text = function.parameter(index) == Some(&Parameter::Type(TEXT));
    Some(match (function.name, index) {
        (
            "~"
            | "~*"
            | "!~"
            | "!~*"
            | "regexp_like"
            | "regexp_count"
            | "regexp_substr"
            | "regexp_replace"
            | "regexp_split_to_array",
            1,
        ) => PATTERNS,
        ("regexp_like", 2) => &["", "i", "ii"],
        ("regexp_replace", 2) => &["", "x", "<\\&>", "\\\\", "é\\&\\&"],
        ("regexp_replace", 3) => &["", "g", "i", "gi"],
        ("extract" | "date_part" | "date_trunc", 0) => FIELDS,
        ("->" | "->>" | "?" | "-" | "jsonb_extract_path" | "jsonb_extract_path_text", 1..) if text => {
            &["a", "b", "aa", "1", "0", "-1", "ß", ""]
        }
        ("timezone", 0) => &["UTC", "utc", "GMT"],
        ("to_char", 1) => SHAPES,
        ("format", 0) => FORMATS,
        ("decode", 0) => ENCODED,
        ("encode" | "decode", 1) => NAMES,
        ("translate", 1) => &["abc", "a", "", "aab", "ß日", "cba"],
        ("split_part" | "strpos" | "replace" | "starts_with" | "concat_ws", 1) if text => {
            &[",", "a", "", "ab", "ß", "ab,", " ", "aa"]
        }
        ("trim" | "btrim" | "ltrim" | "rtrim", 1) => &["", "a", " a", "aß", "\t\n ", "日"],
        _ => return None,
    })
}

/// Whether the parameter takes nothing but those: what must be a literal is checked before.
pub(super) fn fixed(function: &Function, index: usize) -> bool {
    tenon_model::expression::functions::literals(function).iter().any(|(literal, _)| *literal == index)
}
