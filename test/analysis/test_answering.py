from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from mer_ros.analysis.answering import Answering
from mer_ros.analysis.evidence import evidence_of

evidence = partial(evidence_of, explainers=[])


def events(make_event, snrs):
    for i, snr in enumerate(snrs):
        event = make_event(f"e{i}")
        yield replace(event, onset_ns=i, apex_ns=i + 1, offset_ns=i + 2, signal_to_noise=snr)


def test_events_are_answered_in_order_of_their_onset(make_event):
    with Answering(evidence, 10**9) as answering:
        for event in reversed(list(events(make_event, [5, 9, 7]))):
            answering.submit(event)
    assert [one.event_id for one in answering.answered()] == ["e0", "e1", "e2"] and answering.submitted == 3


def test_images_of_the_weakest_events_are_dropped_first(make_event):
    with Answering(evidence, 10**9) as answering:
        answering.submit(next(events(make_event, [5])))
    (one,) = answering.answered()
    with Answering(evidence, 2 * one.n_bytes + 100) as answering:
        for event in events(make_event, [5, 9, 4, 7]):
            answering.submit(event)
    found = answering.answered()
    assert [event.pictures is not None for event in found] == [False, True, False, True]
    assert sum(event.n_bytes for event in found) <= 2 * one.n_bytes + 100


def test_an_event_whose_crops_cannot_be_used_keeps_its_times_and_says_why(make_event):
    broken = replace(make_event(), apex_face=np.zeros((3, 5, 3), np.uint8))
    with Answering(evidence, 10**9) as answering:
        answering.submit(broken)
    (one,) = answering.answered()
    assert one.pictures is None and one.apex_s == broken.apex_ns * 1e-9 and one.failure


def test_an_error_of_a_model_is_raised(make_event):
    def answer(event):
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"), Answering(answer, 10**9) as answering:
        answering.submit(make_event())
