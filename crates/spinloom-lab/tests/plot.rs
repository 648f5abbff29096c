//! Figures of every kind, also with values that cannot be drawn.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use spinloom_lab::figure::{Axis, Figure, Mark, Panel};
use spinloom_lab::plot::{png, svg};

fn panel(x: Axis, y: Axis, marks: Vec<Mark>) -> Panel {
    Panel { title: String::new(), x, y, marks }
}

fn figure(name: &str, title: &str, panels: Vec<Panel>) -> Figure {
    Figure { name: name.to_owned(), title: title.to_owned(), caption: String::new(), panels }
}

fn reference(label: &str, y: f64) -> Mark {
    Mark::Reference { label: label.to_owned(), y }
}

fn learning() -> Panel {
    let x: Vec<f64> = (0..=100).map(f64::from).collect();
    let rise = |top: f64, rate: f64| {
        x.iter().map(|i| top - (top - 20.0) * (-i / rate).exp() + 1.5 * (i * 1.7).sin()).collect::<Vec<_>>()
    };
    let line = |label: &str, y: Vec<f64>| Mark::Line { label: label.to_owned(), x: x.clone(), y };
    panel(
        Axis::new("iteration"),
        Axis::new("vowels recognised (%)").range(0.0, 100.0),
        vec![
            line("training speakers", rise(92.0, 15.0)),
            line("test speakers", rise(87.0, 18.0)),
            line("test speakers, learned off-line", rise(85.0, 10.0)),
            reference("published, test: 89 %", 89.0),
        ],
    )
}

fn controls() -> Panel {
    let names =
        ["four coupled oscillators", "uncoupled oscillators", "multilayer perceptron", "linear discriminant analysis", "chance"];
    panel(
        Axis::new(""),
        Axis::new("vowels recognised (%)").range(0.0, 100.0),
        vec![
            Mark::Bars {
                names: names.map(str::to_owned).to_vec(),
                heights: vec![85.2, 61.0, 79.9, 88.4, 14.3],
                error: vec![1.1, 2.0, 1.4, 0.9, 0.0],
            },
            reference("published, cross-validated: 84 %", 84.0),
        ],
    )
}

fn sweep(label: &str) -> Panel {
    let x: Vec<f64> = (0..8).map(|i| 0.25 * f64::from(i)).collect();
    let y: Vec<f64> = x.iter().map(|x| 84.0 - 9.0 * x * x).collect();
    let points = Mark::Points { label: "cross-validated".to_owned(), x: x.clone(), error: vec![2.0; y.len()], y };
    panel(
        Axis::new(label),
        Axis::new("vowels recognised (%)").range(0.0, 100.0),
        vec![points, reference("published: 84 %", 84.0)],
    )
}

fn power_law() -> Panel {
    let x: Vec<f64> = (0..30).map(|i| 1e-9 * 10f64.powf(f64::from(i) / 10.0)).collect();
    let y: Vec<f64> = x.iter().map(|x| 3e-2 * (x / 1e-9).powf(-0.5)).collect();
    let measured: Vec<f64> = y.iter().enumerate().map(|(i, y)| y * (1.0 + 0.2 * (i as f64 * 2.3).sin())).collect();
    panel(
        Axis::new("energy (J)").logarithmic(),
        Axis::new("error rate").logarithmic(),
        vec![
            Mark::Line { label: "theory".to_owned(), x: x.clone(), y },
            Mark::Points { label: "measured".to_owned(), x, error: measured.iter().map(|m| 0.3 * m).collect(), y: measured },
        ],
    )
}

fn heatmap() -> Panel {
    let (x, y): (Vec<f64>, Vec<f64>) =
        ((0..60).map(|i| 1.0 + 0.1 * f64::from(i)).collect(), (0..40).map(|i| 0.2 + 0.01 * f64::from(i)).collect());
    let values = y
        .iter()
        .flat_map(|b| x.iter().map(move |a| if a * b < 0.3 { f64::NAN } else { 0.5 + 0.4 * (a * 1.3).sin() * (b * 20.0).cos() }));
    let map = Mark::Heatmap { label: "accuracy".to_owned(), values: values.collect(), x, y };
    panel(Axis::new("current (mA)"), Axis::new("field (T)"), vec![map])
}

fn regions() -> Panel {
    let axis: Vec<f64> = (0..100).map(|i| 300.0 + f64::from(i)).collect();
    let centres = [320.0, 345.0, 365.0, 385.0];
    let locked = |f: f64| centres.iter().position(|c| (f - c).abs() < 7.0);
    let mut names = Vec::new();
    let mut cells = Vec::new();
    for b in &axis {
        for a in &axis {
            let name = match (locked(*a), locked(*b)) {
                (None, None) => "none".to_owned(),
                (Some(i), None) => format!("{}A", i + 1),
                (None, Some(j)) => format!("{}B", j + 1),
                (Some(i), Some(j)) if i == j => format!("{}*", i + 1),
                (Some(i), Some(j)) => format!("{}A,{}B", i + 1, j + 1),
            };
            let index = names.iter().position(|n| *n == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            cells.push(index);
        }
    }
    let mut marks = vec![Mark::Regions { names, x: axis.clone(), y: axis, cells }];
    for (v, vowel) in ["ae", "ah", "aw", "er", "ih", "iy", "uw"].into_iter().enumerate() {
        let angle = v as f64 * 0.9;
        let place = |i: i32, phase: f64| 350.0 + 30.0 * (angle + phase).sin() + 6.0 * (f64::from(i) * 2.4 + phase).sin();
        marks.push(Mark::Points {
            label: vowel.to_owned(),
            x: (0..12).map(|i| place(i, 0.0)).collect(),
            y: (0..12).map(|i| place(i, 1.6)).collect(),
            error: Vec::new(),
        });
    }
    let axis = |label: &str| Axis::new(label).range(300.0, 399.0);
    panel(axis("frequency of source A (MHz)"), axis("frequency of source B (MHz)"), marks)
}

fn confusion() -> Panel {
    let names = ["ae", "ah", "aw", "er", "ih", "iy", "uw", "none"].map(str::to_owned).to_vec();
    let counts = (0..64).map(|i| if i % 9 == 0 { 33.0 } else { f64::from((i * 7 + 3) % 5) / 4.0 }.floor()).collect();
    panel(Axis::new("recognised"), Axis::new("spoken"), vec![Mark::Confusion { names, counts }])
}

fn gallery() -> Vec<Figure> {
    let sweeps = ["thermal noise, relative to the device", "coupling (MHz)", "mismatch (%)"].map(sweep).to_vec();
    vec![
        figure("learning", "Learning to recognise vowels", vec![learning()]),
        figure("controls", "The network and what it is compared with", vec![controls()]),
        figure("sweeps", "Robustness of the recognition", sweeps),
        figure("power", "Error against energy", vec![power_law()]),
        figure("heatmap", "Accuracy over current and field", vec![heatmap()]),
        figure("regions", "Vowels on the learned synchronisation map", vec![regions()]),
        figure("confusion", "Spoken and recognised vowels", vec![confusion()]),
        figure("pair", "A pair of panels", vec![learning(), confusion()]),
        figure("maps", "A pair of maps", vec![heatmap(), regions()]),
    ]
}

/// Set `SPINLOOM_GALLERY` to a folder to look at the pictures.
#[test]
fn every_kind_of_figure_is_drawn() {
    let folder = std::env::var_os("SPINLOOM_GALLERY").map(std::path::PathBuf::from);
    for figure in gallery() {
        let drawn = svg(&figure);
        assert!(!drawn.contains("NaN") && !drawn.contains("inf\""), "{}", figure.name);
        let picture = png(&figure).unwrap();
        assert_eq!(&picture[1..4], b"PNG");
        if let Some(folder) = &folder {
            std::fs::write(folder.join(format!("{}.svg", figure.name)), &drawn).unwrap();
            std::fs::write(folder.join(format!("{}.png", figure.name)), &picture).unwrap();
        }
    }
}

#[test]
fn labels_and_references_are_written() {
    let drawn = svg(&gallery()[0]);
    for words in [
        "vowels recognised (%)",
        "published, test: 89 %",
        "stroke-dasharray",
        "training speakers",
        "Learning to recognise vowels",
    ] {
        assert!(drawn.contains(words), "{words}");
    }
    let drawn = svg(&figure("escape", "a < b & \"c\"", vec![learning()]));
    assert!(drawn.contains("a &lt; b &amp; &quot;c&quot;"));
}

#[test]
fn nothing_to_draw_is_an_empty_labelled_panel() {
    let empty = |mark| figure("empty", "Empty", vec![panel(Axis::new("time (s)"), Axis::new("power (W)"), vec![mark])]);
    let none = Vec::new;
    for mark in [
        Mark::Line { label: "a".to_owned(), x: none(), y: none() },
        Mark::Points { label: "a".to_owned(), x: vec![1.0], y: vec![f64::NAN], error: none() },
        Mark::Bars { names: vec![], heights: none(), error: none() },
        Mark::Heatmap { label: "a".to_owned(), x: none(), y: none(), values: none() },
        Mark::Heatmap { label: "a".to_owned(), x: vec![1.0], y: vec![2.0], values: vec![f64::NAN] },
        Mark::Regions { names: vec![], x: none(), y: none(), cells: vec![] },
    ] {
        let drawn = svg(&empty(mark));
        assert!(drawn.contains("no data") && drawn.contains("time (s)") && drawn.contains("power (W)"), "{drawn}");
    }
    for figure in [figure("none", "", vec![]), empty(Mark::Confusion { names: vec![], counts: none() })] {
        png(&figure).unwrap();
    }
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), -10.0..10.0f64, Just(f64::NAN), Just(f64::INFINITY), Just(0.0)]
}

/// Shapes follow one another in the SVG; what does not move, as a PNG, has the last.
#[test]
fn motions_move_and_rest_in_their_last_shape() {
    let mark = Mark::Motion {
        label: "arm".to_owned(),
        corners: 2,
        x: vec![0.0, 1.0, 0.0, 0.5],
        y: vec![0.0, 0.0, 0.0, 1.0],
        seconds: 2.5,
    };
    let axes = || Axis::new("x").range(0.0, 1.0);
    let drawn = figure("motion", "", vec![panel(axes(), axes(), vec![mark])]);
    let text = svg(&drawn);
    let after = |key: &str| text.split(key).nth(1).and_then(|t| t.split('"').next()).unwrap();
    assert_eq!(after("dur=\""), "2.5s");
    let (rest, shapes) = (after("<polyline points=\""), after("values=\""));
    assert_eq!(shapes.split(';').count(), 2);
    assert!(shapes.ends_with(rest) && !shapes.starts_with(rest));
    assert!(png(&drawn).unwrap().starts_with(b"\x89PNG"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]
    #[test]
    fn any_numbers_are_drawn_or_left_out(
        x in prop::collection::vec(number(), 0..6), y in prop::collection::vec(number(), 0..6), values in prop::collection::vec(number(), 0..20),
        logarithmic in any::<bool>(), range in prop::option::of((number(), number())),
    ) {
        let axis = |label: &str| Axis { label: label.to_owned(), range, logarithmic };
        let label = || "a".to_owned();
        let names = vec![label(); x.len()];
        let cells = vec![0; x.len() * y.len()];
        for mark in [
            Mark::Line { label: label(), x: x.clone(), y: y.clone() },
            Mark::Points { label: label(), x: x.clone(), y: y.clone(), error: values.clone() },
            Mark::Motion { label: label(), corners: cells.len() % 3, x: x.clone(), y: y.clone(), seconds: values.first().copied().unwrap_or(1.0) },
            Mark::Bars { names: names.clone(), heights: y.clone(), error: values.clone() },
            Mark::Heatmap { label: label(), x: x.clone(), y: y.clone(), values: values.clone() },
            Mark::Regions { names: names.clone(), x: x.clone(), y: y.clone(), cells: cells.clone() },
            Mark::Confusion { names: names.clone(), counts: values.clone() },
            reference("a", values.first().copied().unwrap_or(0.0)),
        ] {
            let drawn = figure("any", "Any", vec![panel(axis("x"), axis("y"), vec![mark])]);
            let drawn = svg(&drawn);
            prop_assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{:?}", drawn.lines().find(|l| l.contains("NaN") || l.contains("inf")));
        }
    }
}
