"""Headless Chromium, driven over a pipe (Chrome DevTools Protocol): no package is needed beside the browser.

Records what a page requests and what it writes to the console.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CONTRASTS = """
(() => {
  const light = (rgb) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (node) => {
    let [found, left] = [[0, 0, 0], 1]; // colour so far, and the share of it that shows what is below
    for (let at = node; at && left > 0; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parts(getComputedStyle(at).backgroundColor);
      found = found.map((v, i) => v + left * alpha * [r, g, b][i]);
      left *= 1 - alpha;
    }
    return found.map((v) => v + 255 * left);
  };
  const own = (node) => [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim());
  const all = [...document.querySelectorAll('body *:not(script, style, title, desc)')];
  return all.filter(own).map((node) => {
    const style = getComputedStyle(node);
    const ink = parts(node.closest('svg') ? style.fill : style.color).slice(0, 3);
    const [a, b] = [light(ink), light(ground(node))].sort((x, y) => y - x);
    return [node.tagName + ': ' + node.textContent.slice(0, 40), (a + 0.05) / (b + 0.05)];
  });
})()
"""
_MARK_FOCUSABLE = """
window.missed = new Set(
  [...document.querySelectorAll('a[href], button:enabled, summary, video[controls], [tabindex="0"]')]
    .filter((node) => node.checkVisibility())
)
"""

NAMES = ("chromium", "chromium-browser", "google-chrome")
WAIT_S = 60.0


def executable() -> str:
    """Path of the browser; RuntimeError if there is none."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise RuntimeError("These tests need Chromium: install it, for example with 'apt-get install chromium'.")


class Browser:
    """One page. requests: addresses that it requested, without data: and its own. errors: of the console."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._profile = tempfile.TemporaryDirectory()
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        # Chromium reads commands from descriptor 3 and answers on 4.
        command = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-pipe",
            "--hide-scrollbars",
            "--disable-background-networking",
        ]
        options += [f"--user-data-dir={self._profile.name}", "about:blank"]
        self._process = subprocess.Popen(
            ["bash", "-c", command, "-", str(to_read), str(to_write), executable(), *options],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_read)
        os.close(to_write)
        self._buffer, self._number, self._session = b"", 0, ""
        self._answers: dict[int, dict[str, Any]] = {}
        self._loaded, self._address = False, ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM", "Accessibility"):
            self._call(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._write)  # the browser ends with its pipe
        try:
            self._process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)
        self._profile.cleanup()

    def open(self, path: Path, dark: bool = False, width: int = 1240) -> None:
        """Open a file and wait until it is loaded."""
        self.visit(path.resolve().as_uri(), dark, width)

    def visit(self, address: str, dark: bool = False, width: int = 1240) -> None:
        """Open an address and wait until it is loaded."""
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._call("Emulation.setEmulatedMedia", features=scheme)
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False
        )
        self._loaded = False
        self._address = address
        self._call("Page.navigate", url=self._address)
        self._until(lambda: self._loaded)

    def value(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        found = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        return found["result"].get("value")

    def wait(self, expression: str) -> None:
        """Wait until a JavaScript expression is true; RuntimeError after ``WAIT_S``."""
        deadline = time.monotonic() + WAIT_S
        while not self.value(expression):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{expression} did not become true within {WAIT_S:g} s.")
            time.sleep(0.02)

    def print_media(self) -> None:
        """Show the page as it is printed."""
        self._call("Emulation.setEmulatedMedia", media="print")

    def press(self, key: str) -> None:
        """Press and release a key, such as Tab or Enter."""
        codes = {"Tab": 9, "Enter": 13, "ArrowRight": 39}
        more = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            own: dict[str, Any] = dict(more) if kind == "keyDown" else {}
            own |= {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
            self._call("Input.dispatchKeyEvent", **own)

    def tabbed(self) -> tuple[set[str], list[str]]:
        """Tags of what the Tab key reaches, and what is visible and operable, but not reached by it."""
        self.value(_MARK_FOCUSABLE)
        reached = set()
        for _ in range(2 * self.value("missed.size") + 20):
            self.press("Tab")
            reached.add(self.value("missed.delete(document.activeElement); document.activeElement.tagName"))
            if not self.value("missed.size"):
                break
        return reached, self.value("[...missed].map((node) => `${node.tagName}: ${node.textContent}`)")

    def contrasts(self) -> list[tuple[str, float]]:
        """(element, contrast of its text to its ground) of everything with text; WCAG 2.2, 1.4.3."""
        return [(name, ratio) for name, ratio in self.value(_CONTRASTS)]

    def accessible(self) -> list[tuple[str, str]]:
        """(role, name) of everything that a screen reader finds."""
        nodes = self._call("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], str(node.get("name", {}).get("value", "")))
            for node in nodes
            if not node["ignored"]
        ]

    def screenshot(self, path: Path) -> None:
        """The complete page as PNG."""
        data = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def pdf(self) -> bytes:
        """The page as it is printed."""
        return base64.b64decode(self._call("Page.printToPDF", printBackground=True)["data"])

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        self._until(lambda: number in self._answers)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def _until(self, done: Callable[[], bool]) -> None:
        """Read messages until ``done()``."""
        deadline = time.monotonic() + WAIT_S
        while not done():
            while b"\0" not in self._buffer:
                ready, _, _ = select.select([self._read], [], [], max(deadline - time.monotonic(), 0))
                part = os.read(self._read, 1 << 20) if ready else b""
                if not part:
                    raise RuntimeError(f"Chromium did not answer within {WAIT_S:g} s.")
                self._buffer += part
            text, _, self._buffer = self._buffer.partition(b"\0")
            answer = json.loads(text)
            self._note(answer.get("method", ""), answer.get("params", {}))
            if "id" in answer:
                self._answers[answer["id"]] = answer

    def _note(self, method: str, parameters: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Network.requestWillBeSent":
            address = parameters["request"]["url"]
            if address != self._address and not address.startswith("data:"):
                self.requests.append(address)
        elif method == "Runtime.exceptionThrown":
            self.errors.append(parameters["exceptionDetails"]["text"])
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.errors.append(str([argument.get("value") for argument in parameters["args"]]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.errors.append(parameters["entry"]["text"])
