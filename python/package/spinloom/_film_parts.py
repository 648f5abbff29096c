"""What films are made from and what they tell: values of cells, records of runs, skyrmions, walls, vortices."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _spinloom
from ._lab import StrPath

#: A number, a text with a unit, or one number a cell: anything that broadcasts to (nz, ny, nx).
Values: TypeAlias = ArrayLike
#: Three of them, along x, y and z, or an array (3, nz, ny, nx).
Vectors: TypeAlias = "Sequence[Values] | NDArray[Any]"

_Shape: TypeAlias = tuple[int, int, int]
_Array: TypeAlias = NDArray[np.float64]


def is_single(value: Any) -> bool:
    """Whether it is one number, text or other thing, rather than several."""
    return isinstance(value, str) or (not isinstance(value, Sequence) and np.ndim(value) == 0)


def values(name: str, value: Values, unit: str, shape: _Shape) -> float | _Array:
    """One number, or one a cell as an array of this shape."""
    if np.ndim(value) == 0:
        return _spinloom.quantity(name, value, unit)
    array = np.asarray(value, dtype=np.float64)
    try:
        return np.ascontiguousarray(np.broadcast_to(array, shape))
    except ValueError:
        raise ValueError(f"{name} is one number or one a cell, (nz, ny, nx) = {shape}, but its shape is {array.shape}") from None


def vectors(name: str, value: Vectors, unit: str, shape: _Shape) -> tuple[float, float, float] | _Array:
    """One vector, or one a cell as an array (3, nz, ny, nx)."""
    if is_single(value) or len(value) != 3:
        found = f"{value!r}" if is_single(value) else f"{len(value)} of them"
        raise ValueError(f"{name} has three components, along x, y and z, each a number or one a cell, not {found}")
    parts = [values(name, part, unit, shape) for part in value]
    if not any(isinstance(part, np.ndarray) for part in parts):
        x, y, z = (float(part) for part in parts)
        return x, y, z
    return np.stack([np.broadcast_to(part, shape) for part in parts])


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """What a run recorded: one entry a row at its beginning, at every multiple of `every`, and at its end.

    Attributes:
        t: Times, s.
        m: Average magnetization, weighted with Ms: rows x 3.
        energies: Energies, J, by the name of their term.
        torque: Largest abs(m x B) of all cells, T.
        frames: The magnetization of each row, (rows, 3, nz, ny, nx), where it was asked for.
        steps: Steps taken.
        rejected: Steps tried and taken back.
        evaluations: Evaluations of the field.
    """

    t: _Array
    m: _Array
    energies: Mapping[str, _Array]
    torque: _Array
    frames: NDArray[Any] | None
    steps: int
    rejected: int
    evaluations: int

    @property
    def energy(self) -> _Array:
        """The sum of all energies, J."""
        total: _Array = np.sum([*self.energies.values(), np.zeros(len(self.t))], axis=0)
        return total

    def __repr__(self) -> str:
        return f"<Run: {len(self.t)} rows from {self.t[0]:g} s to {self.t[-1]:g} s, {self.steps} steps>"


def recorded(found: dict[str, Any]) -> Run:
    """The record of what the compiled half returned."""
    energies = {name: np.ascontiguousarray(found["energies"][:, k]) for k, name in enumerate(found["names"])}
    same = ("t", "m", "torque", "steps", "rejected", "evaluations")
    return Run(energies=MappingProxyType(energies), frames=found.get("frames"), **{name: found[name] for name in same})


@dataclass(frozen=True)
class Rest:
    """What it took to come to rest.

    Attributes:
        steps: Steps taken.
        evaluations: Evaluations of the field.
        torque: Largest abs(m x B) of all cells at the end, T.
    """

    steps: int
    evaluations: int
    torque: float


@dataclass(frozen=True)
class Skyrmion:
    """An area of a layer that points against the rest and carries a topological charge.

    Attributes:
        position: Its mean position (x, y) from the middle of the film, m.
        radius: Radius of the circle of the same area inside the contour m_z = 0, m.
        charge: Topological charge.
        polarity: Direction of m_z inside, 1 or -1.
        helicity: Helicity, rad: 0 for Néel's wall that points outwards, pi/2 for Bloch's.
        cells: Number of its cells.
        wraps: Whether it closes around a periodic film, so that its position and helicity mean nothing.
    """

    position: tuple[float, float]
    radius: float
    charge: float
    polarity: float
    helicity: float
    cells: int
    wraps: bool


@dataclass(frozen=True)
class Wall:
    """A domain wall on a line of cells.

    Attributes:
        position: Where the component that reverses is 0, m from the middle of the film.
        width: Width parameter Delta of the fit m = tanh((x - position) / Delta), m: sqrt(A / K) for Bloch's wall.
        integral_width: The same by the integral of (1 - m**2) / 2, m.
        angle: Angle of the wall's moment, rad, from the axis of the line: 0 and pi for Néel's wall, +-pi/2 for Bloch's.
        rises: Whether the component rises along the line.
    """

    position: float
    width: float
    integral_width: float
    angle: float
    rises: bool


@dataclass(frozen=True)
class MeanWall:
    """The first walls of all lines of a layer together.

    Attributes:
        lines: Number of lines that have a wall.
        position: Mean position, m.
        roughness: Standard deviation of the position from line to line, m.
        width: Mean width parameter, m.
        angle: Mean angle on the circle, rad.
    """

    lines: int
    position: float
    roughness: float
    width: float
    angle: float


@dataclass(frozen=True)
class VortexCore:
    """The core of a vortex.

    Attributes:
        position: Where abs(m_z) is largest, (x, y) from the middle of the film, m.
        polarity: Sign of m_z there.
        height: abs(m_z) at the top of the parabolas through it.
        circulation: Mean of m along the circles around the core, from -1 (clockwise) to 1.
    """

    position: tuple[float, float]
    polarity: float
    height: float
    circulation: float


@dataclass(frozen=True, eq=False, repr=False)
class Ovf:
    """The content of an OVF file of OOMMF, mumax3, Ubermag or spinloom.

    Attributes:
        values: The values, (components, nz, ny, nx).
        cells: Number of cells along x, y and z.
        cell_size: Size of a cell, m.
        origin: The corner of the grid with the smallest coordinates, m.
        title: What the field is.
        labels: Name of each component.
        units: Unit of each component.
        descriptions: Lines that describe the field.
        time: Time of the simulation, s, where the file tells it.
        notes: What a person should know about how the file was read.
    """

    values: _Array
    cells: tuple[int, int, int]
    cell_size: tuple[float, float, float]
    origin: tuple[float, float, float]
    title: str
    labels: list[str]
    units: list[str]
    descriptions: list[str]
    time: float | None
    notes: list[str]

    def __repr__(self) -> str:
        nx, ny, nz = self.cells
        return f"<Ovf: {self.title!r}, {len(self.values)} components on {nx} x {ny} x {nz} cells>"


def read_ovf(path: StrPath) -> Ovf:
    """Reads a file in OVF 1.0 or 2.0, as text or binary.

    Args:
        path: The file.

    Raises:
        OSError: Where it cannot be read.
        ValueError: For another kind of file, with the line or byte that is wrong.
    """
    return Ovf(**_spinloom.read_ovf(os.fspath(path)))
