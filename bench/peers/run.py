"""Measures spinloom's solver, or its magnetization, against its peers: `python3 bench/peers/run.py --help`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import environments
import magnets
import measure
import report
import workloads

ROOT = Path(__file__).resolve().parents[2]

Works = dict[str, workloads.Workload]
Peers = list[environments.Peer]


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        description="Attempted spin updates per ns and core and time to 99.9 % of the best known cut, or with --magnets the "
        "macrospins and films a second: spinloom and its peers.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    peers = [*environments.PEERS, *environments.MAGNETS]
    works = [*workloads.GENERATED, *workloads.GSET]
    count = "--peers-only, --cache, --peers, --works, --repeat, --timeout and --json count"
    add("--magnets", action="store_true", help=f"macrospins and films in place of the solver; of the rest, {count}")
    add("--peers-only", action="store_true", help="run no spinloom")
    add("--spinloom", type=Path, default=ROOT / "target/release/spinloom", help="the program to measure")
    add("--cache", type=Path, default=ROOT / "target/peers", help="where the peers are installed")
    add("--data", type=Path, default=os.environ.get("SPINLOOM_DATA"), help="the folder that holds gset/; else SPINLOOM_DATA")
    add("--peers", nargs="*", choices=peers, metavar="PEER", help=f"which peers, else all: {', '.join(peers)}")
    add("--works", nargs="*", metavar="WORK", help=f"what is measured, else all: {', '.join([*works, *magnets.works()])}")
    add("--targets", nargs="*", default=list(workloads.TARGETS), metavar="WORK", help="instances with a best known cut to reach")
    add(
        "--methods",
        nargs="*",
        default=["anneal", "anneal-shared", "single", "dense"],
        metavar="METHOD",
        help="spinloom's, for speed",
    )
    add("--target-methods", nargs="*", default=["anneal", "anneal-shared", "single"], metavar="METHOD", help="spinloom's, for the target")
    add("--seconds", type=float, default=2.0, help="sampling time of one measurement of speed")
    add("--repeat", type=int, default=3, help="measurements of speed; the median counts")
    add("--sweeps", type=int, nargs="*", default=[100, 200, 500, 1000, 2000, 5000, 10000], help="sweep counts tried on the way to a target")
    add("--reads", type=int, default=64, help="reads at each sweep count, on each side; wider machines fill their lanes")
    add("--our-reads", type=int, default=1024, help="reads of spinloom's multi-spin annealing at each sweep count")
    add("--shared-runs", type=int, default=16, help="runs with seeds of their own where chains share random words")
    add("--cores", type=int, default=report.cores(), help="cores used by either side on the way to a target")
    add("--seed", type=int, default=1, help="the first seed")
    add("--timeout", type=float, default=900.0, help="seconds after which a run is given up")
    add("--json", nargs="?", const="-", metavar="FILE", help="write rows and details as JSON to FILE, or in place of the tables")
    request = parser.parse_args()
    if request.peers is None:
        request.peers = list(environments.MAGNETS if request.magnets else environments.PEERS)
    if request.works is None:
        request.works = list(magnets.works()) if request.magnets else works
    unknown = [name for name in request.works if name not in magnets.works()] if request.magnets else []
    if unknown:
        parser.error(f"no such work: {', '.join(unknown)}; there are {', '.join(magnets.works())}")
    return request


def say(message: str) -> None:
    """Progress goes where results do not."""
    print(message, file=sys.stderr, flush=True)


def ready_peers(names: list[str], cache: Path, notes: list[str]) -> list[environments.Peer]:
    """The peers that can be had here."""
    cache.mkdir(parents=True, exist_ok=True)
    peers = []
    for name in names:
        say(f"preparing {name}")
        try:
            # A peer of the magnetization has nothing to solve here.
            if name in environments.PEERS:
                peers.append(environments.PEERS[name](cache.resolve()))
        except environments.Unavailable as error:
            notes.append(f"{name} was not run: {error}")
    return peers


def main_of_magnets(request: argparse.Namespace) -> int:
    """The magnetization: prepares the peers, measures, tells; 0 when something was measured."""
    notes: list[str] = []
    about = report.machine()
    request.cache.mkdir(parents=True, exist_ok=True)
    programs: dict[str, tuple[str, ...]] = {}
    wanted = {name: ready for name, ready in environments.MAGNETS.items() if name in request.peers}
    if not request.peers_only:
        wanted[magnets.OURS] = environments.spinloom_magnets
    for name, ready in wanted.items():
        say(f"preparing {name}")
        try:
            programs[name] = ready(request.cache.resolve())
        except environments.Unavailable as error:
            notes.append(f"{name} was not run: {error}")
    works = {name: magnets.works()[name] for name in request.works}
    results = magnets.measured(list(works.values()), programs, request.repeat, request.timeout, notes, say)
    document = {"machine": about, "rows": magnets.rows(results), "details": magnets.details(results), "notes": notes}
    tell(request, document, magnets.markdown(results, works, notes, about))
    return 0 if any(results.values()) else 1


def tell(request: argparse.Namespace, document: dict[str, Any], tables: str) -> None:
    """The tables on standard output and rows in a file, or rows in place of the tables."""
    if request.json == "-":
        print(json.dumps(document, indent=1))
        return
    print(tables, end="")
    if request.json:
        Path(request.json).write_text(json.dumps(document, indent=1) + "\n")


def speeds_of(request: argparse.Namespace, found: Works, peers: Peers, settings: measure.Settings) -> report.Speeds:
    """The speed of everybody on every workload."""
    speeds: report.Speeds = {}
    for work in (found[name] for name in request.works if name in found):
        speeds[work.name] = {}
        if not request.peers_only:
            say(f"speed of {report.OURS} on {work.name}")
            speeds[work.name][report.OURS] = measure.our_speed(request.spinloom, work, request.methods, settings)
        for peer in peers:
            say(f"speed of {peer.name} on {work.name}")
            speeds[work.name][peer.name] = measure.peer_speed(peer, work, settings)
    return speeds


def searches_of(request: argparse.Namespace, found: Works, peers: Peers, settings: measure.Settings) -> report.Searches:
    """The reads of everybody on every instance whose best cut is known."""
    searches: report.Searches = {}
    for work in (found[name] for name in request.targets if name in found):
        if work.best_known is None:
            settings.log.append(f"{work.name} has no best known cut and is no target")
            continue
        searches[work.name] = {}
        if not request.peers_only:
            say(f"target of {work.name}: {report.OURS}")
            searches[work.name][report.OURS] = measure.our_search(request.spinloom, work, request.target_methods, settings)
        for peer in peers:
            say(f"target of {work.name}: {peer.name}")
            searches[work.name][peer.name] = measure.peer_search(peer, work, settings)
    return searches


def main() -> int:
    """Prepares the peers, measures, tells; 0 when something was measured."""
    request = arguments()
    if request.magnets:
        return main_of_magnets(request)
    notes: list[str] = []
    about = report.machine()
    if not request.peers_only and not request.spinloom.exists():
        missing_program = "build it (cargo build --release), name it (--spinloom) or leave it out (--peers-only)"
        say(f"error: there is no {request.spinloom}: {missing_program}")
        return 2
    peers = ready_peers(request.peers, request.cache, notes)
    amounts = ("seconds", "repeat", "sweeps", "reads", "our_reads", "shared_runs", "cores", "seed", "timeout")
    settings = measure.Settings(**{name: getattr(request, name) for name in amounts}, log=notes)
    with tempfile.TemporaryDirectory() as folder:
        found, missing = workloads.prepare([*request.works, *request.targets], Path(folder), request.data)
        if missing:
            notes.append(f"not run, for want of data (--data or SPINLOOM_DATA): {', '.join(missing)}")
        speeds = speeds_of(request, found, peers, settings)
        searches = searches_of(request, found, peers, settings)
    document: dict[str, Any] = {
        "machine": about,
        "rows": report.rows(speeds, searches),
        "details": report.details(speeds, searches),
        "notes": notes,
    }
    tell(request, document, report.markdown(speeds, searches, found, notes, about))
    measured = [any(sides.values()) for sides in speeds.values()] + [any(sides.values()) for sides in searches.values()]
    return 0 if any(measured) else 1


if __name__ == "__main__":
    sys.exit(main())
