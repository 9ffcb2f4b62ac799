from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
from PIL import Image

from mer_ros import files
from mer_ros.analysis.evidence import evidence_of, pictures_of, plain_evidence
from mer_ros.explanation import Explainer
from mer_ros.recognition import Recogniser
from mer_ros.recognition.sample import event_flow


def decoded(image):
    return cv2.imdecode(np.frombuffer(image.data, np.uint8), cv2.IMREAD_COLOR)


def test_the_crops_are_those_of_the_event(make_event):
    event = make_event()
    found = pictures_of(event, event_flow(event))
    assert decoded(found.onset).shape == (128, 128, 3) and found.apex.size_wh == (128, 128)
    blurred = cv2.blur(event.apex_face, (9, 9)).astype(int)
    assert np.abs(cv2.blur(decoded(found.apex), (9, 9)) - blurred).mean() < 6
    assert found.n_bytes > len(found.onset.data) + len(found.strip.data)


def test_the_strip_has_five_frames_and_their_times(make_event):
    event = make_event()
    found = pictures_of(event, event_flow(event))
    assert found.strip.size_wh == (640, 128) and len(found.strip_s) == 5
    stamps = {frame.stamp_ns * 1e-9 for frame in event.clip}
    assert set(found.strip_s) <= stamps and list(found.strip_s) == sorted(found.strip_s)


def test_the_loop_is_slow_and_repeats(make_event):
    event = make_event()
    found = pictures_of(event, event_flow(event))
    with Image.open(io.BytesIO(found.loop.data)) as loop:
        assert loop.n_frames == len(event.clip) and loop.size == (128, 128) and loop.info["loop"] == 0
    assert found.slowed > 2 and found.magnified >= 1


def test_an_event_without_a_clip_has_neither_strip_nor_loop(make_event):
    event = replace(make_event(), clip=())
    found = pictures_of(event, event_flow(event))
    assert found.strip is None and found.loop is None and found.strip_s == ()


def test_the_peak_is_in_pixels_of_the_recording(make_event):
    event = make_event()
    once = plain_evidence(event)
    twice = plain_evidence(replace(event, crop_from_image=event.crop_from_image / 2))
    assert np.isclose(twice.peak_px, 2 * once.peak_px) and once.peak_px > 0


def test_without_a_model_there_are_images_and_no_answers(make_event):
    found = evidence_of(make_event(), [])
    assert found.pictures is not None and found.answers == () and found.units == ()


def test_without_images_all_words_and_numbers_stay(analysed):
    event = analysed[0].events[0]
    bare = event.without_images()
    assert bare.n_bytes == 0 < event.n_bytes
    assert [a.text for a in bare.answers] == [a.text for a in event.answers] and bare.units == event.units


def test_a_prototype_is_drawn_and_described(analysed):
    for event in analysed[0].events:
        for answer in event.answers:
            assert answer.prototype is not None and "strongest movement" in answer.prototype_words
            assert answer.map is not None and answer.map.size_wh == (160, 160)


def test_both_sentences_are_in_the_language_of_the_explainer(make_event):
    recogniser = Recogniser.load(files.models_dir() / "linear_prototype.safetensors")
    (answer,) = evidence_of(make_event(), [Explainer(recogniser, language="de")]).answers
    assert answer.language == answer.what_if.language == "de"
    assert " label" not in answer.text + answer.what_if.text and "Bezeichnung" in answer.what_if.text
