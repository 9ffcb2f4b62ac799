"""Results of spotted expressions that are set by hand."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from toy_videos import Held

from mer_ros.data.label_mapping import MEGC_LABELS, mapping_matrix
from mer_ros.data.long_videos import LongVideo, LongVideoSet, TrueExpression
from mer_ros.errors import ConfigError
from mer_ros.evaluation.spotters import OURS, SPOTTERS
from mer_ros.evaluation.spotting_results import (
    COLUMNS,
    check_folder,
    evaluated,
    evaluation_key,
    spotted_csv,
    summarise,
    write,
)
from mer_ros.evaluation.spotting_scores import LabelReading
from mer_ros.evaluation.video_spotting import EVENTS, VideoSettings
from mer_ros.types import EMOTIONS, Kind

NAN = float("nan")
NO_VALUES = {"stamps_ns": np.empty(0, np.int64), "micro": np.empty(0), "macro": np.empty(0)}


class Minute(Held):
    """A minute of 30 frames a second, never read."""

    n_frames = 1800


def video(dataset, subject, first, *truth):
    frames = Minute((), f"{dataset}{subject}")
    return LongVideo(dataset, f"{subject}/a", subject, frames, tuple(truth), first)


def measured(*events_s):
    times = np.array(events_s, np.float64).reshape(-1, 3) * 1e9
    names = ("onset_ns", "apex_ns", "offset_ns")
    events = {name: times[:, i].round().astype(np.int64) for i, name in enumerate(names)}
    events["probabilities"] = np.tile(np.eye(len(EMOTIONS), dtype=np.float32)[0], (len(times), 1))
    return {EVENTS: events, "mdmd": NO_VALUES, "lbp_difference": NO_VALUES}


VIDEOS = LongVideoSet(
    (
        video("casme-sq", "1", 1, TrueExpression(1.0, 1.2, 1.4, Kind.MICRO, "positive", "positive")),
        video("samm-lv", "006", 300, TrueExpression(5.0, NAN, 7.0, Kind.MACRO)),
    ),
    "two sets",
    ("a note.",),
)
READING = LabelReading(MEGC_LABELS, mapping_matrix(EMOTIONS, MEGC_LABELS), True)


@pytest.fixture
def evaluation():
    found = [measured((1.0, 1.1, 1.4), (9.0, 9.1, 9.2)), measured()]
    return evaluated(VIDEOS, found, 0, "key", READING, "m@1")


def test_scores_are_those_of_all_videos_and_of_each_set(evaluation):
    found = summarise(evaluation)
    assert list(found["systems"]) == [one.name for one in SPOTTERS]
    own = found["systems"][OURS]
    assert list(own["scores"]) == ["all", "casme-sq", "samm-lv"] and own["model"] == "m@1"
    assert own["scores"]["casme-sq"]["micro"]["f1"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert own["scores"]["samm-lv"]["macro"]["missed"] == 1
    assert own["scores"]["samm-lv"]["micro"]["f1"]["value"] is None
    assert (
        own["scores"]["all"]["overall"]["strs"]["value"]
        == own["scores"]["all"]["overall"]["f1"]["value"]
        == 0.5
    )
    assert "strs" not in found["systems"]["MDMD causal"]["scores"]["all"]["overall"]
    assert found["data"]["datasets"]["samm-lv"] == {
        "videos": 1,
        "subjects": 1,
        "minutes": 1,
        "micro": 0,
        "macro": 1,
    }
    assert found["notes"][0] == "a note." and json.dumps(found, allow_nan=False)
    assert found["notes"][1:] == ["2 videos show no face in any frame (1/a, 006/a)."]


def test_every_expression_has_a_row_with_times_and_frames(evaluation):
    rows = list(csv.DictReader(io.StringIO(spotted_csv(evaluation))))
    assert tuple(rows[0]) == COLUMNS
    ours = [row for row in rows if row["spotter"] == OURS]
    assert [(row["video"], row["kind"], row["result"]) for row in ours] == [
        ("1/a", "micro", "hit"),
        ("1/a", "micro", "false"),
        ("006/a", "macro", "missed"),
    ]
    hit, false, missed = ours
    assert (hit["onset_s"], hit["apex_s"], hit["offset_frame"]) == ("1.000", "1.100", "43")
    assert (hit["iou"], hit["true_label"], hit["label"]) == ("1.000", "positive", "positive")
    assert (false["iou"], false["true_label"], false["label"]) == ("", "", "positive")
    assert (missed["onset_frame"], missed["apex_s"], missed["apex_frame"]) == ("450", "", "")
    assert sum(row["spotter"] == "MDMD offline" for row in rows) == 2


def test_the_same_evaluation_gives_the_same_bytes(evaluation, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(evaluation, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_folder_of_another_evaluation_is_refused(evaluation, tmp_path):
    check_folder(tmp_path / "new", "key")
    write(evaluation, tmp_path)
    check_folder(tmp_path, "key")
    with pytest.raises(ConfigError, match="contains another evaluation .* choose another --out"):
        check_folder(tmp_path, "other")
    (tmp_path / "results.json").write_text("[]")
    with pytest.raises(ConfigError, match="another evaluation"):
        check_folder(tmp_path, "key")
    (tmp_path / "folded" / "folds").mkdir(parents=True)
    with pytest.raises(ConfigError, match="another evaluation"):
        check_folder(tmp_path / "folded", "key")


def test_the_key_depends_on_everything_that_decides_results(models_dir):
    one = VIDEOS.videos[0]
    other_truth = LongVideoSet((video("casme-sq", "1", 1), VIDEOS.videos[1]), "two sets")
    keys = {
        evaluation_key(VIDEOS, VideoSettings(), 0),
        evaluation_key(VIDEOS, VideoSettings(), 1),
        evaluation_key(VIDEOS, VideoSettings(models_dir / "one.safetensors"), 0),
        evaluation_key(LongVideoSet((one,), "two sets"), VideoSettings(), 0),
        evaluation_key(other_truth, VideoSettings(), 0),
    }
    assert len(keys) == 5 and evaluation_key(VIDEOS, VideoSettings(), 0) in keys
