//! Scripts of mumax3: the language, its errors, and the catalogue of names.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may panic as tests may")]

use proptest::prelude::*;
use spinloom_magnet::mx3::catalogue::{self, Support};
use spinloom_magnet::mx3::{Function, Host, Outcome, Script, ScriptErrors, Stop, Value, parse};
use std::collections::BTreeMap;

/// A host that keeps what it is told and writes down what is asked of it.
#[derive(Default)]
struct Recorder {
    time: f64,
    values: BTreeMap<&'static str, Value<&'static str>>,
    log: Vec<String>,
    kept: Vec<Function<&'static str>>,
    statements: usize,
}

impl Host for Recorder {
    type Object = &'static str;

    fn get(&mut self, name: &'static str) -> Result<Value<&'static str>, Stop> {
        if name == "t" {
            return Ok(Value::Number(self.time));
        }
        let object = matches!(catalogue::find(name).unwrap().item, catalogue::Item::Quantity(..));
        Ok(if object { Value::Object(name) } else { self.values.get(name).cloned().unwrap_or(Value::Number(0.0)) })
    }

    fn set(&mut self, name: &'static str, value: Value<&'static str>) -> Result<(), Stop> {
        if name == "t" {
            self.time = value.number().unwrap();
        }
        self.values.insert(name, value);
        Ok(())
    }

    fn call(&mut self, name: &'static str, arguments: Vec<Value<&'static str>>) -> Result<Option<Value<&'static str>>, Stop> {
        self.log.push(format!("{name}{arguments:?}"));
        match name {
            "Exit" => return Err(Stop::Exit),
            "Expect" => {
                let [have, want, tolerance] = [1, 2, 3].map(|i| arguments[i].number().unwrap());
                if (have - want).abs() > tolerance {
                    let what = arguments[0].text().unwrap().to_owned();
                    return Err(Stop::Failure(format!("{what} is {have}, expected {want} within {tolerance}")));
                }
            }
            "TableAddVar" => {
                let Value::Function(column) = &arguments[0] else { panic!("no expression") };
                self.kept.push(column.clone());
            }
            "RunWhile" => {
                let Value::Function(condition) = &arguments[0] else { panic!("no condition") };
                while matches!(condition.now(self)?, Value::Boolean(true)) {
                    self.time += 1e-9;
                }
            }
            "FunctionFromDatafile" => return Ok(Some(Value::RealFunction(std::sync::Arc::new(|x| 2.0 * x)))),
            _ => {}
        }
        let entry = catalogue::find(name).unwrap();
        let (catalogue::Item::Function(_, gives) | catalogue::Item::Variadic(_, gives)) = entry.item else { panic!("{name}") };
        Ok(gives.map(|ty| match ty {
            catalogue::Type::Boolean => Value::Boolean(true),
            catalogue::Type::Vector => Value::Vector([1.0, 2.0, 3.0]),
            _ => Value::Object(name),
        }))
    }

    fn method(
        &mut self,
        object: &&'static str,
        method: &'static str,
        arguments: Vec<Value<&'static str>>,
    ) -> Result<Option<Value<&'static str>>, Stop> {
        self.log.push(format!("{object}.{method}{arguments:?}"));
        Ok(Some(match method {
            "Average" if *object == "m" => Value::Vector([0.25, 0.5, 0.75]),
            "Average" | "Get" => Value::Number(7.0),
            "Comp" | "Region" => Value::Object("field"),
            "Size" => Value::Cells([100, 25, 1]),
            "NComp" => Value::Integer(3),
            _ => Value::Object("shape"),
        }))
    }

    fn describe(&mut self, object: &&'static str) -> String {
        format!("<{object}>")
    }

    fn source(&mut self, file: &str) -> Result<String, Stop> {
        match file {
            "twice.mx3" => Ok("a = 2*a\n".to_owned()),
            "self.mx3" => Ok("source(\"self.mx3\")".to_owned()),
            "bad.mx3" => Ok("\n  b := nothere".to_owned()),
            _ => Err(Stop::Failure(format!("there is no file {file}"))),
        }
    }

    fn before(&mut self, _: spinloom_magnet::mx3::Position) -> Result<(), Stop> {
        self.statements += 1;
        if self.statements > 100_000 { Err(Stop::Failure("interrupted".to_owned())) } else { Ok(()) }
    }
}

fn run(source: &str) -> Recorder {
    let mut host = Recorder::default();
    let script = Script::check(source, &mut host).unwrap_or_else(|e| panic!("{source}\n{e}"));
    script.run(&mut host).unwrap_or_else(|e| panic!("{source}\n{e}"));
    host
}

fn errors(source: &str) -> Vec<String> {
    let errors: ScriptErrors =
        Script::check(source, &mut Recorder::default()).err().unwrap_or_else(|| panic!("{source} is right"));
    errors.0.iter().map(ToString::to_string).collect()
}

fn failure(source: &str) -> String {
    let mut host = Recorder::default();
    Script::check(source, &mut host).unwrap().run(&mut host).unwrap_err().to_string()
}

/// What an expression is, as a text.
fn value(expression: &str) -> String {
    let host = run(&format!("print({expression})"));
    let line = host.log.last().unwrap();
    line["Print[".len()..line.len() - 1].to_owned()
}

fn function(host: &Recorder, name: &str) -> Function<&'static str> {
    match &host.values[name] {
        Value::Function(function) => function.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn arithmetic_is_in_floating_point_with_the_precedence_of_go() {
    for (expression, expected) in [
        ("1+2*3/4-5-6", "-8.5"),
        ("1/2", "0.5"),
        ("2.+3.*.5", "3.5"),
        ("-2*-3", "6"),
        ("10/5+1", "3"),
        ("(1+14)/5", "3"),
        ("1 < 2 && !(2 < 1) || false", "true"),
        ("1+1 == 2", "true"),
        ("1 != 1", "false"),
        ("2e-9*1E9", "2"),
        ("0x10", "16"),
        ("1_000", "1000"),
        ("pow(2, 10)", "1024"),
        ("mod(-7, 3)", "-1"),
        ("sin(pi/2)", "1"),
        ("heaviside(0)", "0.5"),
        ("erf(0)", "0"),
        ("J0(0)", "1"),
        ("gamma(5)", "24"),
        ("ilogb(8)", "3"),
        ("ldexp(1, 4)", "16"),
        ("isInf(-inf, -1)", "true"),
        ("1/0", "+Inf"),
        ("1e21", "1e+21"),
        ("1e-5", "1e-05"),
        ("13e-12", "1.3e-11"),
        ("123456.5", "123456.5"),
        ("vector(1, 2, 3).cross(vector(0, 0, 1))", "[2 -1 0]"),
        ("vector(3, 4, 0).len()", "5"),
        ("vector(1, 2, 3).madd(2, vector(1, 0, 0))[0]", "3"),
        ("vector(1, 2, 3).Y()", "2"),
        ("sprint(\"f\", 1, 2, \"GHz\")", "f1 2GHz"),
        (
            "sprintf(\"%03d_%.2f_%s_%v_%e_%g_%5t|%-4d|%+d%%\", 7, 1.005, `a\\b`, 0.1, 1500., 1e-7, true, 3, 4)",
            "007_1.00_a\\b_0.1_1.500000e+03_1e-07_ true|3   |+4%",
        ),
        ("m.average()[1]", "0.5"),
        ("E_total + 1", "8"),
        ("loadfile(\"x.ovf\").size()[1]", "25"),
        ("sprint(m, B_ext)", "<m><B_ext>"),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn statements_do_what_they_do_in_go() {
    let source = "/* a comment\nover lines */
        sum := 0.; n := 5   // two on a line
        for i := 0; i < n; i++ { sum += i }
        expect(\"sum\", sum, 10, 0)
        for i:=100; i>=0; i--{
            sum = sum + i
        }
        expect(\"sum\", sum, 5060, 0)
        for sum > 100 {
            sum /= 2
        }
        SUM *= 2
        expect(\"sum\", Sum, 158.125, 0)
        if sum < 0 {
            sum = 1
        } else if sum > 1e6 {
            sum = 2
        } else {
            shadow := 3
            sum = shadow
        }
        expect(\"sum\", sum, 3, 0)
        {
            sum := true
            if sum { n = 2 }
        }
        expect(\"n\", n, 2, 0)
        b := true
        if !b { exit() }
        v := vector(1, 2,
            3)
        v = v.add(v).
            mul(0.5)
        expect(\"v\", v[2], 3, 0)
        a := 4
        source(\"twice.mx3\")
        expect(\"a\", a, 8, 0)
        e := E_total
        expect(\"e\", e, 7, 0)
        y := functionFromDatafile(\"f.csv\", 0, 1, \"linear\")
        expect(\"y\", y(2), 4, 0)
        ;;
        if b { exit() }; a = 1
        expect(\"never\", 0, 1, 0)";
    let mut host = Recorder::default();
    let script = Script::check(source, &mut host).unwrap();
    assert_eq!(script.run(&mut host), Ok(Outcome::Exited));
}

#[test]
fn what_is_assigned_to_a_parameter_becomes_a_function_of_time_with_all_else_fixed() {
    let host = run("f := 1e9; A := 0.1
        B_ext = vector(0, 0, A*sin(2*pi*f*t))
        f = 0
        i := 800
        Msat = i*1e3
        i = 1
        y := functionFromDatafile(\"f.csv\", 0, 1, \"linear\")
        alpha = y(t)
        Temp = E_total
        anisU = vector(m.average()[2], 0, t)
        anisC1 = vector(m.average()[2], rand(), 0)
        Ku1.setRegion(3, 2*t)");
    let field = function(&host, "B_ext");
    assert!(field.constant().is_none() && !field.needs_simulation());
    let quarter = field.vector_at(0.25e-9).unwrap();
    assert!(quarter[2] == 0.1 && quarter[0] == 0.0, "{quarter:?}");
    assert!((field.vector_at(1e-9 / 12.0).unwrap()[2] - 0.05).abs() < 1e-15);
    assert_eq!(function(&host, "Msat").constant().unwrap().number(), Some(800e3));
    assert_eq!(function(&host, "alpha").number_at(3.0), Ok(6.0));
    assert_eq!(function(&host, "Temp").constant().unwrap().number(), Some(7.0));
    let live = function(&host, "anisU");
    assert!(live.needs_simulation());
    assert!(live.at(0.0).unwrap_err().to_string().starts_with("line 10, column 26: this expression needs the running"));
    assert_eq!(live.now(&mut Recorder::default()).unwrap().vector(), Some([0.75, 0.0, 0.0]));
    let once = function(&host, "anisC1");
    assert!(once.constant().is_some() && once.vector_at(1.0) == once.vector_at(2.0));
    assert!(host.log.last().unwrap().starts_with("Ku1.SetRegion[3, Function"));
}

#[test]
fn conditions_and_columns_stay_live() {
    let host = run("limit := 5e-9
        runWhile(t < limit)");
    assert!((host.time - 5e-9).abs() < 2e-9 && host.time >= 5e-9);

    let host = run("i := 1; tableAddVar(2*i, \"i\", \"\")\n i = 4");
    assert_eq!(host.kept[0].number_at(0.0), Ok(8.0));
}

#[test]
fn everything_wrong_is_named_with_its_place_before_anything_runs() {
    assert_eq!(
        errors("SetGridSize(1, 2, 3)\nmsatt = 3\nx := undefinedd\ny := x + 1\nAex = \"a\"\nm = unifrom(1, 0, 0)\nrun(1, 2)"),
        [
            "line 2, column 1: `msatt` is not defined, did you mean `Msat`?",
            "line 3, column 6: `undefinedd` is not defined",
            "line 5, column 7: a text cannot be used as a number",
            "line 6, column 5: `unifrom` is not defined, did you mean `Uniform`?",
            "line 7, column 1: `Run` takes 1 arguments, but 2 are given",
        ]
    );
    for (source, expected) in [
        ("a := 1\na := 2", "line 2, column 1: `a` is already defined: assign to it with ="),
        ("alpha := 0.1", "line 1, column 1: `alpha` is already defined: assign to it with ="),
        ("pi = 3", "line 1, column 1: cannot assign to `pi`"),
        ("1++", "line 1, column 1: cannot assign to `what is not a name`"),
        ("x := a++", "line 1, column 7: found `++`, expected the end of the statement"),
        ("a := 5 % 2", "line 1, column 8: `%` is not in the language of mumax3: write mod(a, b) or whole numbers"),
        ("for i := range 5 {}", "line 1, column 10: `range` is not in the language of mumax3: write for i := 0; i < n; i++ {"),
        ("break", "line 1, column 1: `break` is not in the language of mumax3: put the end of the loop into its condition"),
        (
            "if true {\n}\nelse {\n}",
            "line 3, column 1: found `else`, expected a statement (an `else` stands on the line of the `}` before it)",
        ),
        ("x := \"abc", "line 1, column 6: found a text without end, expected the closing quote"),
        ("/* abc", "line 1, column 1: found a comment without end, expected `*/`"),
        ("a := 1e", "line 1, column 6: found `1e`, expected a number"),
        ("a := @", "line 1, column 6: found the character `@`, expected a statement"),
        ("a := (1 + 2", "line 1, column 12: found the end of the statement, expected `)`"),
        ("run(1e-9", "line 1, column 9: found the end of the statement, expected `,` or `)`"),
        ("{", "line 1, column 2: found the end of the script, expected `}`"),
        ("}", "line 1, column 1: found `}`, expected a statement"),
        ("m.averag()", "line 1, column 3: the magnetization has no method `averag`, did you mean `Average`?"),
        (
            "m.average",
            "line 1, column 10: found the end of the statement, expected `(`: what stands behind a point is a method, and is called",
        ),
        ("x := run(1)", "line 1, column 6: what gives no value cannot be used as a value"),
        ("Ku1 = Msat*2", "line 1, column 7: a parameter cannot be used as a number: take its .Average() or .GetRegion(i)"),
        ("a := sin", "line 1, column 6: the function `sin` cannot be used as a value: call it with brackets"),
        ("a := 1; a(2)", "line 1, column 9: an integer cannot be used as a function"),
        ("if 1 { }", "line 1, column 4: an integer cannot be used as a truth value"),
        ("m = vector(1, 0, 0)", "line 1, column 5: a vector cannot be used as a configuration"),
        ("a, b := 1, 2", "line 1, column 2: found `,`, expected one name: mumax3 assigns to one at a time"),
        ("source(\"bad.mx3\")", "bad.mx3, line 2, column 8: `nothere` is not defined"),
        ("source(\"no.mx3\")", "line 1, column 1: there is no file no.mx3"),
        ("x := 1\nx[0] = 1", "line 2, column 1: cannot assign to `what is not a name`"),
    ] {
        assert_eq!(errors(source), [expected], "{source}");
    }
    assert!(errors("source(\"self.mx3\")")[0].contains("is taken in too deep"));
}

#[test]
fn what_mumax3_knows_but_is_not_supported_is_named_with_all_its_lines() {
    let found = errors("setgridsize(1, 1, 1)\next_centerbubble()\nq := RunningAverage(m)\nsave(q)\nMFMLift = 3\nm.buffer()");
    assert_eq!(found.len(), 4);
    assert!(found[0].starts_with("line 2, column 1: `ext_centerBubble` of mumax3 is not supported here: "));
    assert!(found[1].starts_with("line 3, column 6: `RunningAverage` of mumax3"));
    assert!(found[2].starts_with("line 5, column 1: `MFMLift` of mumax3"));
    assert!(found[3].starts_with("line 6, column 3: `Buffer` of mumax3"));
}

#[test]
fn what_only_shows_when_it_runs_is_named_with_its_line_too() {
    assert_eq!(failure("a := 1\nexpect(\"a\", a, 2, 0.5)"), "line 2, column 1: a is 1, expected 2 within 0.5");
    assert_eq!(failure("i := 1\ni = i + 0.5"), "line 2, column 7: 1.5 cannot be used as an integer");
    assert_eq!(failure("v := vector(1, 2, 3)\na := v[3]"), "line 2, column 7: the index 3 is outside 0..3");
    assert_eq!(failure("a := randInt(0)"), "line 1, column 6: randInt takes a number of 1 or more, but it is 0");
    assert_eq!(
        failure("a := sprintf(\"%d\", 1.5)"),
        "line 1, column 6: %d of sprintf takes a whole number, but it is given a number"
    );
    assert_eq!(failure("for {\n}"), "line 1, column 1: interrupted");
}

#[test]
fn newer_functions_may_be_hidden_by_older_scripts_and_what_has_no_effect_is_taken() {
    let host = run("EnableCUDAgraphs = false; ext_enableUnsafe(); DemagAccuracy = 8; expect(\"accuracy\", DemagAccuracy, 8, 0)");
    assert_eq!((host.log.len(), host.values.len()), (1, 0));
    run("sum := 1.; j0 := 1e12; norm := 2; expect(\"sum\", sum*norm, 2, 0)\nB1 := 0.5");
}

#[test]
fn random_numbers_follow_their_seed() {
    let draw = |source: &str| {
        let host = run(source);
        host.log.last().unwrap().clone()
    };
    let same = "randSeed(3); print(rand(), randNorm(), randExp(), randInt(100))";
    assert_eq!(draw(same), draw(same));
    assert_ne!(draw(same), draw(&same.replace('3', "4")));
}

#[test]
fn scripts_of_every_construct_are_checked() {
    for source in [
        "Nx := 128\nNy := 64\nc := 5e-9\nsetgridsize(Nx, Ny, 1)\nsetcellsize(c, c, c)\nsetgeom(circle(Nx*c).sub(rect(c, 2*c).rotz(35*pi/180)).add(xrange(-inf, 0)))",
        "defregion(1, layers(0, 2).intersect(yrange(0, inf)))\nMsat.setregion(1, 800e3)\nsave(Msat.region(1))\ntableadd(m.comp(0).region(1))",
        "m = vortex(1, 1).transl(10e-9, 0, 0).add(0.1, randomMag())\nm.setInShape(circle(5e-9), uniform(0, 0, -1))\nm.setCell(1, 2, 0, vector(0, 0, 1))",
        "mask := newVectorMask(4, 4, 1)\nfor i := 0; i < 4; i++ {\n\tr := index2coord(i, 0, 0)\n\tmask.setVector(i, 0, 0, r.cross(vector(0, 0, 1)).mul(mu0/(2*pi*pow(r.len(), 2))))\n}\nB_ext.add(mask, sin(2*pi*1e9*t))\nB_ext.removeExtraTerms()",
        "EnableDemag = false\nOutputFormat = OVF2_TEXT\nFixedLayerPosition = FIXEDLAYER_BOTTOM\nSnapshotFormat = \"png\"\nMaxErr = 1e-6; FixDt = 1e-14; setsolver(5)\nif relax() { minimize() }",
        "autosave(m, 100e-12)\nautosnapshot(m, 50e-12)\ntableautosave(10e-12)\ntableadd(E_total)\ntableaddvar(t*1e9, \"t\", \"ns\")\nrun(1e-9)\nsaveas(cropLayer(B_demag, 0), sprint(\"b\", 3))\nfprintln(\"out.log\", \"hello\", t)",
        "runwhile(maxTorque > 1e-4)\nt = 0\nexpectv(\"m\", m.average(), vector(0.1, .2, 0), 1E-5)\nexpectb(\"b\", true, Msat.isUniform())",
        "for i:=1; i<255; i+=1 {\n\tfor j:=i; j<255; j+=1 {\n\t\text_scaleExchange(i,j,0.9)\n\t}\n}",
        "t0 := now()\nsteps(10)\nprint(since(t0).MilliSeconds(), since(t0).Seconds())",
        "s := loadfile(\"x.ovf\")\nexpect(\"n\", s.ncomp(), 3, 0)\nexpect(\"x\", s.get(2, 1, 0, 0), 0, 1)\nm.setArray(s)",
    ] {
        assert!(parse(source).is_ok());
        if let Err(errors) = Script::check(source, &mut Recorder::default()) {
            panic!("{source}\n{errors}");
        }
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    for source in [
        "(".repeat(100_000),
        format!("a := {}1", "- ".repeat(100_000)),
        format!("a := 1{}", "+1".repeat(100_000)),
        format!("a := vector(1,1,1){}", ".mul(2)".repeat(100_000)),
        "{".repeat(100_000),
        format!("if true {{ }} {}", "else if true { } ".repeat(100_000)),
    ] {
        assert!(errors(&source)[0].contains("too deep"), "{}", errors(&source)[0]);
    }
}

#[test]
fn names_are_listed_once_and_the_book_lists_them_all() {
    let mut names: Vec<String> = catalogue::entries().map(|e| e.name.to_lowercase()).collect();
    names.sort();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{:?}", names.windows(2).find(|p| p[0] == p[1]));
    assert!(names.iter().all(|name| catalogue::find(name).is_some()));
    assert!(catalogue::entries().all(|e| !e.meaning.is_empty() && !e.meaning.contains('|')));
    let supported = catalogue::entries().filter(|e| !matches!(e.support, Support::No(_))).count();
    assert!(supported > 200, "{supported}");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/mx3.md");
    let book = std::fs::read_to_string(file).unwrap();
    let tables = catalogue::markdown();
    assert!(book.ends_with(&tables), "write these tables to docs/mx3.md:\n{tables}");
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(source in ".{0,80}") {
        let _ = parse(&source);
    }

    #[test]
    fn no_sequence_of_words_makes_the_check_or_the_run_panic(
        words in prop::collection::vec(prop::sample::select(vec![
            "m", "Msat", "a", "t", ":=", "=", "+", "-", "*", "(", ")", "{", "}", "[", "]", ",", ".", "average", "sin", "vector",
            "1", "2.5", "\"x\"", "if", "else", "for", ";", "\n", "true", "!", "<", "++", "print", "sprintf", "randInt",
        ]), 0..30)
    ) {
        let mut host = Recorder::default();
        if let Ok(script) = Script::check(&words.join(" "), &mut host) {
            let _ = script.run(&mut host);
        }
    }

    #[test]
    fn numbers_written_by_sprint_are_read_back_the_same(value in prop::num::f64::NORMAL) {
        let host = run(&format!("print(sprint({value:e}))"));
        let text = host.log.last().unwrap();
        prop_assert_eq!(text["Print[".len()..text.len() - 1].parse::<f64>().unwrap(), value);
    }
}
