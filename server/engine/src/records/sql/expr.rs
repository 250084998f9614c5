//! Expressions.

use tenon_model::{
    Code, CompareOp, DataType, Error, Expr, Ident, Result, ScalarType, Value,
    expression::{ContainOp, IsTest},
};

use super::{Alias, Bind, Builder, Root, value};

/// So many operands stand in one flat chain; longer ones become a balanced tree, for SQLite's parser counts depth.
const CHAIN: usize = 16;

impl Builder<'_> {
    /// An expression over a row of the table known as `alias`.
    ///
    /// # Errors
    /// [`Code::TooComplex`]; [`Code::Unsupported`] for what has no meaning in PostgreSQL either.
    pub(crate) fn expr(&mut self, alias: Alias, expr: &Expr) -> Result<()> {
        self.nested(|b| b.expr_inner(alias, expr))
    }

    fn expr_inner(&mut self, alias: Alias, expr: &Expr) -> Result<()> {
        match expr {
            Expr::Literal { value, data_type } => self.literal(value, data_type),
            Expr::Column { name, data_type } => {
                self.column(alias, name);
                self.as_text(data_type);
            }
            Expr::JsonPath { base, steps, as_text } => self.json_path(alias, base, steps, *as_text)?,
            Expr::Cast { expr, to } => self.cast(alias, expr, to)?,
            Expr::Compare { op, left, right } => self.compare(alias, *op, left, right)?,
            Expr::IsDistinct(left, right) => {
                self.operands(alias, left, right, " is distinct from ", false)?;
            }
            Expr::Like { expr, pattern } => self.like(alias, expr, pattern)?,
            Expr::In { expr, values, data_type } => self.in_list(alias, expr, values, data_type)?,
            Expr::Contains { op, left, right } => self.contains(alias, *op, left, right)?,
            Expr::Is(expr, test) => {
                self.operand_in_parentheses(alias, expr)?;
                self.push(match test {
                    IsTest::Null | IsTest::Unknown => " is null",
                    IsTest::True => " is true",
                    IsTest::False => " is false",
                });
            }
            Expr::Not(expr) => {
                self.push("not (");
                self.expr(alias, expr)?;
                self.push(")");
            }
            Expr::And(terms) => self.chain(alias, terms, " and ", "true")?,
            Expr::Or(terms) => self.chain(alias, terms, " or ", "false")?,
            Expr::Call { function, arguments } => self.call(alias, *function, arguments)?,
            Expr::Case { branches, otherwise, .. } => self.case(alias, branches, otherwise.as_deref())?,
            Expr::Coalesce { arguments, .. } => self.coalesce(alias, arguments)?,
            Expr::Extreme { greatest, arguments, data_type } => self.extreme(alias, *greatest, arguments, data_type)?,
            Expr::Array { elements, element } => self.array(alias, elements, element)?,
            Expr::Quantified { op, expr, array, all } => self.quantified(alias, *op, expr, array, *all)?,
            Expr::Of { source, name, data_type } => {
                let alias = self.alias_of(*source)?;
                self.column(alias, name);
                self.as_text(data_type);
            }
            Expr::Parameter { name, .. } => return Err(Error::internal(format!("the argument {name} was not filled in"))),
            Expr::Function(call) => self.expr(alias, &call.body)?,
            Expr::Context(value) => return Err(Error::internal(format!("{} was not filled in", value.as_sql()))),
            Expr::Subquery(query) => self.subquery(alias, query)?,
            Expr::Aggregate(aggregate) => self.aggregate(alias, aggregate)?,
            Expr::Exists { relation, filter } => {
                self.push("exists (select 1");
                let target = self.related_rows(relation, alias)?;
                self.and_filter(target, filter)?;
                self.push(")");
            }
            Expr::Related { relation, expr } => {
                self.push("(select ");
                let target = self.fresh_alias();
                self.expr(target, expr)?;
                self.related_rows_as(relation, alias, target)?;
                self.push(" limit 1)");
            }
        }
        Ok(())
    }

    /// ` and (filter)`, or nothing if it holds for every row.
    pub(crate) fn and_filter(&mut self, alias: Alias, filter: &Expr) -> Result<()> {
        if !filter.is_always() {
            self.push(" and (");
            self.expr(alias, filter)?;
            self.push(")");
        }
        Ok(())
    }

    /// ` where filter`, or nothing if it holds for every row.
    pub(crate) fn where_filter(&mut self, alias: Alias, filter: &Expr) -> Result<()> {
        if !filter.is_always() {
            self.push(" where ");
            self.expr(alias, filter)?;
        }
        Ok(())
    }

    fn literal(&mut self, value: &Value, data_type: &DataType) {
        self.value(value, data_type);
        if self.is_sqlite() && matches!(data_type, DataType::Scalar(ScalarType::Numeric(_))) {
            self.push(" collate tenon_numeric");
        }
    }

    /// On PostgreSQL, `varchar` as text, which is what its values are here; arrays of the two do not go together there.
    pub(super) fn as_text(&mut self, data_type: &DataType) {
        if self.is_sqlite() || !matches!(data_type.element(), ScalarType::Varchar(_)) {
            return;
        }
        self.push(if matches!(data_type, DataType::Array(_)) { "::text[]" } else { "::text" });
    }

    pub(super) fn operand_in_parentheses(&mut self, alias: Alias, expr: &Expr) -> Result<()> {
        if matches!(expr, Expr::Column { .. } | Expr::Of { .. }) {
            return self.expr(alias, expr);
        }
        self.push("(");
        self.expr(alias, expr)?;
        self.push(")");
        Ok(())
    }

    fn chain(&mut self, alias: Alias, terms: &[Expr], joiner: &str, empty: &str) -> Result<()> {
        match terms {
            [] => {
                self.push(empty);
            }
            [one] => self.expr(alias, one)?,
            _ if terms.len() <= CHAIN => {
                for (index, term) in terms.iter().enumerate() {
                    if index > 0 {
                        self.push(joiner);
                    }
                    self.push("(");
                    self.expr(alias, term)?;
                    self.push(")");
                }
            }
            _ => {
                self.uncached();
                let (left, right) = terms.split_at(terms.len() / 2);
                self.push("(");
                self.nested(|b| b.chain(alias, left, joiner, empty))?;
                self.push(")").push(joiner).push("(");
                self.nested(|b| b.chain(alias, right, joiner, empty))?;
                self.push(")");
            }
        }
        Ok(())
    }

    fn compare(&mut self, alias: Alias, op: CompareOp, left: &Expr, right: &Expr) -> Result<()> {
        let joiner = match op {
            CompareOp::Eq => " = ",
            CompareOp::Neq => " <> ",
            CompareOp::Lt => " < ",
            CompareOp::Lte => " <= ",
            CompareOp::Gt => " > ",
            CompareOp::Gte => " >= ",
        };
        self.operands(alias, left, right, joiner, !matches!(op, CompareOp::Eq | CompareOp::Neq))
    }

    /// `left joiner right`, so that SQLite compares as PostgreSQL would.
    fn operands(&mut self, alias: Alias, left: &Expr, right: &Expr, joiner: &str, ordered: bool) -> Result<()> {
        let (l, r) = (left.data_type(), right.data_type());
        if matches!(l, DataType::Scalar(ScalarType::Json)) || matches!(r, DataType::Scalar(ScalarType::Json)) {
            let operator = joiner.trim();
            return Err(Error::new(Code::Unsupported, format!("operator does not exist: {l} {operator} {r}"))
                .with_hint("json has no comparison; compare a path as text (->>), or make the column jsonb"));
        }
        if ordered && matches!(&l, DataType::Array(ScalarType::Enum(_))) {
            let (operator, message) = (joiner.trim(), "arrays of an enum have no order here");
            return Err(Error::new(Code::Unsupported, format!("operator does not exist: {l} {operator} {r}")).with_hint(message));
        }
        if !self.is_sqlite() {
            self.operand_in_parentheses(alias, left)?;
            self.push(joiner);
            return self.operand_in_parentheses(alias, right);
        }
        self.sqlite_operand(alias, left, &r, ordered)?;
        self.push(joiner);
        self.sqlite_operand(alias, right, &l, ordered)
    }

    fn sqlite_operand(&mut self, alias: Alias, expr: &Expr, other: &DataType, ordered: bool) -> Result<()> {
        let own = expr.data_type();
        if matches!(own, DataType::Array(_)) {
            self.operand_in_parentheses(alias, expr)?;
            self.push(" collate tenon_array");
            return Ok(());
        }
        match (own.scalar(), other.scalar()) {
            (Some(ScalarType::Enum(name)), _) if ordered => self.enum_rank(alias, expr, &name.clone()),
            (Some(ScalarType::Numeric(_)), Some(ScalarType::Real | ScalarType::Double)) => {
                self.push("cast(");
                self.expr(alias, expr)?;
                self.push(" as real)");
                Ok(())
            }
            (Some(own), Some(ScalarType::Numeric(_))) if own.is_integer() => {
                self.push("cast(");
                self.expr(alias, expr)?;
                self.push(" as text) collate tenon_numeric");
                Ok(())
            }
            (Some(ScalarType::Interval), _) => {
                self.operand_in_parentheses(alias, expr)?;
                self.push(" collate tenon_interval");
                Ok(())
            }
            (Some(ScalarType::Jsonb), _) => {
                self.operand_in_parentheses(alias, expr)?;
                self.push(" collate tenon_jsonb");
                Ok(())
            }
            (Some(ScalarType::Numeric(_)), _) if !matches!(expr, Expr::Literal { .. } | Expr::Column { .. } | Expr::Of { .. }) => {
                self.operand_in_parentheses(alias, expr)?;
                self.push(" collate tenon_numeric");
                Ok(())
            }
            _ => {
                self.operand_in_parentheses(alias, expr)?;
                self.by_bytes(expr);
                Ok(())
            }
        }
    }

    /// To SQLite, a collation that is named anywhere in an expression is the expression's own; what it keeps as text and is no
    /// number compares by bytes.
    pub(super) fn by_bytes(&mut self, expr: &Expr) {
        let data_type = expr.data_type();
        let number = data_type.scalar().is_none_or(|scalar| scalar.is_numeric() || *scalar == ScalarType::Boolean);
        if !names_no_collation(expr) && !number {
            self.push(" collate binary");
        }
    }

    /// An enum value's position in its type: what enums are ordered by. SQLite keeps them as text.
    pub(super) fn enum_rank(&mut self, alias: Alias, expr: &Expr, name: &Ident) -> Result<()> {
        let values = self.schema.enum_values(name.as_str());
        if let Expr::Literal { value: Value::Text(text), .. } = expr {
            let rank = values.iter().position(|v| v == text).and_then(|p| i64::try_from(p).ok());
            self.bind(rank.map_or(Bind::Null, Bind::Int));
            return Ok(());
        }
        self.push("case ");
        self.operand_in_parentheses(alias, expr)?;
        self.by_bytes(expr);
        for (rank, value) in values.iter().enumerate() {
            self.push(" when ").bind(Bind::Text(value.clone())).push(" then ").number(rank as u64);
        }
        self.push(" end");
        Ok(())
    }

    fn in_list(&mut self, alias: Alias, expr: &Expr, values: &[Value], data_type: &DataType) -> Result<()> {
        if values.is_empty() {
            self.push("false");
            return Ok(());
        }
        if let [one] = values {
            let literal = Expr::Literal { value: one.clone(), data_type: data_type.clone() };
            return self.compare(alias, CompareOp::Eq, expr, &literal);
        }
        // A generated column's definition takes no query.
        let plain = self.is_sqlite() && (is_float(data_type) || self.root == Root::Bare);
        if matches!(data_type, DataType::Array(_)) || plain {
            return self.one_of(alias, expr, values, data_type);
        }
        self.operand_in_parentheses(alias, expr)?;
        if self.is_sqlite() {
            match data_type {
                DataType::Scalar(ScalarType::Numeric(_)) if !matches!(expr, Expr::Column { .. }) => {
                    self.push(" collate tenon_numeric");
                }
                DataType::Scalar(ScalarType::Jsonb) => {
                    self.push(" collate tenon_jsonb");
                }
                DataType::Scalar(ScalarType::Interval) => {
                    self.push(" collate tenon_interval");
                }
                _ => self.by_bytes(expr),
            }
            let blob = matches!(data_type, DataType::Scalar(ScalarType::Bytea));
            self.push(if blob { " in (select unhex(value) from json_each(" } else { " in (select value from json_each(" });
            self.bind(Bind::Text(value::sqlite_list(values, data_type))).push("))");
        } else {
            let array = DataType::Array(data_type.element().clone());
            let list = Value::Array(values.to_vec()).to_pg_text(&array).unwrap_or_default();
            self.push(" = any(").bind(Bind::Text(list)).push("::").push(&value::postgres_type(&array)).push(")");
        }
        Ok(())
    }

    /// As many comparisons as there are values: for arrays, which PostgreSQL's `any` would take apart, and for floats, whose
    /// last digit SQLite's JSON does not keep.
    fn one_of(&mut self, alias: Alias, expr: &Expr, values: &[Value], data_type: &DataType) -> Result<()> {
        let equals = |value: &Value| {
            let literal = Expr::Literal { value: value.clone(), data_type: data_type.clone() };
            Expr::Compare { op: CompareOp::Eq, left: Box::new(expr.clone()), right: Box::new(literal) }
        };
        self.uncached();
        let terms: Vec<Expr> = values.iter().map(equals).collect();
        self.push("(");
        self.chain(alias, &terms, " or ", "false")?;
        self.push(")");
        Ok(())
    }

    fn contains(&mut self, alias: Alias, op: ContainOp, left: &Expr, right: &Expr) -> Result<()> {
        let operator = match op {
            ContainOp::Contains => " @> ",
            ContainOp::ContainedBy => " <@ ",
            ContainOp::Overlaps => " && ",
        };
        if !self.is_sqlite() {
            self.operand_in_parentheses(alias, left)?;
            self.push(operator);
            return self.operand_in_parentheses(alias, right);
        }
        let function = match (op, left.data_type().is_json()) {
            (ContainOp::Contains, true) => "jsonb_contains",
            (ContainOp::ContainedBy, true) => "jsonb_contained",
            (ContainOp::Contains, false) => "array_contains",
            (ContainOp::ContainedBy, false) => "array_contained",
            (ContainOp::Overlaps, _) => "array_overlaps",
        };
        self.push("tenon_contains('").push(function).push("', ");
        self.expr(alias, left)?;
        self.push(", ");
        self.expr(alias, right)?;
        self.push(")");
        Ok(())
    }

    /// An operand of `in (select …)`, so that either engine compares as the other.
    pub(super) fn comparand(&mut self, alias: Alias, expr: &Expr, other: &DataType) -> Result<()> {
        if self.is_sqlite() { self.sqlite_operand(alias, expr, other, false) } else { self.operand_in_parentheses(alias, expr) }
    }

    /// What SQLite or PostgreSQL sorts a value by.
    pub(super) fn sort_key(&mut self, alias: Alias, expr: &Expr) -> Result<()> {
        let data_type = expr.data_type();
        if self.is_sqlite() { self.sqlite_operand(alias, expr, &data_type, true) } else { self.operand_in_parentheses(alias, expr) }
    }
}

/// Whether nothing in an expression is written with a collation for SQLite.
fn names_no_collation(expr: &Expr) -> bool {
    match expr {
        Expr::JsonPath { base, .. } => names_no_collation(base),
        other => matches!(other, Expr::Column { .. } | Expr::Of { .. } | Expr::Literal { .. } | Expr::Context(_)),
    }
}

fn is_float(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Scalar(ScalarType::Real | ScalarType::Double))
}
