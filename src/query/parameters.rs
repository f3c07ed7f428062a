//! `:name` in a query becomes a text that was given for it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use sqlparser::ast::{Value, ValueWithSpan, VisitMut, VisitorMut};

use super::QueryError;
use super::allowed::parse;
use super::nearest::nearest;

/// Texts by the names of the parameters they are for.
pub type Parameters = BTreeMap<String, String>;

/// The query with a string literal for each parameter. A query without parameters stays as it is,
/// letter by letter.
pub fn fill_in(sql: &str, given: &Parameters) -> Result<String, QueryError> {
    let mut statement = parse(sql)?;
    let mut fill = FillIn { given, used: BTreeSet::new(), missing: BTreeSet::new() };
    // The visitor never stops.
    let _ = statement.visit(&mut fill);
    if let Some(name) = fill.missing.pop_first() {
        return Err(QueryError::MissingParameter(name));
    }
    if let Some(name) = given.keys().find(|name| !fill.used.contains(*name)) {
        let nearest = nearest(name, fill.used.iter().map(String::as_str));
        return Err(QueryError::UnknownParameter { name: name.clone(), nearest });
    }
    // sqlparser writes quotes in literals twice; what comes of it is looked through again.
    Ok(if fill.used.is_empty() { sql.to_owned() } else { statement.to_string() })
}

struct FillIn<'a> {
    given: &'a Parameters,
    used: BTreeSet<String>,
    missing: BTreeSet<String>,
}

impl VisitorMut for FillIn<'_> {
    type Break = ();

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        if let Value::Placeholder(place) = &value.value {
            let name = place.trim_start_matches(':').to_owned();
            match self.given.get(&name) {
                Some(text) => value.value = Value::SingleQuotedString(text.clone()),
                None => _ = self.missing.insert(name.clone()),
            }
            self.used.insert(name);
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sqlparser::ast::{Statement, Visit, Visitor};

    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Parameters {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_parameter_is_a_literal() {
        let sql = "SELECT 1 FROM minutes WHERE identity = :identity";
        let filled = fill_in(sql, &given(&[("identity", "O'Brien' OR 1=1 --")])).unwrap();
        assert_eq!(filled, "SELECT 1 FROM minutes WHERE identity = 'O''Brien'' OR 1=1 --'");
        assert_eq!(
            fill_in(sql, &given(&[])).unwrap_err().to_string(),
            "the query needs --param identity=…"
        );
        let error = fill_in(sql, &given(&[("identity", ""), ("identiti", "x")])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the query has no parameter identiti; did you mean identity?"
        );
    }

    #[test]
    fn a_query_without_parameters_stays_as_it_is() {
        let sql = "select   ':x'  from minutes -- :y";
        assert_eq!(fill_in(sql, &given(&[])).unwrap(), sql);
    }

    /// All string literals of a statement.
    #[derive(Default)]
    struct Literals(Vec<String>);

    impl Visitor for Literals {
        type Break = ();
        fn pre_visit_value(&mut self, value: &ValueWithSpan) -> ControlFlow<()> {
            self.0.extend(value.value.clone().into_string());
            ControlFlow::Continue(())
        }
    }

    proptest! {
        #[test]
        fn any_text_stays_one_literal(text in any::<String>()) {
            let sql = "SELECT events FROM minutes WHERE identity = :identity AND account = 'a'";
            let filled = fill_in(sql, &given(&[("identity", &text)])).unwrap();
            let statement: Statement = parse(&filled).unwrap();
            let mut literals = Literals::default();
            let _ = statement.visit(&mut literals);
            prop_assert_eq!(literals.0, [text, "a".to_owned()]);
        }
    }
}
