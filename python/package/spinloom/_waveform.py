"""Factors that change with time, for fields and currents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from . import _spinloom
from ._lab import Seed, _seed


def _number(owner: object, name: str, unit: str) -> None:
    # The dataclasses are frozen; this is their only change, at birth.
    object.__setattr__(owner, name, _spinloom.quantity(name, getattr(owner, name), unit))


@dataclass(frozen=True)
class Pulse:
    """A trapezoid: it rises from `start`, and falls so that it ends a `duration` later, each over a time `edge`.

    Attributes:
        duration: Time from begin to end, s.
        start: Begin, s.
        edge: Time of the rise and of the fall, s; 0 for a rectangle.
        amplitude: Height of the top.

    Example:
        >>> Pulse("1 ns", edge="100 ps").edge
        1e-10
    """

    duration: float | str
    start: float | str = 0.0
    edge: float | str = 0.0
    amplitude: float = 1.0

    def __post_init__(self) -> None:
        for name, unit in (("duration", "s"), ("start", "s"), ("edge", "s"), ("amplitude", "")):
            _number(self, name, unit)


@dataclass(frozen=True)
class Sine:
    """offset + amplitude sin(2 pi frequency t + phase).

    Attributes:
        frequency: Frequency, Hz.
        amplitude: Amplitude.
        phase: Phase, rad.
        offset: Mean.
    """

    frequency: float | str
    amplitude: float = 1.0
    phase: float | str = 0.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        for name, unit in (("frequency", "Hz"), ("amplitude", ""), ("phase", "rad"), ("offset", "")):
            _number(self, name, unit)


@dataclass(frozen=True)
class Square:
    """`high` over the first part of every period, `low` over the rest.

    Attributes:
        frequency: Frequency, Hz.
        high: Value of the first part.
        low: Value of the rest.
        duty: Share of the first part, from 0 to 1.
    """

    frequency: float | str
    high: float = 1.0
    low: float = -1.0
    duty: float = 0.5

    def __post_init__(self) -> None:
        for name, unit in (("frequency", "Hz"), ("high", ""), ("low", ""), ("duty", "")):
            _number(self, name, unit)


@dataclass(frozen=True)
class Noise:
    """Normal numbers, each held for a while: white up to the frequency 1 / (2 `hold`).

    Attributes:
        hold: Time that each number is held, s.
        deviation: Standard deviation.
        seed: Seed of the numbers.
    """

    hold: float | str
    deviation: float = 1.0
    seed: Seed = 1

    def __post_init__(self) -> None:
        for name, unit in (("hold", "s"), ("deviation", "")):
            _number(self, name, unit)
        object.__setattr__(self, "seed", _seed(self.seed))


@dataclass(frozen=True, eq=False)
class Table:
    """Straight lines between points, level before the first and after the last: any function of time.

    Attributes:
        times: Times, s, rising.
        values: Values.

    Example:
        >>> t = np.linspace(0, 1e-9, 1001)
        >>> gauss = Table(t, np.exp(-(((t - 0.5e-9) / 0.1e-9) ** 2)))
    """

    times: ArrayLike
    values: ArrayLike

    def __post_init__(self) -> None:
        for name in ("times", "values"):
            array = np.array(getattr(self, name), dtype=np.float64)
            if array.ndim != 1:
                raise ValueError(f"{name} is a list of numbers, but its shape is {array.shape}")
            object.__setattr__(self, name, array)


Waveform: TypeAlias = Pulse | Sine | Square | Noise | Table
