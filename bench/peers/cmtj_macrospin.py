"""Steps of Heun's method of thermal macrospins by cmtj: one junction after the other, as it has no ensembles and no threads."""

from __future__ import annotations

import math
import statistics
from importlib.metadata import version
from typing import Any

from cmtj import CVector, Heun, Junction, Layer, constantDriver

from magnet_worker import Clock, answer, request

VACUUM_PERMEABILITY = 4e-7 * math.pi


def junction(work: dict[str, Any], seed: int) -> Junction:
    """A junction of one layer, with the torque of a current through it if there is one."""
    nx, ny, nz = work["demagnetization"]
    body = {
        "id": "free",
        "mag": CVector(*work["start"]),
        "anis": CVector(0, 0, 1),
        # Its unit of the saturation magnetization is the tesla.
        "Ms": VACUUM_PERMEABILITY * work["saturation_magnetization"],
        "thickness": work["thickness"],
        "cellSurface": math.pi / 4 * work["diameter"] ** 2,
        "demagTensor": [CVector(nx, 0, 0), CVector(0, ny, 0), CVector(0, 0, nz)],
        "damping": work["damping"],
    }
    if work["current_density"]:
        # With the parameter 1 its efficiency is P / 2 at any angle, with the field P hbar J / (2 e Ms t). Its equation lacks the
        # field-like part alpha that Gilbert's form of the damping-like torque has; beta puts it in.
        torque = {"SlonczewskiSpacerLayerParameter": 1.0, "spinPolarisation": work["polarization"], "beta": work["damping"]}
        layer = Layer.createSTTLayer(**body, **torque)
        layer.setReferenceLayer(CVector(*work["polarizer"]))
    else:
        layer = Layer(**body)
    layer.setAnisotropyDriver(constantDriver(work["anisotropy"]))
    layer.setTemperatureDriver(constantDriver(work["temperature"]))
    layer.setSeed(seed)
    found = Junction([layer])
    found.setLayerCurrentDriver("free", constantDriver(work["current_density"]))
    return found


def main() -> None:
    work, threads = request()
    junctions = [junction(work, seed) for seed in range(work["count"])]
    step, total = work["time_step"], work["steps"] * work["time_step"]
    clock = Clock(threads)
    for one in junctions:
        one.runSimulation(total, step, total, solverMode=Heun)
    seconds = clock.seconds()
    mz = statistics.fmean(one.getLayerMagnetisation("free")[2] for one in junctions)
    answer("cmtj", version("cmtj"), seconds, mz=mz)


if __name__ == "__main__":
    main()
