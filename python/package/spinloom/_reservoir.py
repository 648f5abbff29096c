"""One spin-torque oscillator as a reservoir, for scikit-learn."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _spinloom
from ._estimator import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin, check_inputs, check_is_fitted

if TYPE_CHECKING:
    from typing_extensions import Self

#: Rows of training data that set the input scale.
_SCALE_ROWS = 2000


class OscillatorReservoir(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """One spin-torque oscillator that plays many neurons, one after another (Torrejon et al., Nature 547, 428, 2017).

    A binary mask spreads every input over virtual nodes. For the duration of each, the masked input modulates the dc current of the
    oscillator, and the amplitude at its end is the state of the node. A node remembers the ones before it as long as the power
    relaxes. A linear readout on the states, from scikit-learn, makes a classifier or a regressor of it.

    `transform` treats rows as independent inputs: every row begins at the stationary power of the dc current. `states` takes rows as
    steps of one time series, and the oscillator keeps its memory from one to the next.

    Columns are standardised first, by the mean and deviation of the data that was fitted.

    Args:
        n_virtual_nodes: Number of virtual nodes.
        virtual_node_duration: Duration of a virtual node, s or a text with a unit.
        current: Dc current, A or a text with a unit.
        current_swing: Largest excursion about the dc current, relative to it, between 0 and 1.
        clipped: Fraction of the masked inputs that may go beyond the swing; they are cut off there.
        noise: Whether there is thermal noise. Every row has noise of its own, so the states of a row then depend on where it stands,
            which scikit-learn's contract of a transformer excludes: its two checks of sample order and subsets fail, as they must.
        oscillator: An `AutoOscillator`; by default that of the experiment with spoken digits, whose power relaxes in 410 ns at the
            default current.
        random_state: Seed of mask and noise: a whole number, a `numpy.random.RandomState` or `Generator` to draw it from, or None
            for a different one at each fit.

    Attributes:
        mean_: Mean of each feature.
        scale_: Standard deviation of each feature, 1 where that is 0.
        mask_: Weights of plus or minus one, nodes x features.
        input_scale_: Masked input that swings the current fully.
        oscillator_: The oscillator.
        n_features_in_: Number of features.

    Example:
        >>> import numpy as np
        >>> from spinloom import OscillatorReservoir
        >>> reservoir = OscillatorReservoir(n_virtual_nodes=24).fit(np.linspace(-1, 1, 50)[:, None])
        >>> reservoir.states(np.zeros((10, 1))).shape
        (10, 24)
    """

    def __init__(
        self,
        n_virtual_nodes: int = 400,
        *,
        virtual_node_duration: float | str = 100e-9,
        current: float | str = 4.5e-3,
        current_swing: float = 0.9,
        clipped: float = 0.05,
        noise: bool = False,
        oscillator: _spinloom.AutoOscillator | None = None,
        random_state: Any = 1,
    ) -> None:
        self.n_virtual_nodes = n_virtual_nodes
        self.virtual_node_duration = virtual_node_duration
        self.current = current
        self.current_swing = current_swing
        self.clipped = clipped
        self.noise = noise
        self.oscillator = oscillator
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Draws the mask for the features of `X` and sets the input scale by its size.

        Args:
            X: Inputs, rows x features.
            y: Not used.

        Raises:
            ValueError: For inputs or parameters that are not allowed.
        """
        inputs = check_inputs(self, X, reset=True)
        if not isinstance(self.n_virtual_nodes, numbers.Integral) or self.n_virtual_nodes < 1:
            raise ValueError(f"n_virtual_nodes must be a whole number of 1 or more, but it is {self.n_virtual_nodes!r}")
        if not 0 < self.current_swing < 1:
            raise ValueError(f"current_swing must be between 0 and 1, but it is {self.current_swing}")
        if not 0 <= self.clipped < 1:
            raise ValueError(f"clipped must be 0 or more and below 1, but it is {self.clipped}")
        self._current: float = _positive("current", self.current, "A")
        self._duration: float = _positive("virtual_node_duration", self.virtual_node_duration, "s")
        self.oscillator_: _spinloom.AutoOscillator = _NOMINAL if self.oscillator is None else self.oscillator
        if not isinstance(self.oscillator_, _spinloom.AutoOscillator):
            raise ValueError(f"oscillator is an AutoOscillator or None, not {type(self.oscillator).__name__}")
        self._seed: int = _draw_seed(self.random_state)
        self.mean_: NDArray[np.float64] = inputs.mean(axis=0)
        deviation = inputs.std(axis=0)
        self.scale_: NDArray[np.float64] = np.where(deviation > 0, deviation, 1.0)
        self.mask_: NDArray[np.float64] = _spinloom.binary_mask(inputs.shape[1], int(self.n_virtual_nodes), self._seed)
        # einsum sums in one fixed order; a matrix product may not, and the states would hang on the number of threads.
        some = inputs[:: -(-len(inputs) // _SCALE_ROWS)]
        masked = np.einsum("rc,nc->rn", (some - self.mean_) / self.scale_, self.mask_)
        self.input_scale_: float = float(np.quantile(np.abs(masked), 1 - self.clipped)) or 1.0
        self._n_features_out = self.mask_.shape[0]
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """Amplitudes at the end of every virtual node, each row an input of its own.

        Args:
            X: Inputs, rows x features.

        Returns:
            States, rows x nodes.
        """
        return self._states(X, independent=True)

    def states(self, X: ArrayLike) -> NDArray[np.float64]:
        """Amplitudes at the end of every virtual node, rows taken as the steps of one time series.

        Args:
            X: Inputs, steps x features.

        Returns:
            States, steps x nodes.
        """
        return self._states(X, independent=False)

    def _states(self, X: ArrayLike, *, independent: bool) -> NDArray[np.float64]:
        check_is_fitted(self, "mask_")
        inputs = check_inputs(self, X, reset=False)
        return _spinloom.reservoir_states(
            np.ascontiguousarray((inputs - self.mean_) / self.scale_),
            self.mask_,
            input_scale=self.input_scale_,
            oscillator=self.oscillator_,
            current=self._current,
            swing=float(self.current_swing),
            virtual_node_duration=self._duration,
            noise_seed=self._seed if self.noise else None,
            independent=independent,
        )


#: The oscillator of the experiment with spoken digits.
_NOMINAL = _spinloom.AutoOscillator(
    **{
        name.removeprefix("oscillator."): plain["value"]
        for plain in _spinloom.Experiment("torrejon2017").parameters()
        if (name := plain["name"]).startswith("oscillator.")
    }
)


def _positive(name: str, value: float | str, unit: str) -> float:
    number = _spinloom.quantity(name, value, unit)
    if number <= 0.0:
        raise ValueError(f"{name} must be greater than 0, but it is {value}")
    return number


def _draw_seed(random_state: Any) -> int:
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
    if isinstance(random_state, numbers.Integral):
        if random_state < 0:
            raise ValueError(f"random_state must be 0 or more, but it is {random_state}")
        return int(random_state)
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**63))
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31))
    raise ValueError(f"random_state is a whole number, a RandomState, a Generator or None, not {type(random_state).__name__}")
