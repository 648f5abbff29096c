"""Reproduction: every claim of a system beside what was measured over several seeds."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import _spinloom
from ._lab import Experiment, Seed, StrPath, _experiment, _folder, _seed, _threads, systems as all_systems
from ._progress import Progress, listening


@dataclass(frozen=True)
class ClaimResult:
    """A published figure beside what was measured.

    Attributes:
        name: What is claimed.
        quantity: Name of the quantity that measures it.
        kind: What stands behind it: published, derived or chip.
        published: The published figure; None where only the band is claimed.
        unit: Unit, empty when dimensionless.
        band: The interval that counts as within; None for what is only shown.
        measured: Mean over the seeds; None without data.
        standard_error: Standard error of the mean; with one seed that within the run, where it can be known.
        count: Number of seeds that measured it.
        verdict: ``within``, ``outside``, ``shown`` or ``no-data``.
        source: Where it is printed or how it follows.
        note: What to know when comparing.
        needs: Data set without which it cannot be measured.
    """

    name: str
    quantity: str
    kind: str
    published: float | None
    unit: str
    band: tuple[float, float] | None
    measured: float | None
    standard_error: float | None
    count: int
    verdict: str
    source: str
    note: str
    needs: str | None

    @classmethod
    def _from_plain(cls, plain: Mapping[str, Any]) -> ClaimResult:
        return cls(**{**plain, "band": plain["band"] and tuple(plain["band"])})


@dataclass(frozen=True)
class SystemReproduction:
    """One system, reproduced.

    Attributes:
        system: Name of the system.
        wall_s: Wall time of all seeds, s.
        claims: The claims, judged.
        data: Data sets used.
        missing: Names of the data sets that were not found.
    """

    system: str
    wall_s: float
    claims: tuple[ClaimResult, ...]
    data: tuple[str, ...]
    missing: tuple[str, ...]


class Reproduction:
    """Published figures beside measured ones, for one or more systems. Made by `spinloom.reproduce`."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self.version: str = document["version"]
        """Version of spinloom."""
        self.seeds: tuple[int, ...] = tuple(document["seeds"])
        """The seeds."""
        self.out: str | None = document["out"]
        """Where the reports are."""
        self.systems: tuple[SystemReproduction, ...] = tuple(
            SystemReproduction(
                system=one["system"],
                wall_s=one["wall_s"],
                claims=tuple(ClaimResult._from_plain(claim) for claim in one["claims"]),
                data=tuple(one["data"]),
                missing=tuple(missing["name"] for missing in one["missing"]),
            )
            for one in document["systems"]
        )
        """The systems."""

    @property
    def claims(self) -> tuple[ClaimResult, ...]:
        """The claims of all systems."""
        return tuple(claim for one in self.systems for claim in one.claims)

    def to_dict(self) -> dict[str, Any]:
        """The document of ``spinloom reproduce --json`` as dictionaries."""
        return dict(self._document)

    def to_json(self) -> str:
        """The document of ``spinloom reproduce --json``."""
        return json.dumps(self._document, indent=2)

    def __repr__(self) -> str:
        verdicts = [claim.verdict for claim in self.claims]
        counts = ", ".join(f"{verdicts.count(v)} {v}" for v in ("within", "outside", "shown", "no-data") if v in verdicts)
        return f"<Reproduction of {', '.join(one.system for one in self.systems)}: {counts}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in (one.system, claim.name, *_cells(claim), claim.verdict))
            + "</tr>"
            for one in self.systems
            for claim in one.claims
        )
        heads = "".join(f"<th>{head}</th>" for head in ("system", "claim", "published", "measured", "band", "verdict"))
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(claim: ClaimResult) -> tuple[str, str, str]:
    def number(value: float | None) -> str:
        return "–" if value is None else f"{value:.4g} {claim.unit}".rstrip()

    error = "" if claim.standard_error is None else f" ± {claim.standard_error:.2g}"
    band = "–" if claim.band is None else f"{number(claim.band[0])} to {number(claim.band[1])}"
    return number(claim.published), number(claim.measured) + error, band


def reproduce(
    systems: str | Experiment | Iterable[str | Experiment] | None = None,
    *,
    seeds: Seed | Iterable[Seed] = 5,
    quick: bool = False,
    data: StrPath | None = None,
    threads: int | None = None,
    out: StrPath | None = None,
    force: bool = False,
    resume: bool = False,
    progress: Progress = None,
) -> Reproduction:
    """Runs systems under several seeds and puts every claim beside what was measured.

    Args:
        systems: Names, experiment files or `Experiment` objects; by default all systems as published.
        seeds: The seeds, or how many, beginning with 1.
        quick: Leave out what only illustrates.
        data: Folder to look for data sets in before any other place.
        threads: Number of threads; by default one a core.
        out: Directory for the reports; it appears when all is done. Finished runs are kept beside it meanwhile.
        force: Replace `out` if it is there.
        resume: Take over the finished runs of an earlier call with the same `out` that was cut off.
        progress: As in `spinloom.run`.

    Raises:
        ValueError: For what is not allowed; FileExistsError when `out` is there; OSError when it cannot be written; KeyboardInterrupt.
    """
    if systems is None:
        systems = [card.name for card in all_systems()]
    elif isinstance(systems, (str, Experiment)):
        systems = [systems]
    experiments = [_experiment(system) for system in systems]
    numbers = [_seed(seed) for seed in seeds] if isinstance(seeds, Iterable) else list(range(1, _seed(seeds) + 1))
    call = f"spinloom.reproduce({[e.system for e in experiments]}, seeds={numbers}{', quick=True' if quick else ''})"
    with listening(progress) as tell:
        document = _spinloom.reproduce(
            [e._raw for e in experiments],
            numbers,
            quick=bool(quick),
            data=_folder(data),
            threads=_threads(threads),
            out=None if out is None else os.fspath(out),
            force=force,
            resume=resume,
            progress=tell,
            command=call,
        )
    return Reproduction(document)
