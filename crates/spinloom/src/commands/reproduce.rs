//! `spinloom reproduce`

use super::command_line;
use crate::args;
use crate::failure::Failure;
use crate::output::{print, print_json, table};
use crate::progress::{cancel_on_interrupt, progress, use_threads};
use spinloom_lab::claim::Verdict;
use spinloom_lab::report::{interval, with_error};
use spinloom_lab::reproduce::{ClaimResult, ReproduceOptions, Reproduction};
use spinloom_lab::{System, system, systems};

/// Puts published figures beside ours, over several seeds.
pub fn reproduce(args: args::Reproduce) -> Result<(), Failure> {
    let chosen: Vec<Box<dyn System>> =
        if args.all { systems() } else { args.systems.iter().map(|name| system(name)).collect::<Result<_, _>>()? };
    let common = args.common;
    use_threads(common.threads)?;
    let options = ReproduceOptions {
        seeds: (args.seed..args.seed.saturating_add(args.seeds)).collect(),
        quick: common.quick,
        data: common.data,
        cancel: cancel_on_interrupt(),
        progress: progress(),
        out: common.out.clone(),
        force: common.force,
        resume: args.resume,
        command: command_line(),
    };
    let reproduction =
        spinloom_lab::reproduce::reproduce(&chosen, &options).map_err(|e| Failure::from(e).resumable(common.out.as_deref()))?;
    drop(options);
    if common.json {
        return print_json(&reproduction.to_json()?);
    }
    print(&summary(&reproduction))
}

fn summary(reproduction: &Reproduction) -> String {
    let mut text = String::new();
    for one in &reproduction.systems {
        let mut claims = table(["claim", "published", "measured", "band", "verdict"]);
        for claim in &one.claims {
            claims.add_row(row(claim));
        }
        let seeds = reproduction.seeds.len();
        text += &format!("{} over {seeds} seeds ({:.0} s)\n{claims}\n", one.system, one.wall_s);
        text += &one.data.iter().map(|d| format!("data: {d}\n")).collect::<String>();
        text +=
            &one.missing.iter().map(|m| format!("missing data: {}; bring it with `{}`\n", m.name, m.command)).collect::<String>();
        text.push('\n');
    }
    text += &reproduction.out.as_ref().map_or_else(
        || "nothing was written; --out DIR keeps reports, tables and figures".to_owned(),
        |o| format!("reports: {}", o.join("index.html").display()),
    );
    text
}

fn row(claim: &ClaimResult) -> [String; 5] {
    let verdict = match claim.verdict {
        Verdict::Within => "within",
        Verdict::Outside => "OUTSIDE",
        Verdict::Shown => "shown",
        Verdict::NoData => "no data",
    };
    [
        claim.name.clone(),
        claim.published.map_or_else(|| "-".to_owned(), |v| with_error(v, None, &claim.unit)),
        claim.measured.map_or_else(|| "-".to_owned(), |v| with_error(v, claim.standard_error, &claim.unit)),
        claim.band.map_or_else(|| "-".to_owned(), |band| interval(band, &claim.unit)),
        verdict.to_owned(),
    ]
}
