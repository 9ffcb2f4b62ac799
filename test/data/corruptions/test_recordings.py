from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.corruptions.recordings import CLEAN, TASK, JoinedRecordings, Recordings, variants_of
from mer_ros.errors import ConfigError
from mer_ros.progress import SILENT, counted


class Constant(Recordings):
    """Clips whose flow is one value, but for the third severity, which hides the face."""

    def __init__(self, values):
        self.values = values

    def __len__(self):
        return len(self.values)

    def measured(self, corruptions, kinds=("flow",), progress=SILENT, cores=0):
        for value in counted(self.values, progress, TASK, len(self)):
            inputs = {kind: np.full((2, 4, 4), value, np.float32) for kind in kinds}
            yield {variant: None if variant[1] == 3 else inputs for variant in variants_of(corruptions)}


class Recorder:
    def __init__(self):
        self.done = []

    def started(self, task, total=None):
        self.total = total

    def advanced(self, task, done, note=""):
        self.done.append(done)

    def finished(self, task):
        self.done.append(task)


def test_the_clean_clip_comes_first_and_every_corruption_has_five_severities():
    found = variants_of(["jpeg", "mask"])
    assert found[0] == CLEAN and len(found) == 11
    assert found[1:6] == [("jpeg", severity) for severity in range(1, 6)]
    with pytest.raises(ConfigError, match="fog"):
        variants_of(["fog"])


def test_joined_recordings_follow_each_other_in_one_task():
    joined, progress = JoinedRecordings((Constant([1.0, 2.0]), Constant([3.0]))), Recorder()
    found = list(joined.measured(["jpeg"], ("clip",), progress))
    assert len(joined) == progress.total == len(found) == 3
    assert [inputs[CLEAN]["clip"].max() for inputs in found] == [1.0, 2.0, 3.0]
    assert all(inputs["jpeg", 3] is None for inputs in found)
    assert progress.done[-2:] == [3, TASK] and progress.done == sorted(progress.done[:-1]) + [TASK]
