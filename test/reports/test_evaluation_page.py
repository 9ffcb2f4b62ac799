"""The report of a real evaluation, read as text and opened in a browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from mer_ros.data.annotations.coded_units import parse_units
from mer_ros.evaluation import results
from mer_ros.evaluation.entrants.controls import Linear, Majority
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.robustness import Curve, described
from mer_ros.evaluation.run import evaluate
from mer_ros.evaluation.unit_scores import unit_scores
from mer_ros.explanation.action_unit_file import shipped_reader
from mer_ros.recognition.sample import InputSpec
from mer_ros.reports import evaluation_page
from mer_ros.reports.published import PUBLISHED
from mer_ros.training.augmentation import NONE
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.families.networks import FAMILY

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}


@pytest.fixture(scope="module")
def evaluated(make_clips, tmp_path_factory):
    """(folder, evaluation, results) of two controls and a prototype network."""
    out = tmp_path_factory.mktemp("out")
    options = OptimiserConfig(epochs=10, patience=10, batch=16, learning_rate=5e-3)
    model = {"backbone": NARROW, "size": 24, "decoder_width": 16}
    config = TrainConfig("prototype", model, InputSpec("flow", 24), options, augmentation=NONE)
    systems = [Majority(), Linear(), FAMILY.entrant(config, "cpu")]
    found = evaluate(make_clips(subject_ids=6, each=9), protocol_of("3-fold"), systems, 0, out)
    summary = results.write(found, out)
    evaluation_page.write(found, summary, out)
    return out, found, summary


@pytest.fixture(scope="module")
def report(evaluated):
    return (evaluated[0] / "report.html").read_text(encoding="utf-8")


def test_the_report_shows_every_part(report):
    titles = re.findall(r"<h2 id=[^>]+>([^<]+)</h2>", report)
    assert titles == [
        "Scores",
        "Comparison with the controls",
        "F1 of each class",
        "Confusion matrices",
        "Learning curves",
        "Latent spaces",
        "Decoded prototypes",
        "Published scores",
        "How every choice was made",
    ]
    assert "prototype after 10 epochs" in report and "no prototypes after 50 epochs" in report
    assert "Epoch: highest UF1 on 20% of the training subjects" in report
    assert "CausalNet" in report and "on the test subjects" in report


def test_scores_and_confusions_are_those_of_the_results(report, evaluated):
    _, _, summary = evaluated
    for name, system in summary["systems"].items():
        uf1 = system["scores"]["all"]["uf1"]
        cell = f"{uf1['value']:.3f} [{uf1['low']:.3f}, {uf1['high']:.3f}]".replace("0.", ".")
        assert cell in report, name
        assert f"{name}: clips by true class" in report
    counts = summary["systems"]["linear"]["scores"]["all"]["confusion"]
    matrix = report[report.index("linear: clips by true class") :]
    cells = re.findall(r'<td class="number"[^>]*>(\d+)</td>', matrix[: matrix.index("</table>")])
    assert [int(cell) for cell in cells] == sum(counts, [])


def test_a_second_page_of_the_same_folds_has_the_same_bytes(report, evaluated):
    _, found, summary = evaluated
    assert evaluation_page.page(found, summary).html() == report


def test_a_system_without_epochs_or_latents_has_neither_section(make_clips, tmp_path):
    found = evaluate(make_clips(), protocol_of("3-fold"), [Majority()], 0, tmp_path)
    html = evaluation_page.page(found, results.write(found, tmp_path)).html()
    titles = re.findall(r"<h2 id=[^>]+>([^<]+)</h2>", html)
    assert "Scores" in titles
    assert not {"Learning curves", "Latent spaces", "Decoded prototypes"} & set(titles)


class Tags(HTMLParser):
    """Collects identifiers and links, and checks that elements are closed in order."""

    VOID = ("meta", "img", "link", "br", "path", "use")

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in ("href", "xlink:href", "src")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in ("href", "xlink:href", "src")]

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_elements_are_closed_identifiers_unique_and_links_stay_in_the_page(report):
    tags = Tags()
    tags.feed(report)
    assert tags.open == [] and len(tags.ids) == len(set(tags.ids))
    inside = {f"#{name}" for name in tags.ids}
    assert [link for link in tags.links if link not in inside and not link.startswith("data:image/")] == []


def test_units_and_corruptions_have_sections_of_their_own(evaluated):
    _, found, summary = evaluated
    units = tuple(parse_units("12+4" if i % 3 else "L12") for i in range(len(found.clips)))
    coded = unit_scores(replace(found.clips, units=units), shipped_reader(), 0)
    curves = [Curve(name, "jpeg", 0.5, (0.4,) * 5, (0.0,) * 5) for name in ("majority", "linear")]
    more = {"units": json.loads(json.dumps(results.plain(coded))), "robustness": described(curves, 54)}
    tags = Tags()
    tags.feed(evaluation_page.page(found, {**summary, **more}).html())
    assert tags.open == [] and len(tags.ids) == len(set(tags.ids))
    assert {"action-units", "robustness", "robustness-jpeg-title", "unit-auc-title"} <= set(tags.ids)


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_the_report_opens_from_disk_without_a_request_and_without_an_error(evaluated, dark):
    from browser import Browser
    from report_pages import assert_opens_from_disk

    assert_opens_from_disk(evaluated[0] / "report.html", dark)
    with Browser() as browser:
        browser.open(evaluated[0] / "report.html", dark)
        curve = "getComputedStyle(document.querySelector('.chart path[style*=\"--s0\"]')).stroke"
        assert browser.value(curve) == ("rgb(108, 182, 255)" if dark else "rgb(0, 101, 163)")
        assert browser.value("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_a_screen_reader_finds_words_for_every_picture_and_a_name_for_every_table(evaluated):
    from browser import Browser

    with Browser() as browser:
        browser.open(evaluated[0] / "report.html", width=420)
        found = browser.accessible()
        names = [name for role, name in found if role in ("image", "img")]
        n = browser.value("document.querySelectorAll('img, svg.chart').length")
        assert len(names) == n > 8 and all(len(name) > 25 for name in names)
        assert all(name for role, name in found if role in ("table", "region"))
        assert browser.value("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"


@pytest.mark.browser
def test_the_keyboard_reaches_links_tables_and_details(evaluated):
    from browser import Browser
    from report_pages import assert_keyboard_reaches_everything

    assert_keyboard_reaches_everything(evaluated[0] / "report.html")
    focused = "document.activeElement"
    with Browser() as browser:
        browser.open(evaluated[0] / "report.html", width=420)
        browser.press("Tab")
        assert browser.value(f"{focused}.className") == "skip"
        browser.press("Enter")
        assert browser.value("location.hash") == "#content"
        browser.press("Tab")
        assert browser.value(f"{focused}.className") == "scroll"
        before = browser.value(f"{focused}.scrollLeft")
        browser.press("ArrowRight")
        browser.wait(f"{focused}.scrollLeft > {before}")
        for _ in range(60):
            if browser.value(f"{focused}.tagName") == "SUMMARY":
                break
            browser.press("Tab")
        browser.press("Enter")
        assert browser.value(f"{focused}.parentElement.open") is True


@pytest.mark.browser
def test_the_report_prints_in_the_light_scheme_with_its_details(evaluated):
    from browser import Browser

    with Browser() as browser:
        browser.open(evaluated[0] / "report.html", dark=True)
        pdf = browser.pdf()
        assert pdf.startswith(b"%PDF") and len(pdf) > 50_000
        browser.print_media()
        assert browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert browser.value("document.querySelector('details pre').checkVisibility()") is True


@pytest.mark.parametrize(
    ("system", "choice"),
    [
        ("prototype", "on training subjects"),
        ("linear", "no epochs"),
        ("finished", "before this evaluation"),
    ],
)
def test_the_published_table_has_both_scores_of_each_system_and_how_its_epoch_was_chosen(
    system, choice, evaluated
):
    _, found, summary = evaluated
    own = summary["systems"]
    finished = {**own["prototype"], "uses_folds": False, "chosen": [{}, {}, {}]}
    (section,) = (
        one
        for one in evaluation_page.page(found, {**summary, "systems": {**own, "finished": finished}}).sections
        if one.title == "Published scores"
    )
    rows = section.blocks[0].rows
    mine = [row for row in rows if row[0] == system and row[-1] == "this page"]
    assert [row[3] for row in mine] == ["UF1", "accuracy"] and {row[5] for row in mine} == {choice}


def test_the_published_table_has_all_sets_of_the_source_post():
    quoted = [(one.system, one.data, one.value) for one in PUBLISHED if one.score == "accuracy"]
    assert len(quoted) == 14
    assert {("LBP-TOP", "SMIC", 0.424), ("ME-PLAN", "SAMM", 0.769)} < set(quoted)
