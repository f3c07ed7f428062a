//! A query and its tables -> rows.

use polars::prelude::*;
use polars::sql::SQLContext;

use super::allowed::Allowed;
use super::insights::insights_table;
use super::parameters::{Parameters, fill_in};
use super::steady::steady;
use super::tables::{TableName, Tables};
use super::{QueryError, unknown};
use crate::insight::Insight;

/// A query that may be asked, of any stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    allowed: Allowed,
}

impl Query {
    /// Reads a query and fills in its parameters.
    ///
    /// # Errors
    /// When it is not one SELECT over our tables, or its parameters are not those given.
    pub fn new(sql: &str, parameters: &Parameters) -> Result<Self, QueryError> {
        // What is looked through is what is run.
        let allowed = Allowed::new(&fill_in(sql, parameters)?)?;
        Ok(Self { allowed })
    }

    /// Whether it names the table of insights, which are to be found first.
    #[must_use]
    pub fn asks_for_insights(&self) -> bool {
        self.allowed.tables.contains(&TableName::Insights)
    }

    /// The rows, in an order that depends on nothing but the tables and the query.
    ///
    /// # Errors
    /// When it names what is not there or asks for what polars cannot do, and when the store cannot
    /// be read.
    pub fn answer(&self, tables: &Tables, insights: &[Insight]) -> Result<DataFrame, QueryError> {
        let mut context = SQLContext::new();
        for name in &self.allowed.tables {
            let table = match name {
                TableName::Minutes => tables.minutes()?,
                TableName::Files => tables.files()?,
                TableName::Insights => {
                    insights_table(insights).map_err(|error| told_plainly(&error))?.lazy()
                }
            };
            context.register(name.as_str(), table);
        }
        let names = context.clone();
        let told = |error| {
            tables.blamed(unknown::explained(&error, &mut names.clone(), &self.allowed.tables))
        };
        let plan = context.execute(&self.allowed.sql).map_err(told)?;
        let answer = steady(&plan).collect_with_engine(Engine::InMemory).map_err(told)?;
        Ok(answer.unwrap_single())
    }
}

fn told_plainly(error: &PolarsError) -> QueryError {
    QueryError::NotDone(error.to_string())
}
