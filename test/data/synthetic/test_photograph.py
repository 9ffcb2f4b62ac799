"""A user's photograph replaces the built-in one."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mer_ros.data.synthetic import CONDITIONS, STILL, Photograph, synthetic_clip
from mer_ros.data.synthetic.head_motion import HeadPose
from mer_ros.data.synthetic.photograph import built_in
from mer_ros.data.synthetic.scenes import N_LANDMARKS, Scene, scene_of
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.errors import DataError
from mer_ros.face import canonical_mesh
from mer_ros.face.finder import FaceFinder
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


@pytest.fixture(scope="module")
def finder() -> Iterator[FaceFinder]:
    """Finds up to four faces of 15 px between the eyes."""
    found = FaceFinder(4, 15.0)
    yield found
    found.close()


def test_a_tight_portrait_stands_before_a_calm_backdrop(finder: FaceFinder) -> None:
    """Reflection showed a second mouth below the chin, and eyes beside the face."""
    left, top, right, bottom = 168, 62, 281, 178
    tight = canonical_mesh.photograph()[top:bottom, left:right]  # from the hair to the chin
    photograph = Photograph.of(tight)
    low, high = photograph.landmarks[:, :2].min(axis=0), photograph.landmarks[:, :2].max(axis=0)
    assert high[1] > tight.shape[0] - 4, "the chin touches the edge"
    own = built_in().landmarks[:, :2] - (left, top)
    assert np.linalg.norm(photograph.landmarks[:, :2] - own, axis=1).mean() < 0.03 * (high - low)[0]
    clip = synthetic_clip(4, n_events=7, conditions=CONDITIONS["everyday"](4), photograph=photograph)
    for i in range(0, clip.n_frames, clip.n_frames // 6):
        faces: list[NDArray[np.float32]] = []
        for turn in range(3):
            faces = finder.find(clip.render(i), faces, turn, n_tiles=1000)
        assert len(faces) == 1
    below = cv2.blur(clip.render(0)[-110:], (5, 5)).astype(int)
    assert np.abs(np.diff(below, axis=1)).max() <= 8, "nothing but sensor noise below the picture"


def test_the_built_in_photograph_is_continued_as_the_models_know_it() -> None:
    assert built_in().reflected
    image, left, top = built_in().covering(np.array([-50.0, -50.0]), np.array([600.0, 600.0]))
    assert image is built_in().image and (left, top) == (0, 0)


@pytest.fixture(scope="module", params=["photograph", "parametric"])
def scene(request: pytest.FixtureRequest) -> Scene:
    """A head of the generator, its face 200 px wide."""
    return scene_of(make_subject(9000, head=request.param), (640, 480), 200.0)


def draw(scene: Scene, closure: float = 0.0, open_px: float = 0.0, **pose_deg: float) -> NDArray[np.uint8]:
    """A picture of a head. closure: of the eyes. open_px: movement of the jaw."""
    pose = {"yaw": 0.0, "pitch": 0.0, "roll": 0.0, **{n: np.deg2rad(v) for n, v in pose_deg.items()}}
    jaw = scene.displacement({"AU25R": 1.0, "AU25L": 1.0, "AU26R": 1.0, "AU26L": 1.0})
    jaw = jaw * open_px / np.linalg.norm(jaw[:N_LANDMARKS, :2], axis=1).max()
    head = HeadPose(0, 0, pose["roll"], pose["yaw"], pose["pitch"], 0)
    return scene.draw(head, scene.field(jaw) if open_px else None, closure)


@pytest.mark.parametrize(
    "natural", [{}, {"yaw": 8}, {"yaw": -8}, {"roll": 20}, {"closure": 0.4}, {"pitch": -8}]
)
def test_a_natural_portrait_is_accepted(scene: Scene, natural: dict[str, float]) -> None:
    assert Photograph.of(draw(scene, **natural)).remark == ""


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"yaw": 30}, r"turned 3\d degrees to the right of the image \(at most 20\)"),
        ({"yaw": -30}, r"turned [23]\d degrees to the left of the image"),
        ({"pitch": 30}, r"turned [34]\d degrees down"),
        ({"roll": 45}, r"tilted by [45]\d degrees"),
        ({"roll": 180}, r"tilted by 1[78]\d degrees"),
        ({"closure": 1.0}, "closed eyes: give one with open eyes"),
        ({"open_px": 40}, r"open mouth \(lips [1-4]\d% of the distance between the eyes apart"),
    ],
    ids=str,
)
def test_an_unsuitable_portrait_is_refused_by_name(scene: Scene, fault: dict[str, float], words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        Photograph.of(draw(scene, **fault), "me.jpg")
    message = str(caught.value)
    assert message.startswith("me.jpg shows ") and message.endswith(".") and message.count(". ") == 0


@pytest.mark.parametrize(
    ("edge", "part"),
    [
        ("upper", np.s_[175:, :]),
        ("lower", np.s_[:265, :]),
        ("left", np.s_[:, 300:]),
        ("right", np.s_[:, :355]),
    ],
)
def test_a_face_that_is_cut_is_refused_with_the_edge(
    scene: Scene, edge: str, part: tuple[slice, slice]
) -> None:
    with pytest.raises(DataError, match=rf"cut by the {edge} edge of the image \(\d+% of it is missing\)"):
        Photograph.of(np.ascontiguousarray(draw(scene)[part]))
