from __future__ import annotations

from types import SimpleNamespace

import pytest

from mer_ros.stream.message_stamps import is_final, stamp_ns
from mer_ros.types import WITHDRAWN


def test_a_stamp_is_nanoseconds_since_the_epoch():
    assert stamp_ns(SimpleNamespace(sec=1_700_000_000, nanosec=123)) == 1_700_000_000_000_000_123


@pytest.mark.parametrize(
    ("provisional", "reason", "final"),
    [(False, "", True), (False, "too far", True), (True, "", False), (False, WITHDRAWN, False)],
)
def test_a_label_counts_if_its_event_is_neither_provisional_nor_withdrawn(provisional, reason, final):
    assert is_final(SimpleNamespace(provisional=provisional, reason=reason)) is final
