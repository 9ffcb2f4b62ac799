"""docs/synthetic_data.md agrees with the code."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.data.synthetic import GENERATOR_VERSION
from mer_ros.data.synthetic.ceiling import label_ceiling
from mer_ros.reports.synthetic_data import with_values
from mer_ros.reports.synthetic_scores import digits
from mer_ros.types import EMOTIONS

PAGE = Path(__file__).parents[3] / "docs" / "synthetic_data.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_value_on_the_page_is_the_code_s() -> None:
    assert with_values(TEXT) == TEXT
    assert with_values("| `sensor.COLOUR_SHARE` | `0.1` | x |") == "| `sensor.COLOUR_SHARE` | `0.6` | x |"
    assert with_values("| happiness | 1 |") == "| happiness | 6+12 (50 %) \\*, 12 (40 %), 12+25 (10 %) |"
    assert all(f"| {emotion} | " in TEXT for emotion in EMOTIONS)


@pytest.mark.parametrize(
    "module",
    ["camera", "conditions", "dynamics", "flow_noise", "flow_samples", "nuisances", "subject", "timeline"],
)
def test_the_page_names_every_range(module: str) -> None:
    source = Path(importlib.import_module(f"mer_ros.data.synthetic.{module}").__file__).read_text()
    own = re.findall(r"^([A-Z][A-Z_, ]+?)(?::.*)? = ", source, re.MULTILINE)
    names = {part.strip() for group in own for part in group.split(",")}
    missing = [
        name
        for name in sorted(names - {"CONDITIONS", "GENERATOR_VERSION", "STILL", "TASK"})  # no ranges
        if f"`{module}.{name}` |" not in TEXT
    ]
    assert names and not missing


def test_the_page_names_the_version_and_the_ceiling() -> None:
    assert f"**{GENERATOR_VERSION}**" in TEXT
    for labels in (EMOTIONS, MEGC_LABELS):
        ceiling = label_ceiling(labels)
        classes = ", ".join(f"{k} {digits(float(v))}" for k, v in zip(labels, ceiling.f1, strict=True))
        assert f"{digits(ceiling.accuracy)} | {digits(ceiling.uf1)} | {classes} |" in TEXT


def test_its_pictures_are_there() -> None:
    pictures = re.findall(r"!\[.+\]\((\S+)\)", TEXT)
    assert len(pictures) == 5
    for picture in pictures:
        assert (PAGE.parent / picture).stat().st_size < 400_000
