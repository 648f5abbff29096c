"""Published systems: describe them, run them, put their published figures beside ours."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _spinloom

#: Told the phase of a run, and how many of how many units of it are done.
ProgressFunction = Callable[[str, int, int], object]
Path = str | os.PathLike[str]


@dataclass(frozen=True)
class Quantity:
    """A measured number in SI, with its standard error where that is known."""

    value: float
    unit: str
    standard_error: float | None


@dataclass(frozen=True)
class Figure:
    """A figure that shows itself in a notebook."""

    name: str
    title: str
    caption: str
    svg: str = field(repr=False)
    png: bytes = field(repr=False)

    def _repr_svg_(self) -> str:
        return self.svg


class Outcome:
    """What a run leaves: quantities, tables as NumPy arrays, figures, costs, notes.

    Attributes
    ----------
    quantities : dict of str to Quantity
    tables : dict of str to dict of str to numpy array or list of str
    ledger : list of dict, the costs one by one
    notes : list of str, what a reader has to know
    data : list of str, which data were used and how
    missing : list of dict, data sets that were not found and the command that brings each
    """

    def __init__(self, text: str, what: str, overrides: Mapping[str, Any]) -> None:
        self._text = text
        self._what = what
        self._overrides = dict(overrides)
        raw: dict[str, Any] = json.loads(text)
        self.system: str = raw["system"]
        self.seed: int = raw["seed"]
        self.data: list[str] = raw["data"]
        self.missing: list[dict[str, str]] = raw["missing"]
        self.notes: list[str] = raw["notes"]
        self.ledger: list[dict[str, Any]] = raw["ledger"]
        self.timing: dict[str, float] = {t["phase"]: t["second"] for t in raw["timing"]}
        self.quantities: dict[str, Quantity] = {
            q["name"]: Quantity(_number(q["value"]), q["unit"], q["standard_error"]) for q in raw["quantities"]
        }
        self.tables: dict[str, dict[str, NDArray[np.float64] | list[str]]] = {
            t["name"]: {c["name"]: _column(c["values"]) for c in t["columns"]} for t in raw["tables"]
        }
        self._figures: dict[str, dict[str, Any]] = {f["name"]: f for f in raw["figures"]}

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures by name, drawn when asked for."""
        drawn = {}
        for name, raw in self._figures.items():
            svg, png = _spinloom.figure_png(self._text, name)
            drawn[name] = Figure(name, raw["title"], raw["caption"], svg, png)
        return drawn

    def to_json(self) -> str:
        """The whole outcome as JSON."""
        return self._text

    def save(self, out: Path, *, force: bool = False) -> None:
        """Write report, tables and figures to a new folder; ``force`` replaces that of an earlier run."""
        _spinloom.save(self._text, self._what, self._overrides, out, force=force)

    def _repr_html_(self) -> str:
        return _spinloom.outcome_html(self._text)

    def __repr__(self) -> str:
        return f"Outcome({self.system!r}, seed={self.seed}, {len(self.quantities)} quantities)"


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _column(values: list[Any]) -> NDArray[np.float64] | list[str]:
    if values and isinstance(values[0], str):
        return [str(v) for v in values]
    return np.array([_number(v) for v in values], dtype=np.float64)


def systems() -> list[dict[str, Any]]:
    """The cards of all systems: name, title, paper, device, task, what is measured."""
    cards: list[dict[str, Any]] = json.loads(_spinloom.cards())
    return cards


def parameters(what: str) -> dict[str, dict[str, Any]]:
    """Every parameter of a system or an experiment file: value, unit, choices, meaning.

    >>> import spinloom
    >>> spinloom.parameters("romera2018")["coupling"]["unit"]
    '1/s'
    """
    described = json.loads(_spinloom.parameters(what))
    return {p.pop("name"): p for p in described}


def run(
    what: str,
    *,
    seed: int | None = None,
    data: Path | None = None,
    threads: int | None = None,
    quick: bool = False,
    progress: ProgressFunction | None = None,
    **overrides: Any,
) -> Outcome:
    """Run a system, or an experiment file that ends in ``.toml``, once.

    Parameters
    ----------
    what : name of a system or path of an experiment file
    seed : seed of all random numbers; that of the file, or 1, by default
    data : folder to look for data sets in, before ``SPINLOOM_DATA`` and the cache
    threads : threads to use; the numbers do not depend on it
    quick : leave out what only illustrates
    progress : called with (phase, done, total)
    **overrides : parameters by name, SI or texts with a unit; inner ones as a dict, with ``__``, or by
        ``**{"observation.window": "2 us"}``

    Raises
    ------
    ValueError : an unknown name or a value that cannot be, with the nearest name or the allowed range
    FileNotFoundError : a data set that was asked for is absent; the message tells what brings it
    KeyboardInterrupt : Ctrl-C, within a second
    """
    text = _spinloom.run(what, overrides, seed=seed, data=data, threads=threads, quick=quick, progress=progress)
    return Outcome(text, what, overrides)


def reproduce(
    *names: str,
    seeds: int | Sequence[int] = 5,
    data: Path | None = None,
    threads: int | None = None,
    quick: bool = False,
    progress: ProgressFunction | None = None,
    out: Path | None = None,
    force: bool = False,
    resume: bool = False,
) -> dict[str, Any]:
    """Put the published figures of systems beside ours, over several seeds; all systems without a name.

    Returns the document that ``spinloom reproduce --json`` prints.
    """
    chosen = list(names) or [card["name"] for card in systems()]
    numbers = list(range(1, seeds + 1)) if isinstance(seeds, int) else list(seeds)
    text = _spinloom.reproduce(
        chosen,
        seeds=numbers,
        data=data,
        threads=threads,
        quick=quick,
        progress=progress,
        out=out,
        force=force,
        resume=resume,
    )
    result: dict[str, Any] = json.loads(text)
    return result
