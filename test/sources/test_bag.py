"""Bags of ROS 1 and 2 as a source, written here with rosbags."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from rosbags.rosbag1 import Writer as Writer1
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer as Writer2
from rosbags.typesys import Stores, get_typestore

from mer_ros.errors import ConfigError, DataError
from mer_ros.sources import SOURCES, SourceOptions, open_source
from mer_ros.sources.bag import count, image_size, split
from mer_ros.sources.source_spec import parse

ROS1, ROS2 = get_typestore(Stores.ROS1_NOETIC), get_typestore(Stores.ROS2_JAZZY)
SIZE_WH = (64, 48)


def picture(number):
    return np.full((SIZE_WH[1], SIZE_WH[0], 3), (10 + number, 200 - number, 5 * number), np.uint8)


def raw(store, number, stamp_ns, encoding="bgr8"):
    kinds, image = store.types, picture(number)
    if encoding == "rgb8":
        image = image[..., ::-1]
    return kinds["sensor_msgs/msg/Image"](
        header=header(store, stamp_ns),
        height=SIZE_WH[1],
        width=SIZE_WH[0],
        encoding=encoding,
        is_bigendian=0,
        step=3 * SIZE_WH[0],
        data=np.ascontiguousarray(image).reshape(-1),
    )


def compressed(store, number, stamp_ns, data=None):
    data = cv2.imencode(".png", picture(number))[1].reshape(-1) if data is None else data
    kind = store.types["sensor_msgs/msg/CompressedImage"]
    return kind(header=header(store, stamp_ns), format="png", data=data)


def header(store, stamp_ns):
    stamp = store.types["builtin_interfaces/msg/Time"](sec=stamp_ns // 10**9, nanosec=stamp_ns % 10**9)
    extra = {"seq": 0} if store is ROS1 else {}
    return store.types["std_msgs/msg/Header"](stamp=stamp, frame_id="camera", **extra)


def write2(path, topics, plugin=StoragePlugin.SQLITE3):
    """topics: topic to messages, each recorded 2 ms after its place in steps of 10 ms."""
    with Writer2(path, version=9, storage_plugin=plugin) as writer:
        for topic, messages in topics.items():
            kind = messages[0].__msgtype__
            connection = writer.add_connection(topic, kind, typestore=ROS2)
            for i, message in enumerate(messages):
                writer.write(connection, i * 10_000_000 + 2_000_000, ROS2.serialize_cdr(message, kind))
    return path


def write1(path, messages):
    """Images of ROS 1, each recorded at its stamp."""
    kind = messages[0].__msgtype__
    with Writer1(path) as writer:
        connection = writer.add_connection("/image", kind, typestore=ROS1)
        for message in messages:
            stamp = message.header.stamp
            writer.write(connection, stamp.sec * 10**9 + stamp.nanosec, ROS1.serialize_ros1(message, kind))
    return path


START_NS = 1_700_000_000 * 10**9


def raws(n=8, step_ns=10_000_000, **options):
    return [raw(ROS2, i, START_NS + i * step_ns, **options) for i in range(n)]


def played(spec, fps=0.0):
    source = open_source(str(spec), SourceOptions(fps=fps))
    return source, list(source.timed_frames())


@pytest.mark.parametrize("plugin", list(StoragePlugin), ids=lambda plugin: plugin.name)
@pytest.mark.parametrize("encoding", ["bgr8", "rgb8"])
def test_the_images_of_ros_2_arrive_at_their_stamps(tmp_path, plugin, encoding):
    bag = write2(tmp_path / "run", {"/camera/image_raw": raws(encoding=encoding)}, plugin)
    source, frames = played(bag)
    assert [time_ns for time_ns, _ in frames] == [i * 10_000_000 for i in range(8)]
    assert all(np.array_equal(image, picture(i)) for i, (_, image) in enumerate(frames))
    assert abs(source.fps - 100) < 0.01 and not source.warnings and not source.live


def test_the_images_of_ros_1_arrive_too(tmp_path):
    messages = [raw(ROS1, i, START_NS + i * 20_000_000) for i in range(5)]
    source, frames = played(write1(tmp_path / "run.bag", messages))
    assert [time_ns for time_ns, _ in frames] == [i * 20_000_000 for i in range(5)]
    assert np.array_equal(frames[3][1], picture(3)) and abs(source.fps - 50) < 0.01


def test_compressed_images_are_decoded_and_damaged_ones_counted(tmp_path):
    messages = [compressed(ROS2, i, START_NS + i * 10_000_000) for i in range(6)]
    messages[2] = compressed(ROS2, 2, START_NS + 20_000_000, np.frombuffer(b"no image at all", np.uint8))
    source, frames = played(write2(tmp_path / "run", {"/image/compressed": messages}))
    assert [time_ns // 10_000_000 for time_ns, _ in frames] == [0, 1, 3, 4, 5]
    assert np.array_equal(frames[-1][1], picture(5))
    assert source.warnings[0].startswith("1 image of ") and "neither JPEG, PNG nor WebP" in source.warnings[0]


def test_a_camera_recorded_raw_and_compressed_is_read_raw_and_others_must_be_named(tmp_path):
    packed = [compressed(ROS2, i, START_NS + i * 10_000_000) for i in range(3)]
    twice = write2(tmp_path / "twice", {"/a/image": raws(), "/a/image/compressed": packed})
    assert len(played(twice)[1]) == 8 and len(played(f"{twice}:/a/image/compressed")[1]) == 3
    two = write2(tmp_path / "two", {"/a/image": raws(), "/b/image": raws(5)})
    with pytest.raises(ConfigError, match=r"has several image topics: give one, as in .*two:/a/image \(/a"):
        played(two)
    assert len(played(f"{two}:/b/image")[1]) == 5 and count(f"{two}:/b/image", SourceOptions()) == 5
    with pytest.raises(ConfigError, match="has no images on /c"):
        played(f"{two}:/c")


def test_images_that_a_graph_publishes_are_no_cameras_unless_they_are_named(tmp_path):
    topics = {"/a/image": raws(), "/mer/annotated": raws(5), "/mer/explanation/overlay": raws(3)}
    both = write2(tmp_path / "both", topics)
    assert len(played(both)[1]) == 8 and len(played(f"{both}:/mer/annotated")[1]) == 5
    with pytest.raises(ConfigError, match="has several image topics: give one, as in .*:/mer/annotated"):
        played(write2(tmp_path / "own", {"/mer/annotated": raws(), "/mer/explanation/overlay": raws()}))
    assert len(played(write2(tmp_path / "one", {"/mer/annotated": raws(4)}))[1]) == 4


def test_without_stamps_the_times_of_recording_count(tmp_path):
    source, frames = played(write2(tmp_path / "run", {"/image": [raw(ROS2, i, 0) for i in range(4)]}))
    assert [time_ns for time_ns, _ in frames] == [0, 10_000_000, 20_000_000, 30_000_000]
    assert "have no stamps" in source.warnings[0]


def test_an_image_with_an_earlier_stamp_is_left_out(tmp_path):
    messages = raws()
    messages[4] = raw(ROS2, 4, START_NS + 10_000_000)
    source, frames = played(write2(tmp_path / "run", {"/image": messages}))
    assert [time_ns // 10_000_000 for time_ns, _ in frames] == [0, 1, 2, 3, 5, 6, 7]
    assert "1 image of " in source.warnings[0] and "not later" in source.warnings[0]


def test_a_given_frame_rate_replaces_the_stamps(tmp_path):
    source, frames = played(write2(tmp_path / "run", {"/image": raws()}), fps=25)
    assert source.fps == 25 and [time_ns for time_ns, _ in frames][:3] == [0, 40_000_000, 80_000_000]


def test_size_and_number_are_known_before(tmp_path):
    bag = write2(tmp_path / "run", {"/image": raws()})
    assert image_size(str(bag), SourceOptions()) == SIZE_WH and count(str(bag), SourceOptions()) == 8
    kind, name = parse(str(bag))
    assert kind == "bag" and SOURCES.get(kind).count(name, SourceOptions()) == 8


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.mkdir(), "is no bag"),
        (lambda path: path.with_suffix(".bag").write_bytes(b"x"), "is no bag"),
        (lambda path: (path.mkdir(), (path / "metadata.yaml").write_text("a: [")), "cannot be read as a bag"),
    ],
)
def test_what_is_no_bag_is_one_sentence(tmp_path, make, message):
    make(tmp_path / "run")
    with pytest.raises(ConfigError, match=message):
        open_source(f"bag:{tmp_path / 'run'}", SourceOptions())


def test_a_damaged_file_is_one_sentence(tmp_path):
    for name in ("run.bag", "run.mcap", "run.db3"):
        (tmp_path / name).write_bytes(b"damaged")
        with pytest.raises(ConfigError, match="cannot be read as a bag"):
            open_source(str(tmp_path / name), SourceOptions())


@pytest.mark.parametrize("suffix", [".bag", ".db3", ".mcap"])
def test_damage_in_the_middle_is_one_sentence_behind_the_images_before_it(tmp_path, suffix):
    store = ROS1 if suffix == ".bag" else ROS2
    messages = [raw(store, i % 40, START_NS + i * 10_000_000) for i in range(300)]
    if store is ROS1:
        bag = file = write1(tmp_path / "run.bag", messages)
    else:
        plugin = StoragePlugin.SQLITE3 if suffix == ".db3" else StoragePlugin.MCAP
        bag = write2(tmp_path / "run", {"/image": messages}, plugin)
        (file,) = bag.glob(f"*{suffix}")
    with file.open("r+b") as damaged:
        damaged.seek(file.stat().st_size // 2)
        damaged.write(b"\xff" * 20_000)
    source, frames = open_source(str(bag), SourceOptions()), []
    with pytest.raises(DataError, match=r"run.* is damaged after \d+ images \(.+\): give") as caught:
        for frame in source.timed_frames():
            frames.append(frame)
    assert 50 < len(frames) < 200 and f"after {len(frames)} images (" in str(caught.value)
    whole = frames[:-1]  # the damage begins within the last image or behind it
    assert all(np.array_equal(image, picture(i % 40)) for i, (_, image) in enumerate(whole))
    assert abs(source.fps - 100) < 0.01


def test_a_bag_that_is_damaged_from_its_first_image_on_is_refused(tmp_path):
    messages = [raw(ROS1, i, START_NS + i * 10_000_000) for i in range(8)]
    path = write1(tmp_path / "run.bag", messages)
    data = path.read_bytes()
    at = data.index(picture(0).tobytes())
    path.write_bytes(data[: at - 200] + b"\xff" * 20_000 + data[at + 19_800 :])
    with pytest.raises(DataError, match="is damaged after 0 images"):
        open_source(str(path), SourceOptions())


def test_a_bag_without_images_or_with_unusable_ones_is_one_sentence(tmp_path):
    text = ROS2.types["std_msgs/msg/String"](data="hello")
    with pytest.raises(ConfigError, match="contains no images"):
        played(write2(tmp_path / "words", {"/chatter": [text]}))
    with pytest.raises(DataError, match="no image of .* can be used: encoding '32FC1'"):
        played(write2(tmp_path / "depth", {"/depth": raws(encoding="32FC1")}))
    with pytest.raises(ConfigError, match="1 image at different times, which shows no movement"):
        played(write2(tmp_path / "one", {"/image": raws(1)}))


def test_a_path_that_looks_like_one_with_a_topic_is_a_path(tmp_path):
    odd = tmp_path / "a:" / "b"
    odd.parent.mkdir()
    write2(odd, {"/image": raws()})
    assert split(str(odd)) == (odd, "") and len(played(odd)[1]) == 8
