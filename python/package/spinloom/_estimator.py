"""What an estimator needs of scikit-learn, or of these few lines where that is not installed."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    HAS_SKLEARN: bool
else:
    try:
        from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
        from sklearn.utils.validation import check_is_fitted, validate_data

        HAS_SKLEARN = True
    except ImportError:
        HAS_SKLEARN = False

if TYPE_CHECKING or not HAS_SKLEARN:

    class BaseEstimator:
        """Parameters as those of the constructor."""

        @classmethod
        def _names(cls) -> list[str]:
            return [name for name in inspect.signature(cls.__init__).parameters if name != "self"]

        def get_params(self, deep: bool = True) -> dict[str, Any]:
            """Parameters by name."""
            return {name: getattr(self, name) for name in self._names()}

        def set_params(self, **params: Any) -> BaseEstimator:
            """Sets parameters by name."""
            for name, value in params.items():
                if name not in self._names():
                    raise ValueError(f"there is no parameter {name!r}: there are {', '.join(self._names())}")
                setattr(self, name, value)
            return self

        def __repr__(self) -> str:
            return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.get_params().items())})"

    class TransformerMixin:
        """Fit and transform in one."""

        def fit_transform(self, X: ArrayLike, y: object = None) -> NDArray[np.float64]:
            """Fits to `X` and transforms it."""
            states: NDArray[np.float64] = self.fit(X, y).transform(X)  # type: ignore[attr-defined]
            return states

    class ClassNamePrefixFeaturesOutMixin:
        """Names of the states."""

        def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
            """One name a virtual node."""
            check_is_fitted(self, "mask_")
            prefix = type(self).__name__.lower()
            return np.asarray([f"{prefix}{i}" for i in range(self._n_features_out)], dtype=object)  # type: ignore[attr-defined]

    def check_is_fitted(estimator: Any, attribute: str) -> None:
        """Refuses what has not been fitted."""
        if not hasattr(estimator, attribute):
            raise ValueError(f"this {type(estimator).__name__} is not fitted yet: call fit first")


def check_inputs(estimator: Any, X: ArrayLike, *, reset: bool) -> NDArray[np.float64]:
    """Inputs as a contiguous array of finite numbers, rows x features; `reset` learns the number of features, else it is compared."""
    if HAS_SKLEARN:
        checked: NDArray[np.float64] = validate_data(estimator, X, dtype=np.float64, order="C", reset=reset)  # type: ignore[name-defined]
        return checked
    array = np.ascontiguousarray(X, dtype=np.float64)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"inputs are rows x features, at least one of each, but their shape is {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("every input has to be finite")
    if reset:
        estimator.n_features_in_ = array.shape[1]
    elif array.shape[1] != estimator.n_features_in_:
        raise ValueError(f"{estimator.n_features_in_} features were fitted, but the inputs have {array.shape[1]}")
    return array
