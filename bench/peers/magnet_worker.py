"""What the workers of the magnetization have in common: the work they are given, their clock, the one line of JSON they print."""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def request() -> tuple[dict[str, Any], int]:
    """The work, as JSON, and the number of threads: the two arguments of every program that is measured."""
    if len(sys.argv) != 3:
        raise SystemExit(f"usage: {sys.argv[0]} DESCRIPTION THREADS, with the work as JSON: see magnets.py")
    return json.loads(sys.argv[1]), int(sys.argv[2])


class Clock:
    """Seconds of the processor where one thread works, which other programs do not lengthen, and those of the clock else."""

    def __init__(self, threads: int) -> None:
        self._now = time.process_time if threads == 1 else time.perf_counter
        self._begin = self._now()

    def seconds(self) -> float:
        """Seconds since it was made."""
        return self._now() - self._begin


def answer(peer: str, version: str, seconds: float, **checks: float) -> None:
    """Prints the line: the seconds of the work alone, and numbers that tell whether it was the same work as another's."""
    json.dump({"peer": peer, "peer_version": version, "seconds": seconds, "checks": checks}, sys.stdout)
    sys.stdout.write("\n")
