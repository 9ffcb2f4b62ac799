"""Fixtures of several folders: small models and an event."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.free_domain import free_domain

# Each worker of pytest-xdist has a ROS domain of its own, on this machine only.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
os.environ["ROS_DOMAIN_ID"] = str(free_domain(os.getppid() + 17 * _WORKER))
os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"


@pytest.fixture(scope="session")
def one_thread() -> Iterator[None]:
    """One thread for torch and linear algebra: small problems gain nothing from more, and parallel workers
    would compete for the cores.
    """
    import torch
    from threadpoolctl import threadpool_limits

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with threadpool_limits(1):
        yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two small untrained models, "one" and "two", and files that are none."""
    import torch

    from mer_ros import compat  # noqa: F401
    from mer_ros.recognition import create
    from mer_ros.recognition.checkpoint import ModelCard, save
    from mer_ros.types import EMOTIONS

    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    for name in ("one", "two"):
        save(folder / f"{name}.safetensors", create("prototype", {}), ModelCard("prototype", EMOTIONS))
    (folder / "pointer.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n")
    return folder


@pytest.fixture(scope="session")
def first_frames() -> Callable[..., Any]:
    """A source of the first frames of a clip at 100 fps; two expressions end within four seconds."""
    from itertools import islice

    from mer_ros import SourceOptions, open_source

    class FirstFrames:
        live, format, warnings = False, "", ("A remark on the recording.",)

        def __init__(self, frames: int = 400, seed: int = 1) -> None:
            self._source, self._frames = open_source(f"synthetic:{seed}", SourceOptions(fps=100.0)), frames
            self.fps = self._source.fps

        def timed_frames(self) -> Any:
            return islice(self._source.timed_frames(), self._frames)

        def close(self) -> None:
            self._source.close()

    return FirstFrames


@pytest.fixture(scope="session")
def clip_path(first_frames: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 260 of these frames as a video, 2.6 seconds with one expression."""
    import av

    path = tmp_path_factory.mktemp("clip") / "one event.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=100, options={"crf": "10", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for _, image in first_frames(260).timed_frames():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="session")
def analysed(first_frames: Any, one_thread: None, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The analysis of four seconds by two models, and the path of its annotated video."""
    from mer_ros import files
    from mer_ros.analysis import analyse
    from mer_ros.explanation import Explainer
    from mer_ros.recognition import Recogniser

    folder = tmp_path_factory.mktemp("analysed")
    names = ("linear_prototype", "prototype")
    models = [Recogniser.load(files.models_dir() / f"{name}.safetensors") for name in names]
    video = folder / "annotated.mp4"
    return analyse(first_frames(), "clip.mp4", [Explainer(model) for model in models], video), video


@pytest.fixture(scope="session")
def landmarks() -> Any:
    """(468, 3) float32 landmarks of the canonical face in its aligned crop, read-only."""
    import numpy as np

    from mer_ros.face import canonical_mesh, geometry

    mesh = canonical_mesh.load().canonical.astype(np.float32)
    points = geometry.apply_with_depth(geometry.crop_from_image(mesh), mesh)
    points.setflags(write=False)
    return points


@pytest.fixture(scope="session")
def make_event() -> Callable[..., Any]:
    """A spotted event with random crops that are the same in every run."""
    import numpy as np

    from mer_ros.types import ClipFrame, ExpressionEvent, Kind

    mesh = np.random.default_rng(7).uniform(20, 108, (468, 3)).astype(np.float32)
    faces = np.random.default_rng(8).integers(0, 256, (2, 128, 128, 3), np.uint8)

    def make(event_id: str = "e1", source: str = "/camera") -> ExpressionEvent:
        start = 1_700_000_000_000_000_000
        return ExpressionEvent(
            source=source,
            frame_id="camera_optical_frame",
            event_id=event_id,
            face_id="f1",
            kind=Kind.MICRO,
            onset_ns=start,
            apex_ns=start + 80_000_000,
            offset_ns=start + 200_000_000,
            intensity=0.02,
            signal_to_noise=9.5,
            roi_xywh=(10, 20, 150, 160),
            crop_from_image=np.array([[0.8, 0, 3], [0, 0.8, 4]], np.float32),
            landmarks=mesh,
            onset_frame_ns=start + 1_000_000,
            apex_frame_ns=start + 82_000_000,
            onset_face=faces[0],
            apex_face=faces[1],
            clip=(ClipFrame(faces[0], start), ClipFrame(faces[1], start + 80_000_000)),
        )

    return make


@pytest.fixture(scope="session")
def make_clips() -> Callable[..., Any]:
    """Flow of three classes: clips of class c move more at the c-th place."""
    import numpy as np

    from mer_ros.data.clip_set import ClipSet
    from mer_ros.data.label_mapping import MEGC_LABELS

    def make(
        subject_ids: int = 6,
        each: int = 9,
        datasets: tuple[str, ...] = ("casme2", "samm", "smic"),
        size: int = 28,
        seed: int = 0,
        gap: float = 1.0,
    ) -> ClipSet:
        rng = np.random.default_rng(seed)
        n = subject_ids * each
        truth = np.tile(np.arange(3), n // 3 + 1)[:n]
        flow = rng.normal(0, 1, (n, 2, size, size)).astype(np.float32)
        for c in range(3):
            rows = slice(8 + 5 * c, 12 + 5 * c)
            flow[truth == c, 1, rows, 10:18] += gap
        who = np.repeat(np.arange(subject_ids), each)
        return ClipSet(
            flow=flow,
            truth=truth.astype(np.int64),
            labels=MEGC_LABELS,
            samples=np.array([f"clip{i:03d}" for i in range(n)]),
            subjects=np.array([f"s{i:02d}" for i in who]),
            datasets=np.array([datasets[i % len(datasets)] for i in who]),
            origin="synthetic, for a test",
        )

    return make


@pytest.fixture(scope="session")
def split_for() -> Callable[..., Any]:
    """The training set of an entrant without the test clips, and the features of the test clips."""
    from mer_ros.training.entrant import TrainingSet

    def split(entrant: Any, clips: Any, test: Any) -> tuple[TrainingSet, Any]:
        entrant.set_labels(clips.labels)
        features = entrant.features(clips.inputs(entrant.reads))
        train = TrainingSet(features[~test], clips.truth[~test], clips.subject_ids[~test], 3)
        return train, features[test]

    return split


class Recorder:
    """A training observer that stores what it receives; ``stop`` is called after each advance and epoch."""

    def __init__(self, stop: Callable[[Recorder], None] | None = None) -> None:
        self.totals: dict[str, float | None] = {}
        self.steps: list[tuple[str, float, str]] = []
        self.epochs: list[Any] = []
        self.resumed_after: list[int] = []
        self.finished_tasks: list[str] = []
        self._stop = stop

    def started(self, task: str, total: float | None = None) -> None:
        self.totals[task] = total

    def advanced(self, task: str, done: float, note: str = "") -> None:
        assert task in self.totals, f"{task} advanced before it started"
        self.steps.append((task, done, note))
        if self._stop:
            self._stop(self)

    def finished(self, task: str) -> None:
        self.finished_tasks.append(task)

    def epoch_finished(self, epoch: Any) -> None:
        self.epochs.append(epoch)
        if self._stop:
            self._stop(self)

    def run_resumed(self, n_epochs: int) -> None:
        self.resumed_after.append(n_epochs)

    def done(self, task: str) -> list[float]:
        """What was reported of a task, in order."""
        return [done for name, done, _ in self.steps if name == task]

    @property
    def shares(self) -> list[float]:
        """Every report as a share of its task's total."""
        return [done / (self.totals[task] or 1) for task, done, _ in self.steps]


@pytest.fixture(scope="session")
def recorder() -> type[Recorder]:
    """The class ``Recorder``."""
    return Recorder


@pytest.fixture(scope="session")
def explained_models(one_thread: None) -> Any:
    """Name -> the study of a shipped model on 28 synthetic samples."""
    from functools import cache

    from mer_ros import files
    from mer_ros.evaluation.model_study import study_model, synthetic_subjects
    from mer_ros.recognition import Recogniser

    subjects = cache(lambda kind: synthetic_subjects(kind, 28, 0))

    @cache
    def study(name: str) -> Any:
        recogniser = Recogniser.load(files.models_dir() / f"{name}.safetensors")
        return study_model(recogniser, subjects(recogniser.input_kind), 0)

    return study
