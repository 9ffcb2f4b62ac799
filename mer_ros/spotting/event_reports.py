"""The events of one face, as they are published: from what the spotter reports and the crops of the face."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.crop_history import CropHistory
from mer_ros.spotting.spotted import Spotted
from mer_ros.types import ExpressionEvent, Frame


class EventReports:
    """Makes the events of one face, and decides the provisional ones.

    crops: of the face, newest last; the caller adds them. run_id: prefix of the ids of the events.
    """

    def __init__(self, run_id: str, face_id: str, frame: Frame) -> None:
        self.crops = CropHistory()
        self.origin = frame.source, frame.frame_id
        self._run_id, self._face_id = run_id, face_id
        self._provisional: dict[int, ExpressionEvent | None] = {}  # by number; None if not reported

    def of(
        self, spotted: list[Spotted], landmarks: NDArray[np.float32], unfit_ns: int
    ) -> list[ExpressionEvent]:
        """The events of these reports, except new ones that began before the face could last not be judged.

        landmarks: (468, 3) float32, crop pixels.
        """
        events = []
        for one in spotted:
            if one.number in self._provisional:
                event = self._decided(one)
            else:
                event = self._event(one, landmarks, unfit_ns) if one.onset_ns > unfit_ns else None
                if one.provisional:
                    self._provisional[one.number] = event
            events += [event] if event is not None else []
        return events

    def over_at(self, spotted: list[Spotted], stamp_ns: int) -> list[Spotted]:
        """Those that were over at a time; what was reported of the others is withdrawn."""
        late = [one for one in spotted if one.offset_ns > stamp_ns]
        withdrawn = [replace(one, withdrawn=True) for one in late if one.number in self._provisional]
        return [one for one in spotted if one not in late] + withdrawn

    def _decided(self, spotted: Spotted) -> ExpressionEvent | None:
        """The event that was reported as provisional, final or withdrawn; None if it was not reported."""
        event = self._provisional.pop(spotted.number, None)
        return event and replace(event, provisional=False, withdrawn=spotted.withdrawn)

    def _event(
        self, spotted: Spotted, landmarks: NDArray[np.float32], unfit_ns: int
    ) -> ExpressionEvent | None:
        clip = self.crops.clip(spotted.onset_ns, spotted.offset_ns)
        if not clip:
            return None  # decided too late: no crop of it is left
        onset, apex = self.crops.at_rest(spotted.onset_ns, unfit_ns), self.crops.at_peak(spotted.apex_ns)
        return ExpressionEvent(
            source=self.origin[0],
            frame_id=self.origin[1],
            event_id=f"{self._run_id}-{self._face_id}-{spotted.number}",
            face_id=self._face_id,
            kind=spotted.kind,
            onset_ns=spotted.onset_ns,
            apex_ns=spotted.apex_ns,
            offset_ns=spotted.offset_ns,
            intensity=spotted.intensity,
            signal_to_noise=spotted.signal_to_noise,
            returned=spotted.returned,
            roi_xywh=apex.roi_xywh,
            crop_from_image=apex.from_image,
            landmarks=landmarks,
            onset_frame_ns=onset.stamp_ns,
            apex_frame_ns=apex.stamp_ns,
            onset_face=onset.image,
            apex_face=apex.image,
            clip=clip,
            provisional=spotted.provisional,
        )
