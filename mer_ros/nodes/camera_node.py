"""A camera for people without one: publishes the made clip, a video file or a webcam at a steady rate."""

from __future__ import annotations

import queue
import threading
from typing import Any

import numpy as np
import rclpy
from numpy.typing import NDArray
from rclpy.duration import Duration
from rclpy.impl.implementation_singleton import rclpy_implementation
from sensor_msgs.msg import Image

from mer_ros import topic_names
from mer_ros.errors import ConfigError
from mer_ros.nodes import convert
from mer_ros.nodes.guarded import sentence_of
from mer_ros.nodes.lifecycle import ERROR, OK, WARN, Health, MerLifecycleNode
from mer_ros.nodes.topics import camera
from mer_ros.pacer import Pacer
from mer_ros.video_source import SourceOptions, VideoSource, open_source

_AHEAD = 64
_POLL_S = 0.05
_RETRY_S = 1.0

Rendered = tuple[int, NDArray[np.uint8]] | Exception | None


class Camera(MerLifecycleNode):
    """One thread renders ahead, one publishes by the clock; no frame of its own is ever left out."""

    NAME = "camera"

    def __init__(self) -> None:
        super().__init__()
        self._source: VideoSource | None = None
        self._output: Any = None
        self._pacer: Pacer | None = None
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()
        self._sent = 0
        self._ended = False
        self._trouble = ""

    def configure(self) -> None:
        """Open the source."""
        self._source = self._open()
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
        """Start both threads."""
        self._stop.clear()
        self._sent, self._ended, self._trouble = 0, False, ""
        self._pacer = None
        self._rendered: queue.Queue[Rendered] = queue.Queue(_AHEAD)
        self._threads = [
            threading.Thread(target=self._render, name="render", daemon=True),
            threading.Thread(target=self._publish, name="publish", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def deactivate(self) -> None:
        """End both threads."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def cleanup(self) -> None:
        """Close the source."""
        if self._source is not None:
            self._source.close()
            self._source = None
        if self._output is not None:
            self.destroy_lifecycle_publisher(self._output)
            self._output = None

    def _render(self) -> None:
        """Fill the queue; an exception and the end (None) travel through it too."""
        assert self._source is not None
        try:
            while True:
                for placed in self._source.frames():
                    if not self._offer(placed):
                        return
                if not self._source.live:
                    self._offer(None)
                    return
                if not self._reopen():
                    return
        except Exception as error:
            self._offer(error)

    def _reopen(self) -> bool:
        """A live camera gives no more pictures: try until it does again. False if the node stops before."""
        assert self._source is not None
        self._trouble = (
            f"{self.value('source')} gives no more pictures: plug it in again; it is tried every second."
        )
        self.get_logger().error(self._trouble)
        while not self._stop.wait(_RETRY_S):
            self._source.close()
            try:
                self._source = self._open()
            except ConfigError:
                continue
            return True
        return False

    def _offer(self, item: Rendered) -> bool:
        while not self._stop.is_set():
            try:
                self._rendered.put(item, timeout=_POLL_S)
                return True
            except queue.Full:
                continue
        return False

    def _next(self) -> Rendered:
        while not self._stop.is_set():
            try:
                return self._rendered.get(timeout=_POLL_S)
            except queue.Empty:
                continue
        return None

    def _publish(self) -> None:
        assert self._source is not None
        wanted, frame_id = self.value("wait_for_subscribers"), self.value("frame_id")
        while self._output.get_subscription_count() < wanted and not self._source.live:
            if self._stop.wait(_POLL_S):
                return
        rate, live = self.value("rate"), self._source.live
        period_ns = 1e9 / self._source.fps
        start_ns = self.get_clock().now().nanoseconds
        self._pacer = Pacer(self._source.fps * rate)
        expected = 0
        while not self._stop.is_set():
            rendered = self._next()
            if isinstance(rendered, Exception):
                self.failed(rendered)
                self._trouble = f"the source broke off: {sentence_of(rendered)}"
                break
            if rendered is None:
                break
            place, image = rendered
            stamp = self.get_clock().now().nanoseconds if live else start_ns + round(place * period_ns)
            message = convert.to_image(image, convert.to_header(stamp, frame_id))
            if live:
                self._pacer.count()
                if self._trouble:
                    self._trouble = ""
                    self.get_logger().info("the camera gives pictures again")
            else:
                self._pacer.skip(place - expected)
                expected = place + 1
                if self._stop.wait(self._pacer.wait_s()):
                    break
            try:
                self._output.publish(message)
            except rclpy_implementation.RCLError:
                if self.context.ok():
                    raise
                return  # a signal has ended the context under this thread
            self._sent += 1
        if not self._stop.is_set():
            self._finish()

    def _finish(self) -> None:
        """Say what was sent, once."""
        assert self._pacer is not None and self._source is not None
        self._ended = True
        rate_hz = self._pacer.achieved_hz
        self.get_logger().info(f"the source has ended: {self._sent} frames were sent, {rate_hz:.1f} a second")
        if not self._pacer.keeps_up:
            wanted_hz = self._source.fps * self.value("rate")
            self.get_logger().warning(
                f"this machine could not keep the rate: {rate_hz:.1f} not {wanted_hz:.1f} frames a second; "
                "lower rate or fps."
            )
        if self.value("exit_at_end"):
            self._output.wait_for_all_acked(Duration(seconds=2))
            rclpy.try_shutdown()

    def health(self) -> Health:
        """Frames sent and whether the rate is kept."""
        pacer = self._pacer
        achieved_hz = pacer.achieved_hz if pacer else 0.0
        values = {"sent": str(self._sent), "rate_hz": f"{achieved_hz:.1f}", "ended": str(self._ended).lower()}
        if self._trouble:
            return ERROR, self._trouble, values
        if self._ended:
            return OK, "the source has ended", values
        if pacer is None:
            return OK, "waiting for a subscriber", values
        if not pacer.keeps_up:
            return (
                WARN,
                f"cannot keep the rate: {achieved_hz:.1f} frames a second are sent; lower rate or fps",
                values,
            )
        return OK, "publishing", values
