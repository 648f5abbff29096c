"""Ising models from NumPy and SciPy arrays: energies, exact distributions, samples, annealing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _spinloom
from ._arguments import BetaSchedule, Method, Order, Rule, Schedule, interrupt, schedule, seconds, whole
from ._lab import Seed, _seed, _threads
from ._samples import Samples

if TYPE_CHECKING:
    #: A sparse matrix or array of SciPy; SciPy itself has no types.
    Sparse: TypeAlias = Any


class Ising:
    """Spins m = +-1 with couplings J and fields h, of energy E(m) = -(1/2 sum_ij J_ij m_i m_j + sum_i h_i m_i) + offset.

    J is symmetric with an empty diagonal: each pair stands in it twice and counts once. Energies, couplings and fields share one unit, and
    inverse temperatures are one over it. A model does not change.

    Args:
        J: Symmetric couplings: an array spins x spins, or a sparse matrix of SciPy (CSR and dense arrays of float64 are read where they
            lie, in one pass; others are converted by SciPy first).
        h: Field of every spin; none by default.
        offset: Constant part of the energy.

    Raises:
        ValueError: For couplings that are not symmetric, finite and square, or a diagonal that is not empty.

    Example:
        >>> ring = Ising(-np.roll(np.eye(4), 1, axis=0) - np.roll(np.eye(4), -1, axis=0))
        >>> states, energies = ring.anneal(reads=100, sweeps=50)
        >>> states.shape, float(energies.min())
        ((100, 4), -4.0)
    """

    __slots__ = ("_model",)

    def __init__(self, J: ArrayLike | Sparse, h: ArrayLike | None = None, *, offset: float = 0.0) -> None:
        self._model = _model(J, h, offset)

    @classmethod
    def _of(cls, model: _spinloom.Model) -> Ising:
        made = cls.__new__(cls)
        made._model = model
        return made

    @classmethod
    def from_couplings(
        cls, i: ArrayLike, j: ArrayLike, J: ArrayLike, h: ArrayLike | None = None, *, spins: int | None = None, offset: float = 0.0
    ) -> Ising:
        """A model of the pairs (i, j) with couplings J, each pair once; pairs given again add up.

        Args:
            i: First spins of the pairs, from 0.
            j: Second spins.
            J: Coupling of each pair, or one for all.
            h: Field of every spin; none by default.
            spins: Number of spins; by default as many as `h` has, or the pairs name.
            offset: Constant part of the energy.

        Raises:
            ValueError: For a spin that is not there or coupled to itself, or a number that is not finite.

        Example:
            >>> Ising.from_couplings([0, 1], [1, 2], 1.0).energy([1, 1, 1])
            -2.0
        """
        first, second = _indices("i", i), _indices("j", j)
        values = np.ascontiguousarray(np.broadcast_to(np.asarray(J, dtype=np.float64), first.shape))
        if spins is not None:
            number = whole("spins", spins, 0)
        elif h is not None:
            number = np.size(h)
        else:
            number = 1 + max((int(a.max()) for a in (first, second) if a.size), default=-1)
        return cls._of(_spinloom.Model.pairs(first, second, values, _field(h, number), float(offset), 1.0))

    @classmethod
    def from_qubo(cls, Q: ArrayLike | Sparse, *, offset: float = 0.0) -> Ising:
        """The model whose energy is the value b^T Q b + offset of the bits b = (1 + m) / 2.

        Args:
            Q: A square array or sparse matrix; of entries on both sides of the diagonal the sum counts.
            offset: Constant part of the value.

        Raises:
            ValueError: For a matrix that is not square and finite.

        Example:
            >>> model = Ising.from_qubo([[-1, 2], [0, -1]])
            >>> model.energy([[1, -1], [1, 1]]).tolist()  # bits 1 0 and 1 1
            [-1.0, 0.0]
        """
        sparse = _sparse(Q)
        if sparse is not None:
            _square(sparse.shape)
            entries, linear = sparse.tocoo(), np.zeros(sparse.shape[0])
            first, second = _indices("row", entries.row), _indices("column", entries.col)
            return cls._of(_spinloom.Model.bits(first, second, _numbers("Q", entries.data), linear, float(offset)))
        matrix = _numbers("Q", Q)
        _square(matrix.shape)
        return cls._of(_spinloom.Model.dense_bits(matrix, float(offset)))

    @property
    def spins(self) -> int:
        """Number of spins."""
        return self._model.spins

    @property
    def pairs(self) -> int:
        """Number of coupled pairs."""
        return self._model.couplings

    @property
    def h(self) -> NDArray[np.float64]:
        """The field of every spin (a copy)."""
        return self._model.fields()

    @property
    def offset(self) -> float:
        """Constant part of the energy."""
        return self._model.offset

    def to_dense(self) -> NDArray[np.float64]:
        """The couplings J as an array, spins x spins."""
        start, columns, values = self._model.to_rows()
        matrix = np.zeros((self.spins, self.spins))
        matrix[np.repeat(np.arange(self.spins), np.diff(start)), columns] = values
        return matrix

    def to_scipy(self) -> Sparse:
        """The couplings J as a `scipy.sparse.csr_array`.

        Raises:
            ImportError: Without SciPy.
        """
        start, columns, values = self._model.to_rows()
        return _scipy().csr_array((values, columns, start), shape=(self.spins, self.spins))

    @overload
    def to_qubo(self, *, dense: Literal[False] = False) -> tuple[Sparse, float]: ...
    @overload
    def to_qubo(self, *, dense: Literal[True]) -> tuple[NDArray[np.float64], float]: ...
    def to_qubo(self, *, dense: bool = False) -> tuple[NDArray[np.float64] | Sparse, float]:
        """Q and the constant of the value b^T Q b + offset that is this energy over the bits b = (1 + m) / 2.

        Nothing is rounded while couplings and fields are whole numbers, or quarters of them.

        Args:
            dense: An array in place of a `scipy.sparse.csr_array`.

        Returns:
            Q, upper triangular with the linear coefficients on its diagonal, and the offset.

        Example:
            >>> Ising([[0, 1], [1, 0]]).to_qubo(dense=True)
            (array([[ 2., -4.],
                   [ 0.,  2.]]), -1.0)
        """
        linear, first, second, values, offset = self._model.to_bits()
        if dense:
            matrix = np.diag(linear)
            matrix[first, second] = values
            return matrix, offset
        places = np.arange(self.spins)
        rows, columns = np.concatenate([places, first]), np.concatenate([places, second])
        entries = (np.concatenate([linear, values]), (rows, columns))
        return _scipy().coo_array(entries, shape=(self.spins, self.spins)).tocsr(), offset

    @overload
    def energy(self, states: Sequence[int]) -> float: ...
    @overload
    def energy(self, states: Sequence[Sequence[int]]) -> NDArray[np.float64]: ...
    @overload
    def energy(self, states: NDArray[Any]) -> Any: ...
    def energy(self, states: ArrayLike) -> float | NDArray[np.float64]:
        """The energy of a state, or of every row of an array of states.

        Args:
            states: Spins of +1 or -1, of one state or states x spins; int8 in rows is read where it lies.

        Raises:
            ValueError: For another number of spins, or values other than +1 and -1.
        """
        array = _states(states)
        if array.ndim == 1:
            return float(self._model.energies(array[None, :])[0])
        return self._model.energies(array)

    def exact_energies(self) -> NDArray[np.float64]:
        """The energy of all 2**spins states, of up to 24 spins; bit i of the index of a state is spin i, set when up.

        Raises:
            ValueError: For more than 24 spins.
        """
        return self._model.exact()

    def exact(self, beta: float) -> NDArray[np.float64]:
        """The Boltzmann probability exp(-beta E) / Z of all 2**spins states, of up to 24 spins.

        Args:
            beta: Inverse temperature, in units of one over energy.

        Returns:
            One probability a state; bit i of its index is spin i, set when up. `spinloom.state_index` finds the index of states.

        Raises:
            ValueError: For more than 24 spins, or a beta below zero.

        Example:
            >>> Ising([[0, 1], [1, 0]]).exact(1.0).round(4).tolist()
            [0.4404, 0.0596, 0.0596, 0.4404]
        """
        return self._model.exact(float(beta))

    def sample(
        self,
        beta: float | ArrayLike,
        reads: int = 1000,
        *,
        sweeps: int | None = None,
        seed: Seed = 1,
        method: Literal["auto", "anneal", "single"] = "auto",
        rule: Rule = "heat-bath",
        order: Order = "runs",
        initial_states: ArrayLike | None = None,
        time_limit: float | str | None = None,
        threads: int | None = None,
        interrupt_function: Callable[[], object] | None = None,
    ) -> Samples:
        """Reads the Boltzmann distribution exp(-beta E) / Z.

        Every read is a chain of its own with random numbers of its own, and its state after the last sweep is kept: reads are independent,
        and distributed right once `sweeps` is well above the time in which the model forgets its beginning. The same seed gives the same
        reads for any number of threads.

        Args:
            beta: Inverse temperature, in units of one over energy; or one a sweep, the last of which is sampled, to cool cold models slowly.
            reads: Number of reads.
            sweeps: Sweeps of a read, 200 by default; a sweep tries every spin once.
            seed: Seed.
            method: ``anneal`` for bit planes (couplings of small whole numbers), ``single`` for chains one by one, ``auto`` for what suits.
            rule: ``heat-bath`` (Gibbs, the p-bit) or ``metropolis``.
            order: ``permuted``: an order drawn anew for every sweep. ``runs``: the same in runs of neighbouring indices, faster on large
                models. ``random``: spins drawn at random. ``fixed``: by index; ``metropolis`` then hangs on lattices of even sides.
            initial_states: States the first reads begin with; random ones for the rest.
            time_limit: Stop after this long, s or a text with a unit. Only finished reads are kept.
            threads: Number of threads; by default one a core.
            interrupt_function: Asked every 50 ms; once it is true, the work stops and finished reads are returned.

        Raises:
            ValueError: For an argument that is not allowed.
            KeyboardInterrupt: When Ctrl-C was pressed.

        Example:
            >>> pair = Ising([[0, 1], [1, 0]])
            >>> samples = pair.sample(beta=1.0, reads=100_000)
            >>> equal = (samples.states[:, 0] == samples.states[:, 1]).mean()
            >>> bool(abs(equal - 1 / (1 + np.exp(-2))) < 0.01)
            True
        """
        betas = np.asarray(beta, dtype=np.float64)
        if betas.ndim == 0:
            betas = np.full(200 if sweeps is None else whole("sweeps", sweeps), float(betas))
        elif sweeps is not None:
            raise ValueError("beta is given for every sweep: leave out sweeps")
        if method not in ("auto", "anneal", "single"):
            raise ValueError(f"method is one of auto, anneal, single, but it is {method!r}: others find low energies, but sample nothing")
        return self._read(
            schedule("custom", None, betas, None), False, reads, seed, method, rule, order, initial_states, time_limit, threads,
            interrupt_function,
        )

    def anneal(
        self,
        reads: int = 100,
        sweeps: int | None = None,
        *,
        beta_range: Sequence[float] | None = None,
        beta_schedule_type: BetaSchedule = "linear",
        beta_schedule: ArrayLike | None = None,
        seed: Seed = 1,
        method: Method = "auto",
        rule: Rule = "metropolis",
        order: Order = "runs",
        initial_states: ArrayLike | None = None,
        time_limit: float | str | None = None,
        threads: int | None = None,
        interrupt_function: Callable[[], object] | None = None,
    ) -> Samples:
        """Looks for states of low energy; every read ends downhill.

        The same seed gives the same reads for any number of threads.

        Args:
            reads: Number of reads.
            sweeps: Sweeps of a read, 1000 by default; a sweep tries every spin once.
            beta_range: Inverse temperatures at the beginning and the end, in units of one over energy; by default chosen from the model.
            beta_schedule_type: ``linear``, ``geometric``, or ``custom`` with `beta_schedule`.
            beta_schedule: Inverse temperature of every sweep.
            seed: Seed.
            method: ``anneal`` for bit planes (couplings of small whole numbers), ``single`` for chains one by one, ``auto`` for what suits.
                ``anneal-shared`` is the fastest, but its reads share random numbers and are correlated. ``tempering`` spans `beta_range`
                with replicas that change places; ``path-integral`` takes away a transverse field at its cold end. Both use heat bath, and
                their reads are the best states met.
            rule: ``metropolis`` or ``heat-bath``.
            order: ``permuted``: an order drawn anew for every sweep. ``runs``: the same in runs of neighbouring indices, faster on large
                models. ``random``: spins drawn at random. ``fixed``: by index; ``metropolis`` then hangs on lattices of even sides.
            initial_states: States the first reads begin with; random ones for the rest.
            time_limit: Stop after this long, s or a text with a unit. Reads not begun are left out, the others end where they are.
            threads: Number of threads; by default one a core.
            interrupt_function: Asked every 50 ms; once it is true, the work stops as at `time_limit`.

        Raises:
            ValueError: For an argument that is not allowed, or a model that the method cannot take.
            KeyboardInterrupt: When Ctrl-C was pressed.
        """
        return self._read(
            schedule(beta_schedule_type, beta_range, beta_schedule, sweeps), True, reads, seed, method, rule, order, initial_states,
            time_limit, threads, interrupt_function,
        )

    def _read(
        self,
        temperatures: Schedule,
        descend: bool,
        reads: SupportsIndex,
        seed: Seed,
        method: str,
        rule: str,
        order: str,
        initial_states: ArrayLike | None,
        time_limit: float | str | None,
        threads: int | None,
        interrupt_function: Callable[[], object] | None,
    ) -> Samples:
        found = self._model.sample(
            **temperatures,
            method=method,
            reads=whole("reads", reads),
            seed=_seed(seed),
            rule=rule,
            order=order,
            initial=None if initial_states is None else np.atleast_2d(_states(initial_states)),
            descend=descend,
            time_limit=seconds("time_limit", time_limit),
            threads=_threads(threads),
            interrupt=interrupt(interrupt_function),
        )
        return Samples(
            found["states"], found["energies"], found["method"], found["beta_range"], _seed(seed), found["updates"],
            found["sampling_ns"] * 1e-9, found["stopped"],
        )

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return _from_rows, (*self._model.to_rows(), self.h, self.offset)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ising):
            return NotImplemented
        (_, ours), (_, theirs) = self.__reduce__(), other.__reduce__()
        return all(np.array_equal(a, b) for a, b in zip(ours, theirs))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Ising: {self.spins} spins, {self.pairs} couplings>"


def _from_rows(
    start: NDArray[np.int64], columns: NDArray[np.int64], values: NDArray[np.float64], h: NDArray[np.float64], offset: float
) -> Ising:
    return Ising._of(_spinloom.Model.rows(start, columns, values, h, offset))


def _model(J: ArrayLike | Sparse, h: ArrayLike | None, offset: float) -> _spinloom.Model:
    sparse = _sparse(J)
    if sparse is None:
        matrix = _numbers("J", J)
        _square(matrix.shape)
        return _spinloom.Model.dense(matrix, _field(h, len(matrix)), float(offset))
    _square(sparse.shape)
    rows = sparse.tocsr()
    if not rows.has_canonical_format:
        # Sorting and adding up happen in place, and the matrix is the caller's.
        rows = rows.copy() if rows is sparse else rows
        rows.sum_duplicates()
    start, columns = _indices("indptr", rows.indptr), _indices("indices", rows.indices)
    return _spinloom.Model.rows(start, columns, _numbers("J", rows.data), _field(h, sparse.shape[0]), float(offset))


def _sparse(matrix: Any) -> Any:
    """The matrix if it is sparse, or None; without importing SciPy, which whoever has a sparse matrix has imported."""
    return matrix if hasattr(matrix, "tocsr") and hasattr(matrix, "tocoo") else None


def _scipy() -> Any:
    try:
        import scipy.sparse
    except ImportError as error:
        raise ImportError("sparse matrices need SciPy: pip install scipy") from error
    return scipy.sparse


def _square(shape: tuple[int, ...]) -> None:
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ValueError(f"a matrix spins x spins is wanted, but its shape is {shape}")


def _numbers(name: str, values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} holds real numbers, not {array.dtype}")
    return np.asarray(array, dtype=np.float64)


def _field(h: ArrayLike | None, spins: int) -> NDArray[np.float64]:
    if h is None:
        return np.zeros(spins)
    field = _numbers("h", h)
    if field.shape != (spins,):
        raise ValueError(f"h is one field for each of {spins} spins, but its shape is {field.shape}")
    return field


def _indices(name: str, values: ArrayLike) -> NDArray[Any]:
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise TypeError(f"{name} is a list of whole numbers, not {array.dtype} of shape {array.shape}")
    return array if array.dtype in (np.int32, np.int64) else array.astype(np.int64)


def _states(states: ArrayLike) -> NDArray[np.int8]:
    array = np.asarray(states)
    if array.ndim not in (1, 2):
        raise ValueError(f"states are spins, or states x spins, but their shape is {array.shape}")
    spins = np.ascontiguousarray(array, dtype=np.int8) if array.dtype == np.int8 else array.astype(np.int8)
    if array.dtype != np.int8 and not np.array_equal(spins, array):
        raise ValueError("spins are +1 or -1, but there are other numbers among these")
    return spins
