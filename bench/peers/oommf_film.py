"""Right-hand sides of a film, and standard problem 4 of muMAG, by OOMMF's batch interface boxsi where OOMMF is installed.

boxsi times nothing itself. So a short run is taken from a long one: what is left are the seconds and the evaluations of the
steps alone. The interfacial DMI is `Oxs_DMI_Cnv_z`, an extension that the OOMMF of Ubermag holds. Written after OOMMF's
documentation, and not yet run with OOMMF.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from magnet_worker import answer, request

VACUUM_PERMEABILITY = 4e-7 * math.pi
GYROMAGNETIC_RATIO = 2.211e5

# As in a film of spinloom: the places count from the middle of the grid.
TEXTURE = """proc texture { x y z } { return [list [expr {cos(3e8*$x)}] [expr {sin(2e8*$y)}] 0.2] }
"""


def command() -> list[str] | None:
    """What starts OOMMF: `oommf` of the PATH, or oommf.tcl below OOMMF_ROOT."""
    root = os.environ.get("OOMMF_ROOT")
    if root and (Path(root) / "oommf.tcl").exists() and shutil.which("tclsh"):
        return ["tclsh", str(Path(root) / "oommf.tcl")]
    return ["oommf"] if shutil.which("oommf") else None


def problem(work: dict[str, Any], driver: str, start: str, more: str = "") -> str:
    """A problem in OOMMF's format MIF 2.1: `driver` is its evolver and driver, `start` the value of m0."""
    sides = [n * d / 2 for n, d in zip(work["cells"], work["cell_size"], strict=True)]
    ranges = "\n".join(f"  {axis}range {{{-side!r} {side!r}}}" for axis, side in zip("xyz", sides, strict=True))
    return f"""# MIF 2.1
SetOptions {{ basename peers }}
{TEXTURE}Specify Oxs_BoxAtlas:atlas {{
{ranges}
  name film
}}
Specify Oxs_RectangularMesh:mesh {{ cellsize {{{" ".join(map(repr, work["cell_size"]))}}} atlas :atlas }}
Specify Oxs_UniformExchange {{ A {work["exchange_stiffness"]!r} }}
Specify Oxs_Demag {{}}
{more}{driver.replace("BODY", f'mesh :mesh Ms {work["saturation_magnetization"]!r} m0 {start}')}
Destination archive mmArchive
Schedule DataTable archive Stage 1
Schedule DataTable archive Step 1
"""


def time_driver(damping: float, limits: str, method: str = "rkf54") -> str:
    """Steps in time by one of OOMMF's methods of Runge and Kutta."""
    evolver = f"Specify Oxs_RungeKuttaEvolve:evolver {{ alpha {damping!r} gamma_G {GYROMAGNETIC_RATIO!r} method {method} }}"
    return f"{evolver}\nSpecify Oxs_TimeDriver {{ evolver :evolver BODY {limits} }}"


def last_row(table: str) -> dict[str, float]:
    """The last row of a data table by the last part of the names of its columns, such as `Energy calc count` and `my`."""
    names: list[str] = []
    values: list[str] = []
    for line in table.splitlines():
        if line.startswith("# Columns:"):
            words = re.findall(r"\{([^}]*)\}|(\S+)", line[len("# Columns:") :])
            names = [(braced or bare).split(":")[-1] for braced, bare in words]
        elif line.strip() and not line.startswith("#"):
            values = line.split()
    return dict(zip(names, map(float, values), strict=True))


def boxsi(text: str, folder: Path, threads: int) -> tuple[float, dict[str, float]]:
    """Runs a problem in a folder: the seconds it took, of the processor for one thread, and the last row of its table."""
    (folder / "peers.mif").write_text(text)
    options = ["boxsi", "+fg", "-kill", "all", "-exitondone", "1", "-threads", str(threads), str(folder / "peers.mif")]
    (folder / "peers.odt").unlink(missing_ok=True)
    wall, before = time.perf_counter(), os.times()
    subprocess.run([*(command() or []), *options], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - wall, os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return processor if threads == 1 else wall, last_row((folder / "peers.odt").read_text())


def film(work: dict[str, Any], threads: int, folder: Path) -> dict[str, float]:
    """Steps of the classical method of Runge and Kutta, four evaluations each: the difference of many and one of them."""
    more = f"""Specify Oxs_UniaxialAnisotropy {{ K1 {work["uniaxial_anisotropy"]!r} axis {{0 0 1}} }}
Specify Oxs_DMI_Cnv_z {{ default_D {work["interfacial_dmi"]!r} atlas :atlas D {{ film film {work["interfacial_dmi"]!r} }} }}
"""
    start = "{ Oxs_ScriptVectorField { script texture script_args rawpt norm 1 atlas :atlas } }"

    def steps(count: int) -> tuple[float, dict[str, float]]:
        driver = time_driver(work["damping"], f"total_iteration_limit {count} stopping_time 1e-6", "rk4")
        return boxsi(problem(work, driver, start, more), folder, threads)

    (short, few), (long, many) = steps(1), steps(1 + math.ceil(work["evaluations"] / 4))
    evaluations = many["Energy calc count"] - few["Energy calc count"]
    return {"seconds": (long - short) * work["evaluations"] / evaluations, "evaluations": evaluations}


def switching(work: dict[str, Any], threads: int, folder: Path) -> dict[str, float]:
    """A minimum by conjugate gradients, from which then the whole duration goes, and for the difference one step."""
    minimum = "Specify Oxs_CGEvolve:evolver {}\nSpecify Oxs_MinDriver { evolver :evolver BODY stopping_mxHxm 0.01 }"
    minimum += "\nSchedule Oxs_MinDriver::Magnetization archive Stage 1"
    start = " ".join(map(repr, work["start"]))
    boxsi(problem(work, minimum, f"{{ Oxs_UniformVectorField {{ norm 1 vector {{{start}}} }} }}"), folder, threads)
    reached = sorted(folder.glob("peers-*Magnetization*.omf"))[-1]
    field = " ".join(repr(component / VACUUM_PERMEABILITY) for component in work["field"])
    more = f"Specify Oxs_FixedZeeman {{ field {{{field}}} }}\n"
    start = f"{{ Oxs_FileVectorField {{ file {{{reached}}} norm 1 atlas :atlas }} }}"

    def until(limits: str) -> tuple[float, dict[str, float]]:
        return boxsi(problem(work, time_driver(work["damping"], limits), start, more), folder, threads)

    short, _ = until("total_iteration_limit 1 stopping_time 1e-6")
    long, end = until(f"stopping_time {work['duration']!r} stage_count 1")
    return {"seconds": long - short, "my": end["my"]}


def main() -> None:
    work, threads = request()
    told = subprocess.run([*(command() or []), "+version"], capture_output=True, text=True, check=False)
    version = re.search(r"\d+\.\d+\w*", told.stdout + told.stderr)
    with tempfile.TemporaryDirectory() as folder:
        found = {"film": film, "switching": switching}[work["kind"]](work, threads, Path(folder))
    answer("oommf", version.group() if version else "", found.pop("seconds"), **found)


if __name__ == "__main__":
    main()
