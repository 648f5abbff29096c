"""The reservoir as an estimator of scikit-learn."""

import pickle

import numpy as np
import pytest
import spinloom
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator
from spinloom import AutoOscillator, OscillatorReservoir


def test_passes_the_checks_of_scikit_learn():
    check_estimator(OscillatorReservoir(n_virtual_nodes=5))


def test_separates_what_a_line_cannot():
    rng = np.random.default_rng(1)
    X = rng.uniform(-1, 1, size=(600, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    linear = RidgeClassifierCV().fit(X[:300], y[:300]).score(X[300:], y[300:])
    model = make_pipeline(OscillatorReservoir(n_virtual_nodes=50), RidgeClassifierCV(alphas=np.logspace(-8, 0, 9)))
    score = model.fit(X[:300], y[:300]).score(X[300:], y[300:])
    assert linear < 0.65 and score > 0.85


def test_a_series_is_remembered_and_rows_are_not():
    u = np.random.default_rng(2).normal(size=(50, 1))
    reservoir = OscillatorReservoir(n_virtual_nodes=3, random_state=1).fit(u)
    changed = u.copy()
    changed[10] += 1.0
    assert not np.allclose(reservoir.states(u)[11], reservoir.states(changed)[11])
    assert np.array_equal(reservoir.transform(u)[11], reservoir.transform(changed)[11])


def test_noise_is_that_of_the_seed_and_survives_pickling():
    X = np.random.default_rng(3).normal(size=(20, 4))
    noisy = OscillatorReservoir(n_virtual_nodes=6, thermal_power=1e-4, random_state=5).fit(X)
    assert np.array_equal(noisy.transform(X), pickle.loads(pickle.dumps(noisy)).transform(X))
    other = OscillatorReservoir(n_virtual_nodes=6, thermal_power=1e-4, random_state=6).fit(X)
    assert not np.array_equal(noisy.transform(X), other.transform(X))


def test_oscillator_takes_units_and_refuses_nonsense():
    oscillator = AutoOscillator(threshold_current="4 mA", frequency="350 MHz")
    assert oscillator.parameters["threshold_current"] == pytest.approx(4e-3)
    assert oscillator.stationary_power(2e-3) == 0.0
    current = oscillator.current_for_frequency(355e6)
    assert oscillator.frequency_at(current) == pytest.approx(355e6)
    with pytest.raises(ValueError, match="did you mean `threshold_current`"):
        AutoOscillator(threshold_curent=1.0)
    with pytest.raises(ValueError, match="is in s"):
        AutoOscillator(threshold_current="4 ns")


@pytest.mark.parametrize("bad", [{"n_virtual_nodes": 0}, {"supercriticality": 0.5}, {"relaxation_time": 0.0}])
def test_impossible_parameters_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        OscillatorReservoir(**bad).fit(np.zeros((4, 2)))


def test_version_is_that_of_the_crate():
    assert spinloom.__version__.count(".") == 2
