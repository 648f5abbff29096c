"""Systems as a Python user runs them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import spinloom

def test_cards_and_parameters_describe_the_systems():
    names = [card["name"] for card in spinloom.systems()]
    assert names == ["torrejon2017", "romera2018"]
    coupling = spinloom.parameters("romera2018")["coupling"]
    assert coupling["value"] == 1e6 and coupling["unit"] == "1/s" and coupling["doc"]


@pytest.fixture(scope="module")
def outcome():
    return run_embedded()


def run_embedded(**changes):
    return spinloom.run(
        "romera2018",
        seed=3,
        quick=True,
        vowels="embedded",
        map_points=11,
        speakers=10,
        learning={"iterations": 4},
        **changes,
    )


def test_an_outcome_has_numbers_arrays_and_pictures(outcome, tmp_path):
    accuracy = outcome.quantities["embedded.cv_accuracy"]
    assert 0 <= accuracy.value <= 1 and accuracy.standard_error >= 0
    table = outcome.tables["synchronisation_map"]
    assert isinstance(table["frequency_a"], np.ndarray) and table["frequency_a"].shape == (121,)
    assert isinstance(table["state"][0], str)
    figure = outcome.figures["synchronisation_map"]
    assert figure._repr_svg_().startswith("<svg") and figure.png.startswith(b"\x89PNG")
    assert "embedded.cv_accuracy" in outcome._repr_html_()
    outcome.save(tmp_path / "run")
    assert (tmp_path / "run" / "report.html").exists()
    with pytest.raises(ValueError, match="exists"):
        outcome.save(tmp_path / "run")


def test_same_seed_same_bits_for_any_number_of_threads(outcome):
    again = run_embedded(threads=1)
    assert again.quantities == outcome.quantities
    for name, table in outcome.tables.items():
        for column, values in table.items():
            assert np.array_equal(values, again.tables[name][column], equal_nan=isinstance(values, np.ndarray))


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"couplnig": 1.0}, "did you mean `coupling`"),
        ({"observation": {"window": "2 mA"}}, "is in A, but a value in s is wanted"),
        ({"oscillator__damping_rate": -1.0}, "must be greater than 0"),
        ({"coupling": float("nan")}, "NaN"),
        ({"threads": 0}, "threads"),
    ],
)
def test_bad_parameters_are_value_errors(overrides, words):
    with pytest.raises(ValueError, match=words):
        spinloom.run("romera2018", **overrides)


def test_unknown_system_and_missing_data():
    with pytest.raises(ValueError, match="did you mean `romera2018`"):
        spinloom.run("romera2081")
    environment = dict(os.environ, SPINLOOM_DATA="", HOME="/nonexistent", XDG_CACHE_HOME="/nonexistent")
    code = (
        "import spinloom\n"
        "try:\n    spinloom._spinloom.run('romera2018', {'vowels': 'hillenbrand'})\n"
        "except FileNotFoundError as e:\n    print(e)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "spinloom data fetch hillenbrand" in result.stdout


def test_interpreter_goes_on_while_a_system_runs():
    ticks = 0
    done = threading.Event()

    def count():
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.01)

    thread = threading.Thread(target=count)
    thread.start()
    start = time.monotonic()
    run_embedded()
    elapsed = time.monotonic() - start
    done.set()
    thread.join()
    assert ticks > 20 * elapsed


def test_progress_is_told():
    seen = []
    run_embedded(progress=lambda phase, done, total: seen.append((phase, done, total)))
    assert seen and all(done <= total for _, done, total in seen)


def test_interrupt_ends_a_run_within_a_second():
    code = "import spinloom\nprint('ready', flush=True)\nspinloom.run('romera2018', learning={'iterations': 5000})"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        _, stderr = process.communicate(timeout=20)
        assert time.monotonic() - start < 1.5
        assert "KeyboardInterrupt" in stderr


def test_experiment_files_run(tmp_path):
    path = tmp_path / "e.toml"
    path.write_text(
        'system = "romera2018"\nseed = 3\nmap_points = 11\nspeakers = 10\nvowels = "embedded"\n[learning]\niterations = 4\n'
    )
    result = spinloom.run(str(path), quick=True)
    assert result.seed == 3 and json.loads(result.to_json())["system"] == "romera2018"
    path.write_text('system = "romera2018"\ncoupling = "1 s"\n')
    with pytest.raises(ValueError, match=r"e\.toml:2:"):
        spinloom.run(str(path))
