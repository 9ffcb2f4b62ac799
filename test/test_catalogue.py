"""Catalogues map names to objects that are imported on first use."""

from __future__ import annotations

import sys

import pytest

from mer_ros.catalogue import Catalogue, lazy_names
from mer_ros.errors import ConfigError

THING = object()


def test_an_object_is_imported_on_first_use():
    catalogue: Catalogue[object] = Catalogue("thing", {"absent": "no_such_module_anywhere:THING"})
    assert catalogue.names == ("absent",) and "absent" in catalogue
    assert "no_such_module_anywhere" not in sys.modules
    with pytest.raises(ModuleNotFoundError):
        catalogue.get("absent")


def test_a_thing_is_found_by_its_name_in_the_order_of_the_catalogue():
    catalogue: Catalogue[object] = Catalogue("thing", {"b": f"{__name__}:THING", "a": "math:pi"})
    assert catalogue.get("b") is THING
    assert [name for name, _ in catalogue] == ["b", "a"]


def test_one_line_more_is_one_thing_more(monkeypatch):
    catalogue: Catalogue[object] = Catalogue("thing", {})
    assert catalogue.names == () and list(catalogue) == []
    monkeypatch.setitem(catalogue.places, "new", f"{__name__}:THING")
    assert catalogue.get("new") is THING


def test_an_unknown_name_is_refused_with_the_known_ones():
    catalogue: Catalogue[object] = Catalogue("source", {"file": "math:pi", "device": "math:e"})
    with pytest.raises(ConfigError, match=r"No source is named 'tape': choose one of file, device\."):
        catalogue.get("tape")
    assert "tape" not in catalogue


def test_a_lazy_name_is_imported_from_its_module_and_another_is_no_attribute():
    attribute = lazy_names("mer_ros", {"MIN_SAMPLES": "limits", "ABSENT": "no_such_module_anywhere"})
    assert attribute("MIN_SAMPLES") == 4
    with pytest.raises(ModuleNotFoundError, match=r"mer_ros\.no_such_module_anywhere"):
        attribute("ABSENT")
    with pytest.raises(AttributeError, match="module 'mer_ros' has no attribute 'MAX_PIXELS'"):
        attribute("MAX_PIXELS")
