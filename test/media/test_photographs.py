"""Photographs of every format under any name are read upright, in colour, with eight bits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, features

from mer_ros.errors import DataError
from mer_ros.media.photographs import read_photograph

SIZE_WH = (48, 32)
FORMATS = ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", *(["AVIF"] if features.check("avif") else [])]


def ramp() -> Any:
    """(32, 48, 3) uint8 RGB: red grows to the right, blue downwards."""
    picture = np.full((32, 48, 3), 100, np.uint8)
    picture[..., 0] = np.linspace(20, 230, 48).astype(np.uint8)
    picture[..., 2] = np.linspace(30, 220, 32).astype(np.uint8)[:, None]
    return picture


def assert_is_ramp(image: Any, tolerance: float = 14) -> None:
    assert image.shape == (32, 48, 3) and image.dtype == np.uint8
    assert np.abs(image[..., ::-1].astype(int) - ramp()).mean() < tolerance


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["a.jpg", "B.PNG", "none", "größe 1 (2).webp"])
def test_a_picture_of_any_format_opens_under_any_name(kind: str, name: str, tmp_path: Path) -> None:
    Image.fromarray(ramp()).save(tmp_path / "x", format=kind)
    (tmp_path / "x").rename(tmp_path / name)
    assert_is_ramp(read_photograph(tmp_path / name))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_exif_orientation_is_applied(kind: str, orientation: int, tmp_path: Path) -> None:
    turns = {
        1: lambda p: p,
        2: lambda p: p[:, ::-1],
        3: lambda p: p[::-1, ::-1],
        4: lambda p: p[::-1],
        5: lambda p: p.transpose(1, 0, 2),
        6: lambda p: np.rot90(p, 1),
        7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
        8: lambda p: np.rot90(p, 3),
    }
    stored = Image.fromarray(np.ascontiguousarray(turns[orientation](ramp())))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "x", format=kind, exif=exif)
    assert_is_ramp(read_photograph(tmp_path / "x"))


@pytest.mark.parametrize("mode", ["CMYK", "L", "RGBA", "LA", "P", "1"])
def test_other_colours_are_converted(mode: str, tmp_path: Path) -> None:
    picture = Image.fromarray(ramp()).convert(mode)
    picture.save(tmp_path / "x", format="JPEG" if mode == "CMYK" else "PNG")
    image = read_photograph(tmp_path / "x")
    if mode in ("CMYK", "RGBA", "P"):
        assert_is_ramp(image, 30)
    else:
        assert image.shape == (32, 48, 3) and image[:, -8:].mean() > image[:, :8].mean() + 20


def test_transparent_pixels_are_grey(tmp_path: Path) -> None:
    picture = np.dstack([ramp(), np.full((32, 48), 255, np.uint8)])
    picture[:, :24, 3] = 0
    Image.fromarray(picture).save(tmp_path / "x.png")
    image = read_photograph(tmp_path / "x.png")
    assert (image[:, :24] == 127).all() and np.array_equal(image[:, 24:, ::-1], ramp()[:, 24:])


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
@pytest.mark.parametrize("colour", [True, False])
def test_16_bits_become_8(suffix: str, colour: bool, tmp_path: Path) -> None:
    deep = ramp()[..., ::-1].astype(np.uint16) * 257
    path = tmp_path / f"x{suffix}"
    cv2.imwrite(str(path), deep if colour else deep[..., 2])
    image = read_photograph(path)
    if colour:
        assert_is_ramp(image, 2)
    else:
        assert np.abs(image[..., 0].astype(int) - ramp()[..., 0]).max() <= 1


def test_what_is_no_picture_is_refused_in_one_sentence(tmp_path: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)).save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()
    for content, words in {
        b"": "is not an image",
        b"%PDF-1.7 ...": "is not an image",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1": "is a HEIC picture",
        whole[: len(whole) // 2]: "is a damaged image",
    }.items():
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(DataError, match=words) as caught:
            read_photograph(tmp_path / "x")
        assert str(caught.value).count("\n") == 0 and str(caught.value).endswith(".")
    with pytest.raises(DataError, match=r"cannot be read \(Is a directory\)"):
        read_photograph(tmp_path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_damaged_metadata_is_never_a_traceback(kind: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x011A] = 6, "a description", 72.0
    Image.fromarray(ramp()).save(tmp_path / "x", format=kind, exif=exif)
    whole, rng = bytearray((tmp_path / "x").read_bytes()), np.random.default_rng(0)
    metadata = [i for i in range(len(whole)) if whole[i : i + 4] in (b"II*\0", b"MM\0*")]
    start = metadata[0] if metadata else 0
    for _ in range(300):
        damaged = bytearray(whole)
        for at in rng.integers(start, min(start + 120, len(whole)), 3):
            damaged[at] = rng.integers(256)
        (tmp_path / "y").write_bytes(damaged)
        try:
            assert read_photograph(tmp_path / "y").ndim == 3
        except DataError as error:
            assert "damaged" in str(error) or "not an image" in str(error) or "pixels" in str(error)
