//! Scripts of mumax3 that make quantities of their own, couple layers and move the window.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may panic as tests may")]

use spinloom_magnet::mx3::{RunOptions, run_file};

fn try_run(source: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.mx3");
    std::fs::write(&path, source).unwrap();
    run_file(&path, RunOptions::default()).map(drop).map_err(|error| error.to_string())
}

fn run(source: &str) {
    try_run(source).unwrap_or_else(|error| panic!("{source}\n{error}"));
}

#[test]
fn layers_that_face_each_other_are_coupled_by_area() {
    // J / (Ms t) = -1e-3 / (8e5 2e-9) = -0.625 T; an area of 4 x 4 cells of 3 nm, 1.44e-16 m^2.
    let grid = "
        SetGridSize(4, 4, 5)
        SetCellSize(3e-9, 3e-9, 2e-9)
        EnableDemag = false
        Msat = 8e5
        DefRegion(1, layers(0, 2))
        DefRegion(2, layer(2))
        DefRegion(3, layers(3, 5))
        Msat.SetRegion(2, 0)
        m.SetRegion(1, uniform(0.6, 0.8, 0))
        m.SetRegion(3, uniform(0, 0.6, 0.8))
    ";
    run(&format!(
        "{grid}
        ext_RKKY(3, 1, -1e-3)
        // Only the cells next to the spacer feel it, whatever lies behind them.
        below := CropLayer(B_rkky, 1).Average()
        Expect(\"below y\", below[1], -0.625*0.6, 1e-12)
        Expect(\"below z\", below[2], -0.625*0.8, 1e-12)
        Expect(\"above x\", CropLayer(B_rkky, 3).Average()[0], -0.625*0.6, 1e-12)
        Expect(\"behind\", CropLayer(B_rkky, 0).Average()[1], 0, 0)
        Expect(\"spacer\", CropLayer(B_rkky, 2).Average()[1], 0, 0)
        Expect(\"energy\", E_rkky, 1e-3*0.48*1.44e-16, 1e-32)
        Expect(\"total\", E_total, E_rkky, 1e-32)"
    ));
    run(&format!(
        "{grid}
        ext_RKKYBiquadratic(1, 3, -1e-3, 5e-4)
        // -(J1 + 2 J2 m.m') m' / (Ms t), and -J1 m.m' - J2 (m.m')^2 of the area.
        Expect(\"field\", CropLayer(B_rkkybiquad, 1).Average()[2], 0.625*(-1 + 0.48)*0.8, 1e-12)
        Expect(\"energy\", E_rkkybiquad, (1e-3*0.48 - 5e-4*0.48*0.48)*1.44e-16, 1e-32)"
    ));
    run(&format!(
        "{grid}
        ext_InterlayerDMI(1, 3, 1e-3)
        // D z.(m x m') with m below: 0.6 * 0.6. The field below is D/(Ms t) z x m', that above -D/(Ms t) z x m.
        Expect(\"energy\", E_idmi, 1e-3*0.36*1.44e-16, 1e-32)
        Expect(\"below\", CropLayer(B_idmi, 1).Average()[0], -0.625*0.6, 1e-12)
        Expect(\"above\", CropLayer(B_idmi, 3).Average()[1], -0.625*0.6, 1e-12)"
    ));
}

#[test]
fn a_biquadratic_coupling_sets_layers_at_right_angles() {
    run("
        SetGridSize(1, 1, 2)
        SetCellSize(5e-9, 5e-9, 1e-9)
        EnableDemag = false
        Msat = 8e5
        DefRegion(1, layer(1))
        ext_RKKYBiquadratic(0, 1, 0, -1e-3)
        m.SetRegion(0, uniform(1, 0, 0))
        m.SetRegion(1, uniform(1, 0.3, 0))
        Relax()
        Expect(\"angle\", m.GetCell(0, 0, 0).Dot(m.GetCell(0, 0, 1)), 0, 1e-4)");
}

#[test]
fn quantities_are_made_from_others_cell_by_cell() {
    run("
        SetGridSize(4, 2, 1)
        SetCellSize(1e-9, 1e-9, 1e-9)
        EnableDemag = false
        Msat = 5e5
        m = uniform(0.6, 0, 0.8)
        a := ConstVector(1, 2, 3)
        Expect(\"add\", Add(a, m).Average()[2], 3.8, 1e-12)
        Expect(\"madd\", Madd(a, m, 2, 10).Average()[0], 8, 1e-12)
        Expect(\"mul\", Mul(Const(3), a).Average()[1], 6, 1e-12)
        Expect(\"div\", Div(a, Const(4)).Average()[1], 0.5, 1e-12)
        Expect(\"div by 0\", Div(a, Const(0)).Average()[1], 0, 0)
        Expect(\"dot\", Dot(a, m).Average(), 3, 1e-12)
        ExpectV(\"cross\", Cross(a, m).Average(), vector(1.6, 1, -1.2), 1e-12)
        ExpectV(\"mulmv\", MulMV(a, m, ConstVector(0, 0, 1), m).Average(), vector(3, 1, 0.8), 1e-12)
        Expect(\"normalized\", Normalized(Mul(Const(7), m)).Average()[2], 0.8, 1e-12)
        Expect(\"masked\", Masked(a, xrange(0, inf)).Average()[2], 1.5, 1e-12)
        Expect(\"sum\", Sum(a), 48, 1e-12)
        ExpectV(\"sum of vectors\", SumVector(a), vector(8, 16, 24), 1e-12)

        i := CellIndices()
        q := CustomQuantity(i)
        Expect(\"indices\", Sum(q), 2*6 + 4, 0)
        // Three of the four columns keep a value: those that come from x = 0, 1 and 2.
        Expect(\"shifted\", Shifted(q, 1, 0, 0).Average()[0], 3.0/4, 1e-12)
        Shifted(q, 1, 0, 0).EvalTo(i)
        Expect(\"moved\", i.Get(0, 3, 1, 0), 2, 0)
        Expect(\"came from nowhere\", i.Get(1, 0, 1, 0), 0, 0)
        Save(Dot(a, m))
        TableAdd(Cross(a, m))
        TableSave()");
    for (wrong, words) in [
        ("Add(m, Const(1))", "do not go together"),
        ("Cross(Msat, m)", "do not go together"),
        ("SumVector(Msat)", "no quantity of vectors"),
        ("AddFieldTerm(Msat)", "a vector in every cell"),
        ("AddEdensTerm(m)", "a number in every cell"),
        ("AddFieldTerm(Mul(Const(2), B_eff))", "made of all that acts"),
        ("Mul(E_total, m)", "one value for the whole"),
    ] {
        let source = format!("SetGridSize(2, 2, 1)\nSetCellSize(1e-9, 1e-9, 1e-9)\n{wrong}");
        let error = try_run(&source).unwrap_err();
        assert!(error.contains(words) && error.contains("line 3"), "{wrong}: {error}");
    }
}

#[test]
fn a_field_made_in_a_script_acts_like_the_same_one_built_in() {
    let ellipse = "
        SetGridSize(16, 8, 1)
        SetCellSize(4e-9, 4e-9, 3e-9)
        SetGeom(ellipse(64e-9, 32e-9))
        Msat = 8e5
        Aex = 13e-12
        alpha = 0.1
        m = uniform(0.3, 0.2, 1)
    ";
    run(&format!(
        "{ellipse}
        K := 2e5
        Ku1 = K
        anisU = vector(1, 0, 1)
        field := B_anis.Average()
        energy := E_anis.Get()
        Run(30e-12)
        after := m.Average()
        Relax()
        rest := m.Average()

        Ku1 = 0
        t = 0
        m = uniform(0.3, 0.2, 1)
        u := ConstVector(1/sqrt(2), 0, 1/sqrt(2))
        made := Mul(Const(2*K/8e5), Mul(Dot(u, m), u))
        AddFieldTerm(made)
        AddEdensTerm(Mul(Const(-0.5), Dot(made, m_full)))
        ExpectV(\"field\", B_custom.Average(), field, 1e-9)
        Expect(\"energy\", E_custom, energy, 1e-26)
        Run(30e-12)
        ExpectV(\"after\", m.Average(), after, 1e-6)
        Relax()
        ExpectV(\"rest\", m.Average(), rest, 1e-4)

        RemoveCustomFields()
        RemoveCustomEnergies()
        ExpectV(\"none\", B_custom.Average(), vector(0, 0, 0), 0)
        Expect(\"no energy\", E_custom, 0, 0)"
    ));
    // A field is there before there is a magnet.
    run("
        SetGridSize(4, 4, 1)
        SetCellSize(1e-9, 1e-9, 1e-9)
        AddFieldTerm(Masked(ConstVector(0, 0, 1), yrange(0, inf)))
        Expect(\"field\", B_custom.Comp(2).Average(), 0.5, 1e-15)");
    // The demagnetising field twice, as a field that is made anew from where the magnetization is.
    run(&format!(
        "{ellipse}
        total := B_eff.Average()
        AddFieldTerm(B_demag)
        ExpectV(\"twice\", B_eff.Average(), total.Add(B_demag.Average()), 1e-12)"
    ));
}

#[test]
fn the_third_cubic_constant_is_that_of_its_energy() {
    run("
        SetGridSize(1, 1, 1)
        SetCellSize(1e-9, 1e-9, 1e-9)
        EnableDemag = false
        Msat = 1e6
        Kc3 = 1e5
        anisC1 = vector(1, 0, 0)
        anisC2 = vector(0, 1, 0)
        // a^4 b^4 = 1/16 between two edges.
        m = uniform(1, 1, 0)
        Expect(\"energy\", E_anis, 1e5/16*1e-27, 1e-36)
        // -(1/Ms V) dE/dm by differences, at a direction of no symmetry.
        a := vector(0.3, 0.5, 0.81)
        m = uniform(a.X(), a.Y(), a.Z())
        l := a.Len()
        x := a.X()/l
        y := a.Y()/l
        z := a.Z()/l
        by := -4*1e5/1e6*pow(y, 3)*(pow(z, 4) + pow(x, 4))
        Expect(\"field\", B_anis.Average()[1], by, 1e-12)");
}

#[test]
fn strain_acts_on_the_magnetization_and_the_magnetization_on_the_lattice() {
    run("
        N := 64
        d := 1e-9
        SetMesh(N, 1, 1, d, d, d, 1, 0, 0)
        EnableDemag = false
        Msat = 5e5
        B1 = -9e6
        B2 = 7e6
        exx = 1e-3
        ezz = 2e-3
        exy = 3e-3*cos(0*t)
        m = uniform(0.6, 0, 0.8)
        ExpectV(\"field\", B_mel.Average(), vector(18e6*1e-3*0.6, -7e6*3e-3*0.6, 18e6*2e-3*0.8).Div(5e5), 1e-12)
        Expect(\"energy\", E_mel, -9e6*(1e-3*0.36 + 2e-3*0.64)*N*1e-27, 1e-30)
        // m = (sin qx, cos qx, 0): f_x = B1 q sin 2qx and f_y = B2 q cos 2qx, here at qx = pi/4, by differences of cells sin(qd)/d.
        q := 2*pi/(N*d)
        mask := NewVectorMask(N, 1, 1)
        for i := 0; i < N; i++ {
            mask.SetVector(i, 0, 0, vector(sin(q*i*d), cos(q*i*d), 0))
        }
        m.SetArray(mask)
        force := F_mel.HostCopy()
        Expect(\"along\", force.Get(0, N/8, 0, 0), -9e6*sin(q*d)/d, 1e-3*9e6*q)
        Expect(\"across\", force.Get(1, 0, 0, 0), 7e6*sin(q*d)/d, 1e-3*7e6*q)");
}

#[test]
fn shifts_move_magnetization_geometry_and_regions() {
    run("
        SetGridSize(8, 4, 1)
        SetCellSize(2e-9, 2e-9, 2e-9)
        SetGeom(yrange(-10e-9, 2e-9))
        DefRegion(1, xrange(-inf, -4e-9))
        m = uniform(0, 1, 0)
        m.SetCell(0, 0, 0, vector(1, 0, 0))
        m.SetCell(7, 1, 0, vector(0, 0, 1))
        x := Index2Coord(0, 0, 0).X()
        Shift(2)
        // What enters is like the edge, in its row.
        ExpectV(\"entered\", m.GetCell(1, 0, 0), vector(1, 0, 0), 0)
        ExpectV(\"moved\", m.GetCell(2, 0, 0), vector(1, 0, 0), 0)
        ExpectV(\"gone\", m.GetCell(7, 1, 0), vector(0, 1, 0), 0)
        ExpectV(\"hole\", m.GetCell(4, 3, 0), vector(0, 0, 0), 0)
        Expect(\"region\", regions.GetCell(3, 0, 0), 1, 0)
        Expect(\"region behind\", regions.GetCell(4, 0, 0), 0, 0)
        Expect(\"region that entered\", regions.GetCell(0, 0, 0), 1, 0)
        Expect(\"way\", TotalShift, 4e-9, 1e-24)
        Expect(\"place\", Index2Coord(0, 0, 0).X(), x - 4e-9, 1e-24)
        EdgeCarryShift = false
        ShiftMagR = vector(0, 0, -1)
        ShiftRegions = false
        Shift(-1)
        ExpectV(\"told\", m.GetCell(7, 2, 0), vector(0, 0, -1), 0)
        Expect(\"region stays\", regions.GetCell(3, 0, 0), 1, 0)
        CurrentMag()
        m = CurrentMag()
        ExpectV(\"as it was\", m.GetCell(7, 2, 0), vector(0, 0, -1), 0)");
}

#[test]
fn the_window_follows_a_wall() {
    // With the non-adiabaticity of the damping a wall goes with the electrons, turning or not.
    let strip = |cells: usize| {
        format!(
            "SetGridSize({cells}, 1, 1)
            SetCellSize(2e-9, 20e-9, 2e-9)
            EnableDemag = false
            Msat = 5e5
            Aex = 1e-11
            Ku1 = 5e5
            anisU = vector(0, 0, 1)
            alpha = 0.1
            xi = 0.1
            Pol = 0.5
            m = TwoDomain(0, 0, 1, 0, 1, 0, 0, 0, -1)
            "
        )
    };
    let (long, short) = (strip(200), strip(64));
    run(&format!(
        "{long}
        J = vector(-2e12, 0, 0)
        Run(1e-9)
        Expect(\"way\", ext_dwxpos, 115e-9, 8e-9)"
    ));
    run(&format!(
        "{short}
        ext_centerWall(2)
        J = vector(-2e12, 0, 0)
        Run(1e-9)
        Expect(\"way\", ext_dwpos + ext_dwxpos, 115e-9, 8e-9)
        Expect(\"in the middle\", ext_dwxpos, 0, 7e-9)
        Expect(\"speed\", ext_dwspeed, 115, 30)
        ClearPostSteps()
        way := ext_dwpos.Get()
        Run(0.2e-9)
        Expect(\"left behind\", ext_dwpos, way, 0)"
    ));
}

#[test]
fn the_tilt_of_a_wall_is_its_angle_to_y() {
    run("
        SetGridSize(64, 32, 1)
        SetCellSize(2e-9, 2e-9, 1e-9)
        m = uniform(0, 0, -1)
        m.SetInShape(xrange(-inf, 0).RotZ(-0.3), uniform(0, 0, 1))
        Expect(\"tilt\", ext_dwtilt, 0.3, 0.02)");
}
