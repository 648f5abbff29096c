"""Sound to frames."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _spinloom


def cochleagram(samples: ArrayLike, rate: int = 8000, *, kind: str = "cochlea", **parameters: Any) -> NDArray[np.float64]:
    """Acoustic frames of a recording.

    Args:
        samples: Samples, one-dimensional.
        rate: Samples per second.
        kind: ``cochlea`` (gammatone filters of the ear's bandwidths, rectified and compressed), ``spectrogram`` (linear in power) or ``mel``.
        **parameters: Others of the front end: ``channels``, ``lowest_frequency``, ``frame_step``, ``compression``; numbers in SI or texts
            with a unit.

    Returns:
        Frames x channels.

    Raises:
        ValueError: For a parameter that is not known, with the nearest name, or a value that is not allowed.

    Example:
        >>> tone = np.sin(2 * np.pi * 440 * np.arange(4000) / 8000)
        >>> cochleagram(tone, 8000, channels=64, frame_step="10 ms").shape
        (50, 64)
    """
    array = np.ascontiguousarray(samples, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"samples have one dimension, but these have {array.ndim}")
    return _spinloom.front_end(array, rate, {"kind": kind, **parameters})
