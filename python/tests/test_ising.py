"""Ising models from arrays, and problems of files, as a user of NumPy and SciPy has them.

Distributions are held against exact enumeration by chi-square. Seeds are fixed; were the samplers right, a test of a distribution would fail
for one seed in 10^6.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spinloom
from numpy.typing import NDArray

sparse = pytest.importorskip("scipy.sparse")
stats = pytest.importorskip("scipy.stats")

FALSE_ALARM = 1e-6


def glass(spins: int, seed: int, whole: bool = False) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Random couplings and fields."""
    random = np.random.default_rng(seed)
    drawn = random.integers(-2, 3, (spins + 1, spins)).astype(float) if whole else random.normal(size=(spins + 1, spins))
    upper = np.triu(drawn[:-1], 1)
    return upper + upper.T, drawn[-1]


def surprise(counts: NDArray[Any], probabilities: NDArray[np.float64]) -> float:
    """Chance of counts at least this far from their probabilities."""
    expected = counts.sum() * probabilities
    assert expected.min() > 5, "too few reads for a chi-square"
    return float(stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), counts.size - 1))


def by_hand(J: NDArray[np.float64], h: NDArray[np.float64], states: NDArray[Any]) -> NDArray[np.float64]:
    m = states.astype(float)
    energies: NDArray[np.float64] = -(0.5 * np.einsum("ri,ij,rj->r", m, J, m) + m @ h)
    return energies


def every(spins: int) -> NDArray[np.int8]:
    states: NDArray[np.int8] = (2 * (np.arange(2**spins)[:, None] >> np.arange(spins) & 1) - 1).astype(np.int8)
    return states


def test_dense_and_sparse_matrices_make_the_same_model() -> None:
    J, h = glass(30, 1)
    J[np.abs(J) < 1] = 0
    dense = spinloom.Ising(J, h, offset=2.5)
    i, j = np.nonzero(np.triu(J))
    forms = [
        sparse.csr_array(J), sparse.csr_matrix(J), sparse.coo_matrix(J), sparse.csc_array(J), sparse.dok_array(J),
        np.asfortranarray(J), J[::-1, ::-1][::-1, ::-1],
    ]  # fmt: skip
    for form in forms:
        assert spinloom.Ising(form, h, offset=2.5) == dense
    wide = sparse.csr_array(J)
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    assert spinloom.Ising(wide, h, offset=2.5) == dense
    assert spinloom.Ising.from_couplings(i, j, J[i, j], h, offset=2.5) == dense
    np.testing.assert_array_equal(dense.to_dense(), J)
    np.testing.assert_array_equal(dense.to_scipy().toarray(), J)
    np.testing.assert_array_equal(dense.h, h)
    assert (dense.spins, dense.pairs, dense.offset) == (30, len(i), 2.5)
    assert pickle.loads(pickle.dumps(dense)) == dense and dense != spinloom.Ising(J, h)
    assert repr(dense) == f"<Ising: 30 spins, {len(i)} couplings>"


def test_unsorted_rows_with_repeated_entries_add_up_and_stay_the_callers() -> None:
    rows = sparse.csr_array((np.array([1.0, 2.0, 1.0, 2.0]), np.array([1, 1, 0, 0]), np.array([0, 2, 4])), shape=(2, 2))
    assert spinloom.Ising(rows).to_dense().tolist() == [[0, 3], [3, 0]]
    assert rows.data.tolist() == [1, 2, 1, 2]


def test_large_matrices_are_not_copied_on_the_way_in() -> None:
    tracemalloc = pytest.importorskip("tracemalloc")
    n = 100_000
    ring = sparse.diags_array([np.ones(n - 1), np.ones(n - 1)], offsets=[1, -1]).tocsr()
    states, h = np.ones((200, n), dtype=np.int8), np.zeros(n)
    assert ring.has_canonical_format
    tracemalloc.start()
    try:
        model = spinloom.Ising(ring, h)
        _, peak = tracemalloc.get_traced_memory()
        assert peak < 0.05 * ring.data.nbytes, "NumPy has made a copy"
        energies = model.energy(states)
        _, peak = tracemalloc.get_traced_memory()
        assert peak < 0.05 * states.nbytes, "the states were copied"
    finally:
        tracemalloc.stop()
    assert energies.tolist() == [-(n - 1.0)] * 200
    samples = model.anneal(reads=4, sweeps=2)
    assert samples.states.flags.c_contiguous and samples.states.dtype == np.int8 and samples.energies.dtype == np.float64


def test_energies_of_a_batch() -> None:
    J, h = glass(9, 2)
    model = spinloom.Ising(J, h)
    states = every(9)
    np.testing.assert_allclose(model.energy(states), by_hand(J, h, states), atol=1e-12)
    np.testing.assert_allclose(model.exact_energies(), by_hand(J, h, states), atol=1e-12)
    assert model.energy(states[3]) == pytest.approx(model.exact_energies()[3])
    assert isinstance(model.energy([1] * 9), float)
    # Any layout and any type of number that holds +1 and -1.
    np.testing.assert_array_equal(model.energy(np.asfortranarray(states)), model.energy(states))
    np.testing.assert_array_equal(model.energy(states.astype(float)), model.energy(states))
    np.testing.assert_array_equal(spinloom.state_index(states), np.arange(2**9))
    assert model.energy(np.empty((0, 9), dtype=np.int8)).shape == (0,)


def test_boltzmann_probabilities() -> None:
    J, h = glass(8, 3)
    weights = np.exp(-0.7 * by_hand(J, h, every(8)))
    np.testing.assert_allclose(spinloom.Ising(J, h).exact(0.7), weights / weights.sum(), rtol=1e-10)
    np.testing.assert_allclose(spinloom.Ising(J, h).exact(0.0), 2.0**-8)


@pytest.mark.parametrize("seed", range(5))
def test_qubo_goes_over_and_back_without_rounding(seed: int) -> None:
    random = np.random.default_rng(seed)
    Q = random.integers(-50, 51, (12, 12)).astype(float)
    model = spinloom.Ising.from_qubo(Q, offset=7)
    bits = (every(12) + 1) // 2
    np.testing.assert_array_equal(model.energy(every(12)), np.einsum("ri,ij,rj->r", bits, Q, bits) + 7.0)
    back, offset = model.to_qubo(dense=True)
    np.testing.assert_array_equal(back, np.triu(Q) + np.tril(Q, -1).T)
    assert offset == 7.0
    rows, offset = model.to_qubo()
    np.testing.assert_array_equal(rows.toarray(), back)
    assert offset == 7.0
    assert spinloom.Ising.from_qubo(rows, offset=offset) == model == spinloom.Ising.from_qubo(sparse.coo_array(Q), offset=7)


@pytest.mark.parametrize("method", ["anneal", "single"])
@pytest.mark.parametrize("rule", ["heat-bath", "metropolis"])
@pytest.mark.parametrize("order", ["runs", "random"])
def test_samples_are_boltzmann(method: Any, rule: Any, order: Any) -> None:
    J, h = glass(5, 4, whole=True)
    model = spinloom.Ising(J, h)
    samples = model.sample(0.25, 40_000, sweeps=80, seed=5, method=method, rule=rule, order=order)
    counts = np.bincount(spinloom.state_index(samples.states), minlength=32)
    assert surprise(counts, model.exact(0.25)) > FALSE_ALARM
    np.testing.assert_array_equal(samples.energies, model.energy(samples.states))
    assert (samples.method, samples.updates) == (method, samples.updates) and samples.updates >= 40_000 * 80 * 5


def test_reads_are_independent() -> None:
    """The states of two reads at a distance, within a batch of lanes and across batches, are distributed as the product of their own."""
    model = spinloom.Ising([[0, 1], [1, 0]])
    index = spinloom.state_index(model.sample(0.3, 2**17, sweeps=50, seed=6).states)
    pairs = np.outer(model.exact(0.3), model.exact(0.3)).ravel()
    distances = (1, 2, 63, 64, 65, 511, 512, 1024)
    for distance in distances:
        # No read is in two pairs.
        blocks = index[: len(index) // (2 * distance) * 2 * distance].reshape(-1, 2, distance)
        counts = np.bincount((4 * blocks[:, 0] + blocks[:, 1]).ravel(), minlength=16)
        assert surprise(counts, pairs) > FALSE_ALARM / len(distances), distance


def test_every_method_finds_the_ground_state() -> None:
    J, h = glass(14, 7, whole=True)
    model = spinloom.Ising(J, h)
    ground = model.exact_energies().min()
    methods: list[Any] = ["auto", "anneal", "anneal-shared", "single", "tempering", "path-integral"]
    for method in methods:
        samples = model.anneal(reads=32, sweeps=300, method=method)
        assert samples.states.shape == (32, 14) and samples.energies.shape == (32,)
        np.testing.assert_allclose(samples.energies, model.energy(samples.states))
        assert samples.best_energy == ground == model.energy(samples.best), method
        assert samples.method == ("anneal" if method == "auto" else method) and samples.updates_per_ns > 0
    states, energies = samples
    assert len(samples) == len(states) == len(energies)
    assert repr(samples) == f"<Samples: 32 reads of 14 spins by path-integral, best energy {ground:g}>"


@pytest.mark.parametrize("method", ["anneal", "anneal-shared", "single", "tempering", "path-integral"])
def test_same_seed_same_states_for_any_number_of_threads(method: Any) -> None:
    J, h = glass(40, 8, whole=True)
    model = spinloom.Ising(J, h)
    one, two, other = (
        model.anneal(reads=130, sweeps=20, method=method, seed=seed, threads=threads) for seed, threads in ((1, 1), (1, 2), (2, 2))
    )
    np.testing.assert_array_equal(one.states, two.states)
    np.testing.assert_array_equal(one.energies, two.energies)
    assert not np.array_equal(one.states, other.states)


@pytest.mark.parametrize("method", ["anneal", "single"])
def test_reads_begin_where_they_are_told(method: Any) -> None:
    # Two wells far apart: at zero temperature a read stays in the one it begins in.
    n = 20
    model = spinloom.Ising(np.ones((n, n)) - np.eye(n))
    begin = np.where(np.arange(40)[:, None] % 3 == 0, 1, -1) * np.ones((40, n))
    cold: dict[str, Any] = {"beta_schedule_type": "custom", "beta_schedule": [100.0] * 5, "method": method, "reads": 40}
    samples = model.anneal(initial_states=begin, **cold)
    np.testing.assert_array_equal(samples.states, begin)
    # Fewer states than reads: random ones for the rest.
    samples = model.anneal(initial_states=begin[0], **cold)
    assert (samples.states[0] == 1).all() and len(np.unique(samples.states, axis=0)) == 2


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda m: spinloom.Ising([[0, 1], [2, 0]]), ValueError, r"J\[1, 0\] is 2, but J\[0, 1\] is 1"),
        (lambda m: spinloom.Ising(sparse.csr_array([[0.0, 1], [0, 0]])), ValueError, "couplings are symmetric"),
        (lambda m: spinloom.Ising(np.eye(2)), ValueError, "spin 0 is coupled to itself"),
        (lambda m: spinloom.Ising(np.zeros((2, 3))), ValueError, r"spins x spins is wanted, but its shape is \(2, 3\)"),
        (lambda m: spinloom.Ising([[0, np.nan], [np.nan, 0]]), ValueError, "between spins 0 and 1 is NaN"),
        (lambda m: spinloom.Ising([[0, 1e308], [1e308, 0]], [1e308, 1e308]), ValueError, "overflow"),
        (lambda m: spinloom.Ising(np.array([["a"]])), TypeError, "J holds real numbers"),
        (lambda m: spinloom.Ising(np.zeros((2, 2)), [1.0]), ValueError, "one field for each of 2 spins"),
        (lambda m: spinloom.Ising(np.zeros((2, 2)), [1.0, np.inf]), ValueError, "not a finite number"),
        (lambda m: spinloom.Ising.from_couplings([0], [-1], 1.0, spins=2), ValueError, "there are only 2 spins"),
        (lambda m: spinloom.Ising.from_couplings([0.5], [1], 1.0), TypeError, "i is a list of whole numbers"),
        (lambda m: spinloom.Ising.from_qubo([[np.inf]]), ValueError, "not finite"),
        (lambda m: m.energy([1, 1]), ValueError, "a state has 3 spins, but these have 2"),
        (lambda m: m.energy([[1, 1, 1], [1, 0, 1]]), ValueError, "spin 1 of state 1 is 0"),
        (lambda m: m.energy([1, 1, -128]), ValueError, "spins are \\+1 or -1"),
        (lambda m: m.energy([1, 0.5, 1]), ValueError, "spins are \\+1 or -1"),
        (lambda m: spinloom.Ising(np.zeros((25, 25))).exact(1.0), ValueError, "up to 24 are enumerated"),
        (lambda m: m.exact(-1), ValueError, "beta must be zero or more"),
        (lambda m: m.sample(-1.0), ValueError, "inverse temperature is -1"),
        (lambda m: m.sample(float("nan")), ValueError, "inverse temperature is NaN"),
        (lambda m: m.sample(1.0, method="anneal-shared"), ValueError, "sample nothing"),
        (lambda m: m.sample([1.0, 2.0], sweeps=3), ValueError, "leave out sweeps"),
        (lambda m: m.anneal(reads=0), ValueError, "reads must be 1 or more"),
        (lambda m: m.anneal(reads=1.5), TypeError, "reads is a whole number, not float"),
        (lambda m: m.anneal(reads=10**15), MemoryError, "reads of 3 spins would take"),
        (lambda m: m.anneal(sweeps=10**15), MemoryError, "a schedule of"),
        (lambda m: m.anneal(sweeps=0), ValueError, "num_sweeps must be 1 or more"),
        (lambda m: m.anneal(beta_range=[2, 1]), ValueError, "0 <= hot <= cold"),
        (lambda m: m.anneal(beta_range=[0, 1], beta_schedule_type="geometric"), ValueError, "two positive inverse temperatures"),
        (lambda m: m.anneal(beta_schedule=[1.0]), ValueError, "go together"),
        (lambda m: m.anneal(method="fastest"), ValueError, "method is one of auto, anneal"),
        (lambda m: m.anneal(rule="glauber"), ValueError, "rule is one of heat-bath, metropolis"),
        (lambda m: m.anneal(order="backwards"), ValueError, "order is one of runs"),
        (lambda m: m.anneal(seed=-1), ValueError, "seed must be"),
        (lambda m: m.anneal(time_limit="3 m"), ValueError, "time_limit"),
        (lambda m: m.anneal(time_limit=0), ValueError, "above 0 s"),
        (lambda m: m.anneal(threads=0), ValueError, "threads must be 1 or more"),
        (lambda m: m.anneal(initial_states=[[1, 1]]), ValueError, "an initial state wants 3 spins"),
        (lambda m: m.anneal(initial_states=[[1, 1, 1]], method="tempering"), ValueError, "takes no initial states"),
        (lambda m: m.anneal(interrupt_function=3), TypeError, "function without arguments"),
        (lambda m: spinloom.Ising([[0, 0.3], [0.3, 0]]).anneal(method="anneal"), ValueError, "use the single-chain sampler"),
        (lambda m: spinloom.state_index(np.ones((1, 63))), ValueError, "at most 62"),
        (lambda m: spinloom.solve("nowhere.txt"), FileNotFoundError, "nowhere.txt"),
        (lambda m: spinloom.solve(-35), ValueError, "above zero"),
        (lambda m: spinloom.solve(35, clamp={"z": 1}), ValueError, "there is no `z` to clamp; names are x1"),
        (lambda m: spinloom.solve(35, clamp={"x1": 2}), ValueError, "1 for up or 0 for down"),
        (lambda m: spinloom.solve(35, format="xls"), ValueError, "format is one of rudy"),  # type: ignore[arg-type]
        (lambda m: spinloom.solve(10**30), ValueError, "more than 64 bits"),
        (lambda m: spinloom.solve(35, progress=3), TypeError, "progress is"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_bad_input_is_named(call: Callable[[Any], Any], kind: type[Exception], words: str) -> None:
    model = spinloom.Ising([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
    with pytest.raises(kind, match=words):
        call(model)


def test_a_model_of_nothing_has_the_energy_of_its_offset() -> None:
    nothing = spinloom.Ising(np.zeros((0, 0)), offset=1.5)
    for samples in (nothing.anneal(reads=3), nothing.sample(1.0, 20), nothing.anneal(reads=20)):
        assert samples.states.shape == (len(samples), 0) and set(samples.energies) == {1.5}
    assert nothing.exact(1.0).tolist() == [1.0]
    free = spinloom.Ising(np.zeros((3, 3)))
    assert set(free.anneal(reads=20).energies) == {0.0}


LONG: dict[str, Any] = {"reads": 100_000, "sweeps": 100_000, "method": "single"}


def test_an_interrupt_returns_what_was_read() -> None:
    model = spinloom.Ising(*glass(50, 9))
    asked: list[float] = []

    def enough() -> bool:
        asked.append(time.perf_counter())
        return len(asked) >= 3

    start = time.perf_counter()
    samples = model.anneal(**LONG, interrupt_function=enough)
    assert time.perf_counter() - start < 2 and len(asked) >= 3
    assert samples.stopped and 1 <= len(samples) < LONG["reads"]
    np.testing.assert_allclose(samples.energies, model.energy(samples.states), atol=1e-9)
    # Of a sample only finished reads are kept: nothing here.
    sample = model.sample(1.0, 10, sweeps=10_000_000, interrupt_function=lambda: True)
    assert sample.stopped and sample.states.shape == (0, 50) and sample.energies.shape == (0,)
    assert repr(sample).endswith("no energies>")

    def fail() -> bool:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        model.anneal(**LONG, interrupt_function=fail)


def test_a_time_limit_ends_the_work() -> None:
    start = time.perf_counter()
    samples = spinloom.Ising(*glass(50, 9)).anneal(**LONG, time_limit="100 ms")
    assert time.perf_counter() - start < 2 and samples.stopped and len(samples) >= 1


def test_other_threads_go_on_meanwhile() -> None:
    model = spinloom.Ising(*glass(50, 9))
    counted = 0
    worker = threading.Thread(target=lambda: model.anneal(**LONG, time_limit=0.3))
    worker.start()
    while worker.is_alive():
        counted += 1
        time.sleep(0.002)
    # Were the interpreter held, this thread would count once or twice.
    assert counted > 20


INTERRUPTED = """
import spinloom
import numpy as np
model = spinloom.Ising(np.ones((300, 300)) - np.eye(300))
print("started", flush=True)
try:
    model.anneal(reads=1000, sweeps=10**7)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of other processes are POSIX")
def test_ctrl_c_ends_sampling() -> None:
    import signal

    process = subprocess.Popen([sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "started\n"
        time.sleep(0.5)
        sent = time.perf_counter()
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"
        assert time.perf_counter() - sent < 1.0 and process.wait(timeout=5) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_problems_of_files_are_solved(tmp_path: Path) -> None:
    graph = tmp_path / "square.txt"
    graph.write_text("4 5\n1 2 1\n2 3 1\n3 4 1\n4 1 1\n1 3 1\n")
    heard: list[str] = []
    solution = spinloom.solve(graph, reads=64, sweeps=50, target=4, progress=lambda phase, done, total: heard.append(phase))
    assert (solution.problem.name, solution.problem.kind, solution.problem.maximises) == ("square", "max-cut", True)
    assert solution.objective == 4.0 and solution.verified and solution.target_reached is True
    assert solution.energy == -3.0 and solution.objectives.shape == (64,) and solution.objectives.max() == 4.0
    cut = sum(solution.state[a - 1] != solution.state[b - 1] for a, b in [(1, 2), (2, 3), (3, 4), (4, 1), (1, 3)])
    assert cut == 4 and sorted(solution.answer["one_side"]) in ([1, 3], [2, 4])
    assert solution.hardware.ledger[0].joule > 0 and solution.timing.sample_s > 0 and solution.updates > 0
    assert heard and heard[-1] == "best so far 4"
    assert repr(solution) == "<Solution of square: cut 4; 2 vertices on one side, 2 on the other>"
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("4 5\n1 9 1\n")
    with pytest.raises(ValueError, match=r"wrong\.txt:2: "):
        spinloom.solve(wrong)


def test_numbers_are_factored_and_circuits_run_backwards(tmp_path: Path) -> None:
    assert sorted(spinloom.solve(161, seed=2).answer["factors"]) == [7, 23]
    blif = tmp_path / "and.blif"
    blif.write_text(".model and\n.inputs a b\n.outputs c\n.names a b c\n11 1\n.end\n")
    solution = spinloom.solve(blif, clamp={"c": True}, reads=32)
    assert solution.verified and solution.answer == {"inputs": {"a": 1, "b": 1}, "outputs": {"c": 1}}


def test_command_gives_the_same_answer(tmp_path: Path, command: str) -> None:
    graph = tmp_path / "graph.txt"
    random = np.random.default_rng(1)
    pairs = [(i, j) for i in range(1, 41) for j in range(i + 1, 41) if random.random() < 0.2]
    graph.write_text(f"40 {len(pairs)}\n" + "".join(f"{i} {j} 1\n" for i, j in pairs))
    arguments = [command, "solve", str(graph), "--reads", "64", "--sweeps", "30", "--seed", "3", "--json"]
    theirs = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
    ours = json.loads(spinloom.solve(graph, reads=64, sweeps=30, seed=3).to_json())
    for document in (ours, theirs):
        # What depends on the clock.
        for key in ("timing", "updates_per_ns"):
            del document[key]
        del document["best"]["found_after_s"]
    assert ours == theirs
