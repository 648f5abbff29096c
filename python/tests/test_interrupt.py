"""Ctrl-C ends a run within a second."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
from conftest import LONG

RUN = f"""
import spinloom
print("started", flush=True)
try:
    spinloom.run("torrejon2017", {LONG!r})
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""

STATES = """
import numpy as np
import spinloom
reservoir = spinloom.OscillatorReservoir(400, noise=True).fit(np.ones((2, 1)))
print("started", flush=True)
try:
    reservoir.states(np.ones((2_000_000, 1)))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of other processes are POSIX")
@pytest.mark.parametrize("script", [RUN, STATES], ids=["run", "states"])
def test_interrupt_ends_the_work_within_a_second(script: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "started\n"
        time.sleep(0.7)
        assert process.poll() is None, "the work was over before it could be interrupted"
        sent = time.perf_counter()
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"
        assert time.perf_counter() - sent < 1.0
        assert process.wait(timeout=5) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
