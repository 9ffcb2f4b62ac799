"""`make bench-scalings`: score of a network trained on live flow for flow images that were scaled per clip.

One small micro-attention network is trained per seed and kind of training data, on synthetic flow of seven
emotions, and tested on the same unseen subjects in every form. The result decides between one checkpoint for
live flow and MEGC flow images, one checkpoint trained on both, and two checkpoints.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.table import Figure, no_options, publish
from mer_ros.data.datasets.megc_flow import SIZE, flow_of
from mer_ros.data.synthetic import (
    EVALUATION_SUBJECTS,
    TRAIN_SUBJECTS,
    VALIDATION_SUBJECTS,
    FlowSet,
    flow_samples,
)
from mer_ros.data.synthetic_folder import flow_image
from mer_ros.evaluation.bootstrap import compare, confusions_by_subject
from mer_ros.metrics import uf1
from mer_ros.recognition import create
from mer_ros.recognition.systems.network import Network
from mer_ros.training.config import OptimiserConfig
from mer_ros.training.entrant import normalised
from mer_ros.training.labelled_set import LabelledSet
from mer_ros.training.trainer import Trainer
from mer_ros.types import EMOTIONS

SEEDS = (0, 1)
LARGE = 4 * SIZE
BACKBONE = {"widths": [16, 32, 64, 64], "depths": [1, 1, 1, 1], "stem_kernel": 5, "stem_stride": 1}
Value = TypeVar("Value", np.uint8, np.float32)
Form = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""(2, LARGE, LARGE) synthetic flow -> (2, S, S) flow as stored in this form."""


def shrink(channels: NDArray[Value]) -> NDArray[Value]:
    """Scale (S, S, C) down to (SIZE, SIZE, C)."""
    shrunk: NDArray[Value] = cv2.resize(channels, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    return shrunk


def small(uv: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale (2, LARGE, LARGE) flow down to (2, SIZE, SIZE)."""
    return np.ascontiguousarray(shrink(uv.transpose(1, 2, 0)).transpose(2, 0, 1))


def without_ratio(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(S, S, 3) flow image -> (2, S, S) channels u and v without a correction of their ratio."""
    return np.ascontiguousarray(image[..., :2].transpose(2, 0, 1), np.float32)


FORMS: dict[str, Form] = {
    "live": small,
    "image, ratio 1": lambda uv: without_ratio(flow_image(small(uv))),
    "image, ratio estimated": lambda uv: flow_of(flow_image(small(uv))),
    "shrunk image, ratio 1": lambda uv: without_ratio(shrink(flow_image(uv))),
    "shrunk image, ratio estimated": lambda uv: flow_of(shrink(flow_image(uv))),
}
"""Live flow; images with strain computed on their own grid; images scaled down from a grid four times as
large."""


def samples(flow: FlowSet, *names: str) -> NDArray[np.float32]:
    """(N, 3, SIZE, SIZE) normalised samples, alternating between these forms."""
    forms = [FORMS[names[i % len(names)]] for i in range(len(flow.data))]
    return normalised([form(uv) for form, uv in zip(forms, flow.data)], SIZE)


def train(seed: int, learn: FlowSet, choose: FlowSet, *names: str) -> Trainer:
    """A network trained on samples in these forms."""
    torch.manual_seed(seed)
    system = cast(Network, create("micro_attention", {"n_labels": len(EMOTIONS), "backbone": BACKBONE}))
    trainer = Trainer(system, OptimiserConfig(epochs=6, learning_rate=3e-3), torch.device("cpu"), seed)
    train_set, validation_set = (
        LabelledSet(torch.from_numpy(samples(flow, *names)), torch.from_numpy(flow.labels), flow.subjects)
        for flow in (learn, choose)
    )
    trainer.fit(train_set, validation_set)
    return trainer


def answers(trainer: Trainer, test: FlowSet, name: str) -> NDArray[np.int64]:
    """(P, C, C) confusion matrix of each subject for samples in one form."""
    x = torch.from_numpy(samples(test, name))
    data = LabelledSet(x, torch.from_numpy(test.labels), test.subjects)
    labels = trainer.logits(data).argmax(1).numpy()
    return confusions_by_subject(test.labels, labels, test.subjects.astype(str), len(EMOTIONS))


def main() -> int:
    """Train, test and publish."""
    torch.set_num_threads(1)
    learn = flow_samples(4000, TRAIN_SUBJECTS[:300], 11, LARGE)
    choose = flow_samples(600, VALIDATION_SUBJECTS[:30], 14, LARGE)
    test = flow_samples(2500, EVALUATION_SUBJECTS[:200], 12, LARGE)
    figures = []
    for seed in SEEDS:
        live = train(seed, learn, choose, "live")
        found = {name: answers(live, test, name) for name in FORMS}
        for name, confusions in found.items():
            figures.append(_figure(f"seed {seed}, learned live: {name}", confusions, found["live"], seed))
        both = train(seed, learn, choose, "live", "image, ratio 1")
        for name in ("live", "image, ratio 1"):
            confusions = answers(both, test, name)
            figures.append(_figure(f"seed {seed}, learned both: {name}", confusions, found["live"], seed))
    return 0 if publish("scalings", figures) else 1


def _figure(name: str, confusions: NDArray[np.int64], live: NDArray[np.int64], seed: int) -> Figure:
    """A row with UF1; its note gives the difference from the network trained and tested on live flow."""
    gap = compare(confusions, live, uf1, seed)
    note = f"{gap.difference:+.3f} [{gap.interval.low:+.3f}, {gap.interval.high:+.3f}] against live on live"
    return Figure(name, float(uf1(confusions.sum(0))), "UF1", note=note)


if __name__ == "__main__":
    no_options(__doc__)
    raise SystemExit(main())
