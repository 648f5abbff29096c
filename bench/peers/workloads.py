"""The instances on which spinloom and its peers are measured, as max-cut files in the G-set's format.

A file holds `nodes edges` and then a line `i j w` for each edge, nodes from 1. The cut of spins s is the sum of w over the edges
whose ends differ; maximising it is finding the ground state of the Ising model E = -sum J_ij s_i s_j with J_ij = -w_ij, and
cut = (sum of w - E) / 2. Only integer arithmetic and this file's own generator decide an instance, so it is the same everywhere.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

MASK = (1 << 64) - 1

# The G-set's instances that are measured, and those whose best known cut is a target.
GSET = ("G22", "G57")
TARGETS = ("G1", "G43", "G22", "G32", "G50", "G55", "G57")

Edge = tuple[int, int, int]


@dataclass(frozen=True)
class Workload:
    """One instance: where its file is, how large it is, the sum of its weights, the best cut known of it."""

    name: str
    file: Path
    nodes: int
    edges: int
    total_weight: int
    best_known: int | None = None


def splitmix64(seed: int) -> Iterator[int]:
    """The generator SplitMix64 (Steele, Lea and Flood, OOPSLA 2014, doi:10.1145/2660193.2660195): 64-bit words without end."""
    state = seed & MASK
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        word = state
        word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
        yield word ^ (word >> 31)


def _signs(seed: int) -> Iterator[int]:
    """Fair signs: the top bit of each word."""
    for word in splitmix64(seed):
        yield 1 if word >> 63 else -1


def lattice(sides: tuple[int, ...], seed: int) -> tuple[int, list[Edge]]:
    """The +-J model (Edwards and Anderson 1975, doi:10.1088/0305-4608/5/5/017) on a periodic lattice: nodes, edges."""
    strides = [1]
    for side in sides[:-1]:
        strides.append(strides[-1] * side)
    nodes = strides[-1] * sides[-1]
    sign = _signs(seed)
    edges = []
    for node in range(nodes):
        for side, stride in zip(sides, strides, strict=True):
            ahead = node - (side - 1) * stride if node // stride % side == side - 1 else node + stride
            edges.append((node + 1, ahead + 1, next(sign)))
    return nodes, edges


def complete(nodes: int, seed: int) -> tuple[int, list[Edge]]:
    """The Sherrington-Kirkpatrick model (1975, doi:10.1103/PhysRevLett.35.1792) with couplings +-1: nodes, edges."""
    sign = _signs(seed)
    return nodes, [(i, j, next(sign)) for i, j in itertools.combinations(range(1, nodes + 1), 2)]


GENERATED: dict[str, Callable[[], tuple[int, list[Edge]]]] = {
    "cubic-16": lambda: lattice((16, 16, 16), 1),
    "square-100": lambda: lattice((100, 100), 2),
    "sk-1000": lambda: complete(1000, 3),
}


def read(file: Path) -> tuple[int, list[Edge]]:
    """The nodes and edges of a max-cut file."""
    numbers = [int(word) for word in file.read_text().split()]
    nodes, count = numbers[0], numbers[1]
    triples = numbers[2:]
    if len(triples) != 3 * count:
        raise ValueError(f"{file} announces {count} edges and holds {len(triples) / 3:g}")
    return nodes, list(zip(triples[0::3], triples[1::3], triples[2::3], strict=True))


def write(file: Path, nodes: int, edges: list[Edge]) -> None:
    """A max-cut file."""
    lines = [f"{nodes} {len(edges)}"] + [f"{i} {j} {w}" for i, j, w in edges]
    file.write_text("\n".join(lines) + "\n")


def cut(edges: list[Edge], spins: list[int]) -> int:
    """The cut of spins +-1: the weight of the edges whose ends differ."""
    return sum(w for i, j, w in edges if spins[i - 1] != spins[j - 1])


def best_known(data: Path | None) -> dict[str, int]:
    """The best cuts known of the G-set's instances, from `gset/best_known.csv`; none without data."""
    table = data / "gset" / "best_known.csv" if data else None
    if table is None or not table.exists():
        return {}
    with table.open(newline="") as lines:
        return {row["instance"]: int(row["best_known_cut"]) for row in csv.DictReader(lines)}


def prepare(names: list[str], folder: Path, data: Path | None) -> tuple[dict[str, Workload], list[str]]:
    """Writes the files of the named workloads into a folder: those that there are, and the names that need data nobody has."""
    known = best_known(data)
    found: dict[str, Workload] = {}
    missing = []
    for name in dict.fromkeys(names):
        if name in GENERATED:
            nodes, edges = GENERATED[name]()
        elif data and (data / "gset" / f"{name}.txt").exists():
            nodes, edges = read(data / "gset" / f"{name}.txt")
        else:
            missing.append(name)
            continue
        file = folder / f"{name}.txt"
        write(file, nodes, edges)
        found[name] = Workload(name, file, nodes, len(edges), sum(w for *_, w in edges), known.get(name))
    return found, missing
