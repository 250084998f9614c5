//! The parts of an expression that have a value of their own for a row.

use std::collections::HashSet;

use sqlparser::tokenizer::Token;
use tenon_model::{Expr, Ident, Schema, trial::Span};

use super::places;
use crate::{
    expressions::{check, parse},
    sql::{Cursor, Note},
};

/// The most parts that are told.
const MOST: usize = 64;

/// A part, where it stands, and in how many others.
pub(crate) struct PartOf {
    pub(crate) span: Span,
    pub(crate) depth: u32,
    pub(crate) expr: Expr,
}

/// The parts of an expression over a row of the table, outermost first; none of a text that is no expression. What stands inside
/// of queries is not among them, for it speaks of other rows; nor are literals.
pub(crate) fn parts(sql: &str, schema: &Schema, table: &Ident) -> Vec<PartOf> {
    let Ok(mut cursor) = Cursor::new(sql).map(Cursor::noting) else { return Vec::new() };
    if parse::all_of(&mut cursor).is_err() {
        return Vec::new();
    }
    let mut found: Vec<(Note, Expr)> = Vec::new();
    for note in worth_telling(&cursor) {
        if let Some(expr) = meaning(sql, &cursor, note, schema, table) {
            found.push((note, expr));
        }
    }
    // Of `a and b and c`, the part `a and b` is an accident of how it is read.
    let is_beginning = |(note, expr): &(Note, Expr)| {
        found.iter().any(|(other, whole)| other.first == note.first && other.end > note.end && continues(expr, whole))
    };
    let kept: Vec<bool> = found.iter().map(|part| !is_beginning(part)).collect();
    let mut kept = kept.into_iter();
    found.retain(|_| kept.next().unwrap_or(true));
    found.truncate(MOST);
    let mut around: Vec<usize> = Vec::new();
    found
        .into_iter()
        .filter_map(|(note, expr)| {
            around.retain(|end| *end > note.first);
            let depth = u32::try_from(around.len()).unwrap_or(u32::MAX);
            around.push(note.end);
            let (from, to) = cursor.place(note.first, note.end)?;
            Some(PartOf { span: places::span(sql, from, to), depth, expr })
        })
        .collect()
}

/// The notes in the order of their places, the longer first, without those inside of queries, parentheses and single literals.
fn worth_telling(cursor: &Cursor) -> Vec<Note> {
    let all: HashSet<(usize, usize)> = cursor.notes().iter().map(|note| (note.first, note.end)).collect();
    let queries: Vec<&Note> = cursor.notes().iter().filter(|note| note.query).collect();
    let inside = |note: &Note| queries.iter().any(|query| query.first <= note.first && note.end <= query.end);
    let wraps = |note: &Note| *cursor.nth(note.first) == Token::LParen && all.contains(&(note.first + 1, note.end - 1));
    let is_literal = |note: &Note| {
        note.end == note.first + 1 && !matches!(cursor.nth(note.first), Token::Word(word) if !is_constant(&word.value))
    };
    let mut notes: Vec<Note> =
        cursor.notes().iter().copied().filter(|note| !note.query && !inside(note) && !wraps(note) && !is_literal(note)).collect();
    notes.sort_by_key(|note| (note.first, std::cmp::Reverse(note.end)));
    notes.dedup_by_key(|note| (note.first, note.end));
    notes.truncate(MOST * 4);
    notes
}

fn is_constant(word: &str) -> bool {
    ["true", "false", "null"].iter().any(|constant| word.eq_ignore_ascii_case(constant))
}

/// What a part means by itself, if it means something.
fn meaning(sql: &str, cursor: &Cursor, note: Note, schema: &Schema, table: &Ident) -> Option<Expr> {
    let (from, to) = cursor.place(note.first, note.end)?;
    let (from, to) = (places::byte(sql, places::offset(sql, from)), places::byte(sql, places::offset(sql, to)));
    let node = parse::whole(sql.get(from..to)?).ok()?;
    let expr = check(&node, schema, Some(table), None).ok()?;
    let is_literal =
        matches!(&expr, Expr::Literal { .. }) || matches!(&expr, Expr::Cast { expr, .. } if matches!(**expr, Expr::Literal { .. }));
    (!is_literal).then_some(expr)
}

/// Whether a chain is the beginning of another.
fn continues(beginning: &Expr, whole: &Expr) -> bool {
    match (beginning, whole) {
        (Expr::And(some), Expr::And(all)) | (Expr::Or(some), Expr::Or(all)) => all.len() > some.len() && all.starts_with(some),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sql: &str) -> String {
        let schema = "create table notes (id bigint primary key, owner uuid, title text, done boolean);
            create table members (team bigint, person uuid);";
        let schema = crate::tables::schema_from_sql(schema).unwrap();
        let parts = parts(sql, &schema, &Ident::new("notes").unwrap());
        let line = |part: &PartOf| {
            let text = &sql[places::byte(sql, part.span.from)..places::byte(sql, part.span.to)];
            format!("{}{text}: {}", "  ".repeat(part.depth as usize), part.expr.data_type())
        };
        parts.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn parts_have_their_places() {
        insta::assert_snapshot!(shown("(done and owner = auth.uid()\n and title::text like 'é%') or not (done)"), @"
        (done and owner = auth.uid()
         and title::text like 'é%') or not (done): boolean
          done and owner = auth.uid()
         and title::text like 'é%': boolean
            done: boolean
            owner = auth.uid(): boolean
              owner: uuid
              auth.uid(): uuid
            title::text like 'é%': boolean
              title::text: text
                title: text
          not (done): boolean
            done: boolean
        ");
        insta::assert_snapshot!(
            shown("done and exists (select 1 from members m where m.person = owner) and lower(coalesce(title, '') || 'x') in ('a', 'b')"),
            @"
        done and exists (select 1 from members m where m.person = owner) and lower(coalesce(title, '') || 'x') in ('a', 'b'): boolean
          done: boolean
          exists (select 1 from members m where m.person = owner): boolean
          lower(coalesce(title, '') || 'x') in ('a', 'b'): boolean
            lower(coalesce(title, '') || 'x'): text
              coalesce(title, '') || 'x': text
                coalesce(title, ''): text
                  title: text
        "
        );
        insta::assert_snapshot!(shown("case when id between 1 and 2 + id then title else 'none' end = 'x' and true"), @"
        case when id between 1 and 2 + id then title else 'none' end = 'x' and true: boolean
          case when id between 1 and 2 + id then title else 'none' end = 'x': boolean
            case when id between 1 and 2 + id then title else 'none' end: text
              id between 1 and 2 + id: boolean
                id: bigint
                2 + id: bigint
                  id: bigint
              title: text
        ");
        assert_eq!(shown("done and"), "");
        assert_eq!(shown("'x"), "");
    }
}
