"""A camera for people without one: publishes the made clip, a video file or a webcam at a steady rate."""

from __future__ import annotations

from typing import Any

import rclpy
from rclpy.duration import Duration
from rclpy.impl.implementation_singleton import rclpy_implementation
from sensor_msgs.msg import Image

from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.lifecycle import ERROR, OK, WARN, Health, MerLifecycleNode
from mer_ros.nodes.base.played import callbacks_of
from mer_ros.nodes.base.qos import camera
from mer_ros.sources.playback import Picture, Playback
from mer_ros.sources.source import SourceOptions, VideoSource
from mer_ros.sources.source_spec import open_source


class CameraNode(MerLifecycleNode):
    """Publishes what a Playback gives; no frame of its own is ever left out."""

    NAME = "camera"

    def __init__(self) -> None:
        super().__init__()
        self._playback: Playback | None = None
        self._output: Any = None

    def configure(self) -> None:
        """Open the source."""
        self._frame_id = self.value("frame_id")
        told = callbacks_of(self, self._publish, self._is_wanted, self._leave)
        self._playback = Playback(self._open, self.value("source"), self.value("rate"), told)
        self._output = self.create_lifecycle_publisher(
            Image, topic_names.IMAGE, camera(self.value("reliability"))
        )

    def _open(self) -> VideoSource:
        options = SourceOptions(
            fps=self.value("fps"),
            size_wh=(self.value("width"), self.value("height")),
            amplitude_px=self.value("amplitude_px"),
            n_events=self.value("events"),
            conditions=self.value("conditions"),
            photo=self.value("photo"),
        )
        return open_source(self.value("source"), options)

    def activate(self) -> None:
        """Play it from the start."""
        assert self._playback is not None
        self._playback.start()

    def deactivate(self) -> None:
        """Stop it."""
        if self._playback is not None:
            self._playback.stop()

    def cleanup(self) -> None:
        """Close the source."""
        if self._playback is not None:
            self._playback.close()
            self._playback = None
        if self._output is not None:
            self.destroy_lifecycle_publisher(self._output)
            self._output = None

    def _is_wanted(self) -> bool:
        return bool(self._output.get_subscription_count() >= self.value("wait_for_subscribers"))

    def _publish(self, stamp_ns: int, image: Picture) -> bool:
        message = convert.to_image(image, convert.to_header(stamp_ns, self._frame_id))
        try:
            self._output.publish(message)
        except rclpy_implementation.RCLError:
            if self.context.ok():
                raise
            return False  # a signal has ended the context under this thread
        return True

    def _leave(self) -> None:
        if self.value("exit_at_end"):
            self._output.wait_for_all_acked(Duration(seconds=2))
            rclpy.try_shutdown()

    def health(self) -> Health:
        """Frames sent and whether the rate is kept."""
        played = self._playback
        pacer = played.pacer if played else None
        values = {
            "sent": str(played.frames_sent if played else 0),
            "rate_hz": f"{pacer.achieved_hz if pacer else 0.0:.1f}",
            "ended": str(bool(played and played.ended)).lower(),
        }
        if played is not None and played.failure:
            return ERROR, played.failure, values
        if played is not None and played.ended:
            return OK, "the source has ended", values
        if played is None or pacer is None:
            return OK, "waiting for a subscriber", values
        return (WARN, played.rate_warning, values) if played.rate_warning else (OK, "publishing", values)
