"""Networks of coupled oscillators under microwaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _spinloom
from ._lab import Seed, _seed


@dataclass(frozen=True)
class NetworkResult:
    """What a network of oscillators did; every array is oscillators x replicas.

    Attributes:
        frequencies: Mean frequency over the window, Hz.
        powers: Power at the end.
        phases: Phase at the end, unwrapped since the window began, rad, in the frame of the mean free frequency.
    """

    frequencies: NDArray[np.float64]
    powers: NDArray[np.float64]
    phases: NDArray[np.float64]


def simulate_network(
    oscillators: Sequence[_spinloom.AutoOscillator],
    currents: ArrayLike,
    *,
    window: float | str,
    coupling: ArrayLike = 0.0,
    coupling_phase: float = 0.0,
    tone_frequencies: ArrayLike | None = None,
    tone_amplitudes: ArrayLike | None = None,
    settle: float | str = 0.0,
    time_step: float | str | None = None,
    noise: bool = True,
    replicas: int = 1,
    seed: Seed = 1,
) -> NetworkResult:
    """Integrates coupled nonlinear auto-oscillators under external microwaves (Heun, Stratonovich).

    Oscillator i obeys the equation of `AutoOscillator` with the drive sum_j coupling[i, j] exp(i coupling_phase) c_j + the microwaves.
    Replicas differ in their initial phases, their noise and, if given so, the frequencies of the microwaves.

    Args:
        oscillators: The oscillators.
        currents: Dc current of each, A; or one for all.
        window: Time over which frequencies are averaged, s or a text with a unit.
        coupling: Coupling rates, 1/s: one for all pairs, or a matrix; the diagonal is ignored.
        coupling_phase: Phase of the coupling, rad.
        tone_frequencies: Frequencies of the microwaves, Hz: one a microwave, or microwaves x replicas.
        tone_amplitudes: Rate at which each microwave drives every oscillator, 1/s.
        settle: Time before the window, s or a text with a unit.
        time_step: Integration step; by default one that resolves the fastest rate.
        noise: Whether there is thermal noise.
        replicas: Number of replicas, where `tone_frequencies` does not tell.
        seed: Seed; the same seed gives the same bits.

    Raises:
        ValueError: When arrays do not fit together or a number is not allowed.
        RuntimeError: When the step is too large for the rates.

    Example:
        >>> pair = [AutoOscillator(frequency=300e6), AutoOscillator(frequency=301e6)]
        >>> result = simulate_network(pair, 6e-3, coupling=8e6, settle="2 us", window="5 us", noise=False)
        >>> bool(abs(result.frequencies[0, 0] - result.frequencies[1, 0]) < 1e4)
        True
    """
    n = len(oscillators)
    if n == 0:
        raise ValueError("a network has at least one oscillator")
    if replicas < 1:
        raise ValueError(f"replicas must be 1 or more, but it is {replicas}")
    amplitudes = np.atleast_1d(np.asarray([] if tone_amplitudes is None else tone_amplitudes, dtype=np.float64))
    tones = np.asarray(np.empty((0, replicas)) if tone_frequencies is None else tone_frequencies, dtype=np.float64)
    if tones.ndim < 2:
        tones = np.repeat(np.atleast_1d(tones)[:, None], replicas, axis=1)
    if tones.ndim != 2 or tones.shape[0] != amplitudes.size or tones.shape[1] == 0:
        raise ValueError(
            f"tone_frequencies are microwaves x replicas and tone_amplitudes one a microwave, "
            f"but their shapes are {tones.shape} and {amplitudes.shape}"
        )
    frequencies, powers, phases = _spinloom.simulate_network(
        list(oscillators),
        _broadcast("currents", currents, (n,)),
        _broadcast("coupling", coupling, (n, n)),
        coupling_phase=coupling_phase,
        tone_frequencies=tones,
        tone_amplitudes=amplitudes.tolist(),
        settle=_spinloom.quantity("settle", settle, "s"),
        window=_spinloom.quantity("window", window, "s"),
        time_step=None if time_step is None else _spinloom.quantity("time_step", time_step, "s"),
        noise=noise,
        seed=_seed(seed),
    )
    return NetworkResult(frequencies, powers, phases)


def _broadcast(what: str, values: ArrayLike, shape: tuple[int, ...]) -> list[float]:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 0 and array.shape != shape:
        raise ValueError(f"{what} is one number or an array of shape {shape}, but its shape is {array.shape}")
    flat: list[float] = np.broadcast_to(array, shape).ravel().tolist()
    return flat
