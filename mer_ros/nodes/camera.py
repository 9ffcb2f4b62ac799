"""Publishes a synthetic clip, a video file or a webcam like a camera driver."""

from __future__ import annotations

import rclpy
from rclpy.duration import Duration
from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.lifecycle import LifecyclePublisher
from sensor_msgs.msg import Image

from mer_ros import runtime
from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.callbacks import playback_callbacks
from mer_ros.nodes.base.lifecycle import ERROR, OK, WARN, Health, MerLifecycleNode
from mer_ros.nodes.base.qos import offered_image_qos
from mer_ros.nodes.base.start_gate import StartGate
from mer_ros.sources.playback import ImageArray, Playback
from mer_ros.sources.source import SourceOptions, VideoSource
from mer_ros.sources.source_spec import open_source

_ACKNOWLEDGED_WITHIN_S = 2.0


class CameraNode(MerLifecycleNode):
    """Publishes all frames of a ``Playback``."""

    NAME = "camera"

    def __init__(self) -> None:
        super().__init__()
        self._playback: Playback | None = None
        self._output: LifecyclePublisher | None = None
        self._gate: StartGate | None = None

    def configure(self) -> None:
        """Open the source."""
        self._frame_id: str = self.value("frame_id")
        callbacks = playback_callbacks(self, self._publish, self._may_start, self._on_end)
        self._playback = Playback(self._open, self.value("source"), self.value("rate"), callbacks)
        self._output = self.create_lifecycle_publisher(
            Image, topic_names.IMAGE, offered_image_qos(self.value("reliability"))
        )

    def _open(self) -> VideoSource:
        options = SourceOptions(
            fps=self.value("fps"),
            size_wh=(self.value("width"), self.value("height")),
            amplitude_px=self.value("amplitude_px"),
            n_events=self.value("events"),
            conditions=self.value("conditions"),
            head=self.value("head"),
            photo=self.value("photo"),
            rotate=self.value("rotate"),
        )
        return open_source(self.value("source"), options)

    def activate(self) -> None:
        """Play the source, a recording from its start."""
        assert self._playback is not None and self._output is not None
        topic = self.resolve_topic_name(topic_names.IMAGE)
        self._gate = StartGate(self, topic, self._output.get_subscription_count)
        self._playback.start()

    def deactivate(self) -> None:
        """Stop playing."""
        if self._playback is not None:
            self._playback.stop()
        if self._gate is not None:
            self._gate.close()
            self._gate = None

    def cleanup(self) -> None:
        """Close the source."""
        if self._playback is not None:
            self._playback.close()
            self._playback = None
        if self._output is not None:
            self.destroy_lifecycle_publisher(self._output)
            self._output = None

    def _may_start(self) -> bool:
        return self._gate is not None and self._gate.may_start()

    def _publish(self, stamp_ns: int, image: ImageArray) -> bool:
        assert self._output is not None
        runtime.keep_freed_images(image.nbytes)
        message = convert.to_image(image, convert.to_header(stamp_ns, self._frame_id))
        try:
            self._output.publish(message)
        except rclpy_implementation.RCLError:
            if self.context.ok():
                raise
            return False  # a signal has shut the context down under this thread
        return True

    def _on_end(self) -> None:
        """If ``exit_at_end`` is set, end the process after subscribers have received the last messages."""
        if self.value("exit_at_end"):
            assert self._output is not None
            self._output.wait_for_all_acked(Duration(seconds=_ACKNOWLEDGED_WITHIN_S))
            self.publish_diagnostics(timeout_s=_ACKNOWLEDGED_WITHIN_S)
            rclpy.try_shutdown()

    def health(self) -> Health:
        """Number of frames sent, and whether the requested rate is sustained."""
        playback = self._playback
        pacer = playback.pacer if playback else None
        values = {
            "sent": str(playback.frames_sent if playback else 0),
            "rate_hz": f"{pacer.achieved_hz if pacer else 0.0:.1f}",
            "rate_kept": str(pacer is None or pacer.keeps_up).lower(),
            "ended": str(bool(playback and playback.ended)).lower(),
            "waiting": str(bool(self._gate and self._gate.reason)).lower(),
            "format": playback.format if playback else "",
        }
        if playback is not None and playback.failure:
            return ERROR, playback.failure, values
        if playback is not None and playback.absent:
            return WARN, playback.absent, values
        if playback is not None and playback.ended:
            return OK, "the source has ended", values
        if playback is None or pacer is None:
            return OK, (self._gate.reason if self._gate else "") or "starting", values
        return (WARN, playback.rate_warning, values) if playback.rate_warning else (OK, "publishing", values)
