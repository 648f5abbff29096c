use super::*;
use proptest::prelude::*;
use std::f64::consts::FRAC_PI_4;

fn grid() -> Grid {
    Grid::new([40, 40, 4], [1e-9, 1e-9, 2e-9]).unwrap()
}

/// Area (nm^2) of a shape in the plane, by smoothed cells of one layer.
fn area(shape: &Shape) -> f64 {
    shape.on(&grid()).unwrap().fill(10)[..1600].iter().map(|p| f64::from(*p)).sum()
}

#[test]
fn areas_and_volumes_are_those_of_geometry() {
    let root = 3f64.sqrt();
    let cases = [
        (Shape::universe(), 1600.0),
        (Shape::rectangle(20e-9, 11e-9), 220.0),
        (Shape::circle(30e-9), PI * 225.0),
        (Shape::ellipse(30e-9, 20e-9), PI * 150.0),
        (Shape::triangle(20e-9), root * 100.0),
        (Shape::hexagon(15e-9), 1.5 * root * 225.0),
        (Shape::rhombus(30e-9, 20e-9), 300.0),
        (Shape::square(20e-9).rotate(Axis::Z, FRAC_PI_4), 400.0),
        (Shape::circle(20e-9).scale([1.5, 0.5, 1.0]), PI * 75.0),
        (Shape::circle(30e-9).minus(Shape::circle(10e-9)), PI * 200.0),
        (Shape::circle(30e-9).xor(Shape::circle(10e-9)), PI * 200.0),
        (Shape::circle(30e-9).and(Shape::range(Axis::Y, 0.0, 1.0)), PI * 112.5),
        (Shape::circle(8e-9).translate([3e-9, 2e-9, 0.0]).repeat([20e-9, 20e-9, 0.0]), 4.0 * PI * 16.0),
        (Shape::circle(30e-9).inverse(), 1600.0 - PI * 225.0),
        (Shape::range(Axis::X, -5e-9, 10e-9), 600.0),
    ];
    for (shape, expected) in cases {
        let shape_area = area(&shape);
        assert!((shape_area / expected - 1.0).abs() < 4e-3, "{shape:?}: {shape_area} for {expected}");
    }
    let volume = |shape: &Shape| shape.on(&grid()).unwrap().fill(8).iter().map(|p| 2.0 * f64::from(*p)).sum::<f64>();
    let bodies = [
        (Shape::cuboid(10e-9, 10e-9, 6e-9), 600.0),
        (Shape::ellipsoid(30e-9, 20e-9, 7e-9), PI / 6.0 * 4200.0),
        (Shape::cylinder(20e-9, 5e-9), PI * 500.0),
        (Shape::cone(20e-9, 4e-9), PI * 400.0 / 3.0),
        (Shape::cone(20e-9, -4e-9), PI * 400.0 / 3.0),
        (Shape::Superball { diameter: 7e-9, exponent: 1.0 }, PI / 6.0 * 343.0),
        (Shape::layers(1..3), 1600.0 * 4.0),
        (Shape::Cell { at: [3, 5, 2] }, 2.0),
    ];
    for (shape, expected) in bodies {
        let volume = volume(&shape);
        assert!((volume / expected - 1.0).abs() < 2e-2, "{shape:?}: {volume} for {expected}");
    }
}

#[test]
fn polygons_have_an_edge_at_the_bottom() {
    let inside = |shape: Shape, x: f64, y: f64| shape.on(&grid()).unwrap().contains([x * 1e-9, y * 1e-9, 0.0]);
    let height = 10.0 * 3f64.sqrt();
    assert!(inside(Shape::triangle(20e-9), 0.0, 2.0 / 3.0 * height - 0.01));
    assert!(!inside(Shape::triangle(20e-9), 0.0, 2.0 / 3.0 * height + 0.01));
    assert!(inside(Shape::triangle(20e-9), 9.9, -height / 3.0 + 0.01));
    assert!(!inside(Shape::triangle(20e-9), 0.0, -height / 3.0 - 0.01));
    assert!(inside(Shape::hexagon(10e-9), 9.99, 0.0) && !inside(Shape::hexagon(10e-9), 0.0, 9.99));
}

#[test]
fn rotations_follow_the_right_hand() {
    let bar = Shape::range(Axis::X, 0.0, f64::INFINITY);
    let inside = |shape: &Shape, p| shape.on(&grid()).unwrap().contains(p);
    assert!(inside(&bar.clone().rotate(Axis::Z, FRAC_PI_2), [0.0, 1e-9, 0.0]));
    assert!(inside(&bar.clone().rotate(Axis::Y, FRAC_PI_2), [0.0, 0.0, -1e-9]));
    assert!(inside(&Shape::range(Axis::Y, 0.0, f64::INFINITY).rotate(Axis::X, FRAC_PI_2), [0.0, 0.0, 1e-9]));
}

#[test]
fn smoothing_is_exact_for_faces_at_a_fraction_of_a_cell() {
    let grid = Grid::new([8, 1, 1], [1e-9; 3]).unwrap();
    let fill = Shape::range(Axis::X, -1.75e-9, 2.5e-9).on(&grid).unwrap().fill(4);
    assert_eq!(fill, [0.0, 0.0, 0.75, 1.0, 1.0, 1.0, 0.5, 0.0]);
    assert_eq!(Shape::universe().on(&grid).unwrap().fill(4), [1.0; 8]);
}

#[test]
fn a_rough_surface_has_the_mean_height() {
    let grid = Grid::new([100, 100, 20], [1e-9; 3]).unwrap();
    let shape = Shape::Roughness { grain_size: 4e-9, low: -5e-9, high: 5e-9, seed: 1 };
    let fill = shape.on(&grid).unwrap().fill(0);
    assert!(fill[..50_000].iter().all(|p| *p == 1.0) && fill[150_000..].iter().all(|p| *p == 0.0));
    // About 625 grains with heights of variance 1/12 and areas of variance 0.28: standard error 0.013.
    let mean = fill[50_000..150_000].iter().sum::<f32>() / 1e5;
    assert!((mean - 0.5).abs() < 0.065, "{mean}");
}

#[test]
fn what_makes_no_shape_is_refused_in_words() {
    let refused = |shape: Shape, words: &str| {
        let error = shape.on(&grid()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    refused(Shape::circle(0.0), "the diameter of a circle");
    refused(Shape::circle(f64::NAN), "the diameter of a circle");
    refused(Shape::rectangle(1e-9, -1e-9).inverse(), "the size of a rectangle");
    refused(Shape::And { of: vec![] }, "`and` works on one shape or more");
    refused(Shape::layers(2..9), "the end of the layers");
    refused(Shape::Cell { at: [40, 0, 0] }, "a coordinate of a cell");
    refused(Shape::universe().scale([1.0, 0.0, 1.0]), "a factor of a scaling");
    refused(Shape::universe().repeat([-1e-9, 0.0, 0.0]), "a period");
    refused(Shape::RegularPolygon { sides: 2, side: 1e-9 }, "the number of sides");
    refused(Shape::Polygon { corners: vec![[0.0; 2]; 2] }, "the number of corners");
}

#[test]
fn descriptions_read_and_write() {
    let text = r#"
        shape = "translate"
        by = ["1 nm", 0, 0.0]
        [of]
        shape = "rotate"
        axis = "z"
        angle = "45 deg"
        of = { shape = "or", of = [{ shape = "ellipse", diameter = [100e-9, "50 nm"] }, { shape = "range", axis = "x", from = 0 }, { shape = "universe" }] }
    "#;
    let shape: Shape = toml::from_str(text).unwrap();
    let range = Shape::range(Axis::X, 0.0, f64::INFINITY);
    let expected = Shape::Or { of: vec![Shape::ellipse(100e-9, 50.0 * 1e-9), range, Shape::universe()] };
    let expected = expected.rotate(Axis::Z, FRAC_PI_4).translate([1e-9, 0.0, 0.0]);
    assert_eq!(shape, expected);
    assert_eq!(toml::from_str::<Shape>(&toml::to_string(&shape).unwrap()).unwrap(), shape);
    let error = |text: &str| toml::from_str::<Shape>(text).unwrap_err().to_string();
    assert!(error("shape = \"circle\"\ndiameter = \"5 s\"").contains("is in"));
    assert!(error("shape = \"circle\"\ndiameter = 1e-9\nradius = 1.0").contains("radius"));
    assert!(error("shape = \"sphere\"").contains("sphere"));
    assert!(error("shape = \"ellipse\"\ndiameter = [1.0]").contains("2 lengths"));
}

fn any_shape() -> impl Strategy<Value = Shape> {
    let size = 1e-9..40e-9f64;
    let leaf = prop_oneof![
        size.clone().prop_map(Shape::circle),
        size.clone().prop_map(Shape::hexagon),
        (size.clone(), size).prop_map(|(x, y)| Shape::rectangle(x, y)),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.and(b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.minus(b)),
            (inner.clone(), 0.0..6.0).prop_map(|(a, angle)| a.rotate(Axis::Z, angle)),
            (inner, -9e-9..9e-9).prop_map(|(a, x)| a.translate([x, 0.0, 0.0])),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn boolean_operations_obey_their_laws(a in any_shape(), b in any_shape(), x in -20e-9..20e-9, y in -20e-9..20e-9) {
        let inside = |shape: Shape| shape.on(&grid()).unwrap().contains([x, y, 0.0]);
        let (in_a, in_b) = (inside(a.clone()), inside(b.clone()));
        prop_assert_eq!(inside(a.clone().and(b.clone())), in_a && in_b);
        prop_assert_eq!(inside(a.clone().or(b.clone())), in_a || in_b);
        prop_assert_eq!(inside(a.clone().xor(b.clone())), in_a != in_b);
        prop_assert_eq!(inside(a.clone().minus(b.clone())), in_a && !in_b);
        prop_assert_eq!(inside(a.clone().inverse()), !in_a);
        prop_assert_eq!(inside(a.clone().or(b.clone()).inverse()), inside(a.inverse().and(b.inverse())));
    }
}
