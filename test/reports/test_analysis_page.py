"""The page of an analysed recording, read as text and opened in a browser."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mer_ros import files
from mer_ros.analysis import Analysis, RejectedMovement
from mer_ros.analysis.recording_kind import AnalysisSettings
from mer_ros.analysis.recordings import NamedRecording
from mer_ros.errors import ConfigError
from mer_ros.reports import analysis_files, analysis_page
from mer_ros.reports import analysis_page as module
from mer_ros.reports.analysis_folder import analyse_recording
from mer_ros.reports.analysis_page import page, sentences
from mer_ros.reports.html import page as html_page
from mer_ros.sources import SourceOptions
from mer_ros.stream.stamps import describe_rate


@pytest.fixture(scope="module")
def folder(analysed, tmp_path_factory):
    found, video = analysed
    out = tmp_path_factory.mktemp("page")
    (out / "annotated.mp4").write_bytes(video.read_bytes())
    analysis_files.write(found, out)
    analysis_page.write(found, out)
    return out


def text(html):
    """The words of a page."""
    body = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_it_says_what_was_found_and_what_a_label_is_not(folder, analysed):
    found, words = analysed[0], text((folder / "report.html").read_text())
    assert "Facial movements in clip.mp4" in words
    assert f"{len(found.events)} events of 1 face: " in words
    assert "400 frames of 640x480 pixels, 4.0 s at 100 frames per second" in words
    assert "It does not say what the person feels, intends or hides." in words


def test_every_event_has_its_sentences_its_measures_and_both_models(folder, analysed):
    html = (folder / "report.html").read_text()
    words = text(html)
    for number, event in enumerate(analysed[0].events, start=1):
        assert f'href="#event-{number}"' in html and f'<h3 id="event-{number}">' in html
        assert f"{event.onset_s:.3f}, {event.apex_s:.3f}, {event.offset_s:.3f} s" in words
        for answer in event.answers:
            name = answer.prediction.model.partition("@")[0]
            assert f"{name}: {answer.text}" in words and f"{name}: {answer.what_if.text}" in words


def test_sentences_in_another_language_are_marked(analysed):
    event = analysed[0].events[0]
    answers = tuple(
        replace(answer, language="de", what_if=replace(answer.what_if, language="de"))
        for answer in event.answers
    )
    html = page(replace(analysed[0], events=(replace(event, answers=answers),)), []).html()
    assert html.count('<p lang="de">') == 2 * len(answers)
    assert all(f": {answer.what_if.text}</p>" in html for answer in answers)


def test_every_image_has_words_and_every_file_beside_it_a_link(folder):
    html = (folder / "report.html").read_text()
    alts = re.findall(r'<img [^>]*alt="([^"]*)"', html)
    assert len(alts) >= 2 * 9 and all(len(alt) > 25 for alt in alts)
    for name in ("annotated.mp4", "events.csv", "events.json"):
        assert f'<a href="{name}">' in html and (folder / name).is_file()
    assert len(html) < 10_000_000 / 10, "ten times as many events still fit"


def test_what_is_unknown_is_left_out_of_the_sentences(analysed):
    unknown = replace(analysed[0], size_wh=(0, 0), frames=0, lanes=(), rejected=None, method="From a bag.")
    found = sentences(unknown)[0]
    assert "of 1 face: " in found and found.endswith(". 4.0 s at 100 frames per second.")
    assert sentences(replace(unknown, fps=0.0))[0].endswith(". 4.0 s.")
    assert "of 5 faces: " in sentences(replace(unknown, faces_left_out=5))[0]
    words = text(page(unknown, []).html())
    assert "From a bag." in words and "Every frame was tracked" not in words
    nothing = text(page(replace(analysed[0], events=(), rejected=None), []).html())
    assert "No movement of a face was an expression." in nothing and "listed below" not in nothing


def test_rejected_movements_are_listed_with_their_reason(analysed):
    rejected = (
        RejectedMovement("face_1", 0.5, 0.6, 0.7, 0.012, 6.5, "blink"),
        RejectedMovement("face_1", 1.5, 1.6, 1.7, 0.012, 6.5, "speech"),
    )
    words = text(page(replace(analysed[0], rejected=rejected), []).html())
    assert "part of a blink, which moves the lids" in words and "the mouth was speaking, and" in words
    assert "0.60 s face_1 200 ms 1.2% 6.5 part of a blink 1.60 s" in words


def test_it_says_what_the_recording_cannot_show(folder, analysed):
    words = text((folder / "report.html").read_text())
    assert "100 Hz resolves every micro-expression (65 ms and longer)." in words
    assert "Judged 100% of 400 frames." in words and "A remark on the recording." in words
    assert "Weakest movement that could be an event" in words
    slow = text(page(replace(analysed[0], fps=30.0), []).html())
    limit = f"{describe_rate(30.0)}."
    assert limit.startswith("30 Hz resolves expressions of 133 ms and longer; shorter ones are not reported")
    assert slow.count(limit) == 2 and slow.index(limit) < slow.index("Summary")
    assert sentences(replace(analysed[0], fps=30.0))[1] == limit
    assert not any("resolves" in line for line in sentences(analysed[0]))


def test_a_recording_without_a_face_has_a_page_that_says_so():
    found = Analysis("cat.mp4", (), 30.0, (640, 480), 90, 3.0, judged="judged 0% of 90 frames; no face 100%")
    words = text(page(found, []).html())
    assert "No face was found: a frontal face needs 40 pixels between the eyes" in words
    assert "no face 100%" in words and "Timeline" not in words


def test_a_recording_without_events_has_its_timeline(analysed):
    words = text(page(replace(analysed[0], events=()), []).html())
    assert "No movement of a face was an expression" in words and "face_1, 0.0 to 4.0 s: 0 events" in words


def test_what_ended_the_analysis_comes_second(analysed):
    found = replace(analysed[0], ended_by="It was stopped after 2.0 s of the recording.")
    assert sentences(found)[1] == "It was stopped after 2.0 s of the recording."


def test_of_too_many_events_the_strongest_are_shown(analysed, monkeypatch):
    monkeypatch.setattr(module, "MOST_EVENTS", 1)
    found = analysed[0]
    words = text(page(found, []).html())
    strongest = max(found.events, key=lambda event: event.signal_to_noise)
    assert f"1. {strongest.apex_s:.2f} s" in words and "weakest event" in words and "2. " not in words[:400]


def test_an_event_without_images_says_so(analysed):
    found = replace(analysed[0], events=tuple(event.without_images() for event in analysed[0].events))
    html = page(found, []).html()
    assert "Its images were left out to keep this page small." in html and "<img" not in html


def test_a_page_that_would_be_too_large_leaves_out_the_images_of_the_weakest_events(
    analysed, tmp_path, monkeypatch
):
    found = analysed[0]
    analysis_page.write(found, tmp_path)
    size = (tmp_path / "report.html").stat().st_size
    monkeypatch.setattr(html_page, "MOST_BYTES", size - 1)
    analysis_page.write(found, tmp_path)
    html = (tmp_path / "report.html").read_text()
    weakest = min(found.events, key=lambda event: event.signal_to_noise)
    place = f'<h3 id="event-{found.events.index(weakest) + 1}">'
    assert html.count("Its images were left out") == 1 and len(html) < size - 20_000
    assert html.index("Its images were left out") > html.index(place)


def test_a_page_that_would_be_too_large_without_images_leaves_out_the_charts(analysed, tmp_path, monkeypatch):
    found = replace(analysed[0], events=tuple(event.without_images() for event in analysed[0].events))
    size = len(page(found, [], []).html().encode())
    monkeypatch.setattr(html_page, "MOST_BYTES", size + 1000)
    analysis_page.write(analysed[0], tmp_path)
    html = (tmp_path / "report.html").read_text()
    assert "The charts were left out" in html and "<svg" not in html and "<img" not in html
    monkeypatch.setattr(html_page, "MOST_BYTES", 1000)
    with pytest.raises(ConfigError, match="analyse a part of the recording"):
        analysis_page.write(analysed[0], tmp_path)


def test_many_rejected_movements_have_a_small_page(analysed):
    times = [i / 50 for i in range(20_000)]
    rejected = tuple(RejectedMovement("face_1", t, t, t + 0.1, 0.01, 6.0, "no_muscle") for t in times)
    (short,) = analysed[0].lanes
    lane = replace(short, bin_s=400 / len(short.motion))
    html = page(replace(analysed[0], rejected=rejected, duration_s=400.0, lanes=(lane,)), []).html()
    assert "20000" in html and len(html) < 2_000_000
    assert "no_muscle" not in html, "the reason stands in words"


def test_of_every_face_the_page_says_what_it_cannot_show(analysed):
    (lane,), (limit,) = analysed[0].lanes, analysed[0].limits.values()
    lanes = tuple(replace(lane, face_id=f"face_{i}") for i in range(1, 12))
    limits = {f"face_{i}": limit._replace(remarks=("strong compression",)) for i in range(1, 11)}
    limits["face_10"] = limit._replace(remarks=("weak light",))
    html = page(replace(analysed[0], lanes=lanes, limits=limits), [], []).html()
    first, second = ([f"face_{i}" for i in of] for of in (range(1, 7), range(7, 11)))
    for ids in (first, second):
        assert "".join(f'<th scope="col" class="number">{id_}</th>' for id_ in ids) + "</tr>" in html
    words = text(html)
    assert (
        f"{', '.join([*first, *second[:3]])}: strong compression." in words
        and "face_10: weak light." in words
    )


def test_every_document_that_it_names_exists(folder):
    named = re.findall(r"docs/[\w/.-]+\.md", (folder / "report.html").read_text())
    assert named and all((files.share_dir() / name).is_file() for name in named)


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_it_opens_from_disk_without_a_request_and_without_an_error(folder, dark):
    from report_pages import assert_opens_from_disk

    assert_opens_from_disk(folder / "report.html", dark)


@pytest.fixture(scope="module")
def crowd(analysed, tmp_path_factory):
    """The page of twelve faces, of which the last came late."""
    (lane,) = analysed[0].lanes
    late = replace(lane, start_s=3.0, motion=lane.motion[:50], judged=lane.judged[:50])
    lanes = [replace(late if i == 12 else lane, face_id=f"face_{i}") for i in range(1, 13)]
    limits = {one.face_id: analysed[0].limits["face_1"] for one in lanes}
    out = tmp_path_factory.mktemp("crowd")
    analysis_page.write(replace(analysed[0], lanes=tuple(lanes), limits=limits), out)
    return out / "report.html"


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_of_many_faces_opens_from_disk(crowd, dark):
    from report_pages import assert_keyboard_reaches_everything, assert_opens_from_disk

    assert_opens_from_disk(crowd, dark)
    assert_keyboard_reaches_everything(crowd)


@pytest.mark.browser
def test_the_folded_timelines_open_with_the_keyboard_and_are_printed(crowd):
    from browser import Browser

    focused = "document.activeElement"
    shown = "document.querySelector('[aria-labelledby^=lane-11-0]').checkVisibility()"
    with Browser() as browser:
        browser.open(crowd)
        assert browser.value("document.querySelectorAll('svg.chart').length") == 12
        assert browser.value(shown) is False
        for _ in range(60):
            browser.press("Tab")
            if browser.value(f"{focused}.innerText") == "Timelines of 4 other faces, seen more briefly":
                break
        browser.press("Enter")
        browser.wait(shown)
        browser.open(crowd)
        browser.print_media()
        assert browser.value(shown) is True


@pytest.mark.browser
def test_the_page_of_what_a_graph_published_opens_from_disk(make_event, tmp_path):
    from graph_bags import faces, later, published, write_bag
    from report_pages import assert_keyboard_reaches_everything, assert_opens_from_disk

    events = [message for i in range(3) for message in published(later(make_event(f"e{i}"), i))]
    bag = write_bag(tmp_path / "run", [*faces(300), *events])
    settings = AnalysisSettings((), SourceOptions(), tmp_path)
    analyse_recording(NamedRecording(str(bag), "run", "page"), settings)
    assert_opens_from_disk(tmp_path / "page" / "report.html", dark=False)
    assert_keyboard_reaches_everything(tmp_path / "page" / "report.html")


@pytest.mark.browser
def test_the_keyboard_reaches_everything(folder):
    from report_pages import assert_keyboard_reaches_everything

    assert_keyboard_reaches_everything(folder / "report.html")


@pytest.mark.browser
def test_a_loop_is_opened_with_the_keyboard(folder):
    from browser import Browser

    focused = "document.activeElement"
    with Browser() as browser:
        browser.open(folder / "report.html")
        for _ in range(80):
            browser.press("Tab")
            if browser.value(f"{focused}.tagName") == "SUMMARY":
                break
        assert browser.value(f"{focused}.innerText").startswith("Slow motion: ")
        assert browser.value(f"{focused}.parentElement.open") is False, "nothing moves by itself"
        browser.press("Enter")
        assert browser.value(f"{focused}.parentElement.open") is True
        assert browser.pdf().startswith(b"%PDF")
