"""What the arguments of samplers and solvers have in common."""

from __future__ import annotations

import operator
import secrets
from collections.abc import Sequence
from typing import Any, Literal, SupportsIndex, TypeAlias, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _spinloom

Method: TypeAlias = Literal["auto", "anneal", "anneal-shared", "single", "tempering", "path-integral"]
Rule: TypeAlias = Literal["metropolis", "heat-bath"]
Order: TypeAlias = Literal["runs", "permuted", "random", "fixed"]
BetaSchedule: TypeAlias = Literal["linear", "geometric", "custom"]
Generator: TypeAlias = Literal["none", "tile", "random"]

METHODS: tuple[Method, ...] = ("auto", "anneal", "anneal-shared", "single", "tempering", "path-integral")
RULES: tuple[Rule, ...] = ("metropolis", "heat-bath")
ORDERS: tuple[Order, ...] = ("runs", "permuted", "random", "fixed")
BETA_SCHEDULES: tuple[BetaSchedule, ...] = ("linear", "geometric", "custom")
GENERATORS: tuple[Generator, ...] = ("none", "tile", "random")


class Schedule(TypedDict):
    """Inverse temperatures as the compiled half takes them."""

    schedule: str
    beta_range: tuple[float, float] | None
    betas: NDArray[np.float64] | None
    sweeps: int


def whole(name: str, value: SupportsIndex, least: int = 1) -> int:
    """A whole number of at least `least`."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is a whole number, not {type(value).__name__}") from None
    if number < least:
        raise ValueError(f"{name} must be {least} or more, but it is {number}")
    return number


def seconds(name: str, value: float | str | None) -> float | None:
    """A time in s, from a number or a text with a unit."""
    return None if value is None else _spinloom.quantity(name, value, "s")


def beta_ends(beta_range: Sequence[float] | None) -> tuple[float, float] | None:
    """Inverse temperatures from hot to cold."""
    if beta_range is None:
        return None
    ends = [float(beta) for beta in beta_range]
    if len(ends) != 2 or not 0 <= ends[0] <= ends[1] < float("inf"):
        raise ValueError(f"beta_range is two inverse temperatures, 0 <= hot <= cold, but it is {list(beta_range)}")
    return ends[0], ends[1]


def schedule(
    kind: str, beta_range: Sequence[float] | None, beta_schedule: ArrayLike | None, sweeps: SupportsIndex | None
) -> Schedule:
    """The schedule that these arguments mean; ``custom`` takes its own inverse temperatures, one a sweep."""
    if kind not in BETA_SCHEDULES:
        raise ValueError(f"beta_schedule_type is one of {', '.join(BETA_SCHEDULES)}, but it is {kind!r}")
    if (kind == "custom") != (beta_schedule is not None):
        raise ValueError("beta_schedule and beta_schedule_type='custom' go together")
    if beta_schedule is None:
        number = 1000 if sweeps is None else whole("num_sweeps", sweeps)
        return {"schedule": kind, "beta_range": beta_ends(beta_range), "betas": None, "sweeps": number}
    betas = np.asarray(beta_schedule, dtype=np.float64)
    if betas.ndim != 1 or betas.size == 0:
        raise ValueError(f"beta_schedule is a list of inverse temperatures, one a sweep, but its shape is {betas.shape}")
    if beta_range is not None:
        raise ValueError("a custom beta_schedule has its own range: leave out beta_range")
    if sweeps is not None and whole("num_sweeps", sweeps) != betas.size:
        raise ValueError(f"beta_schedule has {betas.size} inverse temperatures, one a sweep, but num_sweeps is {sweeps}")
    return {"schedule": kind, "beta_range": None, "betas": betas, "sweeps": betas.size}


def interrupt(function: Any) -> Any:
    """A function without arguments, or None."""
    if function is not None and not callable(function):
        raise TypeError(f"interrupt_function is a function without arguments, not {type(function).__name__}")
    return function


def fresh_seed() -> int:
    """A seed nobody has chosen."""
    return secrets.randbits(63)
