"""What a run leaves: quantities, tables, figures, the ledger, and what data it used."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from . import _spinloom

if TYPE_CHECKING:
    from ._reproduce import ClaimResult

Column: TypeAlias = "NDArray[np.float64] | NDArray[np.str_]"


@dataclass(frozen=True)
class Quantity:
    """A measured number.

    Attributes:
        value: Value, SI.
        unit: Unit, empty when dimensionless.
        standard_error: Standard error within the run, where it can be known.
    """

    value: float
    unit: str = ""
    standard_error: float | None = None

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        error = "" if self.standard_error is None else f" ± {self.standard_error:.2g}"
        return f"{self.value:.6g}{error} {self.unit}".rstrip()


class Table(Mapping[str, Column]):
    """Columns of equal length, by name: numbers as arrays of floats, words as arrays of texts.

    Attributes:
        name: Name of its files in a run directory.
        title: What it shows.
        units: Unit of each column, empty when dimensionless.
    """

    def __init__(self, name: str, title: str, columns: Mapping[str, Column], units: Mapping[str, str]) -> None:
        self.name = name
        self.title = title
        self.units: Mapping[str, str] = MappingProxyType(dict(units))
        self._columns = dict(columns)

    def __getitem__(self, column: str) -> Column:
        return self._columns[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        rows = min((len(column) for column in self._columns.values()), default=0)
        return f"<Table {self.name}: {rows} rows of {', '.join(self._columns)}>"

    def to_pandas(self) -> Any:
        """The table as a `pandas.DataFrame`; units are in its `attrs`.

        Raises:
            ImportError: When pandas is not installed.
        """
        import pandas

        frame = pandas.DataFrame(self._columns)
        frame.attrs["units"] = dict(self.units)
        return frame

    def _repr_html_(self) -> str:
        heads = "".join(
            f"<th>{html.escape(name)}{f' ({html.escape(unit)})' if unit else ''}</th>" for name, unit in self.units.items()
        )
        rows = list(zip(*self._columns.values()))
        body = "".join("<tr>" + "".join(f"<td>{_cell(v)}</td>" for v in row) + "</tr>" for row in rows[:20])
        more = f"<p>The first 20 of {len(rows)} rows.</p>" if len(rows) > 20 else ""
        caption = f"<caption>{html.escape(self.title)}</caption>"
        return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(value: object) -> str:
    return html.escape(value) if isinstance(value, str) else f"{value:.6g}"


class Figure:
    """A figure of a run, drawn when it is looked at.

    Attributes:
        name: Name of its files in a run directory.
        title: Title.
        caption: What it shows.
    """

    def __init__(self, raw: _spinloom.Outcome, index: int, name: str, title: str, caption: str) -> None:
        self._raw = raw
        self._index = index
        self.name = name
        self.title = title
        self.caption = caption

    @cached_property
    def svg(self) -> str:
        """The figure as SVG."""
        return self._raw.figure_svg(self._index)

    @cached_property
    def png(self) -> bytes:
        """The figure as PNG."""
        return self._raw.figure_png(self._index)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the figure to a file whose name ends in ``.svg`` or ``.png``.

        Raises:
            ValueError: For another ending.
            OSError: When the file cannot be written.
        """
        ending = os.path.splitext(path)[1].lower()
        if ending not in (".svg", ".png"):
            raise ValueError(f"a figure is saved as .svg or .png, not as {ending or 'a file without ending'}")
        content = self.png if ending == ".png" else self.svg.encode()
        with open(path, "wb") as file:
            file.write(content)

    def __repr__(self) -> str:
        return f"<Figure {self.name}: {self.title}>"

    def _repr_svg_(self) -> str:
        return self.svg


@dataclass(frozen=True)
class LedgerEntry:
    """One line of the energy ledger: `count` events of `joule` and `second` in total.

    Attributes:
        what: What was done.
        kind: What it is for: write, read, bias, converter, wire, cmos or source.
        count: How many times.
        joule: Energy of all of them, J.
        second: Time of all of them, s, were they done one after another.
        source: Where the cost of one comes from, with its assumptions.
    """

    what: str
    kind: str
    count: float
    joule: float
    second: float
    source: str


class Outcome:
    """Everything a run left. Made by `spinloom.run`; can be pickled.

    A notebook shows it as a table of its quantities with the first figure.
    """

    def __init__(self, raw: _spinloom.Outcome) -> None:
        self._raw = raw

    @property
    def system(self) -> str:
        """Name of the system."""
        return self._raw.system

    @property
    def seed(self) -> int:
        """Seed."""
        return self._raw.seed

    @property
    def wall_s(self) -> float:
        """Wall time of the run, s."""
        return self._raw.wall_s

    @cached_property
    def data(self) -> tuple[str, ...]:
        """Data sets used, in words that name the file and how it was used."""
        return tuple(self._raw.data)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Names of the data sets that were not found; `spinloom.data.fetch` brings them."""
        return tuple(self._raw.missing)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader has to know: assumptions, substitutions, limits."""
        return tuple(self._raw.notes)

    @cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        """Measured numbers by name, in the order of measurement."""
        return MappingProxyType({name: Quantity(value, unit, error) for name, value, unit, error in self._raw.quantities()})

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """Tables by name."""
        out = {}
        for name, title, columns in self._raw.tables():
            values = {c: v if isinstance(v, np.ndarray) else np.array(v, dtype=np.str_) for c, _, v in columns}
            out[name] = Table(name, title, values, {c: unit for c, unit, _ in columns})
        return MappingProxyType(out)

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Figures by name."""
        figures = self._raw.figures()
        return MappingProxyType({figure[0]: Figure(self._raw, index, *figure) for index, figure in enumerate(figures)})

    @cached_property
    def ledger(self) -> tuple[LedgerEntry, ...]:
        """What the run cost, by what caused it."""
        return tuple(LedgerEntry(**entry) for entry in self._raw.ledger())

    @property
    def total_joule(self) -> float:
        """Energy of all lines of the ledger, J."""
        return self._raw.total_joule()

    @cached_property
    def claims(self) -> tuple[ClaimResult, ...]:
        """Published figures beside what this run measured; `spinloom.reproduce` measures over several seeds."""
        from ._reproduce import ClaimResult

        return tuple(ClaimResult._from_plain(claim) for claim in self._raw.claims())

    def to_dict(self) -> dict[str, Any]:
        """The document of ``spinloom run --json`` as dictionaries; a number that is not finite is None."""
        return self._raw.to_dict()

    def to_json(self) -> str:
        """The document of ``spinloom run --json``."""
        return self._raw.to_json()

    def to_toml(self) -> str:
        """The experiment with every parameter and the seed, as the text of a file that runs again."""
        return self._raw.experiment()

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> None:
        """Writes a run directory: report, experiment, tables (CSV, npz), figures (SVG, PNG), and the outcome as JSON.

        The directory appears when it is complete, or not at all.

        Args:
            path: The directory.
            force: Replace the directory of an earlier run.

        Raises:
            FileExistsError: When the directory is there already and is not to be replaced.
            OSError: When something cannot be written.
        """
        self._raw.save(path, force)

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name} = {quantity}" for name, quantity in list(self.quantities.items())[:4])
        more = ", ..." if len(self.quantities) > 4 else ""
        return f"<Outcome of {self.system}, seed {self.seed}: {numbers}{more}>"

    def _repr_html_(self) -> str:
        return self._raw.html()

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return _outcome_from_state, (self._raw.state(),)


def _outcome_from_state(state: str) -> Outcome:
    return Outcome(_spinloom.Outcome.from_state(state))
