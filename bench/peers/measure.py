"""Runs the peers and spinloom: attempted spin updates per ns on one core, and the time to a target on all of them."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from environments import Peer
from workloads import Workload

# Nobody gets a second core behind the back of the measurement.
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")}

# The chains that advance together in one word, when spinloom's answer does not say: the most that any of its kernels has.
LANES = 256

# Sweeps of a run that measures speed and of the short one before it; whole multiples of the 60 stages of one peer.
SPEED_SWEEPS, PILOT_SWEEPS = 1200, 120


class Failed(Exception):
    """A run that gave no answer; the message says why."""


@dataclass
class Run:
    """What one run, or several at the same time, did: seconds of sampling alone, and the cut of every read."""

    version: str
    updates: int
    seconds: float
    prepare_s: float
    cuts: list[float]
    lanes: int = 1


@dataclass
class Speed:
    """Attempted spin updates per ns on one core: the median of several runs, and all of them."""

    variant: str
    version: str
    updates_per_ns: float
    runs: list[float]
    best_cut: float
    mean_cut: float


@dataclass
class Search:
    """The reads of one sweep count and how long the target takes at 99 % confidence; None where no read reached it."""

    variant: str
    version: str
    sweeps: int
    reads: int
    hits: int
    seconds: float
    prepare_s: float
    best_cut: float
    tts_s: float | None


@dataclass
class Settings:
    """How much is run."""

    seconds: float
    repeat: int
    sweeps: list[int]
    reads: int
    our_reads: int
    shared_runs: int
    cores: int
    seed: int
    timeout: float
    log: list[str] = field(default_factory=list)


def time_to_target(seconds: float, reads: int, hits: int, at_once: int) -> float | None:
    """t ln(1 - 0.99) / ln(1 - p) with t the time and p the chance of success of a read, but never less than one round of reads.

    The formula of Ronnow et al., Science 345, 420 (2014), doi:10.1126/science.1252319. `at_once` reads make a round: the chains
    of every core together; without that floor a wide machine would be given the time of a part of a round that it cannot run.
    """
    if hits == 0:
        return None
    floor = seconds / max(1, math.ceil(reads / at_once))
    if hits == reads:
        return floor
    return max(floor, seconds / reads * math.log(0.01) / math.log1p(-hits / reads))


def answers(commands: list[list[str]], timeout: float, environment: dict[str, str]) -> list[dict[str, Any]]:
    """Runs commands at the same time and reads the last line of each as JSON."""
    running = []
    try:
        for command in commands:
            running.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment))
        found = []
        for process in running:
            out, err = process.communicate(timeout=timeout)
            if process.returncode:
                raise Failed(" ".join(err.strip().splitlines()[-1:]) or f"exit status {process.returncode}")
            found.append(json.loads(out))
        return found
    except subprocess.TimeoutExpired as error:
        raise Failed(f"no answer in {timeout:g} s") from error
    except (OSError, ValueError) as error:
        raise Failed(str(error)) from error
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
                process.wait()


def run_peer(peer: Peer, work: Workload, variant: str, sweeps: int, reads: int, seed: int, cores: int, timeout: float) -> Run:
    """Reads of a peer, divided among as many processes as there are cores: none of these peers uses a second thread."""
    processes = max(1, min(cores, reads // peer.lanes))
    commands = []
    for process in range(processes):
        share = reads // processes + (process < reads % processes)
        numbers = [
            "--sweeps",
            str(sweeps),
            "--reads",
            str(share),
            "--seed",
            str(seed + 1_000_003 * process),
            "--variant",
            variant,
        ]
        commands.append([*peer.command, str(work.file), *numbers])
    found = answers(commands, timeout, os.environ | ONE_THREAD)
    return Run(
        version=found[0]["peer_version"],
        updates=sum(answer["updates"] for answer in found),
        seconds=max(answer["seconds"] for answer in found),
        prepare_s=max(answer["prepare_s"] for answer in found),
        cuts=[cut for answer in found for cut in answer["cuts"]],
        lanes=peer.lanes,
    )


def run_ours(
    spinloom: Path, work: Workload, method: str, sweeps: int, reads: int, seed: int, threads: int, timeout: float
) -> Run:
    """Reads of `spinloom solve`."""
    numbers = ["--sweeps", str(sweeps), "--reads", str(reads), "--seed", str(seed), "--threads", str(threads)]
    command = [str(spinloom), "solve", str(work.file), "--method", method, *numbers, "--json"]
    answer = answers([command], timeout, dict(os.environ))[0]
    timing = answer["timing"]
    return Run(
        version=str(answer.get("version", "")),
        updates=answer["updates"],
        seconds=timing["sample_s"],
        prepare_s=timing["prepare_s"],
        cuts=our_cuts(answer, work),
        lanes=int(answer.get("lanes", _lanes(method))),
    )


def our_cuts(answer: dict[str, Any], work: Workload) -> list[float]:
    """The cut of every read from spinloom's answer, whether it lists cuts or Ising energies; refuses what agrees with neither."""
    values = [float(value) for value in answer["energies"]]
    best, lowest = float(answer["best"]["objective"]), float(answer["best"]["energy"])
    if values and abs(max(values) - best) < 1e-6:
        return values
    if values and abs(min(values) - lowest) < 1e-6:
        for slope, cut in ((0.5, (work.total_weight - lowest) / 2), (1.0, -lowest)):
            if abs(cut - best) < 1e-6:
                return [best - slope * (value - lowest) for value in values]
    raise Failed(f"{work.name}: the energies of the reads do not agree with the best objective")


def _lanes(method: str) -> int:
    return 1 if method in ("single", "dense") else LANES


def _median_speed(variant: str, runs: list[Run]) -> Speed:
    speeds = [run.updates / run.seconds * 1e-9 for run in runs]
    cuts = [cut for run in runs for cut in run.cuts]
    return Speed(variant, runs[0].version, statistics.median(speeds), speeds, max(cuts), statistics.fmean(cuts))


def _worth_running(work: Workload, variant: str) -> bool:
    # A matrix for a sparse graph only wastes the time of both.
    return variant != "dense" or work.edges > work.nodes**2 / 8


def _speed(variant: str, lanes: int, run: Callable[[int, int, int], Run], settings: Settings) -> Speed:
    """Runs `run(sweeps, reads, seed)` long enough to take about `settings.seconds`, several times."""
    pilot = run(PILOT_SWEEPS, lanes, settings.seed)
    expected = max(pilot.seconds * SPEED_SWEEPS / PILOT_SWEEPS, 1e-9)
    rounds = max(1, round(settings.seconds / expected))
    return _median_speed(variant, [run(SPEED_SWEEPS, rounds * lanes, settings.seed + k) for k in range(settings.repeat)])


def peer_speed(peer: Peer, work: Workload, settings: Settings) -> list[Speed]:
    """The speed of each variant of a peer on one core."""
    speeds = []
    for variant in (name for name in peer.speed if _worth_running(work, name)):

        def run(sweeps: int, reads: int, seed: int, variant: str = variant) -> Run:
            return run_peer(peer, work, variant, sweeps, reads, seed, 1, settings.timeout)

        try:
            speeds.append(_speed(variant, peer.lanes, run, settings))
        except Failed as error:
            settings.log.append(f"{peer.name} ({variant}) on {work.name}: {error}")
    return speeds


def our_speed(spinloom: Path, work: Workload, methods: list[str], settings: Settings) -> list[Speed]:
    """The speed of each method of spinloom on one thread."""
    speeds = []
    for method in (name for name in methods if _worth_running(work, name)):

        def run(sweeps: int, reads: int, seed: int, method: str = method) -> Run:
            return run_ours(spinloom, work, method, sweeps, reads, seed, 1, settings.timeout)

        try:
            speeds.append(_speed(method, _lanes(method), run, settings))
        except Failed as error:
            settings.log.append(f"spinloom ({method}) on {work.name}: {error}")
    return speeds


def target(work: Workload) -> float:
    """99.9 % of the best known cut."""
    return 0.999 * (work.best_known or math.nan)


def _search(variant: str, sweeps: int, run: Run, work: Workload, cores: int) -> Search:
    hits = sum(cut >= target(work) - 1e-9 for cut in run.cuts)
    tts = time_to_target(run.seconds, len(run.cuts), hits, run.lanes * cores)
    return Search(variant, run.version, sweeps, len(run.cuts), hits, run.seconds, run.prepare_s, max(run.cuts), tts)


def peer_search(peer: Peer, work: Workload, settings: Settings) -> list[Search]:
    """Reads at every sweep count by every searching variant of a peer."""
    found = []
    reads = max(settings.reads, peer.lanes * settings.cores)
    for variant in peer.search:
        for sweeps in settings.sweeps:
            try:
                run = run_peer(peer, work, variant, sweeps, reads, settings.seed, settings.cores, settings.timeout)
                found.append(_search(variant, sweeps, run, work, settings.cores))
            except Failed as error:
                settings.log.append(f"{peer.name} ({variant}) on {work.name}, {sweeps} sweeps: {error}")
    return found


def our_search(spinloom: Path, work: Workload, methods: list[str], settings: Settings) -> list[Search]:
    """Reads at every sweep count by spinloom."""
    found = []
    for method in methods:
        for sweeps in settings.sweeps:
            try:
                shared = method == "anneal-shared"
                found.append((_our_shared if shared else _our_reads)(spinloom, work, method, sweeps, settings))
            except Failed as error:
                settings.log.append(f"spinloom ({method}) on {work.name}, {sweeps} sweeps: {error}")
    return found


def _our_reads(spinloom: Path, work: Workload, method: str, sweeps: int, settings: Settings) -> Search:
    reads = settings.our_reads if _lanes(method) > 1 else settings.reads
    run = run_ours(spinloom, work, method, sweeps, reads, settings.seed, settings.cores, settings.timeout)
    return _search(method, sweeps, run, work, settings.cores)


def _our_shared(spinloom: Path, work: Workload, method: str, sweeps: int, settings: Settings) -> Search:
    """Chains that share random words are not independent reads: here a read is a whole run, and runs differ in their seed."""
    runs = [
        run_ours(spinloom, work, method, sweeps, LANES * settings.cores, settings.seed + k, settings.cores, settings.timeout)
        for k in range(settings.shared_runs)
    ]
    hits = sum(max(run.cuts) >= target(work) - 1e-9 for run in runs)
    seconds = sum(run.seconds for run in runs)
    tts = time_to_target(seconds, len(runs), hits, 1)
    best = max(max(run.cuts) for run in runs)
    return Search(method, runs[0].version, sweeps, len(runs), hits, seconds, max(run.prepare_s for run in runs), best, tts)
