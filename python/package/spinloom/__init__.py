"""Neuromorphic spintronics, from the device to the accuracy and the energy of the network it makes.

Published systems run whole, and their parts are building blocks with NumPy arrays in and out:

>>> import spinloom
>>> "romera2018" in [card.name for card in spinloom.systems()]
True
>>> oscillator = spinloom.AutoOscillator(frequency="300 MHz", threshold_current="3 mA")
>>> oscillator.stationary_power(6e-3)
0.2857142857142857

`run` gives an `Outcome` with quantities, tables and figures; `reproduce` puts published figures beside measured ones;
`OscillatorReservoir` is a scikit-learn transformer. `solve`, `Ising` and, for those who use dimod, `PBitSampler` are the Ising solver.
`magnet.Film` is the magnetization of films, cell by cell.
Every number is SI; where a parameter is set, a text with a unit such as ``"410 ns"`` does as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import data, magnet
from ._acoustics import cochleagram
from ._ising import Ising
from ._lab import (
    Card,
    Claim,
    Experiment,
    Parameter,
    Seed,
    SystemDescription,
    experiment,
    load_experiment,
    parameters,
    run,
    show,
    systems,
)
from ._network import NetworkResult, simulate_network
from ._progress import Progress
from ._outcome import Figure, LedgerEntry, Outcome, Quantity, Table
from ._reproduce import ClaimResult, Reproduction, SystemReproduction, reproduce
from ._samples import Samples, state_index
from ._solve import Solution, solve
from ._spinloom import VERSION as __version__
from ._spinloom import AutoOscillator

if TYPE_CHECKING:
    from ._reservoir import OscillatorReservoir
    from ._sampler import PBitSampler as PBitSampler

# `PBitSampler` needs dimod and is left out, so that `from spinloom import *` does without.
__all__ = [
    "AutoOscillator",
    "Card",
    "Claim",
    "ClaimResult",
    "Experiment",
    "Figure",
    "Ising",
    "LedgerEntry",
    "NetworkResult",
    "OscillatorReservoir",
    "Outcome",
    "Parameter",
    "Progress",
    "Quantity",
    "Reproduction",
    "Samples",
    "Seed",
    "Solution",
    "SystemDescription",
    "SystemReproduction",
    "Table",
    "__version__",
    "cochleagram",
    "data",
    "experiment",
    "load_experiment",
    "magnet",
    "parameters",
    "reproduce",
    "run",
    "show",
    "simulate_network",
    "solve",
    "state_index",
    "systems",
]


def __getattr__(name: str) -> object:
    # scikit-learn takes a second to import, so it waits until the estimator is asked for.
    if name == "OscillatorReservoir":
        from ._reservoir import OscillatorReservoir

        return OscillatorReservoir
    # dimod is optional.
    if name == "PBitSampler":
        from ._sampler import PBitSampler

        return PBitSampler
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "PBitSampler"])
