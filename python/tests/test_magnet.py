"""Films, as a user of NumPy has them, held against what is known exactly.

Seeds are fixed; were the thermal field right, a test of it would fail for one seed in 10^6.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from spinloom.magnet import Film, Noise, Pulse, Sine, Square, Table, read_ovf

GAMMA, MU0, KB = 1.76085963023e11, 1.25663706127e-6, 1.380649e-23
HBAR, CHARGE, BOHR = 1.054571817e-34, 1.602176634e-19, 9.2740100657e-24


def spin(cells: tuple[int, int, int] = (1, 1, 1), **changes: Any) -> Film:
    """Cells that do not see each other, in 1 T along z."""
    parameters: dict[str, Any] = {
        "saturation_magnetization": 1e6, "exchange_stiffness": 0, "damping": 0.1, "demagnetization": False, "field": (0, 0, "1 T"),
    }  # fmt: skip
    return Film(cells, ("2 nm", "2 nm", "2 nm"), **(parameters | changes))


def wire(cells: int = 240, **changes: Any) -> Film:
    """A wall in the middle of a line of cells: sqrt(A / K) = 3.16 nm."""
    parameters: dict[str, Any] = {
        "saturation_magnetization": "1 MA/m", "exchange_stiffness": "10 pJ/m", "damping": 0.1,
        "uniaxial_anisotropy": "1 MJ/m^3", "demagnetization": False,
    }  # fmt: skip
    film = Film((cells, 1, 1), ("0.5 nm", "2 nm", "2 nm"), **(parameters | changes))
    film.magnetization = lambda x, y, z: (0, np.exp(-((x / 5e-9) ** 2)), np.tanh(x / 5e-9))
    return film


def test_a_spin_turns_and_falls_as_gilbert_says() -> None:
    film = spin()
    record = film.run("200 ps", every="20 ps", error=1e-9)
    np.testing.assert_allclose(record.t, np.arange(11) * 20e-12, rtol=1e-12)
    rate = GAMMA / (1 + 0.1**2)
    up = np.tanh(0.1 * rate * record.t)
    exact = np.stack([np.cos(rate * record.t) / np.cosh(0.1 * rate * record.t), np.sin(rate * record.t) * np.sqrt(1 - up**2), up], 1)
    np.testing.assert_allclose(record.m, exact, atol=1e-6)
    assert film.time == record.t[-1] and np.array_equal(film.average(), record.m[-1])
    np.testing.assert_allclose(record.energies["Zeeman"], -1e6 * 8e-27 * up, rtol=1e-5, atol=1e-27)
    np.testing.assert_array_equal(record.energy, record.energies["Zeeman"])
    assert record.torque[0] == pytest.approx(1.0) and record.frames is None and record.steps > 10
    assert "11 rows" in repr(record)


def test_all_methods_agree_and_fixed_steps_converge() -> None:
    ends = []
    # Heun's method is off by some (gamma B dt)^3 / 6 a step: 5000 steps of 1e-9.
    for method, step in (("dormand-prince", None), ("bogacki-shampine", None), ("runge-kutta", "50 fs"), ("heun", "10 fs")):
        film = spin()
        film.run("50 ps", method=method, error=1e-8, time_step=step)  # type: ignore[arg-type]
        ends.append(film.average())
    np.testing.assert_allclose(ends, [ends[0]] * 4, atol=1e-5)


def test_a_wall_has_its_width_and_energy() -> None:
    for rest in (Film.relax, Film.minimize):
        film = wire()
        assert rest(film).torque < 1e-2
        (wall,) = film.walls()
        # Cells make walls narrower, by less than a quarter of (cell / width)^2.
        width = np.sqrt(1e-11 / 1e6)
        assert wall.width == pytest.approx(width, rel=0.25 * (0.5e-9 / width) ** 2)
        assert wall.integral_width == pytest.approx(width, rel=0.25 * (0.5e-9 / width) ** 2)
        assert abs(wall.position) < 1e-10 and wall.rises
        # 4 sqrt(A K) above that of the domains, -K.
        domains = -1e6 * 240 * 2e-27
        assert film.energy() - domains == pytest.approx(4 * np.sqrt(1e-11 * 1e6) * 4e-18, rel=2e-3)
        mean = film.mean_wall()
        assert mean is not None and mean.lines == 1 and mean.width == wall.width
    assert film.mean_wall(component="x") is None


def test_the_demagnetising_field_of_a_cube_is_a_third() -> None:
    film = Film((8, 8, 8), (1e-9,) * 3, saturation_magnetization=8e5, exchange_stiffness=0, damping=1)
    film.magnetization = (1, 2, 2)
    field = film.effective_field("demagnetization")
    assert field.shape == (3, 8, 8, 8) and field.dtype == np.float64
    mean = field.mean(axis=(1, 2, 3))
    np.testing.assert_allclose(mean, -MU0 * 8e5 / 3 * np.array([1, 2, 2]) / 3, rtol=1e-9)
    assert film.energies()["demagnetization"] == pytest.approx(MU0 * 8e5**2 / 6 * 512e-27, rel=1e-9)
    np.testing.assert_allclose(film.effective_field(), field, atol=1e-15)
    with pytest.raises(ValueError, match="exchange.*has: .*Zeeman.*demagnetization"):
        film.effective_field("exchange")


def test_the_magnetization_is_set_as_a_whole_and_normalised() -> None:
    ms = np.full((2, 3, 4), 8e5)
    ms[1, 2, 3] = 0
    film = Film((4, 3, 2), (1e-9,) * 3, saturation_magnetization=ms, exchange_stiffness="1.3e-11 J/m", damping=0.02)
    assert film.shape == (2, 3, 4) and film.cells == (4, 3, 2) and film.cell_size == (1e-9,) * 3
    m = film.magnetization
    assert m.shape == (3, 2, 3, 4) and np.array_equal(m[0], ms > 0) and not m[1:].any()
    with pytest.raises(ValueError, match="read-only"):
        m[0] = 1
    film.magnetization = [3, 0, "4"]
    np.testing.assert_allclose(film.magnetization[:, 0, 0, 0], [0.6, 0, 0.8])
    film.magnetization = lambda x, y, z: (x, y, 5e-9)
    x, y, z = film.position
    assert x.shape == film.shape and x[0, 0].tolist() == pytest.approx([-1.5e-9, -0.5e-9, 0.5e-9, 1.5e-9]) and z[1, 0, 0] == 0.5e-9
    np.testing.assert_allclose(film.magnetization[0][ms > 0], (x / np.sqrt(x**2 + y**2 + 25e-18))[ms > 0])
    given = np.random.default_rng(1).normal(size=(3, 2, 3, 4))
    kept = given.copy()
    film.magnetization = given[:, :, ::-1, ::-1][:, :, ::-1, ::-1]
    np.testing.assert_array_equal(given, kept)
    np.testing.assert_allclose(film.magnetization[:, ms > 0], (given / np.linalg.norm(given, axis=0))[:, ms > 0])
    film.randomize(seed=3)
    again = film.magnetization
    film.randomize(seed=3)
    np.testing.assert_array_equal(film.magnetization, again)
    assert repr(film) == "<Film: 4 x 3 x 2 cells of 1 nm x 1 nm x 1 nm, double precision>"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"saturation_magnetization": "8e5 T"}, "saturation_magnetization.*A/m"),
        ({"saturation_magnetization": 0}, "greatest saturation magnetization"),
        ({"saturation_magnetization": [1e6, -1.0]}, r"saturation magnetization \(A/m\) in the cell \(1, 0, 0\) must be 0 or greater, but it is -1"),
        ({"saturation_magnetization": np.ones((3, 1))}, r"saturation_magnetization is one number or one a cell.*\(1, 1, 2\).*\(3, 1\)"),
        ({"damping": np.nan}, "damping"),
        ({"exchange_stiffness": "13 pJ"}, "exchange_stiffness.*J/m"),
        ({"uniaxial_axis": (0, 0, 0), "uniaxial_anisotropy": 1e5}, "length of an anisotropy axis"),
        ({"uniaxial_axis": "z"}, "uniaxial_axis has three components"),
        ({"cubic_axes": ((1, 0, 0), (1, 1, 0)), "cubic_anisotropy": 1e4}, "cosine"),
        ({"dmi_edge": "closed"}, "dmi_edge is one of ghost, open"),
        ({"field": (0, 1)}, "field has three components"),
        ({"field": (0, 0, "5 kA/m")}, "field.*T"),
        ({"field": (0, 0, np.inf)}, "field"),
        ({"temperature": -1}, "temperature"),
        ({"precision": "half"}, "precision is double or single"),
        ({"images": (0, 0, -1)}, "images must be 0 or more"),
    ],
)  # fmt: skip
def test_bad_parameters_are_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        spin((2, 1, 1), **change)


def test_bad_calls_are_named_and_change_nothing() -> None:
    film = spin((2, 1, 1))
    before = film.magnetization
    calls: list[tuple[Any, str]] = [
        (lambda: film.run("1 m"), "time"),
        (lambda: film.run(-1e-9), "time of a run.*0 or greater"),
        (lambda: film.run(np.nan), "time"),
        (lambda: film.run(1e-12, method="euler"), "method is one of dormand-prince"),  # type: ignore[arg-type]
        (lambda: film.run(1e-12, method="heun"), "needs a time_step"),
        (lambda: film.run(1e-9, time_step="1 ns"), "too long for the field"),
        (lambda: film.run(1e-9, every=0), "time between rows"),
        (lambda: film.run(1e-9, every=1e-30), "time between rows"),
        (lambda: film.run(1e-9, error=0), "error"),
        (lambda: film.run(1e-9, threads=0), "threads must be 1 or more"),
        (lambda: film.relax(torque=-1), "torque must be 0 or greater"),
        (lambda: film.walls(axis="w"), "axis is one of x, y, z"),  # type: ignore[arg-type]
        (lambda: film.walls(place=(2, 0, 0)), "coordinate"),
        (lambda: film.topological_charge(1), "layer"),
        (lambda: film.restore(b"nothing"), "not a checkpoint"),
        (lambda: film.restore(spin((3, 1, 1)).checkpoint()), "3 values, but the grid has 2 cells"),
        (lambda: film.restore(spin((2, 1, 1), precision="single").checkpoint()), "numbers of 4 bytes"),
        (lambda: film.set_material(damping=-1), "damping"),
        (lambda: film.set_field((0, 0, 1), Pulse(-1)), "duration of a pulse"),
        (lambda: film.set_field((0, 0, 1), Table([0, 0], [1, 2])), "later than the one before"),
        (lambda: Table([[0]], [1]), "shape"),
        (lambda: film.set_current((1e12, 0, 0), polarization=2), "polarization"),
        (lambda: film.set_slonczewski(1e12, (0, 0, 0)), "direction"),
        (lambda: film.set_spin_orbit((1e12, 0, 0), thickness=0), "thickness"),
        (lambda: film.picture("/nowhere/m.png", layer=7), "layer"),
        (lambda: Film((1, 1), (1e-9,) * 3, saturation_magnetization=1, exchange_stiffness=1, damping=1), "cells is given along"),
        (lambda: Film((1, 1, 0), (1e-9,) * 3, saturation_magnetization=1, exchange_stiffness=1, damping=1), "cells must be 1"),
        (lambda: Film((1, 1, 1), (1e-9, 0, 1), saturation_magnetization=1, exchange_stiffness=1, damping=1), "size of a cell"),
    ]  # fmt: skip
    for call, message in calls:
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(ValueError, match=r"length of m in the cell \(1, 0, 0\)"):
        film.magnetization = np.array([1.0, 0.0]) * np.ones((3, 1, 1, 2))
    with pytest.raises(TypeError, match="no parameter 'demping'"):
        film.set_material(demping=0.1)
    with pytest.raises(TypeError, match="a waveform is a Pulse"):
        film.set_field((0, 0, 1), 3)  # type: ignore[arg-type]
    with pytest.raises(MemoryError):
        spin((2**10, 2**10, 2**10))
    np.testing.assert_array_equal(film.magnetization, before)
    assert film.time == 0


def test_fields_are_vectors_arrays_and_waveforms_and_add_up() -> None:
    film = spin((3, 1, 1))
    film.set_field((0, 0, 0.5), Sine("1 GHz", offset=1))
    film.add_field([np.array([1.0, 2.0, 3.0]), 0, 0], Pulse("1 ns", start="0.25 ns"))
    for now, scale, there in ((0.0, 1.0, 0.0), (0.25e-9, 2.0, 1.0), (0.75e-9, 0.0, 1.0), (2e-9, 1.0, 0.0)):
        film.time = now
        zeeman = film.effective_field("Zeeman")
        np.testing.assert_allclose(zeeman[2], 0.5 * scale, atol=1e-9)
        np.testing.assert_allclose(zeeman[0, 0, 0], there * np.array([1, 2, 3]))
    film.set_field((0, 0, 1), Table([0, 1e-9], [0, 1]))
    film.time = "0.3 ns"
    np.testing.assert_allclose(film.effective_field("Zeeman")[2], 0.3)
    film.set_field((0, 0, 1), Square("1 GHz", high=2, low=1))
    np.testing.assert_allclose(film.effective_field("Zeeman")[2], 2)
    drawn = []
    for seed in (1, 2, 1):
        film.set_field((0, 0, 1), Noise("10 ps", seed=seed))
        drawn.append(float(film.effective_field("Zeeman")[2, 0, 0, 0]))
    assert drawn[0] == drawn[2] != drawn[1]


def test_torques_are_the_fields_of_the_literature() -> None:
    film = spin((2, 1, 1))
    film.magnetization = (0, 1, 0)
    unit = HBAR / (2 * CHARGE) * 1e12 / (1e6 * 2e-9)
    film.set_slonczewski(1e12, (0, 0, 1), 0.4, field_like_ratio=0.5)
    expected = 0.4 * unit * np.array([1, 0, 0.5])  # m x p, and p
    np.testing.assert_allclose(film.effective_field("Slonczewski")[:, 0, 0, 1], expected, rtol=1e-6)
    film.set_slonczewski([0, 1e12], (0, 0, 1), 0.4, efficiency="junction", thickness="4 nm", waveform=Pulse(1))
    np.testing.assert_allclose(film.effective_field("Slonczewski")[0, 0, 0], [0, 0.2 * unit], rtol=1e-6)
    film.set_spin_orbit((0, 1e12, 0), -0.2)
    film.magnetization = (0, 0, 1)
    # sigma = z x J = -x, m x sigma = -y.
    np.testing.assert_allclose(film.effective_field("spin-orbit")[:, 0, 0, 0], [0, 0.2 * unit, 0], rtol=1e-6, atol=1e-12)
    # Currents follow the material.
    film.set_material(saturation_magnetization=2e6)
    np.testing.assert_allclose(film.effective_field("spin-orbit")[1], 0.1 * unit, rtol=1e-6)
    film.set_slonczewski(None)
    film.set_spin_orbit(None)
    assert list(film.energies()) == ["Zeeman"]
    with pytest.raises(ValueError, match="no term called"):
        film.effective_field("Slonczewski")


def test_a_wall_goes_with_the_electrons() -> None:
    film = wire()
    film.relax()
    (before,) = film.walls()
    # With xi = alpha a wall moves rigidly at u, whatever it is made of.
    film.set_current((-1e12, 0, 0), polarization=0.5, non_adiabaticity=0.1)
    film.run("0.4 ns", error=1e-6)
    (after,) = film.walls()
    velocity = BOHR * 0.5 * 1e12 / (CHARGE * 1e6)
    assert (after.position - before.position) / 0.4e-9 == pytest.approx(velocity, rel=5e-3)


def test_a_skyrmion_relaxes_and_is_driven() -> None:
    film = Film(
        (40, 40, 1), (2e-9, 2e-9, 1e-9), saturation_magnetization="580 kA/m", exchange_stiffness="15 pJ/m", damping=0.3,
        uniaxial_anisotropy="0.8 MJ/m^3", interfacial_dmi="3.5 mJ/m^2",
    )  # fmt: skip
    film.magnetization = lambda x, y, z: (x, y, np.hypot(x, y) - 10e-9)
    film.minimize(torque="0.1 mT")
    assert film.topological_charge() == pytest.approx(-1, abs=0.35)
    (skyrmion,) = film.skyrmions()
    assert skyrmion.charge == pytest.approx(-1, abs=1e-3) and skyrmion.polarity == -1 and 4e-9 < skyrmion.radius < 20e-9
    assert film.charge_density().shape == (1, 40, 40)
    film.set_spin_orbit((2e11, 0, 0), 0.1)
    film.run("0.3 ns")
    (moved,) = film.skyrmions()
    assert np.hypot(*np.subtract(moved.position, skyrmion.position)) > 2e-9


def test_a_vortex_has_its_core() -> None:
    film = Film((40, 40, 1), ("5 nm", "5 nm", "20 nm"), saturation_magnetization=8e5, exchange_stiffness=1.3e-11, damping=1)
    x, y, _ = film.position
    film.set_material(saturation_magnetization=np.where(np.hypot(x, y) < 100e-9, 8e5, 0))
    film.magnetization = lambda x, y, z: (y, -x, -5e-9)
    film.minimize(torque=1e-4)
    core = film.vortex_core()
    assert core is not None and core.polarity == -1 and core.circulation < -0.95
    assert np.hypot(*core.position) < 1e-9 and core.height > 0.8


def test_spins_in_a_bath_are_those_of_langevin() -> None:
    film = Film(
        (12, 12, 12), ("4 nm",) * 3, saturation_magnetization=1e6, exchange_stiffness=0, damping=0.5, demagnetization=False,
        field=(0, 0, "0.1 T"), temperature="300 K", seed=5,
    )  # fmt: skip
    with pytest.raises(ValueError, match="thermal field needs fixed steps"):
        film.run("1 ps")
    film.randomize()
    # Five times the time in which spins forget; the largest of 10^7 random turns is 0.1 rad.
    with pytest.warns(RuntimeWarning, match="m turned by up to"):
        film.run("0.5 ns", time_step="50 fs")
    x = 1e6 * 64e-27 * 0.1 / (KB * 300)
    expected = 1 / np.tanh(x) - 1 / x
    spread = np.sqrt(1 - 2 * expected / x - expected**2)
    assert abs(film.average()[2] - expected) < 5 * spread / np.sqrt(12**3)
    assert "thermal" not in film.energies() and film.effective_field()[2].min() == pytest.approx(0.1)


@pytest.mark.parametrize("precision", ["double", "single"])
def test_results_depend_on_seeds_and_not_on_threads(precision: Any) -> None:
    def end(seed: int, threads: int) -> Any:
        film = Film(
            (24, 20, 2), (2e-9,) * 3, saturation_magnetization=8e5, exchange_stiffness=1.3e-11, damping=0.1, temperature=100, seed=seed,
            precision=precision,
        )  # fmt: skip
        film.run("0.1 ps", time_step="5 fs", threads=threads)
        film.set_temperature(0)
        film.run("5 ps", threads=threads)
        film.minimize(torque="1 mT", threads=threads)
        return film.magnetization

    first = end(1, 1)
    assert first.dtype == (np.float64 if precision == "double" else np.float32)
    np.testing.assert_array_equal(first, end(1, 2))
    assert not np.array_equal(first, end(2, 1))


def test_a_checkpoint_goes_on_bit_by_bit() -> None:
    def film() -> Film:
        made = spin((5, 4, 1), temperature=10, demagnetization=True, exchange_stiffness=1e-11)
        made.set_field((0, 0, 0.1), Sine("5 GHz"))
        return made

    whole = film()
    whole.run("1 ps", time_step="50 fs")
    kept = whole.checkpoint()
    whole.run("1 ps", time_step="50 fs")
    part = film()
    part.restore(kept)
    assert part.time == pytest.approx(1e-12)
    part.run("1 ps", time_step="50 fs")
    np.testing.assert_array_equal(part.magnetization, whole.magnetization)
    # The noise goes on: the second picosecond is another than the first.
    first = film()
    first.run("2 ps", time_step="50 fs")
    np.testing.assert_allclose(first.magnetization, whole.magnetization, atol=1e-12)


def test_records_keep_rows_and_frames() -> None:
    film = wire(30)
    heard: list[tuple[str, int, int]] = []
    record = film.run("2.5 ps", every="1 ps", frames=True, progress=lambda *said: heard.append(said))
    np.testing.assert_allclose(record.t, [0, 1e-12, 2e-12, 2.5e-12])
    assert record.frames is not None and record.frames.shape == (4, 3, 1, 1, 30)
    np.testing.assert_array_equal(record.frames[-1], film.magnetization)
    np.testing.assert_allclose(record.frames.mean(axis=(2, 3, 4)), record.m, atol=1e-15)
    assert set(record.energies) == {"exchange", "uniaxial anisotropy", "Zeeman"} and (np.diff(record.energy) < 0).all()
    assert heard and heard[-1][0] == "run" and 0 < heard[-1][1] <= heard[-1][2]
    # Multiples since time zero, not since the beginning of the run.
    np.testing.assert_allclose(film.run("1.5 ps", every="1 ps").t, [2.5e-12, 3e-12, 4e-12])


def test_long_fixed_steps_are_warned_about() -> None:
    with pytest.warns(RuntimeWarning, match="m turned by up to"):
        spin().run("10 ps", method="heun", time_step="2 ps")


def test_files_round_trip(tmp_path: Path) -> None:
    ms = np.full((2, 3, 4), 8e5)
    ms[0, 0, 0] = 0
    film = Film((4, 3, 2), (1e-9, 2e-9, 3e-9), saturation_magnetization=ms, exchange_stiffness=1e-11, damping=1)
    film.randomize()
    film.time = 1.25e-9
    for format, version in (("text", 1), ("text", 2), ("binary8", 1), ("binary8", 2), ("binary4", 2)):
        film.write_ovf(tmp_path / "m.ovf", format=format, version=version)  # type: ignore[arg-type]
        field = read_ovf(tmp_path / "m.ovf")
        assert field.cells == (4, 3, 2) and field.cell_size == pytest.approx((1e-9, 2e-9, 3e-9)) and field.time == 1.25e-9
        if format == "binary4":
            np.testing.assert_allclose(field.values, film.magnetization, atol=1e-7)
        else:
            np.testing.assert_array_equal(field.values, film.magnetization)
        copy = Film.from_ovf(tmp_path / "m.ovf", saturation_magnetization=8e5, exchange_stiffness=1e-11, damping=1)
        np.testing.assert_allclose(copy.magnetization, film.magnetization, atol=1e-7)
        np.testing.assert_array_equal(copy.material["saturation_magnetization"], ms)
        assert copy.time == film.time and copy.cells == film.cells
    other = spin((4, 3, 2), saturation_magnetization=ms)
    other.read_ovf(tmp_path / "m.ovf")
    np.testing.assert_allclose(other.magnetization, film.magnetization, atol=1e-7)
    with pytest.raises(ValueError, match=r"m\.ovf.*\(4, 3, 2\)"):
        spin((2, 3, 4)).read_ovf(tmp_path / "m.ovf")
    (tmp_path / "no.ovf").write_text("# something else\n")
    with pytest.raises(ValueError, match=r"no\.ovf: this is not an OVF file"):
        Film.from_ovf(tmp_path / "no.ovf", saturation_magnetization=1, exchange_stiffness=1, damping=1)
    with pytest.raises(FileNotFoundError):
        read_ovf(tmp_path / "missing.ovf")
    with pytest.raises(FileNotFoundError):
        film.write_ovf(tmp_path / "missing" / "m.ovf")
    film.write_vtk(tmp_path / "m.vti")
    assert (tmp_path / "m.vti").read_bytes().startswith(b"<?xml")
    for component in (None, "z"):
        film.picture(tmp_path / "m.png", component=component, layer=1)
        assert (tmp_path / "m.png").read_bytes().startswith(b"\x89PNG")


def test_one_call_at_a_time_and_an_exception_of_the_listener_ends_the_run() -> None:
    film = wire(400)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        film.run("1 us", progress=fail)
    reached = film.time
    assert 0 < reached < 1e-6
    stop = threading.Event()

    def listen(*_: object) -> None:
        if stop.is_set():
            raise ZeroDivisionError

    def work() -> None:
        with pytest.raises(ZeroDivisionError):
            film.run("100 us", progress=listen)

    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(0.2)
    with pytest.raises(RuntimeError, match="at work in another call"):
        film.average()
    stop.set()
    worker.join()
    assert film.time > reached


LONG = """
import numpy as np
from spinloom.magnet import Film
film = Film((256, 256, 1), (4e-9,) * 3, saturation_magnetization=8e5, exchange_stiffness=1.3e-11, damping=0.01)
film.randomize()
print("started", flush=True)
try:
    film.run("1 ms")
except KeyboardInterrupt:
    assert 0 < film.time < 1e-3 and abs(np.linalg.norm(film.magnetization, axis=0) - 1).max() < 1e-9
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of other processes are POSIX")
def test_interrupt_leaves_the_film_as_it_was_after_the_last_step() -> None:
    process = subprocess.Popen([sys.executable, "-c", LONG], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "started\n"
        time.sleep(1.0)
        sent = time.perf_counter()
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"
        assert time.perf_counter() - sent < 1.5
        assert process.wait(timeout=5) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
