"""What several tests need."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import spinloom

ROOT = Path(__file__).resolve().parents[2]

#: romera2018 in a few hundredths of a second, without any data set.
VOWELS: dict[str, Any] = {
    "vowels": "embedded",
    "map_points": 7,
    "speakers": 6,
    "folds": 2,
    "learning": {"iterations": 3},
    "encoding": {"restarts": 1},
    "observation": {"settle": "0.3 us", "window": "1 us"},
}

#: torrejon2017 that lasts minutes unless it is ended.
LONG: dict[str, Any] = {"waveform": {"nodes": 400, "waveforms": 4000, "map_points": 50}, "memory": {"length": 100_000}}


@pytest.fixture(scope="session")
def outcome() -> spinloom.Outcome:
    """A small run of romera2018."""
    return spinloom.run("romera2018", VOWELS, seed=3, quick=True)


@pytest.fixture(scope="session")
def command() -> str:
    """The `spinloom` command of this checkout."""
    binary = Path(os.environ.get("SPINLOOM_BINARY", ROOT / "target" / "debug" / "spinloom"))
    if not binary.exists() or not subprocess.run([binary, "--version"], capture_output=True, text=True).stdout:
        pytest.skip(f"there is no command at {binary}: cargo build -p spinloom")
    return str(binary)


@pytest.fixture
def digits_folder() -> Path:
    """The folder of data sets, where it has the spoken digits."""
    found = {one.name: one.path for one in spinloom.data.available()}["fsdd"]
    if found is None:
        assert "SPINLOOM_DATA" not in os.environ, "SPINLOOM_DATA is set, but has no fsdd"
        pytest.skip("the data set fsdd is missing")
    return found.parent
