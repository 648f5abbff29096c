"""Simulated annealing by OpenJij.

Variants: `default` (sparse, single flips) and `dense` (a matrix). No seed is passed on: with one, every read of a call is the
same state, so these reads are independent but not repeatable. Seconds are those of the kernel alone, which favours the peer:
turning each read into Python objects comes on top.
"""

from __future__ import annotations

import time
from importlib.metadata import version

import openjij

from worker import arguments, instance, report

VARIANTS = {"default": True, "dense": False}


def main() -> None:
    request = arguments(tuple(VARIANTS))
    nodes, edges, total = instance(request.file)
    start = time.perf_counter()
    couplings = {(i, j): float(w) for i, j, w in edges}
    answer = openjij.SASampler().sample_ising(
        {}, couplings, num_reads=request.reads, num_sweeps=request.sweeps, sparse=VARIANTS[request.variant]
    )
    whole = time.perf_counter() - start
    seconds = float(sum(answer.info["list_exec_times"])) * 1e-6
    report(
        request,
        "openjij",
        version("openjij"),
        updates=nodes * request.sweeps * request.reads,
        seconds=seconds,
        prepare_s=whole - seconds,
        cuts=[(total - float(energy)) / 2 for energy in answer.record.energy],
    )


if __name__ == "__main__":
    main()
