"""How far a call has come: nothing, a line on the error stream, or a function of the caller's."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeAlias

#: Nothing (None or False), a line on the error stream (True), or a function called as ``progress(phase, done, total)``.
Progress: TypeAlias = "bool | Callable[[str, int, int], object] | None"


class _Line:
    """One line on the error stream, written over and over."""

    def __init__(self) -> None:
        self._width = 0

    def __call__(self, phase: str, done: int, total: int) -> None:
        share = f" {100 * done // total} %" if total else ""
        line = f"{phase}{share}"
        sys.stderr.write("\r" + line.ljust(self._width))
        sys.stderr.flush()
        self._width = len(line)

    def end(self) -> None:
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()


class listening:
    """The function to tell, for the time of a ``with`` block; the line on the error stream is wiped at its end."""

    def __init__(self, progress: Progress) -> None:
        self._line = _Line() if progress is True else None
        self._tell = self._line if progress is True else (progress or None)
        if self._tell is not None and not callable(self._tell):
            raise TypeError(f"progress is None, True or a function of (phase, done, total), not {type(progress).__name__}")

    def __enter__(self) -> Callable[[str, int, int], object] | None:
        return self._tell

    def __exit__(self, *_: object) -> None:
        if self._line is not None:
            self._line.end()
