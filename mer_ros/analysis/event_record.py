"""What a graph published, as a bag holds it: faces, events, and the label and explanation of each event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from mer_ros.errors import ConfigError, DataError, InputError, quantity
from mer_ros.face.mesh import N_LANDMARKS
from mer_ros.sources.bag_file import OpenBag
from mer_ros.stream.event_messages import from_emotion, from_event, from_explanation, from_face
from mer_ros.stream.message_stamps import stamp_ns
from mer_ros.types import Explanation, ExpressionEvent, Face, Prediction

EVENT, EMOTION, EXPLANATION, FACES = (
    f"mer_interfaces/msg/{name}" for name in ("ExpressionEvent", "Emotion", "Explanation", "FaceArray")
)
"""Types of the messages of a graph."""

_FIRST_FACES = 300  # messages among which the earliest stamp is searched

EventKey = tuple[str, str]
"""Camera and id of an event."""


class RecordedEvent(NamedTuple):
    """An event that counts, with what was published about it; None for what is not in the bag."""

    event: ExpressionEvent
    prediction: Prediction | None
    explanation: Explanation | None


class RecordedFaces(NamedTuple):
    """The faces of one frame. source: the camera. frame_rate_hz: 0 until it was known."""

    source: str
    stamp_ns: int
    faces: list[Face]
    frame_rate_hz: float


class _Place(NamedTuple):
    """Where the message that counts is: its number among those of its type. decided: not provisional."""

    number: int
    decided: bool


@dataclass
class _Contents:
    """The messages that count, by type and event. start_ns: of the earliest event or frame."""

    places: dict[str, dict[EventKey, _Place]] = field(
        default_factory=lambda: {EVENT: {}, EMOTION: {}, EXPLANATION: {}}
    )
    start_ns: int | None = None
    unusable: int = 0
    reason: str = ""
    late: int = 0
    foreign: int = 0

    def begin_at(self, stamp_ns: int) -> None:
        self.start_ns = stamp_ns if self.start_ns is None else min(self.start_ns, stamp_ns)


def event_topics(bag: OpenBag) -> list[str]:
    """The topics of a bag that have the type of events, also those without a message."""
    return sorted({one.topic for one in bag.reader.connections if one.msgtype == EVENT})


class EventRecord:
    """Reads the messages of a graph from an open bag, in two passes: ``survey``, then ``items``.

    topic: of the events; "" for the only one. Of an event that was published more than once, the message
    that decided it counts, the first one if it was delivered again; as long as there is none, the last
    provisional one. Labels and explanations are matched by camera and event, as the nodes do it.

    ConfigError if there are several topics of events, or if their definition is unknown.
    """

    def __init__(self, bag: OpenBag, topic: str = "") -> None:
        topics = event_topics(bag)
        if not topic and len(topics) > 1:
            raise ConfigError(
                f"'{bag.path}' has several topics of events: give one, as in {bag.path}:{topics[0]} "
                f"({', '.join(topics)})."
            )
        self._bag, self._events = bag, topic or topics[0]
        namespace = self._events.rpartition("/")[0] + "/" if len(topics) > 1 else "/"
        self._connections = {
            kind: [
                one
                for one in bag.reader.connections
                if one.msgtype == kind
                and (one.topic == self._events if kind == EVENT else one.topic.startswith(namespace))
            ]
            for kind in (EVENT, EMOTION, EXPLANATION, FACES)
        }
        self._types = bag.typestore([kind for kind, found in self._connections.items() if found])
        self._contents = _Contents()
        self.damage = ""

    @property
    def n_frames(self) -> int:
        """Number of recorded frames with or without faces; 0 if they were not recorded."""
        return sum(one.msgcount for one in self._connections[FACES])

    @property
    def emptiness(self) -> str:
        """Sentence on why there is neither an event nor a frame."""
        if self.damage or self._contents.reason:
            return self.damage or f"no message of '{self._bag.path}' can be used: {self._contents.reason}"
        return (
            f"'{self._bag.path}' has the topic {self._events}, but contains neither events nor faces: record "
            "a graph while a face is seen."
        )

    @property
    def start_ns(self) -> int:
        """Stamp from which times are counted: of the earliest frame or onset."""
        return self._contents.start_ns or 0

    @property
    def n_undecided(self) -> int:
        """Number of events that were provisional when the recording ended."""
        return sum(not place.decided for place in self._contents.places[EVENT].values())

    def warnings(self) -> list[str]:
        """Sentences on what was left out, once all items were read."""
        found, sentences = self._contents, []
        if found.unusable:
            unusable = quantity(found.unusable, "message")
            sentences.append(f"left out: {unusable} that cannot be used, the first because {found.reason}")
        if found.foreign:
            foreign = quantity(found.foreign, "label or explanation", "labels and explanations")
            sentences.append(f"left out: {foreign} of events that the bag does not contain.")
        if found.late:
            late = quantity(found.late, "message")
            sentences.append(
                f"left out: {late} that came after the decision on the event, a second time, or with a stamp "
                "that is not later than the one before."
            )
        return sentences

    def survey(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Find the messages that count; whether it was not stopped.

        ``damage`` is then a sentence if the bag is damaged, "" otherwise.
        """
        for _, _, message in islice(self._read([FACES]), _FIRST_FACES):
            self._contents.begin_at(stamp_ns(message.header.stamp))
        parts = [*_CONVERTED]
        for kind, number, message in self._read(parts, counted=parts):
            if stopped():
                return False
            try:
                self._take(kind, number, message)
            except (InputError, AttributeError) as error:
                self._leave_out(_reason(error))
        self._match()
        return True

    def items(self) -> Iterator[RecordedFaces | RecordedEvent]:
        """All frames and all events, each event when its last part was read.

        Of the parts, only those of events that are not complete are in memory.
        """
        waiting: dict[EventKey, dict[str, Any]] = {}
        places = self._contents.places
        last_ns: dict[str, int] = {}
        for kind, number, message in self._read([*self._connections], counted=[FACES]):
            if kind == FACES:
                found = self._faces(message)
                if found is not None and found.stamp_ns <= last_ns.get(found.source, self.start_ns - 1):
                    self._contents.late += 1
                elif found is not None:
                    last_ns[found.source] = found.stamp_ns
                    yield found
                continue
            key = message.source, message.event_id
            if key not in places[kind] or places[kind][key].number != number:
                continue
            parts = waiting.setdefault(key, {})
            parts[kind] = _CONVERTED[kind](message)
            if all(part in parts for part, found in places.items() if key in found):
                del waiting[key]
                yield RecordedEvent(parts[EVENT], parts.get(EMOTION), parts.get(EXPLANATION))

    def _faces(self, message: Any) -> RecordedFaces | None:
        """The faces of a message; None if it cannot be used."""
        try:
            faces = [from_face(face) for face in message.faces]
            return RecordedFaces(message.source, stamp_ns(message.header.stamp), faces, message.frame_rate_hz)
        except AttributeError as error:
            self._leave_out(_reason(error))
            return None

    def _read(self, kinds: Sequence[str], counted: Sequence[str] = ()) -> Iterator[tuple[str, int, Any]]:
        """Type, number among those of the type, and message; ends where the bag is damaged.

        counted: types of which messages that cannot be read are counted.
        """
        connections = [one for kind in kinds for one in self._connections[kind]]
        if not connections:
            return
        numbers: Counter[str] = Counter()
        try:
            for connection, _, data in self._bag.messages(connections, "message"):
                kind = connection.msgtype
                numbers[kind] += 1
                try:
                    message = self._types.deserialize_cdr(data, kind)
                except Exception as error:  # of bytes that are no such message: many kinds
                    if kind in counted:
                        self._leave_out(f"it is no {kind} ({type(error).__name__}).")
                    continue
                yield kind, numbers[kind], message
        except DataError as error:
            self.damage = str(error)

    def _take(self, kind: str, number: int, message: Any) -> None:
        """Note a message if it counts; InputError or AttributeError if it cannot be used."""
        found = _CONVERTED[kind](message)
        if isinstance(found, ExpressionEvent):
            if len(found.landmarks) != N_LANDMARKS:
                raise InputError(
                    f"event {found.event_id} has {len(found.landmarks)} landmarks, not {N_LANDMARKS}: "
                    "correct the publisher."
                )
            self._contents.begin_at(found.onset_ns)
        decided = kind == EXPLANATION or not message.provisional
        places, key = self._contents.places[kind], (message.source, message.event_id)
        if key in places and places[key].decided:
            self._contents.late += 1
        else:
            places[key] = _Place(number, decided)

    def _match(self) -> None:
        """Drop what belongs to no event, and provisional labels of events that were decided."""
        events = self._contents.places[EVENT]
        for kind in (EMOTION, EXPLANATION):
            places = self._contents.places[kind]
            for key in [*places]:
                if key not in events:
                    self._contents.foreign += 1
                    del places[key]
                elif events[key].decided and not places[key].decided:
                    del places[key]

    def _leave_out(self, reason: str) -> None:
        self._contents.unusable += 1
        self._contents.reason = self._contents.reason or reason


_CONVERTED: Mapping[str, Callable[[Any], Any]] = {
    EVENT: from_event,
    EMOTION: from_emotion,
    EXPLANATION: from_explanation,
}


def _reason(error: Exception) -> str:
    """Sentence on a message; a missing field is one of another version of the messages."""
    if isinstance(error, AttributeError):
        return f"it lacks the field '{error.name}': it is of another version of mer_interfaces."
    return str(error)
