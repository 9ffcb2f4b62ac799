"""Brows that move while the mouth talks, and the order of all events of one face."""

import numpy as np

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.face_spotter import BROW_UNITS, FaceSpotter, brow_patterns
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.spotter import SEARCH_PERIOD_S, Spotter
from mer_ros.spotting.unit_patterns import unit_of, unit_patterns

NAMES, FPS = list(MOTION_GROUPS), 100
LIDS = [i for i, name in enumerate(NAMES) if "upper lid" in name]


def unit(name, size):
    known = unit_patterns()
    return (size * known.moved[known.names.index(name)]).reshape(-1, 2)


def bump(t, start_s, length_s):
    return np.sin(np.pi * (t - start_s) / length_s) ** 2 if start_s < t < start_s + length_s else 0.0


def frames(seconds=5.0, brow_s=2.6, talks_s=(1.0, 4.4), blink_s=None, brow_size=0.02):
    """Stamps and measurements: four syllables a second, a raised brow of 0.3 s, a blink of 0.2 s."""
    rng = np.random.default_rng(0)
    for i in range(round(seconds * FPS)):
        t = i / FPS
        groups = rng.normal(0, 0.0003, (len(NAMES), 2))
        if talks_s[0] < t < talks_s[1]:
            groups += unit("AU25", 0.08) * np.sin(np.pi * 4 * (t - talks_s[0])) ** 2
        groups += unit("AU1", brow_size) * bump(t, brow_s, 0.3)
        if blink_s is not None:
            groups[LIDS, 1] += 0.08 * bump(t, blink_s, 0.2)
        yield i * 10**9 // FPS, FaceMeasurement(groups.astype(np.float32))


def final_events(spotter, shown):
    found = [event for stamp_ns, one in shown for event in spotter.update(stamp_ns, one)]
    return [event for event in [*found, *spotter.flush()] if event.is_final and not event.withdrawn]


def test_a_brow_is_spotted_while_the_mouth_talks():
    assert final_events(Spotter(), frames()) == [], "it is never the strongest movement of the face"
    (event,) = final_events(FaceSpotter(), frames())
    assert abs(event.onset_ns * 1e-9 - 2.6) < 0.08 and abs(event.apex_ns * 1e-9 - 2.75) < 0.05


def test_speech_alone_is_no_event():
    assert final_events(FaceSpotter(), frames(brow_size=0.0)) == []


def test_without_speech_the_whole_face_reports_a_brow_once():
    silent = list(frames(talks_s=(9.0, 9.0)))
    assert len(final_events(Spotter(), silent)) == 1
    assert final_events(FaceSpotter(), silent) == final_events(Spotter(), silent)


def test_a_brow_beside_speech_must_stand_out_by_more():
    weak = [
        len(final_events(FaceSpotter(SpotterConfig(talking_snr_factor=f)), frames())) for f in (1.3, 10.0)
    ]
    assert weak == [1, 0]


def test_a_brow_that_moves_in_a_blink_while_the_mouth_talks_is_part_of_the_blink():
    assert final_events(FaceSpotter(), frames(blink_s=2.65)) == []


def test_events_of_the_face_and_of_the_brows_have_one_order_of_numbers():
    spotter, numbers = FaceSpotter(), []
    for offset_s, talks_s in ((0.0, (9.0, 9.0)), (6.0, (1.0, 4.4)), (12.0, (9.0, 9.0))):
        shown = [(stamp_ns + int(offset_s * 1e9), one) for stamp_ns, one in frames(talks_s=talks_s)]
        numbers += [event.number for event in final_events(spotter, shown)]
        spotter.reset()
    assert numbers == [1, 2, 3]


def test_brow_patterns_move_nothing_but_brows():
    known = brow_patterns()
    assert {unit_of(name) for name in known.names} == set(BROW_UNITS)
    moved = np.abs(known.moved.reshape(len(known.names), -1, 2)).max(axis=(0, 2))
    assert [name for name, one in zip(NAMES, moved, strict=True) if one > 0] == NAMES[:4]
    np.testing.assert_allclose(np.linalg.norm(known.moved, axis=1), 1.0)


def test_a_provisional_event_keeps_its_number_when_the_face_is_lost():
    spotter, found = FaceSpotter(), []
    for stamp_ns, one in frames(talks_s=(9.0, 9.0), brow_size=0.0):
        t = stamp_ns * 1e-9
        groups = one.groups + unit("AU12", 0.02) * bump(t, 2.6, 0.3)
        found += spotter.update(stamp_ns, FaceMeasurement(groups.astype(np.float32)))
        if found:
            break
    assert [(event.number, event.provisional) for event in found] == [(1, True)]
    assert [(event.number, event.is_final) for event in spotter.reset()] == [(1, True)]
    assert spotter.flush() == []


def test_a_brow_that_is_held_beside_speech_is_reported_when_the_stream_ends():
    spotter, shown = FaceSpotter(), list(frames())
    found = [event for stamp_ns, one in shown[:292] for event in spotter.update(stamp_ns, one)]
    assert [event for event in found if event.is_final] == []
    assert [round(event.onset_ns * 1e-9, 1) for event in spotter.flush()] == [2.6]


def test_a_withdrawn_event_keeps_nothing_and_brows_are_searched_for_seldom_in_silence():
    spotter, found = FaceSpotter(), []
    for stamp_ns, one in frames(seconds=6.0, talks_s=(9.0, 9.0), brow_size=0.0):
        opened = sum(bump(stamp_ns * 1e-9, start_s, 0.25) for start_s in (2.0, 2.42, 2.7))
        groups = (one.groups + unit("AU25", 0.03) * opened).astype(np.float32)
        found += spotter.update(stamp_ns, FaceMeasurement(groups))
    assert [event.withdrawn for event in found] == [False, True]
    assert spotter._numbers == {} and spotter._brows.search_period_s > SEARCH_PERIOD_S


def test_changed_settings_hold_for_the_brows_beside_speech_too():
    spotter = FaceSpotter()
    spotter.reconfigure(SpotterConfig(min_motion=0.05))
    assert final_events(spotter, frames()) == []
    spotter = FaceSpotter(SpotterConfig(min_motion=0.05))
    spotter.reconfigure(SpotterConfig())
    assert len(final_events(spotter, frames())) == 1
