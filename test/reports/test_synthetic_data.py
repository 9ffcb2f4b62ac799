"""docs/synthetic_data.md agrees with the code, and is written with its images by one function."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.data.synthetic import GENERATOR_VERSION
from mer_ros.data.synthetic.ceiling import label_ceiling
from mer_ros.reports import synthetic_data
from mer_ros.reports.synthetic_data import recipes_of, value_of, with_values
from mer_ros.reports.synthetic_scores import digits
from mer_ros.types import EMOTIONS
from mer_ros.visualisation.flow import flow_picture

PAGE = Path(__file__).parents[2] / "docs" / "synthetic_data.md"
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


def test_its_images_exist() -> None:
    names = re.findall(r"!\[.+\]\((\S+)\)", TEXT)
    assert len(names) == 5
    for name in names:
        assert (PAGE.parent / name).stat().st_size < 400_000


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("", ""),
        ("`sensor.COLOUR_SHARE` in a sentence", "`sensor.COLOUR_SHARE` in a sentence"),
        ("| rage | 1 |", "| rage | 1 |"),
        ("| `sensor.BANK` | `7` |\n| b | `1` |", "| `sensor.BANK` | `1000000` |\n| b | `1` |"),
    ],
    ids=["empty", "no table", "no emotion", "one row"],
)
def test_only_the_rows_of_values_and_recipes_are_replaced(page: str, expected: str) -> None:
    assert with_values(page) == expected


@pytest.mark.parametrize(
    ("module", "name", "error"),
    [("sensor", "NO_SUCH_VALUE", AttributeError), ("no_such_module", "BANK", ModuleNotFoundError)],
)
def test_a_row_of_an_unknown_value_is_an_error(module: str, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        value_of(module, name)
    with pytest.raises(error):
        with_values(f"| `{module}.{name}` | `1` |")


def test_recipes_show_units_shares_and_a_star_for_typical_ones() -> None:
    shown = recipes_of("fear").split(", ")
    assert shown[:3] == ["1+2+4 (30 %) \\*", "20 (25 %) \\*", "4+20 (10 %)"] and len(shown) == 7


def test_the_image_of_subjects_shows_twelve_faces_in_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def clip_of(seed: int, **_: object) -> SimpleNamespace:
        return SimpleNamespace(render=lambda i: np.full((480, 640, 3), 10 * seed, np.uint8))

    monkeypatch.setattr(synthetic_data, "synthetic_clip", clip_of)
    height, width = clip_of(0).render(0)[synthetic_data.FACE].shape[:2]
    levels = synthetic_data.subjects().reshape(2, height, 6, width, 3)
    assert (levels == 10 * np.arange(12).reshape(2, 1, 6, 1, 1)).all()


def test_the_image_of_expressions_shows_the_strongest_sample_of_each_emotion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of each emotion there are three samples; the second is the strongest."""
    n = len(EMOTIONS)
    amplitudes = np.tile([0.5, 2.0, 1.0], n)
    flow = np.random.default_rng(0).normal(size=(3 * n, 2, 128, 128)).astype(np.float32)
    cleans = []

    def samples(*_: object, clean: bool) -> SimpleNamespace:
        cleans.append(clean)
        labels = np.repeat(np.arange(n), 3)
        return SimpleNamespace(data=flow * (1 if clean else -1), labels=labels, amplitude_px=amplitudes)

    monkeypatch.setattr(synthetic_data, "flow_samples", samples)
    shown = synthetic_data.expressions().reshape(2, 150, n, 150, 3)
    assert cleans == [True, False]
    for k in range(n):
        np.testing.assert_array_equal(shown[1, :, k], flow_picture(-flow[3 * k + 1], 150))
        below_name = np.s_[20:]
        np.testing.assert_array_equal(shown[0, below_name, k], flow_picture(flow[3 * k + 1], 150)[below_name])


def test_page_and_images_are_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("subjects", "expressions", "nuisances"):
        monkeypatch.setattr(synthetic_data, name, lambda: np.full((8, 6, 3), 90, np.uint8))
    (tmp_path / "synthetic_data.md").write_text("# Page\n| `sensor.COLOUR_SHARE` | `0.1` | x |\n")
    synthetic_data.write(tmp_path)
    assert (tmp_path / "synthetic_data.md").read_text() == "# Page\n| `sensor.COLOUR_SHARE` | `0.6` | x |\n"
    images = {path.name: cv2.imread(str(path)) for path in tmp_path.iterdir() if path.suffix != ".md"}
    assert set(images) == set(re.findall(r"!\[.+\]\((\S+)\)", TEXT)) - {"synthetic_chain.png"}
    assert images["synthetic_subjects.jpg"].shape == (8, 6, 3)
    assert images["synthetic_timeline.png"].shape[1] == 990, "9 inches at 110 pixels per inch"
    assert images["synthetic_timeline.png"].std() > 10
