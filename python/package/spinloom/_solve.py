"""Problems of files and numbers, solved: `spinloom solve` from Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from . import _spinloom
from ._arguments import Method, Order, Rule, beta_ends, interrupt, seconds, whole
from ._lab import Seed, StrPath, _seed, _threads
from ._outcome import LedgerEntry
from ._progress import Progress, listening

FileFormat: TypeAlias = Literal["rudy", "biqmac", "mtx", "qubo", "json", "coo", "cnf", "tsp", "blif"]
Meaning: TypeAlias = Literal["max-cut", "ising", "qubo"]


@dataclass(frozen=True)
class ProblemCard:
    """What was solved.

    Attributes:
        name: Name of the file without its end, or the number.
        kind: ising, max-cut, qubo, sat, max-sat, tour, circuit or factors.
        spins: Number of spins.
        couplings: Number of couplings: pairs, or terms of more than one spin.
        maximises: Whether the objective is to be made large.
    """

    name: str
    kind: str
    spins: int
    couplings: int
    maximises: bool


@dataclass(frozen=True)
class SolveTiming:
    """Wall times, s.

    Attributes:
        read_s: Reading the problem.
        prepare_s: Preparing it.
        sample_s: Sampling.
    """

    read_s: float
    prepare_s: float
    sample_s: float


@dataclass(frozen=True)
class HardwareCost:
    """What the same sweeps would cost on a circuit in which every p-bit of the problem exists.

    Attributes:
        joule: Energy, J.
        second: Time, s.
        ledger: Both, line by line, with what is assumed.
    """

    joule: float
    second: float
    ledger: tuple[LedgerEntry, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """The answer to a problem, in its own terms; the document of ``spinloom solve --json`` with types.

    Attributes:
        problem: What was solved.
        method: The method, where ``auto`` was resolved.
        seed: Seed.
        objective: What was asked for, of the best state: cut, value, weight of satisfied clauses, length of the tour, ...
        energy: Energy of the best state.
        found_after_s: Seconds of sampling until it was found.
        verified: Whether the answer was checked and holds.
        target_reached: Whether the target was reached; None where there was none.
        answer: The answer: ``one_side``, ``bits_set``, ``model``, ``tour``, ``factors``, ... by the kind of problem.
        text: The answer in words.
        state: The best state, +1 or -1 a spin.
        objectives: The objective of every read.
        rounds: Rounds finished.
        sweeps: Sweeps of a read in the last round.
        stopped: Whether the work was interrupted.
        updates: Attempted updates of a spin.
        updates_per_ns: The same in a nanosecond of sampling.
        threads: Threads that worked.
        timing: Wall times.
        hardware: What the same run would cost on a circuit of p-bits.
        notes: Remarks on how the problem was made.
        version: Version of spinloom.
    """

    problem: ProblemCard
    method: str
    seed: int
    objective: float
    energy: float
    found_after_s: float
    verified: bool
    target_reached: bool | None
    answer: Mapping[str, Any]
    text: str
    state: NDArray[np.int8]
    objectives: NDArray[np.float64]
    rounds: int
    sweeps: int
    stopped: bool
    updates: int
    updates_per_ns: float
    threads: int
    timing: SolveTiming
    hardware: HardwareCost
    notes: tuple[str, ...]
    version: str
    _json: str = field(default="")

    def to_json(self) -> str:
        """The document of ``spinloom solve --json``."""
        return self._json

    def __repr__(self) -> str:
        return f"<Solution of {self.problem.name}: {self.text}>"


def solve(
    problem: StrPath | int,
    *,
    format: FileFormat | None = None,
    meaning: Meaning | None = None,
    method: Method = "auto",
    target: float | None = None,
    time: float | str | None = None,
    reads: int | None = None,
    sweeps: int | None = None,
    beta_range: Sequence[float] | None = None,
    rule: Rule = "metropolis",
    order: Order | Literal["auto"] = "auto",
    clamp: Mapping[str | int, int | bool] | None = None,
    reduce: bool = False,
    multiplier: bool = False,
    seed: Seed = 1,
    threads: int | None = None,
    progress: Progress = None,
    interrupt_function: Callable[[], object] | None = None,
) -> Solution:
    """Solves an Ising, QUBO, max-cut, SAT, TSP, circuit or factoring problem, as ``spinloom solve`` does: same seed, same answer.

    Args:
        problem: A problem file, or an odd number to factor.
        format: Format of the file, where its name does not tell: rudy (G-set), biqmac, mtx (MatrixMarket), qubo, json and coo (dimod), cnf
            (DIMACS, weighted or not), tsp (TSPLIB) or blif.
        meaning: What a file of weights means, where it is not the usual for its format.
        method: ``auto``, ``anneal``, ``anneal-shared``, ``single``, ``tempering`` or ``path-integral``, as in `Ising.anneal`.
        target: Stop when the objective is as good as this.
        time: Go on with longer and longer rounds for this long, s or a text with a unit.
        reads: Reads in a round.
        sweeps: Sweeps of a read.
        beta_range: Inverse temperatures at the beginning and the end, in units of one over energy.
        rule: ``metropolis`` or ``heat-bath``.
        order: ``runs``, ``permuted``, ``random``, ``fixed``, or ``auto``: runs on lattices, the fixed order elsewhere.
        clamp: Spins to hold, by name or number from 0: 1 (or True) for up, 0 (or False, or -1) for down.
        reduce: Replace terms of more than two spins by pairs and new spins.
        multiplier: Factor by an invertible multiplier in place of (X Y - N)^2.
        seed: Seed.
        threads: Number of threads; by default one a core.
        progress: True for a line on the error stream, or a function called as ``progress(phase, done, total)``; what it raises ends the work.
        interrupt_function: Asked every 50 ms; once it is true, the work stops and the best found so far is the answer.

    Raises:
        ValueError: For a malformed file (with file, line and what was expected), or an argument that is not allowed.
        OSError: When the file cannot be read.
        MemoryError: For a problem that does not fit.
        KeyboardInterrupt: When Ctrl-C was pressed.

    Example:
        >>> sorted(solve(35).answer["factors"])
        [5, 7]
    """
    with listening(progress) as tell:
        return _solution(
            *_spinloom.solve(
                _name(problem),
                format=format,
                meaning=meaning,
                method=method,
                target=None if target is None else float(target),
                time=seconds("time", time),
                reads=None if reads is None else whole("reads", reads),
                sweeps=None if sweeps is None else whole("sweeps", sweeps),
                beta_range=beta_ends(beta_range),
                rule=rule,
                order=order,
                clamp=[(str(name), _side(name, value)) for name, value in (clamp or {}).items()],
                reduce=bool(reduce),
                multiplier=bool(multiplier),
                seed=_seed(seed),
                threads=_threads(threads),
                progress=tell,
                interrupt=interrupt(interrupt_function),
            )
        )


def _name(problem: StrPath | int) -> str:
    if isinstance(problem, int) and not isinstance(problem, bool):
        if problem < 0:
            raise ValueError(f"a number to factor is above zero, but it is {problem}")
        return str(problem)
    return os.fspath(problem)  # type: ignore[arg-type]


def _side(name: str | int, value: int | bool) -> int:
    if value in (0, 1, -1):
        return 1 if value == 1 else -1
    raise ValueError(f"clamp {name!r} is 1 for up or 0 for down, but it is {value!r}")


def _solution(
    document: dict[str, Any], text: str, words: str, state: NDArray[np.int8], objectives: NDArray[np.float64]
) -> Solution:
    hardware = document["hardware"]
    best = document["best"]
    same = ("method", "seed", "verified", "target_reached", "answer", "rounds", "sweeps", "stopped", "updates", "updates_per_ns")
    return Solution(
        problem=ProblemCard(**document["problem"]),
        objective=float(best["objective"]),
        energy=float(best["energy"]),
        found_after_s=float(best["found_after_s"]),
        text=words,
        state=state,
        objectives=objectives,
        timing=SolveTiming(**document["timing"]),
        hardware=HardwareCost(hardware["joule"], hardware["second"], tuple(LedgerEntry(**line) for line in hardware["ledger"])),
        threads=document["threads"],
        notes=tuple(document["notes"]),
        version=document["version"],
        _json=text,
        **{name: document[name] for name in same},
    )
