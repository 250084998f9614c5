//! An expression tried on a table's rows for a chosen person, before it stands anywhere.

mod page;
mod person;
mod shown;

use std::{sync::Arc, time::Duration};

use tenon_model::{
    Caller, Code, Error, Expr, Ident, Result, Schema,
    expression::{IsTest, functions::BOOLEAN},
    trial::{Ask, Counts, Outcome, Part, Problem, Show, Trial, TriedRow},
};

use self::page::Page;
use super::{access, verdicts::verdicts};
use crate::{
    Engine,
    expressions::{PartOf, diagnose, parts},
};

/// The longest expression that is tried, in bytes.
const LONGEST: usize = 20_000;

/// Rows on a page.
const ROWS: u64 = 10;

/// So many rows are counted.
const COUNTED: u64 = 10_000;

/// How long one question to the database may take.
const PATIENCE: Duration = Duration::from_secs(2);

impl Engine {
    /// What an expression says of a table's rows. The rows are those that the builder sees; what the expression asks of who asks,
    /// and of other tables, is answered as for the chosen person. A wrong expression is no failure: the answer says what is wrong.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for callers who may not build, [`Code::UnknownTable`], [`Code::NotFound`] for an unknown person.
    pub async fn try_expression(&self, caller: &Caller, ask: Ask) -> Result<Trial> {
        if !caller.may_build() {
            return Err(Error::new(Code::Forbidden, "only builders look into expressions"));
        }
        let schema = self.schema();
        let table = access::table(&schema, &Ident::new(&ask.table)?)?.name.clone();
        let (person, who) = self.person(&ask.who).await?;
        let mut trial = Trial { who, row: ask.row, ..Trial::default() };
        match self.compiled(&schema, &table, &person, &ask) {
            Err(problem) => trial.problem = Some(problem),
            Ok(tried) => tried.fill(&mut trial, &ask).await?,
        }
        Ok(trial)
    }

    fn compiled<'e>(&'e self, schema: &Arc<Schema>, table: &Ident, person: &Caller, ask: &Ask) -> Result<Tried<'e>, Problem> {
        if ask.text.len() > LONGEST {
            return Err(unplaced(Error::new(Code::TooLarge, format!("An expression has at most {LONGEST} bytes."))));
        }
        let expr = diagnose(&ask.text, schema, table, ask.wanted.as_ref())?;
        let guard = self.guard(schema, person);
        let seen = guard.foresee(table, expr).map_err(unplaced)?;
        let part = |part: PartOf| Some(PartOf { expr: guard.foresee(table, part.expr).ok()?, ..part });
        let parts = parts(&ask.text, schema, table).into_iter().filter_map(part).collect();
        Ok(Tried { engine: self, schema: guard.seen_all(schema), table: table.clone(), expr: seen, parts })
    }
}

fn unplaced(error: Error) -> Problem {
    Problem { span: None, message: error.message, hint: error.hint, fix: None }
}

/// An expression ready to be asked of rows.
struct Tried<'e> {
    engine: &'e Engine,
    schema: Arc<Schema>,
    table: Ident,
    expr: Expr,
    parts: Vec<PartOf>,
}

impl Tried<'_> {
    async fn fill(&self, trial: &mut Trial, ask: &Ask) -> Result<()> {
        trial.data_type = self.expr.data_type().to_string();
        trial.condition = self.expr.data_type() == BOOLEAN;
        let table = self.schema.require_table(self.table.as_str())?;
        let columns = shown::columns(table, &self.parts);
        trial.columns = columns.iter().map(ToString::to_string).collect();
        let filter = if trial.condition { met(ask.show, &self.expr) } else { None };
        if trial.condition {
            self.count(trial).await?;
        }
        let page = Page { columns, filter, offset: u64::from(ask.page) * ROWS };
        self.rows(trial, &page).await?;
        self.values(trial, &page).await
    }

    async fn count(&self, trial: &mut Trial) -> Result<()> {
        let (schema, table, expr) = (Arc::clone(&self.schema), self.table.clone(), self.expr.clone());
        let read = self.engine.database().with_timeout(PATIENCE);
        let counted = read.read_with(move |reader| verdicts(&mut reader.conn, &schema, &table, &expr, COUNTED + 1)).await;
        match tolerated(counted)? {
            Ok(seen) => {
                let partial = seen.rows() > COUNTED;
                trial.counts = Some(Counts { holds: seen.holds, fails: seen.fails, unknown: seen.unknown, partial });
            }
            Err(message) => trial.note = Some(format!("The rows cannot be counted: {message}.")),
        }
        Ok(())
    }

    /// The rows of a page. Where the expression fails for one, they are asked one by one.
    async fn rows(&self, trial: &mut Trial, page: &Page) -> Result<()> {
        let rows = match tolerated(self.page(page, std::slice::from_ref(&self.expr), ROWS + 1).await)? {
            Ok(rows) => rows,
            Err(message) if page.filter.is_some() => {
                trial.note = Some(format!("The rows cannot be told apart: {message}."));
                return Ok(());
            }
            Err(_) => self.one_by_one(page).await?,
        };
        trial.more = rows.len() as u64 > ROWS;
        let columns = page.columns.len();
        let row = |mut cells: Vec<Option<String>>| {
            let value = cells.split_off(columns).pop().flatten();
            TriedRow { cells: cells.into_iter().map(|cell| cell.map(shown::cut)).collect(), outcome: shown::outcome(value) }
        };
        let told = |asked| match asked {
            Asked::Whole(cells) => row(cells),
            Asked::Failed(cells, message) => TriedRow { outcome: Outcome::Failed(message), ..row([cells, vec![None]].concat()) },
        };
        trial.rows = rows.into_iter().take(usize::try_from(ROWS).unwrap_or(usize::MAX)).map(told).collect();
        Ok(())
    }

    /// What each part comes to for the chosen row.
    async fn values(&self, trial: &mut Trial, page: &Page) -> Result<()> {
        let last = u32::try_from(trial.rows.len().saturating_sub(1)).unwrap_or(0);
        trial.row = trial.row.min(last);
        if trial.rows.is_empty() {
            return Ok(());
        }
        let one = Page { columns: Vec::new(), filter: page.filter.clone(), offset: page.offset + u64::from(trial.row) };
        let exprs: Vec<Expr> = self.parts.iter().map(|part| part.expr.clone()).collect();
        let outcomes: Vec<Outcome> = match tolerated(self.page(&one, &exprs, 1).await)? {
            Ok(mut rows) => match rows.pop() {
                Some(Asked::Whole(values)) => values.into_iter().map(shown::outcome).collect(),
                // The row is gone meanwhile.
                _ => Vec::new(),
            },
            Err(_) => self.each(&one, &exprs).await?,
        };
        let part = |(part, outcome): (&PartOf, Outcome)| Part {
            span: part.span,
            depth: part.depth,
            data_type: part.expr.data_type().to_string(),
            outcome,
        };
        trial.parts = self.parts.iter().zip(outcomes).map(part).collect();
        Ok(())
    }

    async fn each(&self, one: &Page, exprs: &[Expr]) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::with_capacity(exprs.len());
        for expr in exprs {
            outcomes.push(match tolerated(self.page(one, std::slice::from_ref(expr), 1).await)? {
                Ok(rows) => match rows.into_iter().next() {
                    Some(Asked::Whole(values)) => shown::outcome(values.into_iter().next().flatten()),
                    _ => Outcome::Null,
                },
                Err(message) => Outcome::Failed(message),
            });
        }
        Ok(outcomes)
    }
}

/// A row as it came, or with why the expression failed for it.
enum Asked {
    Whole(Vec<Option<String>>),
    Failed(Vec<Option<String>>, String),
}

/// Which rows are shown.
fn met(show: Show, expr: &Expr) -> Option<Expr> {
    let test = match show {
        Show::All => return None,
        Show::Holds => IsTest::True,
        Show::Fails => IsTest::False,
        Show::Unknown => IsTest::Unknown,
    };
    Some(Expr::Is(Box::new(expr.clone()), test))
}

/// A failure that is the expression's own: its message is shown in place of what it kept away. Others are failures of the trial.
fn tolerated<T>(answer: Result<T>) -> Result<Result<T, String>> {
    match answer {
        Ok(value) => Ok(Ok(value)),
        Err(error) => match error.code {
            Code::InvalidValue
            | Code::OutOfRange
            | Code::NotSingular
            | Code::TooComplex
            | Code::InvalidSyntax
            | Code::Unsupported => Ok(Err(error.message)),
            Code::Timeout => Ok(Err("it takes too long".to_owned())),
            _ => Err(error),
        },
    }
}
