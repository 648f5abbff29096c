"""What a type checker sees of the package; read by mypy, never run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import spinloom
from numpy.typing import NDArray
from spinloom.magnet import Film, Sine
from typing_extensions import assert_type

outcome = spinloom.run("romera2018", {"vowels": "embedded"}, seed=1, quick=True, coupling="1e6 1/s")
assert_type(outcome, spinloom.Outcome)
assert_type(outcome.quantities, Mapping[str, spinloom.Quantity])
assert_type(outcome.quantities["a"].value, float)
assert_type(outcome.figures["a"].svg, str)

oscillator = spinloom.AutoOscillator(frequency="300 MHz")
assert_type(oscillator.stationary_power(6e-3), float)
assert_type(oscillator.stationary_power(np.ones(3)), NDArray[np.float64])
oscillator.frequency = 1.0  # type: ignore[misc]
spinloom.AutoOscillator(frequncy=1.0)  # type: ignore[call-arg]

model = spinloom.Ising(np.zeros((2, 2)), [0.5, 0.5])
assert_type(model.energy([1, -1]), float)
assert_type(model.energy([[1, -1], [1, 1]]), NDArray[np.float64])
assert_type(model.anneal(reads=3, method="tempering").states, NDArray[np.int8])
assert_type(model.to_qubo(dense=True), tuple[NDArray[np.float64], float])
model.anneal(method="quantum")  # type: ignore[arg-type]
model.sample(1.0, method="tempering")  # type: ignore[arg-type]
assert_type(spinloom.solve(35).target_reached, bool | None)
assert_type(spinloom.solve("G22.txt").objectives, NDArray[np.float64])
spinloom.PBitSampler().sample_ising({}, {}, num_reads=3)

reservoir = spinloom.OscillatorReservoir(24, current="6 mA")
assert_type(reservoir.fit(np.ones((3, 2))), spinloom.OscillatorReservoir)
assert_type(reservoir.transform(np.ones((3, 2))), NDArray[np.float64])

assert_type(spinloom.reproduce("romera2018", seeds=[1, 2]).claims, tuple[spinloom.ClaimResult, ...])
assert_type(spinloom.data.vowels().formants, NDArray[np.float64])
spinloom.run(3)  # type: ignore[arg-type]

film = Film((1, 1, 1), (1e-9, "1 nm", 1e-9), saturation_magnetization="1 MA/m", exchange_stiffness=0, damping=np.ones(1))
film.magnetization = lambda x, y, z: (x, y, 1.0)
film.set_field((0, 0, "1 T"), Sine("1 GHz"))
assert_type(film.run("1 ps").energies, Mapping[str, NDArray[np.float64]])
assert_type(film.position[0], NDArray[np.float64])
film.run("1 ps", method="euler")  # type: ignore[arg-type]
