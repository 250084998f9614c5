//! What is wrong with an expression, with its place and what would mend it.

use sqlparser::tokenizer::Token;
use tenon_model::{Code, DataType, Error, Expr, Ident, Schema, trial::Problem};

use super::places;
use crate::{
    expressions::{check, parse},
    sql::{Cursor, Located},
    tables::change::Position,
};

/// Reads and checks an expression as [`crate::expressions::compile`] does; of a failure, where it is in the text and what would
/// mend it.
pub(crate) fn diagnose(sql: &str, schema: &Schema, table: &Ident, wanted: Option<&DataType>) -> Result<Expr, Problem> {
    let compiled = parse::whole(sql).and_then(|node| check(&node, schema, Some(table), wanted));
    compiled.map_err(|located| problem(sql, located))
}

fn problem(sql: &str, located: Located) -> Problem {
    let Located { error, at } = located;
    let Error { code, message, hint, .. } = *error;
    // A text that is no SQL at all (a quote that is not closed) has no tokens to point at.
    let Ok(cursor) = Cursor::new(sql) else {
        let span = tenon_model::trial::Span { from: places::offset(sql, at), to: places::len(sql) };
        return Problem { span: Some(span), message, hint, fix: None };
    };
    let (first, end) = marked(&cursor, code, at);
    let place = cursor.place(first, end);
    let fix =
        hint.as_deref().and_then(meant).map(|name| if code == Code::UnknownFunction { name.to_owned() } else { written(name) });
    let span = place.map(|(from, to)| places::span(sql, from, to));
    Problem { span: span.or_else(|| Some(at_end(sql))), message, hint, fix: fix.filter(|_| place.is_some()) }
}

/// The last character, where something is missing behind it.
fn at_end(sql: &str) -> tenon_model::trial::Span {
    let to = places::len(sql.trim_end());
    tenon_model::trial::Span { from: to.saturating_sub(1), to }
}

/// The tokens that are wrong: of a name with dots, the part that is unknown.
fn marked(cursor: &Cursor, code: Code, at: Position) -> (usize, usize) {
    let Some(first) = cursor.token_at(at) else { return (usize::MAX, usize::MAX) };
    let is_word = |index: usize| matches!(cursor.nth(index), Token::Word(_));
    if !is_word(first) {
        return (first, first + 1);
    }
    let mut last = first;
    while *cursor.nth(last + 1) == Token::Period && is_word(last + 2) {
        last += 2;
    }
    match code {
        Code::UnknownColumn => (last, last + 1),
        Code::UnknownFunction => (first, last + 1),
        // Before a dot, the name of a table in sight; in a list of tables, perhaps behind a schema.
        Code::UnknownTable if last == first + 2 && is_public(cursor.nth(first)) => (last, last + 1),
        Code::UnknownTable => (first, first + 1),
        _ => (first, last + 1),
    }
}

fn is_public(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.value.eq_ignore_ascii_case("public"))
}

/// The name in `did you mean "…"?`.
fn meant(hint: &str) -> Option<&str> {
    hint.strip_prefix("did you mean \"")?.strip_suffix("\"?")
}

fn written(name: &str) -> String {
    Ident::new(name).map_or_else(|_| name.to_owned(), |name| name.to_sql())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "create table notes (id bigint primary key, owner uuid, \"Title\" text, done boolean);
        create table members (team bigint, person uuid);";

    /// The text with what is wrong in brackets, and mended.
    fn shown(sql: &str) -> String {
        let schema = crate::tables::schema_from_sql(SCHEMA).unwrap();
        let boolean = tenon_model::expression::functions::BOOLEAN;
        let Err(problem) = diagnose(sql, &schema, &Ident::new("notes").unwrap(), Some(&boolean)) else {
            return "fine".to_owned();
        };
        let span = problem.span.unwrap();
        let (from, to) = (places::byte(sql, span.from), places::byte(sql, span.to));
        let fixed = problem.fix.map(|fix| format!(" -> {}{fix}{}", &sql[..from], &sql[to..])).unwrap_or_default();
        format!("{}[{}]{} {}{fixed}", &sql[..from], &sql[from..to], &sql[to..], problem.message)
    }

    #[test]
    fn what_is_wrong_is_marked_and_mended() {
        let all = [
            "ownr = auth.uid()",
            "notes.ownr = auth.uid()",
            "note.owner = auth.uid()",
            "\"𝄞\" = 1 or\n  titel = 'x'",
            "done and \"title\" = ''",
            "lenght(\"Title\") > 1",
            "auth.uidd() = owner",
            "exists (select 1 from member where person = owner)",
            "exists (select 1 from public.member m)",
            "id",
            "done and",
            "\"Title\" = 'x",
            "done done",
            "id = true",
            "(done",
            "done",
            "",
        ];
        let all: Vec<_> = all.into_iter().map(shown).collect();
        insta::assert_snapshot!(all.join("\n"), @r#"
        [ownr] = auth.uid() column "ownr" does not exist -> owner = auth.uid()
        notes.[ownr] = auth.uid() column notes.ownr does not exist -> notes.owner = auth.uid()
        [note].owner = auth.uid() missing FROM-clause entry for table "note" -> notes.owner = auth.uid()
        ["𝄞"] = 1 or
          titel = 'x' column notes.𝄞 does not exist
        done and ["title"] = '' column "title" does not exist -> done and "Title" = ''
        [lenght]("Title") > 1 function lenght(text) does not exist -> length("Title") > 1
        [auth.uidd]() = owner function auth.uidd() does not exist -> auth.uid() = owner
        exists (select 1 from [member] where person = owner) there is no table "member" -> exists (select 1 from members where person = owner)
        exists (select 1 from public.[member] m) there is no table "member" -> exists (select 1 from public.members m)
        [id] a condition must be boolean, this is bigint
        done an[d] expected an expression, found the end of the text
        "Title" = ['x] the text is no SQL: Unterminated string literal
        done [done] expected the end of the expression, found "done"
        id [=] true operator does not exist: bigint = boolean
        (don[e] expected ")", found the end of the text
        fine
        [] expected an expression, found the end of the text
        "#);
    }
}
