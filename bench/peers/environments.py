"""Gets the peers ready: one virtual environment each, from pinned requirements, and one program built from a crate."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Unavailable(Exception):
    """A peer that cannot be had here; the message says why."""


@dataclass(frozen=True)
class Peer:
    """One peer: what starts it, the variants whose speed is measured and those that search, the chains it runs in step."""

    name: str
    command: tuple[str, ...]
    speed: tuple[str, ...]
    search: tuple[str, ...]
    lanes: int = 1


def _run(command: list[str], why: str, **settings: object) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, **settings)  # type: ignore[call-overload]
    except OSError as error:
        raise Unavailable(f"{why}: {error}") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise Unavailable(f"{why}: {' '.join(last)}")


def environment(name: str, cache: Path) -> str:
    """The Python of a virtual environment with the pinned requirements of a peer; made anew when they have changed."""
    requirements = HERE / f"requirements-{name}.txt"
    folder = cache / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    mark = folder / "requirements.sha256"
    wanted = hashlib.sha256(sys.version.encode() + requirements.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted and python.exists():
        return str(python)
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(folder)], "no virtual environment")
    _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)], "pip")
    mark.write_text(wanted)
    return str(python)


def program(name: str, cache: Path) -> str:
    """Builds the crate of that name here and returns its program."""
    folder = cache / name
    # The manifest is copied so that no lock file or build output lands in the sources.
    shutil.copytree(HERE / name, folder, dirs_exist_ok=True)
    # The peer asks for a newer compiler than it needs.
    build = ["build", "--release", "--quiet", "--ignore-rust-version", "--target-dir", str(folder / "target")]
    _run([os.environ.get("CARGO", "cargo"), *build], "cargo", cwd=folder)
    return str(folder / "target" / "release" / (name.replace("_", "-") + (".exe" if os.name == "nt" else "")))


def _dwave(cache: Path) -> Peer:
    variants = ("default", "gibbs", "gibbs-random")
    return Peer("dwave-samplers", (environment("dwave", cache), str(HERE / "dwave_sa.py")), variants, variants)


def _openjij(cache: Path) -> Peer:
    return Peer("openjij", (environment("openjij", cache), str(HERE / "openjij_sa.py")), ("default", "dense"), ("default",))


def _ferrotherm(cache: Path) -> Peer:
    return Peer(
        "ferrotherm", (environment("ferrotherm", cache), str(HERE / "ferrotherm_sa.py")), ("default", "sweep"), ("default",)
    )


def _multispin(cache: Path) -> Peer:
    return Peer("ferrotherm-multispin", (program("ferrotherm_multispin", cache),), ("default",), ("default",), lanes=64)


PEERS = {"dwave": _dwave, "openjij": _openjij, "ferrotherm": _ferrotherm, "ferrotherm-multispin": _multispin}
