"""The page of a model, read as text and opened in a browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from mer_ros.reports import model_document, model_page
from mer_ros.reports.model_page import latent_blocks, page, sentences


@pytest.fixture(scope="module")
def folder(explained_models, tmp_path_factory):
    out = tmp_path_factory.mktemp("model")
    model_document.write(explained_models("linear_prototype"), out)
    model_page.write(explained_models("linear_prototype"), out)
    return out


def text(html):
    """The words of a page."""
    body = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("linear_prototype", "linear_prototype has no attention units."),
        ("micro_attention", "micro_attention has no prototypes that could be shown."),
    ],
)
def test_a_section_that_does_not_apply_says_so_in_one_sentence(explained_models, name, words):
    html = page(explained_models(name)).html()
    assert words in text(html)
    for title in ("Prototypes", "Attention", "Confusion", "Calibration", "Action units", "Training card"):
        assert f">{title}</h2>" in html
    assert len(html) < 2_000_000


def test_class_means_without_a_decoder_are_not_drawn(explained_models):
    study = replace(explained_models("linear_prototype"), prototypes=None)
    assert "It has no decoder, so they cannot be shown as movements." in text(page(study).html())


def test_it_says_what_was_shown_and_what_a_label_is_not(folder, explained_models):
    words = text((folder / "report.html").read_text())
    assert (
        "What linear_prototype has learned" in words and "28 samples: flow of 4 synthetic subjects" in words
    )
    assert "It does not say what the person feels, intends or hides." in words
    assert "px of a crop of 128 px" in words and "times the median of the samples" in words
    assert sentences(explained_models("linear_prototype"))[1] in words


def test_the_document_has_the_numbers_of_the_page(folder, explained_models):
    found = json.loads((folder / "model.json").read_text())
    study = explained_models("linear_prototype")
    assert found["model"] == study.model_id and found["given"] is None
    assert np.sum(found["samples"]["confusion"]) == 28
    assert found["samples"]["uf1"] == pytest.approx(study.answers.scores["uf1"])
    assert set(found["maps"]["methods"]) == set(study.maps.methods)
    words, latent = text((folder / "report.html").read_text()), found["samples"]["latent"]
    assert f"adjusted mutual information {latent['adjusted_mutual_information']:.2f}" in words
    assert f"cluster 1 {' '.join(map(str, latent['clusters'][0]))} " in words
    calibration = found["calibration"]
    for name, row in [
        ("temperature", "temperature"),
        ("rejection_confidence", "rejects below a confidence of"),
        ("rejection_distance", "rejects above a distance of"),
    ]:
        value = calibration[name]
        assert f"{row} {'no limit' if value is None else format(value, '.3g')}" in words
    assert f"samples of this page ({found['samples']['amplitude_px']:.1f} px)" in words


def test_given_clips_have_their_own_section(explained_models):
    study = explained_models("linear_prototype")
    given = replace(study, folder=study.subjects.clips, folder_answers=study.answers)
    assert '<h2 id="given-clips">' in page(given).html()
    assert model_document.document(given)["given"]["clips"] == 28
    trained = replace(given, card=replace(study.card, training={"datasets": ["synthetic"]}))
    assert "The model was trained on synthetic: its scores there say nothing." in sentences(trained)


def test_clips_of_one_class_are_named(explained_models):
    study = explained_models("linear_prototype")
    smiles = np.zeros_like(study.answers.truth)
    one = replace(study, answers=replace(study.answers, truth=smiles))
    assert "All clips show happiness: nothing is known about the other classes." in text(page(one).html())


def test_few_clips_and_no_latents_have_a_sentence(explained_models):
    found = explained_models("linear_prototype").answers
    assert "no latent space" in str(latent_blocks(replace(found, latents=None), "x", 0, "a")[0].html())
    alone = replace(found, subject_ids=np.full(len(found.truth), "1"))
    assert "too few for a map" in str(latent_blocks(alone, "x", 0, "a")[0].html())


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_it_opens_from_disk_without_a_request_and_without_an_error(folder, dark):
    from report_pages import assert_opens_from_disk

    assert_opens_from_disk(folder / "report.html", dark)


@pytest.mark.browser
def test_the_keyboard_reaches_everything(folder):
    from report_pages import assert_keyboard_reaches_everything

    assert_keyboard_reaches_everything(folder / "report.html")
