"""Faults 17 to 19 of a compressed image, and pictures that are whole."""

from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest

from mer_ros.errors import BadFrame
from mer_ros.media.still_images import declared_size, decode


def encoded(ending: str, width: int = 64, height: int = 48) -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    return bytes(cv2.imencode(ending, noise)[1].tobytes())


@pytest.mark.parametrize("ending", [".jpg", ".png"])
def test_whole_compressed_pictures_decode(ending: str) -> None:
    assert declared_size(encoded(ending)) == (64, 48)
    assert decode(encoded(ending)).shape == (48, 64, 3)
    assert decode(encoded(ending) + bytes(16)).shape == (
        48,
        64,
        3,
    )  # padded with zeros by the camera


def test_a_picture_that_its_file_calls_turned_stays_as_the_sensor_saw_it() -> None:
    data = encoded(".jpg")
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)  # orientation: a quarter turn
    exif = b"Exif\0\0" + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    turned = data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:]
    assert cv2.imdecode(np.frombuffer(turned, np.uint8), cv2.IMREAD_COLOR).shape == (64, 48, 3)
    assert np.array_equal(decode(turned), decode(data))


@pytest.mark.parametrize("ending", [".jpg", ".png"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
def test_fault_17_a_cut_off_picture_is_refused(ending: str, share: float) -> None:
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


@pytest.mark.parametrize("ending", [".jpg", ".png"], ids=lambda e: f"fault_19{e}")
def test_a_decompression_bomb_is_refused_by_its_declared_size(
    ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bytearray(encoded(ending))
    if ending == ".png":
        data[16:24] = (60000).to_bytes(4, "big") * 2
    else:
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = (60000).to_bytes(2, "big") * 2
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("decoded before its size was judged"))
    with pytest.raises(BadFrame) as caught:
        decode(bytes(data))
    assert caught.value.reason == "too_large"
