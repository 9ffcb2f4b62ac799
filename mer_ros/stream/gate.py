"""Selects the frames of a topic to process, those of one camera with valid stamps, and resets tracks."""

from __future__ import annotations

from collections.abc import Callable

from mer_ros.stream.stamps import FrameAction, FrameDecision, StampMonitor

REASONS: tuple[str, ...] = ("other_camera",)
"""Reasons for which the gate drops a frame, in addition to those of ``stamps``."""

_CAMERA_TIMEOUT_S = 2.0
_USE = FrameDecision(FrameAction.USE)


class FrameGate:
    """Checks the header of every frame of one topic before its pixels are read.

    A tracker processes one camera. Frames with a second frame_id on the same topic are dropped with an error,
    because the frames of two interleaved cameras look like one face that jumps. A second frame_id replaces
    the first after two seconds without a frame of the first. make_monitor: called for the first camera and
    for each replacement.
    """

    def __init__(self, make_monitor: Callable[[], StampMonitor] = StampMonitor) -> None:
        self._make_monitor = make_monitor
        self._size_wh: tuple[int, int] | None = None
        self._frame_id: str | None = None
        self._received_s = 0.0  # the last frame of the followed camera
        self._second_received_s = float("-inf")
        self.second_frame_id = ""
        self.stamps = make_monitor()

    def check(
        self, stamp_ns: int, frame_id: str, now_ns: int, monotonic_s: float, repeated: bool = False
    ) -> FrameDecision:
        """Decide from its header what to do with a frame.

        stamp_ns: its stamp, ns. now_ns: the clock with which stamps are compared, ns. monotonic_s: a clock
        that never jumps, seconds. repeated: whether its image is that of the frame before.
        """
        if self._frame_id is None:
            self._frame_id = frame_id
        if frame_id != self._frame_id:
            if monotonic_s - self._received_s <= _CAMERA_TIMEOUT_S:
                self.second_frame_id, self._second_received_s = frame_id, monotonic_s
                return FrameDecision(
                    FrameAction.DROP,
                    "other_camera",
                    f"two cameras publish on one topic, '{self._frame_id}' and '{frame_id}', and only the "
                    "first is processed: give each camera its own topic and tracker.",
                )
            message = f"the camera changed from '{self._frame_id}' to '{frame_id}': tracks are reset."
            self._frame_id, self.stamps = frame_id, self._make_monitor()
            self.stamps.check(stamp_ns, now_ns)
            self._received_s = monotonic_s
            return FrameDecision(FrameAction.RESET, "camera_changed", message)
        self._received_s = monotonic_s
        return self.stamps.check(stamp_ns, now_ns, repeated)

    def check_size(self, width: int, height: int) -> FrameDecision:
        """Decide to reset if the size of the decoded image, pixels, differs from that of the last frame."""
        before, self._size_wh = self._size_wh, (width, height)
        if before is None or before == self._size_wh:
            return _USE
        return FrameDecision(
            FrameAction.RESET,
            "size_changed",
            f"the image size changed from {before[0]}x{before[1]} to {width}x{height}: tracks are reset.",
        )

    def has_second_camera(self, monotonic_s: float) -> bool:
        """Whether a frame of a second camera (``second_frame_id``) arrived within the last two seconds."""
        return monotonic_s - self._second_received_s <= _CAMERA_TIMEOUT_S
