"""Rendered clips that must give no event: another face takes the place of the first, and a head nods."""

import dataclasses

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic import Conditions, synthetic_clip
from mer_ros.spotting import FaceWatcher, WatcherConfig
from mer_ros.types import Frame, Kind

FPS = 100


def watch(images, fps=FPS):
    watcher = FaceWatcher()
    observations = [watcher.process(Frame(p, 10**18 + i * 10**9 // fps)) for i, p in enumerate(images)]
    watcher.close()
    return observations


def test_fault_38_when_another_face_takes_a_place_inside_an_event_the_event_is_discarded(clip):
    """From the apex on, another face takes the place: mirrored, of another shape and under other light."""
    first = clip.truth[0]
    until, swap = int((first.offset_s + 0.6) * FPS), int(first.apex_s * FPS)
    whole = watch([clip.render(i) for i in range(until)])
    other = synthetic_clip(8, fps=FPS, conditions=dataclasses.replace(Conditions(), tone=1.0))
    x, y = (clip.true_landmarks(swap).mean(0) - (639, 0) + other.true_landmarks(0).mean(0) * (1, -1)).round()

    def taken(i):
        move = np.float32([[1, 0, x], [0, 1, y]])
        return cv2.warpAffine(
            other.render(i - swap)[:, ::-1], move, (640, 480), borderMode=cv2.BORDER_REPLICATE
        )

    swapped = watch([clip.render(i) if i < swap else taken(i) for i in range(until)])
    assert [e.kind for o in whole for e in o.events if e.is_final] == [Kind.MICRO], (
        "without the other face, it is an event"
    )
    assert [e for o in swapped for e in o.events if e.is_final] == []
    assert len(swapped[-1].faces) >= 1


def test_fault_41_a_head_that_nods_and_shakes_is_no_event():
    conditions = Conditions(gestures=40.0, gesture_deg=4.0, blinks=0.0, gap_s=(3.0, 4.0))
    nodding = synthetic_clip(7, fps=FPS, conditions=conditions, amplitude_px=0.0)
    assert {g.shake for g in nodding.timeline.nuisances.gestures if g.start_s < 4.5} == {False, True}
    observations = watch([nodding.render(i) for i in range(6 * FPS)])
    faces = [o.faces[0] for o in observations[5:]]
    for angles in ([face.pitch for face in faces], [face.yaw for face in faces]):
        assert np.ptp(angles) > np.radians(3), "the head did move"
    assert [e for o in observations for e in o.events if e.is_final and e.kind is Kind.MICRO] == []


@pytest.mark.parametrize(
    ("kind", "conditions"),
    [
        ("talks", Conditions(talks=30.0, blinks=0.0)),
        ("blinks", Conditions(blinks=60.0)),
        ("glances", Conditions(glances=60.0, blinks=0.0)),
        ("refocuses", Conditions(refocuses=40.0, blinks=0.0)),
        ("flicker", Conditions(flicker=0.1, drift=0.2, blinks=0.0)),
    ],
    ids=["speech", "blinks", "gaze", "autofocus", "flicker"],
)
def test_fault_41_speech_blinks_gaze_autofocus_and_flicker_are_no_events(kind, conditions):
    clip = synthetic_clip(11, fps=60, n_events=0, duration_s=7.0, conditions=conditions)
    happening = getattr(clip.timeline.nuisances, kind, None)
    assert happening is None or any(span.end_s < 6.5 for span in happening), "it is in the clip"
    observations = watch((image for _, image in clip.frames()), 60)
    assert [e for o in observations for e in o.events if e.is_final] == []


def test_fault_35_a_larger_newcomer_takes_the_place_and_who_is_not_followed_is_counted():
    small = synthetic_clip(3, fps=FPS, size_wh=(320, 480), face_width_px=90.0)
    large = synthetic_clip(5, fps=FPS, size_wh=(320, 480), face_width_px=180.0)
    watcher = FaceWatcher(WatcherConfig(max_faces=1))
    for i in range(60):
        right = large.render(i) if i >= 20 else np.full((480, 320, 3), 120, np.uint8)
        seen = watcher.process(Frame(np.hstack([small.render(i), right]), 10**18 + i * 10**9 // FPS))
        if i == 19:
            (alone,) = seen.faces
            assert alone.roi_xywh[0] < 320 and watcher.n_not_followed == 0
    (followed,) = seen.faces
    assert followed.roi_xywh[0] > 320 and followed.id != alone.id
    assert watcher.n_not_followed == 1
    watcher.close()
