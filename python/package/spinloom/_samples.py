"""States that were read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False, repr=False)
class Samples:
    """States that were read, and how. ``states, energies = samples`` takes the two apart.

    Attributes:
        states: The spins, +1 or -1, reads x spins.
        energies: The energy of every read.
        method: The method, where ``auto`` was resolved.
        beta_range: First and last inverse temperature, in units of one over energy.
        seed: Seed.
        updates: Attempted updates of a spin, of all reads.
        sampling_s: Time spent sampling, s.
        stopped: Whether the work ended before its time; there may be fewer reads then.
    """

    states: NDArray[np.int8]
    energies: NDArray[np.float64]
    method: str
    beta_range: tuple[float, float]
    seed: int
    updates: int
    sampling_s: float
    stopped: bool

    @property
    def best(self) -> NDArray[np.int8]:
        """The state of least energy."""
        best: NDArray[np.int8] = self.states[int(np.argmin(self.energies))]
        return best

    @property
    def best_energy(self) -> float:
        """The least energy."""
        return float(np.min(self.energies))

    @property
    def updates_per_ns(self) -> float:
        """Attempted updates of a spin in a nanosecond."""
        return self.updates / max(self.sampling_s, 1e-9) * 1e-9

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return iter((self.states, self.energies))

    def __len__(self) -> int:
        return len(self.energies)

    def __repr__(self) -> str:
        best = f"best energy {self.best_energy:g}" if len(self) else "no energies"
        return f"<Samples: {len(self)} reads of {self.states.shape[1]} spins by {self.method}, {best}>"


def state_index(states: ArrayLike) -> NDArray[np.int64]:
    """The index of every state in `Ising.exact` and `Ising.exact_energies`.

    Args:
        states: Spins of +1 or -1, states x spins, of at most 62 spins.

    Example:
        >>> state_index([[-1, -1], [1, -1], [1, 1]]).tolist()
        [0, 1, 3]
    """
    up = np.atleast_2d(np.asarray(states)) > 0
    if up.shape[1] > 62:
        raise ValueError(f"states of at most 62 spins have an index, but these have {up.shape[1]}")
    index: NDArray[np.int64] = up @ (np.int64(1) << np.arange(up.shape[1], dtype=np.int64))
    return index
