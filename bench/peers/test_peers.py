"""Tests of the peer benchmarks that need no peer: `python3 -m unittest discover bench/peers`."""

from __future__ import annotations

import itertools
import math
import stat
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import magnets
import measure
import oommf_film
import report
import workloads

# Answers as `spinloom solve --json` does, for one edge of weight 2.
STAND_IN = """#!{python}
import json, sys
reads = int(sys.argv[sys.argv.index("--reads") + 1])
print(json.dumps({{"best": {{"objective": 2.0, "energy": -2.0}}, "updates": 2 * reads, "updates_per_ns": 1.0,
    "energies": [2.0] * (reads - 1) + [0.0], "timing": {{"read_s": 0.0, "prepare_s": 0.1, "sample_s": 0.5}}}}))
"""

# Programs of the magnetization: one that takes as many seconds as its name says, and one that fails.
TURN = """import json, sys
work = json.loads(sys.argv[1])
print(json.dumps({"peer": "p", "peer_version": "1", "seconds": SECONDS * int(sys.argv[2]), "checks": {"my": 0.5}}))
"""


class Workloads(unittest.TestCase):
    def test_the_generator_is_splitmix64(self) -> None:
        # The words that the generator's public-domain reference program gives for this seed.
        words = list(itertools.islice(workloads.splitmix64(1234567), 3))
        self.assertEqual(words, [6457827717110365317, 3203168211198807973, 9817491932198370423])

    def test_a_periodic_lattice_gives_every_node_its_neighbours_once(self) -> None:
        for sides in ((16, 16, 16), (100, 100), (3, 4)):
            nodes, edges = workloads.lattice(sides, 1)
            self.assertEqual(nodes, math.prod(sides))
            self.assertEqual(len({frozenset(edge[:2]) for edge in edges}), len(sides) * nodes)
            degree = [0] * nodes
            for i, j, w in edges:
                self.assertIn(w, (-1, 1))
                degree[i - 1] += 1
                degree[j - 1] += 1
            self.assertEqual(set(degree), {2 * len(sides)})

    def test_the_signs_are_fair_and_repeatable(self) -> None:
        for make in workloads.GENERATED.values():
            _, edges = make()
            self.assertEqual(edges, make()[1])
            # Six standard deviations: a false alarm in 5e8 choices of the seed.
            self.assertLess(abs(sum(w for *_, w in edges)), 6 * math.sqrt(len(edges)))

    def test_a_cut_is_the_energy_of_the_ising_model(self) -> None:
        nodes, edges = workloads.complete(6, 5)
        total = sum(w for *_, w in edges)
        for spins in itertools.product((-1, 1), repeat=nodes):
            energy = sum(w * spins[i - 1] * spins[j - 1] for i, j, w in edges)
            self.assertEqual(workloads.cut(edges, list(spins)), (total - energy) / 2)

    def test_a_file_holds_what_was_written(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            found, missing = workloads.prepare(["square-100", "nowhere"], Path(folder), None)
            self.assertEqual(missing, ["nowhere"])
            self.assertEqual(workloads.read(found["square-100"].file), workloads.GENERATED["square-100"]())


class Measurements(unittest.TestCase):
    work = workloads.Workload("pair", Path("pair.txt"), 2, 1, 2, 2)

    def test_the_time_to_a_target(self) -> None:
        self.assertIsNone(measure.time_to_target(1.0, 10, 0, 1))
        # One read a second of which half succeed: log2(100) reads.
        self.assertAlmostEqual(measure.time_to_target(10.0, 10, 5, 1) or 0, math.log2(100))
        # A sure read still takes its time, and with 64 at once no less than all of them.
        self.assertAlmostEqual(measure.time_to_target(10.0, 10, 10, 1) or 0, 1.0)
        self.assertAlmostEqual(measure.time_to_target(10.0, 128, 120, 64) or 0, 5.0)

    def test_both_ways_of_listing_reads_are_understood(self) -> None:
        best = {"objective": 5.0, "energy": 1.0}
        work = workloads.Workload("w", Path(), 3, 3, 11)
        self.assertEqual(measure.our_cuts({"best": best, "energies": [5.0, 3.0]}, work), [5.0, 3.0])
        self.assertEqual(measure.our_cuts({"best": best, "energies": [1.0, 5.0]} | {}, work), [1.0, 5.0])
        self.assertEqual(measure.our_cuts({"best": best, "energies": [1.0, 3.0]}, work), [5.0, 4.0])
        negative = {"objective": 5.0, "energy": -5.0}
        self.assertEqual(measure.our_cuts({"best": negative, "energies": [-5.0, -3.0]}, work), [5.0, 3.0])
        with self.assertRaises(measure.Failed):
            measure.our_cuts({"best": best, "energies": [2.0, 3.0]}, work)

    def test_our_command_is_measured(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "spinloom"
            program.write_text(STAND_IN.format(python=sys.executable))
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
            notes: list[str] = []
            settings = measure.Settings(1.0, 2, [10], 4, 512, 4, 2, 1, 60.0, notes)
            speeds = {"pair": {report.OURS: measure.our_speed(program, self.work, ["anneal"], settings)}}
            tried = {"pair": {report.OURS: measure.our_search(program, self.work, ["anneal", "anneal-shared"], settings)}}
        self.assertEqual(notes, [])
        independent, shared = tried["pair"][report.OURS]
        self.assertEqual((independent.hits, independent.reads), (511, 512))
        self.assertEqual((shared.hits, shared.reads), (4, 4))
        speeds["pair"]["other"] = [measure.Speed("default", "1", speeds["pair"][report.OURS][0].updates_per_ns / 4, [], 2, 2)]
        tried["pair"]["other"] = [measure.Search("default", "1", 10, 4, 4, 4.0, 0.0, 2, 1.0)]
        ratios = {row["work"]: row["ratio"] for row in report.rows(speeds, tried)}
        self.assertAlmostEqual(ratios["updates pair"], 4.0)
        self.assertAlmostEqual(ratios["target pair"], 2.0)
        text = report.markdown(speeds, tried, {"pair": self.work}, notes, report.machine())
        self.assertIn("| pair | 2.0 of 2 |", text)

    def test_a_program_that_fails_is_told_not_counted(self) -> None:
        notes: list[str] = []
        settings = measure.Settings(1.0, 1, [10], 4, 512, 4, 2, 1, 60.0, notes)
        self.assertEqual(measure.our_search(Path("/nonexistent/spinloom"), self.work, ["anneal"], settings), [])
        self.assertEqual(len(notes), 1)


class Magnets(unittest.TestCase):
    def test_every_work_is_described_and_told_in_its_unit(self) -> None:
        works = magnets.works()
        self.assertEqual(works["macrospin-100-torque"].amount, 100 * works["macrospin-100-torque"].description["steps"] * 1e-6)
        self.assertAlmostEqual(works["film-256-f64-2"].amount, 6.5536)
        self.assertNotIn("oommf", works["film-256-f32-1"].peers)
        self.assertEqual(works["sp4-1"].description["kind"], "switching")

    def test_programs_take_turns_and_one_that_fails_is_told(self) -> None:
        wanted = {name: magnets.works()[name] for name in ("sp4-2", "macrospin-1")}
        takes = {magnets.OURS: "0.5", "cmtj": "4", "magnumnp": "3", "oommf": "1 / 0"}
        programs = {name: (sys.executable, "-c", TURN.replace("SECONDS", seconds)) for name, seconds in takes.items()}
        notes: list[str] = []
        results = magnets.measured(list(wanted.values()), programs, 2, 60.0, notes, lambda _: None)
        ratios = {(row["work"], row["peer"]): row["ratio"] for row in magnets.rows(results)}
        self.assertEqual(ratios, {("sp4-2", "magnumnp"): 6.0, ("macrospin-1", "cmtj"): 8.0})
        self.assertEqual(results["sp4-2"]["magnumnp"].turns, [6.0, 6.0])
        self.assertEqual(notes, ["oommf on sp4-2: ZeroDivisionError: division by zero"])
        text = magnets.markdown(results, wanted, notes, report.machine())
        self.assertIn("| sp4-2 | seconds | 1 (my 0.5) | 6 (my 0.5) | 6 |", text)

    def test_a_problem_of_oommf_names_the_work(self) -> None:
        work = magnets.works()["film-256-f64-1"].description
        text = oommf_film.problem(work, oommf_film.time_driver(0.1, "total_iteration_limit 1"), "{ start }")
        self.assertTrue(text.startswith("# MIF 2.1\n"))
        self.assertIn("xrange {-2.56e-07 2.56e-07}", text)
        self.assertIn("mesh :mesh Ms 580000.0 m0 { start } total_iteration_limit 1 }", text)
        self.assertEqual(text.count("{"), text.count("}"))

    def test_a_table_of_oommf_is_read(self) -> None:
        columns = "{Oxs_RungeKuttaEvolve:evolver:Energy calc count} Oxs_TimeDriver::my"
        table = f"# ODT 1.0\n# Columns: {columns}\n# Units: {{}} {{}}\n 4 0.5\n 8 0.25\n"
        self.assertEqual(oommf_film.last_row(table), {"Energy calc count": 8.0, "my": 0.25})


if __name__ == "__main__":
    unittest.main()
