from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from toy_entrants import Counted, processes

from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.local_cluster import LocalCluster, run_apart, started_early
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.workers import FoldTask, Workers

USES = """
import os, sys
from mer_ros.evaluation.local_cluster import run_apart, started_early
if __name__ == "__main__":
    with started_early(2, ["imported_early"]):
        used = set(run_apart(os.getpid, [()] * 8, 2))
    print(*used, os.getpid())
"""


def test_processes_that_were_started_early_have_imported_and_are_used(tmp_path):
    """The module notes who imports it, in a script, whose processes are new."""
    module, script = tmp_path / "imported_early.py", tmp_path / "uses.py"
    module.write_text(f"import os, pathlib\npathlib.Path({str(tmp_path)!r}, str(os.getpid())).touch()\n")
    script.write_text(USES)
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    done = subprocess.run([sys.executable, str(script)], env=env, capture_output=True, text=True, timeout=120)
    *used, caller = done.stdout.split()
    importers = {path.name for path in tmp_path.iterdir() if path.name.isdigit()}
    assert used and set(used) <= importers and caller not in importers, done.stderr


STARTS = """
import signal, sys, time
from mer_ros.evaluation.local_cluster import started_early
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    try:
        with started_early(2, ["torch"]):
            print("started", flush=True)
            time.sleep(10)
    except KeyboardInterrupt:
        sys.exit(7)
"""


@pytest.mark.parametrize("delay_s", [0.05, 0.8])
def test_ctrl_c_while_processes_start_prints_no_traceback_of_theirs(delay_s, tmp_path):
    script = tmp_path / "starts.py"
    script.write_text(STARTS)
    run = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert run.stdout is not None and run.stdout.readline() == b"started\n"
    time.sleep(delay_s)
    os.killpg(run.pid, signal.SIGINT)  # as the terminal does
    _, written = run.communicate(timeout=60)
    assert run.returncode == 7 and b"Traceback" not in written, written.decode()


def test_an_early_start_raises_nothing_of_its_own(recwarn):
    with started_early(2, ["no_such_module_anywhere"]):
        pass
    with pytest.raises(KeyError), started_early(2, ["json"]):
        raise KeyError
    assert not recwarn.list and list(run_apart(abs, [(-2,)], 2)) == [2]


@pytest.mark.parametrize("count", [1, 3])
def test_every_task_has_one_outcome(count, make_clips, tmp_path):
    clips = make_clips(subject_ids=5, each=9, datasets=("casme2",))
    entrant = Counted(tmp_path)
    training = FoldTraining(
        entrant, entrant.features(clips.flow), clips.truth, clips.subject_ids, clips.datasets, 3, 0
    )
    folds = protocol_of("loso").folds(clips, 0)
    tasks = [FoldTask(10 + i, 0, i, fold, False) for i, fold in enumerate(folds)]
    found = dict(LocalCluster([training], Workers(count)).outcomes(tasks))
    assert sorted(found) == [10, 11, 12, 13, 14]
    assert all(np.allclose(one.probabilities.sum(1), 1) for one in found.values())
    assert 1 <= len(processes(tmp_path)) <= count


def test_every_process_is_initialised_before_its_first_call():
    found = run_apart(sys.getrecursionlimit, [()] * 4, 2, partial(sys.setrecursionlimit, 4321))
    assert list(found) == [4321] * 4


ENDLESS = """
import sys
from pathlib import Path
import numpy as np
from toy_entrants import Counted
from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.local_cluster import LocalCluster
from mer_ros.evaluation.protocol import Fold
from mer_ros.evaluation.workers import FoldTask, Workers
entrant = Counted(Path(sys.argv[1]), takes_s=600.0)
names = np.array(["casme2/s00"] * 4)
training = FoldTraining(entrant, np.zeros((4, 2)), np.array([0, 1, 0, 1]), names, names, 2, 0)
tasks = [FoldTask(i, 0, i, Fold("x", np.arange(2), np.arange(2, 4)), False) for i in range(2)]
list(LocalCluster([training], Workers(2)).outcomes(tasks))
"""


def test_processes_end_with_a_killed_caller(tmp_path):
    path = os.pathsep.join([str(Path(__file__).parents[1] / "shared"), *sys.path])
    caller = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(tmp_path)], env={**os.environ, "PYTHONPATH": path}
    )
    try:
        while sum(bool(note.read_text()) for note in tmp_path.iterdir()) < 2 and caller.poll() is None:
            time.sleep(0.05)
        workers = processes(tmp_path)
        assert caller.poll() is None and workers and caller.pid not in workers
    finally:
        caller.kill()
        caller.wait()
    while any(Path(f"/proc/{pid}").exists() for pid in workers):  # the timeout of pytest ends a failure
        time.sleep(0.05)
