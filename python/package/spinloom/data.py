"""Data sets and time series as NumPy arrays.

Data sets are looked for in the folder that a call names, then in the folder of the environment variable ``SPINLOOM_DATA``, then in
the user's cache, where `fetch` puts them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

import numpy as np
from numpy.typing import NDArray

from . import _spinloom
from ._lab import Seed, StrPath, _folder, _seed
from ._progress import Progress, listening

__all__ = [
    "DataSet",
    "Digits",
    "Recording",
    "Verification",
    "Vowels",
    "available",
    "digits",
    "fetch",
    "lorenz",
    "mackey_glass",
    "narma",
    "santa_fe",
    "sine_square",
    "verify",
    "vowels",
]


@dataclass(frozen=True)
class DataSet:
    """A data set.

    Attributes:
        name: Name.
        title: What it is.
        licence: Licence.
        page: Page of its makers.
        size: Size on disk, bytes.
        path: Where it was found, or None.
    """

    name: str
    title: str
    licence: str
    page: str
    size: int
    path: Path | None


def available(folder: StrPath | None = None) -> list[DataSet]:
    """All data sets that a system can use, and where each was found."""
    found = _spinloom.data_sets(_folder(folder))
    return [DataSet(**{**plain, "path": plain["path"] and Path(plain["path"])}) for plain in found]


def fetch(name: str, folder: StrPath | None = None, *, mirror: str | None = None, progress: Progress = None) -> Path:
    """Downloads a data set, checks every file, and returns its folder.

    A transfer that breaks off is resumed by the next call; a file appears under its name only when it is whole.

    Args:
        name: Name of the data set.
        folder: Where data sets are kept; by default the user's cache.
        mirror: An address to use in place of those of the makers.
        progress: As in `spinloom.run`.

    Raises:
        ValueError: When there is no such data set, with the nearest name.
        OSError: When it cannot be downloaded or is not what was published.
    """
    with listening(progress) as tell:
        return Path(_spinloom.fetch(name, folder, mirror, tell))


@dataclass(frozen=True)
class Verification:
    """What a verification found.

    Attributes:
        good: Number of files that are as published.
        missing: Files that are not there.
        corrupt: Files that differ from what was published.
        unverified: Files whose checksum is not known.
    """

    good: int
    missing: tuple[str, ...]
    corrupt: tuple[str, ...]
    unverified: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every file is there and, as far as one can tell, as published."""
        return not self.missing and not self.corrupt


def verify(name: str, folder: StrPath | None = None, *, progress: Progress = None) -> Verification:
    """Compares every file of a data set with its checksum.

    Raises:
        ValueError: When there is no such data set, with the nearest name.
        FileNotFoundError: When it was not found.
    """
    with listening(progress) as tell:
        plain = _spinloom.verify(name, _folder(folder), tell)
    missing, corrupt, unverified = (tuple(plain[key]) for key in ("missing", "corrupt", "unverified"))
    return Verification(plain["good"], missing, corrupt, unverified)


@dataclass(frozen=True)
class Vowels:
    """Spoken vowels.

    Attributes:
        formants: Formants in Hz, tokens x formants.
        formant_names: Names of the formants.
        labels: Vowel of each token, an index into `vowel_names`.
        vowel_names: Names of the vowels.
        speakers: Speaker of each token, an index into `speaker_names`; the groups of a cross-validation by speaker.
        speaker_names: Names of the speakers.
        source: Where they come from.
    """

    formants: NDArray[np.float64]
    formant_names: tuple[str, ...]
    labels: NDArray[np.int64]
    vowel_names: tuple[str, ...]
    speakers: NDArray[np.int64]
    speaker_names: tuple[str, ...]
    source: str

    @classmethod
    def _from_plain(cls, plain: Mapping[str, Any]) -> Vowels:
        names = {key: tuple(plain[key]) for key in ("formant_names", "vowel_names", "speaker_names")}
        return cls(**{**plain, **names})


def vowels(
    source: StrPath = "embedded",
    *,
    speakers: int = 37,
    seed: Seed = 1,
    folder: StrPath | None = None,
    columns: Mapping[str, str] | None = None,
) -> Vowels:
    """Vowels as formants.

    Args:
        source: ``embedded`` draws speakers from statistics of the measured file, ``hillenbrand`` is the measured file (Hillenbrand et al.
            1995: 37 women, seven vowels), and anything else the path of a CSV file with the columns speaker, vowel, f1, f2 and any more
            formants.
        speakers: Number of speakers drawn.
        seed: Seed of the draw; the system romera2018 draws the same speakers under the same seed.
        folder: Folder to look for data sets in before any other place.
        columns: Names of the columns of the CSV file where they differ, as in ``{"speaker": "talker", "f1": "F1 (Hz)"}``.

    Raises:
        FileNotFoundError: When the data set or file is not there.
        ValueError: When something in it is wrong, with the line.

    Example:
        >>> vowels(speakers=10).formants.shape
        (70, 12)
    """
    if source == "embedded":
        if speakers < 2:
            raise ValueError(f"speakers must be 2 or more, but it is {speakers}")
        return Vowels._from_plain(_spinloom.embedded_vowels(speakers, _seed(seed)))
    if source == "hillenbrand":
        return Vowels._from_plain(_spinloom.hillenbrand_vowels(_folder(folder)))
    names = ",".join(f"{ours}={theirs}" for ours, theirs in (columns or {}).items())
    return Vowels._from_plain(_spinloom.vowels_from_csv(os.fspath(source), names))


@dataclass(frozen=True)
class Recording:
    """One spoken digit.

    Attributes:
        digit: The digit, 0 to 9.
        speaker: Name of the speaker.
        index: Which of the speaker's takes of this digit.
        samples: Samples, scaled to a root-mean-square of one.
    """

    digit: int
    speaker: str
    index: int
    samples: NDArray[np.float64]


@dataclass(frozen=True)
class Digits:
    """Spoken digits, in the order of their file names.

    Attributes:
        rate: Samples per second.
        recordings: The recordings.
        source: Where they come from.
    """

    rate: int
    recordings: tuple[Recording, ...]
    source: str


def digits(folder: StrPath | None = None) -> Digits:
    """The Free Spoken Digit Dataset.

    Raises:
        FileNotFoundError: When it was not found; `fetch` brings it.
        ValueError: When a file is not a mono 16-bit WAV of 8 kHz.
    """
    rate, source, recordings = _spinloom.digits(_folder(folder))
    return Digits(rate, tuple(Recording(*recording) for recording in recordings), source)


def narma(order: int, steps: int, *, seed: Seed = 1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Input and target of NARMA10 or NARMA30 (Atiya and Parlos 2000), one value a step.

    Raises:
        ValueError: For another order.
    """
    return _spinloom.narma(_count("order", order), _count("steps", steps), _seed(seed))


def mackey_glass(steps: int, *, tau: float = 17.0) -> NDArray[np.float64]:
    """The chaotic series of Mackey and Glass (1977), one value a unit of time.

    Raises:
        ValueError: For a delay that makes no sense.
    """
    return _spinloom.mackey_glass(_count("steps", steps), tau)


def lorenz(steps: int, *, interval: float = 0.02) -> NDArray[np.float64]:
    """The Lorenz system (1963) on its attractor, steps x 3.

    Raises:
        ValueError: For an interval that makes no sense.
    """
    return _spinloom.lorenz(_count("steps", steps), interval)


def sine_square(periods: int, *, seed: Seed = 1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Random periods of sines and squares, eight points each, and for every point 0 (sine) or 1 (square).

    A map of the present point alone gets at most 7 of 8 right.
    """
    return _spinloom.sine_square(_count("periods", periods), _seed(seed))


def santa_fe(folder: StrPath | None = None) -> NDArray[np.float64]:
    """The Santa Fe laser series A: 10,093 intensities.

    Raises:
        FileNotFoundError: When it was not found; `fetch` brings it.
    """
    return _spinloom.santa_fe(_folder(folder))


def _count(name: str, value: int) -> int:
    if not 0 <= value <= 100_000_000:
        raise ValueError(f"{name} must be between 0 and 100000000, but it is {value}")
    return value
