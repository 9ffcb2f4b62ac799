"""The end of an encoded image, found without decoding."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.media.image_end import blank_before, end_of_image, is_webp

NOISE = np.random.default_rng(1).integers(0, 256, (120, 160, 3), np.uint8)


def encoded(ending: str, *parameters: int) -> bytes:
    return bytes(cv2.imencode(ending, NOISE, list(parameters))[1].tobytes())


IMAGES = {
    "jpeg": encoded(".jpg"),
    "progressive jpeg": encoded(".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "jpeg with restarts": encoded(".jpg", cv2.IMWRITE_JPEG_RST_INTERVAL, 2),
    "png": encoded(".png"),
    "webp": encoded(".webp"),
}


@pytest.mark.parametrize("kind", IMAGES)
def test_the_end_is_the_last_byte_whatever_is_behind_it(kind: str) -> None:
    data = IMAGES[kind]
    assert end_of_image(data) == len(data)
    for behind in (b"\r\n", b"\xff", bytes(9), IMAGES["jpeg"], b"IEND"):
        assert end_of_image(data + behind) == len(data)


@pytest.mark.parametrize("kind", IMAGES)
def test_an_image_without_its_last_byte_has_no_end(kind: str) -> None:
    data = IMAGES[kind]
    for length in (len(data) - 1, len(data) // 2, 20, 3):
        assert end_of_image(data[:length]) is None


@pytest.mark.parametrize("kind", [kind for kind in IMAGES if kind != "webp"])
def test_half_an_image_has_no_end_whatever_follows_it(kind: str) -> None:
    data = IMAGES[kind]
    for behind in (data, bytes(len(data)), IMAGES["jpeg"]):
        found = end_of_image(data[: len(data) // 2] + behind)
        assert found is None or kind == "png", "bytes in the middle of a PNG chunk are found by its checksum"


def test_an_end_marker_inside_a_segment_is_not_the_end() -> None:
    data = IMAGES["jpeg"]
    thumbnail = b"\xff\xe1\x00\x08\xff\xd8\xff\xd9\x00\x00"
    assert end_of_image(data[:2] + thumbnail + data[2:]) == len(data) + len(thumbnail)


@pytest.mark.parametrize("data", [b"", b"\xff", b"RIFF", b"not an image", b"GIF89a" + bytes(99)])
def test_other_data_has_no_end(data: bytes) -> None:
    assert end_of_image(data) is None and not is_webp(data)


def test_blanks_are_counted_at_the_start_only() -> None:
    assert blank_before(b" \r\n\x00\xff\xd8 ") == 4
    assert blank_before(b"\xff\xd8") == 0
