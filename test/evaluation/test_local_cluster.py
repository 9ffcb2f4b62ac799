from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from toy_entrants import Counted, processes

from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.local_cluster import LocalCluster, run_apart
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.workers import FoldTask, Workers


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


INTERRUPTED = """
import os
import signal
import threading
import time
from mer_ros.evaluation.local_cluster import run_apart

def note():
    signal.signal(signal.SIGINT, lambda number, frame: os.environ.update(NOTED="yes"))

def children():
    paths = [f"/proc/{os.getpid()}/task/{thread}/children" for thread in os.listdir("/proc/self/task")]
    return {int(pid) for path in paths if os.path.exists(path) for pid in open(path).read().split()}

def interrupt():  # from the first instruction of every process to its last
    while not done:
        for pid in children():
            try:
                os.kill(pid, signal.SIGINT)
            except ProcessLookupError:
                pass
        time.sleep(0.005)

def answer(number):
    while "NOTED" not in os.environ:
        time.sleep(0.01)
    return number, os.getpid()

done = []
thread = threading.Thread(target=interrupt, daemon=True)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
thread.start()
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
found = list(run_apart(answer, [(i,) for i in range(6)], 2, note))
done.append(True)
thread.join()
print(sorted(number for number, pid in found), os.getpid() not in {pid for number, pid in found})
os._exit(0)
"""


def test_sigint_from_the_first_instruction_on_ends_no_process_that_handles_it(tmp_path):
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"}
    done = subprocess.run([sys.executable, script], env=env, capture_output=True, text=True)
    assert done.stdout == "[0, 1, 2, 3, 4, 5] True\n", done.stderr


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
    while len(list(tmp_path.iterdir())) < 2 and caller.poll() is None:
        time.sleep(0.05)
    workers = processes(tmp_path)
    assert caller.poll() is None and workers and caller.pid not in workers
    caller.kill()
    caller.wait()
    while any(Path(f"/proc/{pid}").exists() for pid in workers):  # the timeout of pytest ends a failure
        time.sleep(0.05)
