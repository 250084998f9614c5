//! All that may stand at the cursor, before it is narrowed by the letters typed.

use tenon_model::{
    DataType, Ident, ScalarType, Table,
    expression::functions::{self, Function, Returns},
    trial::{Suggestion, SuggestionKind as Kind},
};

use super::{
    Writing,
    scope::Scope,
    words::{self, Word},
};

/// What may stand somewhere.
#[derive(Default)]
pub(super) struct Found {
    pub(super) items: Vec<Suggestion>,
    /// Whether it is told before a letter is typed.
    pub(super) open: bool,
}

pub(super) struct Candidates<'w, 's> {
    pub(super) writing: &'w Writing<'s>,
    pub(super) scope: &'w Scope<'s>,
}

impl Candidates<'_, '_> {
    /// What may stand behind these words.
    pub(super) fn code(&self, before: &[Word<'_>]) -> Found {
        match before {
            [.., owner, dot] if dot.is(".") => Found { items: self.of(owner), open: true },
            [.., word] if self.writing.queries && (word.is("from") || word.is("join")) => {
                Found { items: self.tables(), open: true }
            }
            _ => Found { items: self.anything(), open: false },
        }
    }

    /// What may stand in a text in quotes behind these words: the values of an enum.
    pub(super) fn values(&self, before: &[Word<'_>]) -> Found {
        let values = self.compared(before).map(|compared| match compared {
            Compared::Role => ["anon", "authenticated"].map(str::to_owned).to_vec(),
            Compared::Enum(name) => self.writing.schema.enum_values(name.as_str()).to_vec(),
        });
        let one = |value: String| Suggestion {
            insert: value.replace('\'', "''"),
            ..suggestion(Kind::Value, value, String::new(), String::new())
        };
        Found { items: values.unwrap_or_default().into_iter().map(one).collect(), open: true }
    }

    /// What a text behind these words is compared with, if its values are known.
    fn compared(&self, before: &[Word<'_>]) -> Option<Compared> {
        let mut rest = before;
        // In a list, what stands before it.
        while let [shorter @ .., last] = rest
            && (last.kind == words::Kind::Text || last.is(",") || last.is("(") || last.is("in") || last.is("not") || last.is("any"))
        {
            rest = shorter;
        }
        if let [shorter @ .., last] = rest
            && ["=", "<>", "!="].iter().any(|sign| last.is(sign))
        {
            rest = shorter;
        }
        if let [.., auth, dot, role, open, close] = rest
            && auth.is("auth")
            && dot.is(".")
            && role.is("role")
            && open.is("(")
            && close.is(")")
        {
            return Some(Compared::Role);
        }
        let column = match rest {
            [.., table, dot, column] if dot.is(".") => {
                let table = self.scope.named(&table.name()?)?;
                table.column(&column.name()?)
            }
            [.., column] => {
                let name = column.name()?;
                self.scope.tables.iter().find_map(|seen| seen.table.column(&name))
            }
            [] => None,
        };
        match column?.data_type.element() {
            ScalarType::Enum(name) => Some(Compared::Enum(name.clone())),
            _ => None,
        }
    }

    /// What may stand behind a name and a dot.
    fn of(&self, owner: &Word<'_>) -> Vec<Suggestion> {
        let Some(name) = owner.name() else { return Vec::new() };
        if let Some(table) = self.scope.named(&name) {
            return columns(table, None).collect();
        }
        match name.as_str() {
            "auth" => CONTEXT.iter().filter_map(|(full, ..)| full.strip_prefix("auth.")).filter_map(context).collect(),
            "old" if self.writing.old => self.own().map(|table| columns(table, None).collect()).unwrap_or_default(),
            "public" if self.writing.queries => self.tables(),
            _ => Vec::new(),
        }
    }

    fn own(&self) -> Option<&Table> {
        self.scope.tables.last().map(|seen| seen.table)
    }

    fn tables(&self) -> Vec<Suggestion> {
        let about = |table: &Table| table.comment.clone().unwrap_or_default();
        let one =
            |table: &Table| suggestion(Kind::Table, table.name.to_string(), "table".to_owned(), about(table)).named(&table.name);
        self.writing.schema.tables.values().map(|table| one(table)).collect()
    }

    fn anything(&self) -> Vec<Suggestion> {
        let mut items: Vec<Suggestion> = Vec::new();
        for seen in &self.scope.tables {
            items.extend(columns(seen.table, self.scope.in_query.then_some(seen.name.as_str())));
        }
        // Of two tables' columns of one name, the inner one is meant.
        let mut known = std::collections::HashSet::new();
        items.retain(|item| known.insert(item.label.clone()));
        if self.writing.old {
            items.push(suggestion(Kind::Word, "old".to_owned(), "the row as it was".to_owned(), String::new()).writing("old."));
        }
        if self.scope.in_query {
            for seen in &self.scope.tables {
                let alias = suggestion(Kind::Table, seen.name.clone(), seen.table.name.to_string(), String::new());
                let insert = Ident::new(&seen.name).map_or_else(|_| seen.name.clone(), |name| name.to_sql());
                items.push(alias.writing(&format!("{insert}.")));
            }
        }
        items.extend(CONTEXT.iter().map(whole_context));
        items.extend(SPECIAL.iter().filter(|one| self.writing.queries || !one.3).map(special));
        if self.scope.in_query {
            items.extend(AGGREGATES.iter().map(|(name, help)| {
                suggestion(Kind::Function, (*name).to_owned(), format!("{name}(…)"), (*help).to_owned()).called(true)
            }));
        }
        items.extend(listed_functions());
        items.extend(WORDS.iter().map(|word| suggestion(Kind::Word, (*word).to_owned(), String::new(), String::new())));
        items
    }
}

/// What a text is compared with.
enum Compared {
    Role,
    Enum(Ident),
}

/// Who asks, and when: name, type, what it is.
const CONTEXT: [(&str, &str, &str); 6] = [
    ("auth.uid", "uuid", "The id of the user who asks; null if nobody is signed in"),
    ("auth.role", "text", "anon, authenticated or service_role"),
    ("auth.email", "text", "The address of the user who asks"),
    ("auth.jwt", "jsonb", "Everything that the access token says"),
    ("now", "timestamptz", "The moment of the request"),
    ("current_date", "date", "The day of the request, in UTC"),
];

/// What is no ordinary function: name, signature, what it does, whether it is a query, what is written.
const SPECIAL: [(&str, &str, &str, bool, &str); 7] = [
    ("coalesce", "coalesce(any, ...)", "The first that is not null", false, "coalesce()"),
    ("nullif", "nullif(any, any)", "Null if both are equal, else the first", false, "nullif()"),
    ("greatest", "greatest(any, ...)", "The greatest that is not null", false, "greatest()"),
    ("least", "least(any, ...)", "The least that is not null", false, "least()"),
    ("cast", "cast(any as type)", "The value as another type", false, "cast()"),
    ("exists", "exists (select …)", "Whether the query finds a row", true, "exists (select 1 from )"),
    ("select", "(select …)", "A value, or values, of other rows", true, "select "),
];

const AGGREGATES: [(&str, &str); 7] = [
    ("count", "How many rows"),
    ("sum", "The sum of a number over the rows"),
    ("avg", "The mean of a number over the rows"),
    ("min", "The least over the rows"),
    ("max", "The greatest over the rows"),
    ("bool_and", "Whether it is true of every row"),
    ("bool_or", "Whether it is true of a row"),
];

const WORDS: [&str; 17] = [
    "and",
    "or",
    "not",
    "is null",
    "is not null",
    "is distinct from",
    "in",
    "between",
    "like",
    "ilike",
    "true",
    "false",
    "null",
    "case when",
    "from",
    "where",
    "join",
];

fn suggestion(kind: Kind, label: String, detail: String, help: String) -> Suggestion {
    Suggestion { kind, insert: label.clone(), label, detail, help, back: 0 }
}

/// Changes what a suggestion writes.
trait Writes {
    fn writing(self, text: &str) -> Self;
    fn named(self, name: &Ident) -> Self;
    /// With parentheses behind it, and the cursor in them if it takes something.
    fn called(self, takes: bool) -> Self;
}

impl Writes for Suggestion {
    fn writing(mut self, text: &str) -> Self {
        self.insert = text.to_owned();
        self
    }

    fn named(self, name: &Ident) -> Self {
        self.writing(&name.to_sql())
    }

    fn called(mut self, takes: bool) -> Self {
        self.insert.push_str("()");
        self.back = u32::from(takes);
        self
    }
}

/// The columns of a table. Inside of queries, those of an outer table say which.
fn columns<'t>(table: &'t Table, of: Option<&'t str>) -> impl Iterator<Item = Suggestion> + use<'t> {
    table.columns.iter().map(move |column| {
        let about = column.comment.clone().unwrap_or_default();
        let one = suggestion(Kind::Column, column.name.to_string(), column.data_type.to_string(), about);
        let name = column.name.to_sql();
        match of.and_then(|of| Ident::new(of).ok()) {
            Some(of) => one.writing(&format!("{}.{name}", of.to_sql())),
            None => one.writing(&name),
        }
    })
}

/// The last part of `auth.…`.
fn context(name: &str) -> Option<Suggestion> {
    let (full, data_type, help) = CONTEXT.iter().find(|(full, ..)| full.strip_prefix("auth.") == Some(name))?;
    Some(suggestion(Kind::Context, name.to_owned(), format!("{full}() {data_type}"), (*help).to_owned()).called(false))
}

fn whole_context((name, data_type, help): &(&str, &str, &str)) -> Suggestion {
    let one = suggestion(Kind::Context, (*name).to_owned(), (*data_type).to_owned(), (*help).to_owned());
    if *name == "current_date" { one } else { one.called(false) }
}

fn special((name, signature, help, _, insert): &(&str, &str, &str, bool, &str)) -> Suggestion {
    let back = u32::from(insert.ends_with(')'));
    Suggestion {
        insert: (*insert).to_owned(),
        back,
        ..suggestion(Kind::Function, (*name).to_owned(), (*signature).to_owned(), (*help).to_owned())
    }
}

/// The functions of the list, each name once, with its first signature.
fn listed_functions() -> Vec<Suggestion> {
    let mut known = std::collections::HashSet::new();
    let is_name =
        |function: &&Function| function.name.starts_with(|c: char| c.is_ascii_alphabetic()) && function.name != "subscript";
    let one = |function: &Function| {
        let others = functions::named(function.name).len() - 1;
        let more = if others > 0 { format!(" +{others}") } else { String::new() };
        let detail = format!("{function} {}{more}", returns(&function.returns));
        suggestion(Kind::Function, function.name.to_owned(), detail, function.help.to_owned())
            .called(!function.parameters.is_empty())
    };
    functions::all().filter(is_name).filter(|function| known.insert(function.name)).map(one).collect()
}

fn returns(returns: &Returns) -> String {
    match returns {
        Returns::Type(data_type) => DataType::to_string(data_type),
        Returns::SameArray => "anyarray".to_owned(),
        Returns::Element => "anyelement".to_owned(),
    }
}
