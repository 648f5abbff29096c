"""The reservoir as an estimator of scikit-learn."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import spinloom

sklearn = pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.linear_model import Ridge, RidgeClassifier  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402


def excluded(estimator: Any) -> dict[str, str]:
    """Noise is that of a place in time, so the states of a row depend on where it stands."""
    if not estimator.noise:
        return {}
    why = "thermal noise is keyed by the place of a row"
    return {"check_methods_subset_invariance": why, "check_methods_sample_order_invariance": why}


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [spinloom.OscillatorReservoir(n_virtual_nodes=20), spinloom.OscillatorReservoir(n_virtual_nodes=20, noise=True)],
    expected_failed_checks=excluded,
)
@pytest.mark.filterwarnings("ignore")
def test_contract_of_an_estimator(estimator: Any, check: Any) -> None:
    check(estimator)


def reservoir(**parameters: Any) -> spinloom.OscillatorReservoir:
    return spinloom.OscillatorReservoir(24, **parameters).fit(np.linspace(-1, 1, 64)[:, None])


def heun(power: float, gain: float, damping: float, nonlinear_damping: float, step: float) -> float:
    """A small step of dp/dt = 2 (gain (1 - p) - damping (1 + Q p)) p."""

    def slope(p: float) -> float:
        return 2 * (gain * (1 - p) - damping * (1 + nonlinear_damping * p)) * p

    first = slope(power)
    return power + 0.5 * step * (first + slope(power + step * first))


def test_states_are_those_of_the_closed_solution() -> None:
    oscillator = spinloom.AutoOscillator(damping_rate=2e6, thermal_power=0.0)
    fitted = reservoir(oscillator=oscillator, current="5 mA", current_swing=0.5, virtual_node_duration="100 ns")
    inputs = np.array([[0.3], [-0.8]])
    power, expected = oscillator.stationary_power(5e-3), []
    for row in inputs:
        for weight in fitted.mask_[:, 0]:
            current = 5e-3 * (1 + 0.5 * np.clip(weight * (row[0] - fitted.mean_[0]) / fitted.scale_[0] / fitted.input_scale_, -1, 1))
            gain = 2e6 * current / oscillator.threshold_current
            for _ in range(200):
                power = heun(power, gain, 2e6, oscillator.nonlinear_damping, 0.5e-9)
            expected.append(np.sqrt(power))
    np.testing.assert_allclose(fitted.states(inputs).ravel(), expected, rtol=1e-5)


def test_rows_are_independent_and_steps_are_not() -> None:
    fitted = reservoir()
    inputs = np.array([[0.5], [-0.5], [0.5]])
    rows, steps = fitted.transform(inputs), fitted.states(inputs)
    np.testing.assert_array_equal(rows[0], rows[2])
    np.testing.assert_array_equal(rows[0], steps[0])
    assert np.abs(steps[2] - steps[0]).max() > 1e-3


def test_noise_is_that_of_the_seed() -> None:
    inputs = np.zeros((4, 1))
    noisy = reservoir(noise=True, random_state=7)
    np.testing.assert_array_equal(noisy.transform(inputs), reservoir(noise=True, random_state=7).transform(inputs))
    assert (noisy.transform(inputs) != reservoir(random_state=7).transform(inputs)).any()
    assert (noisy.transform(inputs)[0] != noisy.transform(inputs)[1]).any()
    assert (reservoir(random_state=8).mask_ != noisy.mask_).any()
    assert reservoir(random_state=np.random.default_rng(1)).mask_.shape == (24, 1)
    assert set(np.unique(reservoir(random_state=None).mask_)) <= {-1.0, 1.0}


def test_clones_and_pickles_are_equal() -> None:
    oscillator = spinloom.AutoOscillator(frequency="310 MHz")
    fitted = reservoir(oscillator=oscillator, current="6 mA", noise=True)
    inputs = np.linspace(-1, 1, 8)[:, None]
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).states(inputs), fitted.states(inputs))
    again = clone(fitted)
    assert again.get_params()["oscillator"] == oscillator and again.get_params()["current"] == "6 mA"
    np.testing.assert_array_equal(again.fit(np.linspace(-1, 1, 64)[:, None]).states(inputs), fitted.states(inputs))


def test_pipeline_tells_sines_from_squares() -> None:
    # A memoryless map gets 7 of 8 points right; the oscillator, which remembers, gets more.
    inputs, labels = spinloom.data.sine_square(160, seed=5)
    train, test = slice(0, 640), slice(640, None)
    fitted = spinloom.OscillatorReservoir(24).fit(inputs[train, None])
    states = fitted.states(inputs[:, None])
    # The states differ by little, so nearly any penalty is too large: this is the pseudo-inverse of the paper.
    readout = RidgeClassifier(alpha=1e-9).fit(states[train], labels[train])
    assert readout.score(states[test], labels[test]) > 0.99


def test_pipeline_fits_a_nonlinear_function() -> None:
    generator = np.random.default_rng(3)
    inputs = generator.uniform(-1, 1, (400, 3))
    targets = inputs[:, 0] * inputs[:, 1]
    model = make_pipeline(StandardScaler(), spinloom.OscillatorReservoir(200), Ridge(alpha=1e-6)).fit(inputs[:300], targets[:300])
    linear = make_pipeline(StandardScaler(), Ridge(alpha=1e-6)).fit(inputs[:300], targets[:300])
    assert model.score(inputs[300:], targets[300:]) > 0.9 > 0.2 > linear.score(inputs[300:], targets[300:])
    assert model[:-1].get_feature_names_out()[0] == "oscillatorreservoir0"


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"current": "3 s"}, "`3 s` is in s"),
        ({"current": -1.0}, "current must be greater than 0"),
        ({"virtual_node_duration": 0.0}, "virtual_node_duration must be greater than 0"),
        ({"clipped": 1.0}, "clipped must be"),
        ({"current_swing": 1.5}, "current_swing must be between 0 and 1"),
        ({"oscillator": 3}, "oscillator is an AutoOscillator"),
        ({"random_state": -1}, "random_state must be 0 or more"),
        ({"random_state": "one"}, "random_state is"),
    ],
)
def test_bad_parameters_are_named_when_fitting(parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        spinloom.OscillatorReservoir(**parameters).fit([[1.0]])
    with pytest.raises(ValueError, match="n_virtual_nodes"):
        spinloom.OscillatorReservoir(0).fit([[1.0]])


def test_scikit_learn_is_imported_late_and_not_needed() -> None:
    script = """
import sys
import numpy as np
import spinloom
assert "sklearn" not in sys.modules
sys.modules["sklearn"] = None  # as if it were not installed
reservoir = spinloom.OscillatorReservoir(n_virtual_nodes=5)
states = reservoir.fit_transform(np.eye(3))
assert states.shape == (3, 5) and reservoir.get_feature_names_out().size == 5
assert reservoir.set_params(noise=True).get_params()["noise"] is True
assert "n_virtual_nodes=5" in repr(reservoir)
for wrong in (np.ones(3), np.ones((2, 2)), [[float("nan")] * 3]):
    try:
        reservoir.transform(wrong)
    except ValueError:
        continue
    raise AssertionError(wrong)
"""
    subprocess.run([sys.executable, "-c", script], check=True)
