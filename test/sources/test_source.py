"""A kind of source: the defaults of what a new kind need not define."""

from __future__ import annotations

from mer_ros.sources.source import Source, SourceOptions


def test_a_kind_accepts_every_name_knows_no_truth_and_claims_no_plain_text(options: SourceOptions) -> None:
    kind = Source(forms=("grey:COUNT",), open=lambda name, options: None, direct=True)  # type: ignore[arg-type,return-value]
    kind.check("anything")
    assert kind.resolve("a b") == "a b"
    assert kind.truth("3", options) is None
    assert not kind.matches("films/a.mp4")
