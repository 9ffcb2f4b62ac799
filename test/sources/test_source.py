"""A kind of source: the defaults of its optional fields."""

from __future__ import annotations

from mer_ros.sources.source import Source, SourceOptions


def test_by_default_a_kind_accepts_every_name_and_no_plain_text_and_has_no_truth(
    options: SourceOptions,
) -> None:
    kind = Source(forms=("grey:COUNT",), open=lambda name, options: None, direct=True)  # type: ignore[arg-type,return-value]
    kind.check("anything")
    assert kind.resolve("a b") == "a b"
    assert kind.truth("3", options) is None
    assert not kind.matches("films/a.mp4")
