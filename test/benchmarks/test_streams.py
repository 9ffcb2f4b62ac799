"""The streams of the spotting benchmark."""

from benchmarks.streams import Stream, watch
from mer_ros.spotting.baselines import METHODS


def test_spotter_and_baselines_see_the_same_frames() -> None:
    stream = Stream(seed=100, fps=30.0, minutes=0.05)
    alone, both = watch(stream), watch(stream, baselines=True)
    stamps = [call[0] for call in both.recorded.calls if isinstance(call, tuple)]
    assert stamps == [call[0] for call in alone.recorded.calls if isinstance(call, tuple)]
    assert set(stamps) <= set(both.stamps_ns.tolist()) and set(both.baselines) == set(METHODS)
    assert {len(values) for values in both.baselines.values()} == {len(both.stamps_ns)}
    assert not len(alone.stamps_ns) and not alone.baselines
