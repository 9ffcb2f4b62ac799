"""The clauses against lost frames fit the camera."""

from __future__ import annotations

import pytest

from mer_ros.graph import image_remedies
from mer_ros.stream.image_checks import PIXEL_BYTES


def test_encodings_with_one_byte_are_those_that_the_tracker_reads() -> None:
    assert image_remedies.ONE_BYTE == {encoding for encoding, n in PIXEL_BYTES.items() if n == 1}


@pytest.mark.parametrize(
    ("publishers", "encoding", "compressed", "clauses"),
    [
        (["/driver"], "bgr8", False, ["send compressed or mono8 images"]),
        ([], "", False, ["send compressed or mono8 images"]),
        (["/driver"], "mono8", False, ["send compressed images"]),
        (["/driver"], "", True, ["lower the frame rate or the size of the images"]),
        (["/mer/camera", "/driver"], "bgr8", False, ["send compressed or mono8 images"]),
        (
            ["/mer/camera"],
            "bgr8",
            False,
            [image_remedies.IN_TRACKER, "lower its frame rate (fps, or rate of a recording)"],
        ),
    ],
)
def test_images_are_made_smaller_in_a_way_that_the_camera_can(
    publishers: list[str], encoding: str, compressed: bool, clauses: list[str]
) -> None:
    assert image_remedies.smaller_images(publishers, encoding, compressed) == clauses


@pytest.mark.parametrize(
    ("ways", "sentence"), [(["a"], "a"), (["a", "b"], "a, or b"), (["a", "b", "c"], "a, b, or c")]
)
def test_ways_are_alternatives(ways: list[str], sentence: str) -> None:
    assert image_remedies.either(ways) == sentence


def test_a_profile_is_loaded_by_all_who_lack_it() -> None:
    assert image_remedies.load_profile(["/a", "/b", "/c"], "config/fastdds.xml") == (
        "start /a, /b and /c with config/fastdds.xml (FASTRTPS_DEFAULT_PROFILES_FILE)"
    )
