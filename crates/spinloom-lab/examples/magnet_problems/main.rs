//! Solves the standard problems of micromagnetics in full, and writes a page of the book for each: `cargo xtask magnet-problems`.
//!
//! The data of others are read from the data set mumag below `SPINLOOM_DATA`. The first argument names the folder to write to; any others
//! name the problems to solve, `sp1` to `sp5` and `fmr`, where not all of them are wanted. The index is of all pages that the folder has.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program that talks to the person who runs it")]

mod page;
#[path = "../../../spinloom-magnet/tests/problems/mod.rs"]
mod problems;
mod statics;

use page::{Page, alone, apart, compare, figure, line};
use problems::{Row, distance, reference, resonance, reversal, vortex, zero_crossing};
use spinloom_magnet::quantity::{Peak, welch};
use std::path::PathBuf;
use std::process::ExitCode;

/// Solves a problem and describes it; none where the reference it is held against is not here.
type Problem = fn() -> Option<Page>;

/// Largest error of a step of the curves.
const ERROR: f64 = 1e-7;
const MEAN: &str = "mean m";

fn main() -> ExitCode {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "docs/magnetization".to_owned()));
    std::fs::create_dir_all(&folder).unwrap();
    let pages: [(&str, Problem); 6] =
        [("sp1", statics::sp1), ("sp2", statics::sp2), ("sp3", statics::sp3), ("sp4", sp4), ("sp5", sp5), ("fmr", fmr)];
    let only: Vec<String> = std::env::args().skip(2).collect();
    for (name, make) in pages {
        if !only.is_empty() && !only.iter().any(|o| o == name) {
            continue;
        }
        let start = std::time::Instant::now();
        let Some(page) = make() else { return ExitCode::FAILURE };
        page.write(&folder).unwrap();
        println!("{name}: {:.0} s", start.elapsed().as_secs_f64());
    }
    std::fs::write(folder.join("index.md"), page::index(&folder, &pages.map(|(name, _)| name))).unwrap();
    ExitCode::SUCCESS
}

/// A component of a course over the time in ns.
fn over_time(course: &[Row], component: usize) -> impl Iterator<Item = (f64, f64)> {
    course.iter().map(move |row| (1e9 * row[0], row[component]))
}

/// The three components of our curve, and of others' with points far apart.
fn curves(ours: &[Row], others: &str, theirs: &[Row]) -> Vec<spinloom_lab::figure::Mark> {
    let sparse: Vec<Row> = theirs.iter().step_by(theirs.len().div_ceil(60)).copied().collect();
    let mut marks = Vec::new();
    for (component, name) in [(1, "mx"), (2, "my"), (3, "mz")] {
        marks.push(line(&format!("{name}, spinloom"), over_time(ours, component)));
        marks.push(page::points(&format!("{name}, {others}"), over_time(&sparse, component)));
    }
    marks
}

/// Rows every picosecond.
fn picoseconds(end: usize) -> impl Iterator<Item = f64> {
    (1..=end).map(|i| i as f64 * 1e-12)
}

fn sp4() -> Option<Page> {
    let oommf = reference("sp4/field1_oommf_t_mx_my_mz.txt", [0, 1, 2, 3])?;
    let run = |cells, field: usize| {
        reversal::reversal(reversal::s_state(cells, 1e-10), reversal::FIELDS[field], ERROR, picoseconds(1000))
    };
    let grids = [[128, 32], [200, 50], [256, 64]];
    let [coarse, ours, fine] = grids.map(|cells| run(cells, 0));
    let crossing = |course: &[Row]| 1e9 * zero_crossing(course, 1).unwrap();
    let mut comparisons = vec![
        compare("field 1, 128 x 32 cells: mx passes 0 (ns)", "OOMMF 2.1", 0.13858, crossing(&coarse), 5),
        compare("field 1, 128 x 32 cells: my at 1 ns", "OOMMF 2.1", 0.13103, coarse[999][2], 5),
        compare("field 1, 128 x 32 cells: my at 1 ns", "fidimag 3.0", 0.13110, coarse[999][2], 5),
        apart("field 1, 200 x 50 cells: curve to 1 ns", "OOMMF, data of fidimag", distance(&ours, &oommf)),
        compare("field 1, 200 x 50 cells: mx passes 0 (ns)", "OOMMF, data of fidimag", crossing(&oommf), crossing(&ours), 5),
        compare("field 1, 200 x 50 cells: my at 1 ns", "OOMMF, data of fidimag", oommf[999][2], ours[999][2], 5),
        apart("field 1, 128 x 32 cells: curve to 1 ns", "ours of 256 x 64 cells", distance(&coarse, &fine)),
        apart("field 1, 200 x 50 cells: curve to 1 ns", "ours of 256 x 64 cells", distance(&ours, &fine)),
        alone("field 1, 256 x 64 cells: mx passes 0 (ns)", format!("{:.5}", crossing(&fine))),
        alone("field 1, 256 x 64 cells: my at 1 ns", format!("{:.5}", fine[999][2])),
    ];
    let second = grids.map(|cells| run(cells, 1));
    for (cells, course) in grids.iter().zip(&second) {
        let what = format!("field 2, {} x {} cells: mx passes 0 (ns)", cells[0], cells[1]);
        comparisons.push(alone(what, format!("{:.5}", crossing(course))));
    }
    let before: Vec<f64> = second.iter().map(|c| distance(&c[..300], &second[2][..300])).collect();
    comparisons.push(apart("field 2, 128 x 32 cells: curve to 0.3 ns", "ours of 256 x 64 cells", before[0]));
    comparisons.push(apart("field 2, 200 x 50 cells: curve to 0.3 ns", "ours of 256 x 64 cells", before[1]));
    Some(Page {
        name: "sp4",
        title: "Standard problem 4: reversal of a film",
        about: include_str!("sp4.md"),
        comparisons,
        remarks: String::new(),
        figures: vec![
            figure(
                "sp4-field1",
                "Field 1",
                "Lines: spinloom, 200 x 50 cells. Points: OOMMF.",
                ["time (ns)", MEAN],
                curves(&ours, "OOMMF", &oommf),
            ),
            figure(
                "sp4-field2",
                "Field 2",
                "Lines: spinloom, 200 x 50 cells. Points: spinloom, 256 x 64 cells.",
                ["time (ns)", MEAN],
                curves(&second[1], "finer", &second[2]),
            ),
        ],
    })
}

fn sp5() -> Option<Page> {
    let fidimag = reference("sp5/std5_fidimag_data.txt", [0, 4, 5, 6])?;
    let times = || fidimag.iter().map(|row| row[0]);
    let run = |cells, flavour| vortex::driven(vortex::at_rest(cells, 1e-9), flavour, ERROR, times());
    let ours = run([20, 20, 2], vortex::FIDIMAG);
    // One nanosecond, which is all that is compared.
    let mumax = vortex::driven(vortex::at_rest([32, 32, 4], 1e-9), vortex::MUMAX, ERROR, times().take(101))[100];
    let fine = run([40, 40, 4], vortex::FIDIMAG);
    let (last, theirs) = (ours[ours.len() - 1], fidimag[fidimag.len() - 1]);
    let mut comparisons = vec![apart("curve to 8 ns", "fidimag", distance(&ours, &fidimag))];
    for (component, name) in [(1, "mx"), (2, "my"), (3, "mz")] {
        comparisons.push(compare(format!("{name} at 8 ns"), "fidimag", theirs[component], last[component], 5));
    }
    for (k, name) in [(1, "mx"), (2, "my"), (3, "mz")] {
        comparisons.push(compare(
            format!("{name} at 1 ns, 32 x 32 x 4 cells"),
            "mumax3",
            vortex::MUMAX_AT_1NS[k - 1],
            mumax[k],
            5,
        ));
    }
    comparisons.push(apart("20 x 20 x 2 cells: curve to 8 ns", "ours of 40 x 40 x 4 cells", distance(&ours, &fine)));
    let figure = figure(
        "sp5",
        "Mean magnetization",
        "Lines: spinloom. Points: fidimag.",
        ["time (ns)", MEAN],
        curves(&ours, "fidimag", &fidimag),
    );
    Some(Page {
        name: "sp5",
        title: "Standard problem 5: a vortex and a current",
        about: include_str!("sp5.md"),
        comparisons,
        remarks: String::new(),
        figures: vec![figure],
    })
}

fn fmr() -> Option<Page> {
    let oommf = reference("fmr/oommf_dynamic_txyz.txt", [0, 1, 2, 3])?;
    let ours = resonance::ringing([24, 24, 2], ERROR, oommf.iter().map(|row| row[0]));
    let spectrum = |course: &[Row]| welch(&course.iter().map(|row| row[2]).collect::<Vec<_>>(), 5e-12, course.len()).unwrap();
    let (of_ours, of_oommf) = (spectrum(&ours), spectrum(&oommf));
    let mut comparisons = vec![apart("curve to 20 ns", "OOMMF", distance(&ours, &oommf))];
    let peaks = of_ours.peaks(1e-4);
    for Peak { frequency, .. } in of_oommf.peaks(1e-4) {
        let near = peaks.iter().map(|p| p.frequency).min_by(|a, b| (a - frequency).abs().total_cmp(&(b - frequency).abs()));
        comparisons.push(compare("mode of my (GHz)", "OOMMF", 1e-9 * frequency, 1e-9 * near.unwrap_or(f64::NAN), 5));
    }
    let decibels = |s: &spinloom_magnet::quantity::Spectrum| -> Vec<(f64, f64)> {
        (1..s.density.len()).map(|k| (1e-9 * s.frequency(k), s.density[k].log10())).filter(|(f, _)| *f < 20.0).collect()
    };
    let marks =
        vec![line("spinloom", decibels(&of_ours).into_iter()), page::points("OOMMF", decibels(&of_oommf).into_iter().step_by(4))];
    let short = |course: &[Row]| course[..600].to_vec();
    let of_time = vec![
        line("spinloom", over_time(&short(&ours), 2)),
        page::points("OOMMF", over_time(&short(&oommf), 2).collect::<Vec<_>>().into_iter().step_by(5)),
    ];
    Some(Page {
        name: "fmr",
        title: "Ferromagnetic resonance",
        about: include_str!("fmr.md"),
        comparisons,
        remarks: String::new(),
        figures: vec![
            figure("fmr", "Mean my", "Line: spinloom. Points: OOMMF.", ["time (ns)", "mean my"], of_time),
            figure(
                "fmr-spectrum",
                "Spectrum of my",
                "Line: spinloom. Points: OOMMF.",
                ["frequency (GHz)", "log10 of the density (1/Hz)"],
                marks,
            ),
        ],
    })
}
