"""Faults 1 to 19 of an image message, each by its number."""

from __future__ import annotations

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from mer_ros.errors import BadFrame
from mer_ros.stream import image_checks
from mer_ros.stream.image_checks import check_format, check_image, message_to_bgr, to_bgr

BAD = [
    # height, width, encoding, step, n_bytes, reason, words
    pytest.param(4, 6, "", 18, 72, "encoding", "bgr8", id="fault_01_empty_encoding"),
    pytest.param(4, 6, "nv24", 18, 72, "encoding", "bgr8", id="fault_01_unknown_encoding"),
    pytest.param(4, 6, "32FC1", 24, 96, "encoding", "32FC1", id="fault_02_and_14_float_with_nan"),
    pytest.param(4, 6, "16UC1", 12, 48, "encoding", "depth", id="fault_02_depth"),
    pytest.param(4, 6, "8UC3", 18, 72, "encoding", "colour order .* order_8uc3", id="fault_02_unknown_order"),
    pytest.param(4, 6, "nv12", 6, 35, "short_data", "need 36", id="fault_05_short_chroma"),
    pytest.param(4, 6, "i420", 5, 36, "step", "5", id="fault_07_small_luma_step"),
    pytest.param(3, 6, "nv21", 6, 36, "size", "even width and height", id="fault_03_odd_height"),
    pytest.param(0, 6, "bgr8", 18, 72, "size", "6x0", id="fault_03_no_height"),
    pytest.param(4, 0, "bgr8", 0, 0, "size", "0x4", id="fault_03_no_width"),
    pytest.param(4, 6, "bgr8", 18, 0, "short_data", "0 bytes", id="fault_04_empty_data"),
    pytest.param(4, 6, "bgr8", 18, 71, "short_data", "71", id="fault_05_short_data"),
    pytest.param(4, 6, "bgr8", 17, 72, "step", "17", id="fault_07_small_step"),
    pytest.param(4, 6, "bgr8", 0, 72, "step", "step is 0", id="fault_08_no_step"),
    pytest.param(1 << 20, 1 << 20, "bgr8", 3 << 20, 72, "too_large", "max_pixels", id="fault_12_absurd_size"),
]


@pytest.mark.parametrize(("height", "width", "encoding", "step", "n_bytes", "reason", "words"), BAD)
def test_a_bad_image_is_refused_with_a_reason_and_the_values(
    height: int, width: int, encoding: str, step: int, n_bytes: int, reason: str, words: str
) -> None:
    with pytest.raises(BadFrame, match=words) as caught:
        check_image(height, width, encoding, step, n_bytes)
    assert caught.value.reason == reason
    assert reason in image_checks.REASONS
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def pixels(height: int = 4, width: int = 6) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("padding", [0, 3, 6, 1, 7], ids=lambda p: f"fault_09_and_10_padding_{p}")
def test_padded_rows_are_read_by_their_byte_stride(padding: int) -> None:
    image = pixels()
    rows = np.zeros((4, 18 + padding), np.uint8)
    rows[:, :18] = image.reshape(4, 18)
    layout = check_image(4, 6, "bgr8", 18 + padding, rows.size)
    assert np.array_equal(to_bgr(layout, rows.tobytes()), image)


def test_the_last_row_may_come_without_its_padding() -> None:
    image = pixels()
    rows = np.zeros((4, 20), np.uint8)
    rows[:, :18] = image.reshape(4, 18)
    data = rows.tobytes()[:-2]
    assert np.array_equal(to_bgr(check_image(4, 6, "bgr8", 20, len(data)), data), image)


def test_fault_06_longer_data_is_used_by_its_prefix_and_counted() -> None:
    image = pixels()
    layout = check_image(4, 6, "bgr8", 18, 72 + 5)
    assert layout.excess == 5
    assert np.array_equal(to_bgr(layout, image.tobytes() + b"extra"), image)


def test_fault_11_byte_order_changes_nothing_for_8_bit() -> None:
    image = pixels()
    layout = check_image(4, 6, "rgb8", 18, 72)
    assert np.array_equal(to_bgr(layout, image.tobytes(), True), to_bgr(layout, image.tobytes(), False))


def test_bgr8_without_padding_is_a_view_not_a_copy() -> None:
    data = bytearray(pixels().tobytes())
    view = to_bgr(check_image(4, 6, "bgr8", 18, 72), data)
    data[0] ^= 255
    assert view[0, 0, 0] == data[0]
    assert not view.flags.writeable


GREY = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10


@pytest.mark.parametrize(
    ("encoding", "data", "big_endian"),
    [
        ("mono8", GREY.tobytes(), False),
        ("8UC1", GREY.tobytes(), False),
        ("mono16", (GREY.astype(np.uint16) << 8).astype("<u2").tobytes(), False),
        ("mono16", (GREY.astype(np.uint16) << 8).astype(">u2").tobytes(), True),
    ],
    ids=["mono8", "8UC1", "mono16_little", "mono16_big"],
)
def test_grey_encodings_become_three_equal_channels(encoding: str, data: bytes, big_endian: bool) -> None:
    step = len(data) // 4
    image = to_bgr(check_image(4, 6, encoding, step, len(data)), data, big_endian)
    assert np.array_equal(image, np.dstack([GREY] * 3))


@pytest.mark.parametrize(
    ("encoding", "order"), [("uyvy", "UYVY"), ("yuv422", "UYVY"), ("yuyv", "YUYV"), ("yuv422_yuy2", "YUYV")]
)
def test_the_luminance_of_yuv_encodings_is_read_at_its_place(encoding: str, order: str) -> None:
    pair = {"Y": 180, "U": 128, "V": 128}
    data = bytes(pair[c] for c in order) * (2 * 3)
    image = to_bgr(check_image(2, 6, encoding, 12, len(data)), data)
    assert image.std() == 0 and abs(int(image[0, 0, 0]) - (180 - 16) * 255 / 219) < 2


def planar(encoding: str, image: np.ndarray, stride: int) -> bytes:
    """An image as a driver sends it, its rows padded to ``stride`` bytes."""
    height, width = image.shape[:2]
    i420 = cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420).reshape(-1)
    luma, rest = i420[: height * width].reshape(height, width), i420[height * width :]
    u, v = rest.reshape(2, height // 2, width // 2)
    padded = np.full((height, stride), 99, np.uint8)
    padded[:, :width] = luma
    if encoding == "i420":
        chroma = np.full((height, stride // 2), 99, np.uint8)
        chroma[:, : width // 2] = np.concatenate((u, v))
    else:
        pair = (u, v) if encoding == "nv12" else (v, u)
        chroma = np.full((height // 2, stride), 99, np.uint8)
        chroma[:, :width] = np.dstack(pair).reshape(height // 2, width)
    return padded.tobytes() + chroma.tobytes()


@pytest.mark.parametrize("encoding", ["nv12", "nv21", "i420"])
@pytest.mark.parametrize("padding", [0, 8])
def test_planar_yuv_is_converted_with_its_colours(encoding: str, padding: int) -> None:
    image = np.zeros((8, 12, 3), np.uint8)
    image[:, :6], image[:, 6:] = (30, 60, 200), (180, 90, 20)
    data = planar(encoding, image, 12 + padding) + b"more"
    layout = check_image(8, 12, encoding, 12 + padding, len(data))
    assert layout.excess == 4
    assert np.abs(to_bgr(layout, data).astype(int) - image).max() < 6


def test_a_step_that_counts_the_chroma_is_understood() -> None:
    image = np.full((8, 12, 3), (30, 60, 200), np.uint8)
    data = planar("nv12", image, 12)
    layout = check_image(8, 12, "nv12", 18, len(data))
    assert layout.step == 12 and np.abs(to_bgr(layout, data).astype(int) - image).max() < 6


@pytest.mark.parametrize(
    ("format", "word"),
    [
        ("16UC1; compressedDepth png", "depth"),
        ("32FC1; compressedDepth", "depth"),
        ("h264", "parts of a video"),
        ("bgr8; H264", "parts of a video"),
        ("hevc", "parts of a video"),
    ],
)
def test_a_format_that_is_no_image_is_refused_by_name(format: str, word: str) -> None:
    with pytest.raises(BadFrame, match=word) as caught:
        check_format(format)
    assert caught.value.reason == "encoding" and format in str(caught.value)


@pytest.mark.parametrize("format", ["", "jpeg", "png", "bgr8; jpeg compressed bgr8", "rgb8; png compressed "])
def test_formats_of_images_are_accepted(format: str) -> None:
    check_format(format)


def test_an_odd_width_cannot_be_yuv() -> None:
    with pytest.raises(BadFrame, match="yuyv"):
        to_bgr(check_image(2, 5, "yuyv", 10, 20), bytes(20))


@pytest.mark.parametrize("value", [0, 255, 128], ids=lambda v: f"fault_13_constant_{v}")
def test_constant_images_pass(value: int) -> None:
    data = bytes([value]) * 72
    assert (to_bgr(check_image(4, 6, "bgr8", 18, 72), data) == value).all()


def test_a_message_is_converted_unless_its_encoding_needs_cv_bridge() -> None:
    image = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    fields = {"height": 2, "width": 4, "encoding": "bgr8", "step": 12, "is_bigendian": 0}
    message = SimpleNamespace(**fields, data=image.tobytes())
    assert np.array_equal(message_to_bgr(message), image)
    message.encoding, message.width, message.step = "bgra8", 3, 12
    with pytest.raises(BadFrame, match="bgra8 cannot be read without cv_bridge"):
        message_to_bgr(message)
