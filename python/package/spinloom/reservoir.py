"""A spin-torque oscillator as a reservoir, with the interface of scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._spinloom import AutoOscillator, binary_mask, oscillator_states

if TYPE_CHECKING:

    class _Base:
        def __init__(self) -> None: ...

    def check_is_fitted(estimator: object) -> None: ...

    def validate_data(estimator: object, X: ArrayLike, *, dtype: type, reset: bool) -> NDArray[np.float64]: ...

else:
    try:
        from sklearn.base import BaseEstimator, TransformerMixin
        from sklearn.utils.validation import check_is_fitted, validate_data

        class _Base(TransformerMixin, BaseEstimator):
            pass

    except ImportError:  # scikit-learn is not needed to import spinloom
        _Base = None


class OscillatorReservoir(_Base if _Base is not None else object):  # type: ignore[misc]
    """Time-multiplexed reservoir: one spin-torque oscillator as many neurons (Torrejon et al. 2017).

    Every row of ``X`` is standardised, spread over virtual nodes by a binary mask, and played to the oscillator as a
    current; the amplitude at the end of each virtual node is a feature. Any linear model of scikit-learn is a readout.

    Parameters
    ----------
    n_virtual_nodes : number of virtual nodes
    virtual_node_duration : duration of one, s
    supercriticality : dc current over threshold
    current_swing : largest excursion of the current, relative to the dc current
    clipped : fraction of the masked inputs cut off at the largest excursion
    relaxation_time : time constant of the power at the dc current, s
    thermal_power : thermal power over the power at unit amplitude; 0 is without noise
    random_state : seed of mask and noise

    Examples
    --------
    >>> import numpy as np
    >>> from spinloom import OscillatorReservoir
    >>> X = np.random.default_rng(1).normal(size=(20, 3))
    >>> OscillatorReservoir(n_virtual_nodes=8).fit_transform(X).shape
    (20, 8)
    """

    def __init__(
        self,
        n_virtual_nodes: int = 100,
        *,
        virtual_node_duration: float = 100e-9,
        supercriticality: float = 1.5,
        current_swing: float = 0.9,
        clipped: float = 0.05,
        relaxation_time: float = 410e-9,
        thermal_power: float = 0.0,
        random_state: int | None = 0,
    ) -> None:
        self.n_virtual_nodes = n_virtual_nodes
        self.virtual_node_duration = virtual_node_duration
        self.supercriticality = supercriticality
        self.current_swing = current_swing
        self.clipped = clipped
        self.relaxation_time = relaxation_time
        self.thermal_power = thermal_power
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: Any = None) -> OscillatorReservoir:
        """Learn the standardisation and the input scale of ``X`` (samples, channels), and draw the mask."""
        inputs = self._validate(X, reset=True)
        if self.n_virtual_nodes < 1:
            raise ValueError(f"n_virtual_nodes must be 1 or greater, but it is {self.n_virtual_nodes}")
        if not self.supercriticality > 1:
            raise ValueError(f"supercriticality must be greater than 1, but it is {self.supercriticality}")
        if not self.relaxation_time > 0:
            raise ValueError(f"relaxation_time must be greater than 0, but it is {self.relaxation_time}")
        self._seed = int(np.random.SeedSequence(self.random_state).generate_state(1)[0])
        self.mean_ = inputs.mean(axis=0)
        deviation = inputs.std(axis=0)
        self.scale_ = np.where(deviation > 0, deviation, 1.0)
        self.mask_ = binary_mask(inputs.shape[1], self.n_virtual_nodes, self._seed)
        _, self.input_scale_ = self._play(inputs, scale=0.0, independent=True)
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """States (samples, virtual nodes) of rows that do not follow one another: each starts from rest."""
        inputs = self._validate(X, reset=False)
        return self._play(inputs, scale=self.input_scale_, independent=True)[0]

    def states(self, u: ArrayLike) -> NDArray[np.float64]:
        """States (steps, virtual nodes) of a time series (steps, channels): the oscillator remembers from row to row."""
        inputs = self._validate(u, reset=False)
        return self._play(inputs, scale=self.input_scale_, independent=False)[0]

    def oscillator(self) -> AutoOscillator:
        """The oscillator of these parameters."""
        rate = 0.5 / (self.relaxation_time * (self.supercriticality - 1.0))
        return AutoOscillator(damping_rate=rate, thermal_power=float(self.thermal_power))

    def _play(self, inputs: NDArray[np.float64], *, scale: float, independent: bool) -> tuple[NDArray[np.float64], float]:
        oscillator = self.oscillator()
        threshold = oscillator.parameters["threshold_current"]
        return oscillator_states(
            np.ascontiguousarray((inputs - self.mean_) / self.scale_),
            self.mask_,
            oscillator,
            current=self.supercriticality * threshold,
            swing=float(self.current_swing),
            virtual_node=float(self.virtual_node_duration),
            scale=scale,
            clipped=float(self.clipped),
            seed=self._seed,
            independent=independent,
        )

    def _validate(self, X: ArrayLike, *, reset: bool) -> NDArray[np.float64]:
        if _Base is not None:
            if not reset:
                check_is_fitted(self)
            checked: NDArray[np.float64] = validate_data(self, X, dtype=np.float64, reset=reset)
            return checked
        inputs = np.asarray(X, dtype=np.float64)
        if inputs.ndim != 2:
            raise ValueError(f"an array (samples, channels) is wanted, but this one has {inputs.ndim} dimensions")
        return inputs
