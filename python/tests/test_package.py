"""The package as such: types, examples in the documentation, the notebook."""

from __future__ import annotations

import doctest
import importlib.metadata
import json
import subprocess
import sys

import numpy as np
import pytest
import spinloom
from conftest import ROOT


def test_version_is_that_of_the_distribution() -> None:
    assert spinloom.__version__ == importlib.metadata.version("spinloom")
    assert set(spinloom.__all__) <= set(dir(spinloom))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        spinloom.nothing  # noqa: B018


@pytest.mark.skipif(not (ROOT / "pyproject.toml").is_file(), reason="only in a checkout")
def test_types_are_right_and_strict() -> None:
    pytest.importorskip("mypy")
    cache = ROOT / "target" / "mypy"
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(cache)], cwd=ROOT, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_stub_agrees_with_the_compiled_module() -> None:
    pytest.importorskip("mypy")
    arguments = [sys.executable, "-m", "mypy.stubtest", "spinloom._spinloom"]
    checked = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT / "python" / "tests")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_examples_of_the_documentation_run() -> None:
    assert spinloom.OscillatorReservoir is not None  # imported when first asked for
    pytest.importorskip("dimod")
    assert spinloom.PBitSampler is not None
    modules = [
        "", "._acoustics", "._film", "._film_body", "._ising", "._network", "._reservoir", "._sampler", "._samples", "._solve", "._waveform",
        ".data", ".magnet",
    ]  # fmt: skip
    names = {"np": np, "spinloom": spinloom, "AutoOscillator": spinloom.AutoOscillator, "Film": spinloom.magnet.Film}
    for name in modules:
        module = sys.modules["spinloom" + name]
        result = doctest.testmod(module, extraglobs=names)
        assert result.attempted > 0 and result.failed == 0, name


def test_examples_of_the_page_on_the_ising_solver_run() -> None:
    pytest.importorskip("dimod")
    pytest.importorskip("scipy")
    result = doctest.testfile(str(ROOT / "docs" / "python-ising.md"), module_relative=False, encoding="utf-8")
    assert result.attempted > 20 and result.failed == 0


def test_examples_of_the_page_on_films_run() -> None:
    result = doctest.testfile(str(ROOT / "docs" / "python-magnet.md"), module_relative=False, encoding="utf-8")
    assert result.attempted > 20 and result.failed == 0


def test_every_public_name_is_documented() -> None:
    for name in spinloom.__all__:
        item = getattr(spinloom, name)
        if callable(item) and not name.startswith("__"):
            assert item.__doc__, name
    for name in spinloom.magnet.__all__:
        assert getattr(spinloom.magnet, name).__doc__, name
    for method in (spinloom.Ising.sample, spinloom.Ising.anneal, spinloom.Ising.energy, spinloom.Ising.exact):
        assert method.__doc__


def test_notebook_runs() -> None:
    notebook = json.loads((ROOT / "python" / "notebooks" / "first_steps.ipynb").read_text())
    names: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "first_steps.ipynb", "exec"), names)
    assert "outcome" in names
