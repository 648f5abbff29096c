"""Bad input: the exception that a Python user expects, and a message that shows the way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import spinloom
from conftest import VOWELS


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: spinloom.run("romera2081"), ValueError, "did you mean `romera2018`"),
        (lambda: spinloom.show("nothing at all"), ValueError, r"spinloom\.systems\(\)"),
        (lambda: spinloom.run("romera2018", couplin=1.0), ValueError, "did you mean `coupling`"),
        (lambda: spinloom.run("romera2018", coupling="1 ms"), ValueError, "`1 ms` is in s"),
        (lambda: spinloom.run("romera2018", coupling=float("nan")), ValueError, "coupling.*NaN"),
        (lambda: spinloom.run("romera2018", oscillator={"damping_rate": -1.0}), ValueError, "must be greater than 0"),
        (lambda: spinloom.run("romera2018", {"vowels": "embeded"}), ValueError, "did you mean `embedded`"),
        (lambda: spinloom.run("romera2018", coupling=object()), TypeError, "not object"),
        (lambda: spinloom.run("romera2018", threads=0), ValueError, "threads must be 1 or more"),
        (lambda: spinloom.run("romera2018", threads=-1), ValueError, "threads must be 1 or more"),
        (lambda: spinloom.run("romera2018", seed=-1), ValueError, "seed must be"),
        (lambda: spinloom.run("romera2018", progress=3), TypeError, "progress is"),  # type: ignore[arg-type]
        (lambda: spinloom.run("romera2018", data="embedded"), FileNotFoundError, "no such folder of data sets"),
        (lambda: spinloom.run("nowhere.toml"), FileNotFoundError, "nowhere.toml"),
        (lambda: spinloom.reproduce("romera2018", seeds=[]), ValueError, "at least one seed"),
        (lambda: spinloom.data.fetch("fsd"), ValueError, "did you mean `fsdd`"),
        (lambda: spinloom.data.narma(11, 10), ValueError, "not 11"),
        (lambda: spinloom.data.mackey_glass(10, tau=float("nan")), ValueError, "tau"),
        (lambda: spinloom.data.lorenz(10, interval=-1.0), ValueError, "interval"),
        (lambda: spinloom.data.vowels("missing.csv"), FileNotFoundError, "missing.csv"),
        (lambda: spinloom.AutoOscillator(frequency="3 s"), ValueError, "`3 s` is in s"),
        (lambda: spinloom.AutoOscillator(frequncy=1.0), ValueError, "did you mean `frequency`"),  # type: ignore[call-arg]
        (lambda: spinloom.AutoOscillator().current_for_frequency(1.0), ValueError, "frequency must be between"),
        (lambda: spinloom.cochleagram([0.0, float("nan")]), ValueError, "sample 1 is NaN"),
        (lambda: spinloom.cochleagram([[0.0]]), ValueError, "one dimension"),
        (lambda: spinloom.cochleagram([0.0] * 100, kind="mell"), ValueError, "did you mean `mel`"),
        (lambda: spinloom.simulate_network([], 1.0, window=1e-6), ValueError, "at least one oscillator"),
    ],
)
def test_bad_input_is_named(call: Callable[[], Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        call()


def test_experiment_files_are_refused_with_the_place(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('system = "romera2018"\ncouplin = 1.0\n')
    with pytest.raises(ValueError, match=r"wrong\.toml:2:1: .*did you mean `coupling`"):
        spinloom.load_experiment(file)


def test_missing_data_is_a_missing_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPINLOOM_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r'spinloom\.data\.fetch\("fsdd"\)'):
        spinloom.data.digits(tmp_path)
    with pytest.raises(FileNotFoundError, match="hillenbrand"):
        spinloom.run("romera2018", {**VOWELS, "vowels": "hillenbrand"}, quick=True)
    absent = spinloom.run("romera2018", {**VOWELS, "vowels": "auto"}, quick=True)
    assert absent.missing == ("hillenbrand",)
    assert "no-data" in {claim.verdict for claim in absent.claims}


def test_damaged_recordings_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "fsdd" / "recordings"
    folder.mkdir(parents=True)
    (folder / "0_george_0.wav").write_bytes(b"RIFF")
    with pytest.raises(ValueError, match=r"0_george_0\.wav: it is not a whole WAV"):
        spinloom.data.digits(tmp_path)


def test_output_in_the_way_or_out_of_reach(tmp_path: Path, outcome: spinloom.Outcome) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(FileExistsError, match="not even force=True"):
        outcome.save(file, force=True)
    with pytest.raises(OSError) as caught:
        outcome.save(file / "below")
    assert caught.value.filename is not None and caught.value.errno is not None
    assert file.read_text() == "mine" and [p.name for p in tmp_path.iterdir()] == ["file"]
    with pytest.raises(ValueError, match="saved as .svg or .png"):
        outcome.figures["synchronisation_map"].save(tmp_path / "map.bmp")
