"""Which frames of a topic may be looked at: one camera, good stamps, and when to forget the past."""

from __future__ import annotations

from collections.abc import Callable

from mer_ros.stream.stamps import FrameTimes, Judgement, Verdict

REASONS: tuple[str, ...] = ("other_camera",)
"""Reasons of its own, beside those of frame_times."""

_ABSENT_S = 2.0
USE = Verdict(Judgement.USE)


class FrameGate:
    """Judges every frame of one topic before any picture is touched.

    One tracker follows one camera. If pictures of a second frame_id arrive on the same topic they are dropped
    with an error, because two interleaved cameras look like one wild face; a frame_id that has been silent
    for two seconds may be replaced. times: made anew for each camera.
    """

    def __init__(self, times: Callable[[], FrameTimes] = FrameTimes) -> None:
        self._make_times = times
        self._size: tuple[int, int] | None = None
        self._frame_id: str | None = None
        self._heard_s = 0.0
        self._intruder_s = float("-inf")
        self.intruder = ""
        self.times = times()

    def judge(self, stamp_ns: int, frame_id: str, now_ns: int, steady_s: float) -> Verdict:
        """Judge a frame by its header. now_ns: this machine's clock; steady_s: a clock that never jumps."""
        if self._frame_id is None:
            self._frame_id = frame_id
        if frame_id != self._frame_id:
            if steady_s - self._heard_s <= _ABSENT_S:
                self.intruder, self._intruder_s = frame_id, steady_s
                return Verdict(
                    Judgement.DROP,
                    "other_camera",
                    f"two cameras publish on one topic, '{self._frame_id}' and '{frame_id}': only the first "
                    "is followed; give each a topic and a tracker of its own.",
                )
            sentence = f"the camera is now '{frame_id}', before '{self._frame_id}': tracks start anew."
            self._frame_id, self.times = frame_id, self._make_times()
            self.times.judge(stamp_ns, now_ns)
            self._heard_s = steady_s
            return Verdict(Judgement.RESET, "camera_changed", sentence)
        self._heard_s = steady_s
        return self.times.judge(stamp_ns, now_ns)

    def judge_size(self, width: int, height: int) -> Verdict:
        """Judge the size of a picture that is about to be used."""
        before, self._size = self._size, (width, height)
        if before is None or before == self._size:
            return USE
        return Verdict(
            Judgement.RESET,
            "size_changed",
            f"pictures are now {width}x{height}, before {before[0]}x{before[1]}: tracks start anew.",
        )

    def crowded(self, steady_s: float) -> bool:
        """Whether a second camera was heard in the last seconds."""
        return steady_s - self._intruder_s <= _ABSENT_S
