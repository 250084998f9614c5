//! Which tables a table is related to, by its foreign keys and those that refer to it.

use std::{borrow::Cow, collections::HashSet};

use crate::{Code, Error, ForeignKey, Ident, Relation, Result, Schema, Table, query::Through, value::write_json_string};

/// How many rows stand on either side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cardinality {
    ManyToOne,
    OneToMany,
    OneToOne,
    ManyToMany,
}

impl Cardinality {
    fn as_str(self) -> &'static str {
        match self {
            Self::ManyToOne => "many-to-one",
            Self::OneToMany => "one-to-many",
            Self::OneToOne => "one-to-one",
            Self::ManyToMany => "many-to-many",
        }
    }
}

/// A relation that a name may mean.
struct Candidate<'a> {
    cardinality: Cardinality,
    /// The foreign key; of many-to-many the one that refers to this side.
    key: Cow<'a, ForeignKey>,
    /// Of many-to-many: the junction and its foreign key to the other side.
    through: Option<(&'a Table, &'a ForeignKey)>,
    /// Whether one of the two is a view: it is meant by its name alone.
    view: bool,
    /// Whether this side holds the foreign key.
    holds_key: bool,
    target: &'a Ident,
}

/// Finds the relation from `origin` that `name` means: a table, a foreign key's name, or a referring column; `hint` says
/// which of several: a foreign key's name, a column of it, or the table between.
///
/// # Errors
/// [`Code::UnknownRelation`]; [`Code::AmbiguousRelation`] with the candidates as a JSON array in `details`.
pub fn find_relation(schema: &Schema, origin: &Table, name: &str, hint: Option<&str>) -> Result<Relation> {
    let mut found: Vec<Candidate<'_>> = candidates(schema, origin).into_iter().filter(|c| c.matches(origin, name, hint)).collect();
    match found.pop() {
        None => Err(unknown(schema, origin, name, hint)),
        Some(only) if found.is_empty() => Ok(only.into_relation()),
        Some(last) => {
            found.push(last);
            Err(ambiguous(origin, name, &found))
        }
    }
}

fn candidates<'a>(schema: &'a Schema, origin: &'a Table) -> Vec<Candidate<'a>> {
    let mut out = Vec::new();
    // Users are not in the schema that the API offers.
    for key in origin.foreign_keys.iter().filter(|key| !key.is_to_users()) {
        let cardinality = if is_unique(origin, &key.columns) { Cardinality::OneToOne } else { Cardinality::ManyToOne };
        out.push(Candidate {
            cardinality,
            key: Cow::Borrowed(key),
            through: None,
            view: false,
            holds_key: true,
            target: &key.references,
        });
    }
    by_views(schema, origin, &mut out);
    for (table, key) in schema.references_to(origin.name.as_str()) {
        let cardinality = if is_unique(table, &key.columns) { Cardinality::OneToOne } else { Cardinality::OneToMany };
        out.push(Candidate {
            cardinality,
            key: Cow::Borrowed(key),
            through: None,
            view: table.is_shown(),
            holds_key: false,
            target: &table.name,
        });
        for other in
            table.foreign_keys.iter().filter(|other| !other.is_to_users() && other.name != key.name && joins(table, key, other))
        {
            let through = Some((&**table, other));
            out.push(Candidate {
                cardinality: Cardinality::ManyToMany,
                key: Cow::Borrowed(key),
                through,
                view: false,
                holds_key: false,
                target: &other.references,
            });
        }
    }
    out
}

/// Relations by foreign keys of or to the table that a view shows, where it shows their columns as they are.
fn by_views<'a>(schema: &'a Schema, origin: &'a Table, out: &mut Vec<Candidate<'a>>) {
    if let Some((base, shown)) = origin.shows.as_ref().and_then(|shows| shows.base.as_ref()) {
        for (table, key) in schema.references_to(base.as_str()).filter(|(table, _)| !table.is_shown()) {
            let Some(key) = shown_key(key, shown, &origin.name) else { continue };
            let cardinality = if is_unique(table, &key.columns) { Cardinality::OneToOne } else { Cardinality::OneToMany };
            let key = Cow::Owned(key);
            out.push(Candidate { cardinality, key, through: None, view: true, holds_key: false, target: &table.name });
        }
    }
    for view in schema.tables.values() {
        let Some((base, shown)) = view.shows.as_ref().and_then(|shows| shows.base.as_ref()) else { continue };
        for key in origin.foreign_keys.iter().filter(|key| key.references == *base) {
            let Some(key) = shown_key(key, shown, &view.name) else { continue };
            let cardinality = if is_unique(origin, &key.columns) { Cardinality::OneToOne } else { Cardinality::ManyToOne };
            let key = Cow::Owned(key);
            out.push(Candidate { cardinality, key, through: None, view: true, holds_key: true, target: &view.name });
        }
    }
}

/// A foreign key to a table as one to the view that shows it.
fn shown_key(key: &ForeignKey, shown: &[(Ident, Ident)], view: &Ident) -> Option<ForeignKey> {
    let own = |name: &Ident| shown.iter().find(|(from, _)| from == name).map(|(_, own)| own.clone());
    let referenced_columns = key.referenced_columns.iter().map(own).collect::<Option<Vec<_>>>()?;
    Some(ForeignKey { referenced_columns, references: view.clone(), ..key.clone() })
}

/// Whether at most one row has the same values in these columns.
fn is_unique(table: &Table, columns: &[Ident]) -> bool {
    let wanted: HashSet<&Ident> = columns.iter().collect();
    let same = |others: &mut dyn Iterator<Item = &Ident>| others.collect::<HashSet<_>>() == wanted;
    table.primary_key.iter().chain(&table.uniques).any(|unique| same(&mut unique.columns.iter()))
        || table.indexes.iter().any(|index| index.unique && same(&mut index.columns.iter().map(|c| &c.column)))
}

/// Whether the two foreign keys make up (part of) the primary key: then the table joins many to many.
fn joins(table: &Table, one: &ForeignKey, other: &ForeignKey) -> bool {
    let key = table.key_columns();
    one.columns.iter().chain(&other.columns).all(|column| key.contains(column))
}

impl Candidate<'_> {
    fn matches(&self, origin: &Table, name: &str, hint: Option<&str>) -> bool {
        if self.view && (*self.target != *name || *self.target == origin.name) {
            return false;
        }
        let by_name = self.key.name == *name;
        let by_column = |columns: &[Ident], wanted: &str| matches!(columns, [only] if only == wanted);
        let is_junction = self.through.is_some();
        let itself = *self.target == origin.name && !is_junction;
        match hint {
            // A self reference has one key and two directions: the table's name means the many, the key or column the one.
            None if itself && *self.target == *name => !self.holds_key,
            None if itself => self.holds_key && (by_name || by_column(&self.key.columns, name)),
            None if *self.target == *name => !(is_junction && *self.target == origin.name),
            None => !is_junction && (by_name || (self.holds_key && by_column(&self.key.columns, name))),
            Some(_) if *self.target != *name => false,
            Some(hint) if itself => {
                let many = self.key.name == *hint || by_column(&self.key.columns, hint);
                if self.holds_key { by_column(&self.key.referenced_columns, hint) && !many } else { many }
            }
            Some(hint) => {
                let through = self.through.is_some_and(|(table, _)| table.name == *hint);
                let direct =
                    self.key.name == *hint || by_column(&self.key.columns, hint) || by_column(&self.key.referenced_columns, hint);
                if is_junction { through || self.key.name == *hint } else { direct }
            }
        }
    }

    fn into_relation(self) -> Relation {
        let (local, foreign) = if self.holds_key {
            (&self.key.columns, &self.key.referenced_columns)
        } else {
            (&self.key.referenced_columns, &self.key.columns)
        };
        Relation {
            name: self.key.name.clone(),
            target: self.target.clone(),
            local: local.clone(),
            foreign: foreign.clone(),
            through: self.through.map(|(table, other)| Through {
                table: table.name.clone(),
                local: other.columns.clone(),
                target: other.referenced_columns.clone(),
                filter: None,
            }),
            to_one: matches!(self.cardinality, Cardinality::ManyToOne | Cardinality::OneToOne),
        }
    }

    /// What to write behind `!` to mean this one.
    fn hint(&self) -> &Ident {
        self.through.map_or(&self.key.name, |(table, _)| &table.name)
    }

    fn describe(&self, origin: &Table) -> String {
        let key = &*self.key;
        match self.through {
            Some((table, other)) => {
                format!("{} using {}({}) and {}({})", table.name, key.name, list(&key.columns), other.name, list(&other.columns))
            }
            None => {
                let (here, there) =
                    if self.holds_key { (&key.columns, &key.referenced_columns) } else { (&key.referenced_columns, &key.columns) };
                format!("{} using {}({}) and {}({})", key.name, origin.name, list(here), self.target, list(there))
            }
        }
    }
}

fn list(names: &[Ident]) -> String {
    names.iter().map(Ident::as_str).collect::<Vec<_>>().join(", ")
}

/// PostgREST's PGRST200.
fn unknown(schema: &Schema, origin: &Table, name: &str, hint: Option<&str>) -> Error {
    let using = hint.map(|hint| format!(" using the hint '{hint}'")).unwrap_or_default();
    let origin_name = &origin.name;
    let error = Error::new(
        Code::UnknownRelation,
        format!("Could not find a relationship between '{origin_name}' and '{name}' in the schema cache"),
    )
    .with_details(format!(
        "Searched for a foreign key relationship between '{origin_name}' and '{name}'{using} in the schema 'public', but no matches were found."
    ));
    let related = candidates(schema, origin);
    match crate::schema::nearest(name, related.iter().map(|c| c.target).filter(|target| **target != *name)) {
        Some(other) => error.with_hint(format!("Perhaps you meant '{other}' instead of '{name}'.")),
        None => error,
    }
}

/// PostgREST's PGRST201.
fn ambiguous(origin: &Table, name: &str, found: &[Candidate<'_>]) -> Error {
    let mut details = Vec::from(*b"[");
    for (i, candidate) in found.iter().enumerate() {
        details.extend_from_slice(if i > 0 { b"," } else { b"" });
        let embedding = format!("{} with {}", origin.name, candidate.target);
        let parts = [
            ("{\"cardinality\":", candidate.cardinality.as_str().to_owned()),
            (",\"embedding\":", embedding),
            (",\"relationship\":", candidate.describe(origin)),
        ];
        for (key, value) in parts {
            details.extend_from_slice(key.as_bytes());
            write_json_string(&mut details, &value);
        }
        details.push(b'}');
    }
    details.push(b']');
    let choices: Vec<String> = found.iter().map(|c| format!("'{}!{}'", c.target, c.hint())).collect();
    Error::new(
        Code::AmbiguousRelation,
        format!("Could not embed because more than one relationship was found for '{}' and '{name}'", origin.name),
    )
    .with_details(String::from_utf8_lossy(&details))
    .with_hint(format!(
        "Try changing '{name}' to one of the following: {}. Find the desired relationship in the 'details' key.",
        choices.join(", ")
    ))
}
