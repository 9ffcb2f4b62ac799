"""Fast mode: the faster optical flow, and the search for faces in the background."""

import threading
import time

import numpy as np
import pytest

from mer_ros.data.synthetic import synthetic_clip
from mer_ros.face.finder import FaceFinder
from mer_ros.motion import optical_flow
from mer_ros.spotting import FaceWatcher
from mer_ros.spotting.tracked_face import TrackedFace
from mer_ros.spotting.transients import TransientFinder
from mer_ros.types import Frame

START_NS = 1_700_000_000_000_000_000


def stamp(clip, i):
    return START_NS + int(i * 1e9 / clip.fps)


@pytest.mark.parametrize(("fps", "faces", "fast_mode"), [(200, 1, True), (100, 1, False), (60, 2, True)])
def test_the_faster_flow_is_used_where_each_face_has_little_time(watcher, monkeypatch, fps, faces, fast_mode):
    used = []
    for flow in (optical_flow.DenseFlowAtLandmarks, optical_flow.SparseFlow):
        real = flow.__call__
        monkeypatch.setattr(
            flow, "__call__", lambda self, grey, real=real: used.append(type(self)) or real(self, grey)
        )
    view = np.hstack(
        [synthetic_clip(seed, fps, (320, 240), face_width_px=120.0).render(0) for seed in (3, 4)]
    )
    view[:, 320 * faces :] = 127
    for i in range(fps):  # a second: new faces are followed, and references renewed, in quiet moments
        seen = watcher.process(Frame(view, START_NS + i * 1_000_000_000 // fps))
    assert len(seen.faces) == faces
    assert (used[-1] is optical_flow.SparseFlow) == fast_mode


def test_while_frames_wait_movements_are_searched_less_and_every_frame_is_judged(watcher, monkeypatch):
    clip, searched, search = synthetic_clip(3, fps=200), [], TransientFinder.search
    monkeypatch.setattr(TransientFinder, "search", lambda *now: searched.append(1) or search(*now))
    view, counts = clip.render(0), {False: 0, True: 0}
    for at, behind in enumerate([False] * 200 + [True] * 200 + [False] * 200):
        searched.clear()
        seen = watcher.process(Frame(view, stamp(clip, at)), behind)
        counts[behind] += len(searched)
    assert len(seen.faces) == 1 and str(watcher.judged) == "judged 100% of 600 frames"
    assert counts[True] < 0.7 * counts[False] / 2


def test_while_frames_wait_fast_mode_is_used_and_a_detection_later(watcher, monkeypatch):
    clip = synthetic_clip(3, fps=200)
    view, used_at = clip.render(0), {False: set(), True: set()}
    apply = TrackedFace.apply_detection
    monkeypatch.setattr(
        TrackedFace,
        "apply_detection",
        lambda self, frame, *rest, **more: (
            used_at[behind].add(at - round((frame.stamp_ns - START_NS) / 5e6)),
            apply(self, frame, *rest, **more),
        )[1],
    )
    for at, behind in enumerate([False] * 200 + [True] * 200):
        watcher.process(Frame(view, stamp(clip, at)), behind)
    assert used_at[True] == {9} and 9 not in used_at[False], "frames: 42 ms; before that 14 ms"


def test_in_fast_mode_no_frame_waits_for_the_search_and_its_speed_changes_nothing(monkeypatch):
    clip, detect, seen = synthetic_clip(3, fps=200), FaceFinder.find, {}
    views = [clip.render(i) for i in range(100)]
    places = {id(view): i for i, view in enumerate(views)}
    for slow_s in (0.0, 0.03):
        images, measured = [], [threading.Event() for _ in views]

        def slow_detect(self, image, *known, slow_s=slow_s, images=images, measured=measured):
            images.append(image)
            place = places[id(image)]
            assert place < 50 or measured[place].wait(20), "the frame waits for the search"
            time.sleep(slow_s)
            return detect(self, image, *known)

        monkeypatch.setattr(FaceFinder, "find", slow_detect)
        watcher, seen[slow_s] = FaceWatcher(), []
        for i, view in enumerate(views):
            faces = watcher.process(Frame(view, stamp(clip, i))).faces
            measured[i].set()
            seen[slow_s] += [face.landmarks for face in faces]
        watcher.close()
        assert len(images) > 5
    np.testing.assert_array_equal(*seen.values())


def test_reset_discards_a_pending_detection(watcher, monkeypatch):
    clip, at, images, detect, alone = synthetic_clip(3, fps=200), 0, [], FaceFinder.find, threading.Lock()
    view = clip.render(0)
    for at in range(60):
        watcher.process(Frame(view, stamp(clip, at)))

    def slow_detect(self, image, *known):
        images.append(image)
        assert alone.acquire(blocking=False), "two detections at a time"
        try:
            time.sleep(0.05)
            return detect(self, image, *known)
        finally:
            alone.release()

    monkeypatch.setattr(FaceFinder, "find", slow_detect)
    while not images:
        at += 1
        watcher.process(Frame(view, stamp(clip, at)))
    watcher.reset()
    no_face = np.full_like(view, 127)
    for later in range(at + 1, at + 6):
        assert watcher.process(Frame(no_face, stamp(clip, later))).faces == []
