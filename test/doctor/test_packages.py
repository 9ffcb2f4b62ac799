from __future__ import annotations

import pytest

from mer_ros.doctor import packages
from mer_ros.doctor.finding import Finding, Word
from mer_ros.doctor.trial import Trial, run
from mer_ros.files import share_dir

WORKS = Trial(True, "")
BROKEN = Trial(False, "ImportError: no such thing")
GOOD = {
    "numpy": "1.26.4",
    "torch": "2.13.0+cpu",
    "torchvision": "0.28.0",
    "mediapipe": "0.10.21",
    "opencv-contrib-python": "4.11.0.86",
}


def test_a_line_begins_with_a_word_and_ends_with_what_to_do():
    assert str(Finding(Word.FIX, "models", "none", "Train one")) == "FIX  models: none. Train one."
    assert str(Finding(Word.OK, "CPU", "2 cores")) == "ok   CPU: 2 cores."


@pytest.mark.parametrize(
    ("version", "word"),
    [((3, 9, 18), Word.FIX), ((3, 10, 0), Word.OK), ((3, 12, 9), Word.OK), ((3, 13, 0), Word.FIX)],
)
def test_python_is_one_that_the_wheels_exist_for(version, word):
    assert packages.check_python(version, "/usr/bin/python3").word is word


@pytest.mark.parametrize(("count", "word"), [(1, Word.NOTE), (2, Word.OK), (16, Word.OK)])
def test_one_core_is_noted(count, word):
    assert packages.check_cpus(count).word is word


@pytest.mark.parametrize(
    ("change", "trial", "word", "says"),
    [
        ({}, Trial(True, "compiled"), Word.OK, "torch 2.13.0+cpu with torchvision 0.28.0"),
        ({}, Trial(True, "guard"), Word.NOTE, "nms"),
        ({}, BROKEN, Word.FIX, "no such thing"),
        ({"torchvision": "0.27.1"}, Trial(True, "guard"), Word.FIX, "not of one release"),
        ({"torchvision": None}, WORKS, Word.FIX, "torchvision not installed"),
        ({"torch": None, "torchvision": None}, WORKS, Word.FIX, "torch and torchvision not installed"),
    ],
)
def test_torch_and_torchvision_are_of_one_release(change, trial, word, says):
    finding = packages.check_torch(changed(change), trial)
    assert finding.word is word
    assert says in finding.found


@pytest.mark.parametrize(
    ("change", "trial", "word", "says"),
    [
        ({}, WORKS, Word.OK, "opencv-contrib-python 4.11.0.86"),
        ({}, BROKEN, Word.FIX, "cv_bridge does not work"),
        ({"numpy": "2.1.0"}, WORKS, Word.FIX, "NumPy 2.1.0"),
        ({"opencv-contrib-python": None}, WORKS, Word.OK, "the system's OpenCV"),
        ({"opencv-python-headless": "4.11.0.86"}, WORKS, Word.FIX, "overwrite each other"),
    ],
)
def test_one_opencv_beside_numpy_1(change, trial, word, says):
    finding = packages.check_opencv(changed(change), trial)
    assert finding.word is word
    assert says in finding.found


def test_the_remedy_for_two_opencvs_keeps_the_one_with_contrib():
    finding = packages.check_opencv({**GOOD, "opencv-python": "4.10.0"}, WORKS)
    assert finding.do.startswith("pip uninstall opencv-python;")
    assert finding.do.endswith("opencv-contrib-python==4.11.0.86")


@pytest.mark.parametrize(
    ("change", "trial", "word"),
    [({}, WORKS, Word.OK), ({}, BROKEN, Word.FIX), ({"mediapipe": None}, WORKS, Word.FIX)],
)
def test_mediapipe_has_its_solutions(change, trial, word):
    assert packages.check_mediapipe(changed(change), trial, "x86_64").word is word


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_mediapipe_that_is_named_is_the_one_that_is_pinned(machine):
    lines = (share_dir() / "requirements" / "runtime.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.partition("#")[0] for line in lines if line.startswith("mediapipe==")]
    fits = [pin for pin in pins if ('== "aarch64"' in pin) == (machine == "aarch64")]
    remedy = packages.check_mediapipe(GOOD, BROKEN, machine).do
    assert [pin.partition(";")[0] for pin in fits] == [remedy.rpartition(" ")[2]]


def changed(change):
    return {name: version for name, version in {**GOOD, **change}.items() if version}


@pytest.mark.parametrize(
    ("code", "worked", "says"),
    [
        ("print('a'); print('b')", True, "b"),
        ("import no_such_module_of_mine", False, "No module named 'no_such_module_of_mine'"),
        ("import os; os.kill(os.getpid(), 9)", False, "signal 9"),
    ],
)
def test_a_trial_survives_what_it_tries(code, worked, says):
    trial = run(["-c", code])
    assert trial.worked is worked
    assert says in trial.answer


def test_a_trial_that_hangs_is_given_up():
    assert run(["-c", "import time; time.sleep(60)"], timeout_s=0.5) == Trial(False, "no answer within 0 s")
