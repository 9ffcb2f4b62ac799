"""The section on action units."""

from __future__ import annotations

from mer_ros.reports.unit_section import unit_blocks, unit_sentence

UNITS = {
    "reader": "action_units@0123",
    "clips": 40,
    "subjects": 5,
    "least_clips": 5,
    "mean_auc": {"value": 0.8, "low": 0.7, "high": 0.9, "units": 1},
    "one_sided": 4,
    "right_side": 3,
    "by_unit": {
        "AU12": {
            "clips": 12,
            "of": 39,
            "auc": {"value": 0.8125, "low": 0.7, "high": 0.9},
            "one_sided": 4,
            "right_side": 3,
            "side_auc": 0.75,
        },
        "AU26": {
            "clips": 1,
            "of": 40,
            "auc": {"value": None, "low": None, "high": None},
            "one_sided": 0,
            "right_side": 0,
            "side_auc": None,
        },
    },
    "not_read": {"AU38": 2},
    "by_dataset": {},
}
RESULTS = {"units": UNITS, "bootstrap": {"level": 0.95}}


def test_every_unit_is_in_the_table_and_known_areas_in_the_chart():
    html = "".join(str(block.html()) for block in unit_blocks(RESULTS))
    assert "action_units@0123 on 40 coded clips" in html
    assert ">AU12, " in html and "12 of 39" in html and "[.700, .900]" in html and "3 of 4" in html
    assert ">AU26, " in html and "1 of 40" in html and "AU38 in 2" in html
    assert "AU12 .812 [.700, .900]" in html and "AU26 -" not in html


def test_each_data_set_has_a_row():
    own = {name: UNITS[name] for name in ("clips", "mean_auc", "one_sided", "right_side")}
    both = {**UNITS, "by_dataset": {"casme2": own, "samm": {**own, "clips": 7, "one_sided": 0}}}
    html = "".join(str(block.html()) for block in unit_blocks({**RESULTS, "units": both}))
    assert "Coded clips of each data set" in html and ">samm<" in html and ".800 [.700, .900]" in html


def test_the_sentence_has_the_mean_and_the_sides():
    assert unit_sentence(RESULTS) == (
        "Action units, read by action_units@0123 in 40 coded clips: mean AUC .800 [.700, .900] over 1 unit "
        "that 5 clips or more show; the side is right in 3 of 4 one-sided units."
    )


def test_units_that_every_clip_shows_have_a_row_and_no_chart():
    nothing = {"value": None, "low": None, "high": None}
    every = {**UNITS["by_unit"]["AU26"], "clips": 40, "of": 40, "auc": nothing}
    html = "".join(
        str(block.html())
        for block in unit_blocks({**RESULTS, "units": {**UNITS, "by_unit": {"AU12": every}}})
    )
    assert "40 of 40" in html and "unit-auc" not in html


def test_without_coded_clips_there_is_no_section():
    assert unit_blocks({"bootstrap": {"level": 0.95}}) == [] and unit_sentence({}) == ""
