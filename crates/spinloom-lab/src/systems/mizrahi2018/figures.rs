//! The figures of population coding.

use super::chain::FIELD;
use super::functions::{Made, ScalingPoint, TuningPoint};
use super::gripper::Learned;
use crate::figure::{Axis, Figure, Mark, Panel};
use spinloom_core::statistics::Estimate;
use spinloom_device::telegraph::Telegraph;
use spinloom_network::population::{bell_width, evenly};
use spinloom_task::arm::Arm;

const MILLI: f64 = 1e3;
const KILO: f64 = 1e-3;
const PERCENT: f64 = 100.0;
const NANO: f64 = 1e9;
/// Energies of an operation as the review gives them, J: learnt, learning, and with low-power spiking CMOS neurons.
const PUBLISHED: [(&str, f64); 3] =
    [("published, learnt: 7.4 nJ", 7.4e-9), ("published, learning: 23 nJ", 23e-9), ("published, CMOS neurons: 330 nJ", 330e-9)];

fn figure(name: &str, title: &str, caption: String, panels: Vec<Panel>) -> Figure {
    Figure { name: name.to_owned(), title: title.to_owned(), caption, panels }
}

fn panel(title: &str, x: Axis, y: Axis, marks: Vec<Mark>) -> Panel {
    Panel { title: title.to_owned(), x, y, marks }
}

fn line(label: &str, x: &[f64], y: Vec<f64>) -> Mark {
    Mark::Line { label: label.to_owned(), x: x.to_vec(), y }
}

/// Points that leave sight of the lines behind them.
fn every_second(label: &str, x: &[f64], y: &[f64]) -> Mark {
    let thin = |v: &[f64]| v.iter().copied().step_by(2).collect();
    Mark::Points { label: label.to_owned(), x: thin(x), y: thin(y), error: vec![] }
}

/// One bell, counted and by its law, and the bells of the small population.
pub fn tuning(points: &[TuningPoint], junctions: usize, neuron: &Telegraph, span: f64) -> Figure {
    let x: Vec<f64> = points.iter().map(|p| p.voltage * MILLI).collect();
    let counted = Mark::Points {
        label: "counted".to_owned(),
        x: x.clone(),
        y: points.iter().map(|p| p.rate.mean * KILO).collect(),
        error: points.iter().map(|p| p.rate.standard_error * KILO).collect(),
    };
    let law = line("law", &x, points.iter().map(|p| p.law * KILO).collect());
    let reach = span + 2.0 * bell_width(neuron);
    let arguments = evenly(-1.3, 1.3, 261);
    let bells = evenly(-reach, reach, junctions)
        .into_iter()
        .map(|bias| {
            line("", &arguments, arguments.iter().map(|a| neuron.rates(a * span - bias, 0.0).flip_rate() * KILO).collect())
        })
        .collect();
    figure(
        "tuning_curves",
        "A junction flips at a bell-shaped rate over its voltage",
        format!(
            "Left: flips per second of one junction over its voltage, counted in windows of 20 flips at the peak, and the law exp(-barrier) / attempt time / cosh(barrier V / V_c). Right: the bells of {junctions} junctions biased apart, over an argument of which one unit is {:.0} mV.",
            span * MILLI
        ),
        vec![
            panel("one junction", Axis::new("voltage (mV)"), Axis::new("flips (1/ms)"), vec![law, counted]),
            panel("the population", Axis::new("argument"), Axis::new("flips (1/ms)"), bells),
        ],
    )
}

/// Curves by the small population.
pub fn curves(made: &[Made], junctions: usize) -> Figure {
    let one = |m: &Made, title: &str| {
        let marks = vec![
            every_second("counts", &m.x, &m.counted),
            line("wanted", &m.x, m.wanted.clone()),
            line("mean rates", &m.x, m.smooth.clone()),
        ];
        panel(title, Axis::new("argument"), Axis::new("function"), marks)
    };
    figure(
        "functions",
        "Weighted sums of bells make functions",
        format!(
            "A sine and a cubic by {junctions} junctions whose weights were found by least squares: with mean rates, and with flips counted in windows of a thousand at the peak."
        ),
        made.iter().zip(["sin(pi x)", "2 x^3 - x^2 - x + 1/2"]).map(|(m, title)| one(m, title)).collect(),
    )
}

/// Letters by the small population: two sums of the same counts, one for each coordinate of the pen.
pub fn letters(letters: &[(&str, Vec<Made>)], junctions: usize) -> Figure {
    let one = |(name, both): &(&str, Vec<Made>)| {
        let [x, y] = [0, 1].map(|k: usize| &both[k]);
        let stroke = |label: &str, of: fn(&Made) -> &Vec<f64>| line(label, of(x), of(y).clone());
        let pen = every_second("counts", &x.counted, &y.counted);
        let marks = vec![pen, stroke("wanted", |m| &m.wanted), stroke("mean rates", |m| &m.smooth)];
        panel(name, Axis::new("x").range(-1.0, 1.0), Axis::new("y").range(-0.2, 1.2), marks)
    };
    figure(
        "letters",
        "Cursive letters from one population",
        format!(
            "Strokes of three letters by {junctions} junctions: two weighted sums of the same flips are the coordinates of the pen. The letters are loops of ours; those of the paper are not published as numbers."
        ),
        letters.iter().map(one).collect(),
    )
}

/// Error over flips.
pub fn scaling(points: &[ScalingPoint]) -> Figure {
    let mut counts: Vec<f64> = points.iter().map(|p| p.counts).collect();
    counts.dedup();
    counts.sort_by(f64::total_cmp);
    counts.dedup();
    let mut marks = Vec::new();
    let flips = |p: &ScalingPoint| p.junctions as f64 * p.counts;
    let (low, high) = points.iter().map(flips).fold((f64::INFINITY, 0.0f64), |(l, h), f| (l.min(f), h.max(f)));
    if let Some(last) = points.iter().max_by(|a, b| flips(a).total_cmp(&flips(b))) {
        let y = [low, high].map(|f| PERCENT * last.error * (f / high).powf(-0.5)).to_vec();
        marks.push(line("(junctions x counts)^(-1/2)", &[low, high], y));
    }
    for count in counts {
        let of: Vec<&ScalingPoint> = points.iter().filter(|p| p.counts == count).collect();
        marks.push(Mark::Points {
            label: format!("{count} counts at the peak"),
            x: of.iter().map(|p| flips(p)).collect(),
            y: of.iter().map(|p| PERCENT * p.error).collect(),
            error: vec![],
        });
    }
    figure(
        "scaling",
        "More junctions or longer windows: the same error",
        "Root mean square error of sin(pi x), in percent of its amplitude, over the number of junctions times the counts of one at its peak, with weights by least squares \
         from as noisy counts; and a line of slope -1/2 through the last point."
            .to_owned(),
        vec![panel("", Axis::new("junctions x counts at the peak").logarithmic(), Axis::new("rms error (% of amplitude)").logarithmic(), marks)],
    )
}

/// The learning curve.
pub fn learning(trials: &[f64], learned: &Learned) -> Figure {
    let marks = vec![
        line("learning", trials, learned.curve.iter().map(|e| PERCENT * e).collect()),
        Mark::Reference {
            label: format!("learning off, after it: {:.1} %", PERCENT * learned.error.mean),
            y: PERCENT * learned.error.mean,
        },
    ];
    figure(
        "learning",
        "The hand finds the ball",
        "Root mean square distance of the hand from the ball, in percent of the width of the field, in blocks of a hundred trials: every trial the ball is \
         somewhere else, and the weights between both populations change against the miss. No learning curve is published as numbers."
            .to_owned(),
        vec![panel("", Axis::new("trials"), Axis::new("rms miss (% of the field)").logarithmic(), marks)],
    )
}

/// The arm on its way from ball to ball.
pub fn motion(arm: &Arm, poses: &[([f64; 2], [f64; 2])]) -> Figure {
    const STEPS: usize = 12;
    const REST: usize = 6;
    const CORNERS: usize = 17;
    let (mut x, mut y, mut ball_x, mut ball_y) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (k, (angles, ball)) in poses.iter().enumerate() {
        let from = poses[(k + poses.len() - 1) % poses.len()].0;
        for step in 1..=STEPS + REST {
            // Slow at both ends; at rest afterwards.
            let t = (step as f64 / STEPS as f64).min(1.0);
            let t = t * t * (3.0 - 2.0 * t);
            let pose = [0, 1].map(|j: usize| from[j] + t * (angles[j] - from[j]));
            let (elbow, hand) = (arm.elbow(pose), arm.hand(pose));
            x.extend([0.0, elbow[0], hand[0]]);
            y.extend([0.0, elbow[1], hand[1]]);
            let corner = |c: usize| (std::f64::consts::TAU * c as f64 / (CORNERS - 1) as f64).sin_cos();
            ball_x.extend((0..CORNERS).map(|c| ball[0] + 0.04 * corner(c).1));
            ball_y.extend((0..CORNERS).map(|c| ball[1] + 0.04 * corner(c).0));
        }
    }
    let seconds = 1.2 * poses.len() as f64;
    let scale = 0.5 * (arm.upper + arm.fore);
    let (middle, half) = FIELD;
    let side = |c: usize, sign: f64| scale * (middle[c] + sign * half[c]);
    let field = Mark::Line {
        label: "field of the ball".to_owned(),
        x: [-1.0, 1.0, 1.0, -1.0, -1.0].map(|s| side(0, s)).to_vec(),
        y: [-1.0, -1.0, 1.0, 1.0, -1.0].map(|s| side(1, s)).to_vec(),
    };
    let marks = vec![
        field,
        Mark::Motion { label: "arm".to_owned(), corners: 3, x, y, seconds },
        Mark::Motion { label: "ball".to_owned(), corners: CORNERS, x: ball_x, y: ball_y, seconds },
    ];
    let reach = 1.7 * scale;
    figure(
        "arm",
        "The arm reaches for ten balls it has not seen",
        "Moves in a browser: where the arm comes to rest is what the output population answered to the input population's counts of one window, learning off. \
         The way there is drawn, not computed."
            .to_owned(),
        vec![panel("", Axis::new("x (m)").range(-reach, reach), Axis::new("y (m)").range(-0.4 * scale, 1.8 * scale), marks)],
    )
}

/// Errors on devices that differ, with calibrated counters and with raw ones, or are dead.
pub fn faults(spreads: &[f64], of_spread: [&[Estimate]; 2], (dead, of_dead): (&[f64], &[Estimate])) -> Figure {
    let points = |label: &str, x: &[f64], errors: &[Estimate]| Mark::Points {
        label: label.to_owned(),
        x: x.iter().map(|v| PERCENT * v).collect(),
        y: errors.iter().map(|e| PERCENT * e.mean).collect(),
        error: errors.iter().map(|e| PERCENT * e.standard_error).collect(),
    };
    let y = || {
        let all = of_spread[0].iter().chain(of_spread[1]).chain(of_dead);
        let top = all.map(|e| PERCENT * e.mean).fold(10.0, f64::max);
        Axis::new("rms miss (% of the field)").range(1.0, 2.0 * top).logarithmic()
    };
    let (calibrated, raw) = ("counters scaled by their peaks", "raw counts");
    figure(
        "faults",
        "What differs or is dead is learned away",
        "Root mean square distance of the hand from the ball after learning: on devices whose barriers, critical voltages and biases differ, with counters that were scaled once by what each \
         counts at the peak of its junction and with raw ones, and with dead devices in both populations. No such error is published as a number."
            .to_owned(),
        vec![
            panel(
                "spread",
                Axis::new("spread of the devices (%)"),
                y(),
                vec![points(calibrated, spreads, of_spread[0]), points(raw, spreads, of_spread[1])],
            ),
            panel("dead devices", Axis::new("dead devices (%)"), y(), vec![points(calibrated, dead, of_dead)]),
        ],
    )
}

/// The parts of the energy of an operation.
pub fn energy(parts: &[(String, f64)]) -> Figure {
    let mut marks = vec![Mark::Bars {
        names: parts.iter().map(|p| p.0.clone()).collect(),
        heights: parts.iter().map(|p| NANO * p.1).collect(),
        error: vec![],
    }];
    marks.extend(PUBLISHED.map(|(label, joule)| Mark::Reference { label: label.to_owned(), y: NANO * joule }));
    figure(
        "energy",
        "Energy of an operation, part by part",
        "Our ledger of one operation; the last two parts are spent while learning only. The published figures (dashed, of the whole) depend on a circuit that is not disclosed: they are shown, not \
         fitted."
            .to_owned(),
        vec![panel("", Axis::new(""), Axis::new("energy (nJ)").range(0.01, 1000.0).logarithmic(), marks)],
    )
}
