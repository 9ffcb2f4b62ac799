"""A recording as a source: times, containers without index, damage, orientation, names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.recording_files import (
    MATRICES,
    damage,
    declare_frames,
    image_of,
    number_of,
    set_matrix,
    write_pictures,
    write_video,
)
from mer_ros.errors import ConfigError, MerError
from mer_ros.pipeline import frames_of
from mer_ros.sources.source import SourceOptions
from mer_ros.sources.source_spec import open_source, parse
from mer_ros.sources.video_file import SOURCE

N = 60
AS_RECORDED = SourceOptions(fps=0.0, size_wh=(64, 48))


def played(spec: str | Path, options: SourceOptions = AS_RECORDED) -> tuple[list[float], list[int]]:
    """Times, ms, and numbers of the images of a recording."""
    source = open_source(str(spec), options)
    try:
        frames = list(frames_of(source))
    finally:
        source.close()
    return [frame.stamp_ns * 1e-6 for frame in frames], [number_of(frame.image) for frame in frames]


def at_rate(rate_hz: float, numbers: list[int]) -> object:
    """Times of images of a constant frame rate, ms, within the resolution of any container."""
    return pytest.approx([1000 * (i - numbers[0]) / rate_hz for i in numbers], abs=1.0)


def warnings_of(spec: str | Path, options: SourceOptions = AS_RECORDED) -> list[str]:
    source = open_source(str(spec), options)
    list(source.timed_frames())
    return list(source.warnings)


@pytest.mark.parametrize("prefix", ["file:", ""])
def test_a_file_yields_all_its_frames_at_its_rate(prefix: str, tmp_path: Path) -> None:
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 25.0, (64, 48))
    for i in range(10):
        writer.write(image_of(i))
    writer.release()
    source = open_source(f"{prefix}{path}", AS_RECORDED)
    for _ in range(2):  # from the first frame each time
        frames = list(source.timed_frames())
        assert [t for t, _ in frames] == [40_000_000 * i for i in range(10)]
        assert [number_of(image) for _, image in frames] == list(range(10))
    source.close()
    assert (source.fps, source.live, list(source.warnings)) == (25.0, False, [])


def test_a_file_that_is_not_a_video_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("these are notes")
    with pytest.raises(ConfigError, match="cannot be read as video") as caught:
        open_source(f"file:{path}", AS_RECORDED)
    assert "\n" not in str(caught.value)


# -- fault 77: the presentation times are the time


@pytest.mark.parametrize(("name", "codec"), [("phone.mp4", "libx264"), ("phone.mkv", "libx264")])
def test_fault_77_frames_of_a_variable_rate_have_their_presentation_times(
    name: str, codec: str, tmp_path: Path
) -> None:
    steps_ms = np.random.default_rng(3).integers(8, 60, N)
    times_ms = np.cumsum(steps_ms) - steps_ms[0]
    path = write_video(tmp_path / name, codec, [int(t) * 90 for t in times_ms], Fraction(1, 90_000))
    times, numbers = played(path)
    assert numbers == list(range(N))
    assert times == pytest.approx(times_ms.tolist(), abs=1.0)


def test_fault_77_a_gap_in_a_recording_is_a_gap_in_its_times(tmp_path: Path) -> None:
    times = [*range(20), *range(50, 70)]
    path = write_video(tmp_path / "gap.mp4", "libx264", times)
    found, numbers = played(path)
    assert numbers == list(range(40))
    assert found[19:21] == pytest.approx([19 * 1000 / 30, 50 * 1000 / 30], abs=0.1)


# -- fault 78: a header that lies


def browser_clip(folder: Path) -> Path:
    """A WebM file of 30 fps, whose header declares its time base of 1 ms as frame rate."""
    times = [round(i * 1000 / 30) for i in range(N)]
    return write_video(folder / "browser.webm", "libvpx-vp9", times, Fraction(1, 1000), rate=1000)


def test_fault_78_a_frame_rate_of_1000_hz_in_the_header_is_rejected_with_a_warning(tmp_path: Path) -> None:
    path = browser_clip(tmp_path)
    times, numbers = played(path)
    assert times == at_rate(30, list(range(N))) and numbers == list(range(N))
    source = open_source(str(path), AS_RECORDED)
    assert source.fps == pytest.approx(30, rel=0.01)
    [warning] = source.warnings if source.warnings else warnings_of(path)
    assert "declares 1000 frames per second, but its frames are shown at 29.99" in warning


def test_fault_78_fps_overrides_slow_motion_stored_at_30(tmp_path: Path) -> None:
    path = write_video(tmp_path / "slow.mp4", "libx264", range(N))
    times, numbers = played(path, SourceOptions(fps=240.0, size_wh=(64, 48)))
    assert numbers == list(range(N))
    assert times == pytest.approx([1000 * i / 240 for i in range(N)])


def test_fault_78_times_of_an_impossible_rate_are_refused_until_fps_is_given(tmp_path: Path) -> None:
    path = write_video(tmp_path / "ms.mkv", "libx264", range(N), Fraction(1, 1000), rate=1000)
    with pytest.raises(ConfigError, match=r"1 ms apart, .* give their true rate as fps"):
        open_source(str(path), AS_RECORDED)
    times, _ = played(path, SourceOptions(fps=30.0, size_wh=(64, 48)))
    assert times == pytest.approx([1000 * i / 30 for i in range(N)])


# -- fault 79: containers without an index


@pytest.mark.parametrize(
    ("name", "codec", "container"),
    [
        ("camera.ts", "libx264", "mpegts"),
        ("camera.MTS", "libx264", "mpegts"),
        ("camera.m2ts", "mpeg2video", "mpegts"),
        ("disc.mpg", "mpeg2video", "mpeg"),
        ("disc.vob", "mpeg2video", "vob"),
        ("raw.h264", "libx264", "h264"),
    ],
)
def test_fault_79_a_container_without_index_is_read_from_the_first_frame_to_the_last(
    name: str, codec: str, container: str, tmp_path: Path
) -> None:
    options = {"x264-params": "aud=1"} if name.endswith("h264") else {}
    path = write_video(tmp_path / name, codec, range(N), container=container, options=options)
    source = open_source(str(path), SourceOptions(fps=30.0 if container == "h264" else 0.0, size_wh=(1, 1)))
    for _ in range(2):  # again without a seek, which loses frames
        frames = list(source.timed_frames())
        assert [number_of(image) for _, image in frames] == list(range(N))
        assert [t * 1e-6 for t, _ in frames] == at_rate(30, list(range(N)))


# -- fault 80: damage


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("damaged.ts", "libx264", {"g": "15"}),
        ("damaged.mp4", "libx264", {"g": "15"}),
        ("damaged.avi", "mjpeg", {}),
        ("damaged.mpg", "mpeg2video", {"g": "15"}),
    ],
)
def test_fault_80_reading_goes_on_behind_damage_at_the_true_times(
    name: str, codec: str, options: dict[str, str], tmp_path: Path
) -> None:
    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    path = write_video(tmp_path / name, codec, range(N), pixels=pixels, options=options)
    damage(path, 0.4, 0.6)
    times, numbers = played(path)
    assert N // 2 < len(numbers) < N
    assert numbers[0] == 0 and numbers[-1] >= N - 2, "the end is missing"
    true_ms = [1000 * t / 30 for t in (numbers[0], numbers[-1])]
    assert [times[0], times[-1]] == pytest.approx(true_ms, abs=40), "the end is not at its time"
    assert times == sorted(set(times))
    [warning] = [w for w in warnings_of(path) if "could not be read" in w]
    lost, of = map(int, re.findall(r"\d+", warning)[:2])
    assert of - lost == len(numbers) and of in (N - 1, N), warning  # AVI loses one without a trace


def test_fault_80_a_truncated_file_ends_early_with_what_it_holds(tmp_path: Path) -> None:
    path = write_video(tmp_path / "cut.avi", "mjpeg", range(N), pixels="yuvj420p")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    times, numbers = played(path)
    assert numbers == list(range(len(numbers))) and 20 < len(numbers) < 40
    assert times == at_rate(30, numbers)
    assert any("declares 60 frames, but the file contains" in w for w in warnings_of(path))


def test_fault_80_frames_that_only_the_index_of_a_truncated_file_has_are_counted(tmp_path: Path) -> None:
    path = write_video(tmp_path / "cut.mp4", "libx264", range(N), index_first=True)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    times, numbers = played(path)
    assert numbers == list(range(len(numbers))) and 10 < len(numbers) < N
    [warning] = warnings_of(path)
    assert warning.startswith(f"{N - len(numbers)} of {N} frames of '{path}' could not be read")


def test_fault_80_a_wrong_number_of_frames_in_the_header_changes_nothing(tmp_path: Path) -> None:
    path = write_video(tmp_path / "count.avi", "mjpeg", range(N), pixels="yuvj420p")
    declare_frames(path, 7)
    assert played(path)[1] == list(range(N))
    assert warnings_of(path) == [f"the header of '{path}' declares 7 frames, but the file contains {N}."]


def test_fault_80_no_readable_frame_at_all_is_an_error(tmp_path: Path) -> None:
    path = write_video(tmp_path / "dead.mp4", "libx264", range(N))
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    end = data.index(b"moov") if data.index(b"moov") > start else len(data)
    data[start:end] = bytes(end - start)
    path.write_bytes(data)
    with pytest.raises(MerError, match=r"no frame of .* can be decoded \(60 were found\)"):
        played(path)


# -- fault 81: orientation


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_fault_81_the_orientation_in_the_metadata_is_applied(turn: int, tmp_path: Path) -> None:
    path = set_matrix(
        write_video(tmp_path / "phone.mp4", "libx264", range(3), options={"crf": "5"}), MATRICES[turn]
    )
    turned = np.rot90(image_of(2), k=-turn // 90)
    last = list(frames_of(open_source(str(path), AS_RECORDED)))[-1].image
    assert last.shape == turned.shape
    assert np.abs(last.astype(int) - turned).mean() < 12


def test_fault_81_a_mirrored_recording_is_mirrored_back(tmp_path: Path) -> None:
    path = set_matrix(
        write_video(tmp_path / "selfie.mp4", "libx264", range(3), options={"crf": "5"}), (-1, 0, 0, 1)
    )
    last = list(frames_of(open_source(str(path), AS_RECORDED)))[-1].image
    assert np.abs(last.astype(int) - image_of(2)[:, ::-1]).mean() < 12


# -- fault 90: names


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("12:30:05.mp4", "12:30:05.mp4"),
        ("12:30:05.mp4", "file:12:30:05.mp4"),
        ("clips/a:b.mp4", "clips/a:b.mp4"),
        ("me.mp4", "~/me.mp4"),
        ("me.mp4", "file:~/me.mp4"),
        ("50% speed %d.mp4", "50% speed %d.mp4"),
        ("größe 1.mp4", "größe 1.mp4"),
        ("~nobody.mp4", "~nobody.mp4"),  # no user has this name
    ],
)
def test_fault_90_a_file_opens_by_any_name(name: str, spec: str, home: Path) -> None:
    (home / name).parent.mkdir(exist_ok=True)
    write_video(home / "plain.mp4", "libx264", range(5)).rename(home / name)
    assert parse(spec)[0] == "file"
    assert played(spec)[1] == list(range(5))


@pytest.mark.parametrize("spec", ["frames", "frames/", "file:frames", "frames/img%03d.png", "~/frames"])
def test_fault_90_pictures_open_with_fps(spec: str, home: Path) -> None:
    write_pictures(home / "frames", 12)
    (home / "frames" / "notes.txt").touch()
    (home / "frames" / "._img000.png").touch()
    times, numbers = played(spec, SourceOptions(fps=200.0))
    assert numbers == list(range(12))
    assert times == pytest.approx([5.0 * i for i in range(12)])
    with pytest.raises(ConfigError, match="have no frame rate: give it as fps"):
        open_source(spec, AS_RECORDED)


def test_the_size_of_images_is_that_of_the_first(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", "libx264", range(3))
    assert SOURCE.image_size(str(path), AS_RECORDED) == (64, 48)
    (tmp_path / "b.mp4").write_bytes(b"")
    with pytest.raises(ConfigError, match="cannot be read as video"):
        SOURCE.image_size(str(tmp_path / "b.mp4"), AS_RECORDED)


@pytest.mark.parametrize("name", ["face.jpg", "face.png", "face.mp4", "folder"])
def test_a_single_image_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
        cv2.imwrite(str(path / "a.png"), image_of(1))
    elif name.endswith("mp4"):
        write_video(path, "libx264", range(1))
    else:
        cv2.imwrite(str(path), image_of(1))
    options = SourceOptions(fps=30.0)
    for read in (lambda: open_source(f"file:{path}", options), lambda: SOURCE.image_size(str(path), options)):
        with pytest.raises(
            ConfigError, match=f"^'{path}' has a single readable image, .* with the pictures of one "
        ):
            read()
