"""docs/made_data.md says what the code does."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

from mer_ros.data.synthetic import GENERATOR_VERSION

PAGE = Path(__file__).parents[3] / "docs" / "made_data.md"


def test_every_value_on_the_page_is_the_code_s() -> None:
    rows = re.findall(r"^\| `(\w+)\.(\w+)` \| `(.+?)` \|", PAGE.read_text(), re.MULTILINE)
    assert len(rows) > 40
    for module, name, value in rows:
        constant = getattr(importlib.import_module(f"mer_ros.data.synthetic.{module}"), name)
        assert ast.literal_eval(value) == constant, f"{module}.{name}"


def test_the_page_names_every_range_and_the_version() -> None:
    text = PAGE.read_text()
    assert f"**{GENERATOR_VERSION}**" in text
    for module in ("subject", "flow_samples", "flow_noise", "timeline"):
        names = vars(importlib.import_module(f"mer_ros.data.synthetic.{module}"))
        own = re.findall(r"^([A-Z][A-Z_, ]+?)(?::.*)? = ", _source(names), re.MULTILINE)
        for name in (part.strip() for group in own for part in group.split(",")):
            shared = name in {"GENERATOR_VERSION", "TRAIN_SUBJECTS", "VALIDATION_SUBJECTS", "DEMO_SUBJECTS"}
            assert shared or f"`{module}.{name}`" in text, f"{module}.{name} is not on the page"


def _source(names: dict) -> str:
    return Path(names["__file__"]).read_text()
