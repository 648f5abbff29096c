"""What the workers share: their arguments, the instance they read, the one line of JSON they print."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from workloads import Edge, read


def arguments(variants: tuple[str, ...]) -> argparse.Namespace:
    """FILE --sweeps S --reads R --seed N --variant NAME; the first variant is the peer's own default."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("file", type=Path)
    parser.add_argument("--sweeps", type=int, default=1000)
    parser.add_argument("--reads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variant", choices=variants, default=variants[0])
    return parser.parse_args()


def instance(file: Path) -> tuple[int, list[Edge], int]:
    """Nodes, edges numbered from 0, and the sum of the weights."""
    nodes, edges = read(file)
    return nodes, [(i - 1, j - 1, w) for i, j, w in edges], sum(w for *_, w in edges)


def report(
    request: argparse.Namespace,
    peer: str,
    version: str,
    *,
    updates: int,
    seconds: float,
    prepare_s: float,
    cuts: list[float],
    **more: object,
) -> None:
    """The line: `seconds` are those of the sampling alone, `prepare_s` those of turning edges into the peer's own model."""
    line = {
        "work": request.file.stem,
        "peer": peer,
        "peer_version": version,
        "variant": request.variant,
        "updates": updates,
        "seconds": seconds,
        "prepare_s": prepare_s,
        "updates_per_ns": updates / seconds * 1e-9,
        "best_cut": max(cuts) if cuts else None,
        "cuts": cuts,
    } | more
    json.dump(line, sys.stdout)
    sys.stdout.write("\n")
