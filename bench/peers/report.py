"""What is told of a measurement: the machine it ran on, Markdown tables, and rows for programs."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

from measure import Search, Speed, target
from workloads import Workload

OURS = "spinloom"

SPEED_TITLE = "Attempted spin updates per ns on one core, the fastest variant of each; in brackets the mean cut of its reads:"

# Results by workload and then by name of the peer, spinloom's own under OURS.
Speeds = dict[str, dict[str, list[Speed]]]
Searches = dict[str, dict[str, list[Search]]]


def machine() -> dict[str, Any]:
    """The processor, its cores and how busy it was; no name of the machine."""
    model = platform.processor() or platform.machine()
    table = Path("/proc/cpuinfo")
    flags: list[str] = []
    if table.exists():
        for line in table.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                model = value.strip()
            if name.strip() == "flags" and not flags:
                flags = [flag for flag in ("avx2", "avx512f") if flag in value.split()]
    return {
        "cpu": model,
        "vector": flags,
        "cores": cores(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def fastest(speeds: list[Speed], shared: bool = False) -> Speed | None:
    """The fastest variant, of those whose chains are independent or of those that share random words."""
    fitting = [speed for speed in speeds if (speed.variant == "anneal-shared") == shared]
    return max(fitting, key=lambda speed: speed.updates_per_ns, default=None)


def shortest(searches: list[Search]) -> Search | None:
    """The sweep count and variant with the shortest time to the target, or None where nothing reached it."""
    return min((search for search in searches if search.tts_s is not None), key=lambda search: search.tts_s or 0.0, default=None)


def _row(work: str, peer: str, version: str, peer_s: float | None, ours_s: float | None, **more: Any) -> dict[str, Any]:
    ratio = peer_s / ours_s if peer_s and ours_s else None
    return {"work": work, "peer": peer, "peer_version": version, "peer_s": peer_s, "ours_s": ours_s, "ratio": ratio} | more


def rows(speeds: Speeds, searches: Searches) -> list[dict[str, Any]]:
    """A row for each work and peer, in seconds: of 10^9 attempted updates on one core, or to the target on all cores.

    `ratio` is the peer's seconds over ours; None where a side was not run or never reached the target.
    """
    table = []
    for work, sides in speeds.items():
        for shared in (False, True):
            ours = fastest(sides.get(OURS, []), shared)
            if shared and ours is None:
                continue
            for peer, found in sides.items():
                theirs = fastest(found) if peer != OURS else None
                if theirs:
                    name = f"updates {work}" + (" (shared random words)" if shared else "")
                    ours_s = 1 / ours.updates_per_ns if ours else None
                    variants = {"peer_variant": theirs.variant, "ours_variant": ours.variant if ours else None}
                    table.append(_row(name, peer, theirs.version, 1 / theirs.updates_per_ns, ours_s, **variants))
    for work, sides_of in searches.items():
        mine = shortest(sides_of.get(OURS, []))
        for peer, tried in sides_of.items():
            if peer == OURS or not tried:
                continue
            best = shortest(tried)
            variants = {"peer_variant": best.variant if best else None, "ours_variant": mine.variant if mine else None}
            table.append(
                _row(
                    f"target {work}",
                    peer,
                    tried[0].version,
                    best.tts_s if best else None,
                    mine.tts_s if mine else None,
                    **variants,
                )
            )
    return table


def details(speeds: Speeds, searches: Searches) -> dict[str, Any]:
    """Everything that was measured."""
    return {
        "speed": {work: {peer: [asdict(s) for s in found] for peer, found in sides.items()} for work, sides in speeds.items()},
        "target": {work: {peer: [asdict(s) for s in found] for peer, found in sides.items()} for work, sides in searches.items()},
    }


def _table(head: list[str], lines: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *lines])


def _ratio(value: float | None) -> str:
    return f"{value:.3g}" if value else "-"


def _rate(speed: Speed | None) -> str:
    if speed is None:
        return "-"
    variant = "" if speed.variant == "default" else f"{speed.variant}, "
    return f"{speed.updates_per_ns:.2g} ({variant}cut {speed.mean_cut:.0f})"


def _time(searches: list[Search]) -> str:
    best = shortest(searches)
    if best is None:
        return f"never, best {max(search.best_cut for search in searches):.0f}" if searches else "-"
    variant = "" if best.variant == "default" else f"{best.variant}, "
    return f"{best.tts_s:.3g} s ({variant}{best.sweeps} sweeps, {best.hits}/{best.reads})"


def _peers(measured: Speeds | Searches) -> list[str]:
    return [peer for peer in dict.fromkeys(name for sides in measured.values() for name in sides) if peer != OURS]


def _speed_table(speeds: Speeds) -> str:
    peers = _peers(speeds)
    lines = []
    for work, sides in speeds.items():
        ours = fastest(sides.get(OURS, []))
        best = max((s.updates_per_ns for peer in peers for s in sides.get(peer, [])), default=None)
        cells = [_rate(ours), _rate(fastest(sides.get(OURS, []), shared=True))]
        cells += [_rate(fastest(sides.get(peer, []))) for peer in peers]
        lines.append([work, *cells, _ratio(ours.updates_per_ns / best if ours and best else None)])
    return _table(["work", OURS, f"{OURS}, shared random words", *peers, "times the fastest peer"], lines)


def _search_table(searches: Searches, works: dict[str, Workload]) -> str:
    peers = _peers(searches)
    lines = []
    for work, tried in searches.items():
        ours = shortest(tried.get(OURS, []))
        best = shortest([search for peer in peers for search in tried.get(peer, [])])
        cells = [_time(tried.get(name, [])) for name in [OURS, *peers]]
        ratio = best.tts_s / ours.tts_s if ours and best and ours.tts_s and best.tts_s else None
        lines.append([work, f"{target(works[work]):.1f} of {works[work].best_known}", *cells, _ratio(ratio)])
    return _table(["work", "target cut", OURS, *peers, "times faster than the fastest peer"], lines)


def markdown(speeds: Speeds, searches: Searches, works: dict[str, Workload], notes: list[str], about: dict[str, Any]) -> str:
    """The tables."""
    vector = f", {' and '.join(about['vector'])}" if about["vector"] else ""
    parts = [
        f"Machine: {about['cpu']}{vector}, {about['cores']} cores, {about['system']}, Python {about['python']}; "
        f"load at the start {about['load']}."
    ]
    versions = {peer: found[0].version for sides in searches.values() for peer, found in sides.items() if found}
    versions |= {peer: found[0].version for sides in speeds.values() for peer, found in sides.items() if found}
    parts.append("Versions: " + ", ".join(f"{peer} {version}".strip() for peer, version in versions.items()) + ".")
    if speeds:
        parts += [SPEED_TITLE, _speed_table(speeds)]
    if searches:
        parts += [
            f"Time to 99.9 % of the best known cut at 99 % confidence, {about['cores']} cores:",
            _search_table(searches, works),
        ]
    if notes:
        parts.append("\n".join(f"- {note}" for note in notes))
    return "\n\n".join(parts) + "\n"
