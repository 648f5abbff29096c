"""Right-hand sides of a film, and standard problem 4 of muMAG, by magnum.np on the processor."""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import Any

# No graphics card, even where there is one: spinloom has none either. The package reads it when it is imported.
os.environ["CUDA_DEVICE"] = "-1"

import magnumnp as mn
import torch

from magnet_worker import Clock, answer, request

VACUUM_PERMEABILITY = mn.constants.mu_0


def film(work: dict[str, Any], clock_threads: int) -> None:
    """So many right-hand sides of one magnetization, after one that makes the tensor of the demagnetising field."""
    torch.set_default_dtype({"f32": torch.float32, "f64": torch.float64}[work["precision"]])
    cells = work["cells"]
    state = mn.State(mn.Mesh(cells, work["cell_size"]))
    state.material = {
        "Ms": work["saturation_magnetization"],
        "A": work["exchange_stiffness"],
        "Ku": work["uniaxial_anisotropy"],
        "Ku_axis": [0.0, 0.0, 1.0],
        "Di": work["interfacial_dmi"],
        "alpha": work["damping"],
    }
    x, y, _ = state.mesh.SpatialCoordinate()
    x, y = x - cells[0] * work["cell_size"][0] / 2, y - cells[1] * work["cell_size"][1] / 2
    state.m = torch.stack([(3e8 * x).cos(), (2e8 * y).sin(), torch.full_like(x, 0.2)], dim=-1)
    mn.normalize(state.m)
    terms = [mn.ExchangeField(), mn.UniaxialAnisotropyField(), mn.InterfaceDMIField(), mn.DemagField()]
    solver = mn.LLGSolver(terms)
    velocity = solver.dm(state.t, state.m, state)
    clock = Clock(clock_threads)
    for _ in range(work["evaluations"]):
        velocity = solver.dm(state.t, state.m, state)
    seconds = clock.seconds()
    speed = velocity.double().pow(2).sum(-1).mean().sqrt().item()
    answer("magnumnp", version("magnumnp"), seconds, root_mean_square_velocity=speed)


def switching(work: dict[str, Any], clock_threads: int) -> None:
    """A minimum of the energy, then a field for a while with the package's own method and tolerances."""
    mn.constants.gamma = work["gyromagnetic_ratio"]
    state = mn.State(mn.Mesh(work["cells"], work["cell_size"]))
    state.material = {
        "Ms": work["saturation_magnetization"],
        "A": work["exchange_stiffness"],
        "alpha": work["damping"],
    }
    state.m = state.Constant(work["start"])
    mn.normalize(state.m)
    inner = [mn.ExchangeField(), mn.DemagField()]
    mn.MinimizerBB(inner).minimize(state)
    outer = mn.ExternalField(state.Constant([component / VACUUM_PERMEABILITY for component in work["field"]]))
    solver = mn.LLGSolver([*inner, outer])
    state.t = 0.0
    clock = Clock(clock_threads)
    solver.step(state, work["duration"])
    seconds = clock.seconds()
    answer("magnumnp", version("magnumnp"), seconds, my=state.m[..., 1].mean().item())


def main() -> None:
    work, threads = request()
    torch.set_num_threads(threads)
    mn.logging.set_log_level(50)
    with torch.no_grad():
        {"film": film, "switching": switching}[work["kind"]](work, threads)


if __name__ == "__main__":
    main()
