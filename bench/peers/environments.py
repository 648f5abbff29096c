"""Gets the peers ready: one virtual environment each, from pinned requirements, and one program built from a crate."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import oommf_film

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


def _run(command: list[str], why: str, **settings: object) -> str:
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(  # type: ignore[call-overload]
            command, capture_output=True, text=True, check=False, **settings
        )
    except OSError as error:
        raise Unavailable(f"{why}: {error}") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise Unavailable(f"{why}: {' '.join(last)}")
    return done.stdout


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


def spinloom_magnets(_: Path) -> tuple[str, ...]:
    """spinloom's own program for the magnetization: an example of the crate, built if it is not."""
    manifest = HERE.parents[1] / "Cargo.toml"
    cargo = [os.environ.get("CARGO", "cargo"), "build", "--release", "--package", "spinloom-magnet", "--example", "peers"]
    command = [*cargo, "--manifest-path", str(manifest), "--message-format", "json"]
    lines = _run(command, "cargo").splitlines()
    programs = [built.get("executable") for built in map(json.loads, lines) if built.get("target", {}).get("name") == "peers"]
    if not programs or not programs[-1]:
        raise Unavailable("cargo built no program")
    return (programs[-1],)


def _magnets(name: str, script: str) -> Callable[[Path], tuple[str, ...]]:
    return lambda cache: (environment(name, cache), str(HERE / script))


def _oommf(_: Path) -> tuple[str, ...]:
    if oommf_film.command() is None:
        raise Unavailable("there is no oommf on the PATH and no oommf.tcl below OOMMF_ROOT (with tclsh)")
    return (sys.executable, str(HERE / "oommf_film.py"))


# What starts each peer of the magnetization.
MAGNETS: dict[str, Callable[[Path], tuple[str, ...]]] = {
    "cmtj": _magnets("cmtj", "cmtj_macrospin.py"),
    "magnumnp": _magnets("magnumnp", "magnumnp_film.py"),
    "oommf": _oommf,
}
