from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from mer_ros.visualisation.encoding import jpeg, webp_loop


def plain(bgr, size=(20, 30)):
    return np.full((*size, 3), bgr, np.uint8)


def test_a_jpeg_shows_the_image():
    found = jpeg(plain((10, 200, 90)))
    assert found.media_type == "image/jpeg" and found.size_wh == (30, 20)
    assert np.abs(cv2.imdecode(np.frombuffer(found.data, np.uint8), 1).astype(int) - (10, 200, 90)).max() < 8


def test_a_loop_shows_all_images_in_their_colours_for_their_time():
    found = webp_loop([plain((250, 0, 0)), plain((0, 0, 250)), plain((0, 250, 0))], [100, 200, 600])
    with Image.open(io.BytesIO(found.data)) as loop:
        assert loop.format == "WEBP" and loop.n_frames == 3 and loop.info["loop"] == 0
        colours, times = [], []
        for i in range(3):
            loop.seek(i)
            loop.load()
            colours.append(int(np.asarray(loop.convert("RGB"))[10, 15].argmax()))
            times.append(loop.info["duration"])
    assert colours == [2, 0, 1] and times == [100, 200, 600]
