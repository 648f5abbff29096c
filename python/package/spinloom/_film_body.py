"""What a film is made of and what drives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from . import _spinloom
from ._arguments import whole
from ._film_parts import Values, Vectors, is_single, values, vectors
from ._lab import Seed, _seed
from ._waveform import Noise, Pulse, Sine, Square, Table, Waveform

_UNITS = {
    "saturation_magnetization": "A/m",
    "exchange_stiffness": "J/m",
    "damping": "",
    "uniaxial_anisotropy": "J/m^3",
    "second_uniaxial_anisotropy": "J/m^3",
    "cubic_anisotropy": "J/m^3",
    "second_cubic_anisotropy": "J/m^3",
    "interfacial_dmi": "J/m^2",
    "bulk_dmi": "J/m^2",
}


class Body:
    """The cells of a film, its material, and its drives; `Film` says what the arguments are."""

    __slots__ = ("_cells", "_images", "_material", "_precision", "_raw", "_size")

    def __init__(
        self,
        cells: Sequence[SupportsIndex],
        cell_size: Sequence[float | str],
        *,
        images: Sequence[SupportsIndex] = (0, 0, 0),
        saturation_magnetization: Values,
        exchange_stiffness: Values,
        damping: Values,
        uniaxial_anisotropy: Values = 0.0,
        second_uniaxial_anisotropy: Values = 0.0,
        uniaxial_axis: Vectors = (0, 0, 1),
        cubic_anisotropy: Values = 0.0,
        second_cubic_anisotropy: Values = 0.0,
        cubic_axes: tuple[Vectors, Vectors] = ((1, 0, 0), (0, 1, 0)),
        interfacial_dmi: Values = 0.0,
        bulk_dmi: Values = 0.0,
        dmi_edge: Literal["ghost", "open"] = "ghost",
        demagnetization: bool = True,
        field: Vectors = (0, 0, 0),
        temperature: Values = 0.0,
        seed: Seed = 1,
        precision: Literal["double", "single"] = "double",
    ) -> None:
        if precision not in ("double", "single"):
            raise ValueError(f"precision is double or single, but it is {precision!r}")
        self._cells = _three("cells", [whole("cells", number) for number in cells])
        self._size = _three("cell_size", [_spinloom.quantity("cell_size", size, "m") for size in _listed("cell_size", cell_size)])
        self._images = _three("images", [whole("images", number, 0) for number in images])
        self._precision = precision
        self._material: dict[str, Any] = {}
        self._material = self._merged(
            saturation_magnetization=saturation_magnetization,
            exchange_stiffness=exchange_stiffness,
            damping=damping,
            uniaxial_anisotropy=uniaxial_anisotropy,
            second_uniaxial_anisotropy=second_uniaxial_anisotropy,
            uniaxial_axis=uniaxial_axis,
            cubic_anisotropy=cubic_anisotropy,
            second_cubic_anisotropy=second_cubic_anisotropy,
            cubic_axes=cubic_axes,
            interfacial_dmi=interfacial_dmi,
            bulk_dmi=bulk_dmi,
            dmi_edge=dmi_edge,
        )
        self._raw = _spinloom.Film(
            cells=self._cells,
            cell_size=self._size,
            images=self._images,
            material=self._material,
            demagnetization=bool(demagnetization),
            single=precision == "single",
        )
        self.set_field(field)
        self.set_temperature(temperature, seed)

    def _merged(self, **parameters: Any) -> dict[str, Any]:
        """The material with some parameters replaced."""
        merged = dict(self._material)
        for name, value in parameters.items():
            if name in _UNITS:
                merged[name] = values(name, value, _UNITS[name], self.shape)
            elif name == "uniaxial_axis":
                merged[name] = vectors(name, value, "", self.shape)
            elif name == "cubic_axes":
                if is_single(value) or len(value) != 2:
                    raise ValueError("cubic_axes are two vectors; the third axis is at right angles to both")
                merged[name] = tuple(vectors(name, axis, "", self.shape) for axis in value)
            elif name == "dmi_edge":
                merged[name] = value
            else:
                known = ", ".join(self._material)
                raise TypeError(f"there is no parameter {name!r} of a material, only {known}")
        return merged

    @property
    def cells(self) -> tuple[int, int, int]:
        """Number of cells along x, y and z."""
        return self._cells

    @property
    def cell_size(self) -> tuple[float, float, float]:
        """Size of a cell along x, y and z, m."""
        return self._size

    @property
    def images(self) -> tuple[int, int, int]:
        """How often the film repeats to either side along x, y and z."""
        return self._images

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of an array with one number a cell, (nz, ny, nx)."""
        nx, ny, nz = self._cells
        return nz, ny, nx

    @property
    def precision(self) -> str:
        """``double`` or ``single``."""
        return self._precision

    @property
    def material(self) -> Mapping[str, Any]:
        """The parameters of the material, SI: numbers, or arrays of one a cell."""
        return MappingProxyType(self._material)

    @property
    def position(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """The middles of the cells, x, y and z from the middle of the film, m, each (nz, ny, nx)."""
        axes = [(np.arange(n) + 0.5 - 0.5 * n) * d for n, d in zip(self._cells, self._size)]
        z, y, x = np.meshgrid(*reversed(axes), indexing="ij")
        return x, y, z

    @property
    def time(self) -> float:
        """The time, s; it can be set."""
        return self._raw.time

    @time.setter
    def time(self, time: float | str) -> None:
        self._raw.set_time(_spinloom.quantity("time", time, "s"))

    @property
    def magnetization(self) -> NDArray[Any]:
        """The magnetization m, (3, nz, ny, nx), of unit length, or zero where there is no material.

        It is a copy, which cannot be written to, so that no change of it is lost: set the whole, as an array of directions of any length,
        one direction for all, or a function of the arrays x, y, z (m from the middle of the film) that returns three components.
        """
        m = self._raw.magnetization()
        m.flags.writeable = False
        return m

    @magnetization.setter
    def magnetization(self, directions: Vectors | Callable[..., Any]) -> None:
        given = directions(*self.position) if callable(directions) else directions
        self._raw.set_magnetization(vectors("magnetization", given, "", self.shape))

    def randomize(self, seed: Seed = 1) -> None:
        """A random direction in every cell.

        Args:
            seed: Seed.
        """
        self._raw.randomize(_seed(seed))

    def set_material(self, **parameters: Any) -> None:
        """Changes parameters of the material; the others, and the magnetization, stay as they are.

        Args:
            **parameters: Those that `Film` takes, from `saturation_magnetization` to `dmi_edge`.

        Raises:
            ValueError: For a parameter outside of its range; nothing is then changed.

        Example:
            >>> film = Film((2, 1, 1), (1e-9,) * 3, saturation_magnetization=1e6, exchange_stiffness=1e-11, damping=1.0)
            >>> film.set_material(damping=[0.01, 0.02])
            >>> film.material["damping"].tolist()
            [[[0.01, 0.02]]]
        """
        merged = self._merged(**parameters)
        self._raw.set_material(merged)
        self._material = merged

    def set_field(self, field: Vectors, waveform: Waveform | None = None) -> None:
        """Sets the field from outside, in place of all before.

        Args:
            field: The field, T: a vector, or one a cell.
            waveform: Factor in time; 1 by default.

        Raises:
            ValueError: For a field that is not finite, or a waveform out of range.

        Example:
            >>> film = Film((1, 1, 1), (1e-9,) * 3, saturation_magnetization=1e6, exchange_stiffness=0, damping=0.1)
            >>> film.set_field((0, 0, "100 mT"))
            >>> film.add_field((1e-3, 0, 0), Sine("5 GHz"))
        """
        self._raw.set_field(vectors("field", field, "T", self.shape), _waveform(waveform), False)

    def add_field(self, field: Vectors, waveform: Waveform | None = None) -> None:
        """Adds a field from outside to those before, as `set_field`."""
        self._raw.set_field(vectors("field", field, "T", self.shape), _waveform(waveform), True)

    def set_temperature(self, temperature: Values, seed: Seed = 1) -> None:
        """Sets the temperature of the thermal field that acts while time passes, by W. F. Brown, Phys. Rev. 130, 1677 (1963).

        Args:
            temperature: Temperature, K.
            seed: Seed of the field.

        Raises:
            ValueError: For a temperature below 0.
        """
        self._raw.set_temperature(values("temperature", temperature, "K", self.shape), _seed(seed))

    def set_current(
        self,
        density: Vectors | None,
        polarization: Values = 0.5,
        non_adiabaticity: Values = 0.0,
        waveform: Waveform | None = None,
        *,
        reduced_velocity: bool = False,
    ) -> None:
        """A current through the texture, with the torque of S. Zhang and Z. Li, Phys. Rev. Lett. 93, 127204 (2004).

        Textures move along u = -muB P J / (e Ms), with the electrons.

        Args:
            density: Density J of positive charge, A/m^2: a vector, or one a cell. None takes the torque away.
            polarization: Polarisation P, from -1 to 1.
            non_adiabaticity: Non-adiabaticity xi.
            waveform: Factor in time; 1 by default.
            reduced_velocity: Whether u is smaller by 1 + xi^2, as in mumax3.

        Raises:
            ValueError: For a parameter out of its range.
        """
        if density is None:
            return self._raw.remove("Zhang-Li")
        self._raw.set_current(
            density=vectors("density", density, "A/m^2", self.shape),
            course=_waveform(waveform),
            polarization=values("polarization", polarization, "", self.shape),
            non_adiabaticity=values("non_adiabaticity", non_adiabaticity, "", self.shape),
            reduced_velocity=bool(reduced_velocity),
        )

    def set_slonczewski(
        self,
        density: Values | None,
        direction: Vectors = (0, 0, 1),
        polarization: Values = 0.5,
        waveform: Waveform | None = None,
        *,
        efficiency: Literal["constant", "junction", "spin-valve"] = "constant",
        asymmetry: Values = 1.0,
        field_like_ratio: float = 0.0,
        secondary_efficiency: float = 0.0,
        thickness: float | str | None = None,
    ) -> None:
        """A current across the film, polarised by a fixed layer: J. C. Slonczewski, J. Magn. Magn. Mater. 159, L1 (1996).

        A positive density pulls m towards the direction of the fixed layer, as in mumax3 with the fixed layer on top.

        Args:
            density: Density J along z of positive charge, A/m^2: a number, or one a cell. None takes the torque away.
            direction: Direction of the fixed layer: a vector, or one a cell.
            polarization: Polarisation P.
            waveform: Factor in time; 1 by default.
            efficiency: How it depends on the angle: ``constant``, ``junction`` or ``spin-valve``.
            asymmetry: Asymmetry Lambda of a spin valve.
            field_like_ratio: Ratio of the field-like to the damping-like torque.
            secondary_efficiency: Constant efficiency of a field-like torque besides: twice the epsilon' of mumax3.
            thickness: Thickness of the free layer, m; by default that of the film.

        Raises:
            ValueError: For a parameter out of its range.
        """
        if density is None:
            return self._raw.remove("Slonczewski")
        self._raw.set_slonczewski(
            density=vectors("density", (0.0, 0.0, density), "A/m^2", self.shape),
            course=_waveform(waveform),
            direction=vectors("direction", direction, "", self.shape),
            polarization=values("polarization", polarization, "", self.shape),
            asymmetry=values("asymmetry", asymmetry, "", self.shape),
            efficiency=efficiency,
            field_like_ratio=_spinloom.quantity("field_like_ratio", field_like_ratio, ""),
            secondary_efficiency=_spinloom.quantity("secondary_efficiency", secondary_efficiency, ""),
            thickness=_thickness(thickness),
        )

    def set_spin_orbit(
        self,
        density: Vectors | None,
        spin_hall_angle: Values = 0.1,
        waveform: Waveform | None = None,
        *,
        field_like_ratio: float = 0.0,
        thickness: float | str | None = None,
    ) -> None:
        """A current in a heavy metal under the film, with the torque of A. Manchon et al., Rev. Mod. Phys. 91, 035004 (2019).

        A positive angle pulls m towards z x J.

        Args:
            density: Density J of positive charge, A/m^2: a vector, or one a cell. None takes the torque away.
            spin_hall_angle: Spin Hall angle; its sign is that of the torque.
            waveform: Factor in time; 1 by default.
            field_like_ratio: Ratio of the field-like to the damping-like torque.
            thickness: Thickness of the film that takes up the spin, m; by default that of the film.

        Raises:
            ValueError: For a parameter out of its range.
        """
        if density is None:
            return self._raw.remove("spin-orbit")
        self._raw.set_spin_orbit(
            density=vectors("density", density, "A/m^2", self.shape),
            course=_waveform(waveform),
            spin_hall_angle=values("spin_hall_angle", spin_hall_angle, "", self.shape),
            field_like_ratio=_spinloom.quantity("field_like_ratio", field_like_ratio, ""),
            thickness=_thickness(thickness),
        )

    def __repr__(self) -> str:
        nx, ny, nz = self._cells
        dx, dy, dz = (f"{1e9 * size:.4g}" for size in self._size)
        return f"<Film: {nx} x {ny} x {nz} cells of {dx} nm x {dy} nm x {dz} nm, {self._precision} precision>"


def _listed(name: str, numbers: Sequence[float | str]) -> Sequence[float | str]:
    if is_single(numbers):
        raise ValueError(f"{name} is given along x, y and z, but it is {numbers!r}")
    return numbers


def _three(name: str, numbers: list[Any]) -> tuple[Any, Any, Any]:
    if len(numbers) != 3:
        raise ValueError(f"{name} is given along x, y and z, but there are {len(numbers)} of them")
    return numbers[0], numbers[1], numbers[2]


def _thickness(thickness: float | str | None) -> float | None:
    return None if thickness is None else _spinloom.quantity("thickness", thickness, "m")


def _waveform(waveform: Waveform | None) -> Waveform | None:
    if waveform is not None and not isinstance(waveform, (Pulse, Sine, Square, Noise, Table)):
        raise TypeError(f"a waveform is a Pulse, Sine, Square, Noise or Table, not {type(waveform).__name__}")
    return waveform
