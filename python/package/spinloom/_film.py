"""Films with NumPy arrays in and out."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any, Literal, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import NDArray

from . import _spinloom
from ._arguments import seconds, whole
from ._film_body import Body
from ._film_parts import MeanWall, Rest, Run, Skyrmion, Values, VortexCore, Wall, read_ovf, recorded, values
from ._lab import StrPath, _threads
from ._progress import Progress, listening

_Method: TypeAlias = Literal["dormand-prince", "bogacki-shampine", "runge-kutta", "heun"]
_Axis: TypeAlias = Literal["x", "y", "z"]


class Film(Body):
    """A film or body: a regular grid of cells, each with a magnetization m of unit length that obeys Gilbert's equation

    dm/dt = -gamma m x B + alpha m x dm/dt.

    B is that of exchange, anisotropy, Dzyaloshinskii-Moriya interaction and demagnetisation, of the field from outside, of currents
    (`set_current`, `set_slonczewski`, `set_spin_orbit`) and of temperature. Every parameter of the material is a number, a text with a
    unit, or one number a cell: an array that broadcasts to (nz, ny, nx). A saturation magnetization of 0 is no material.

    Args:
        cells: Number of cells along x, y and z.
        cell_size: Size of a cell along x, y and z, m.
        images: How often the film repeats to either side along x, y and z; where it is not 0, neighbours wrap around.
        saturation_magnetization: Ms, A/m.
        exchange_stiffness: A, J/m.
        damping: Gilbert's alpha.
        uniaxial_anisotropy: Ku1, J/m^3; energy density -Ku1 (m.u)^2.
        second_uniaxial_anisotropy: Ku2, J/m^3; energy density -Ku2 (m.u)^4.
        uniaxial_axis: The axis u, of any length.
        cubic_anisotropy: Kc1, J/m^3.
        second_cubic_anisotropy: Kc2, J/m^3.
        cubic_axes: Two of the cubic axes, at right angles and of any length.
        interfacial_dmi: Strength D of the interfacial Dzyaloshinskii-Moriya interaction, J/m^2 (Néel walls).
        bulk_dmi: Strength of that of the bulk, J/m^2 (Bloch walls).
        dmi_edge: What it makes of edges: ``ghost``, the natural boundary condition as in mumax3, or ``open``, no neighbour.
        demagnetization: Whether there is a demagnetising field.
        field: Field from outside, T: a vector, or one a cell.
        temperature: Temperature, K, of a thermal field while time passes; `run` then needs a `time_step`.
        seed: Seed of the thermal field.
        precision: ``double``, or ``single`` for half the memory and more speed.

    Raises:
        ValueError: For a parameter outside of its range, with the cell it is in.
        MemoryError: For more cells than fit into memory.

    Example:
        >>> film = Film((100, 1, 1), ("1 nm",) * 3, saturation_magnetization="1 MA/m", exchange_stiffness="10 pJ/m", damping=0.1,
        ...             uniaxial_anisotropy="1 MJ/m^3", demagnetization=False)
        >>> film.magnetization = lambda x, y, z: (np.exp(-((x / 5e-9) ** 2)), 0, np.where(x < 0, 1, -1))
        >>> film.minimize().torque < 1e-3
        True
        >>> (wall,) = film.walls()
        >>> round(wall.width * 1e9, 2)  # sqrt(A / K) = 3.16 nm, and 1.6 % less with cells of 1 nm
        3.11
    """

    @classmethod
    def from_ovf(cls, path: StrPath, *, saturation_magnetization: Values, **parameters: Any) -> Film:
        """A film with the cells and the magnetization of an OVF file; cells where it is zero are without material.

        Args:
            path: The file.
            saturation_magnetization: Ms of the other cells, A/m.
            **parameters: What else `Film` takes, but for `cells` and `cell_size`.

        Raises:
            OSError: Where the file cannot be read.
            ValueError: For what is not such a file, or is no field of vectors.
        """
        field = read_ovf(path)
        if len(field.values) != 3:
            raise ValueError(f"{os.fspath(path)}: a magnetization has three components, but this is a field of {len(field.values)}")
        filled = (field.values != 0).any(axis=0)
        shape: tuple[int, int, int] = (field.cells[2], field.cells[1], field.cells[0])
        ms = values("saturation_magnetization", saturation_magnetization, "A/m", shape)
        film = cls(field.cells, field.cell_size, saturation_magnetization=np.where(filled, ms, 0.0), **parameters)
        film.magnetization = field.values
        film.time = 0.0 if field.time is None else field.time
        return film

    def read_ovf(self, path: StrPath) -> None:
        """Takes the magnetization of an OVF file with as many cells.

        Args:
            path: The file.

        Raises:
            OSError: Where it cannot be read.
            ValueError: For another kind of file, other cells, or no direction where there is material.
        """
        field = read_ovf(path)
        if field.cells != self.cells or len(field.values) != 3:
            raise ValueError(
                f"{os.fspath(path)}: the film has 3 components on {self.cells} cells, and the file {len(field.values)} on {field.cells}"
            )
        self.magnetization = field.values

    def effective_field(self, term: str | None = None) -> NDArray[Any]:
        """The field B on the present magnetization, T, (3, nz, ny, nx), without the thermal one.

        Args:
            term: The name of one term, as in `energies`, or ``Zhang-Li``, ``Slonczewski``, ``spin-orbit``; the sum of all by default.

        Raises:
            ValueError: For a term that the film does not have, with the names of those it has.
        """
        return self._raw.effective_field(term)

    def energies(self) -> dict[str, float]:
        """The energy of the present magnetization by the name of its term, J."""
        return dict(self._raw.energies())

    def energy(self) -> float:
        """The energy of the present magnetization, J."""
        return sum(self.energies().values())

    def relax(self, *, torque: float | str = 0.0, threads: int | None = None) -> Rest:
        """Follows the damping to the next minimum of the energy, without precession; the time stands still.

        It goes on until neither energy nor torque fall any more, in steps like those of mumax3's `relax`.

        Args:
            torque: The end, where the largest abs(m x B) is below this, T; 0 to go as far as rounding allows.
            threads: Number of threads; by default one a core.

        Raises:
            KeyboardInterrupt: When Ctrl-C was pressed; the magnetization is then where it had come to.
        """
        return Rest(*self._raw.relax(torque=_not_negative("torque", torque, "T"), threads=_threads(threads)))

    def minimize(
        self, *, torque: float | str = 1e-9, moved: float = 1e-6, most_steps: SupportsIndex = 1_000_000, threads: int | None = None
    ) -> Rest:
        """Moves to a minimum of the energy by steepest descent, as a rule faster than `relax`; the time stands still.

        Args:
            torque: The end, where the largest abs(m x B) is below this, T,
            moved: or where m has moved by less than this in each of ten steps.
            most_steps: More steps are an error.
            threads: Number of threads; by default one a core.

        Raises:
            RuntimeError: After `most_steps`.
            KeyboardInterrupt: When Ctrl-C was pressed; the magnetization is then where it had come to.
        """
        return Rest(
            *self._raw.minimize(
                torque=_not_negative("torque", torque, "T"),
                moved=_not_negative("moved", moved, ""),
                most_steps=whole("most_steps", most_steps),
                threads=_threads(threads),
            )
        )

    def run(
        self,
        time: float | str,
        *,
        method: _Method | None = None,
        error: float = 1e-5,
        time_step: float | str | None = None,
        every: float | str | None = None,
        frames: bool = False,
        progress: Progress = None,
        threads: int | None = None,
    ) -> Run:
        """Lets time pass. The result does not depend on the number of threads.

        Args:
            time: How long, s or a text with a unit.
            method: ``runge-kutta`` (order 4), ``dormand-prince`` (5), ``bogacki-shampine`` (3) or ``heun`` (2, fixed steps, the one for a
                temperature). By default ``runge-kutta``, or ``heun`` where there is a temperature.
            error: Largest error of m in a step, where steps are chosen by it.
            time_step: The step, s, for fixed ones.
            every: Rows of the record at multiples of this time, s; by default only at the beginning and the end.
            frames: Whether the record keeps the magnetization of every row.
            progress: None, True for a line on the error stream, or a function called as ``progress(phase, done, total)``.
            threads: Number of threads; by default one a core.

        Raises:
            ValueError: For a step that is too long for the field, or an argument that is not allowed.
            RuntimeError: Where the magnetization is no longer finite.
            KeyboardInterrupt: When Ctrl-C was pressed; the film is then as it was after the last step.

        Example:
            >>> spin = Film((1, 1, 1), (1e-9,) * 3, saturation_magnetization=1e6, exchange_stiffness=0, damping=0, demagnetization=False,
            ...             field=(0, 0, "1 T"))
            >>> record = spin.run("100 ps", every="10 ps", error=1e-8)
            >>> gamma = 1.76085963e11
            >>> bool(abs(record.m[:, 0] - np.cos(gamma * record.t)).max() < 1e-6)
            True
        """
        with listening(progress) as tell:
            found = self._raw.run(
                duration=_spinloom.quantity("time", time, "s"),
                method=method,
                error=float(error),
                time_step=seconds("time_step", time_step),
                every=seconds("every", every),
                frames=bool(frames),
                threads=_threads(threads),
                progress=tell,
            )
        if found["warning"] is not None:
            warnings.warn(found["warning"], RuntimeWarning, stacklevel=2)
        return recorded(found)

    def checkpoint(self) -> bytes:
        """The magnetization to the last bit, the time, and what a run needs to go on as if it had never stopped."""
        return self._raw.checkpoint()

    def restore(self, checkpoint: bytes) -> None:
        """Goes on from a checkpoint of a film with the same cells and precision; drives stay as they are.

        Args:
            checkpoint: What `checkpoint` returned.

        Raises:
            ValueError: For other bytes, or those of another film.
        """
        self._raw.restore(checkpoint)

    def average(self) -> NDArray[np.float64]:
        """The average magnetization, weighted with Ms: three components."""
        return np.array(_spinloom.film_average(self._raw))

    def topological_charge(self, layer: SupportsIndex = 0) -> float:
        """The topological charge of a layer, by the solid angles of Berg and Lüscher; a skyrmion with its core down has -1.

        Args:
            layer: The layer, from 0 at the bottom.

        Raises:
            ValueError: For a layer that is not there.
        """
        return _spinloom.film_topological_charge(self._raw, whole("layer", layer, 0))

    def charge_density(self) -> NDArray[np.float64]:
        """Density of the topological charge, 1/m^2, (nz, ny, nx)."""
        return _spinloom.film_charge_density(self._raw)

    def skyrmions(self, layer: SupportsIndex = 0) -> list[Skyrmion]:
        """The skyrmions of a layer, with positions and radii.

        Args:
            layer: The layer, from 0 at the bottom.

        Raises:
            ValueError: For a layer that is not there.
        """
        return [Skyrmion(**found) for found in _spinloom.film_skyrmions(self._raw, whole("layer", layer, 0))]

    def walls(self, axis: _Axis = "x", component: _Axis = "z", place: Sequence[SupportsIndex] = (0, 0, 0)) -> list[Wall]:
        """The domain walls on a line of cells, in their order.

        Args:
            axis: Axis of the line.
            component: Component of m that reverses in a wall.
            place: A cell (x, y, z) that the line goes through.

        Raises:
            ValueError: For a cell that is not there.
        """
        x, y, z = (whole("place", coordinate, 0) for coordinate in place)
        return [Wall(**found) for found in _spinloom.film_walls(self._raw, axis, component, (x, y, z))]

    def mean_wall(self, axis: Literal["x", "y"] = "x", component: _Axis = "z", layer: SupportsIndex = 0) -> MeanWall | None:
        """The first wall of all lines of a layer together; None without any.

        Args:
            axis: Axis of the lines.
            component: Component of m that reverses in a wall.
            layer: The layer, from 0 at the bottom.

        Raises:
            ValueError: For a layer that is not there.
        """
        found = _spinloom.film_mean_wall(self._raw, axis, component, whole("layer", layer, 0))
        return None if found is None else MeanWall(**found)

    def vortex_core(self, layer: SupportsIndex = 0) -> VortexCore | None:
        """The core of the vortex of a layer: where abs(m_z) is largest; None where m_z is 0 everywhere.

        Args:
            layer: The layer, from 0 at the bottom.

        Raises:
            ValueError: For a layer that is not there.
        """
        found = _spinloom.film_vortex_core(self._raw, whole("layer", layer, 0))
        return None if found is None else VortexCore(**found)

    def write_ovf(self, path: StrPath, *, format: Literal["text", "binary4", "binary8"] = "binary8", version: Literal[1, 2] = 2) -> None:
        """Writes the magnetization as an OVF file, which OOMMF, mumax3 and Ubermag read.

        Args:
            path: The file; one that is there is replaced.
            format: ``text``, or numbers of 4 or 8 bytes.
            version: 1 or 2, of OVF 1.0 or 2.0.

        Raises:
            OSError: Where it cannot be written.
        """
        _spinloom.film_write_ovf(self._raw, os.fspath(path), format, version)

    def write_vtk(self, path: StrPath) -> None:
        """Writes magnetization and Ms as a VTK image (.vti), for ParaView.

        Args:
            path: The file; one that is there is replaced.

        Raises:
            OSError: Where it cannot be written.
        """
        _spinloom.film_write_vtk(self._raw, os.fspath(path))

    def picture(
        self, path: StrPath, *, component: _Axis | None = None, layer: SupportsIndex = 0, pixels: SupportsIndex = 2
    ) -> None:
        """Writes a picture (.png) of a layer: hue for the direction in the plane, white for up, black for down.

        Args:
            path: The file; one that is there is replaced.
            component: One component in place of the direction, from blue (-1) to red (1).
            layer: The layer, from 0 at the bottom.
            pixels: Pixels a cell.

        Raises:
            OSError: Where it cannot be written.
            ValueError: For a layer that is not there.
        """
        _spinloom.film_picture(self._raw, os.fspath(path), component, whole("layer", layer, 0), whole("pixels", pixels))


def _not_negative(name: str, value: float | str, unit: str) -> float:
    number = _spinloom.quantity(name, value, unit)
    if not number >= 0:
        raise ValueError(f"{name} must be 0 or greater, but it is {number}")
    return number
