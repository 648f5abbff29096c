//! The problems at rest: hysteresis and the single-domain limit.

use crate::page::{Page, alone, compare, figure, line, points};
use crate::problems::cube::{self, Energies};
use crate::problems::{Row, hysteresis};
use spinloom_lab::figure::Mark;

pub fn sp1() -> Option<Page> {
    let fields = || (0..=100).map(|i| 50e-3 - 1e-3 * f64::from(i));
    let (mut comparisons, mut figures) = (Vec::new(), Vec::new());
    for (along_y, axis) in [(false, "x"), (true, "y")] {
        let component = if along_y { 2 } else { 1 };
        let mut marks = Vec::new();
        for cells in [[100, 50], [200, 100]] {
            let down = hysteresis::large_film(cells, along_y, fields());
            let zero = down.iter().find(|row| row[0].abs() < 1e-9)?;
            let coercive = crossing(&down, component)?;
            let what = |quantity: &str| format!("field along {axis}, {} x {} cells: {quantity}", cells[0], cells[1]);
            comparisons.push(alone(what("coercive field (mT)"), format!("{:.2}", 1e3 * coercive)));
            comparisons.push(alone(what("mean m without field"), format!("{:.3}, {:.3}, {:.3}", zero[1], zero[2], zero[3])));
            let size = format!("{} x {}", cells[0], cells[1]);
            marks.push(line(&format!("{size}, down"), down.iter().map(|r| (1e3 * r[0], r[component]))));
            marks.push(line(&format!("{size}, up"), down.iter().map(|r| (-1e3 * r[0], -r[component]))));
        }
        let axes = ["field (mT)", if along_y { "mean my" } else { "mean mx" }];
        figures.push(figure(&format!("sp1-{axis}"), &format!("Field along {axis}"), "Hysteresis.", axes, marks));
    }
    Some(Page {
        name: "sp1",
        title: "Standard problem 1: hysteresis of a large film",
        about: include_str!("sp1.md"),
        comparisons,
        remarks: String::new(),
        figures,
    })
}

/// The field at which a component of the mean passes zero on the way down, linear between fields and counted against them, T.
fn crossing(down: &[Row], component: usize) -> Option<f64> {
    let pair = down.windows(2).find(|w| w[0][component] > 0.0 && w[1][component] <= 0.0)?;
    let (a, b) = (pair[0][component], pair[1][component]);
    Some(-(pair[0][0] + a / (a - b) * (pair[1][0] - pair[0][0])))
}

#[allow(clippy::unnecessary_wraps, reason = "all problems have one signature")]
pub fn sp2() -> Option<Page> {
    let sizes = [0.5, 1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 12.5, 15.0, 20.0, 25.0, 30.0];
    let results: Vec<(f64, hysteresis::Switching)> = sizes
        .iter()
        .map(|d| {
            let across = ((2.0 * d) as usize).clamp(4, 40);
            let layers = ((0.1 * d) as usize).clamp(1, 3);
            (*d, hysteresis::small_film(*d, [5 * across, across, layers], 1e-5))
        })
        .collect();
    let mut comparisons =
        vec![compare("coercivity, d = 0.5 l (Ms)", "limit of small d", hysteresis::LIMIT, results[0].1.coercivity, 5)];
    for (d, result) in &results[1..] {
        let [x, y, _] = result.remanence;
        comparisons.push(alone(format!("d = {d} l: remanence mx, my"), format!("{x:.4}, {y:.4}")));
        comparisons.push(alone(format!("d = {d} l: coercivity (Ms)"), format!("{:.5}", result.coercivity)));
    }
    let over = |value: fn(&hysteresis::Switching) -> f64| {
        results.iter().map(move |(d, r)| (*d, value(r))).collect::<Vec<_>>().into_iter()
    };
    let axes = |y| ["d / l", y];
    let figures = vec![
        figure(
            "sp2-coercivity",
            "Coercivity",
            "Dashed: the limit of small d.",
            axes("coercivity / Ms"),
            vec![
                points("spinloom", over(|r| r.coercivity)),
                Mark::Reference { label: "limit of small d".to_owned(), y: hysteresis::LIMIT },
            ],
        ),
        figure(
            "sp2-remanence",
            "Remanence",
            "Mean m without a field.",
            axes("remanence"),
            vec![points("mx", over(|r| r.remanence[0])), points("my", over(|r| r.remanence[1]))],
        ),
    ];
    Some(Page {
        name: "sp2",
        title: "Standard problem 2: coercivity and remanence over size",
        about: include_str!("sp2.md"),
        comparisons,
        remarks: String::new(),
        figures,
    })
}

#[allow(clippy::unnecessary_wraps, reason = "all problems have one signature")]
pub fn sp3() -> Option<Page> {
    let mut comparisons = Vec::new();
    let sizes = [8, 12, 16, 20, 24, 32];
    let found = sizes.map(|n| (1.0 / (n * n) as f64, cube::transition(n)));
    for (n, (_, (edge, [flower, _]))) in sizes.iter().zip(&found) {
        comparisons.push(alone(format!("{n}^3 cells: edge (l), energy (Km)"), format!("{edge:.4}, {:.5}", flower.total)));
    }
    // The error is of second order in the cell: from the two finest.
    let [.., (ha, (a, at_a)), (hb, (b, at_b))] = found;
    let limit = |a: f64, b: f64| b + (b - a) * hb / (ha - hb);
    for (source, edge) in cube::EDGES {
        comparisons.push(compare("edge, extrapolated to no cells (l)", source, edge, limit(a, b), 4));
    }
    for (source, energy) in cube::ENERGIES {
        comparisons.push(compare("energy, extrapolated (Km)", source, energy, limit(at_a[0].total, at_b[0].total), 4));
    }
    let parts = |e: Energies| [e.demagnetization, e.exchange, e.anisotropy];
    let of = |[flower, vortex]: [Energies; 2]| parts(flower).into_iter().chain(parts(vortex));
    let names = ["demagnetization", "exchange", "anisotropy"];
    for (k, ((a, b), theirs)) in of(at_a).zip(of(at_b)).zip(cube::LIMIT).enumerate() {
        let what = format!("{} of the {}, extrapolated (Km)", names[k % 3], if k < 3 { "flower" } else { "vortex" });
        comparisons.push(compare(what, "Martins et al., 70^3 cells", theirs, limit(a, b), 4));
    }
    let mut marks = vec![points("spinloom", found.iter().map(|(h, (edge, _))| (*h, *edge)))];
    marks.extend(cube::EDGES.map(|(source, y)| Mark::Reference { label: source.to_owned(), y }));
    let caption = "The edge over the square of the size of cells. Dashed, from above: Bjork et al., Rave et al., Martins et al.";
    let figures = vec![figure("sp3", "Edge of equal energy", caption, ["1 / n^2, n cells to an edge", "edge (l)"], marks)];
    let (name, title) = ("sp3", "Standard problem 3: the cube that is no longer one domain");
    Some(Page { name, title, about: include_str!("sp3.md"), comparisons, remarks: String::new(), figures })
}
