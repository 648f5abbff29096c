"""Magnetization itself: films and bodies of cells, by the Landau-Lifshitz-Gilbert equation.

>>> from spinloom.magnet import Film
>>> film = Film((32, 32, 1), ("4 nm", "4 nm", "4 nm"), saturation_magnetization="800 kA/m", exchange_stiffness="13 pJ/m", damping=0.02)
>>> film.magnetization = lambda x, y, z: (-y, x, 2e-9)
>>> film.relax().torque < 1e-4
True
>>> film.vortex_core().circulation > 0.9
True

Arrays are (nz, ny, nx), vectors (3, nz, ny, nx). Numbers are SI, or texts with a unit; magnetic fields are flux densities B, in tesla.
"""

from __future__ import annotations

from ._film import Film
from ._film_parts import MeanWall, Ovf, Rest, Run, Skyrmion, VortexCore, Wall, read_ovf
from ._waveform import Noise, Pulse, Sine, Square, Table, Waveform

__all__ = [
    "Film",
    "MeanWall",
    "Noise",
    "Ovf",
    "Pulse",
    "Rest",
    "Run",
    "Sine",
    "Skyrmion",
    "Square",
    "Table",
    "VortexCore",
    "Wall",
    "Waveform",
    "read_ovf",
]
