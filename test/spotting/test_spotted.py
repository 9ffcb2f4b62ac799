"""The kind of a spotted expression, and which reports count."""

import pytest

from mer_ros.spotting.spotted import Spotted
from mer_ros.types import Kind

MS = 1_000_000


def spotted(offset_ms: int, apex_ms: int = 50, **options: bool) -> Spotted:
    return Spotted(1, 0, apex_ms * MS, offset_ms * MS, 0.01, 9.0, **options)


@pytest.mark.parametrize(("offset_ms", "kind"), [(60, Kind.UNKNOWN), (70, Kind.MICRO), (501, Kind.MACRO)])
def test_the_kind_follows_from_the_duration(offset_ms: int, kind: Kind) -> None:
    assert spotted(offset_ms).kind is kind


def test_what_stays_at_its_peak_is_macro_however_fast_it_rose() -> None:
    assert spotted(200, apex_ms=200, returned=False).kind is Kind.MACRO
    assert spotted(200, apex_ms=100, returned=False).kind is Kind.MICRO, "it has partly returned"


def test_only_a_report_that_is_neither_provisional_nor_withdrawn_is_final() -> None:
    assert spotted(200).is_final
    assert not spotted(200, provisional=True).is_final and not spotted(200, withdrawn=True).is_final
