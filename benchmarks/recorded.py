"""What the spotters of a stream were given, kept so that other spotters can be given the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mer_ros.runtime import Counters
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.face_spotter import FaceSpotter
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.spotted import Spotted
from mer_ros.spotting.unit_patterns import UnitPatterns


@dataclass
class Recorded:
    """Measured frames by stamp, ns, and the other calls between them, in order."""

    calls: list[tuple[int, FaceMeasurement] | Callable[[FaceSpotter], list[Spotted] | None]] = field(
        default_factory=list
    )


class RecordingSpotter(FaceSpotter):
    """A spotter that records what it is given."""

    def __init__(
        self,
        config: SpotterConfig | None = None,
        rejections: Counters | None = None,
        patterns: UnitPatterns | None = None,
        *,
        recorded: Recorded,
    ) -> None:
        self._recorded = recorded
        super().__init__(config, rejections, patterns)

    def update(self, stamp_ns: int, measurement: FaceMeasurement) -> list[Spotted]:
        """Record and process one frame."""
        self._recorded.calls.append((stamp_ns, measurement))
        return super().update(stamp_ns, measurement)

    def reset(self) -> list[Spotted]:
        """Record and forget."""
        self._recorded.calls.append(FaceSpotter.reset)
        return super().reset()

    def add_quiet_frame(self) -> None:
        """Record and add."""
        self._recorded.calls.append(FaceSpotter.add_quiet_frame)
        super().add_quiet_frame()

    def renew_reference(self) -> None:
        """Record and renew."""
        self._recorded.calls.append(FaceSpotter.renew_reference)
        super().renew_reference()


def replayed(recorded: Recorded, spotter: FaceSpotter) -> list[tuple[int, Spotted]]:
    """The final events of another spotter, each with the stamp (ns) of its first report."""
    reports: list[tuple[int, Spotted]] = []
    stamp_ns = 0
    for call in recorded.calls:
        if isinstance(call, tuple):
            stamp_ns, measurement = call
            found = spotter.update(stamp_ns, measurement)
        else:
            found = call(spotter) or []
        reports += [(stamp_ns, event) for event in found]
    reports += [(stamp_ns, event) for event in spotter.flush()]
    first: dict[int, int] = {}
    for reported_ns, event in reports:
        first.setdefault(event.number, reported_ns)
    return [(first[event.number], event) for _, event in reports if event.is_final]
