//! A read in five languages.

use serde::{Deserialize, Serialize};

use super::{
    call::{Call, Term},
    quote::{double, shell, single},
};

/// A language of the API page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// `@supabase/supabase-js`.
    JavaScript,
    /// `supabase` from PyPI.
    Python,
    /// `java.net.http`.
    Java,
    /// `net/http`.
    Ruby,
    /// The command.
    Curl,
}

impl Language {
    /// All of them, in the order of their tabs.
    pub const ALL: [Self; 5] = [Self::JavaScript, Self::Python, Self::Java, Self::Ruby, Self::Curl];

    /// The name in an address.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript",
            Self::Python => "python",
            Self::Java => "java",
            Self::Ruby => "ruby",
            Self::Curl => "curl",
        }
    }

    /// The name on screen.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::Java => "Java",
            Self::Ruby => "Ruby",
            Self::Curl => "curl",
        }
    }
}

impl Call {
    /// The call in a language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> String {
        match language {
            Language::JavaScript => self.javascript(),
            Language::Python => self.python(),
            Language::Java => self.java(),
            Language::Ruby => self.ruby(),
            Language::Curl => self.curl(),
        }
    }

    fn javascript(&self) -> String {
        let mut out = format!(
            "import {{ createClient }} from '@supabase/supabase-js'\n\nconst supabase = createClient({}, {})\n\nconst {{ data, error }} = await supabase\n  .from({})\n  .select({})",
            single(&self.origin),
            single(&self.key),
            single(&self.table),
            if self.select.is_empty() { String::new() } else { single(&self.select) },
        );
        for term in &self.terms {
            out.push_str("\n  ");
            out.push_str(&method(term, &Dialect { or: "or", is: "is", in_: "in", null: "null", negation: Negation::Method }));
        }
        for sort in &self.order {
            out.push_str(&format!("\n  .order({}", single(&sort.column)));
            let mut options = vec![];
            if sort.descending {
                options.push("ascending: false".to_owned());
            }
            if let Some(first) = sort.nulls_first {
                options.push(format!("nullsFirst: {first}"));
            }
            out.push_str(&if options.is_empty() { ")".to_owned() } else { format!(", {{ {} }})", options.join(", ")) });
        }
        if let Some((first, last)) = self.range() {
            out.push_str(&format!("\n  .range({first}, {last})"));
        }
        out.push('\n');
        out
    }

    fn python(&self) -> String {
        let mut out = format!(
            "from supabase import create_client\n\nsupabase = create_client({}, {})\n\nresponse = (\n    supabase.table({})\n    .select({})",
            double(&self.origin),
            double(&self.key),
            double(&self.table),
            double(if self.select.is_empty() { "*" } else { &self.select }),
        );
        for term in &self.terms {
            out.push_str("\n    ");
            let dialect = Dialect { or: "or_", is: "is_", in_: "in_", null: "\"null\"", negation: Negation::Property };
            out.push_str(&method(term, &dialect));
        }
        for sort in &self.order {
            out.push_str(&format!("\n    .order({}", double(&sort.column)));
            if sort.descending {
                out.push_str(", desc=True");
            }
            if let Some(first) = sort.nulls_first {
                out.push_str(if first { ", nullsfirst=True" } else { ", nullsfirst=False" });
            }
            out.push(')');
        }
        if let Some((first, last)) = self.range() {
            out.push_str(&format!("\n    .range({first}, {last})"));
        }
        out.push_str("\n    .execute()\n)\nrows = response.data\n");
        out
    }

    fn java(&self) -> String {
        format!(
            "import java.net.URI;\nimport java.net.http.HttpClient;\nimport java.net.http.HttpRequest;\nimport java.net.http.HttpResponse;\n\nvar request = HttpRequest.newBuilder(URI.create({}))\n    .header(\"apikey\", {})\n    .header(\"Accept\", \"application/json\")\n    .build();\nvar response = HttpClient.newHttpClient()\n    .send(request, HttpResponse.BodyHandlers.ofString());\nSystem.out.println(response.body());\n",
            double(&format!("{}{}", self.origin, self.path())),
            double(&self.key),
        )
    }

    fn ruby(&self) -> String {
        format!(
            "require 'json'\nrequire 'net/http'\n\nuri = URI({})\nresponse = Net::HTTP.get_response(uri, 'apikey' => {})\nrows = JSON.parse(response.body)\n",
            single(&format!("{}{}", self.origin, self.path())),
            single(&self.key),
        )
    }

    fn curl(&self) -> String {
        format!("curl {} \\\n  -H {}\n", shell(&format!("{}{}", self.origin, self.path())), shell(&format!("apikey: {}", self.key)))
    }
}

/// How the client of a language names its methods.
struct Dialect {
    or: &'static str,
    is: &'static str,
    in_: &'static str,
    null: &'static str,
    negation: Negation,
}

enum Negation {
    /// `.not(column, op, operand)`
    Method,
    /// `.not_.op(column, operand)`
    Property,
}

fn method(term: &Term, dialect: &Dialect) -> String {
    let quote = |text: &str| if matches!(dialect.negation, Negation::Property) { double(text) } else { single(text) };
    let (column, negated, op, operand, bare) = match term {
        Term::Any(inner) => return format!(".{}({})", dialect.or, quote(inner)),
        Term::Column { column, negated, op, operand, bare } => (quote(column), *negated, op.as_str(), operand.as_str(), *bare),
    };
    let not = match (&dialect.negation, negated) {
        (Negation::Method, true) => return format!(".not({column}, '{op}', {})", quote(operand)),
        (Negation::Property, true) => ".not_",
        (_, false) => "",
    };
    let value = if bare { operand.to_owned() } else { quote(operand) };
    match op {
        "is" if operand == "null" => format!("{not}.{}({column}, {})", dialect.is, dialect.null),
        "is" => format!(
            "{not}.{}({column}, {})",
            dialect.is,
            if matches!(dialect.negation, Negation::Method) { operand.to_owned() } else { quote(operand) }
        ),
        "in" => {
            let items: Vec<String> = list_items(operand).iter().map(|item| quote(item)).collect();
            format!("{not}.{}({column}, [{}])", dialect.in_, items.join(", "))
        }
        "eq" | "neq" | "gt" | "gte" | "lt" | "lte" => format!("{not}.{op}({column}, {value})"),
        "like" | "ilike" => format!("{not}.{op}({column}, {})", quote(operand)),
        other => format!("{not}.filter({column}, {}, {})", quote(other), quote(operand)),
    }
}

/// The values of `(a,"b,c")`.
fn list_items(operand: &str) -> Vec<String> {
    let inner = operand.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(operand);
    let (mut items, mut item, mut quoted, mut chars) = (Vec::new(), String::new(), false, inner.chars());
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' if quoted => item.extend(chars.next()),
            ',' if !quoted => items.push(std::mem::take(&mut item)),
            other => item.push(other),
        }
    }
    items.push(item);
    items
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::{super::call::Sort, *};

    fn column(column: &str, negated: bool, op: &str, operand: &str, bare: bool) -> Term {
        Term::Column { column: column.into(), negated, op: op.into(), operand: operand.into(), bare }
    }

    fn call() -> Call {
        Call {
            origin: "http://127.0.0.1:3000".into(),
            key: "KEY".into(),
            table: "flights".into(),
            select: "carrier,flight".into(),
            terms: vec![
                column("origin", false, "in", "(JFK,\"L,GA\")", false),
                column("dep_delay", false, "gt", "60", true),
                column("arr_time", true, "is", "null", false),
                Term::Any("dest.eq.O'Hare,distance.lt.500".into()),
            ],
            order: vec![Sort { column: "dep_delay".into(), descending: true, nulls_first: Some(false) }],
            offset: 0,
            limit: Some(100),
        }
    }

    #[test]
    fn javascript() {
        assert_snapshot!(call().in_language(Language::JavaScript), @r"
        import { createClient } from '@supabase/supabase-js'

        const supabase = createClient('http://127.0.0.1:3000', 'KEY')

        const { data, error } = await supabase
          .from('flights')
          .select('carrier,flight')
          .in('origin', ['JFK', 'L,GA'])
          .gt('dep_delay', 60)
          .not('arr_time', 'is', 'null')
          .or('dest.eq.O\'Hare,distance.lt.500')
          .order('dep_delay', { ascending: false, nullsFirst: false })
          .range(0, 99)
        ");
    }

    #[test]
    fn python() {
        assert_snapshot!(call().in_language(Language::Python), @r#"
        from supabase import create_client

        supabase = create_client("http://127.0.0.1:3000", "KEY")

        response = (
            supabase.table("flights")
            .select("carrier,flight")
            .in_("origin", ["JFK", "L,GA"])
            .gt("dep_delay", 60)
            .not_.is_("arr_time", "null")
            .or_("dest.eq.O'Hare,distance.lt.500")
            .order("dep_delay", desc=True, nullsfirst=False)
            .range(0, 99)
            .execute()
        )
        rows = response.data
        "#);
    }

    #[test]
    fn the_others_ask_by_address() {
        assert_snapshot!(call().in_language(Language::Java), @r#"
        import java.net.URI;
        import java.net.http.HttpClient;
        import java.net.http.HttpRequest;
        import java.net.http.HttpResponse;

        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:3000/rest/v1/flights?select=carrier,flight&origin=in.(JFK,%22L,GA%22)&dep_delay=gt.60&arr_time=not.is.null&or=(dest.eq.O%27Hare,distance.lt.500)&order=dep_delay.desc.nullslast&limit=100"))
            .header("apikey", "KEY")
            .header("Accept", "application/json")
            .build();
        var response = HttpClient.newHttpClient()
            .send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(response.body());
        "#);
        assert_snapshot!(call().in_language(Language::Ruby), @r"
        require 'json'
        require 'net/http'

        uri = URI('http://127.0.0.1:3000/rest/v1/flights?select=carrier,flight&origin=in.(JFK,%22L,GA%22)&dep_delay=gt.60&arr_time=not.is.null&or=(dest.eq.O%27Hare,distance.lt.500)&order=dep_delay.desc.nullslast&limit=100')
        response = Net::HTTP.get_response(uri, 'apikey' => 'KEY')
        rows = JSON.parse(response.body)
        ");
        assert_snapshot!(call().in_language(Language::Curl), @r"
        curl 'http://127.0.0.1:3000/rest/v1/flights?select=carrier,flight&origin=in.(JFK,%22L,GA%22)&dep_delay=gt.60&arr_time=not.is.null&or=(dest.eq.O%27Hare,distance.lt.500)&order=dep_delay.desc.nullslast&limit=100' \
          -H 'apikey: KEY'
        ");
    }

    #[test]
    fn nothing_in_a_name_ends_its_string() {
        let hostile = Call { table: "a'b\"c\\d #{x}\n".into(), origin: "o".into(), ..Call::default() };
        assert_snapshot!(hostile.in_language(Language::JavaScript), @r#"
        import { createClient } from '@supabase/supabase-js'

        const supabase = createClient('o', '')

        const { data, error } = await supabase
          .from('a\'b"c\\d #{x}\n')
          .select()
        "#);
        assert_eq!(hostile.path(), "/rest/v1/a%27b%22c%5Cd%20%23%7Bx%7D%0A");
    }
}
