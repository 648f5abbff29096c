//! The standard problems of muMAG in a short form, against the curves of OOMMF and fidimag and the solutions of participants. The full
//! form, which writes a page of the book for each, is `cargo xtask magnet-problems`.
//!
//! Where a reference ran on the same grid with the same constants, nothing is left between the two but the errors of their integrators,
//! and the tolerances say so.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod problems;

use problems::{Row, cube, distance, hysteresis, reference, resonance, reversal, vortex, zero_crossing};
use spinloom_magnet::quantity::welch;

fn times(rows: &[Row]) -> impl Iterator<Item = f64> {
    rows.iter().map(|row| row[0])
}

#[test]
fn the_reversal_of_problem_4_follows_oommf_on_its_grid() {
    let Some(oommf) = reference("sp4/field1_oommf_t_mx_my_mz.txt", [0, 1, 2, 3]) else { return };
    let oommf: Vec<Row> = oommf.into_iter().take(180).skip(9).step_by(10).collect();
    let ours = reversal::reversal(reversal::s_state([200, 50], 1e-8), reversal::FIELDS[0], 1e-5, times(&oommf));
    let apart = distance(&ours, &oommf);
    println!("{apart:e}");
    assert!(apart < 1e-6, "{apart:e}");
}

#[test]
fn the_reversal_of_problem_4_takes_the_time_it_takes_peers() {
    let course = reversal::reversal(
        reversal::s_state([128, 32], 1e-8),
        reversal::FIELDS[0],
        1e-5,
        (0..=8).map(|i| 1.36e-10 + 1e-12 * f64::from(i)).chain([1e-9]),
    );
    // OOMMF 2.1 and fidimag 3.0 on this grid: 0.13858 ns, and 0.13103 and 0.13110, which agree to 1e-4.
    let (crossing, last) = (1e9 * zero_crossing(&course, 1).unwrap(), course[course.len() - 1]);
    println!("{crossing} {last:?}");
    assert!((crossing - 0.13858).abs() < 5e-5, "mx passes 0 at {crossing} ns");
    assert!((last[2] - 0.13103).abs() < 1e-4, "my is {} after 1 ns", last[2]);
}

#[test]
fn the_second_field_of_problem_4_reverses_alike_on_two_grids() {
    // There is no series of others for it. Until mx passes 0 the error of the cells is of second order and small; later it grows.
    let crossing = |cells| {
        let times = (0..=40).map(|i| 1e-12 * f64::from(120 + i));
        let course = reversal::reversal(reversal::s_state(cells, 1e-8), reversal::FIELDS[1], 1e-5, times);
        1e9 * zero_crossing(&course, 1).unwrap()
    };
    let (coarse, fine) = (crossing([96, 24]), crossing([128, 32]));
    println!("{coarse} {fine}");
    assert!((coarse - fine).abs() < 1e-3, "mx passes 0 at {coarse} and {fine} ns");
}

#[test]
fn the_film_in_resonance_rings_as_in_oommf() {
    let Some(oommf) = reference("fmr/oommf_dynamic_txyz.txt", [0, 1, 2, 3]) else { return };
    let oommf = &oommf[..500];
    let ours = resonance::ringing([24, 24, 2], 1e-5, times(oommf));
    let apart = distance(&ours, oommf);
    println!("{apart:e}");
    assert!(apart < 1e-6, "{apart:e}");
    // The film rings with 8.3 GHz and, more weakly, with 11.2 GHz in the paper's spectrum.
    let strongest = |course: &[Row]| {
        let series: Vec<f64> = course.iter().map(|row| row[2]).collect();
        welch(&series, 5e-12, series.len()).unwrap().peaks(0.1)[0].frequency
    };
    let (of_ours, of_oommf) = (strongest(&ours), strongest(oommf));
    println!("{of_ours:e} {of_oommf:e}");
    assert!((of_ours / of_oommf - 1.0).abs() < 1e-5, "{of_ours} Hz, {of_oommf} Hz in OOMMF");
}

#[test]
fn the_vortex_of_problem_5_follows_fidimag() {
    let Some(fidimag) = reference("sp5/std5_fidimag_data.txt", [0, 4, 5, 6]) else { return };
    let fidimag: Vec<Row> = fidimag.into_iter().take(101).step_by(5).collect();
    let ours = vortex::driven(vortex::at_rest([20, 20, 2], 1e-8), vortex::FIDIMAG, 1e-5, times(&fidimag));
    let apart = distance(&ours, &fidimag);
    println!("{apart:e} {:?} {:?}", ours[20], fidimag[20]);
    assert!(apart < 1e-5, "{apart:e}");
}

#[test]
fn the_cube_of_problem_3_changes_its_state_at_the_edge_of_others() {
    // The error of the cells is of second order: without it, by two numbers of cells, the edge is within what participants differ by.
    let [(coarse, _), (fine, at)] = [8, 16].map(cube::transition);
    let (edge, energy) = (fine + (fine - coarse) / 3.0, at[0].total);
    println!("{coarse} {fine} {edge} {energy}");
    for (source, other) in cube::EDGES {
        assert!((edge - other).abs() < 0.01, "an edge of {edge}, {source} have {other}");
    }
    // What is left of the error of the cells at 16^3 is some 1e-3.
    let [flower, vortex] = at;
    assert!((energy - 0.3027).abs() < 1e-3, "an energy of {energy}");
    let parts = |e: cube::Energies| [e.demagnetization, e.exchange, e.anisotropy];
    for (ours, theirs) in parts(flower).into_iter().chain(parts(vortex)).zip(cube::LIMIT) {
        assert!((ours - theirs).abs() < 2e-3, "{flower:?} {vortex:?}");
    }
}

#[test]
fn the_smallest_film_of_problem_2_has_the_coercivity_of_a_uniform_one() {
    let found = hysteresis::small_film(0.5, [10, 2, 1], 2e-5);
    println!("{found:?}");
    assert!((found.coercivity - hysteresis::LIMIT).abs() < 1e-4, "{found:?}");
    // So small a film lies along its length.
    assert!(found.remanence[0] > 0.999, "{found:?}");
}
