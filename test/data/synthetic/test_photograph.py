"""A user's photograph replaces the built-in one."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic import STILL, Photograph, synthetic_clip
from mer_ros.data.synthetic.photograph import built_in
from mer_ros.errors import DataError
from mer_ros.face import canonical_mesh
from mer_ros.face.mesh import FaceMesh


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in photograph mirrored, enlarged, brighter and rolled: another image with a known face."""
    image = canonical_mesh.photograph()[:, ::-1]
    turn = cv2.getRotationMatrix2D((256, 180), 8, 1.0)
    turned = cv2.warpAffine(image, turn, (512, 512), borderMode=cv2.BORDER_REFLECT_101)
    path = tmp_path_factory.mktemp("photo") / "me.jpg"
    cv2.imwrite(str(path), cv2.convertScaleAbs(cv2.resize(turned, None, fx=1.7, fy=1.7), alpha=1.1))
    return path


def _png(width: int, height: int) -> bytes:
    """A PNG file that declares a size and holds no pixel."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (header, b"IEND")
    chunks = [struct.pack(">I", len(p) - 4) + p + struct.pack(">I", zlib.crc32(p)) for p in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_given_face_is_found_and_moved(other: Path) -> None:
    photograph = Photograph.read(other)
    assert photograph.scale_px == pytest.approx(1.7 * built_in().scale_px, rel=0.06)
    clip = synthetic_clip(4, n_events=7, conditions=STILL, photograph=photograph)
    mesh = FaceMesh(tracking=False)
    seen = mesh.detect(clip.render(0))[0][:, :2]
    mesh.close()
    assert np.abs(seen - clip.true_landmarks(0)).mean() < 3.0
    event = clip.truth[0]
    apex = round(event.apex_s * clip.fps)
    moved = np.linalg.norm(clip.true_expression(apex), axis=1).max()
    assert moved == pytest.approx(2.0 * event.gain, rel=0.05)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not an image"),
        (b"GIF89a???", "not an image"),
        (_png(60_000, 60_000), "has 60000x60000 pixels"),
        (_png(64, 64), "damaged"),
    ],
    ids=["empty", "another format", "a bomb", "without pixels"],
)
def test_a_file_that_is_no_image_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(content)
    with pytest.raises(DataError, match=words):
        Photograph.read(path)


def test_an_image_without_a_face_or_with_two_or_a_tiny_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be read \(No such file"):
        Photograph.read(tmp_path / "none.png")
    with pytest.raises(DataError, match="shows no face"):
        Photograph.of(np.full((300, 300, 3), 90, np.uint8))
    face = cv2.resize(canonical_mesh.photograph()[:300, 80:370], None, fx=1.6, fy=1.6)
    with pytest.raises(DataError, match="shows more than one face"):
        Photograph.of(np.hstack([face, face]))
    far = np.full((400, 400, 3), 120, np.uint8)
    far[100:300, 100:293] = cv2.resize(face, (193, 200), interpolation=cv2.INTER_AREA)
    with pytest.raises(DataError, match=r"shows a face \d\d px wide"):
        Photograph.of(cv2.resize(far, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA))
