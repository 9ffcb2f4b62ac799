"""What one fold of each system costs, and how the cost grows with the number of clips."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

from mer_ros.data.clip_set import ClipSet
from mer_ros.data.datasets import DATASETS, Request
from mer_ros.evaluation.entrants import CONTROLS
from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.progress import SILENT
from mer_ros.recognition import names
from mer_ros.training.entrant import Entrant
from mer_ros.training.families import family_of
from mer_ros.training.settings_file import default, named

CLIPS, SUBJECTS = 442, 68
IMAGE_CLIPS, IMAGE_SUBJECTS = 140, 20
"""Clips for systems that read image clips or sequences, whose rendering takes minutes."""
LEAST_EXPONENT, MOST_EXPONENT = 1.0, 2.0
"""Bounds of the measured growth: a pass over the clips, and kernels between all pairs of clips."""


@dataclass(frozen=True)
class FoldCost:
    """seconds: of one fold with ``clips`` clips, on one thread. exponent: of the growth with the clips."""

    name: str
    clips: int
    seconds: float
    exponent: float

    def at(self, clips: int) -> float:
        """Seconds of a fold with another number of clips, extrapolated."""
        return self.seconds * (clips / self.clips) ** self.exponent


def fold_costs() -> list[FoldCost]:
    """The costs of the controls, of all systems without a start of their own, and of `small`."""
    flow = Request(None, CLIPS, SUBJECTS, 0, frozenset({"flow"}), False, None)
    images = Request(None, IMAGE_CLIPS, IMAGE_SUBJECTS, 0, frozenset({"clip", "sequence"}), False, None)
    settings = [(name, default(name)) for name in names() if name not in CONTROLS]
    own = [(name, config) for name, config in settings if not config.start and config.input.kind != "apex"]
    found: list[FoldCost] = []
    for request, kinds in ((flow, ("flow",)), (images, ("clip", "sequence"))):
        clips = DATASETS.get("synthetic").open(request)
        entrants: list[Entrant] = [kind() for _, kind in CONTROLS] if "flow" in kinds else []
        chosen = [(name, config) for name, config in own if config.input.kind in kinds]
        if "flow" in kinds:
            chosen.append(("small", named("small")))
        for name, config in chosen:
            entrants.append(family_of(config).entrant(config, "cpu"))
            entrants[-1].name = name
        found += [_cost(entrant, clips, every_other(clips)) for entrant in entrants]
    return found


def _cost(entrant: Entrant, large: ClipSet, small: ClipSet) -> FoldCost:
    more, less = _seconds(entrant, large), _seconds(entrant, small)
    power = math.log(more / less) / math.log(len(large) / len(small))
    return FoldCost(entrant.name, len(large), more, min(max(power, LEAST_EXPONENT), MOST_EXPONENT))


def _seconds(entrant: Entrant, clips: ClipSet) -> float:
    """Duration of the first fold, leave one subject out."""
    fold = protocol_of("loso").folds(clips, 0)[0]
    entrant.set_labels(clips.labels)
    features = entrant.features(clips.inputs(entrant.reads))
    names = clips.subject_ids, clips.datasets
    training = FoldTraining(entrant, features, clips.truth, *names, len(clips.labels), 0)
    began = time.process_time()
    training.predict(fold, False, 1, SILENT)
    return max(time.process_time() - began, 1e-3)


def every_other(clips: ClipSet) -> ClipSet:
    """Every other clip of a synthetic set, without its frames."""
    kept = slice(None, None, 2)
    arrays = {
        name: getattr(clips, name)[kept] for name in ("flow", "truth", "samples", "subjects", "datasets")
    }
    lists = {name: getattr(clips, name)[kept] for name in ("crops", "sequences", "apex_images", "units")}
    return replace(clips, **arrays, **lists, recordings=None)
