"""Serialised images are read as rclpy reads them; truncated ones are refused."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its parser imports what Python 3.11 deprecates
    import rosidl_generator_py  # noqa: F401

from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import CompressedImage, Image

from mer_ros.errors import BadFrame
from mer_ros.nodes.base import convert
from mer_ros.stream import wire


def image(frame_id: str = "camera_optical_frame", encoding: str = "bgr8") -> Image:
    pixels = np.random.default_rng(3).integers(0, 256, (4, 6, 3), np.uint8)
    message = convert.to_image(pixels, convert.to_header(1_700_000_000_123_456_789, frame_id))
    message.encoding, message.is_bigendian = encoding, 1
    return message


@pytest.mark.parametrize("frame_id", ["", "a", "cam", "camera_optical_frame", "кам", "x" * 61])
@pytest.mark.parametrize("encoding", ["bgr8", "mono8", "", "bayer_rggb16"])
def test_every_field_of_an_image_is_that_of_the_typed_message(frame_id: str, encoding: str) -> None:
    message = image(frame_id, encoding)
    read = wire.read_image(serialize_message(message))
    assert read.stamp_ns == 1_700_000_000_123_456_789
    assert (read.frame_id, read.encoding) == (frame_id, encoding)
    assert (read.height, read.width, read.step, read.is_bigendian) == (4, 6, 18, 1)
    assert bytes(read.data) == message.data.tobytes()


def test_every_field_of_a_compressed_image_is_that_of_the_typed_message() -> None:
    message = CompressedImage(header=convert.to_header(7_000_000_001, "cam"), format="jpeg", data=b"abcde")
    read = wire.read_compressed(serialize_message(message))
    assert (read.stamp_ns, read.frame_id, read.format) == (7_000_000_001, "cam", "jpeg")
    assert bytes(read.data) == b"abcde"


def test_the_other_byte_order_is_read_as_the_middleware_reads_it() -> None:
    frame, encoding = b"cam\0", b"mono8\0"
    fields = [
        b"\0\0\0\0",
        (5).to_bytes(4, "big") + (6).to_bytes(4, "big"),
        len(frame).to_bytes(4, "big") + frame,
        (1).to_bytes(4, "big") + (3).to_bytes(4, "big"),
        len(encoding).to_bytes(4, "big") + encoding,
        b"\0" + b"\0",  # is_bigendian, and up to the next multiple of four
        (3).to_bytes(4, "big") + (3).to_bytes(4, "big") + b"xyz",
    ]
    message = b"".join(fields)
    read, typed = wire.read_image(message), deserialize_message(message, Image)
    assert (read.stamp_ns, read.frame_id, read.encoding) == (5_000_000_006, "cam", "mono8")
    assert (read.height, read.width, read.step) == (typed.height, typed.width, typed.step) == (1, 3, 3)
    assert bytes(read.data) == typed.data.tobytes() == b"xyz"


@pytest.mark.parametrize("read", [wire.read_image, wire.read_compressed])
def test_fault_05_a_message_truncated_at_any_byte_is_refused(read: object) -> None:
    kind = Image if read is wire.read_image else CompressedImage
    message = image() if kind is Image else CompressedImage(format="jpeg", data=b"abcde")
    whole = serialize_message(message)
    last = whole.rstrip(b"\0") if kind is CompressedImage else whole  # the tail may be padding
    for length in range(len(last) - 4):
        with pytest.raises(BadFrame, match="correct the driver") as refused:
            read(whole[:length])  # type: ignore[operator]
        assert refused.value.reason == "short_data"


def test_fault_12_a_length_beyond_the_message_allocates_nothing() -> None:
    whole = bytearray(serialize_message(image()))
    at = bytes(whole).rfind((72).to_bytes(4, "little"))
    whole[at : at + 4] = (0xFFFFFFF0).to_bytes(4, "little")
    with pytest.raises(BadFrame, match="ends before its last field"):
        wire.read_image(bytes(whole))


def test_another_encoding_of_the_message_is_refused_by_name() -> None:
    with pytest.raises(BadFrame, match="not plain CDR"):
        wire.read_image(b"\0\x0b\0\0" + serialize_message(image())[4:])


def test_pixels_are_a_view_of_the_message() -> None:
    whole = serialize_message(image())
    read = wire.read_image(whole)
    assert read.data.obj is whole
    assert convert.from_image(read).shape == (4, 6, 3)


@pytest.mark.parametrize("frame_id", ["", "a", "cam", "camera_optical_frame", "кам", "x" * 61])
@pytest.mark.parametrize("shape", [(1, 1, 3), (4, 6, 3), (480, 640, 3)])
def test_a_written_image_is_the_typed_message(frame_id: str, shape: tuple[int, int, int]) -> None:
    pixels = np.random.default_rng(4).integers(0, 256, shape, np.uint8)
    typed = convert.to_image(pixels, convert.to_header(1_700_000_000_123_456_789, frame_id))
    written = wire.write_image(pixels, 1_700_000_000_123_456_789, frame_id)
    assert deserialize_message(written, Image) == typed
    assert wire.write_image(pixels[:, ::-1], 0, "")[-3:] == pixels[-1, 0].tobytes(), "a view of other strides"
