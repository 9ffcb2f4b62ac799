from __future__ import annotations

import pytest

from mer_ros.doctor.trial import Trial, run


@pytest.mark.parametrize(
    ("code", "worked", "says"),
    [
        ("print('a'); print('b')", True, "b"),
        ("import no_such_module_of_mine", False, "No module named 'no_such_module_of_mine'"),
        ("import os; os.kill(os.getpid(), 9)", False, "signal 9"),
    ],
)
def test_a_trial_reports_the_failure_of_its_process(code, worked, says):
    trial = run(["-c", code])
    assert trial.worked is worked
    assert says in trial.answer


def test_a_trial_that_hangs_is_ended():
    assert run(["-c", "import time; time.sleep(60)"], timeout_s=0.5) == Trial(False, "no answer within 0.5 s")
