"""Systems, experiments, and running them."""

from __future__ import annotations

import errno
import operator
import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, SupportsIndex, TypeAlias

from . import _spinloom
from ._outcome import Outcome
from ._progress import Progress, listening

#: A seed: a whole number from 0 to 2**64 - 1.
Seed: TypeAlias = SupportsIndex
StrPath: TypeAlias = "str | os.PathLike[str]"


@dataclass(frozen=True)
class Card:
    """What a system is.

    Attributes:
        name: Name, as in `spinloom.run`.
        title: One line.
        paper: The paper or papers.
        doi: DOI of the paper.
        device: Device.
        task: Task.
        measures: What is measured.
        data: Data sets that widen what can be measured.
    """

    name: str
    title: str
    paper: str
    doi: str
    device: str
    task: str
    measures: str
    data: tuple[str, ...]

    @classmethod
    def _from_plain(cls, plain: Mapping[str, Any]) -> Card:
        return cls(**{**plain, "data": tuple(plain["data"])})


@dataclass(frozen=True)
class Claim:
    """A published figure.

    Attributes:
        name: What is claimed.
        quantity: Name of the quantity of an outcome that measures it.
        published: The figure; None where only the band is claimed.
        unit: Unit, empty when dimensionless.
        band: The interval in which a reproduction counts as within; None for what is only shown.
        kind: What stands behind it: published, derived or chip.
        source: Where it is printed or how it follows.
        note: What to know when comparing.
        needs: Data set without which it cannot be measured.
    """

    name: str
    quantity: str
    published: float | None
    unit: str
    band: tuple[float, float] | None
    kind: str
    source: str
    note: str
    needs: str | None

    @classmethod
    def _from_plain(cls, plain: Mapping[str, Any]) -> Claim:
        return cls(**{**plain, "band": plain["band"] and tuple(plain["band"])})


@dataclass(frozen=True)
class Parameter:
    """One parameter of a system.

    Attributes:
        name: Name, groups joined by dots.
        value: Value, SI.
        unit: Unit, empty when dimensionless.
        doc: What it means.
        bound: What is allowed, in words; empty when anything is.
        choices: The words allowed, where it is a choice.
    """

    name: str
    value: float | int | bool | str | list[float]
    unit: str
    doc: str
    bound: str
    choices: tuple[str, ...]

    @classmethod
    def _from_plain(cls, plain: Mapping[str, Any]) -> Parameter:
        return cls(**{**plain, "choices": tuple(plain["choices"])})


@dataclass(frozen=True)
class SystemDescription:
    """A system: its card, its claims and its parameters."""

    card: Card
    claims: tuple[Claim, ...]
    parameters: Mapping[str, Parameter]


class Experiment:
    """A system with its parameters set. Made by `spinloom.experiment` or `spinloom.load_experiment`; does not change."""

    def __init__(self, raw: _spinloom.Experiment) -> None:
        self._raw = raw

    @property
    def system(self) -> str:
        """Name of the system."""
        return self._raw.system

    @property
    def seed(self) -> int | None:
        """Seed, where the file names one."""
        return self._raw.seed

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every parameter by its name."""
        return MappingProxyType({plain["name"]: Parameter._from_plain(plain) for plain in self._raw.parameters()})

    def with_parameters(self, parameters: Mapping[str, Any] | None = None, /, **overrides: Any) -> Experiment:
        """The same experiment with other parameters, as in `spinloom.run`.

        Raises:
            ValueError: For a parameter that is not known, with the nearest name, or a value that is not allowed.
        """
        return Experiment(self._raw.with_parameters({**(parameters or {}), **overrides}))

    def run(
        self,
        *,
        seed: Seed | None = None,
        data: StrPath | None = None,
        threads: int | None = None,
        quick: bool = False,
        progress: Progress = None,
    ) -> Outcome:
        """Runs the system once; as `spinloom.run`."""
        number = _seed(self.seed if seed is None else seed)
        with listening(progress) as tell:
            return Outcome(
                self._raw.run(number, _folder(data, self), _threads(threads), bool(quick), tell, self._call(number, quick))
            )

    def to_toml(self) -> str:
        """The experiment with every parameter, as the text of a file that `spinloom run` and `load_experiment` read."""
        return self._raw.to_toml()

    def _changed(self) -> dict[str, Any]:
        """Parameters that differ from those of the paper."""
        nominal = {plain["name"]: plain["value"] for plain in _spinloom.Experiment(self.system).parameters()}
        return {p.name: p.value for p in self.parameters.values() if p.value != nominal[p.name]}

    def _call(self, seed: int, quick: bool) -> str:
        changed = self._changed()
        arguments = [repr(self.system), *([repr(changed)] if changed else []), f"seed={seed}", *(["quick=True"] if quick else [])]
        return f"spinloom.run({', '.join(arguments)})"

    def __repr__(self) -> str:
        changed = ", ".join(f"{name} = {value!r}" for name, value in self._changed().items())
        return f"<Experiment {self.system}: {changed or 'as published'}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Experiment) and self.to_toml() == other.to_toml()

    def __hash__(self) -> int:
        return hash(self.to_toml())

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return _experiment_from_text, (self.to_toml(),)


def _experiment_from_text(text: str) -> Experiment:
    return Experiment(_spinloom.Experiment.from_text(text))


def systems() -> list[Card]:
    """The cards of all systems."""
    return [Card._from_plain(plain) for plain in _spinloom.systems()]


def show(name: str) -> SystemDescription:
    """Card, claims and parameters of a system.

    Raises:
        ValueError: When there is no such system, with the nearest name.
    """
    raw = _spinloom.Experiment(name)
    claims = tuple(Claim._from_plain(plain) for plain in raw.claims())
    return SystemDescription(Card._from_plain(raw.card()), claims, Experiment(raw).parameters)


def parameters(name: str) -> Mapping[str, Parameter]:
    """The parameters of a system by name, with the values of the paper.

    Raises:
        ValueError: When there is no such system, with the nearest name.
    """
    return Experiment(_spinloom.Experiment(name)).parameters


def experiment(name: str, parameters: Mapping[str, Any] | None = None, /, **overrides: Any) -> Experiment:
    """A system with parameters other than those of the paper; arguments as in `spinloom.run`.

    Raises:
        ValueError: For a system, a parameter or a value that is not allowed.
    """
    return Experiment(_spinloom.Experiment(name)).with_parameters(parameters, **overrides)


def load_experiment(path: StrPath) -> Experiment:
    """Reads an experiment file, the same TOML that ``spinloom run`` takes.

    Raises:
        ValueError: When something in it is wrong, with line, column and the nearest name.
        OSError: When it cannot be read.
    """
    return Experiment(_spinloom.Experiment.from_file(path))


def run(
    system: StrPath | Experiment,
    parameters: Mapping[str, Any] | None = None,
    /,
    *,
    seed: Seed | None = None,
    data: StrPath | None = None,
    threads: int | None = None,
    quick: bool = False,
    progress: Progress = None,
    **overrides: Any,
) -> Outcome:
    """Runs a published system once.

    The same seed gives the same bits, whatever the number of threads. Other Python threads go on meanwhile, and Ctrl-C ends the run within a
    second.

    Args:
        system: Name of a system, path of an experiment file (``.toml``), or an `Experiment`.
        parameters: Parameters that differ from the paper, by their dotted names or in nested dictionaries. For those whose names are taken by
            the arguments below, such as ``data``.
        seed: Seed; by default that of the experiment file, or 1.
        data: Folder to look for data sets in before any other place.
        threads: Number of threads; by default one a core.
        quick: Leave out what only illustrates (finer maps, wider sweeps).
        progress: True for a line on the error stream, or a function called as ``progress(phase, done, total)``; what it raises ends the run.
        **overrides: Parameters that differ from the paper; ``a__b=...`` stands for ``a.b``, as does ``a={"b": ...}``. Values are numbers in
            SI or texts with a unit, such as ``"410 ns"``.

    Raises:
        ValueError: For a system, a parameter or a value that is not allowed; the message names the nearest one.
        FileNotFoundError: When a data set that was asked for, or the experiment file, is not there.
        OSError: When a file cannot be read.
        KeyboardInterrupt: When Ctrl-C was pressed.

    Example:
        >>> outcome = spinloom.run("romera2018", vowels="embedded", seed=1, quick=True, coupling=0.5e6)  # doctest: +SKIP
        >>> outcome.quantities["embedded.test_accuracy"].value  # doctest: +SKIP
    """
    return _experiment(system).with_parameters(parameters, **overrides).run(
        seed=seed, data=data, threads=threads, quick=quick, progress=progress
    )


def _experiment(system: StrPath | Experiment) -> Experiment:
    if isinstance(system, Experiment):
        return system
    name = os.fspath(system)
    return load_experiment(name) if name.endswith(".toml") else Experiment(_spinloom.Experiment(name))


def _seed(seed: Seed | None) -> int:
    number = 1 if seed is None else operator.index(seed)
    if not 0 <= number < 2**64:
        raise ValueError(f"seed must be a whole number from 0 to 18446744073709551615, but it is {number}")
    return number


def _threads(threads: int | None) -> int | None:
    if threads is not None and operator.index(threads) < 1:
        raise ValueError(f"threads must be 1 or more, but it is {threads}; leave it out to use every core")
    return threads


def _folder(data: StrPath | None, experiment: Experiment | None = None) -> str | None:
    if data is None or os.path.isdir(data):
        return None if data is None else os.fspath(data)
    what = "there is no such folder of data sets"
    if experiment is not None and "data" in experiment.parameters:
        what += f"; the parameter `data` of {experiment.system} is set by {{'data': ...}} as the second argument"
    raise FileNotFoundError(errno.ENOENT, what, os.fspath(data))
