"""Neuromorphic spintronics, from the magnetization to the accuracy and the energy of the network it makes.

>>> import spinloom
>>> [card["name"] for card in spinloom.systems()]
['torrejon2017', 'romera2018']
"""

from ._spinloom import VERSION as __version__
from ._spinloom import AutoOscillator
from .reservoir import OscillatorReservoir
from .systems import (
    Figure,
    Outcome,
    Quantity,
    parameters,
    reproduce,
    run,
    systems,
)

__all__ = [
    "AutoOscillator",
    "Figure",
    "Outcome",
    "OscillatorReservoir",
    "Quantity",
    "__version__",
    "parameters",
    "reproduce",
    "run",
    "systems",
]
