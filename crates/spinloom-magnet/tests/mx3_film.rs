//! Scripts of mumax3 as a user runs them: on a film, with files.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may panic as tests may")]

use spinloom_magnet::film::dynamics::DynamicsError;
use spinloom_magnet::mx3::{Outcome, RunError, RunOptions, RunSummary, run_file};
use spinloom_magnet::ovf;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// Runs a script in a folder of its own.
fn try_run(source: &str) -> (TempDir, Result<RunSummary, RunError>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.mx3");
    std::fs::write(&path, source).unwrap();
    let summary = run_file(&path, RunOptions::default());
    (folder, summary)
}

fn run(source: &str) -> (TempDir, RunSummary) {
    let (folder, summary) = try_run(source);
    (folder, summary.unwrap_or_else(|error| panic!("{source}\n{error}")))
}

fn failure(source: &str) -> String {
    try_run(source).1.unwrap_err().to_string()
}

/// The rows of a table of mumax3, with the names of its columns.
fn table(folder: &TempDir) -> (Vec<String>, Vec<Vec<f64>>) {
    let text = std::fs::read_to_string(folder.path().join("script.out/table.txt")).unwrap();
    let mut lines = text.lines();
    let names = lines.next().unwrap().trim_start_matches("# ").split('\t').map(str::to_owned).collect();
    (names, lines.map(|line| line.split('\t').map(|v| v.parse().unwrap()).collect()).collect())
}

/// A reference trajectory of standard problem 4, if the data are there: time (ns) and m.
fn reference(name: &str) -> Option<Vec<[f64; 4]>> {
    let folder = PathBuf::from(std::env::var_os("SPINLOOM_DATA")?);
    let text = std::fs::read_to_string(folder.join("mumag/sp4").join(name)).ok()?;
    let row = |line: &str| -> Option<[f64; 4]> {
        let values: Vec<f64> = line.split_whitespace().map_while(|word| word.parse().ok()).collect();
        values.get(..4)?.try_into().ok()
    };
    Some(text.lines().filter_map(row).collect())
}

#[test]
fn standard_problem_4_ends_where_others_do() {
    let (folder, summary) = run("
        setgridsize(128, 32, 1)
        setcellsize(500e-9/128, 125e-9/32, 3e-9)
        Msat  = 800e3
        Aex   = 13e-12
        alpha = 0.02
        m = uniform(1, .1, 0)
        relax()
        // The relaxed state of OOMMF and mumax3 on this grid.
        expectv(\"s state\", m.average(), vector(0.96697, 0.12527, 0), 1e-4)
        B_ext = vector(-24.6E-3, 4.3E-3, 0)
        tableautosave(10e-12)
        run(1e-9)
        // OOMMF and fidimag: 0.1310 and 0.1311 on this grid.
        expect(\"switched\", m.average()[1], 0.13103, 1e-3)");
    assert_eq!((summary.outcome, summary.time), (Outcome::Finished, 1e-9));
    let (names, rows) = table(&folder);
    assert_eq!(names, ["t (s)", "mx ()", "my ()", "mz ()"]);
    assert_eq!(rows.len(), 101);
    assert!(rows.iter().enumerate().all(|(i, row)| (row[0] - i as f64 * 1e-11).abs() < 1e-20));
    let Some(martinez) = reference("field1_martinez_tns_mx_my_mz.txt") else { return };
    // The solutions that were sent in differ by up to 0.05 before 1 ns, since m_y goes through a steep fall.
    let mut most: f64 = 0.0;
    for row in &rows {
        let time = row[0] * 1e9;
        let after = martinez.partition_point(|m| m[0] < time).clamp(1, martinez.len() - 1);
        let (a, b) = (martinez[after - 1], martinez[after]);
        let share = ((time - a[0]) / (b[0] - a[0])).clamp(0.0, 1.0);
        most = (1..4).map(|k| (a[k] + share * (b[k] - a[k]) - row[k]).abs()).fold(most, f64::max);
    }
    assert!(most < 0.05, "{most}");
}

#[test]
fn energies_and_fields_are_those_of_theory() {
    run("
        // A helix of one turn: w = A q^2, and by differences of cells A (2 sin(q d/2) / d)^2.
        N := 64
        d := 1e-9
        SetMesh(N, 1, 1, d, d, d, 1, 0, 0)
        Msat = 1e6
        Aex = 1e-11
        EnableDemag = false
        q := 2*pi/(N*d)
        m = helical(vector(q, 0, 0))
        w := Aex.getRegion(0)*pow(2*sin(q*d/2)/d, 2)
        expect(\"exchange of a helix\", E_exch/(w*N*d*d*d), 1, 1e-12)
        expect(\"the continuum's\", w/(1e-11*q*q), 1, 1e-3)
        expect(\"density\", Edens_exch.average()/w, 1, 1e-12)
        expect(\"angle\", MaxAngle, q*d, 1e-12)

        // A cube: on average N = 1/3.
        SetMesh(8, 8, 8, d, d, d, 0, 0, 0)
        EnableDemag = true
        m = uniform(0, 0, 1)
        expectv(\"cube\", B_demag.average(), vector(0, 0, -mu0*1e6/3), 1e-9)
        expect(\"energy\", E_demag/(mu0*1e12/6*512*d*d*d), 1, 1e-9)

        // What adds up to the field, and to the energy.
        Ku1 = 5e5
        anisU = vector(1, 0, 2)
        B_ext = vector(0.1, 0.2, 0.3)
        m = uniform(1, 2, 3)
        sum := B_demag.average().add(B_exch.average()).add(B_anis.average()).add(B_ext.average())
        expectv(\"B_eff\", B_eff.average(), sum, 1e-12)
        expect(\"E_total\", E_total, E_demag + E_exch + E_anis + E_Zeeman, 1e-30)
        expect(\"anisotropy\", E_anis/(512*d*d*d), -5e5*pow(7/sqrt(5)/sqrt(14), 2), 1e-6)
        expect(\"Zeeman\", E_Zeeman/(512*d*d*d), -1e6*1.4/sqrt(14), 1e-6)
        // The torque that moves: gamma m x B with alpha 0.
        expect(\"torque\", m.average().dot(torque.average()), 0, 1e-12)
        expectv(\"torque\", LLtorque.average(), torque.average(), 1e-12)");
}

#[test]
fn a_skyrmion_that_relaxes_keeps_its_charge() {
    run("
        SetMesh(64, 64, 1, 1e-9, 1e-9, 0.4e-9, 0, 0, 0)
        SetGeom(circle(60e-9))
        Msat = 580e3
        Aex = 15e-12
        Dind = 3.5e-3
        Ku1 = 8e5
        anisU = vector(0, 0, 1)
        m = neelskyrmion(1, -1)
        minimize()
        expect(\"charge\", ext_topologicalchargelattice, -1, 0.15)
        expect(\"and from derivatives\", ext_topologicalcharge, -1, 0.2)
        expect(\"density\", ext_topologicalchargedensity.average()*4096e-18/(4*pi), ext_topologicalcharge, 1e-9)
        ext_bubbleMz = -1
        expectv(\"middle\", ext_bubblepos.average(), vector(0, 0, 0), 0.3e-9)
        expectb(\"at rest\", maxTorque < 1e-3, true)
        Ku2 = 1
        expect(\"the torque of the field alone\", maxTorque, 0, 1e-3)");
}

#[test]
fn a_spin_turns_by_the_gyromagnetic_ratio_of_mumax3() {
    run("
        SetMesh(1, 1, 1, 1e-9, 1e-9, 1e-9, 0, 0, 0)
        Msat = 1e6
        EnableDemag = false
        MaxErr = 1e-8
        B_ext = vector(0, 0, 1)
        m = uniform(1, 0, 0)
        run(2*pi/1.7595e11/4)
        expectv(\"a quarter\", m.average(), vector(0, 1, 0), 1e-6)
        // Twice as fast.
        GammaLL = 2*1.7595e11
        run(2*pi/1.7595e11/4)
        expectv(\"half a turn more\", m.average(), vector(0, -1, 0), 1e-6)
        // A field that grows with the time turns by its integral.
        GammaLL = 1.7595e11
        t = 0
        turn := 2*pi/1.7595e11
        B_ext = vector(0, 0, 2*t/turn)
        run(turn)
        expectv(\"a whole turn\", m.average(), vector(0, -1, 0), 1e-5)
        expectv(\"the field now\", B_ext.average(), vector(0, 0, 2), 1e-9)
        // With every method.
        for i := 1; i <= 6; i++ {
            SetSolver(i)
            B_ext = vector(0, 0, 1)
            FixDt = 1e-14
            m = uniform(1, 0, 0)
            run(turn/4)
            expectv(\"fixed steps\", m.average(), vector(0, 1, 0), 1e-4)
            FixDt = 0
            m = uniform(1, 0, 0)
            run(turn/4)
            expectv(\"chosen steps\", m.average(), vector(0, 1, 0), 1e-4)
        }");
}

#[test]
fn parameters_follow_regions_and_the_time() {
    run("
        SetMesh(8, 4, 1, 1e-9, 1e-9, 1e-9, 0, 0, 0)
        EnableDemag = false
        DefRegion(1, xrange(0, inf))
        DefRegionCell(2, 7, 3, 0)
        Msat = 1e6
        Msat.setRegion(1, 2e6)
        Msat.setRegion(2, 3e6)
        expect(\"mean\", Msat.average(), (16*1e6 + 15*2e6 + 3e6)/32, 1e-6)
        expect(\"in a region\", Msat.region(1).average(), 2e6, 1e-6)
        expect(\"of a cell\", regions.getCell(7, 3, 0), 2, 0)
        m = uniform(0, 0, 1)
        expect(\"moment\", m_full.comp(2).average(), Msat.average(), 1e-6)
        B_ext.setRegion(1, vector(0, 0, 1e9*t))
        mask := newVectorMask(8, 4, 1)
        mask.setVector(0, 0, 0, vector(0.5, 0, 0))
        B_ext.add(mask, 1e9*t)
        t = 2e-9
        expectv(\"drives\", B_ext.average(), vector(1/32, 0, 15*2/32), 1e-12)
        B_ext.removeExtraTerms()
        expect(\"less\", B_ext.comp(0).average(), 0, 0)
        // A parameter that changes with time: precession about an anisotropy that is turned on at 1 ps.
        t = 0
        B_ext = vector(0, 0, 0)
        y := 2e-12
        Ku1 = 1e6*min(t/y, 1)
        anisU = vector(0, 0, 1)
        m = uniform(1, 0, 1)
        expect(\"none yet\", E_anis, 0, 0)
        run(1e-12)
        expect(\"half\", E_anis/(32*1e-27)/-0.25e6, 1, 1e-6)
        alpha.setRegion(2, 0.5)
        expectb(\"uniform\", alpha.isUniform(), false)");
}

#[test]
fn edges_and_hidden_spins_make_less_of_a_field() {
    run("
        SetMesh(32, 32, 1, 1e-9, 1e-9, 1e-9, 0, 0, 0)
        Msat = 1e6
        EdgeSmooth = 8
        SetGeom(circle(32e-9))
        area := pi*256/1024
        expect(\"geom\", geom.average(), area, 2e-3)
        m = uniform(0, 0, 1)
        expect(\"moment\", m_full.comp(2).average()/(1e6*geom.average()), 1, 1e-6)
        expectv(\"m\", m.average(), vector(0, 0, 1), 1e-12)
        before := B_demag.comp(2).average()
        DefRegion(1, xrange(-inf, 0))
        NoDemagSpins.setRegion(1, 1)
        expect(\"half the sources\", B_demag.comp(2).average()/before, 0.5, 1e-6)
        frozenspins.setRegion(1, 1)
        B_ext = vector(1, 0, 0)
        expectv(\"frozen\", torque.region(1).average(), vector(0, 0, 0), 0)
        expectb(\"free\", torque.region(0).comp(1).average() == 0, false)");
}

#[test]
fn currents_pull_the_way_they_do_in_mumax3() {
    run("
        SetMesh(4, 4, 1, 1e-9, 1e-9, 2e-9, 0, 0, 0)
        Msat = 1e6
        EnableDemag = false
        Pol = 0.5
        Lambda = 1
        J = vector(0, 0, 1e12)
        FixedLayer = vector(0, 0, 1)
        m = uniform(1, 0, 0)
        // hbar/(2e) P J/(Ms d) towards the fixed layer.
        want := 1.054571817e-34/(2*1.602176634e-19)*0.5*1e12/(1e6*2e-9)
        expectv(\"towards\", STTorque.average(), vector(0, 0, want), 1e-9)
        FixedLayerPosition = FIXEDLAYER_BOTTOM
        expectv(\"away\", STTorque.average(), vector(0, 0, -want), 1e-9)
        FreeLayerThickness = 1e-9
        expectv(\"thinner\", STTorque.average(), vector(0, 0, -2*want), 1e-9)
        DisableSlonczewskiTorque = true
        expectv(\"none\", STTorque.average(), vector(0, 0, 0), 0)");
    // A wall that is pushed along moves with u = muB P J / (e Ms) where xi = alpha, with electrons, for any wall.
    run("
        // Central differences are short of the slope of a wall by (d / Delta)^2 / 6, half a percent here.
        SetMesh(512, 1, 1, 1e-9, 16e-9, 4e-9, 0, 0, 0)
        Msat = 8e5
        Aex = 1.3e-11
        Ku1 = 5e5
        anisU = vector(0, 0, 1)
        EnableDemag = false
        alpha = 0.1
        xi = 0.1
        m = twodomain(0, 0, 1, 0, 1, 0, 0, 0, -1)
        relax()
        from := ext_dwxpos.get()
        Pol = 0.6
        J = vector(-5e12, 0, 0)
        run(0.2e-9)
        u := 9.2740100783e-24*0.6*5e12/(1.602176634e-19*8e5*(1 + 0.01))
        expect(\"speed\", (ext_dwxpos.get() - from)/0.2e-9/u, 1, 0.01)");
}

#[test]
fn files_appear_where_mumax3_puts_them_and_are_read_back() {
    let (folder, summary) = run("
        SetGridSize(16, 8, 2)
        SetCellSize(5e-9, 5e-9, 2e-9)
        Msat = 8e5
        Aex = 1e-11
        alpha = 1
        m = vortex(1, 1)
        TableAdd(E_total)
        TableAdd(B_ext)
        TableAddVar(t*1e9, \"time\", \"ns\")
        TableAutoSave(1e-12)
        AutoSave(m, 2e-12)
        AutoSnapshot(m.comp(2), 5e-12)
        run(10e-12)
        m.loadFile(\"m000005.ovf\")
        Save(m.comp(0))
        OutputFormat = OVF1_TEXT
        SaveAs(CropLayer(B_demag, 1), \"fields/demag\")
        FilenameFormat = \"%s-%d\"
        Save(regions)
        a := loadFile(\"m000000.ovf\")
        expect(\"components\", a.nComp(), 3, 0)
        expect(\"size\", a.size()[0]*a.size()[1]*a.size()[2], 256, 0)
        Print(\"done\", 1.5, vector(1, 2, 3))
        Fprintln(\"notes.txt\", \"a\", 1)
        Fprintln(\"notes.txt\", \"b\", 2)
        m.setArray(a)");
    let out = folder.path().join("script.out");
    assert_eq!(summary.out, out);
    let (names, rows) = table(&folder);
    assert_eq!(names[4..], ["E_total (J)", "B_extx (T)", "B_exty (T)", "B_extz (T)", "time (ns)"]);
    assert_eq!(rows.len(), 11);
    assert!((rows[10][8] - 0.01).abs() < 1e-12 && rows[10][4] < rows[0][4]);
    for number in 0..6 {
        let m = ovf::read_file(&out.join(format!("m{number:06}.ovf"))).unwrap();
        assert_eq!((m.grid.cells(), m.labels[2].as_str()), ([16, 8, 2], "m_z"));
        assert!((m.time.unwrap() - 2e-12 * f64::from(number)).abs() < 1e-20);
    }
    let component = ovf::read_file(&out.join("m_x000000.ovf")).unwrap();
    assert_eq!(component.values.len(), 1);
    let demag = ovf::read_file(&out.join("fields/demag.ovf")).unwrap();
    assert_eq!((demag.grid.cells(), demag.units[0].as_str()), ([16, 8, 1], "T"));
    assert!((demag.origin[2] - 2e-9).abs() < 1e-20);
    assert!(std::fs::read(out.join("fields/demag.ovf")).unwrap().starts_with(b"# OOMMF: rectangular mesh v1.0"));
    assert!(out.join("regions-0.ovf").exists() && out.join("m_z000002.png").exists());
    assert_eq!(std::fs::read_to_string(out.join("log.txt")).unwrap(), "done 1.5 [1 2 3]\n");
    assert_eq!(std::fs::read_to_string(out.join("notes.txt")).unwrap(), "a 1\nb 2\n");
    assert!(summary.files.iter().all(|file| file.exists()) && summary.files.len() == 15, "{:?}", summary.files);
}

#[test]
fn what_a_script_prints_reaches_the_caller_and_output_goes_where_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("print.mx3");
    std::fs::write(&path, "SetMesh(2, 2, 1, 1e-9, 1e-9, 1e-9, 0, 0, 0)\nMsat = 1\nprint(\"Ms\", Msat)\nexit()\nprint(2)")
        .unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&lines);
    let print: spinloom_magnet::mx3::Printer = Box::new(move |line| to.lock().unwrap().push(line.to_owned()));
    let options =
        RunOptions { out: Some(folder.path().join("a/b")), threads: Some(1), print: Some(print), ..RunOptions::default() };
    let summary = run_file(&path, options).unwrap();
    assert_eq!(summary.outcome, Outcome::Exited);
    assert_eq!(*lines.lock().unwrap(), ["Ms [1]"]);
    assert!(folder.path().join("a/b/log.txt").exists() && !folder.path().join("print.out").exists());
}

#[test]
fn what_is_wrong_is_told_with_its_line_before_anything_is_written() {
    let (folder, result) = try_run("SetGridSize(4, 4, 1)\next_centerBubble()\nMsatt = 1\nrun(1e-9)");
    let text = result.unwrap_err().to_string();
    assert!(text.contains("line 2, column 1: `ext_centerBubble` of mumax3 is not supported here"), "{text}");
    assert!(text.contains("line 3, column 1: `Msatt` is not defined, did you mean `Msat`?"), "{text}");
    assert!(!folder.path().join("script.out").exists());
    let grid = "SetMesh(4, 4, 1, 1e-9, 1e-9, 1e-9, 0, 0, 0)\nMsat = 1e6\nAex = 1e-11\n";
    for (source, expected) in [
        ("m = vortex(1, 1)", "line 1, column 5: there is no grid yet: call SetGridSize and SetCellSize first"),
        ("SetMesh(4, 0, 1, 1, 1, 1, 0, 0, 0)", "line 1, column 1: the number of cells must be from 1 to 2^31 in all"),
    ] {
        assert!(failure(source).contains(expected), "{}", failure(source));
    }
    for (source, expected) in [
        ("expect(\"mx\", m.comp(0).average(), 0.5, 0.1)", "mx: have 1, want 0.5, tolerance 0.1"),
        ("expectv(\"m\", m.average(), vector(0, 1, 0), 0.1)", "m: have [1 0 0], want [0 1 0], tolerance 0.1"),
        ("Aex = -1e400\nrun(1e-12)", "found `1e400`, expected a number"),
        ("alpha = -1\nrun(1e-12)", "the damping in the cell (0, 0, 0) must be 0 or greater, but it is -1"),
        ("B_ext = vector(0, 0, log(1e-12 - t))\nrun(1e-11)", "the expression is not a vector of numbers at t"),
        ("B_ext = vector(0, 0, t*m.average()[0])", "this expression needs the running simulation"),
        ("Msat.setRegion(256, 1)", "regions are numbered from 0 to 255"),
        ("SetGeom(circle(-1e-9))", "the diameter of a circle (m) must be positive, but it is -0.000000001"),
        ("SetGeom(circle(1e-9).transl(1, 0, 0))", "the geometry has no cell inside the grid"),
        ("alpha = 0.1\nTemp = 300\nrun(1e-12)", "a temperature needs fixed steps here: set FixDt"),
        ("m.loadFile(\"none.ovf\")", "none.ovf"),
        ("save(E_total)", "E_total is one value for the whole: put it into the table"),
        ("TableSave()\nTableAdd(E_total)", "columns have to be added before the first line of the table"),
        ("SnapshotFormat = \"jpg\"", "SnapshotFormat has to be \"png\", but it is jpg"),
        ("Run(-1)", "a run takes 0 s or longer"),
        ("SetSolver(7)", "there is no solver 7"),
    ] {
        let text = failure(&format!("{grid}{source}"));
        assert!(text.contains(expected) && text.contains(", column "), "{source}\n{text}");
    }
}

#[test]
fn a_run_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.mx3");
    std::fs::write(&path, "print(1)\nSetMesh(4, 4, 1, 1e-9, 1e-9, 1e-9, 0, 0, 0)\nMsat = 1e6\nm = uniform(1, 1, 1)\nrun(1)")
        .unwrap();
    let options = RunOptions::default();
    let cancel = options.cancel.clone();
    let print: spinloom_magnet::mx3::Printer = Box::new(move |_| cancel.cancel());
    let error = run_file(&path, RunOptions { print: Some(print), ..options }).unwrap_err();
    assert!(matches!(error, RunError::Cancelled(_)), "{error}");
    assert!(DynamicsError::from(spinloom_core::run::Cancelled).to_string().contains("cancel"));
}

#[test]
fn warm_films_have_the_energy_of_equipartition() {
    // Spins in a strong field along z: two degrees of freedom each, <1 - m_z> = kB T / (mu B). 400 independent spins, and 40 times apart
    // by five relaxation times: a standard error of 0.8 %, and 4 % is five of them (false alarm below 1e-6); the next order is 0.5 %.
    run("
        SetMesh(20, 20, 1, 2e-9, 2e-9, 2e-9, 0, 0, 0)
        Msat = 1e6
        EnableDemag = false
        alpha = 0.5
        B_ext = vector(0, 0, 10)
        Temp = 30
        ThermSeed(3)
        FixDt = 2e-14
        m = uniform(0, 0, 1)
        run(10e-12)
        sum := 0.
        for i := 0; i < 40; i++ {
            run(6e-12)
            sum = sum + 1 - m.comp(2).average()
        }
        expect(\"equipartition\", sum/40/(1.380649e-23*30/(1e6*8e-27*10)), 1, 0.04)");
}

#[test]
fn grains_and_couplings_between_regions_act() {
    run("
        SetMesh(32, 32, 1, 2e-9, 2e-9, 2e-9, 0, 0, 0)
        Msat = 1e6
        Aex = 1e-11
        EnableDemag = false
        ext_MakeGrains(10e-9, 16, 5)
        expectb(\"many\", regions.average() > 5, true)
        m = randomMagSeed(3)
        whole := E_exch.get()
        for i := 0; i < 16; i++ {
            for j := i + 1; j < 16; j++ {
                ext_ScaleExchange(i, j, 0)
            }
        }
        expectb(\"apart\", E_exch < 0.9*whole, true)
        for i := 0; i < 16; i++ {
            for j := i + 1; j < 16; j++ {
                ext_InterExchange(i, j, 1e-11)
            }
        }
        expect(\"together\", E_exch/whole, 1, 1e-12)
        // The same of the other interaction.
        Dind = 1e-3
        with := E_exch.get()
        for i := 0; i < 16; i++ {
            for j := i; j < 16; j++ {
                ext_ScaleDind(i, j, 1)
            }
        }
        expect(\"DMI\", (E_exch.get() - whole)/(with - whole), 1, 1e-9)");
}
