"""`mer analyze` on videos, folders and broken files, as a user calls it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from graph_bags import faces, published, write_bag
from rosbags.rosbag2 import Writer
from rosbags.typesys import Stores, get_typestore
from typer import Typer
from typer.testing import CliRunner

from benchmarks.recording_files import write_video
from mer_ros.cli.analyze import analyze
from mer_ros.errors import CheckpointError, ConfigError
from mer_ros.sources import SourceOptions, open_source

FILES = {"report.html", "events.csv", "events.json", "annotated.mp4"}


def command(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(analyze)
    return CliRunner().invoke(app, [*map(str, arguments)])


def process(*arguments):
    """The command as the leader of a group of processes, as a terminal starts it, with live progress."""
    return subprocess.Popen(
        [sys.executable, "-m", "mer_ros.cli.main", "analyze", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": "200"},
    )


def wait_for_frames(folder):
    """Wait until the first frame is in the annotated video, whose file is begun with it."""
    while not list(folder.glob(".annotated.mp4.*")):  # the timeout of pytest ends a failure
        time.sleep(0.05)


def wait_for_words(run, words):
    """Wait until a command has printed words."""
    printed = b""
    while words.encode() not in printed and (more := os.read(run.stdout.fileno(), 4096)):
        printed += more
    assert words.encode() in printed, printed.decode()


def workers_of(pid):
    """The processes that a command has started for recordings."""
    started = [
        int(child)
        for children in Path(f"/proc/{pid}/task").glob("*/children")
        for child in children.read_text().split()
    ]
    return [one for one in started if b"popen_loky" in Path(f"/proc/{one}/cmdline").read_bytes()]


def names(folder):
    return {path.name for path in folder.iterdir()}


def events_of(folder):
    return json.loads((folder / "events.json").read_text())["events"]


def test_a_video_has_a_folder_with_its_page_and_three_files(clip_path, tmp_path, one_thread):
    done = command(clip_path, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert names(tmp_path) == {"one_event"} and names(tmp_path / "one_event") == FILES
    printed = " ".join(done.output.split())
    assert "one event.mp4: 1 event of 1 face: 1 happiness." in printed
    assert "260 of 260 frames, 1 event" in printed
    assert str(tmp_path / "one_event" / "report.html") in done.output


def test_models_answer_side_by_side(clip_path, tmp_path, one_thread):
    options = ["--model", "prototype,linear_prototype", "--language", "de"]
    done = command(clip_path, *options, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert '<p lang="de">prototype: Eine ' in (tmp_path / "one_event" / "report.html").read_text()
    (event,) = events_of(tmp_path / "one_event")
    assert [one["model"].partition("@")[0] for one in event["answers"]] == ["prototype", "linear_prototype"]


def test_several_recordings_have_an_index_and_a_broken_one_does_not_stop_the_others(
    clip_path, tmp_path, one_thread
):
    videos = tmp_path / "videos"
    videos.mkdir()
    (videos / "empty.mp4").write_bytes(b"")
    (videos / "notes.txt").write_text("no video")
    (videos / "poster.png").write_bytes(b"not read")
    shutil.copy(clip_path, videos / "good.mp4")
    done = command(videos, "--out", tmp_path / "out")
    assert "1 picture beside the videos or bags in" in " ".join(done.output.split())
    assert done.exit_code == 1, done.output
    assert names(tmp_path / "out") == {"index.html", "good"}
    index = (tmp_path / "out" / "index.html").read_text()
    assert '<a href="good/report.html">good.mp4</a>' in index and "could not be analysed" in index
    assert "cannot be read as video" in index and "empty.mp4" in index and "notes.txt" not in index


def test_several_processes_find_the_same(clip_path, tmp_path):
    for name in ("a.mp4", "b.mp4"):
        shutil.copy(clip_path, tmp_path / name)
    done = command(tmp_path / "a.mp4", tmp_path / "b.mp4", "--workers", 2, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    first, second = (events_of(tmp_path / "out" / name) for name in ("a", "b"))
    assert len(first) == 1 and first[0]["answers"] == second[0]["answers"]
    assert "2 of 2 recordings, 2 events" in " ".join(done.output.split())


def test_a_folder_of_pictures_without_a_face_has_a_page_that_says_so(tmp_path, one_thread):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for i in range(20):
        cv2.imwrite(str(pictures / f"{i}.png"), np.full((240, 320, 3), 90, np.uint8))
    done = command(pictures, "--fps", 30, "--rotate", 90, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "20 frames of 240x320 pixels" in " ".join(done.output.split())
    assert "No face was found" in " ".join(done.output.split())
    assert "No face was found" in (tmp_path / "out" / "pictures" / "report.html").read_text()


def test_a_bag_of_what_a_graph_published_has_its_sentences_and_no_video(make_event, tmp_path):
    bag = write_bag(tmp_path / "run", [*faces(30), *published(make_event(), text="Said at the time.")])
    done = command(f"{bag}:/mer/events", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    folder = tmp_path / "out" / "run_mer_events"
    assert names(folder) == FILES - {"annotated.mp4"}
    html = (folder / "report.html").read_text()
    assert "Said at the time." in html and 'alt="Heat map on the apex face: 75% on the mouth' in html
    assert "This page shows what the graph with two_labels published when the bag was recorded." in html
    assert events_of(folder)[0]["answers"][0]["text"] == "Said at the time."
    assert "30 of 30 frames, 1 event" in " ".join(done.output.split())


def test_a_bag_of_events_without_faces_has_a_page_too(make_event, tmp_path):
    bag = write_bag(tmp_path / "run", published(make_event())[:1])
    done = command(bag, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "0 frames, 1 event" in " ".join(done.output.split())
    html = (tmp_path / "out" / "run" / "report.html").read_text()
    assert "The bag contains no labels." in html and "not labelled" in html and "no timeline" in html


def test_a_bag_of_ros_has_the_events_of_the_video_that_it_contains(clip_path, tmp_path, one_thread):
    types = get_typestore(Stores.ROS2_JAZZY)
    image, header, stamp = (
        types.types[name]
        for name in ("sensor_msgs/msg/Image", "std_msgs/msg/Header", "builtin_interfaces/msg/Time")
    )
    with Writer(tmp_path / "bag", version=9) as writer:
        connection = writer.add_connection("/camera/image_raw", image.__msgtype__, typestore=types)
        for time_ns, bgr in open_source(str(clip_path), SourceOptions()).timed_frames():
            when = stamp(sec=1_700_000_000 + time_ns // 10**9, nanosec=time_ns % 10**9)
            height, width = bgr.shape[:2]
            message = image(header(when, "camera"), height, width, "bgr8", 0, 3 * width, bgr.reshape(-1))
            writer.write(connection, time_ns, types.serialize_cdr(message, image.__msgtype__))
    done = command(tmp_path / "bag", clip_path, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    bag, video = (events_of(tmp_path / "out" / name) for name in ("bag", "one_event"))
    assert (
        len(bag) == 1 and bag[0]["answers"] == video[0]["answers"] and bag[0]["apex_s"] == video[0]["apex_s"]
    )


@pytest.mark.parametrize(
    ("make", "arguments", "message"),
    [
        (lambda path: path.write_bytes(b""), (), "cannot be read as video"),
        (lambda path: path.write_bytes(b"no video" * 99), (), "cannot be read as video"),
        (lambda path: path.mkdir(), (), "contains neither videos, bags nor pictures"),
        (lambda path: None, (), "does not exist"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path, make, arguments, message):
    make(tmp_path / "a.mp4")
    done = command(tmp_path / "a.mp4", "--out", tmp_path / "out", *arguments)
    assert isinstance(done.exception, ConfigError), done.output
    assert re.search(message, str(done.exception))


def test_the_warnings_of_a_recording_are_printed_in_whole_lines(clip_path, tmp_path):
    path = write_video(tmp_path / "half.avi", "mjpeg", range(60), pixels="yuvj420p")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    done = command(path, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert re.search(r"^the header of .* declares 60 frames, but the file contains \d+\.$", done.output, re.M)


def test_a_recording_that_does_not_exist_ends_the_command_before_others_are_analysed(clip_path, tmp_path):
    missing = tmp_path / "missing" / "clip.mp4"
    done = command(clip_path, missing, "--out", tmp_path / "out")
    assert isinstance(done.exception, ConfigError), done.output
    assert str(done.exception) == f"'{missing}' does not exist: give an existing video, bag or folder."
    assert not (tmp_path / "out").exists()


def test_pictures_need_a_frame_rate_and_a_camera_has_no_end(tmp_path):
    cv2.imwrite(str(tmp_path / "1.png"), np.zeros((9, 9, 3), np.uint8))
    assert "have no frame rate" in str(command(tmp_path, "--out", tmp_path / "out").exception)
    assert "has no end" in str(command("/dev/video0", "--out", tmp_path / "out").exception)


def test_images_are_turned_by_quarters_only(clip_path, tmp_path):
    done = command(clip_path, "--rotate", 45, "--out", tmp_path)
    assert str(done.exception) == "--rotate is 45: choose one of 0, 90, 180, 270."


def test_an_unknown_model_is_found_before_anything_is_read(tmp_path):
    done = command("synthetic:1", "--model", "linear_prototype,none", "--out", tmp_path)
    assert isinstance(done.exception, CheckpointError) and not list(tmp_path.iterdir())


def test_ctrl_c_keeps_what_was_analysed(clip_path, tmp_path):
    run = process("synthetic:1", "--fps", 100, "--out", tmp_path)
    video = tmp_path / "synthetic_1"
    wait_for_frames(video)
    run.send_signal(signal.SIGINT)
    printed, _ = run.communicate(timeout=60)
    assert run.returncode == 130, printed
    assert names(video) == FILES, printed
    assert "It was stopped after" in (video / "report.html").read_text()
    assert "It was stopped after" in " ".join(printed.split())


def test_ctrl_c_keeps_what_was_analysed_while_another_process_is_idle(tmp_path):
    (tmp_path / "broken.mp4").write_bytes(b"")
    out = tmp_path / "out"
    run = process(tmp_path / "broken.mp4", "synthetic:1", "--fps", 100, "--workers", 2, "--out", out)
    wait_for_words(run, "1 of 2 recordings")
    wait_for_frames(out / "synthetic_1")
    os.killpg(run.pid, signal.SIGINT)  # as a terminal sends it
    printed, _ = run.communicate(timeout=60)
    assert run.returncode == 130, printed
    assert names(out / "synthetic_1") == FILES, printed
    index = (out / "index.html").read_text()
    assert "It was stopped after" in index and "cannot be read as video" in index


def test_ctrl_c_keeps_what_was_analysed_while_another_process_starts(tmp_path):
    run = process("synthetic:1", "synthetic:2", "--fps", 100, "--workers", 2, "--out", tmp_path)
    while not (started := workers_of(run.pid)):
        assert run.poll() is None, run.stdout.read()
    os.kill(started[0], signal.SIGSTOP)  # at its first instructions
    while not (begun := list(tmp_path.glob("*/.annotated.mp4.*"))):  # by the other process
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    os.kill(started[0], signal.SIGCONT)
    printed, _ = run.communicate(timeout=60)
    assert run.returncode == 130 and "Traceback" not in printed, printed
    assert "It was stopped after" in (begun[0].parent / "report.html").read_text()
    assert names(begun[0].parent) == FILES and "It was not begun" in (tmp_path / "index.html").read_text()


def test_a_process_that_was_ended_is_one_sentence_and_keeps_what_was_finished(tmp_path):
    (tmp_path / "broken.mp4").write_bytes(b"")
    out = tmp_path / "out"
    run = process(tmp_path / "broken.mp4", "synthetic:1", "--fps", 100, "--workers", 2, "--out", out)
    wait_for_words(run, "1 of 2 recordings")
    wait_for_frames(out / "synthetic_1")
    for worker in workers_of(run.pid):
        os.kill(worker, signal.SIGKILL)
    printed = " ".join(run.communicate(timeout=60)[0].split())
    assert run.returncode == 2 and "Traceback" not in printed, printed
    assert "A process was ended, probably for lack of memory: give fewer --workers." in printed
    assert "1 recording not finished." in printed
    assert "cannot be read as video" in (out / "index.html").read_text()
