"""What a spotter reports: the times and the size of one expression."""

from __future__ import annotations

from dataclasses import dataclass

from mer_ros.types import Kind, Reported


@dataclass(frozen=True)
class Spotted(Reported):
    """An event in the stream.

    number: of the event, from 1 on; a provisional event is reported again under its number. intensity:
    movement from rest to apex, interocular distances. signal_to_noise: multiple of the standard deviation of
    chance movements. returned: whether the face was at rest again at the offset; if not, the movement stopped
    changing there. provisional: the decision follows. withdrawn: it was no expression.
    """

    number: int
    onset_ns: int
    apex_ns: int
    offset_ns: int
    intensity: float
    signal_to_noise: float
    returned: bool = True
    provisional: bool = False
    withdrawn: bool = False

    @property
    def kind(self) -> Kind:
        """Kind of expression: by the duration; macro if it stays at its peak."""
        if not self.returned and self.apex_ns == self.offset_ns:
            return Kind.MACRO
        return Kind.from_duration((self.offset_ns - self.onset_ns) * 1e-9)


@dataclass(frozen=True)
class Rejected:
    """A movement that stood out and is no expression. reason: one of ``rejection.REASONS``."""

    spotted: Spotted
    reason: str
