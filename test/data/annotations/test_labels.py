from __future__ import annotations

import pytest

from mer_ros.data.annotations.labels import SCHEMES, plain_label, same, three
from mer_ros.data.datasets import DATASETS
from mer_ros.data.datasets.casme2 import FRAME_SET as CASME2
from mer_ros.data.label_mapping import MEGC_LABELS


@pytest.mark.parametrize(
    ("text", "label"),
    [("Happiness", "happiness"), ("Sad", "sadness"), ("OTHER", "others"), (" dis gust", "dis gust")],
)
def test_labels_have_one_spelling(text, label):
    assert plain_label(text) == label


def test_three_classes_leave_other_labels_out():
    scheme = three(("disgust",), omitted={"sub01/x": "no apex"})
    assert scheme.labels == MEGC_LABELS
    assert scheme.class_of == {"disgust": "negative", "happiness": "positive", "surprise": "surprise"}
    assert same("a", "b").class_of == {"a": "a", "b": "b"}


@pytest.mark.parametrize("name", [name for name, dataset in DATASETS if dataset.schemes])
def test_the_table_of_each_data_set_maps_its_own_labels(name):
    module = __import__(DATASETS.places[name].split(":")[0], fromlist=["FRAME_SET"])
    frame_set = module.FRAME_SET
    assert frame_set.name == name and set(DATASETS.get(name).schemes) <= set(SCHEMES)
    for scheme in frame_set.schemes.values():
        assert set(scheme.class_of) <= set(frame_set.native)
        assert set(scheme.class_of.values()) == set(scheme.labels)


def test_the_three_classes_of_casme_2_are_those_of_megc_2019():
    scheme = CASME2.scheme("three")
    assert scheme.class_of["repression"] == "negative"
    assert {"sadness", "fear", "others"}.isdisjoint(scheme.class_of)
    assert set(scheme.omitted) == {"sub04/EP12_01f", "sub24/EP02_07"}
