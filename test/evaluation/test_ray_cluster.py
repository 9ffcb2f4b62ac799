"""Folds on a Ray cluster of two nodes on this machine. Slow: a cluster starts in about ten seconds."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from toy_entrants import Counted, fits, processes

from mer_ros.errors import ConfigError
from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.ray_cluster import RayCluster
from mer_ros.evaluation.spread import spread
from mer_ros.evaluation.workers import FoldTask, Workers
from mer_ros.progress import SILENT


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigError, match=r"--ray needs the package ray.*requirements/ray.txt"):
        RayCluster([], Workers(0, ray="auto"))


@pytest.fixture
def cluster(monkeypatch):
    """A cluster of two nodes with one CPU each."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1] / "shared"))
    import ray
    from ray.cluster_utils import Cluster

    found = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    found.second = found.add_node(num_cpus=1)
    yield found
    ray.shutdown()
    found.shutdown()


@pytest.mark.slow
@pytest.mark.timeout(280)
@pytest.mark.filterwarnings("default")  # of ray and its processes
def test_a_node_is_killed_and_its_folds_are_computed_on_the_other(cluster, make_clips, tmp_path):
    clips, entrant = make_clips(subject_ids=12, each=9, datasets=("casme2",)), Counted(tmp_path, takes_s=1.0)
    features = entrant.features(clips.flow)
    training = FoldTraining(entrant, features, clips.truth, clips.subject_ids, clips.datasets, 3, 0)
    folds = protocol_of("loso").folds(clips, 0)
    tasks = [FoldTask(i, 0, i, fold, False) for i, fold in enumerate(folds)]
    found, at_kill = {}, {}
    for task, prediction in spread([training], tasks, Workers(0, ray=cluster.address)):
        found[task.number] = prediction
        if len(found) == 4:
            at_kill = fits(tmp_path)
            assert len(processes(tmp_path)) == 2, "both nodes train"
            cluster.remove_node(cluster.second, allow_graceful=False)
    assert sorted(found) == list(range(12))
    begun = fits(tmp_path)
    finished = [f"casme2_s{number:02d}" for number in list(found)[:4]]
    assert all(begun[name] == at_kill[name] for name in finished), "a finished fold was repeated"
    assert sum(begun.values()) <= 12 + 3
    quick = FoldTraining(
        Counted(tmp_path / "here"), features, clips.truth, clips.subject_ids, clips.datasets, 3, 0
    )
    for task in tasks:
        here = quick.predict(task.fold, False, 1, SILENT)
        assert np.array_equal(here.probabilities, found[task.number].probabilities)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_an_address_without_a_cluster_is_refused():
    with pytest.raises(ConfigError, match="No Ray cluster was found at '127.0.0.1:1': start one with"):
        RayCluster([], Workers(0, ray="127.0.0.1:1"))
