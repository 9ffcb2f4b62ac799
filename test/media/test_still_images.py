"""Faults 17 to 19 of compressed images, and complete images."""

from __future__ import annotations

import struct
import tracemalloc
import zlib

import cv2
import numpy as np
import pytest

from mer_ros.errors import BadFrame
from mer_ros.media.still_images import declared_size, decode, decode_counted

COMPRESSED = [".jpg", ".png", ".webp"]


def encoded(ending: str, width: int = 64, height: int = 48) -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    return bytes(cv2.imencode(ending, noise)[1].tobytes())


@pytest.mark.parametrize("ending", COMPRESSED)
def test_complete_compressed_images_are_decoded(ending: str) -> None:
    assert declared_size(encoded(ending)) == (64, 48)
    assert decode(encoded(ending)).shape == (48, 64, 3)
    padded = encoded(ending) + bytes(16)  # as some cameras do
    assert decode(padded).shape == (48, 64, 3)


def test_the_orientation_tag_of_an_image_is_ignored() -> None:
    data = encoded(".jpg")
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)  # orientation: a quarter turn
    exif = b"Exif\0\0" + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    turned = data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:]
    assert cv2.imdecode(np.frombuffer(turned, np.uint8), cv2.IMREAD_COLOR).shape == (64, 48, 3)
    assert np.array_equal(decode(turned), decode(data))


BEHIND = {
    "line end": b"\r\n",
    "0xff": b"\xff",
    "trailer": b"\x00\x00\x00\x18ftyp trailer",
    "stale buffer": encoded(".jpg")[300:],
}


@pytest.mark.parametrize("ending", COMPRESSED)
@pytest.mark.parametrize("behind", BEHIND)
def test_fault_86_bytes_behind_an_image_are_ignored_and_counted(ending: str, behind: str) -> None:
    image, excess = decode_counted(encoded(ending) + BEHIND[behind])
    assert np.array_equal(image, decode(encoded(ending)))
    assert excess == len(BEHIND[behind].strip(b"\x00"))


@pytest.mark.parametrize("ending", COMPRESSED)
@pytest.mark.parametrize("before", [b" ", b"\r\n", b"\n\n", bytes(3)])
def test_fault_86_a_blank_before_an_image_is_ignored(ending: str, before: bytes) -> None:
    image, excess = decode_counted(before + encoded(ending))
    assert np.array_equal(image, decode(encoded(ending)))
    assert excess == len(before.strip(b"\x00"))


@pytest.mark.parametrize("ending", COMPRESSED)
@pytest.mark.parametrize("behind", [b"\r\n", b"\xff", bytes(64)])
def test_fault_86_an_image_that_is_cut_off_is_refused_whatever_is_behind(ending: str, behind: bytes) -> None:
    data = encoded(ending)
    with pytest.raises(BadFrame) as caught:
        decode(data[: len(data) - 40] + (behind if ending != ".webp" else b""))
    assert caught.value.reason == "compressed"


@pytest.mark.parametrize(
    "parameters", [[cv2.IMWRITE_WEBP_QUALITY, 80], [cv2.IMWRITE_WEBP_QUALITY, 101]], ids=["lossy", "lossless"]
)
def test_webp_is_decoded(parameters: list[int]) -> None:
    image = np.full((48, 64, 3), (30, 60, 200), np.uint8)
    data = cv2.imencode(".webp", image, parameters)[1].tobytes()
    assert declared_size(data) == (64, 48)
    assert np.abs(decode(data).astype(int) - image).max() < 12


def test_webp_with_transparency_is_decoded() -> None:
    image = np.dstack([np.full((48, 64, 3), 90, np.uint8), np.full((48, 64), 200, np.uint8)])
    data = cv2.imencode(".webp", image, [cv2.IMWRITE_WEBP_QUALITY, 80])[1].tobytes()
    assert declared_size(data) == (64, 48) and decode(data).shape == (48, 64, 3)


@pytest.mark.parametrize("ending", [".jpg", ".png"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("skipped", [0, 300])
def test_fault_17_a_cut_off_image_before_the_rest_of_an_older_one_is_refused_if_a_header_is_left(
    ending: str, share: float, skipped: int
) -> None:
    """Of a JPEG, the tail of an older scan alone is not recognised: see test_image_end.py."""
    data = encoded(ending)
    with pytest.raises(BadFrame) as caught:
        decode(data[: int(share * len(data))] + data[skipped:])
    assert caught.value.reason == "compressed"


@pytest.mark.parametrize("ending", COMPRESSED)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
def test_fault_17_a_truncated_image_is_refused(ending: str, share: float) -> None:
    data = encoded(ending)
    with pytest.raises(BadFrame) as caught:
        decode(data[: int(share * len(data))])
    assert caught.value.reason == "compressed"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"not an image at all" * 50,
        b"\xff\xd8" + b"\xff\xe0\x00\x10" * 9,
        b"\xff\xd8" + bytes(99) + b"\xff\xd9",
    ],
    ids=lambda d: f"fault_18_{len(d)}_bytes",
)
def test_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        decode(data)


def claiming(ending: str, size: int) -> bytes:
    """An image whose header declares size x size pixels."""
    data = bytearray(encoded(ending))
    if ending == ".png":
        data[16:24] = size.to_bytes(4, "big") * 2
        data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    else:
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = size.to_bytes(2, "big") * 2
    return bytes(data)


@pytest.fixture
def no_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("decoded before its header was checked"))


@pytest.mark.parametrize("ending", [".jpg", ".png"], ids=lambda e: f"fault_19{e}")
def test_a_decompression_bomb_is_refused_by_its_declared_size(ending: str, no_decoding: None) -> None:
    assert declared_size(claiming(ending, 60000)) == (60000, 60000)
    with pytest.raises(BadFrame) as caught:
        decode(claiming(ending, 60000))
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize("ending", [".jpg", ".png"])
def test_an_image_without_pixels_is_refused(ending: str, no_decoding: None) -> None:
    with pytest.raises(BadFrame) as caught:
        decode(claiming(ending, 0))
    assert caught.value.reason == "compressed"


def test_a_png_whose_header_fails_its_checksum_is_refused(no_decoding: None) -> None:
    data = bytearray(claiming(".png", 60000))
    data[29] ^= 1
    with pytest.raises(BadFrame) as caught:
        decode(bytes(data))
    assert caught.value.reason == "compressed"


def with_segments(count: int) -> bytes:
    """A JPEG with this number of application segments of 64 KiB before its frame header."""
    data = encoded(".jpg")
    return data[:2] + (b"\xff\xe5\xff\xff" + bytes(0xFFFD)) * count + data[2:]


def test_a_long_header_is_read_up_to_a_limit(no_decoding: None) -> None:
    """Pillow takes 0.1 to 0.4 s per megabyte of header, which is too slow for a tracker."""
    assert declared_size(with_segments(3)) == declared_size(with_segments(40)) == (64, 48)
    with pytest.raises(BadFrame) as caught:
        decode(with_segments(40))
    assert caught.value.reason == "compressed"


def test_a_header_of_several_segments_is_read() -> None:
    assert np.array_equal(decode(with_segments(3)), decode(encoded(".jpg")))


@pytest.mark.parametrize("ending", [".jpg", ".png"])
def test_the_declared_size_is_in_the_first_kilobyte_and_allocates_no_image(
    ending: str, no_decoding: None
) -> None:
    data = encoded(ending, 640, 480)
    assert declared_size(data[:1024]) == (640, 480)
    tracemalloc.start()
    declared_size(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000 < 640 * 480
