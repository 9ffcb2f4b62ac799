"""The synthetic clip of a seed as a source: rendered frame by frame, with known expressions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.errors import ConfigError, require
from mer_ros.sources.source import DEFAULT_FPS, Source, SourceOptions, Truth, requested_size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mer_ros.data.synthetic import Conditions


class SyntheticSource:
    """Renders the clip of a seed. name: the seed. See ``VideoSource``."""

    live, format = False, ""
    warnings: tuple[str, ...] = ()

    def __init__(self, name: str, options: SourceOptions) -> None:
        check_seed(name)
        from mer_ros.data.synthetic import Photograph, synthetic_clip

        photograph = None
        if options.photo:
            photograph = Photograph.read(Path(os.path.expanduser(options.photo)))
            self.warnings = (photograph.remark,) if photograph.remark else ()
        self._clip = synthetic_clip(
            int(name),
            fps=options.fps or DEFAULT_FPS,
            size_wh=options.size_wh,
            amplitude_px=options.amplitude_px,
            n_events=options.n_events,
            conditions=_conditions(int(name), options),
            head=options.head,
            photograph=photograph,
        )
        self.fps = self._clip.fps

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Render every frame that the clip does not drop."""
        return self._clip.timed_frames()

    def close(self) -> None:
        """Do nothing: there is no resource to release."""


def check_seed(name: str) -> None:
    """Raise ConfigError unless a name is a seed."""
    if not name.isdigit():
        raise ConfigError(
            f"source 'synthetic:{name}' has no valid seed: use a whole number, such as synthetic:1."
        )


def _conditions(seed: int, options: SourceOptions) -> Conditions:
    from mer_ros.data.synthetic import CONDITIONS

    require(
        options.conditions in CONDITIONS,
        f"conditions are {options.conditions!r}: choose one of {', '.join(CONDITIONS)}.",
    )
    return CONDITIONS[options.conditions](seed)


def truth(name: str, options: SourceOptions) -> Truth:
    """The timeline of the clip of a seed; nothing is rendered."""
    check_seed(name)
    from mer_ros.data.synthetic import synthetic_timeline

    seed = int(name)
    timeline = synthetic_timeline(seed, options.n_events, _conditions(seed, options))
    return Truth(timeline.events, timeline.duration_s)


def count(name: str, options: SourceOptions) -> int:
    """Number of frames of the clip of a seed; some may be dropped."""
    return round(truth(name, options).duration_s * (options.fps or DEFAULT_FPS))


SOURCE = Source(
    forms=("synthetic:SEED",),
    open=SyntheticSource,
    direct=False,
    ends=True,
    uses=("fps", "rate", "wait_for_subscribers", "amplitude_px", "events", "conditions", "head", "photo"),
    check=check_seed,
    image_size=requested_size,
    truth=truth,
    count=count,
)
