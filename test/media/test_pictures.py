"""Sequences of picture files as recordings."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks.recording_files import image_of, number_of, write_pictures
from mer_ros.errors import ConfigError, DataError
from mer_ros.media.pictures import PictureReader


def test_fault_80_an_unreadable_picture_is_left_out_and_keeps_its_place(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "a", 5)
    (folder / "img001.png").write_bytes(b"")
    (folder / "img003.png").write_bytes(b"no picture")
    reader = PictureReader(folder, 100.0)
    for _ in range(2):
        frames = list(reader.timed_frames())
        assert [(t, number_of(image)) for t, image in frames] == [(0, 0), (20_000_000, 2), (40_000_000, 4)]
        [warning] = reader.warnings
        assert warning.startswith(f"2 of 5 pictures of '{folder}' could not be read, the first 'img001.png'")


def test_no_readable_picture_is_an_error(tmp_path: Path) -> None:
    (write_pictures(tmp_path / "a", 1) / "img000.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match="none of the 1 picture"):
        list(PictureReader(tmp_path / "a", 100.0).timed_frames())


def test_pictures_need_a_frame_rate(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no frame rate"):
        PictureReader(write_pictures(tmp_path / "a", 1), 0.0)


def test_fault_81_the_exif_orientation_is_applied(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by 90 degrees clockwise
    picture = Image.fromarray(cv2.cvtColor(image_of(5), cv2.COLOR_BGR2RGB))
    picture.save(tmp_path / "phone.jpg", exif=exif, quality=95)
    [(_, image)] = PictureReader(tmp_path, 30.0).timed_frames()
    assert np.abs(image.astype(int) - np.rot90(image_of(5), k=-1)).mean() < 8
