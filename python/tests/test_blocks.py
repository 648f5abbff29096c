"""Building blocks: oscillators, networks of them, front ends, data sets and series."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
import spinloom


def test_stationary_power_is_that_of_the_formula() -> None:
    oscillator = spinloom.AutoOscillator(threshold_current="3 mA", nonlinear_damping=1.5)
    zeta = np.array([[0.5, 1.0], [2.0, 4.0]])
    expected = np.where(zeta > 1, (zeta - 1) / (zeta + 1.5), 0.0)
    np.testing.assert_allclose(oscillator.stationary_power(3e-3 * zeta), expected, rtol=1e-12, atol=1e-15)
    assert oscillator.stationary_power(6e-3) == pytest.approx(1 / 3.5)
    assert isinstance(oscillator.stationary_power(6e-3), float)
    assert oscillator.stationary_power([6e-3, 9e-3]).shape == (2,)
    current = 3e-3 * np.array([1.5, 2.0, 3.0])
    np.testing.assert_allclose(oscillator.current_for_frequency(oscillator.frequency_at(current)), current, rtol=1e-9)
    np.testing.assert_allclose(oscillator.relaxation_time(current), 0.5 / (oscillator.damping_rate * (current / 3e-3 - 1)))
    assert oscillator.locking_half_width(1e-3, 1e6) == np.inf


def test_calibration_gives_back_what_was_measured() -> None:
    oscillator = spinloom.AutoOscillator.from_measured(
        threshold_current=3e-3, current=6e-3, frequency=300e6, frequency_slope=2e9, relaxation_time=410e-9
    )
    assert oscillator.relaxation_time(6e-3) == pytest.approx(410e-9)
    assert oscillator.frequency_at(6e-3) == pytest.approx(300e6)
    with pytest.raises(ValueError, match="working current"):
        spinloom.AutoOscillator.from_measured(
            threshold_current=3e-3, current=3e-3, frequency=300e6, frequency_slope=2e9, relaxation_time=410e-9
        )


def test_oscillators_are_values() -> None:
    oscillator = spinloom.AutoOscillator(frequency="310 MHz")
    assert oscillator.parameters()["frequency"] == 310e6
    assert pickle.loads(pickle.dumps(oscillator)) == oscillator == copy.deepcopy(oscillator)
    assert oscillator.replace(frequency=1e6) != oscillator
    assert "frequency=" in repr(oscillator)


def test_two_coupled_oscillators_lock_below_twice_the_coupling() -> None:
    # The isochronous pair is the Kuramoto pair: locked while the detuning (rad/s) is below twice the coupling.
    coupling, limit = 1e6, 2e6 / (2 * np.pi)
    distance = []
    for factor in (0.8, 1.25):
        pair = [spinloom.AutoOscillator(frequency=300e6 + s * factor * limit / 2, frequency_shift=0.0) for s in (-1, 1)]
        result = spinloom.simulate_network(pair, 6e-3, coupling=coupling, settle="20 us", window="20 us", noise=False)
        distance.append(abs(result.frequencies[1, 0] - result.frequencies[0, 0]))
    assert distance[0] < 1e-3 * limit
    # Beyond it the beat goes as the root of the difference of squares.
    assert distance[1] == pytest.approx(limit * np.sqrt(1.25**2 - 1), rel=0.08)


def test_microwaves_lock_and_noise_is_keyed_by_the_seed() -> None:
    oscillator = spinloom.AutoOscillator(frequency_shift=0.0)
    drive = 1e6
    half_width = oscillator.locking_half_width(6e-3, drive)
    tones = 300e6 + half_width * np.array([[0.0, 0.8, 1.5]])

    def simulate(seed: int, noise: bool) -> spinloom.NetworkResult:
        return spinloom.simulate_network(
            [oscillator], 6e-3, window="20 us", settle="20 us", tone_frequencies=tones, tone_amplitudes=drive, noise=noise, seed=seed
        )

    distance = np.abs(simulate(1, False).frequencies - tones)[0]
    assert distance[0] < 1e3 and distance[1] < 1e3 and distance[2] > 0.1 * half_width
    np.testing.assert_array_equal(simulate(1, True).phases, simulate(1, True).phases)
    assert (simulate(1, True).phases != simulate(2, True).phases).all()
    with pytest.raises(ValueError, match="one a microwave"):
        spinloom.simulate_network([oscillator], 6e-3, window=1e-6, tone_frequencies=[1e6, 2e6], tone_amplitudes=[1.0])
    with pytest.raises(ValueError, match="shape"):
        spinloom.simulate_network([oscillator], [6e-3, 1e-3], window=1e-6)


@pytest.mark.parametrize("kind", ["cochlea", "spectrogram", "mel"])
def test_a_higher_tone_lies_in_a_higher_channel(kind: str) -> None:
    time = np.arange(4000) / 8000
    low, high = (
        spinloom.cochleagram(np.sin(2 * np.pi * f * time), 8000, kind=kind, channels=40, frame_step="10 ms").mean(axis=0)
        for f in (300.0, 2000.0)
    )
    assert low.shape == (40,) and np.argmax(low) < np.argmax(high)


def test_vowels_are_those_of_the_system() -> None:
    vowels = spinloom.data.vowels(speakers=10, seed=3)
    assert vowels.formants.shape == (70, 12) and set(vowels.labels) == set(range(7))
    assert len(vowels.vowel_names) == 7 and len(vowels.speaker_names) == 10
    np.testing.assert_array_equal(vowels.formants, spinloom.data.vowels(speakers=10, seed=3).formants)
    assert vowels.source.startswith("10 speakers drawn")


def test_vowels_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("talker,vowel,f1,f2\na,iy,300,2300\na,ah,700,1200\nb,iy,310,2400\nb,ah,720,1150\n")
    vowels = spinloom.data.vowels(file, columns={"speaker": "talker"})
    assert vowels.formants.shape == (4, 2) and vowels.speaker_names == ("a", "b")
    with pytest.raises(ValueError, match="no column `speaker`"):
        spinloom.data.vowels(file)


def test_data_sets_are_described_and_verified(digits_folder: Path) -> None:
    known = {"hillenbrand", "fsdd", "santafe", "mnist", "optdigits", "tsplib", "nist_sts", "freeway"}
    assert {one.name for one in spinloom.data.available()} == known
    assert spinloom.data.verify("fsdd", digits_folder).is_whole
    with pytest.raises(OSError, match="may not be passed on by a program"):
        spinloom.data.fetch("freeway", digits_folder)
    digits = spinloom.data.digits(digits_folder)
    assert digits.rate == 8000 and len(digits.recordings) == 3000
    assert np.mean(digits.recordings[0].samples ** 2) == pytest.approx(1.0)


def test_series_have_their_published_form() -> None:
    inputs, targets = spinloom.data.narma(10, 500, seed=2)
    t = 100
    expected = 0.3 * targets[t - 1] + 0.05 * targets[t - 1] * targets[t - 10 : t].sum() + 1.5 * inputs[t - 9] * inputs[t] + 0.1
    assert targets[t] == pytest.approx(expected)
    assert 0.2 < spinloom.data.mackey_glass(500).mean() < 1.4
    assert spinloom.data.lorenz(300).shape == (300, 3)
    wave, label = spinloom.data.sine_square(50)
    assert wave.size == label.size == 400 and set(label) == {0.0, 1.0}
