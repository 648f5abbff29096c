"""Annealing by the Python package ferrotherm (chromatic block Gibbs in Rust, one chain at a time).

Variants: `default` (its `anneal`, which keeps the best state of every sweep, in its own range of temperatures and at most its
own 60 stages) and `sweep` (sweeps at one temperature without that bookkeeping: its speed, and one state, not a search).
"""

from __future__ import annotations

import time

import ferrotherm

from worker import arguments, instance, report

STAGES = 60


def main() -> None:
    request = arguments(("default", "sweep"))
    nodes, edges, total = instance(request.file)
    start = time.perf_counter()
    # E = -sum J s s with J = -w.
    graph = {"n": nodes, "couplings": [(i, j, -float(w)) for i, j, w in edges]}
    simulation = ferrotherm.from_spec({"graph": graph}, beta=1.0, seed=request.seed)
    prepare_s = time.perf_counter() - start
    stages = max(2, min(STAGES, request.sweeps))
    sweeps_a_stage = -(-request.sweeps // stages)
    energies = []
    start = time.perf_counter()
    if request.variant == "sweep":
        simulation.sweep(request.sweeps * request.reads)
        energies.append(simulation.energy)
    else:
        # Each call starts from a state of its own.
        for _ in range(request.reads):
            energies.append(simulation.anneal(stages=stages, sweeps_per_stage=sweeps_a_stage))
    seconds = time.perf_counter() - start
    report(
        request,
        "ferrotherm",
        ferrotherm.__version__,
        updates=int(simulation.node_updates),
        seconds=seconds,
        prepare_s=prepare_s,
        cuts=[(total - energy) / 2 for energy in energies],
    )


if __name__ == "__main__":
    main()
