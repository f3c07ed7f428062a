//! The same answer on any machine: what polars may do in any order is told to keep the order.
//!
//! polars groups, sorts and joins on several threads and gives rows as they come unless it is asked
//! not to, and its SQL never asks. So rows would differ from run to run wherever ORDER BY leaves
//! ties, and LIMIT would take others.

use std::sync::Arc;

use polars::prelude::*;

/// The same query with its order kept: groups come in the order of their first rows, ties of a sort
/// and rows of a join stay in theirs.
pub fn steady(frame: &LazyFrame) -> LazyFrame {
    LazyFrame::from(kept(&frame.logical_plan))
}

fn kept(plan: &DslPlan) -> DslPlan {
    let mut plan = match plan {
        // What the plan was resolved to while the query was read; it is resolved again.
        DslPlan::IR { dsl, .. } => return kept(dsl),
        other => other.clone(),
    };
    match &mut plan {
        DslPlan::GroupBy { input, maintain_order, keys, aggs, predicates, .. } => {
            again(input);
            *maintain_order = true;
            each(keys);
            each(aggs);
            each(predicates);
        }
        DslPlan::Distinct { input, options } => {
            again(input);
            options.maintain_order = true;
            if options.keep_strategy == UniqueKeepStrategy::Any {
                options.keep_strategy = UniqueKeepStrategy::First;
            }
        }
        DslPlan::Sort { input, by_column, sort_options, .. } => {
            again(input);
            sort_options.maintain_order = true;
            each(by_column);
        }
        DslPlan::Join { input_left, input_right, options, .. } => {
            again(input_left);
            again(input_right);
            let mut ordered = (**options).clone();
            ordered.args.maintain_order = MaintainOrderJoin::LeftRight;
            *options = Arc::new(ordered);
        }
        DslPlan::Union { inputs, args } => {
            all(inputs);
            args.maintain_order = true;
        }
        DslPlan::HConcat { inputs, .. } => all(inputs),
        DslPlan::ExtContext { input, contexts } => {
            again(input);
            all(contexts);
        }
        DslPlan::PipeWithSchema { input, .. } => {
            *input = input.iter().map(kept).collect();
        }
        DslPlan::Select { input, expr, .. } => {
            again(input);
            each(expr);
        }
        DslPlan::HStack { input, exprs, .. } => {
            again(input);
            each(exprs);
        }
        DslPlan::Filter { input, predicate } => {
            again(input);
            *predicate = stable(predicate);
        }
        DslPlan::Gather { input, idxs, .. } => {
            again(input);
            again(idxs);
        }
        DslPlan::Cache { input, .. }
        | DslPlan::MatchToSchema { input, .. }
        | DslPlan::Slice { input, .. }
        | DslPlan::MapFunction { input, .. } => again(input),
        // Sources, and what no query makes.
        _ => {}
    }
    plan
}

fn again(input: &mut Arc<DslPlan>) {
    *input = Arc::new(kept(input));
}

fn all(inputs: &mut [DslPlan]) {
    for input in inputs {
        *input = kept(input);
    }
}

fn each(expressions: &mut [Expr]) {
    for expression in expressions {
        *expression = stable(expression);
    }
}

/// Sorts inside of an expression (windows, ordered aggregates) leave ties as they are.
fn stable(expression: &Expr) -> Expr {
    expression.clone().map_expr(|part| match part {
        Expr::Over { function, partition_by, order_by: Some((by, options)), mapping } => {
            let options = SortOptions { maintain_order: true, ..options };
            Expr::Over { function, partition_by, order_by: Some((by, options)), mapping }
        }
        Expr::SortBy { expr, by, mut sort_options } => {
            sort_options.maintain_order = true;
            Expr::SortBy { expr, by, sort_options }
        }
        other => other,
    })
}
