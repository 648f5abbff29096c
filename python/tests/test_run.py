"""Running systems: the same seed gives the same bits, here, with any number of threads, and in the command."""

from __future__ import annotations

import json
import pickle
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import spinloom
from conftest import VOWELS


def same(a: spinloom.Outcome, b: spinloom.Outcome) -> None:
    assert a.quantities == b.quantities
    assert a.ledger == b.ledger
    assert list(a.tables) == list(b.tables)
    for name, table in a.tables.items():
        for column, values in table.items():
            np.testing.assert_array_equal(values, b.tables[name][column])
    assert [f.svg for f in a.figures.values()] == [f.svg for f in b.figures.values()]


def test_systems_are_listed_and_described() -> None:
    assert {card.name for card in spinloom.systems()} >= {"romera2018", "torrejon2017"}
    described = spinloom.show("romera2018")
    assert described.card.doi == "10.1038/s41586-018-0632-y"
    assert any(claim.published is not None for claim in described.claims)
    frequency = described.parameters["oscillator.frequency"]
    assert (frequency.value, frequency.unit, frequency.bound) == (350e6, "Hz", "greater than 0")
    assert "hillenbrand" in spinloom.parameters("romera2018")["vowels"].choices


@pytest.mark.parametrize("threads", [1, 2])
def test_same_seed_same_bits_for_any_number_of_threads(outcome: spinloom.Outcome, threads: int) -> None:
    same(outcome, spinloom.run("romera2018", VOWELS, seed=3, quick=True, threads=threads))


def test_another_seed_differs(outcome: spinloom.Outcome) -> None:
    other = spinloom.run("romera2018", VOWELS, seed=4, quick=True)
    assert other.seed == 4
    assert other.quantities != outcome.quantities


def test_outcome_holds_quantities_tables_figures_and_ledger(outcome: spinloom.Outcome) -> None:
    assert outcome.system == "romera2018" and outcome.seed == 3
    energy = outcome.quantities["energy_per_vowel"]
    assert energy.unit == "J" and energy.value == pytest.approx(outcome.total_joule)
    assert sum(entry.joule for entry in outcome.ledger) == pytest.approx(energy.value)
    accuracy = float(outcome.quantities["embedded.test_accuracy"])
    assert 0 <= accuracy <= 1
    table = outcome.tables["synchronisation_map"]
    assert table["frequency_a"].shape == (49,) and table["frequency_a"].dtype == np.float64
    assert table["state"].dtype.kind == "U" and table.units["frequency_a"] == "Hz"
    assert outcome.figures["synchronisation_map"].svg.startswith("<svg")
    assert outcome.figures["synchronisation_map"].png.startswith(b"\x89PNG")
    assert outcome.notes and "drawn from embedded statistics" in outcome.data[0]
    assert {claim.verdict for claim in outcome.claims} <= {"within", "outside", "shown", "no-data"}


def test_notebooks_show_tables_and_figures(outcome: spinloom.Outcome) -> None:
    html = outcome._repr_html_()
    assert "energy_per_vowel" in html and "<svg" in html
    assert "<caption>" in outcome.tables["synchronisation_map"]._repr_html_()
    assert outcome.figures["synchronisation_map"]._repr_svg_().startswith("<svg")


def test_tables_become_data_frames(outcome: spinloom.Outcome) -> None:
    pytest.importorskip("pandas")
    frame = outcome.tables["synchronisation_map"].to_pandas()
    assert list(frame.columns) == ["frequency_a", "frequency_b", "state"] and len(frame) == 49
    assert frame.attrs["units"]["frequency_b"] == "Hz"


def test_outcomes_and_experiments_can_be_pickled(outcome: spinloom.Outcome) -> None:
    same(outcome, pickle.loads(pickle.dumps(outcome)))
    changed = spinloom.experiment("romera2018", coupling="2e6 1/s")
    assert pickle.loads(pickle.dumps(changed)) == changed


def test_overrides_have_units_and_several_spellings() -> None:
    plain = spinloom.experiment("romera2018", {"learning.step": 0.3e6})
    for other in (
        spinloom.experiment("romera2018", learning__step="300 kHz"),
        spinloom.experiment("romera2018", learning={"step": "0.3 MHz"}),
        spinloom.experiment("romera2018", {"learning": {"step": np.float64(0.3e6)}}),
    ):
        assert other.parameters["learning.step"].value == pytest.approx(0.3e6, rel=1e-12)
    assert plain.parameters["learning.step"].value == 0.3e6
    assert spinloom.experiment("romera2018", map_points=np.int64(9)).parameters["map_points"].value == 9
    assert repr(plain) == "<Experiment romera2018: learning.step = 300000.0>"


def test_experiment_files_run(tmp_path: Path, outcome: spinloom.Outcome) -> None:
    file = tmp_path / "experiment.toml"
    file.write_text(outcome.to_toml())
    assert spinloom.load_experiment(file).seed == 3
    same(outcome, spinloom.run(file, quick=True))
    assert spinloom.run(str(file), seed=5, quick=True).seed == 5


def test_run_directory_is_whole_and_not_replaced_unasked(tmp_path: Path, outcome: spinloom.Outcome) -> None:
    target = tmp_path / "run"
    outcome.save(target)
    for name in ("report.html", "outcome.json", "experiment.toml", "tables/synchronisation_map.npz", "figures/synchronisation_map.png"):
        assert (target / name).is_file(), name
    assert "spinloom.run(" in (target / "report.html").read_text()
    with pytest.raises(FileExistsError, match="force=True"):
        outcome.save(target)
    outcome.save(target, force=True)
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_command_gives_the_same_numbers(tmp_path: Path, outcome: spinloom.Outcome, command: str) -> None:
    file = tmp_path / "experiment.toml"
    file.write_text(outcome.to_toml())
    out = tmp_path / "run"
    arguments = [command, "run", str(file), "--quick", "--json", "--out", str(out)]
    theirs = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
    ours = outcome.to_dict()
    for document in (ours, theirs):
        del document["timing"], document["out"]
    assert ours == theirs
    for name, table in outcome.tables.items():
        archive = np.load(out / "tables" / f"{name}.npz")
        for column in archive.files:
            np.testing.assert_array_equal(archive[column], table[column])


def test_spoken_digits_run_on_the_data(digits_folder: Path) -> None:
    small = {
        "waveform": {"nodes": 8, "waveforms": 8, "map_points": 2},
        "memory": {"nodes": 10, "capacity_nodes": 5, "length": 200, "washout": 10, "largest_delay": 2},
        "digit": {"full": False, "nodes": 20, "speakers": 1, "utterances": 3},
    }
    outcome = spinloom.run("torrejon2017", small, data=digits_folder, quick=True)
    assert not outcome.missing and outcome.quantities["digits.cochlea_accuracy"].value > 0.1


def test_reproduction_puts_published_beside_measured(tmp_path: Path) -> None:
    heard: list[str] = []
    reproduction = spinloom.reproduce(
        spinloom.experiment("romera2018", VOWELS),
        seeds=2,
        quick=True,
        out=tmp_path / "report",
        progress=lambda phase, done, total: heard.append(phase),
    )
    assert reproduction.seeds == (1, 2) and any("seed 2 of 2" in phase for phase in heard)
    (one,) = reproduction.systems
    assert one.system == "romera2018" and len(one.claims) == len(spinloom.show("romera2018").claims)
    measured = next(c for c in reproduction.claims if c.quantity == "embedded.test_accuracy")
    alone = [spinloom.run("romera2018", VOWELS, seed=s, quick=True) for s in (1, 2)]
    assert measured.measured == pytest.approx(np.mean([float(o.quantities[measured.quantity]) for o in alone]))
    assert measured.count == 2 and measured.standard_error is not None
    assert (tmp_path / "report" / "romera2018" / "report.html").is_file()
    assert json.loads(reproduction.to_json())["seeds"] == [1, 2]
    assert "verdict" in reproduction._repr_html_()


def test_calibrations_run_as_systems_do(tmp_path: Path) -> None:
    # 1 - exp(-(t / tau_0) exp(-Delta (1 - V / V_c))) at 10 ns with a stability of 20 and a critical voltage of 250 mV.
    file = tmp_path / "pulses.csv"
    rates = {v: 10.0 * np.exp(-20.0 * (1.0 - v / 250.0)) for v in (210, 215, 220, 225, 230)}
    rows = [f"-{v}, 10, 1000, {round(1000 * (1.0 - np.exp(-rate)))}" for v, rate in rates.items()]
    file.write_text("\n".join(["voltage (mV), duration (ns), trials, switched", *rows]))
    settings = {"from": [str(file)], "law": "thermal", "hold": ["exponent", "attempt_time"], "thermal.exponent": 1.0}
    found = spinloom.run("calibrate-junction", settings)
    assert found.quantities["critical_voltage"].value == pytest.approx(0.25, rel=0.02)
    assert found.quantities["thermal_stability"].value == pytest.approx(20.0, rel=0.1)
    with pytest.raises(FileNotFoundError):
        spinloom.run("calibrate-junction", {"from": [str(tmp_path / "none.csv")]})


def test_progress_is_told_and_can_end_a_run(capfd: pytest.CaptureFixture[str]) -> None:
    def stop(phase: str, done: int, total: int) -> None:
        assert 0 <= done <= total
        raise LookupError(phase)

    with pytest.raises(LookupError):
        spinloom.run("romera2018", {**VOWELS, "learning": {"iterations": 500}}, progress=stop)
    spinloom.run("romera2018", VOWELS, quick=True, progress=True)
    assert capfd.readouterr().out == ""


def test_other_threads_go_on_meanwhile() -> None:
    longest, running = 0.0, True

    def watch() -> None:
        nonlocal longest
        last = time.perf_counter()
        while running:
            time.sleep(0.002)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    try:
        spinloom.run("romera2018", {**VOWELS, "map_points": 61, "observation": {}}, threads=1, quick=True)
        duration = time.perf_counter() - start
    finally:
        running = False
        watcher.join()
    # Were the interpreter held, the longest pause would be the whole run.
    assert duration > 0.2 and longest < 0.5 * duration, (longest, duration)
