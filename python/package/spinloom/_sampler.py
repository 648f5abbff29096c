"""The Ising solver as a sampler of dimod."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _spinloom
from ._arguments import (
    BETA_SCHEDULES,
    GENERATORS,
    METHODS,
    ORDERS,
    RULES,
    BetaSchedule,
    Generator,
    Method,
    Order,
    Rule,
    fresh_seed,
    interrupt,
    schedule,
    seconds,
    whole,
)
from ._lab import Seed, _seed, _threads

try:
    import dimod
    from dimod.core.initialized import Initialized
    from dimod.core.polysampler import PolySampler
    from dimod.core.sampler import Sampler
    from dimod.higherorder.polynomial import BinaryPolynomial
except ImportError as error:
    raise ImportError("spinloom.PBitSampler is a sampler of dimod, which is not installed: pip install spinloom[dimod]") from error


class PBitSampler(Sampler, PolySampler, Initialized):
    """Samples binary quadratic models and binary polynomials with p-bits.

    Where couplings are small whole numbers (of the Ising form, up to a common factor) and there are 16 reads or more, reads run as lanes of
    bit planes; everywhere else one by one on all cores. Polynomials are sampled directly, without reduction to pairs.

    Example:
        >>> import dimod
        >>> sampler = spinloom.PBitSampler()
        >>> found = sampler.sample_ising({"a": 0.5}, {("a", "b"): -1.0}, num_reads=20, seed=1)
        >>> {str(variable): int(spin) for variable, spin in found.first.sample.items()}, float(found.first.energy)
        ({'a': -1, 'b': -1}, -1.5)
    """

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The arguments of `sample` and `sample_poly`, with the properties that tell what they may be."""
        return {
            "num_reads": [],
            "num_sweeps": [],
            "beta_range": [],
            "beta_schedule_type": ["beta_schedule_options"],
            "beta_schedule": [],
            "initial_states": [],
            "initial_states_generator": ["initial_states_generators"],
            "seed": [],
            "interrupt_function": [],
            "method": ["methods"],
            "rule": ["rules"],
            "order": ["orders"],
            "time_limit": [],
            "descend": [],
            "threads": [],
        }

    @property
    def properties(self) -> dict[str, Any]:
        """What the sampler can do."""
        return {
            "beta_schedule_options": BETA_SCHEDULES,
            "initial_states_generators": GENERATORS,
            "methods": METHODS,
            "rules": RULES,
            "orders": ORDERS,
            "category": "software",
        }

    def sample(
        self,
        bqm: dimod.BinaryQuadraticModel,
        *,
        num_reads: int | None = None,
        num_sweeps: int | None = None,
        beta_range: Sequence[float] | None = None,
        beta_schedule_type: BetaSchedule = "linear",
        beta_schedule: ArrayLike | None = None,
        initial_states: Any = None,
        initial_states_generator: Generator = "random",
        seed: Seed | None = None,
        interrupt_function: Callable[[], object] | None = None,
        method: Method = "auto",
        rule: Rule = "metropolis",
        order: Order = "runs",
        time_limit: float | str | None = None,
        descend: bool | None = None,
        threads: int | None = None,
        **unknown: Any,
    ) -> dimod.SampleSet:
        """Samples a binary quadratic model.

        Reads are independent, each with random numbers of its own (but see `method`), and the same seed gives the same samples for any number
        of threads.

        Args:
            bqm: The model, of spins or bits with any labels.
            num_reads: Number of reads; by default as many as there are `initial_states`, or 1.
            num_sweeps: Sweeps of a read, 1000 by default; a sweep tries every variable once.
            beta_range: Inverse temperatures at the beginning and the end, in units of one over the energy of the model; by default chosen
                from its biases.
            beta_schedule_type: ``linear``, ``geometric``, or ``custom`` with `beta_schedule`.
            beta_schedule: Inverse temperature of every sweep.
            initial_states: States the reads begin with, in any form that dimod takes for samples.
            initial_states_generator: Where there are fewer of them than reads: ``random`` ones for the rest, ``tile`` to use them again, or
                ``none`` to refuse.
            seed: Seed; drawn anew by default, and found in ``info``.
            interrupt_function: Asked every 50 ms; once it is true, the work stops, and what was read so far is returned.
            method: ``auto`` takes what suits of the next two. ``anneal``: bit planes, for biases of small whole numbers. ``single``: chain by
                chain. ``anneal-shared``: bit planes whose reads share random numbers, the fastest; its reads are correlated, so it is for
                annealing only and refused where a distribution is sampled. ``tempering``: replicas between the ends of `beta_range` that
                change places, one ladder a read; reads in pairs exchange clusters. ``path-integral``: a transverse field that is taken away
                at the cold end of `beta_range`. The last two use heat bath and return the best state that each read met.
            rule: ``metropolis`` or ``heat-bath``.
            order: ``permuted``: an order drawn anew for every sweep. ``runs``: the same in runs of neighbouring indices, faster on large
                models. ``random``: variables drawn at random. ``fixed``: by index; ``metropolis`` then hangs on lattices of even sides.
            time_limit: Stop after this long, s or a text with a unit, and return what was read so far.
            descend: Whether reads end downhill, at zero temperature. By default they do where the temperatures are chosen here, and do not
                where `beta_range` or `beta_schedule` is given (except for methods that look for low energies only), so that the last one is
                the temperature that is sampled.
            threads: Number of threads; by default one a core.

        Returns:
            One sample a read, in the order of reads; fewer where the work was stopped. ``info`` holds ``timing`` (``preprocessing_ns``,
            ``sampling_ns``, ``postprocessing_ns``), ``beta_range``, ``beta_schedule_type`` (and ``beta_schedule`` where it was given),
            ``updates`` (attempted, of one variable each), ``updates_per_ns``, ``seed``, ``method``, ``descend`` and ``stopped``.

        Raises:
            ValueError: For an argument that is not allowed, or a model that the method cannot take.
            KeyboardInterrupt: When Ctrl-C was pressed.
        """
        started = time.perf_counter_ns()
        self.remove_unknown_kwargs(**unknown)
        labels = list(bqm.variables)
        vectors = bqm.to_numpy_vectors(labels)
        linear, couplings = np.asarray(vectors.linear_biases, dtype=np.float64), vectors.quadratic
        first, second = _index(couplings.row_indices), _index(couplings.col_indices)
        pairs = (first, second, np.asarray(couplings.biases, dtype=np.float64), linear, float(vectors.offset))
        binary = bqm.vartype is dimod.BINARY
        model = _spinloom.Model.bits(*pairs) if binary else _spinloom.Model.pairs(*pairs, -1.0)
        return self._read(
            model, labels, bqm.vartype, started, num_reads=num_reads, num_sweeps=num_sweeps, beta_range=beta_range,
            beta_schedule_type=beta_schedule_type, beta_schedule=beta_schedule, initial_states=initial_states,
            initial_states_generator=initial_states_generator, seed=seed, interrupt_function=interrupt_function, method=method, rule=rule,
            order=order, time_limit=time_limit, descend=descend, threads=threads,
        )  # fmt: skip

    def sample_poly(
        self,
        polynomial: BinaryPolynomial,
        *,
        num_reads: int | None = None,
        num_sweeps: int | None = None,
        beta_range: Sequence[float] | None = None,
        beta_schedule_type: BetaSchedule = "linear",
        beta_schedule: ArrayLike | None = None,
        initial_states: Any = None,
        initial_states_generator: Generator = "random",
        seed: Seed | None = None,
        interrupt_function: Callable[[], object] | None = None,
        method: Method = "auto",
        rule: Rule = "metropolis",
        order: Order = "runs",
        time_limit: float | str | None = None,
        descend: bool | None = None,
        threads: int | None = None,
        **unknown: Any,
    ) -> dimod.SampleSet:
        """Samples a polynomial of any degree, term by term and without new variables.

        Arguments, ``info`` and exceptions are those of `sample`. Above degree two ``single`` and ``tempering`` can take it, and a term of
        more than 24 bits is refused.

        Example:
            >>> import dimod
            >>> cubic = dimod.BinaryPolynomial({("x", "y", "z"): -2.0, ("x",): 0.5}, "BINARY")
            >>> float(PBitSampler().sample_poly(cubic, num_reads=10, seed=1).first.energy)
            -1.5
        """
        started = time.perf_counter_ns()
        self.remove_unknown_kwargs(**unknown)
        labels = _in_order(polynomial.variables)
        places = {label: place for place, label in enumerate(labels)}
        members = [sorted(places[label] for label in term) for term in polynomial]
        start = np.zeros(len(members) + 1, dtype=np.int64)
        np.cumsum([len(term) for term in members], out=start[1:])
        flat = np.fromiter((place for term in members for place in term), dtype=np.int64, count=int(start[-1]))
        coefficients = np.fromiter(polynomial.values(), dtype=np.float64, count=len(members))
        model = _spinloom.Model.terms(len(labels), start, flat, coefficients, polynomial.vartype is dimod.BINARY)
        return self._read(
            model, labels, polynomial.vartype, started, num_reads=num_reads, num_sweeps=num_sweeps, beta_range=beta_range,
            beta_schedule_type=beta_schedule_type, beta_schedule=beta_schedule, initial_states=initial_states,
            initial_states_generator=initial_states_generator, seed=seed, interrupt_function=interrupt_function, method=method, rule=rule,
            order=order, time_limit=time_limit, descend=descend, threads=threads,
        )  # fmt: skip

    def _read(
        self,
        model: _spinloom.Model,
        labels: list[Hashable],
        vartype: dimod.Vartype,
        started: int,
        *,
        num_reads: int | None,
        num_sweeps: int | None,
        beta_range: Sequence[float] | None,
        beta_schedule_type: BetaSchedule,
        beta_schedule: ArrayLike | None,
        initial_states: Any,
        initial_states_generator: Generator,
        seed: Seed | None,
        interrupt_function: Callable[[], object] | None,
        method: Method,
        rule: Rule,
        order: Order,
        time_limit: float | str | None,
        descend: bool | None,
        threads: int | None,
    ) -> dimod.SampleSet:
        reads, initial = self._initial(labels, vartype, num_reads, initial_states, initial_states_generator)
        number = fresh_seed() if seed is None else _seed(seed)
        temperatures = schedule(beta_schedule_type, beta_range, beta_schedule, num_sweeps)
        chosen = temperatures["beta_range"] is None and temperatures["betas"] is None
        down = chosen or method in ("anneal-shared", "tempering", "path-integral") if descend is None else bool(descend)
        ready = time.perf_counter_ns()
        found = model.sample(
            **temperatures,
            method=method,
            reads=reads,
            seed=number,
            rule=rule,
            order=order,
            initial=initial,
            descend=down,
            time_limit=seconds("time_limit", time_limit),
            threads=_threads(threads),
            interrupt=interrupt(interrupt_function),
        )
        read = time.perf_counter_ns()
        states, energies = found["states"], found["energies"]
        if vartype is dimod.BINARY:
            # Where it lies: -1, 1 become 0, 1.
            states += 1
            states >>= 1
        info: dict[str, Any] = {
            "beta_range": list(found["beta_range"]),
            "beta_schedule_type": beta_schedule_type,
            "updates": found["updates"],
            "updates_per_ns": found["updates"] / max(found["sampling_ns"], 1),
            "seed": number,
            "method": found["method"],
            "descend": down,
            "stopped": found["stopped"],
        }
        if temperatures["betas"] is not None:
            info["beta_schedule"] = temperatures["betas"].tolist()
        samples: dimod.SampleSet = dimod.SampleSet.from_samples(  # type: ignore[no-untyped-call]
            (states, labels), vartype, energies, info=info, sort_labels=False
        )
        samples.info["timing"] = {
            "preprocessing_ns": ready - started + found["preparing_ns"],
            "sampling_ns": found["sampling_ns"],
            "postprocessing_ns": time.perf_counter_ns() - ready - found["preparing_ns"] - found["sampling_ns"],
        }
        return samples

    def _initial(
        self, labels: list[Hashable], vartype: dimod.Vartype, num_reads: int | None, initial_states: Any, generator: Generator
    ) -> tuple[int, NDArray[np.int8] | None]:
        """Number of reads, and the states that some of them begin with, as spins in the order of the labels."""
        reads = None if num_reads is None else whole("num_reads", num_reads)
        if generator not in GENERATORS:
            raise ValueError(f"initial_states_generator is one of none, tile, random, but it is {generator!r}")
        if initial_states is None and generator == "random":
            return reads or 1, None
        # dimod reads states in all its forms; random ones are drawn by the sampler itself, from its own streams.
        blank = dimod.BinaryQuadraticModel(dict.fromkeys(labels, 0.0), {}, 0.0, vartype)
        given_as, wanted = ("none", None) if generator == "random" else (generator, reads)
        parsed = self.parse_initial_states(blank, initial_states, given_as, wanted)
        given = parsed.initial_states
        columns = [given.variables.index(label) for label in labels]
        states = np.array(given.record.sample[:, columns], dtype=np.int8)
        if vartype is dimod.BINARY:
            states = 2 * states - 1
        reads = len(states) if reads is None else reads
        return reads, np.ascontiguousarray(states[:reads])


def _index(indices: NDArray[Any]) -> NDArray[Any]:
    return indices if indices.dtype in (np.int32, np.int64) else indices.astype(np.int64)


def _in_order(labels: Any) -> list[Hashable]:
    """Labels in an order that is the same in every process: sets of texts have none."""
    try:
        return sorted(labels)
    except TypeError:
        return sorted(labels, key=lambda label: (type(label).__name__, repr(label)))
