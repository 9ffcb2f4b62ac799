"""Which frames of a topic are processed: those of one camera with valid stamps; and when tracks are reset."""

from __future__ import annotations

from collections.abc import Callable

from mer_ros.stream.stamps import FrameAction, FrameDecision, StampMonitor

REASONS: tuple[str, ...] = ("other_camera",)
"""Reasons for which the gate drops a frame, beside those of ``stamps``."""

_CAMERA_TIMEOUT_S = 2.0
_USE = FrameDecision(FrameAction.USE)


class FrameGate:
    """Checks the header of every frame of one topic before its pixels are read.

    A tracker follows one camera. Frames with a second frame_id on the same topic are dropped with an error,
    because two interleaved cameras look like one face that jumps. A frame_id that has been silent for two
    seconds may be replaced. make_monitor: called for the first camera and for each that replaces one.
    """

    def __init__(self, make_monitor: Callable[[], StampMonitor] = StampMonitor) -> None:
        self._make_monitor = make_monitor
        self._size_wh: tuple[int, int] | None = None
        self._frame_id: str | None = None
        self._received_s = 0.0  # the last frame of the followed camera
        self._second_received_s = float("-inf")
        self.second_frame_id = ""
        self.stamps = make_monitor()

    def check(self, stamp_ns: int, frame_id: str, now_ns: int, monotonic_s: float) -> FrameDecision:
        """Decide by its header what to do with a frame.

        now_ns: the clock that stamps are compared with. monotonic_s: a clock that never jumps.
        """
        if self._frame_id is None:
            self._frame_id = frame_id
        if frame_id != self._frame_id:
            if monotonic_s - self._received_s <= _CAMERA_TIMEOUT_S:
                self.second_frame_id, self._second_received_s = frame_id, monotonic_s
                return FrameDecision(
                    FrameAction.DROP,
                    "other_camera",
                    f"two cameras publish on one topic, '{self._frame_id}' and '{frame_id}': only the first "
                    "is followed; give each a topic and a tracker of its own.",
                )
            message = f"the camera is now '{frame_id}', before '{self._frame_id}': tracks start anew."
            self._frame_id, self.stamps = frame_id, self._make_monitor()
            self.stamps.check(stamp_ns, now_ns)
            self._received_s = monotonic_s
            return FrameDecision(FrameAction.RESET, "camera_changed", message)
        self._received_s = monotonic_s
        return self.stamps.check(stamp_ns, now_ns)

    def check_size(self, width: int, height: int) -> FrameDecision:
        """Reset where the size of the decoded image, pixels, differs from that of the frame before."""
        before, self._size_wh = self._size_wh, (width, height)
        if before is None or before == self._size_wh:
            return _USE
        return FrameDecision(
            FrameAction.RESET,
            "size_changed",
            f"pictures are now {width}x{height}, before {before[0]}x{before[1]}: tracks start anew.",
        )

    def has_second_camera(self, monotonic_s: float) -> bool:
        """Whether a frame of a second camera (``second_frame_id``) was received in the last two seconds."""
        return monotonic_s - self._second_received_s <= _CAMERA_TIMEOUT_S
