from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

__all__: list[str]

VERSION: str

@final
class AutoOscillator:
    def __new__(cls, **parameters: float | str) -> AutoOscillator: ...
    @property
    def parameters(self) -> dict[str, float]: ...
    def stationary_power(self, current: float) -> float: ...
    def frequency_at(self, current: float) -> float: ...
    def relaxation_time(self, current: float) -> float: ...
    def linewidth(self, current: float) -> float: ...
    def locking_half_width(self, current: float, drive: float) -> float: ...
    def current_for_frequency(self, frequency: float) -> float: ...

def binary_mask(channels: int, nodes: int, seed: int) -> NDArray[np.float64]: ...
def oscillator_states(
    inputs: NDArray[np.float64],
    mask: NDArray[np.float64],
    oscillator: AutoOscillator,
    *,
    current: float,
    swing: float,
    virtual_node: float,
    scale: float = 0.0,
    clipped: float = 0.005,
    seed: int = 0,
    independent: bool = False,
) -> tuple[NDArray[np.float64], float]: ...
def run(
    what: str,
    overrides: Mapping[str, Any] | None = None,
    *,
    seed: int | None = None,
    data: str | PathLike[str] | None = None,
    threads: int | None = None,
    quick: bool = False,
    progress: Callable[[str, int, int], object] | None = None,
) -> str: ...
def reproduce(
    systems: Sequence[str],
    *,
    seeds: Sequence[int],
    data: str | PathLike[str] | None = None,
    threads: int | None = None,
    quick: bool = False,
    progress: Callable[[str, int, int], object] | None = None,
    out: str | PathLike[str] | None = None,
    force: bool = False,
    resume: bool = False,
) -> str: ...
def cards() -> str: ...
def parameters(what: str) -> str: ...
def outcome_html(outcome_json: str) -> str: ...
def figure_png(outcome_json: str, name: str) -> tuple[str, bytes]: ...
def save(
    outcome_json: str,
    what: str,
    overrides: Mapping[str, Any] | None,
    out: str | PathLike[str],
    *,
    force: bool = False,
) -> None: ...
