"""The choices of ``--data`` are the data sets of the catalogue; several are opened as one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from recorded_sets import write_casme2, write_samm, write_smic

from mer_ros.cli.data_set import DEFAULT_DATA, Data, open_all, requests_of
from mer_ros.data.datasets import DATASETS, Request
from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.errors import ConfigError
from mer_ros.progress import SILENT


def test_every_data_set_is_a_choice_by_its_name() -> None:
    assert [choice.value for choice in Data] == list(DATASETS.names)
    assert all(DATASETS.get(choice.value) for choice in Data)


def test_the_default_is_generated() -> None:
    assert DEFAULT_DATA.value == "synthetic"


def test_folders_belong_to_the_data_sets_in_their_order() -> None:
    roots = [Path("a"), Path("b")]
    found = requests_of("casme2, samm", roots, Request())
    assert [(dataset.name, own.root, own.labels) for dataset, own in found] == [
        ("casme2", Path("a"), "three"),
        ("samm", Path("b"), "three"),
    ]
    above = requests_of("casme2,samm", [Path("all")], Request(labels="five"))
    assert [(own.root, own.labels) for _, own in above] == [
        (Path("all/casme2"), "five"),
        (Path("all/samm"), "five"),
    ]
    [(_, one)] = requests_of("casme2", [Path("all")], Request())
    assert (one.root, one.labels) == (Path("all"), "")


@pytest.mark.parametrize(
    ("names", "roots", "says"),
    [
        ("casme2,casme2", ["a"], "names a data set twice"),
        ("casme2,samm,smic", ["a", "b"], "3 data sets and --root 2 folders"),
        ("casme2,casme9", ["a"], "No data set is named 'casme9'"),
        ("casme2,", ["a"], "No data set is named ''"),
        ("casme2", [], "needs --root"),
        ("synthetic", ["a"], "is generated"),
    ],
)
def test_what_does_not_fit_is_refused(names: str, roots: list[str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        requests_of(names, [Path(root) for root in roots], Request())


def test_the_three_data_sets_of_megc_are_one_set(tmp_path: Path) -> None:
    write_casme2(tmp_path / "casme2")
    write_samm(tmp_path / "samm")
    write_smic(tmp_path / "smic")
    request = Request(cache=tmp_path / "cache")
    clips = open_all(requests_of("casme2,samm,smic", [tmp_path], request), SILENT)
    assert clips.labels == MEGC_LABELS
    assert np.unique(clips.datasets).tolist() == ["casme2", "samm", "smic"]
    assert len(clips) == 4 + 3 + 3 and len(clips.units) == 10 and len(clips.inputs("clip")) == 10


def test_generated_sets_beside_others_need_no_folder() -> None:
    found = requests_of("casme-sq,synthetic,samm-lv", [Path("a"), Path("b")], Request(), classes="")
    assert [(own.root, own.labels) for _, own in found] == [(Path("a"), ""), (None, ""), (Path("b"), "")]
    above = requests_of("synthetic,casme-sq", [Path("all")], Request(), classes="")
    assert [own.root for _, own in above] == [None, Path("all")]
