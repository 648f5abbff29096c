"""Simulated annealing by dwave-samplers.

Variants: `default` (Metropolis in a fixed order), `gibbs` (heat bath in a fixed order), `gibbs-random` (heat bath in a random
order), all with the package's own temperatures.
"""

from __future__ import annotations

import time
from importlib.metadata import version

import dimod
import numpy as np
from dwave.samplers import SimulatedAnnealingSampler

from worker import arguments, instance, report

VARIANTS: dict[str, dict[str, object]] = {
    "default": {},
    "gibbs": {"proposal_acceptance_criteria": "Gibbs"},
    "gibbs-random": {"randomize_order": True, "proposal_acceptance_criteria": "Gibbs"},
}


def main() -> None:
    request = arguments(tuple(VARIANTS))
    nodes, edges, total = instance(request.file)
    start = time.perf_counter()
    i, j, w = (list(column) for column in zip(*edges, strict=True))
    # E = sum w s s: the package's sign is opposite to that of J.
    model = dimod.BinaryQuadraticModel.from_numpy_vectors(np.zeros(nodes), (i, j, np.array(w, dtype=float)), 0.0, dimod.SPIN)
    made = time.perf_counter() - start
    answer = SimulatedAnnealingSampler().sample(
        model, num_reads=request.reads, num_sweeps=request.sweeps, seed=request.seed, **VARIANTS[request.variant]
    )
    timing = answer.info["timing"]
    report(
        request,
        "dwave-samplers",
        version("dwave-samplers"),
        updates=nodes * request.sweeps * request.reads,
        seconds=timing["sampling_ns"] * 1e-9,
        prepare_s=made + timing["preprocessing_ns"] * 1e-9,
        cuts=[(total - float(energy)) / 2 for energy in answer.record.energy],
    )


if __name__ == "__main__":
    main()
