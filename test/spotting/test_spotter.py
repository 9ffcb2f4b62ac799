"""The spotter on drawn curves, whose onset, apex and offset are known."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from drawn_movements import BROWS, CHIN, CORNERS, NAMES, reports, run, smile, smile_level, transient, unit

from mer_ros.spotting.assessor import Assessor
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.lasting import STILL_S
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.onset_apex_offset import OnsetApexOffset
from mer_ros.spotting.spotter import Holding, Idle, Spotter
from mer_ros.types import Kind


def test_rest_with_noise_holds_no_event():
    assert run(20, 200, lambda t: {}) == []


@pytest.mark.parametrize("fps", [30, 60, 100, 200])
def test_a_smile_is_found_with_its_times_at_every_frame_rate(fps):
    ((event, published),) = run(4, fps, smile)
    tolerance = 0.045 + 0.5 / fps
    assert event.onset_ns * 1e-9 == pytest.approx(2.0, abs=tolerance)
    assert event.apex_ns * 1e-9 == pytest.approx(2.15, abs=tolerance)
    assert event.offset_ns * 1e-9 == pytest.approx(2.4, abs=tolerance)
    assert event.kind == Kind.MICRO
    assert event.intensity == pytest.approx(0.0224, rel=0.15)
    assert event.signal_to_noise > 10
    assert published <= 2.4 + 0.08


def test_a_long_movement_is_a_macro_expression():
    ((event, _),) = run(6, 100, lambda t: smile(t, 2.0, 2.5, 3.2))
    assert event.kind == Kind.MACRO


def test_fault_25_an_event_shorter_than_four_samples_is_not_claimed():
    assert run(4, 30, lambda t: smile(t, 2.0, 2.04, 2.08, 0.05)) == []
    assert len(run(4, 200, lambda t: smile(t, 2.0, 2.04, 2.08, 0.05))) == 1


def test_fault_27_jittered_stamps_give_the_times_of_the_stamps():
    rng = np.random.default_rng(1)
    stamps = np.sort(np.arange(0, 4, 0.005) + rng.uniform(-0.002, 0.002, 800))
    spotter = Spotter()
    events = []
    for t in stamps:
        groups = rng.normal(0, 0.0005, (len(NAMES), 2)).astype(np.float32)
        for group, vector in smile(t).items():
            groups[group] += vector
        events += spotter.update(int(t * 1e9), FaceMeasurement(groups))
    events += spotter.flush()
    assert len({event.number for event in events}) == 1
    assert events[0].apex_ns * 1e-9 == pytest.approx(2.15, abs=0.03)


def test_fault_41_a_blink_that_drags_the_brows_is_no_event():
    def lids(t):
        return 0.1 * float(transient(np.float64(t), 2.0, 2.08, 2.2))

    def brows(t):
        return {group: (0.0, 0.15 * lids(t)) for group in BROWS}

    assert run(4, 200, brows, lids=lids) == []


def test_a_movement_that_pauses_on_its_way_back_is_one_event():
    def pausing(t):
        height = np.interp(t, [2.0, 2.15, 2.3, 2.6, 2.8], [0, 1, 0.4, 0.4, 0]) * 0.02
        return unit("AU12", height)

    assert len(run(4, 200, pausing)) == 1


@pytest.mark.parametrize("fps", [30, 100])
def test_a_smile_that_stays_is_one_event_and_soon_the_new_rest(fps):
    spotter = Spotter()
    ((event, published_s),) = run(4, fps, lambda t: smile(t, 2.0, 2.2, 600.0), spotter=spotter)
    assert not event.returned and event.kind == Kind.MACRO
    assert event.onset_ns * 1e-9 == pytest.approx(2.0, abs=0.05)
    assert event.apex_ns == event.offset_ns and event.offset_ns * 1e-9 == pytest.approx(2.2, abs=0.05)
    assert published_s < 2.2 + STILL_S + 0.1
    assert spotter.is_quiet and not spotter.needs_anchor


def test_the_return_of_an_expression_that_stayed_is_no_event():
    def held(t):
        return unit("AU12", 0.02 * float(np.interp(t, [2.0, 2.2, 4.8, 5.1], [0, 1, 1, 0])))

    assert len(run(7, 60, held)) == 1


def test_a_slow_partial_return_is_an_event_that_ends_where_it_stops_changing():
    def partly(t):
        return unit("AU12", 0.02 * float(np.interp(t, [2.0, 2.15, 2.35], [0, 1, 0.75])))

    ((event, _),) = run(4, 60, partly)
    assert not event.returned and event.kind == Kind.MICRO
    assert event.apex_ns * 1e-9 == pytest.approx(2.15, abs=0.05)
    assert event.offset_ns * 1e-9 == pytest.approx(2.35, abs=0.1)


def test_a_face_that_never_rests_is_overdue():
    spotter = Spotter(SpotterConfig(max_event_s=1.0))
    run(4, 100, lambda t: {CORNERS[0]: (0.0, 0.02 * np.sin(20 * t) * (t > 2))}, spotter=spotter)
    assert spotter.needs_anchor and not spotter.is_quiet


@pytest.mark.parametrize("fps", [60, 200])
def test_slow_drift_hides_no_event_and_is_none(fps):
    """A head that sways moves every region, slowly and further than the event."""

    def sway(t):
        slow = 0.008 * np.sin(2 * np.pi * 0.25 * t)
        both = smile(t, 8.0, 8.12, 8.35, 0.012)
        return {g: np.add(both.get(g, (0.0, 0.0)), (slow, -0.5 * slow)) for g in range(len(NAMES))}

    ((event, _),) = run(12, fps, sway)
    assert event.apex_ns * 1e-9 == pytest.approx(8.12, abs=0.04)
    assert event.kind == Kind.MICRO


def test_an_event_while_the_autofocus_hunts_is_rejected():
    def feed(blur):
        spotter, found = Spotter(), []
        rng = np.random.default_rng(0)
        for i in range(400):
            t = i / 100
            groups = rng.normal(0, 0.0005, (len(NAMES), 2)).astype(np.float32)
            for group, vector in smile(t).items():
                groups[group] += vector
            sharp = 0.4 * (1 - blur * float(transient(np.float64(t), 1.95, 2.15, 2.4)))
            found += spotter.update(int(t * 1e9), FaceMeasurement(groups, sharpness=sharp))
        return [event for event in found if event.is_final]

    assert len(feed(0.05)) == 1
    assert feed(0.4) == []


def test_a_renewed_reference_leaves_the_movement_as_it_was():
    """The meter's values start from zero again; the spotter's signal must not jump."""
    spotter, found, offset = Spotter(), [], np.zeros((len(NAMES), 2), np.float32)
    rng = np.random.default_rng(0)
    for i in range(1200):
        t = i / 200
        true = np.full((len(NAMES), 2), 0.01 * np.sin(t), np.float32)
        seen = true - offset + rng.normal(0, 0.0003, true.shape).astype(np.float32)
        found += spotter.update(int(t * 1e9), FaceMeasurement(seen))
        spotter.add_quiet_frame()
        if i % 80 == 79:
            spotter.renew_reference()
            offset = true.copy()
    assert found == []


def test_reset_forgets_a_movement_under_way():
    spotter = Spotter()
    run(2.1, 200, smile, spotter=spotter)
    assert not spotter.is_quiet
    spotter.reset()
    assert spotter.is_quiet and spotter.motion == 0.0


def test_the_noise_of_each_region_is_learned():
    spotter = Spotter()

    def restless_chin(t):
        return {CHIN: 0.006 * np.random.default_rng(int(t * 200)).normal(size=2)}

    assert run(6, 200, restless_chin, noise=0.0004, spotter=spotter) == []
    noise = spotter.noise.size
    assert noise[CHIN] > 3 * np.median(noise)
    assert (noise > 0).all() and noise.max() < 0.006


@pytest.mark.parametrize(("fps", "times"), [(200, 1.0), (100, 1.0), (60, 1.2), (30, 1.2)])
def test_from_a_slow_camera_a_movement_has_to_stand_out_more(fps, times):
    spotter = Spotter()
    run(1, fps, lambda t: {}, spotter=spotter)
    assert spotter.required_snr == pytest.approx(times * spotter.config.min_snr)


def test_a_camera_that_loses_every_fourth_frame_is_not_a_slower_one():
    spotter = Spotter()
    for i in range(100):
        if i % 4:
            spotter.update(i * 10_000_000, FaceMeasurement(np.zeros((len(NAMES), 2), np.float32)))
    assert spotter.required_snr == spotter.config.min_snr


def test_what_a_slow_camera_shows_too_faintly_is_no_event():
    def found(more):
        config = SpotterConfig(slow_camera_snr_factor=more)
        return run(6, 30, lambda t: smile(t, 4.0, 4.15, 4.4, 0.0038), seed=5, spotter=Spotter(config))

    assert len(found(1.0)) == 1 and found(3.0) == []


def test_an_event_that_ended_long_ago_is_rejected():
    def events_with(max_delay_s):
        return run(4, 200, smile, spotter=Spotter(SpotterConfig(max_delay_s=max_delay_s)))

    assert len(events_with(0.3)) == 1 and events_with(0.01) == []


@pytest.mark.parametrize("hole", [(2.06, 2.19), (2.2, 2.33)])
def test_fault_26_an_event_with_a_hole_in_it_is_not_claimed(hole):
    rng = np.random.default_rng(0)
    spotter, found = Spotter(), []
    for i in range(800):
        t = i / 200
        if hole[0] < t < hole[1]:
            continue
        groups = rng.normal(0, 0.0005, (len(NAMES), 2)).astype(np.float32)
        for group, vector in smile(t).items():
            groups[group] += vector
        found += spotter.update(int(t * 1e9), FaceMeasurement(groups))
    assert found == []


def states_of(steps, monkeypatch):
    """Advance by steps of (seconds, snr of a transient or None); the state after each and the events."""
    candidate = SimpleNamespace(
        in_mouth=False, onset_apex_offset=OnsetApexOffset(0.0, 0.1, 0.2), returned=True
    )
    assessment = SimpleNamespace(candidate=candidate, event=SimpleNamespace(returned=True), reason="")
    monkeypatch.setattr(Assessor, "assess", lambda self, *_: assessment)
    spotter, states, events = Spotter(SpotterConfig(hold_s=0.03)), [], []
    for now_s, snr in steps:
        decided = spotter._advance(None if snr is None else SimpleNamespace(snr=snr, returned=True), now_s)
        events += [now_s] if decided is assessment.event else []
        states.append(type(spotter.state).__name__)
        assert spotter.is_quiet <= isinstance(spotter.state, Idle), "not quiet while a transient is held"
    return states, events


def test_a_transient_is_held_and_then_decided(monkeypatch):
    steps = [(0.0, None), (1.0, 10.0), (1.02, None), (1.031, None), (1.05, None)]
    states, events = states_of(steps, monkeypatch)
    assert states == ["Idle", "Holding", "Holding", "Idle", "Idle"]
    assert events == [1.031]


def test_only_a_clearly_stronger_transient_replaces_the_held_one(monkeypatch):
    states, events = states_of([(1.0, 10.0), (1.02, 10.1), (1.031, None)], monkeypatch)
    assert states == ["Holding", "Holding", "Idle"] and events == [1.031]
    states, events = states_of([(1.0, 10.0), (1.02, 10.3), (1.031, None), (1.051, None)], monkeypatch)
    assert states == ["Holding", "Holding", "Holding", "Idle"] and events == [1.051]


def test_a_held_movement_is_decided_where_the_signal_ends():
    for last_s in np.arange(2.4, 2.5, 0.005):
        spotter = Spotter()
        found = reports(last_s, 200, lambda t: unit("AU4", smile_level(t)), spotter=spotter)
        if isinstance(spotter.state, Holding):
            break
    assert found == [] and isinstance(spotter.state, Holding)
    (event,) = spotter.flush()
    assert event.is_final and spotter.flush() == [] and isinstance(spotter.state, Idle)


def test_lids_that_stay_down_leave_no_blink_behind():
    spotter = Spotter()

    def squint(t):
        return 0.05 * float(np.interp(t, [2.0, 2.3], [0, 1]))

    ((event, _),) = run(4, 60, lambda t: unit("AU4", squint(t) / 2), lids=squint, spotter=spotter)
    assert not event.returned and event.onset_ns * 1e-9 == pytest.approx(2.0, abs=0.08)
    assert not spotter._history.has_blink(1.9, 4.0)


@pytest.mark.parametrize("name", ["AU5", "AU7", "AU7R"])
@pytest.mark.parametrize("fps", [30, 100])
def test_a_movement_of_the_lids_is_an_expression(name, fps):
    ((event, _),) = run(5, fps, lambda t: unit(name, 0.7 * smile_level(t)))
    assert event.kind == Kind.MICRO
    assert event.apex_ns * 1e-9 == pytest.approx(2.15, abs=0.05)


def test_a_transient_that_is_no_movement_of_its_own_leaves_no_trace(monkeypatch):
    spotter = Spotter()
    monkeypatch.setattr(Assessor, "assess", lambda self, *_: None)
    assert spotter._advance(SimpleNamespace(snr=10.0, returned=True), 1.0) is None and isinstance(
        spotter.state, Holding
    )
    assert spotter._advance(None, 2.0) is None and isinstance(spotter.state, Idle)
    assert not any(count for _, count in spotter.rejections.items())


def test_fault_91_the_noise_of_blocks_that_jump_gives_fewer_events_where_parts_of_the_face_freeze():
    def events(frozen):
        rng, spotter, found = np.random.default_rng(0), Spotter(), []
        for i in range(500):
            if i % 12 == 0:
                jump = rng.normal(0, 0.001, (len(NAMES), 2)).astype(np.float32)
            found += spotter.update(i * 10_000_000, FaceMeasurement(jump.copy(), frozen=frozen))
        return sum(event.is_final and not event.withdrawn for event in found)

    assert events(0.35) <= events(0.0) / 2


def test_a_limit_that_rises_while_frames_come_holds_for_the_next_movement_and_the_noise_stays():
    spotter = Spotter()

    def brow(t):
        return unit("AU1", 0.02 * transient(t % 2.5, 1.5, 1.7, 1.9))

    assert len(run(2.5, 100, brow, spotter=spotter)) == 1
    learned = spotter.noise.size.copy()
    spotter.reconfigure(replace(spotter.config, min_motion=0.03))
    np.testing.assert_array_equal(spotter.noise.size, learned)
    frames = reports_from(spotter, 2.5, 5.0, brow)
    assert [event for event in frames if event.is_final] == []
    spotter.reconfigure(replace(spotter.config, min_motion=0.002))
    assert len([event for event in reports_from(spotter, 5.0, 7.5, brow) if event.is_final]) == 1
    spotter.reconfigure(replace(spotter.config, min_samples=90))
    assert [event for event in reports_from(spotter, 7.5, 10.0, brow) if event.is_final] == []


def reports_from(spotter, start, end, movement, fps=100):
    """All reports of the frames from start to end, s."""
    rng = np.random.default_rng(1)
    found = []
    for i in range(round(start * fps), round(end * fps)):
        groups = rng.normal(0, 0.0005, (len(NAMES), 2)).astype(np.float32)
        for group, vector in movement(i / fps).items():
            groups[group] += vector
        found += spotter.update(i * 10**9 // fps, FaceMeasurement(groups))
    return found
