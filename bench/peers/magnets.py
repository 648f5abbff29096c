"""The magnetization beside its peers: macrospins at temperature, right-hand sides of films, standard problem 4 of muMAG.

Every program, spinloom's too, gets the work as JSON and the number of threads, and prints one line with the seconds of the
work alone. They take turns, and the fastest of their turns counts: other programs on the machine only ever make one slower.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import measure

OURS = "spinloom"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Work:
    """A piece of work: what, on how many threads, who can do it, and how much it is of what (0 where time itself is told)."""

    name: str
    description: dict[str, Any]
    threads: int
    peers: tuple[str, ...]
    amount: float
    unit: str


@dataclass
class Result:
    """The seconds of each turn of one program on one piece of work, and what it says it found."""

    peer: str
    version: str
    turns: list[float] = field(default_factory=list)
    checks: dict[str, float] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """Those of the fastest turn."""
        return min(self.turns)


# Results by the name of the work and then by that of the program.
Results = dict[str, dict[str, Result]]

# A perpendicular disk with a barrier of 29 kT at 300 K; its demagnetising factors are those of a cylinder, rounded.
DISK = {
    "kind": "macrospins",
    "time_step": 1e-12,
    "diameter": 22e-9,
    "thickness": 2e-9,
    "saturation_magnetization": 1.1e6,
    "anisotropy": 7e5,
    "demagnetization": [0.0952, 0.0952, 0.8096],
    "damping": 0.01,
    "temperature": 300.0,
    "polarization": 0.6,
    "polarizer": [0.6, 0.0, 0.8],
    "start": [0.6, 0.0, 0.8],
}

# Pt/Co of a few atoms, with a texture that no term is blind to.
FILM = {
    "kind": "film",
    "cell_size": [2e-9, 2e-9, 1e-9],
    "saturation_magnetization": 5.8e5,
    "exchange_stiffness": 1.5e-11,
    "uniaxial_anisotropy": 8e5,
    "interfacial_dmi": 3e-3,
    "damping": 0.1,
}

# Permalloy, first field: https://www.ctcms.nist.gov/~rdm/mumag.org.html.
STANDARD_PROBLEM_4 = {
    "kind": "switching",
    "cells": [128, 32, 1],
    "cell_size": [500e-9 / 128, 125e-9 / 32, 3e-9],
    "saturation_magnetization": 8e5,
    "exchange_stiffness": 1.3e-11,
    "damping": 0.02,
    "gyromagnetic_ratio": 2.211e5,
    "start": [1.0, 0.1, 0.0],
    "field": [-24.6e-3, 4.3e-3, 0.0],
    "duration": 1e-9,
}


def _macrospins(count: int, steps: int, current_density: float) -> Work:
    name = f"macrospin-{count}" + ("-torque" if current_density else "")
    description = DISK | {"count": count, "steps": steps, "current_density": current_density}
    return Work(name, description, 1, ("cmtj",), count * steps * 1e-6, "million steps a second")


def _film(side: int, precision: str, threads: int) -> Work:
    evaluations = 100 if side < 1000 else 5
    description = FILM | {"cells": [side, side, 1], "precision": precision, "evaluations": evaluations}
    peers = ("magnumnp", "oommf") if precision == "f64" else ("magnumnp",)
    name = f"film-{side}-{precision}-{threads}"
    return Work(name, description, threads, peers, side * side * evaluations * 1e-6, "million cells a second")


def works() -> dict[str, Work]:
    """Everything that is measured, by name."""
    found = [_macrospins(1, 5_000_000, 0.0), _macrospins(1, 5_000_000, 2e10)]
    found += [_macrospins(100, 100_000, 2e10), _macrospins(10_000, 2_000, 2e10)]
    found += [_film(side, precision, threads) for side in (256, 1024) for precision in ("f64", "f32") for threads in (1, 2)]
    found += [Work(f"sp4-{n}", STANDARD_PROBLEM_4, n, ("magnumnp", "oommf"), 0.0, "seconds") for n in (1, 2)]
    return {work.name: work for work in found}


def run(command: Iterable[str], work: Work, timeout: float) -> dict[str, Any]:
    """One turn of a program."""
    threads = dict.fromkeys(measure.ONE_THREAD, str(work.threads))
    return measure.answers([[*command, json.dumps(work.description), str(work.threads)]], timeout, os.environ | threads)[0]


def measured(
    wanted: list[Work], programs: Mapping[str, tuple[str, ...]], repeat: int, timeout: float, notes: list[str], say: Say
) -> Results:
    """All turns of all programs; a program that fails at a piece of work is named in the notes and leaves it."""
    results: Results = {}
    for work in wanted:
        results[work.name] = {}
        entrants = [name for name in programs if name == OURS or name in work.peers]
        for turn in range(repeat):
            for name in list(entrants):
                say(f"{work.name}, turn {turn + 1} of {repeat}: {name}")
                try:
                    line = run(programs[name], work, timeout)
                except measure.Failed as error:
                    notes.append(f"{name} on {work.name}: {error}")
                    entrants.remove(name)
                    continue
                result = results[work.name].setdefault(name, Result(line["peer"], line["peer_version"]))
                result.turns.append(line["seconds"])
                result.checks = line["checks"]
    return results


def rows(results: Results) -> list[dict[str, Any]]:
    """A row for each work and peer: the seconds of the work on either side, and the peer's over ours."""
    table = []
    for work, sides in results.items():
        ours = sides.get(OURS)
        for name, theirs in sides.items():
            if name != OURS:
                ours_s = ours.seconds if ours else None
                ratio = theirs.seconds / ours_s if ours_s else None
                sides_s = {"peer_s": theirs.seconds, "ours_s": ours_s, "ratio": ratio}
                table.append({"work": work, "peer": name, "peer_version": theirs.version} | sides_s)
    return table


def details(results: Results) -> dict[str, Any]:
    """Every turn, and what the programs found."""
    return {work: {name: asdict(result) for name, result in sides.items()} for work, sides in results.items()}


def _told(work: Work, result: Result | None) -> str:
    if result is None:
        return "-"
    value = work.amount / result.seconds if work.amount else result.seconds
    found = ", ".join(f"{name} {value:.4g}" for name, value in result.checks.items() if name == "my")
    return f"{value:.3g}" + (f" ({found})" if found else "")


def markdown(results: Results, wanted: dict[str, Work], notes: list[str], about: dict[str, Any]) -> str:
    """The table."""
    peers = list(dict.fromkeys(name for sides in results.values() for name in sides if name != OURS))
    versions = {name: result.version for sides in results.values() for name, result in sides.items()}
    parts = [
        f"Machine: {about['cpu']}, {about['cores']} cores, {about['system']}, Python {about['python']}; "
        f"load at the start {about['load']}.",
        "Versions: " + ", ".join(f"{name} {version}" for name, version in versions.items()) + ".",
    ]
    head = ["work", "unit", OURS, *(cell for peer in peers for cell in (peer, "times as long"))]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name, sides in results.items():
        cells = [name, wanted[name].unit, _told(wanted[name], sides.get(OURS))]
        for peer in peers:
            pair = (sides.get(peer), sides.get(OURS))
            ratio = f"{pair[0].seconds / pair[1].seconds:.3g}" if pair[0] and pair[1] else "-"
            cells += [_told(wanted[name], pair[0]), ratio]
        lines.append("| " + " | ".join(cells) + " |")
    parts.append("\n".join(lines))
    if notes:
        parts.append("\n".join(f"- {note}" for note in notes))
    return "\n\n".join(parts) + "\n"
