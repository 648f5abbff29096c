//! Reports: one self-contained HTML page a run, with the published figures beside the measured ones.

use crate::VERSION;
use crate::claim::{ClaimKind, Verdict};
use crate::error::LabError;
use crate::outcome::{MissingData, Outcome, Quantity, Table, Values};
use crate::plot;
use crate::reproduce::{ClaimResult, Reproduction};
use crate::run_directory::file_name;
use crate::system::{Card, System};
use minijinja::value::Serde;
use minijinja::{Environment, Value};
use serde::Serialize;
use spinloom_core::parameters;
use spinloom_core::quantity::engineering;
use std::sync::LazyLock;

const STYLE: &str = include_str!("../templates/style.css");
/// Longer tables are shown by their beginning.
const ROWS: usize = 40;
const DASH: &str = "–";

/// What a report tells of.
#[derive(Clone, Copy)]
pub struct ReportInput<'a> {
    /// The system with the parameters that were run.
    pub system: &'a dyn System,
    /// The outcome whose figures, tables and quantities are shown.
    pub outcome: &'a Outcome,
    /// The claims, judged over all seeds.
    pub claims: &'a [ClaimResult],
    /// All seeds that entered the claims.
    pub seeds: &'a [u64],
    /// Wall time of all seeds, s.
    pub wall_s: f64,
    /// The command line that does it again.
    pub command: &'a str,
}

static TEMPLATES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.add_template("claims.html", include_str!("../templates/claims.html"))?;
    environment.add_template("report.html", include_str!("../templates/report.html"))?;
    environment.add_template("index.html", include_str!("../templates/index.html"))?;
    environment.add_template("outcome.html", include_str!("../templates/outcome.html"))?;
    Ok(environment)
});

fn render(template: &'static str, context: &impl Serialize) -> Result<String, LabError> {
    let fail = |e: &minijinja::Error| LabError::Render { what: template.to_owned(), why: format!("{e:#}") };
    let environment = TEMPLATES.as_ref().map_err(fail)?;
    let template = environment.get_template(template).map_err(|e| fail(&e))?;
    template.render(Value::from(Serde(context))).map_err(|e| fail(&e))
}

/// The report of a run as one HTML page that needs nothing from outside.
///
/// # Errors
/// [`LabError::Render`].
pub fn render_report(input: &ReportInput<'_>) -> Result<String, LabError> {
    let outcome = input.outcome;
    let ledger = &outcome.ledger;
    render(
        "report.html",
        &ReportContext {
            style: STYLE,
            version: VERSION,
            repository: env!("CARGO_PKG_REPOSITORY"),
            card: input.system.card(),
            several: input.seeds.len() > 1,
            seed: outcome.seed,
            seeds: input.seeds,
            wall: wall(input.wall_s),
            command: input.command,
            data: &outcome.data,
            missing: &outcome.missing,
            claims: input.claims.iter().map(ClaimRow::new).collect(),
            figures: outcome.figures.iter().map(|f| FigureRow { svg: plot::svg(f), caption: &f.caption }).collect(),
            quantities: outcome.quantities.iter().map(QuantityRow::new).collect(),
            tables: outcome.tables.iter().map(TableRows::new).collect(),
            ledger: ledger.entries().iter().map(EntryRow::new).collect(),
            total: engineering(ledger.total_joule(), "J"),
            notes: &outcome.notes,
            parameters: input.system.parameters().iter().map(ParameterRow::new).collect(),
            timing: outcome.timing.iter().map(|t| TimingRow { phase: &t.phase, second: wall(t.second) }).collect(),
        },
    )
}

/// The page that leads to the reports of a reproduction.
///
/// # Errors
/// [`LabError::Render`].
pub fn render_index(systems: &[Box<dyn System>], reproduction: &Reproduction, command: &str) -> Result<String, LabError> {
    let rows = systems.iter().zip(&reproduction.systems).map(|(system, one)| IndexRow {
        name: &one.system,
        folder: file_name(&one.system),
        title: system.card().title,
        paper: system.card().paper,
        wall: wall(one.wall_s),
        missing: &one.missing,
        claims: one.claims.iter().map(ClaimRow::new).collect(),
    });
    let context = IndexContext { style: STYLE, version: VERSION, seeds: &reproduction.seeds, command, systems: rows.collect() };
    render("index.html", &context)
}

/// An outcome as a short piece of HTML, for notebooks: its quantities and its first figure.
///
/// # Errors
/// [`LabError::Render`].
///
/// ```
/// let mut outcome = spinloom_lab::Outcome::new("romera2018", 1);
/// outcome.measure("energy", "J", 1.5e-9);
/// assert!(spinloom_lab::report::outcome_html(&outcome)?.contains("1.5 nJ"));
/// # Ok::<(), spinloom_lab::LabError>(())
/// ```
pub fn outcome_html(outcome: &Outcome) -> Result<String, LabError> {
    let context = FragmentContext {
        system: &outcome.system,
        seed: outcome.seed,
        data: &outcome.data,
        missing: &outcome.missing,
        quantities: outcome.quantities.iter().map(QuantityRow::new).collect(),
        figure: outcome.figures.first().map(plot::svg),
    };
    render("outcome.html", &context)
}

#[derive(Serialize)]
struct ReportContext<'a> {
    style: &'static str,
    version: &'static str,
    repository: &'static str,
    card: &'a Card,
    several: bool,
    seed: u64,
    seeds: &'a [u64],
    wall: String,
    command: &'a str,
    data: &'a [String],
    missing: &'a [MissingData],
    claims: Vec<ClaimRow<'a>>,
    figures: Vec<FigureRow<'a>>,
    quantities: Vec<QuantityRow<'a>>,
    tables: Vec<TableRows<'a>>,
    ledger: Vec<EntryRow<'a>>,
    total: String,
    notes: &'a [String],
    parameters: Vec<ParameterRow>,
    timing: Vec<TimingRow<'a>>,
}

#[derive(Serialize)]
struct IndexContext<'a> {
    style: &'static str,
    version: &'static str,
    seeds: &'a [u64],
    command: &'a str,
    systems: Vec<IndexRow<'a>>,
}

#[derive(Serialize)]
struct IndexRow<'a> {
    name: &'a str,
    folder: String,
    title: &'a str,
    paper: &'a str,
    wall: String,
    missing: &'a [MissingData],
    claims: Vec<ClaimRow<'a>>,
}

#[derive(Serialize)]
struct FragmentContext<'a> {
    system: &'a str,
    seed: u64,
    data: &'a [String],
    missing: &'a [MissingData],
    quantities: Vec<QuantityRow<'a>>,
    figure: Option<String>,
}

#[derive(Serialize)]
struct FigureRow<'a> {
    svg: String,
    caption: &'a str,
}

#[derive(Serialize)]
struct TimingRow<'a> {
    phase: &'a str,
    second: String,
}

#[derive(Serialize)]
struct ClaimRow<'a> {
    name: &'a str,
    source: &'a str,
    note: &'a str,
    published: String,
    measured: String,
    band: String,
    verdict: &'static str,
    class: &'static str,
}

impl<'a> ClaimRow<'a> {
    fn new(c: &'a ClaimResult) -> Self {
        let (verdict, class) = match c.verdict {
            Verdict::Within => ("within", "within"),
            Verdict::Outside => ("outside", "outside"),
            Verdict::Shown if c.kind == ClaimKind::Chip => ("shown (chip)", "shown"),
            Verdict::Shown => ("shown", "shown"),
            Verdict::NoData => ("no data", "no-data"),
        };
        let dash = || DASH.to_owned();
        Self {
            name: &c.name,
            source: c.source.trim_end_matches('.'),
            note: &c.note,
            published: c.published.map_or_else(dash, |v| engineering(v, &c.unit)),
            measured: c.measured.map_or_else(dash, |v| with_error(v, c.standard_error, &c.unit)),
            band: c.band.map_or_else(dash, |band| interval(band, &c.unit)),
            verdict,
            class,
        }
    }
}

#[derive(Serialize)]
struct QuantityRow<'a> {
    name: &'a str,
    value: String,
}

impl<'a> QuantityRow<'a> {
    fn new(q: &'a Quantity) -> Self {
        Self { name: &q.name, value: with_error(q.value, q.standard_error, &q.unit) }
    }
}

#[derive(Serialize)]
struct TableRows<'a> {
    title: &'a str,
    columns: Vec<Head>,
    rows: Vec<Vec<String>>,
    more: Option<String>,
}

#[derive(Serialize)]
struct Head {
    head: String,
    number: bool,
}

impl<'a> TableRows<'a> {
    fn new(table: &'a Table) -> Self {
        let head = |name: &str, unit: &str| if unit.is_empty() { name.to_owned() } else { format!("{name} ({unit})") };
        let columns =
            table.columns.iter().map(|c| Head { head: head(&c.name, &c.unit), number: matches!(c.values, Values::Numbers(_)) });
        let cell = |row: usize| {
            let cells = table.columns.iter().map(move |c| match &c.values {
                Values::Numbers(v) => engineering(v[row], ""),
                Values::Words(v) => v[row].clone(),
            });
            cells.collect()
        };
        let rows = table.rows();
        let more =
            (rows > ROWS).then(|| format!("The first {ROWS} of {rows} rows; all are in tables/{}.csv.", file_name(&table.name)));
        Self { title: &table.title, columns: columns.collect(), rows: (0..rows.min(ROWS)).map(cell).collect(), more }
    }
}

#[derive(Serialize)]
struct EntryRow<'a> {
    what: &'a str,
    source: &'a str,
    kind: spinloom_core::ledger::Kind,
    count: String,
    joule: String,
    second: String,
}

impl<'a> EntryRow<'a> {
    fn new(e: &'a spinloom_core::ledger::Entry) -> Self {
        Self {
            what: &e.what,
            source: &e.source,
            kind: e.kind,
            count: engineering(e.count, ""),
            joule: engineering(e.joule, "J"),
            second: engineering(e.second, "s"),
        }
    }
}

#[derive(Serialize)]
struct ParameterRow {
    name: String,
    value: String,
    doc: String,
}

impl ParameterRow {
    fn new(p: &parameters::Parameter) -> Self {
        let value = match &p.value {
            parameters::Value::Number(v) => engineering(*v, p.unit),
            other if p.unit.is_empty() => other.to_string(),
            other => format!("{other} {}", p.unit),
        };
        Self { name: p.name.clone(), value, doc: p.doc.clone() }
    }
}

fn wall(second: f64) -> String {
    if second < 60.0 {
        format!("{second:.1} s")
    } else {
        format!("{:.0} min {:02.0} s", (second / 60.0).floor(), (second % 60.0).floor())
    }
}

/// A value and its standard error with the digits that mean something, in a handy unit: `0.896 ± 0.012`, `4.100 ± 0.050 nJ`; a dash
/// where the value is not finite.
pub fn with_error(value: f64, standard_error: Option<f64>, unit: &str) -> String {
    if !value.is_finite() {
        return DASH.to_owned();
    }
    // What rounding leaves of equal values is no scatter.
    let standard_error = standard_error.map(|e| if e < 1e-9 * value.abs() { 0.0 } else { e });
    let Some(error) = standard_error.filter(|e| *e > 0.0 && e.is_finite()) else {
        return match standard_error {
            Some(0.0) => format!("{} ± 0", engineering(value, unit)),
            _ => engineering(value, unit),
        };
    };
    let size = value.abs().max(error);
    let thousands = ((size.log10() / 3.0 + 1e-9).floor() as i32 * 3).clamp(-18, 12);
    let prefixed = engineering(10f64.powi(thousands), unit);
    let (scale, unit) = match prefixed.split_once(' ') {
        Some(("1", scaled)) => (10f64.powi(thousands), scaled.to_owned()),
        _ if !(1e-3..1e6).contains(&size) => (10f64.powi(thousands), format!("× 10^{thousands} {unit}")),
        _ => (1.0, unit.to_owned()),
    };
    let (value, error) = (value / scale, error / scale);
    let decimals = (1.0 - error.log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{value:.decimals$} ± {error:.decimals$} {unit}").trim_end().to_owned()
}

/// A band as people read it.
pub fn interval([low, high]: [f64; 2], unit: &str) -> String {
    format!("{} to {}", engineering(low, unit), engineering(high, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_set_the_digits() {
        assert_eq!(with_error(0.896_51, Some(0.012_34), ""), "0.897 ± 0.012");
        assert_eq!(with_error(4.1e-9, Some(5e-11), "J"), "4.100 ± 0.050 nJ");
        assert_eq!(with_error(12.5, None, "%"), "12.5 %");
        assert_eq!(with_error(1.0, Some(0.0), ""), "1 ± 0");
        assert_eq!(with_error(5.5, Some(6e-16), ""), "5.5 ± 0");
        assert_eq!(with_error(2.5e11, Some(1e9), "A/m^2"), "250.0 ± 1.0 × 10^9 A/m^2");
        assert_eq!(with_error(f64::NAN, Some(1.0), ""), "–");
    }
}
