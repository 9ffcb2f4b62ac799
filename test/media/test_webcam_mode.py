"""The mode of a webcam that comes closest to the requested size and rate, and its description."""

from __future__ import annotations

import pytest

from mer_ros.media.webcam_mode import WebcamMode, best_mode

VGA, HD = (640, 480), (1280, 720)


@pytest.mark.parametrize(
    ("yuyv", "mjpg", "chosen"),
    [
        ((VGA, 30.0), (VGA, 60.0), "MJPG"),
        ((VGA, 30.0), (VGA, 30.0), "YUYV"),  # compression would only cost detail
        ((VGA, 30.0), (VGA, 31.0), "YUYV"),
        ((VGA, 30.0), (VGA, 15.0), "YUYV"),
        ((VGA, 200.0), (VGA, 260.0), "YUYV"),  # more than was requested is not better
        (((320, 240), 60.0), (VGA, 30.0), "MJPG"),
        ((VGA, 5.0), (HD, 60.0), "YUYV"),
        ((HD, 10.0), (HD, 60.0), "MJPG"),  # neither has the size
    ],
)
def test_the_size_counts_first_then_the_rate_then_an_uncompressed_format(
    yuyv: tuple[tuple[int, int], float], mjpg: tuple[tuple[int, int], float], chosen: str
) -> None:
    modes = [WebcamMode("YUYV", *yuyv), WebcamMode("MJPG", *mjpg)]
    assert best_mode(modes, VGA, 200.0).pixel_format == chosen


def test_a_driver_may_round_the_rate() -> None:
    assert WebcamMode("YUYV", VGA, 29.97).reaches(VGA, 30.0)
    assert not WebcamMode("YUYV", VGA, 25.0).reaches(VGA, 30.0)
    assert not WebcamMode("YUYV", HD, 30.0).reaches(VGA, 30.0)


def test_the_description_names_the_request_if_it_was_not_reached() -> None:
    mode = WebcamMode("MJPG", VGA, 59.94)
    assert mode.describe(VGA, 60.0) == "640x480 at 59.94 frames per second in MJPG"
    assert mode.describe(HD, 30.0).endswith("in MJPG; 1280x720 at 30 were requested")
    assert WebcamMode("", VGA, 30.0).describe(VGA, 30.0) == "640x480 at 30 frames per second"
