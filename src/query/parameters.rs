//! `:name` in a query becomes a text that was given for it.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Location, Token, Tokenizer};

use super::QueryError;
use super::nearest::nearest;

/// Texts by the names of the parameters they are for.
pub type Parameters = BTreeMap<String, String>;

/// The query with a string literal for each parameter, and otherwise as it is, letter by letter.
pub fn fill_in(sql: &str, given: &Parameters) -> Result<String, QueryError> {
    let tokens = Tokenizer::new(&GenericDialect, sql).tokenize_with_location();
    let tokens = tokens.map_err(|error| QueryError::syntax(&error))?;
    let mut filled = String::with_capacity(sql.len());
    let (mut rest, mut at) = (sql, Location { line: 1, column: 1 });
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for two in tokens.windows(2) {
        let [colon, name] = two else { continue };
        let (Token::Colon, Token::Word(word)) = (&colon.token, &name.token) else { continue };
        if colon.span.end != name.span.start {
            continue;
        }
        let Some((name_given, text)) = given.get_key_value(&word.value) else {
            return Err(QueryError::MissingParameter(word.value.clone()));
        };
        used.insert(name_given);
        let (before, from_here) = split_at(rest, &mut at, colon.span.start);
        let (_, after) = split_at(from_here, &mut at, name.span.end);
        filled.push_str(before);
        // Nothing but a quote ends a literal of this dialect.
        filled.extend(["'", &text.replace('\'', "''"), "'"]);
        rest = after;
    }
    filled.push_str(rest);
    if let Some(name) = given.keys().find(|name| !used.contains(name.as_str())) {
        let nearest = nearest(name, used);
        return Err(QueryError::UnknownParameter { name: name.clone(), nearest });
    }
    Ok(filled)
}

/// Splits a text that begins at a place (line and character, both from 1) at a later one.
fn split_at<'s>(text: &'s str, at: &mut Location, place: Location) -> (&'s str, &'s str) {
    for (index, character) in text.char_indices() {
        if *at == place {
            return text.split_at(index);
        }
        *at = match character {
            '\n' => Location { line: at.line + 1, column: 1 },
            _ => Location { line: at.line, column: at.column + 1 },
        };
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use proptest::prelude::*;
    use sqlparser::ast::{ValueWithSpan, Visit, Visitor};

    use super::super::allowed::parse;
    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Parameters {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_parameter_is_a_literal() {
        let sql = "SELECT 1 FROM minutes WHERE identity = :identity";
        let filled = fill_in(sql, &given(&[("identity", "O'Brien' OR 1=1 --")])).unwrap();
        assert_eq!(filled, "SELECT 1 FROM minutes WHERE identity = 'O''Brien'' OR 1=1 --'");
        let twice = fill_in("SELECT :a,\n:b, :a", &given(&[("a", ":b"), ("b", "'")])).unwrap();
        assert_eq!(twice, "SELECT ':b',\n'''', ':b'");
    }

    #[test]
    fn parameters_and_texts_belong_together() {
        let sql = "SELECT 1 FROM minutes WHERE identity = :identity";
        let refused = |pairs: &[(&str, &str)]| fill_in(sql, &given(pairs)).unwrap_err().to_string();
        assert_eq!(refused(&[]), "the query needs --param identity=…");
        let message = "the query has no parameter identiti; did you mean identity?";
        assert_eq!(refused(&[("identity", ""), ("identiti", "x")]), message);
    }

    #[test]
    fn a_query_without_parameters_stays_as_it_is() {
        let sql = "select   ':x', 1::text, \":z\"  from minutes -- :y";
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
            let sql = "SELECT events\n-- é\nFROM minutes WHERE 'é\\' < :identity AND account = 'a'";
            let filled = fill_in(sql, &given(&[("identity", &text)])).unwrap();
            let mut literals = Literals::default();
            let _ = parse(&filled).unwrap().visit(&mut literals);
            prop_assert_eq!(literals.0, ["é\\".to_owned(), text, "a".to_owned()]);
        }

        #[test]
        fn quotes_and_backslashes_end_no_literal(text in "['\\\\:a\n;-]{0,12}") {
            let filled = fill_in("SELECT :p, :p", &given(&[("p", &text)])).unwrap();
            let mut literals = Literals::default();
            let _ = parse(&filled).unwrap().visit(&mut literals);
            prop_assert_eq!(literals.0, [text.clone(), text]);
        }
    }
}
