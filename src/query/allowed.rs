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

/// Functions that polars has without listing them.
const UNLISTED: [&str; 8] = [
    "array_agg",
    "datetime",
    "group_concat",
    "listagg",
    "normalize",
    "string_agg",
    "time",
    "timestamp",
];
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
        let mut said = Said::default();
        // The visitor never stops: names may be given after they are used.
        let _ = query.visit(&mut said);
        Ok(Self { sql: sql.to_owned(), tables: said.tables()? })
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
    let mut statements = parsed.map_err(|error| QueryError::syntax(&error))?;
    match (statements.pop(), statements.len()) {
        (Some(statement), 0) => Ok(statement),
        (_, others) => Err(QueryError::Statements(others + 1).when_empty(sql)),
    }
}

/// What a query says that matters here. One visitor for all of it: each is compiled for every kind of
/// node there is.
#[derive(Default)]
struct Said {
    /// The names that WITH gives to expressions.
    expressions: BTreeSet<String>,
    /// In the order of the text.
    concerns: Vec<Concern>,
}

enum Concern {
    Relation(ObjectName),
    Refused(QueryError),
}

impl Said {
    /// The tables that are named, or the first thing that is not allowed.
    fn tables(self) -> Result<BTreeSet<TableName>, QueryError> {
        let mut tables = BTreeSet::new();
        for concern in self.concerns {
            match concern {
                Concern::Relation(name) => tables.extend(table(&name, &self.expressions)?),
                Concern::Refused(error) => return Err(error),
            }
        }
        Ok(tables)
    }

    fn note(&mut self, outcome: Result<(), QueryError>) -> ControlFlow<()> {
        self.concerns.extend(outcome.err().map(Concern::Refused));
        ControlFlow::Continue(())
    }
}

impl Visitor for Said {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        self.note(match statement {
            Statement::Query(_) => Ok(()),
            other => Err(QueryError::NotASelect(first_word(&other.to_string()))),
        })
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let with = query.with.iter().flat_map(|with| &with.cte_tables);
        self.expressions.extend(with.map(|cte| cte.alias.name.value.clone()));
        self.note(body(&query.body))
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.note(match select.into {
            Some(_) => Err(QueryError::NotASelect("SELECT INTO".to_owned())),
            None => Ok(()),
        })
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        self.note(from(factor))
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
        self.concerns.push(Concern::Relation(name.clone()));
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        self.note(match expression {
            Expr::Function(function) => called(&function.name),
            _ => Ok(()),
        })
    }
}

/// A table of ours, or none where it is one of the query's own.
fn table(
    name: &ObjectName,
    expressions: &BTreeSet<String>,
) -> Result<Option<TableName>, QueryError> {
    let parts: Option<Vec<&str>> =
        name.0.iter().map(|part| part.as_ident().map(|ident| ident.value.as_str())).collect();
    if let Some([only]) = parts.as_deref() {
        let table = TableName::ALL.into_iter().find(|table| table.as_str() == *only);
        if table.is_some() || expressions.contains(*only) {
            return Ok(table);
        }
    }
    let name = parts.map_or_else(|| name.to_string(), |parts| parts.join("."));
    let known = TableName::ALL.map(TableName::as_str);
    let known = known.into_iter().chain(expressions.iter().map(String::as_str));
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

fn called(function: &ObjectName) -> Result<(), QueryError> {
    let name = function.to_string().to_lowercase();
    let known = || {
        let listed = all_functions().into_iter().filter(|known| !known.starts_with("read_"));
        listed.chain(UNLISTED)
    };
    if known().any(|known| known == name) {
        return Ok(());
    }
    let nearest = nearest(&name, known());
    Err(QueryError::UnknownFunction { name, nearest })
}

fn first_word(text: &str) -> String {
    text.split_whitespace().next().unwrap_or_default().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(sql: &str) -> String {
        Allowed::new(sql).unwrap_err().to_string()
    }

    #[test]
    fn ordinary_queries_are_allowed() {
        for sql in [
            "SELECT 1",
            "SELECT * FROM minutes",
            "select m.day, count(*) from minutes m group by m.day order by 2 desc limit 5;",
            "WITH a AS (SELECT day FROM minutes), b AS (SELECT day FROM a) SELECT * FROM a JOIN b USING (day)",
            "SELECT * FROM (SELECT * FROM (minutes CROSS JOIN files)) AS x",
            "SELECT day FROM minutes UNION ALL SELECT file FROM files",
            "SELECT \"day\" FROM \"minutes\" WHERE identity = 'read_parquet(''/etc/passwd'')'",
            "SELECT day FROM minutes WHERE day IN (SELECT day FROM insights, minutes) -- read_csv('x')",
            "SELECT STRING_AGG(day, ','), TIMESTAMP('2026-01-01') FROM minutes",
            "VALUES (1), (2)",
        ] {
            if let Err(error) = Allowed::new(sql) {
                panic!("{sql}: {error}");
            }
        }
    }

    #[test]
    fn the_tables_named_are_known() {
        let tables = |sql: &str| Allowed::new(sql).unwrap().tables;
        assert_eq!(tables("SELECT 1"), BTreeSet::new());
        assert_eq!(tables("SELECT 'insights' FROM minutes"), BTreeSet::from([TableName::Minutes]));
        let both = BTreeSet::from([TableName::Minutes, TableName::Insights]);
        let nested = "SELECT * FROM minutes WHERE event_name IN (SELECT event_name FROM insights)";
        assert_eq!(tables(nested), both);
    }

    #[test]
    fn no_query_opens_a_file() {
        for function in [
            "read_parquet('/any/path')",
            "READ_PARQUET('/any/path')",
            "\"read_parquet\"('/any/path')",
            "`read_parquet`('/any/path')",
            "read_csv('/etc/passwd')",
            "read_json('x')",
            "read_ipc('x')",
            "scan_parquet('x')",
            "anything('x')",
            "minutes('x')",
            "a.read_parquet('x')",
        ] {
            for sql in [
                format!("SELECT * FROM {function}"),
                format!("FROM {function}"),
                format!("SELECT * FROM {function} AS minutes"),
                format!("SELECT * FROM minutes, {function}"),
                format!("SELECT * FROM minutes JOIN {function} p ON p.day = minutes.day"),
                format!("SELECT * FROM minutes CROSS JOIN LATERAL {function}"),
                format!("SELECT * FROM (minutes CROSS JOIN {function})"),
                format!("SELECT * FROM (SELECT * FROM {function}) AS x"),
                format!("SELECT (SELECT MAX(x) FROM {function}) FROM minutes"),
                format!("SELECT 1 FROM minutes WHERE day IN (SELECT day FROM {function})"),
                format!("SELECT 1 FROM minutes WHERE EXISTS (SELECT 1 FROM {function})"),
                format!("SELECT 1 FROM minutes ORDER BY (SELECT 1 FROM {function})"),
                format!(
                    "SELECT SUM(events) FILTER (WHERE day IN (SELECT day FROM {function})) FROM minutes"
                ),
                format!("WITH a AS (SELECT * FROM {function}) SELECT * FROM a"),
                format!(
                    "WITH a AS (WITH b AS (SELECT * FROM {function}) SELECT * FROM b) SELECT 1"
                ),
                format!("WITH read_parquet AS (SELECT 1 AS x) SELECT * FROM {function}"),
                format!("SELECT day FROM minutes UNION SELECT day FROM {function}"),
                format!("SELECT day FROM minutes EXCEPT SELECT day FROM {function}"),
                format!("VALUES ((SELECT 1 FROM {function}))"),
                format!("SELECT * FROM TABLE({function})"),
                format!("EXPLAIN SELECT * FROM {function}"),
                format!("CREATE TABLE t AS SELECT * FROM {function}"),
            ] {
                assert!(Allowed::new(&sql).is_err(), "{sql}");
            }
        }
    }

    #[test]
    fn paths_are_no_tables() {
        for name in [
            "'/any/path.parquet'",
            "\"/any/path.parquet\"",
            "`s3://bucket/key.parquet`",
            "\"minutes/day=2026-01-01/x.parquet\"",
            "store.minutes",
            "minutes.minutes",
            "\"MINUTES\"",
        ] {
            let sql = format!("SELECT * FROM {name}");
            assert!(Allowed::new(&sql).is_err(), "{sql}");
        }
    }

    #[test]
    fn only_one_select_is_a_query() {
        for sql in [
            "CREATE TABLE x AS SELECT * FROM minutes",
            "CREATE TABLE minutes (a INT)",
            "DROP TABLE minutes",
            "DELETE FROM minutes",
            "TRUNCATE TABLE minutes",
            "INSERT INTO minutes SELECT * FROM minutes",
            "UPDATE minutes SET events = 0",
            "COPY minutes TO '/tmp/x'",
            "COPY (SELECT 1) TO '/tmp/x'",
            "ATTACH DATABASE 'x' AS y",
            "SHOW TABLES",
            "SET x = 1",
            "EXPLAIN SELECT * FROM minutes",
            "SELECT * INTO x FROM minutes",
            "WITH a AS (DELETE FROM minutes RETURNING *) SELECT * FROM a",
            "WITH a AS (SELECT 1) INSERT INTO minutes SELECT * FROM a",
        ] {
            let message = refused(sql);
            assert!(message.starts_with("a query is one SELECT"), "{sql}: {message}");
        }
        assert_eq!(refused("SELECT 1; SELECT 2"), "a query is one SELECT; these are 2 statements");
        assert_eq!(refused(""), "the query is empty");
        assert_eq!(refused("-- nothing\n"), "the query is empty");
        assert!(refused("SELEC 1").contains("SELEC"));
        assert_eq!(
            refused("SELECT * FRM minutes"),
            "the query is not understood: Expected: end of statement, found: FRM at Line: 1, Column: 10"
        );
        assert_eq!(refused(&" ".repeat(MOST_BYTES + 1)), "the query is longer than a megabyte");
    }

    #[test]
    fn the_word_not_understood_is_named_with_the_nearest() {
        for (sql, message) in [
            (
                "SELECT * FROM minuts",
                "there is no table minuts; did you mean minutes?; there are minutes, insights and files",
            ),
            (
                "WITH denied AS (SELECT 1) SELECT * FROM denid",
                "there is no table denid; did you mean denied?; there are minutes, insights and files",
            ),
            (
                "SELECT DATE_TRUNC('hour', minute) FROM minutes",
                "there is no function date_trunc; there are the columns hour and day",
            ),
            ("SELECT CUONT(*) FROM minutes", "there is no function cuont; did you mean count?"),
            ("SELECT CEILINK(1)", "there is no function ceilink; did you mean ceiling?"),
            (
                "SELECT read_parquet('x') FROM minutes",
                "there is no function read_parquet; a query reads no files",
            ),
        ] {
            assert_eq!(refused(sql), message);
        }
    }

    #[test]
    fn very_deep_queries_are_refused_not_a_crash() {
        let deep = format!("SELECT {}1{}", "(".repeat(20_000), ")".repeat(20_000));
        assert!(Allowed::new(&deep).is_err());
        let nested = "SELECT * FROM (".repeat(2_000) + "minutes" + &")".repeat(2_000);
        assert!(Allowed::new(&nested).is_err());
    }
}
