//! What `detect` finds, to where it is wanted.

use std::borrow::Cow;

use trailspike::geo::Geo;
use trailspike::graph::{Graph, graphs};
use trailspike::identity_view::{Who, identity_view};
use trailspike::insight::find_origins;
use trailspike::insight::record::RecordOptions;
use trailspike::output::{
    CsvOptions, Format, OutputOptions, Table, s3_layout, write_identity_view, write_svgs,
    write_sweep,
};
use trailspike::sweep::sweep;
use trailspike::{Analysis, AnalysisOptions, Insight};

use super::DetectArgs;
use crate::cli::Failure;
use crate::cli::output_file::OutputFile;

/// Writes the insights, and the pictures that are asked for.
pub fn write_results(
    args: &DetectArgs,
    results: &OutputFile,
    analysis: &Analysis,
    options: &AnalysisOptions,
) -> Result<(), Failure> {
    let insights = &analysis.found.insights;
    let output = &args.output;
    let record = RecordOptions { strict_aws: output.strict_aws };
    if let Some(folder) = &output.s3_layout {
        s3_layout::write_at(folder, &options.access, insights, record, output.force)
            .map_err(Failure::wrong_use)?;
    }
    let mut insights = Cow::from(insights);
    if output.show_suppressed {
        insights.to_mut().extend(analysis.suppressed.insights.iter().cloned());
    }
    if let Some(folder) = &output.svg {
        let graphs = graphs_of(args, &insights, analysis, options)?;
        write_svgs(folder, &insights, &graphs, output.force).map_err(Failure::wrong_use)?;
    }
    let table = output.table.options(results.is_terminal());
    let csv = CsvOptions { origins: output.geo.is_any() };
    let format = output.format(results);
    let written = if format == Format::Table {
        let table = Table(table);
        let charted = table.charted(&insights, output.charted(results));
        let graphs = graphs_of(args, &charted, analysis, options)?;
        let ids = charted.iter().map(|insight| insight.shared_event_id);
        let graphs = ids.zip(graphs).collect();
        results.write(|out| table.write_with(&insights, &graphs, out))
    } else {
        let writer = format.writer(OutputOptions { record, table, csv });
        results.write(|out| writer.write(&insights, out))
    };
    written.map_err(Failure::wrong_use)
}

fn graphs_of(
    args: &DetectArgs,
    insights: &[Insight],
    analysis: &Analysis,
    options: &AnalysisOptions,
) -> Result<Vec<Graph>, Failure> {
    if insights.is_empty() {
        return Ok(Vec::new());
    }
    let pool = args.run.reading.pool().map_err(Failure::wrong_use)?;
    let graphs = pool.install(|| graphs(insights, &analysis.table, options.insights.calls));
    graphs.map_err(Failure::bad_input)
}

/// Writes who stands out.
pub fn write_view_of(
    args: &DetectArgs,
    results: &OutputFile,
    analysis: &Analysis,
    who: Who,
    geo: Option<&Geo>,
) -> Result<(), Failure> {
    let pool = args.run.reading.pool().map_err(Failure::wrong_use)?;
    let Analysis { table: counts, found, .. } = analysis;
    let view = pool.install(|| identity_view(&found.insights, counts, who, geo));
    let view = view.map_err(Failure::bad_input)?;
    let format = args.output.format(results);
    let table = args.output.table.options(results.is_terminal());
    let written = results.write(|out| write_identity_view(&view, format, table, out));
    written.map_err(Failure::wrong_use)
}

/// Tells insights where their events came from.
pub fn find_origins_of(
    args: &DetectArgs,
    analysis: &mut Analysis,
    options: &AnalysisOptions,
    geo: &Geo,
) -> Result<(), Failure> {
    let pool = args.run.reading.pool().map_err(Failure::wrong_use)?;
    let Analysis { table, found, suppressed, .. } = analysis;
    for insights in [&mut found.insights, &mut suppressed.insights] {
        pool.install(|| find_origins(insights, table, options.insights.calls, geo))
            .map_err(Failure::bad_input)?;
    }
    Ok(())
}

/// Writes what other settings would find.
pub fn write_sweep_of(
    args: &DetectArgs,
    results: &OutputFile,
    analysis: &Analysis,
    options: &AnalysisOptions,
) -> Result<(), Failure> {
    let pool = args.run.reading.pool().map_err(Failure::wrong_use)?;
    let swept = pool.install(|| sweep(&analysis.table, options));
    let swept = swept.map_err(Failure::bad_input)?;
    let format = args.output.format(results);
    let table = args.output.table.options(results.is_terminal());
    let written = results.write(|out| write_sweep(&swept, format, table, out));
    written.map_err(Failure::wrong_use)
}
