//! Problem files as users have them: what is read, what goes back, and what is said of files that are wrong.

use proptest::prelude::*;
use spinloom_ising::anneal::{Annealing, Control, Model, Schedule, anneal};
use spinloom_ising::exact;
use spinloom_ising::format::{Format, Interpretation, parse, read, write_json, write_qubo};
use spinloom_ising::problem::{Meaning, Problem};
use spinloom_ising::qubo::Qubo;
use spinloom_ising::{Ising, IsingError};
use std::path::{Path, PathBuf};

fn parsed(format: Format, text: &str) -> Problem {
    parse(text, format, Interpretation::Usual, "file").expect("a valid file")
}

fn refused(format: Format, text: &str) -> String {
    parse(text, format, Interpretation::Usual, "file").expect_err("a file that is wrong").to_string()
}

/// The ground state by enumeration.
fn ground(problem: &Problem) -> Vec<i8> {
    let energies = match &problem.model {
        Model::Pairs(m) => exact::energies(m),
        Model::Polynomial(m) => exact::energies(m),
    }
    .expect("a small problem");
    let best = (0..energies.len()).min_by(|&a, &b| energies[a].total_cmp(&energies[b])).expect("states");
    exact::configuration(best, problem.model.spins())
}

/// The folder of data sets, if there is one.
fn data(below: &str) -> Option<PathBuf> {
    std::env::var_os("SPINLOOM_DATA").map(|d| Path::new(&d).join(below)).filter(|p| p.is_dir())
}

#[test]
fn a_graph_is_cut() {
    // A triangle and a pendant edge of weight 2, with a comment and a weight left out.
    let problem = parsed(Format::Rudy, "# four vertices\n4 4\n1 2 1\n2 3\n1 3 1\n3 4 2\n");
    let answer = problem.answer(&ground(&problem));
    assert_eq!((problem.kind(), answer.objective, answer.verified), ("max-cut", 4.0, true));
}

#[test]
fn biq_mac_doubles_what_is_off_the_diagonal() {
    let problem = parsed(Format::BiqMac, "2 3\n1 1 -1\n2 2 -1\n1 2 0.75\n");
    assert_eq!(problem.answer(&[1, 1]).objective, -0.5);
    assert_eq!(problem.answer(&ground(&problem)).objective, -1.0);
}

#[test]
fn a_matrix_holds_couplings_and_fields() {
    let text = "%%MatrixMarket matrix coordinate real symmetric\n% comment\n2 2 2\n1 1 0.5\n2 1 -1\n";
    let problem = parsed(Format::MatrixMarket, text);
    assert_eq!(problem.answer(&[1, -1]).objective, -(-(-1.0) + 0.5));
    let both = "%%MatrixMarket matrix coordinate integer general\n2 2 2\n1 2 3\n2 1 3\n";
    assert_eq!(parsed(Format::MatrixMarket, both).answer(&[1, 1]).objective, -3.0);
}

#[test]
fn clauses_are_checked_one_by_one() {
    let problem = parsed(Format::Dimacs, "c a comment\np cnf 3 3\n1 -2 0\n2 3\n0 -1 -3 0\n%\n0\n");
    let answer = problem.answer(&ground(&problem));
    assert!(answer.verified, "{}", answer.text);
    assert_eq!(answer.objective, 3.0);
    // One variable cannot be true and false; the hard clause holds, the soft one gives way.
    let weighted = parsed(Format::Dimacs, "p wcnf 1 2 10\n10 1 0\n3 -1 0\n");
    let answer = weighted.answer(&ground(&weighted));
    assert!(answer.verified && answer.value["violated_clauses"] == serde_json::json!([2]), "{}", answer.text);
    let newer = parsed(Format::Dimacs, "h 1 2 0\n2 -1 0\n1 -2 0\n");
    assert_eq!(newer.answer(&ground(&newer)).value["violated_clauses"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_long_clause_is_cut_by_new_variables() {
    let problem = parsed(Format::Dimacs, "p cnf 9 1\n1 2 3 4 5 6 7 8 9 0\n");
    let Model::Polynomial(energy) = &problem.model else { panic!("terms of higher order") };
    let all = exact::energies(energy).expect("small");
    for low in 0..1usize << 9 {
        let least = (0..all.len() >> 9).map(|high| all[high << 9 | low]).fold(f64::INFINITY, f64::min);
        assert_eq!(least, if low == 0 { 1.0 } else { 0.0 });
    }
}

#[test]
fn a_netlist_runs_backwards() {
    let text = ".model adder\n.inputs a b\n.outputs s c\n.names a b s\n10 1\n01 \\\n1\n.names a b c\n11 1\n.end\n";
    let problem = parsed(Format::Blif, text);
    let spin = |name: &str| problem.spin(name).expect("a signal");
    let (model, free) = problem.model.clamped(&[(spin("s"), -1), (spin("c"), 1)]).expect("clamps");
    let annealing = Annealing::new(Schedule::linear(0.1, 8.0, 100).expect("schedule"), 16, 1);
    let found = anneal(&model, &annealing, &Control::default()).expect("annealed");
    let mut state = vec![0; problem.model.spins()];
    (state[spin("s")], state[spin("c")]) = (-1, 1);
    free.iter().zip(&found.best).for_each(|(&i, &m)| state[i] = m);
    let answer = problem.answer(&state);
    assert!(answer.verified, "{}", answer.text);
    assert_eq!(answer.value["inputs"], serde_json::json!({ "a": 1, "b": 1 }));
    // Every state has zero energy exactly when it computes.
    let Meaning::Circuit(netlist) = &problem.meaning else { panic!("a circuit") };
    for index in 0..1 << problem.model.spins() {
        let m = exact::configuration(index, problem.model.spins());
        assert_eq!(netlist.computes(&m), problem.model.energy(&m).abs() < 1e-12);
    }
}

#[test]
fn every_layout_of_distances_is_read_alike() {
    type Keep<'a> = &'a dyn Fn(usize, usize) -> bool;
    let (full, n) = ([[0, 3, 4, 5], [3, 0, 6, 7], [4, 6, 0, 8], [5, 7, 8, 0]], 4);
    let cells = |keep: &dyn Fn(usize, usize) -> bool, transposed: bool| -> String {
        let mut text = String::new();
        for a in 0..n {
            for b in 0..n {
                let (row, column) = if transposed { (b, a) } else { (a, b) };
                if keep(row, column) {
                    text += &format!("{} ", full[row][column]);
                }
            }
            text += "\n";
        }
        text
    };
    let layouts: [(&str, Keep<'_>, bool); 9] = [
        ("FULL_MATRIX", &|_, _| true, false),
        ("UPPER_ROW", &|r, c| c > r, false),
        ("LOWER_ROW", &|r, c| c < r, false),
        ("UPPER_DIAG_ROW", &|r, c| c >= r, false),
        ("LOWER_DIAG_ROW", &|r, c| c <= r, false),
        ("UPPER_COL", &|r, c| c > r, true),
        ("LOWER_COL", &|r, c| c < r, true),
        ("UPPER_DIAG_COL", &|r, c| c >= r, true),
        ("LOWER_DIAG_COL", &|r, c| c <= r, true),
    ];
    for (layout, keep, transposed) in layouts {
        let text = format!(
            "NAME: x\nTYPE: TSP\nDIMENSION: 4\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: {layout}\nEDGE_WEIGHT_SECTION\n{}EOF\n",
            cells(keep, transposed)
        );
        let problem = parsed(Format::Tsplib, &text);
        let Meaning::Tour(cities) = &problem.meaning else { panic!("a tour") };
        for (a, row) in full.iter().enumerate() {
            for (b, d) in row.iter().enumerate() {
                assert_eq!(cities.distance(a, b), f64::from(*d), "{layout} {a} {b}");
            }
        }
        let answer = problem.answer(&ground(&problem));
        assert_eq!((answer.verified, answer.objective), (true, cities.shortest().expect("small").0));
    }
}

#[test]
fn published_tours_have_their_published_lengths() {
    let Some(folder) = data("tsplib") else { return };
    for (name, length) in [("att48", 10628.0), ("bayg29", 1610.0), ("berlin52", 7542.0), ("eil51", 426.0), ("ulysses16", 6859.0)]
    {
        let problem = read(&folder.join(format!("{name}.tsp")), None, Interpretation::Usual).expect("a library file");
        let Meaning::Tour(cities) = &problem.meaning else { panic!("a tour") };
        let text = std::fs::read_to_string(folder.join(format!("{name}.opt.tour"))).expect("its tour");
        let mut tour: Vec<usize> = text
            .split_once("TOUR_SECTION")
            .expect("a section")
            .1
            .split_whitespace()
            .map_while(|w| w.parse::<usize>().ok())
            .map(|c| c - 1)
            .collect();
        assert_eq!(cities.length(&tour), length, "{name}");
        // The same through spins: the model's energy of a valid tour is its length.
        let home = tour.iter().position(|&c| c == 0).expect("city 1");
        tour.rotate_left(home);
        let state = cities.state(&tour);
        assert!((problem.model.energy(&state) - length).abs() < 1e-6 * length);
        assert_eq!(problem.answer(&state).objective, length);
    }
    // Optima of the two smallest geographical problems and the explicit one, by dynamic programming.
    for (name, length) in [("burma14", 3323.0), ("ulysses16", 6859.0), ("gr17", 2085.0)] {
        let problem = read(&folder.join(format!("{name}.tsp")), None, Interpretation::Usual).expect("a library file");
        let Meaning::Tour(cities) = &problem.meaning else { panic!("a tour") };
        assert_eq!(cities.shortest().expect("few cities").0, length, "{name}");
    }
}

#[test]
fn small_published_optima_are_found() {
    let Some(folder) = data("biqmac") else { return };
    for (file, optimum) in [("gka/gka1b.sparse", -133.0), ("beasley/bqp50-1.sparse", -2098.0), ("gka/gka1a.sparse", -3414.0)] {
        let problem = read(&folder.join(file), None, Interpretation::Usual).expect("a library file");
        let (hot, cold) = Schedule::range(&problem.model);
        let annealing = Annealing::new(Schedule::linear(hot, cold, 500).expect("schedule"), 64, 1);
        let found = anneal(&problem.model, &annealing, &Control::default()).expect("annealed");
        assert_eq!(problem.answer(&found.best).objective, optimum, "{file}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let cases = [
        (Format::Rudy, "", "file:1: expected a first line `vertices edges`, found nothing"),
        (Format::Rudy, "2 1\n1 3 1\n", "file:2: expected a vertex from 1 to 2, found 3"),
        (Format::Rudy, "2 1\n1 2 x\n", "file:2: expected an edge weight, found `x`"),
        (Format::Rudy, "2 2\n1 2 1\n", "file:2: the first line announces 2 edges, but the file ends after 1"),
        (Format::Rudy, "2 1\n1 2 inf\n", "file:2: expected an edge weight, found inf"),
        (Format::Rudy, "2 99999999\n1 2 1\n", "file:1: 99999999 edges are announced in a file of 17 bytes"),
        (Format::Dimacs, "p cnf 2 1\n1 3 0\n", "file:2: literal 3, but there are only 2 variables"),
        (Format::Dimacs, "p cnf 2 1\n1 2\n", "file:2: the last clause is not ended by 0"),
        (Format::Tsplib, "DIMENSION : 2\n", "file:1: expected three cities or more, found 2"),
        (Format::Blif, ".names a b\n11 1\n", "file:2: expected 1 characters of 0, 1 and -, found `11`"),
        (Format::Blif, ".outputs y\n.names a y\n1 1\n.end\n", "file:4: nothing drives the signal `a`"),
        (Format::DimodCoo, "0 1 1\n", "file:1: expected a line `# vartype=SPIN` or `# vartype=BINARY` before the entries"),
        (Format::Qubo, "p qubo 0 2 1 0\n0 5 1\n", "file:2: expected a node from 0 to 1, found 5"),
        (
            Format::MatrixMarket,
            "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 1\n",
            "file:3: the matrix is not symmetric at (1, 2); declare it symmetric and give one triangle, or give both",
        ),
    ];
    for (format, text, message) in cases {
        assert_eq!(refused(format, text), message);
    }
    let error = parse("DIMENSION : 9000000\n", Format::Tsplib, Interpretation::Usual, "file").expect_err("no file holds it");
    assert!(matches!(error, IsingError::Malformed { .. } | IsingError::TooLarge { .. }), "{error}");
}

proptest! {
    #[test]
    fn models_go_to_files_and_back(
        fields in prop::collection::vec(-8i32..8, 5),
        couplings in prop::collection::vec((0usize..5, 0usize..5, -8i32..8), 0..12),
    ) {
        let couplings = couplings.into_iter().filter(|c| c.0 != c.1).map(|(i, j, v)| (i, j, f64::from(v) / 4.0));
        let fields: Vec<f64> = fields.into_iter().map(|h| f64::from(h) / 2.0).collect();
        let model = Ising::new(5, couplings, fields, 0.75).expect("a model");
        let json = parsed(Format::DimodJson, &write_json(&model));
        prop_assert_eq!(&json.model, &Model::Pairs(model.clone()));
        let qubo = Qubo::from_ising(&model).expect("finite");
        let back = parsed(Format::Qubo, &write_qubo(&qubo));
        for index in 0..32 {
            let m = exact::configuration(index, 5);
            prop_assert_eq!(back.model.energy(&m) + qubo.offset(), model.energy(&m));
            prop_assert_eq!(qubo.value(&m.iter().map(|s| *s > 0).collect::<Vec<_>>()), model.energy(&m));
        }
    }
}
