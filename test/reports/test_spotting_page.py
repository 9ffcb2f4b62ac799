"""The page of a spotting evaluation, read as text and opened in a browser."""

from __future__ import annotations

import re

import pytest
from toy_spotting import N_VIDEOS, toy_evaluation

from mer_ros.evaluation import spotting_results
from mer_ros.evaluation.spotters import OURS
from mer_ros.reports import spotting_page


@pytest.fixture(scope="module", params=[True, False], ids=["with_a_model", "without"])
def evaluated(request, tmp_path_factory):
    """(folder, evaluation, results) with the labels of a model, and without."""
    out, evaluation = tmp_path_factory.mktemp("out"), toy_evaluation(request.param)
    summary = spotting_results.write(evaluation, out)
    spotting_page.write(evaluation, summary, out)
    return out, evaluation, summary


@pytest.fixture(scope="module")
def page(evaluated):
    return (evaluated[0] / "report.html").read_text(encoding="utf-8")


def test_the_page_shows_every_part(page, evaluated):
    titles = re.findall(r"<h2 id=[^>]+>([^<]+)</h2>", page)
    labels = ["Labels of the hits"] if evaluated[1].reading else []
    assert titles == [
        "Scores",
        "Counts and apexes",
        *labels,
        "Videos",
        "Published scores",
        "How every choice was made",
    ]
    assert "1912.11985" in page and ".376" not in page and ".038" in page
    assert "Videos of samm-lv" in page and "a note." in page


def test_the_page_says_what_was_tuned_on_other_videos_and_what_may_not_have_been(page, evaluated):
    assert "No spotter of this page was tuned on its videos." in page and "Nothing on this page" not in page
    assert ("trained on the same data set has seen these subjects" in page) == bool(evaluated[1].reading)


def test_scores_are_those_of_the_results(page, evaluated):
    for name, system in evaluated[2]["systems"].items():
        f1 = system["scores"]["all"]["overall"]["f1"]
        cell = f"{f1['value']:.3f} [{f1['low']:.3f}, {f1['high']:.3f}]".replace("0.", ".")
        assert cell in page, name
    own = evaluated[2]["systems"][OURS]["scores"]["all"]["overall"]
    assert (own["hits"], own["false"], own["missed"]) == (N_VIDEOS, N_VIDEOS, N_VIDEOS)


def test_the_first_videos_have_a_lane_in_words_and_the_others_are_counted(page, evaluated):
    words = re.findall(r'<desc id="lane-\d+-words">([^<]+)</desc>', page)
    assert len(words) == spotting_page.SHOWN_VIDEOS
    assert words[1] == (
        "hit, micro: true 5.00 to 5.30 s and spotted 5.00 to 5.30 s; false, micro: spotted 20.00 to 20.40 s; "
        "missed, micro: true 40.00 to 40.30 s."
    )
    assert "hit, macro: true 5.00 to 6.50 s" in words[0]
    assert "The other 2 videos are in the table" in page
    assert "0/&lt;b&gt;, 60 s, mer_ros: 1 hit, 1 missed, 1 false." in page and "<b>" not in page


def test_a_second_page_has_the_same_bytes(page, evaluated):
    assert spotting_page.page(evaluated[1], evaluated[2]).html() == page


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_opens_from_disk_and_the_keyboard_reaches_everything(evaluated, dark):
    from report_pages import assert_keyboard_reaches_everything, assert_opens_from_disk

    assert_opens_from_disk(evaluated[0] / "report.html", dark)
    assert_keyboard_reaches_everything(evaluated[0] / "report.html")


@pytest.mark.browser
def test_a_wide_page_does_not_scroll_sideways_and_every_chart_has_words(evaluated):
    from browser import Browser

    with Browser() as browser:
        browser.open(evaluated[0] / "report.html", width=1240)
        assert browser.value("document.documentElement.scrollWidth <= innerWidth")
        images = [name for role, name in browser.accessible() if role in ("image", "img")]
        assert len(images) == 1 + spotting_page.SHOWN_VIDEOS
