"""The subscriber of README.md prints final labels, and ends without a traceback.

rclpy of ROS 2 Jazzy wakes its executor before it shuts the context down. If the executor waits again in
between, the signal is lost or ends in an RCLError: 2 of 224 listeners on a busy machine. So one of three
listeners has to end cleanly; a listener that cannot end fails three times.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mer_interfaces.msg import Emotion
from mer_ros.nodes.base.qos import OFFERED

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
(LISTENER,) = re.findall(r"```python\n(import rclpy\n.*?)```", README, re.DOTALL)
_TRIES = 3
_IDLE_S = 1.0
_END_S = 20.0


def _ending(number: signal.Signals, publisher_apart: Callable[..., Any]) -> tuple[int | None, str]:
    """Exit code (None if it did not end) and remaining output of a listener that printed a label."""
    listener = subprocess.Popen(
        [sys.executable, "-u", "-c", LISTENER], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        with publisher_apart(Emotion, "/mer/emotion", OFFERED["emotion"]) as publisher:
            publisher.publish(Emotion(event_id="a", label="surprise", provisional=True))
            publisher.publish(Emotion(event_id="a", label="surprise", confidence=0.7956357598304749))
            assert listener.stdout is not None
            assert listener.stdout.readline() == "surprise 0.80 \n"
        time.sleep(_IDLE_S)  # until it waits for the next message
        listener.send_signal(number)
        output, _ = listener.communicate(timeout=_END_S)
        return listener.returncode, output
    except subprocess.TimeoutExpired:
        return None, "did not end"
    finally:
        listener.kill()
        listener.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_final_labels_with_two_digits_and_ends_cleanly(
    number: signal.Signals, publisher_apart: Callable[..., Any]
) -> None:
    endings = []
    while (0, "") not in endings and len(endings) < _TRIES:
        endings.append(_ending(number, publisher_apart))
    assert (0, "") in endings, endings
