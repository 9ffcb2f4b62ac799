"""The live page: one document without foreign parts, and what a browser makes of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from mer_ros.web.document import document
from mer_ros.web.pictures import LivePicture

TRACKER, EXPLAINER = "face_tracker", "explainer"
FITNESS = "200 Hz resolves expressions of 65 ms and longer; face_1: smallest detectable movement 0.20 px"
TEXT = "A facial movement of 254 ms is labelled happiness (75%)."


def test_the_document_names_nothing_outside_itself() -> None:
    html = document().html
    assert "{{" not in html
    assert re.findall(r'(?:src|href)="(?!#|data:)', html) == []
    assert not re.search(r"https?://|url\(|@import|import\(|fetch\(|XMLHttpRequest|localStorage", html)
    assert re.search(r"<style>.*--ground.*#events.*</style>", html, re.DOTALL), "scaffold and own style"


def test_the_policy_allows_its_own_style_and_script_only() -> None:
    html, headers = document()
    policy = headers["Content-Security-Policy"]
    for name in ("style", "script"):
        (text,) = re.findall(rf"<{name}>(.*?)</{name}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy


@pytest.fixture
def browser() -> Iterator[Any]:
    from browser import Browser

    with Browser() as opened:
        yield opened


def fill(hub: Any) -> None:
    """What a graph with one camera and one explained event sends."""
    hub.put_state("graph", {"kind": "graph", "namespace": "/mer", "cameras": [TRACKER]})
    values = {"source": "front", "enabled": "true", "camera_fitness": FITNESS, "weakest_motion": "0.002"}
    hub.put_state("node tracker", node(TRACKER, "processing", values))
    hub.put_state("node explainer", {**node(EXPLAINER, "weights are missing", {}), "level": 1})
    for n in range(40):
        faces = {"face_1": [0.002 * (n % 7), ""], "face_2": [0.0, "turned away"]}
        movement = {"camera": TRACKER, "source": "front", "time_s": n / 20, "faces": faces}
        hub.put_movement({"kind": "movement", **movement})
    hub.put_event("a", event("happiness"))
    hub.put_event("a", {"text": TEXT, "map_warning": "unstable", "language": "de"})
    hub.put_event("b", event("unknown", reason="farther from every prototype than the limit", distance=None))
    grey = np.full((120, 160, 3), 99, np.uint8)
    hub.put_overlay("a", LivePicture(grey, {"kind": "overlay", "event_id": "a"}))
    hub.put_picture(TRACKER, LivePicture(grey, {"kind": "picture", "camera": TRACKER}))


def node(name: str, message: str, values: dict[str, str]) -> dict[str, Any]:
    return {"kind": "node", "node": name, "level": 0, "message": message, "values": values}


def event(label: str, **more: Any) -> dict[str, Any]:
    times = {"onset_s": 0.5, "apex_s": 0.6, "offset_s": 0.75, "duration_ms": 254, "published_ms": 1.7e12}
    times["before_page"] = False
    own = {"face_id": "face_1", "source": "front", "movement": "micro", "label": label, "reason": ""}
    numbers = {"confidence": 0.75, "distance": 15.5, "limit": 154.25}
    return {**own, **times, **numbers, "provisional": False, "withdrawn": False, **more}


NOT_KEPT = "This event is older than the page: its explanation is not kept."


@pytest.mark.browser
def test_an_event_from_before_the_page_shows_its_own_time_and_that_its_explanation_is_not_kept(
    serve: Callable[..., Any], browser: Any
) -> None:
    served = serve()
    browser.visit(served.access.address, False, 1240)
    served.wait(lambda: served.hub.watched, "the page connects")
    for name, ms in (("a", 1_700_000_000_000), ("b", 1_700_000_031_000)):
        served.hub.put_event(name, event("happiness", published_ms=ms, before_page=True))
    served.hub.put_event("c", event("happiness"))
    browser.wait("document.querySelectorAll('#events li').length === 3")
    shown = json.loads(
        browser.value(
            "JSON.stringify([...rows].map(([id, r]) => [id, r.facts.textContent, r.text.textContent]))"
        )
    )
    times = [facts.split(", ")[3] for _, facts, _ in shown]
    assert [re.sub(r"\D+", ":", at).split(":")[2] for at in times[:2]] == ["20", "51"], "their own seconds"
    assert [text for _, _, text in shown] == [NOT_KEPT, NOT_KEPT, ""]
    served.hub.put_event("b", {"text": TEXT, "language": "de"})
    browser.wait(f"rows.get('b').text.textContent === {json.dumps(TEXT)} && rows.get('b').text.lang === 'de'")


def keep_all(browser: Any) -> None:
    """Nothing grows old on the page, however slow this machine is."""
    browser.value("for (const name in LIMITS) LIMITS[name] = 1e9")


def opened(served: Any, browser: Any, dark: bool = False, width: int = 1240) -> None:
    browser.visit(served.access.address, dark, width)
    keep_all(browser)
    served.wait(lambda: served.hub.watched, "the page connects")
    fill(served.hub)
    browser.wait("document.querySelector('#events img')?.complete")
    browser.wait("document.querySelector('.view canvas').width === 160")


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_it_shows_what_the_graph_sends_without_an_error_or_a_foreign_request(
    dark: bool, serve: Callable[..., Any], browser: Any
) -> None:
    opened(serve(), browser, dark)
    text = browser.value("document.body.innerText")
    for words in (
        "graph /mer: 1 camera.",
        "Camera front",
        FITNESS,
        "happiness",
        TEXT,
        "unstable",
        "turned away",
        "WARN",
    ):
        assert words in text
    pixel = "document.querySelector('.view canvas').getContext('2d').getImageData(80, 60, 1, 1).data[0]"
    assert browser.value(pixel) == pytest.approx(99, abs=4)
    assert browser.value("document.querySelector('p[lang=de]').textContent") == TEXT
    assert browser.errors == []
    assert [address for address in browser.requests if not address.startswith("blob:")] == []
    found = browser.contrasts()
    assert len(found) > 20 and [(name, ratio) for name, ratio in found if ratio < 4.5] == []
    ground = browser.value("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(20, 23, 28)" if dark else "rgb(255, 255, 255)")


@pytest.mark.browser
def test_a_screen_reader_finds_words_for_every_picture_and_hears_each_final_event_once(
    serve: Callable[..., Any], browser: Any
) -> None:
    served = serve()
    opened(served, browser, width=420)
    assert browser.value("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    found = browser.accessible()
    names = [name for role, name in found if role in ("image", "img")]
    assert len(names) == 4 and all(len(name) > 25 for name in names), names
    assert ("switch", "Face processing: on") in found
    assert all(name for role, name in found if role in ("region", "table", "article", "switch"))
    spoken = "document.getElementById('spoken').textContent"
    assert browser.value(spoken) == "face_1: unknown, farther from every prototype than the limit."
    served.hub.put_event("c", event("fear", provisional=True))
    browser.wait("document.querySelectorAll('#events > li').length === 3")
    assert "fear" not in browser.value(spoken), "it may be withdrawn"
    served.hub.put_event("c", event("fear"))
    browser.wait(f"{spoken} === 'face_1: fear, 75 %.'")
    served.hub.put_event("c", {"text": "because"})
    browser.wait("document.querySelector('#events').innerText.includes('because')")
    assert browser.value(spoken) == "face_1: fear, 75 %."


@pytest.mark.browser
def test_the_keyboard_switches_a_camera_off(serve: Callable[..., Any], browser: Any) -> None:
    served = serve()
    asked: list[tuple[str, bool]] = []
    served.hub.on_enable = lambda camera, on: asked.append((camera, on))
    opened(served, browser)
    browser.press("Tab")
    assert browser.value("document.activeElement.className") == "skip"
    for _ in range(20):
        if browser.value("document.activeElement.tagName") == "BUTTON":
            break
        browser.press("Tab")
    browser.press("Enter")
    served.wait(lambda: asked, "the request")
    assert asked == [(TRACKER, False)]
    served.hub.put_state("node tracker", node(TRACKER, "disabled", {"enabled": "false"}))
    browser.wait("document.activeElement.getAttribute('aria-checked') === 'false'")
    assert browser.value("document.activeElement.textContent") == "Face processing: off"


@pytest.mark.browser
def test_the_keyboard_reaches_everything(serve: Callable[..., Any], browser: Any) -> None:
    opened(serve(), browser)
    reached, missed = browser.tabbed()
    assert missed == [] and {"A", "BUTTON", "DIV", "SUMMARY"} <= reached


@pytest.mark.browser
def test_text_of_the_graph_is_no_markup(serve: Callable[..., Any], browser: Any) -> None:
    served = serve()
    opened(served, browser)
    bad = "<img src=x onerror=alert(1)><b>bold</b>"
    served.hub.put_event("c", event(bad, face_id=bad, text=bad, reason=bad))
    served.hub.put_state("node bad", node(bad, bad, {bad: bad}))
    served.hub.put_notice(bad)
    browser.wait("document.getElementById('notice').textContent.includes('<b>')")
    assert browser.value("document.querySelectorAll('b, img[src=x]').length") == 0
    assert browser.errors == []


@pytest.mark.browser
def test_without_a_graph_it_says_so_and_then_shows_one(serve: Callable[..., Any], browser: Any) -> None:
    served = serve()
    browser.visit(served.access.address)
    served.wait(lambda: served.hub.watched, "the page connects")
    served.hub.put_state("graph", {"kind": "graph", "namespace": "/mer", "cameras": []})
    line = "document.getElementById('connection').textContent"
    browser.wait(f"{line}.startsWith('No graph runs in /mer.')")
    fill(served.hub)
    browser.wait(f"{line} === 'Connected to the graph /mer: 1 camera.'")
    browser.wait("document.getElementById('no-camera').hidden && document.getElementById('no-event').hidden")


@pytest.mark.browser
def test_the_token_leaves_the_address_bar_and_the_page_connects_again(
    serve: Callable[..., Any], browser: Any
) -> None:
    served = serve(token="secret")
    browser.visit(served.access.address)
    served.wait(lambda: served.hub.watched, "the page connects")
    assert browser.value("location.search") == ""
    browser.value("socket.close()")
    served.wait(lambda: served.hub.session == 2, "the page connects again")
    browser.visit("about:blank")
    served.wait(lambda: not served.hub.watched, "the page is left")
    browser.visit(served.access.address.partition("?")[0])
    served.wait(lambda: served.hub.watched, "the page is loaded again, without the token in its address")


@pytest.mark.browser
def test_a_page_with_the_token_of_an_earlier_server_says_so_and_stops(
    serve: Callable[..., Any], browser: Any
) -> None:
    served = serve(token="secret")
    browser.visit(served.access.address.replace("secret", "earlier"))
    line = "document.getElementById('connection').textContent"
    browser.wait(f"{line} === {json.dumps(served.access.token_refusal('earlier'))}")
    browser.value("window.retries = 0; window.setTimeout = (what) => { retries += what === connect; }")
    for code, retries in ((1008, 0), (1006, 1)):
        browser.value(f"socket.dispatchEvent(new CloseEvent('close', {{ code: {code} }}))")
        assert browser.value("retries") == retries, "it tries again after a lost connection only"


@pytest.mark.browser
def test_old_state_is_marked_as_old_and_what_is_gone_is_removed(
    serve: Callable[..., Any], browser: Any
) -> None:
    served = serve()
    opened(served, browser)
    served.hub.put_notice("The camera is gone.")
    browser.wait("document.getElementById('notice').textContent !== ''")
    browser.value("LIMITS.pictureMs = LIMITS.laneMs = LIMITS.nodeMs = LIMITS.noticeMs = 0")
    browser.wait("document.querySelector('.view figcaption').textContent.startsWith('No picture for ')")
    browser.wait("document.querySelector('.view canvas').getAttribute('aria-label').includes('no longer')")
    browser.wait("document.querySelector('.lane .reason').textContent.startsWith('no data for ')")
    levels = "[...document.querySelectorAll('#nodes .level')].map((cell) => cell.textContent).join()"
    browser.wait(f"{levels} === 'STALE,STALE'")
    browser.wait("document.getElementById('notice').textContent === ''")
    browser.value("LIMITS.laneGoneMs = 0")
    browser.wait("document.querySelector('.lane') === null")
    keep_all(browser)
    served.hub.put_state("node tracker", node(TRACKER, "processing", {}))
    browser.wait(f"{levels} === 'OK,STALE'")
    gone = "document.querySelector('.camera') === null"
    served.hub.put_state("graph", {"kind": "graph", "namespace": "/mer", "cameras": []})
    browser.wait(f"{gone} && !document.getElementById('no-camera').hidden")
    late = {"camera": TRACKER, "source": "front", "time_s": 9.0, "faces": {"face_1": [0.1, ""]}}
    served.hub.put_movement({"kind": "movement", **late})
    served.hub.put_movement({"kind": "notice", "text": "after the movement"})
    browser.wait("document.getElementById('notice').textContent === 'after the movement'")
    assert browser.value(gone) and browser.errors == []


@pytest.mark.browser
def test_a_browser_that_joins_late_sees_a_dead_node_as_stale_with_its_age(
    serve: Callable[..., Any], browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = serve()
    served.hub.join(lambda: None)  # the first browser
    served.hub.put_state("node explainer", node(EXPLAINER, "died since", {}))
    monkeypatch.setattr(served.hub, "_now_s", lambda: time.monotonic() + 90)
    served.hub.put_state("node tracker", node(TRACKER, "processing", {}))
    browser.visit(served.access.address)
    rows = "[...document.querySelectorAll('#nodes tr')].map((row) => row.textContent)"
    browser.wait(f"{rows}.length === 2")
    dead, alive = browser.value(rows)
    assert re.fullmatch(r"explainerSTALEno diagnostics for (89|9\d) s", dead), dead
    assert alive == "face_trackerOKprocessing" and browser.errors == []
