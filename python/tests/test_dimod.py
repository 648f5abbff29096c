"""The sampler of dimod: dimod's own suite, and what users of dwave-samplers expect.

Distributions are held against exact enumeration by chi-square, with fixed seeds and a false-alarm rate of 10^-6 a test.
"""

from __future__ import annotations

import subprocess
import sys
import time
import unittest
from typing import Any

import numpy as np
import pytest
import spinloom

dimod = pytest.importorskip("dimod")
dimod_testing = pytest.importorskip("dimod.testing")

SAMPLER = spinloom.PBitSampler()


@dimod_testing.load_sampler_bqm_tests(spinloom.PBitSampler)
@dimod_testing.load_sampler_bqm_tests(SAMPLER)
class TestSuiteOfDimod(unittest.TestCase):
    """dimod's tests of a sampler on small models of every class."""


def random_bqm(variables: int, seed: int, vartype: str = "SPIN") -> Any:
    return dimod.generators.gnp_random_bqm(variables, 0.5, vartype, random_state=seed)


def test_api_is_that_of_dimod() -> None:
    dimod_testing.assert_sampler_api(SAMPLER)
    assert isinstance(SAMPLER, dimod.PolySampler)
    for names in SAMPLER.parameters.values():
        assert set(names) <= set(SAMPLER.properties)
    with pytest.warns(dimod.exceptions.SamplerUnknownArgWarning, match="num_read'"):
        SAMPLER.sample_ising({"a": 1}, {}, num_read=3)
    with SAMPLER as scoped:
        assert len(scoped.sample_ising({"a": 1}, {})) == 1


@pytest.mark.parametrize("vartype", ["SPIN", "BINARY"])
@pytest.mark.parametrize("method", ["auto", "single", "tempering", "path-integral"])
@pytest.mark.parametrize("kind", ["Float64BQM", "Float32BQM", "DictBQM"])
def test_energies_are_those_of_the_model(vartype: str, method: Any, kind: str) -> None:
    bqm = getattr(dimod, kind)(random_bqm(20, 1, vartype))
    bqm.relabel_variables({0: "x", 1: ("a", 2), 2: 2.5})
    bqm.offset = -3.25
    found = SAMPLER.sample(bqm, num_reads=20, num_sweeps=50, method=method, seed=1)
    dimod_testing.assert_response_energies(found, bqm, precision=5 if kind == "Float32BQM" else 7)
    assert found.vartype is bqm.vartype and found.variables == bqm.variables and len(found) == 20
    assert found.record.sample.dtype == np.int8


@pytest.mark.parametrize("vartype", ["SPIN", "BINARY"])
def test_whole_numbers_take_the_bit_planes_and_stay_whole(vartype: str) -> None:
    bqm = dimod.generators.ran_r(3, 30, seed=1).change_vartype(vartype, inplace=False)
    found = SAMPLER.sample(bqm, num_reads=100, num_sweeps=50, seed=1)
    assert found.info["method"] == "anneal"
    np.testing.assert_array_equal(found.record.energy, bqm.energies(found))


def test_ground_states_are_found() -> None:
    bqm = random_bqm(16, 2)
    exact = dimod.ExactSolver().sample(bqm).first.energy
    assert SAMPLER.sample(bqm, num_reads=50, num_sweeps=200, seed=1).first.energy == pytest.approx(exact)


@pytest.mark.parametrize("method", ["anneal", "single"])
def test_given_temperatures_are_sampled(method: Any) -> None:
    stats = pytest.importorskip("scipy.stats")
    bqm = dimod.BinaryQuadraticModel({0: 1, 1: -1, 2: 0, 3: 2}, {(0, 1): 2, (1, 2): -3, (2, 3): 1, (0, 3): -1}, 0.0, "BINARY")
    reads, beta = 40_000, 0.5
    found = SAMPLER.sample(
        bqm, num_reads=reads, beta_schedule_type="custom", beta_schedule=[beta] * 60, seed=4, method=method, rule="heat-bath"
    )
    assert found.info["descend"] is False and found.info["beta_range"] == [beta, beta] and len(found.info["beta_schedule"]) == 60
    every = (np.arange(16)[:, None] >> np.arange(4)) & 1
    weights = np.exp(-beta * bqm.energies((every, range(4))))
    expected = reads * weights / weights.sum()
    counts = np.bincount(found.record.sample[:, [found.variables.index(v) for v in range(4)]] @ (1 << np.arange(4)), minlength=16)
    assert stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), 15) > 1e-6


def same(a: Any, b: Any) -> bool:
    """Whether samples and energies are the same; times never are."""
    return bool(a.variables == b.variables and (a.record == b.record).all())


def test_the_same_seed_gives_the_same_samples_and_no_seed_others() -> None:
    bqm = random_bqm(30, 3)
    one, two = (SAMPLER.sample(bqm, num_reads=30, num_sweeps=10, seed=5, threads=threads) for threads in (1, 2))
    assert same(one, two) and one.info["seed"] == 5
    other, again = (SAMPLER.sample(bqm, num_reads=30, num_sweeps=10) for _ in range(2))
    assert other.info["seed"] != again.info["seed"]
    assert same(SAMPLER.sample(bqm, num_reads=30, num_sweeps=10, seed=other.info["seed"]), other)
    assert not same(other, again)


def test_info_tells_what_was_done() -> None:
    start = time.perf_counter_ns()
    found = SAMPLER.sample(random_bqm(30, 4), num_reads=20, num_sweeps=100, beta_range=(0.1, 2), beta_schedule_type="geometric", seed=1)
    passed = time.perf_counter_ns() - start
    info = found.info
    assert info["beta_range"] == [0.1, 2.0] and info["beta_schedule_type"] == "geometric" and not info["stopped"]
    assert info["updates"] == 20 * 100 * 30 and info["updates_per_ns"] == info["updates"] / info["timing"]["sampling_ns"]
    assert set(info["timing"]) == {"preprocessing_ns", "sampling_ns", "postprocessing_ns"}
    assert all(isinstance(t, int) and t >= 0 for t in info["timing"].values()) and sum(info["timing"].values()) <= passed
    # What dimod serialises.
    assert dimod.SampleSet.from_serializable(found.to_serializable()) == found  # type: ignore[no-untyped-call]


def wells(labels: str) -> Any:
    return dimod.BinaryQuadraticModel({}, {(a, b): -1 for k, a in enumerate(labels) for b in labels[k + 1 :]}, 0.0, "SPIN")


@pytest.mark.parametrize("method", ["anneal", "single"])
def test_initial_states(method: Any) -> None:
    # All spins alike is a well on either side; at zero temperature a read stays in its own.
    bqm = wells("edcba")
    up, down = dict.fromkeys("abcde", 1), dict.fromkeys("abcde", -1)
    cold: dict[str, Any] = {"beta_schedule_type": "custom", "beta_schedule": [50.0] * 3, "seed": 1, "method": method}

    def sums(**arguments: Any) -> list[int]:
        sums: list[int] = SAMPLER.sample(bqm, **cold, **arguments).record.sample.sum(axis=1).tolist()
        return sums

    assert sums(initial_states=[up, down, up]) == [5, -5, 5]
    assert sums(initial_states=[up, down, up], num_reads=2) == [5, -5]
    assert sums(initial_states=[up, down], num_reads=5, initial_states_generator="tile") == [5, -5, 5, -5, 5]
    assert sums(initial_states={v: (m + 1) // 2 for v, m in down.items()}) == [-5]
    random = sums(initial_states=up, num_reads=60)
    assert random[0] == 5 and set(random) == {5, -5}
    assert SAMPLER.sample(bqm.change_vartype("BINARY", inplace=False), **cold, initial_states=up).record.sample.tolist() == [[1] * 5]
    # A set of samples, in another order of variables.
    half = dimod.BinaryQuadraticModel({"a": -100, "b": 100}, {}, 0.0, "SPIN")
    given = dimod.SampleSet.from_samples(([[-1, 1]], ["b", "a"]), "SPIN", 0)
    assert SAMPLER.sample(half, initial_states=given, **cold).first.sample == {"a": 1, "b": -1}
    with pytest.raises(ValueError, match="insufficient number"):
        sums(initial_states=up, num_reads=2, initial_states_generator="none")
    with pytest.raises(ValueError, match="mismatch between variables"):
        sums(initial_states={"a": 1})


def test_polynomials_are_sampled_as_they_are() -> None:
    random = np.random.default_rng(1)
    labels = [*"abcdefgh", ("i", 1), 9]
    for vartype in ("SPIN", "BINARY"):
        terms = {tuple(labels[k] for k in random.choice(10, size, replace=False)): random.normal() for size in (1, 2, 3, 4, 5) * 4}
        polynomial = dimod.BinaryPolynomial({**terms, (): 0.75}, vartype)
        found = SAMPLER.sample_poly(polynomial, num_reads=40, num_sweeps=200, seed=1)
        dimod_testing.assert_sampleset_energies(found, polynomial)
        exact = dimod.ExactPolySolver().sample_poly(polynomial).first.energy
        assert found.first.energy == pytest.approx(exact) and found.vartype is polynomial.vartype
        assert found.info["method"] == "single" and set(found.variables) == polynomial.variables
        assert len(SAMPLER.sample_poly(polynomial, num_reads=3, method="tempering", num_sweeps=50)) == 3
    cubic: Any = {("a", "b", "c"): -1.0}
    assert SAMPLER.sample_hubo(cubic, num_reads=8, seed=1).first.energy == -1.0
    assert SAMPLER.sample_hising({"a": 1.0}, cubic, num_reads=8, seed=1).first.energy == -2.0
    # Quadratic ones of whole numbers take the bit planes.
    square = dimod.BinaryPolynomial({("a", "b"): 1, ("a",): 2}, "SPIN")
    assert SAMPLER.sample_poly(square, num_reads=20, seed=1).info["method"] == "anneal"
    assert SAMPLER.sample_poly(dimod.BinaryPolynomial({(): 2.0}, "SPIN")).record.energy.tolist() == [2.0]


def test_polynomials_give_the_same_samples_in_every_process() -> None:
    script = """
import dimod, spinloom
polynomial = dimod.BinaryPolynomial({("x", "y", "z"): 1.0, ("z", "w", "v"): -0.5, ("x", "w"): 0.3}, "SPIN")
found = spinloom.PBitSampler().sample_poly(polynomial, num_reads=4, num_sweeps=3, seed=1, beta_range=(0.1, 0.2))
print(list(found.variables), found.record.sample.tolist())
"""
    outputs = {
        subprocess.run([sys.executable, "-c", script], env={"PYTHONHASHSEED": hashing}, capture_output=True, text=True, check=True).stdout
        for hashing in ("1", "2", "3")
    }
    assert len(outputs) == 1


def test_interrupt_returns_what_was_read() -> None:
    start = time.perf_counter()
    found = SAMPLER.sample(random_bqm(50, 5), num_reads=100_000, num_sweeps=100_000, interrupt_function=lambda: True, method="single")
    assert time.perf_counter() - start < 2 and found.info["stopped"] and 1 <= len(found) < 100_000
    found = SAMPLER.sample(random_bqm(50, 5), num_reads=100_000, num_sweeps=100_000, time_limit=0.1, method="single")
    assert found.info["stopped"] and 1 <= len(found) < 100_000


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"num_reads": 0}, ValueError, "num_reads must be 1 or more"),
        ({"num_reads": 2.5}, TypeError, "num_reads is a whole number"),
        ({"num_sweeps": -1}, ValueError, "num_sweeps must be 1 or more"),
        ({"beta_range": [1]}, ValueError, "two inverse temperatures"),
        ({"beta_range": [-1, 2]}, ValueError, "0 <= hot <= cold"),
        ({"beta_schedule_type": "exponential"}, ValueError, "linear, geometric, custom"),
        ({"beta_schedule_type": "custom"}, ValueError, "go together"),
        ({"beta_schedule_type": "custom", "beta_schedule": []}, ValueError, "one a sweep"),
        ({"beta_schedule_type": "custom", "beta_schedule": [1, 2], "num_sweeps": 3}, ValueError, "num_sweeps is 3"),
        ({"beta_schedule_type": "custom", "beta_schedule": [1, -2]}, ValueError, "inverse temperature is -2"),
        ({"initial_states_generator": "ones"}, ValueError, "none, tile, random"),
        ({"method": "quantum"}, ValueError, "method is one of auto"),
        ({"method": "anneal-shared", "descend": False}, ValueError, "no sample"),
        ({"method": "tempering", "descend": False}, ValueError, "not for a sample"),
        ({"seed": -1}, ValueError, "seed must be"),
        ({"interrupt_function": True}, TypeError, "function without arguments"),
        ({"time_limit": "soon"}, ValueError, "time_limit"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        SAMPLER.sample(dimod.BinaryQuadraticModel({"a": 1}, {("a", "b"): 1}, 0.0, "SPIN"), **arguments)


@pytest.mark.parametrize(
    ("argument", "names"), [("method", "methods"), ("rule", "rules"), ("order", "orders"), ("beta_schedule_type", "beta_schedule_options")]
)
def test_properties_name_what_the_compiled_half_takes(argument: str, names: str) -> None:
    with pytest.raises(ValueError) as refused:
        SAMPLER.sample_ising({"a": 1}, {}, **{argument: "nothing"})
    listed = str(refused.value).split(" is one of ")[1].split(", but ")[0].split(", ")
    assert sorted(listed) == sorted(SAMPLER.properties[names])


def test_without_dimod_the_rest_works_and_the_error_names_the_way() -> None:
    script = """
import sys
sys.modules["dimod"] = sys.modules["scipy"] = None  # as if they were not installed
from spinloom import *
import spinloom
assert "PBitSampler" in dir(spinloom)
model = spinloom.Ising([[0, 1], [1, 0]])
assert model.anneal(reads=3).best_energy == -1 and model.to_qubo(dense=True)[1] == -1
for call, words in ((lambda: spinloom.PBitSampler, "pip install spinloom[dimod]"), (model.to_scipy, "pip install scipy")):
    try:
        call()
    except ImportError as error:
        assert words in str(error)
        continue
    raise AssertionError(words)
"""
    subprocess.run([sys.executable, "-c", script], check=True)
