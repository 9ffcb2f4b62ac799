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


JPEGS = [kind for kind in IMAGES if "jpeg" in kind]


@pytest.mark.parametrize("kind", JPEGS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_fault_17_headers_of_an_older_image_behind_a_cut_are_no_part_of_a_scan(
    kind: str, share: float
) -> None:
    data, frame = IMAGES[kind], max(IMAGES[kind].find(b"\xff\xc0"), IMAGES[kind].find(b"\xff\xc2"))
    scan = data.index(b"\xff\xda")
    cut = data[: int(scan + 20 + share * (len(data) - scan - 40))]
    for rest in (data, data[2:], data[300:], data[frame:], data[scan:]):
        assert end_of_image(cut + rest) is None


def test_scans_of_single_components_are_read_to_the_end() -> None:
    header = bytes.fromhex("ffd8 ffc0 000e 08 0001 0001 02 01 11 00 02 11 00")
    first, second = (bytes.fromhex(f"ffda 0008 01 {i:02} 00 00 3f 00 aabb ff00") for i in (1, 2))
    tables = bytes.fromhex("ffc4 0003 00")
    data = header + first + tables + second + b"\xff\xd9"
    assert end_of_image(data + b"\r\n") == len(data)
    assert end_of_image(header + first + first + b"\xff\xd9") is None
    assert end_of_image(header + first + second + tables + b"\xff\xd9") is None
    assert end_of_image(header + first + header[2:] + second + b"\xff\xd9") is None


def test_the_tail_of_an_older_scan_cannot_be_told_without_the_warnings_of_the_decoder() -> None:
    data = IMAGES["jpeg"]
    assert end_of_image(data[: len(data) // 2] + data[-500:]) == len(data) // 2 + 500


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
