"""Pictures as binary messages."""

from __future__ import annotations

import json
import struct

import cv2
import numpy as np
import pytest

from mer_ros.web.pictures import MOST_WIDTH_PX, LivePicture


def test_a_message_is_header_and_jpeg() -> None:
    image = np.zeros((48, 64, 3), np.uint8)
    image[:, 32:] = (255, 0, 0)  # blue
    message = LivePicture(image, {"camera": "front"}).message(delay_ms=None)
    (size,) = struct.unpack_from(">I", message)
    assert json.loads(message[4 : 4 + size]) == {"camera": "front", "delay_ms": None}
    shown = cv2.imdecode(np.frombuffer(message[4 + size :], np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape == (48, 64, 3)
    assert shown[24, 8] == pytest.approx((0, 0, 0), abs=12)
    assert shown[24, 56] == pytest.approx((255, 0, 0), abs=12)


def test_it_is_compressed_once() -> None:
    picture = LivePicture(np.zeros((48, 64, 3), np.uint8), {})
    assert picture.jpeg is picture.jpeg and picture._image is None


def test_a_large_picture_is_reduced() -> None:
    picture = LivePicture(np.zeros((1080, 1920, 3), np.uint8), {})
    shown = cv2.imdecode(np.frombuffer(picture.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape == (720, MOST_WIDTH_PX, 3)


def test_a_read_only_picture_is_no_fault() -> None:
    image = np.zeros((48, 64, 3), np.uint8)
    image.setflags(write=False)
    assert LivePicture(image, {}).jpeg.startswith(b"\xff\xd8")
