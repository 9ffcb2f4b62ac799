"""Playback: every frame of a recording, a live camera that is reopened, an end that is reported."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from mer_ros.errors import CameraAbsent, ConfigError
from mer_ros.sources import playback
from mer_ros.sources.playback import Playback, PlaybackCallbacks

IMAGE = np.zeros((4, 4, 3), np.uint8)


def wait_for(condition: Callable[[], object]) -> None:
    """Return once the condition is true."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "timeout"
        time.sleep(0.01)


class Frames:
    """A source of frames with the given indices."""

    format = ""

    def __init__(self, indices: list[int], fps: float = 500.0, live: bool = False) -> None:
        self.indices, self.fps, self.live = indices, fps, live
        self.warnings: list[str] = []
        self.closed = False

    def timed_frames(self) -> Iterator[tuple[int, np.ndarray]]:
        for index in self.indices:
            yield round(index * 1e9 / self.fps), IMAGE

    def close(self) -> None:
        self.closed = True


class Lines:
    """A log that stores its messages."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.info = self.warning = self.error = self.messages.append


class Listener:
    """Stores stamps and messages. polls: number of calls of ``may_start``."""

    def __init__(self, on_frame: Callable[[int], bool] = lambda _stamp: True) -> None:
        self.stamps: list[int] = []
        log = Lines()
        self.lines = log.messages
        self.ended = threading.Event()
        self.may_start = True
        self.polls = 0
        self._on_frame = on_frame
        self.callbacks = PlaybackCallbacks(
            on_frame=self._take,
            may_start=self._poll,
            on_end=self.ended.set,
            on_error=lambda error: self.lines.append(f"failed {error}"),
            now_ns=time.time_ns,
            log=log,
        )

    def _poll(self) -> bool:
        self.polls += 1
        return self.may_start

    def _take(self, stamp_ns: int, image: np.ndarray) -> bool:
        self.stamps.append(stamp_ns)
        return self._on_frame(stamp_ns)


@pytest.fixture
def play() -> Iterator[Callable[..., Playback]]:
    players: list[Playback] = []

    def make(open_source: Callable[[], Frames], listener: Listener, rate: float = 1.0) -> Playback:
        players.append(Playback(open_source, "device:/dev/video0", rate, listener.callbacks))
        players[-1].start()
        return players[-1]

    yield make
    for one in players:
        one.close()


def test_a_recording_is_stamped_by_its_frame_indices_and_ends_once(play: Callable[..., Playback]) -> None:
    listener = Listener()
    played = play(lambda: Frames([0, 1, 2, 5, 6]), listener)
    assert listener.ended.wait(60)
    assert np.diff(listener.stamps).tolist() == [2_000_000, 2_000_000, 6_000_000, 2_000_000]
    assert played.ended and played.frames_sent == 5 and not played.failure
    assert sum("ended after 5 frames" in line for line in listener.lines) == 1


def test_fault_77_a_recording_is_played_at_its_times(play: Callable[..., Playback]) -> None:
    arrived: list[float] = []
    listener = Listener(lambda _stamp: not arrived.append(time.monotonic()))
    played = play(lambda: Frames([0, 1, 90, 91], fps=500.0), listener, rate=2.0)
    assert listener.ended.wait(60)
    assert np.diff(listener.stamps).tolist() == [2_000_000, 178_000_000, 2_000_000]
    assert arrived[2] - arrived[1] > 0.08, "the gap was not waited for"
    assert played.pacer is not None and played.pacer.keeps_up


def test_fault_80_what_is_wrong_with_a_recording_is_logged_once(play: Callable[..., Playback]) -> None:
    class Damaged(Frames):
        def timed_frames(self) -> Iterator[tuple[int, np.ndarray]]:
            yield from super().timed_frames()
            self.warnings.append("1 of 3 frames could not be read.")

    def open_source() -> Frames:
        source = Damaged([0, 2])
        source.warnings.append("the header declares 1000 fps.")
        return source

    listener = Listener()
    play(open_source, listener)
    assert listener.ended.wait(60)
    found = [line for line in listener.lines if "header" in line or "could not be read" in line]
    assert found == ["the header declares 1000 fps.", "1 of 3 frames could not be read."]


def test_large_images_are_read_ahead_in_a_bounded_memory(
    play: Callable[..., Playback], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "_READ_AHEAD_BYTES", 6 * IMAGE.nbytes)
    release = threading.Event()
    listener = Listener(lambda _stamp: release.wait(60))
    played = play(lambda: Frames(list(range(30))), listener)
    wait_for(lambda: played._read.full())
    assert played._read.qsize() == 6
    release.set()
    assert listener.ended.wait(60) and played.frames_sent == 30


def test_a_recording_waits_for_its_start_and_for_a_slow_subscriber(
    play: Callable[..., Playback],
) -> None:
    listener = Listener(lambda _stamp: not time.sleep(0.03))
    listener.may_start = False
    played = play(lambda: Frames(list(range(20)), fps=1000.0), listener)
    wait_for(lambda: listener.polls >= 3)
    assert listener.stamps == []
    listener.may_start = True
    assert listener.ended.wait(60)
    assert played.frames_sent == 20, "a frame is missing"
    assert any("this machine is too slow" in line for line in listener.lines)


def test_a_recording_that_plays_too_slowly_is_logged_once_while_it_plays(
    play: Callable[..., Playback], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "_SLOW_AFTER_S", 0.3)
    slow = "instead of 1000.0 frames per second are played"
    soon: list[int] = []
    logged: list[int] = []

    def take(_stamp: int) -> bool:
        time.sleep(0.06)
        found = sum(slow in line for line in listener.lines)
        (soon if len(listener.stamps) <= 4 else logged).append(found)
        return True

    listener = Listener(take)
    play(lambda: Frames(list(range(20)), fps=1000.0), listener)
    assert listener.ended.wait(60)
    assert soon == [0] * 4 and logged[-1] == 1


def test_fault_30_a_live_camera_is_opened_again_and_stamped_when_it_was_read(
    play: Callable[..., Playback], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "_RETRY_S", 0.05)
    opened: list[Frames] = []

    def open_source() -> Frames:
        if len(opened) == 1 and not opened[0].closed:
            raise AssertionError("opened before the first was closed")
        opened.append(Frames([0, 1, 2], live=True))
        if len(opened) == 2:
            raise ConfigError("there is no camera")
        return opened[-1]

    listener = Listener()
    before = time.time_ns()
    played = play(open_source, listener)
    wait_for(lambda: played.frames_sent >= 6)
    assert any("delivers no more images" in line for line in listener.lines)
    assert "the camera delivers images again" in listener.lines
    assert before < min(listener.stamps) and max(listener.stamps) < time.time_ns()
    assert not played.ended


def test_an_exception_of_the_source_is_reported_and_ends_it(play: Callable[..., Playback]) -> None:
    class Damaged(Frames):
        def timed_frames(self) -> Iterator[tuple[int, np.ndarray]]:
            yield 0, IMAGE
            raise RuntimeError("a damaged file")

    listener = Listener()
    played = play(lambda: Damaged([]), listener)
    assert listener.ended.wait(60)
    assert played.failure == "the source failed: RuntimeError: a damaged file"
    assert "failed a damaged file" in listener.lines


def test_it_stops_while_on_frame_blocks(play: Callable[..., Playback]) -> None:
    held: list[Playback] = []

    def block(_stamp: int) -> bool:
        while not held or not held[0].stopping:
            time.sleep(0.005)
        return False

    listener = Listener(block)
    held.append(play(lambda: Frames([0, 1, 2]), listener))
    wait_for(lambda: listener.stamps)
    held[0].stop()  # returns
    assert len(listener.stamps) == 1 and not listener.ended.is_set()


def test_fault_94_a_camera_that_is_absent_is_logged_once_and_again_when_it_appears(
    play: Callable[..., Playback], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "_RETRY_S", 0.02)
    camera = Frames([0, 1, 2], live=True)
    camera.format = "640x480 at 30 frames per second in MJPG"
    attempts: list[int] = []

    def open_source() -> Frames:
        attempts.append(1)
        if len(attempts) < 5:
            raise CameraAbsent("there is no camera at '/dev/video0'.")
        return camera

    listener = Listener()
    played = play(open_source, listener)
    assert played.live and played.absent.startswith("there is no camera") and not played.failure
    wait_for(lambda: played.frames_sent >= 6)
    assert not played.absent and played.format == camera.format and len(attempts) >= 6
    assert len([line for line in listener.lines if "there is no camera" in line]) == 1
    appeared = [line for line in listener.lines if camera.format in line]
    assert appeared == [f"device:/dev/video0 has appeared: {camera.format}"]


def test_fault_94_a_camera_that_was_unplugged_while_it_did_not_play_is_absent(
    play: Callable[..., Playback], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "_RETRY_S", 0.02)
    plugged = [True]

    def open_source() -> Frames:
        if not plugged[0]:
            raise CameraAbsent("there is no camera at '/dev/video0'.")
        return Frames([0, 1, 2], live=True)

    listener = Listener()
    played = play(open_source, listener)
    wait_for(lambda: played.frames_sent >= 3)
    plugged[0] = False
    wait_for(lambda: played.failure)
    played.stop()
    played.start()
    wait_for(lambda: played.absent)
    assert not played.frames_sent
    plugged[0] = True
    wait_for(lambda: played.frames_sent >= 3)
    assert not played.absent


def test_a_source_that_is_no_camera_is_not_waited_for() -> None:
    def open_source() -> Frames:
        raise ConfigError("the video file does not exist.")

    with pytest.raises(ConfigError, match="does not exist"):
        Playback(open_source, "file:a.mp4", 1.0, Listener().callbacks)
