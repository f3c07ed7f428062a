//! What a query may say: one SELECT over our tables, and nothing that opens a file.
//!
//! The list is of what is allowed, not of what is refused, so that what polars learns to do later is
//! refused until somebody has thought about it.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use polars::sql::keywords::all_functions;
use sqlparser::ast::{
    Expr, ObjectName, Query, Select, SetExpr, Statement, TableFactor, Visit, Visitor,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserOptions};

use super::QueryError;
use super::nearest::nearest;
use super::tables::TableName;

/// The longest query.
const MOST_BYTES: usize = 1 << 20;

/// A query that can do no more than read our tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// As it is run.
    pub sql: String,
    /// The tables it names.
    pub tables: BTreeSet<TableName>,
}

impl Allowed {
    /// Looks through a query.
    pub fn new(sql: &str) -> Result<Self, QueryError> {
        let query = parse(sql)?;
        let mut names = Names::default();
        // The visitor never stops here, it only notes names.
        let _ = query.visit(&mut names);
        let mut rules = Rules { expressions: names.0, tables: BTreeSet::new() };
        match query.visit(&mut rules) {
            ControlFlow::Break(error) => Err(error),
            ControlFlow::Continue(()) => Ok(Self { sql: sql.to_owned(), tables: rules.tables }),
        }
    }
}

/// The one statement of a text, read as polars reads it.
pub fn parse(sql: &str) -> Result<Statement, QueryError> {
    if sql.len() > MOST_BYTES {
        return Err(QueryError::TooLong);
    }
    let options = ParserOptions { trailing_commas: true, ..Default::default() };
    let parser = Parser::new(&GenericDialect).with_options(options);
    let parsed = parser.try_with_sql(sql).and_then(|mut parser| parser.parse_statements());
    let mut statements = parsed.map_err(|error| QueryError::Syntax(error.to_string()))?;
    match (statements.pop(), statements.len()) {
        (Some(statement), 0) => Ok(statement),
        (_, others) => Err(QueryError::Statements(others + 1).when_empty(sql)),
    }
}

/// The names that WITH gives to expressions.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Visitor for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let with = query.with.iter().flat_map(|with| &with.cte_tables);
        self.0.extend(with.map(|cte| cte.alias.name.value.clone()));
        ControlFlow::Continue(())
    }
}

struct Rules {
    /// Names of common table expressions.
    expressions: BTreeSet<String>,
    tables: BTreeSet<TableName>,
}

impl Rules {
    /// A table of ours, or of the query's own.
    fn name(&mut self, name: &ObjectName) -> Result<(), QueryError> {
        let parts: Option<Vec<&str>> =
            name.0.iter().map(|part| part.as_ident().map(|ident| ident.value.as_str())).collect();
        if let Some([only]) = parts.as_deref() {
            if let Some(table) = TableName::ALL.into_iter().find(|table| table.as_str() == *only) {
                self.tables.insert(table);
                return Ok(());
            }
            if self.expressions.contains(*only) {
                return Ok(());
            }
        }
        let name = parts.map_or_else(|| name.to_string(), |parts| parts.join("."));
        let known = TableName::ALL.map(TableName::as_str);
        let known = known.into_iter().chain(self.expressions.iter().map(String::as_str));
        Err(QueryError::UnknownTable { nearest: nearest(&name, known), name })
    }

    fn body(body: &SetExpr) -> Result<(), QueryError> {
        match body {
            SetExpr::Select(_)
            | SetExpr::Query(_)
            | SetExpr::SetOperation { .. }
            | SetExpr::Values(_) => Ok(()),
            other => Err(QueryError::NotASelect(first_word(&other.to_string()))),
        }
    }

    fn from(factor: &TableFactor) -> Result<(), QueryError> {
        match factor {
            TableFactor::Table { name, args: Some(_), .. } => {
                Err(QueryError::TableFunction(name.to_string()))
            }
            TableFactor::Table { .. }
            | TableFactor::Derived { .. }
            | TableFactor::UNNEST { .. }
            | TableFactor::NestedJoin { .. } => Ok(()),
            TableFactor::Function { name, .. } => Err(QueryError::TableFunction(name.to_string())),
            other => Err(QueryError::TableFunction(other.to_string())),
        }
    }
}

impl Visitor for Rules {
    type Break = QueryError;

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<QueryError> {
        match statement {
            Statement::Query(_) => ControlFlow::Continue(()),
            other => ControlFlow::Break(QueryError::NotASelect(first_word(&other.to_string()))),
        }
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<QueryError> {
        stop(Self::body(&query.body))
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<QueryError> {
        match select.into {
            Some(_) => ControlFlow::Break(QueryError::NotASelect("SELECT INTO".to_owned())),
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<QueryError> {
        stop(Self::from(factor))
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<QueryError> {
        stop(self.name(name))
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<QueryError> {
        let Expr::Function(function) = expression else { return ControlFlow::Continue(()) };
        let name = function.name.to_string().to_lowercase();
        let known = || all_functions().into_iter().filter(|known| !known.starts_with("read_"));
        if known().any(|known| known == name) {
            return ControlFlow::Continue(());
        }
        let nearest = nearest(&name, known());
        ControlFlow::Break(QueryError::UnknownFunction { name, nearest })
    }
}

fn stop(outcome: Result<(), QueryError>) -> ControlFlow<QueryError> {
    match outcome {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(error),
    }
}

fn first_word(text: &str) -> String {
    text.split_whitespace().next().unwrap_or_default().to_uppercase()
}
