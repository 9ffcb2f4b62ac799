from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.evaluation.reproduction import (
    BY_SAMPLE,
    BY_SUBJECT,
    MICRO_ATTENTION,
    PROTOTYPE,
    Models,
    reproduce,
)
from mer_ros.evaluation.workers import Workers
from mer_ros.progress import SILENT
from mer_ros.recognition.sample import InputSpec
from mer_ros.reports import reproduction_page
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.fixed_epochs import TRAINING_UF1

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}


@pytest.fixture(scope="module")
def found(make_clips, tmp_path_factory):
    """The experiment with small networks, on a set named as CASME II and on synthetic clips."""
    spec, options = InputSpec("apex", 24), OptimiserConfig(batch=16)
    model = {"backbone": NARROW, "size": 24, "decoder_width": 16}
    used = Models(
        {
            PROTOTYPE: TrainConfig("prototype", model, spec, options),
            MICRO_ATTENTION: TrainConfig("micro_attention", {"backbone": NARROW}, spec, options),
        },
        ("A departure.",),
    )
    clips = make_clips(subject_ids=6, each=9, datasets=("casme2",))
    images = np.random.default_rng(0).integers(0, 255, (len(clips), 32, 32, 3)).astype(np.uint8)
    clips = replace(clips, apex_images=tuple(images))
    out = tmp_path_factory.mktemp("out")
    return reproduce({"casme2": clips, "own": clips}, used, (2, 10), 0, out, SILENT, Workers(), "cpu")


def test_the_published_table_is_filled_in_and_other_sets_follow(found):
    table = reproduction_page.table(found)
    # CASME II with 2, 10 and 50 epochs, MMEW with 10 and 50, the other set with 2 and 10; two systems each
    published, mmew, own = table.rows[:6], table.rows[6:10], table.rows[10:]
    casme2 = [row for row in published if row[1] != "50"]
    assert [row[2] for row in mmew] == [".853", ".981", ".649", ".982"]
    assert [row[3:] for row in published if row[1] == "50"] == [["-", "-", "-"]] * 2
    assert {row[3] for row in mmew} == {"-"} and {row[2] for row in own} == {"-"}
    assert casme2[1][:3] == ["CASME II, prototype", "10", ".956"]
    assert [row[3:] for row in casme2] == [row[3:] for row in own]
    scores = found.parts[0].results[BY_SUBJECT]["systems"]["prototype, 10 epochs"]["scores"]["all"]["uf1"]
    assert casme2[1][4].startswith(f"{scores['value']:.3f}".replace("0.", "."))


def test_the_paragraph_states_the_scores_and_whether_their_intervals_are_apart(found):
    text = reproduction_page.paragraph(found.parts[0], found.epochs)
    assert text.startswith("CASME II: After 10 epochs, prototype reaches UF1 ")
    assert "too few subjects for intervals" in text and "best control" in text
    assert "has not learned the clips that it was trained on" in text
    part = found.parts[0]
    results = {split: {"systems": {}} for split in (BY_SAMPLE, BY_SUBJECT)}
    for split, low in ((BY_SAMPLE, 0.8), (BY_SUBJECT, 0.2)):
        for name, system in part.results[split]["systems"].items():
            uf1 = {"value": low + 0.1, "low": low, "high": low + 0.15}
            chosen = [{TRAINING_UF1: 0.98}]
            all_clips = {"uf1": uf1, "clips": 20, "subjects": 9}
            results[split]["systems"][name] = {**system, "chosen": chosen, "scores": {"all": all_clips}}
    text = reproduction_page.paragraph(replace(part, results=results), found.epochs)
    assert (
        "UF1 .900 (.980 on the clips it was trained on) split by sample and .300 (.980 on the clips" in text
    )
    assert "split by subject: +.600 by sample, intervals apart." in text and "has not learned" not in text


def test_the_page_has_every_part_with_identifiers_of_its_own(found, tmp_path):
    reproduction_page.write(found, tmp_path)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    for title in (
        "The table",
        "What the two splits show",
        "Controls",
        "Heat maps: CASME II, by sample",
        "Heat maps: own, by subject",
        "Decoded prototypes: CASME II, by subject",
        "Latent spaces: own, by sample",
        "How it was done",
    ):
        assert f">{title}</h2>" in html
    assert "prototype, 2 epochs after 2 epochs" in html and "prototype, 10 epochs after 10 epochs" in html
    assert "A departure." in html and "The clips are synthetic" not in html
    names = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(names) == len(set(names))


def test_synthetic_clips_are_named_as_such(found):
    synthetic = replace(found.parts[0], clips=replace(found.parts[0].clips, synthetic=True))
    lines = " ".join(reproduction_page.lead(replace(found, parts=(synthetic,))))
    assert "Knowing the subject misleads here" in reproduction_page.paragraph(synthetic, found.epochs)
    assert "the scores say nothing about its data" in lines and "54 clips of 6 subjects" in lines


def test_the_terminal_shows_the_same_table(found):
    shown = reproduction_page.terminal_table(found)
    assert shown.row_count == 14 and len(shown.columns) == 6


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_it_opens_from_disk_and_the_keyboard_reaches_everything(found, dark, tmp_path):
    from report_pages import assert_keyboard_reaches_everything, assert_opens_from_disk

    reproduction_page.write(found, tmp_path)
    assert_opens_from_disk(tmp_path / "report.html", dark)
    assert_keyboard_reaches_everything(tmp_path / "report.html")
