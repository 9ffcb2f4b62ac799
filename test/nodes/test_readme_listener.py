"""The subscriber of README.md prints final labels, and ends without a traceback."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mer_interfaces.msg import Emotion
from mer_ros.nodes.base.qos import OFFERED

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
(LISTENER,) = re.findall(r"```python\n(import rclpy\n.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_final_labels_with_two_digits_and_ends_cleanly(number: signal.Signals, probe: Any) -> None:
    listener = subprocess.Popen(
        [sys.executable, "-u", "-c", LISTENER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        publisher = probe.publisher(Emotion, "/mer/emotion", OFFERED["emotion"])  # waits for the listener
        publisher.publish(Emotion(event_id="a", label="surprise", provisional=True))
        publisher.publish(Emotion(event_id="a", label="surprise", confidence=0.7956357598304749))
        assert listener.stdout is not None
        assert listener.stdout.readline() == "surprise 0.80 \n"
        listener.send_signal(number)
        assert listener.communicate(timeout=60) == ("", "")
        assert listener.returncode == 0
    finally:
        listener.kill()
        listener.wait()
