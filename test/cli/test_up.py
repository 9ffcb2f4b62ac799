"""``mer up``: the options of the launch files, and a clean end."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from fractions import Fraction
from http.client import HTTPConnection
from pathlib import Path

import av
import pytest
from typer.testing import CliRunner

from mer_ros.cli import up
from mer_ros.cli.main import app
from mer_ros.errors import ConfigError
from mer_ros.graph.options import GraphOptions
from mer_ros.graph.received_emotion import ReceivedEmotion
from mer_ros.pipeline import truth_of
from mer_ros.reports.events import EVENT_HEADER, event_row
from mer_ros.sources.source import SourceOptions
from mer_ros.sources.source_spec import open_source

ROOT = Path(__file__).resolve().parents[2]


def test_a_port_without_the_page_is_refused():
    done = CliRunner().invoke(app, ["up", "--watch-port", "8123"])
    assert isinstance(done.exception, ConfigError) and "--watch-port has no effect" in str(done.exception)


def test_every_option_of_the_graph_is_an_option_of_the_command() -> None:
    shown = CliRunner().invoke(app, ["up", "--help"], env={"COLUMNS": "200"}).output
    for f in fields(GraphOptions):
        assert f"--{f.name.replace('_', '-')}" in shown
    assert re.search(r"One of:\s+debug, info", re.sub(r"[│\s]+", " ", shown)), "no empty choice"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--device", "gpu"], "auto, cpu, cuda"),
        (["--image", "my topic"], "not a valid ROS topic"),
        (["--params-file", "/no/such.yaml"], "/no/such.yaml"),
        (["--model", "nobody"], "contains linear_prototype, me_plan, micro_attention, prototype"),
        (["--camera", "file:/no/such.avi"], "/no/such.avi"),
        (["--rate", "1.0"], "rate = 1.0 has no effect without a camera"),
        (["--camera", "/dev/video7", "--direct", "--image", "/a"], "image = '/a' has no effect on camera"),
    ],
)
def test_invalid_options_are_one_sentence_before_any_node_starts(arguments: list[str], words: str) -> None:
    done = subprocess.run(
        _mer("up", *arguments),
        capture_output=True,
        text=True,
        env=_environment(),
    )
    assert done.returncode == 2 and done.stdout == ""
    assert words in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_params_file_that_is_no_yaml_is_said_once_and_nothing_starts(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("/**/camera:\n  ros__parameters: {fps: [1.0\n")
    given = ("--camera", "synthetic:1", "--params-file", str(path))
    done = subprocess.run(_mer("up", *given), capture_output=True, text=True, env=_environment())
    assert done.returncode == 2 and done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith(f"mer: params_file '{path}' is no valid YAML (line 3, column 1")


def test_an_option_that_equals_its_default_counts_as_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[object] = []

    def nodes(options: GraphOptions, **more: object) -> list[object]:
        calls.append((options, more["given"]))
        return []

    monkeypatch.setattr("mer_ros.graph.description.node_specs", nodes)
    CliRunner().invoke(app, ["up", "--model", "linear_prototype", "--autostart"])
    assert calls == [(GraphOptions(), {"model", "autostart"})]


ANSWER = ReceivedEmotion(2.35, "face_1", "micro", "happiness", 0.834, 3.14, 9.0, 2.02, 2.11, 2.29)


def test_events_are_rows_below_one_header_with_their_explanations(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = up._Table(sys.stdout)
    table.show(ANSWER, "The lip corner rose.")
    table.show(replace(ANSWER, label="unknown", reason="too far from every prototype"), "")
    header, row, text, second, reason = capsys.readouterr().out.splitlines()
    assert header == EVENT_HEADER and row == event_row(ANSWER)
    assert text.strip() == "The lip corner rose." and "unknown" in second
    assert reason.strip() == "too far from every prototype"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of a synthetic clip with two expressions, 60 fps."""
    source = open_source("synthetic:2", SourceOptions(fps=60.0, n_events=2))
    path = tmp_path_factory.mktemp("films") / "12:30 face.mp4"
    with av.open(f"file:{path}", "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=60, options={"crf": "15", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for time_ns, image in source.timed_frames():
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = round(time_ns * 60e-9), Fraction(1, 60)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def test_a_file_ends_the_command_and_every_event_is_one_line_with_its_explanation(film: Path) -> None:
    arguments = ("--direct", "--local-only", "--namespace", "film", "--camera", str(film), "--json")
    done = subprocess.run(
        _mer("up", *arguments), capture_output=True, text=True, env=_environment(), timeout=250
    )
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    truth = truth_of("synthetic:2", SourceOptions(fps=60.0, n_events=2))
    assert truth is not None and len(events) == 2
    for event, true in zip(events, truth.events):
        assert event["onset_s"] == pytest.approx(true.onset_s, abs=0.1)
        assert event["explanation"] and event["label"]
    frames = re.search(
        r"The recording has ended: 2 events in (\d+) frames, 0 lost; judged \d+% of \1 frames", done.stderr
    )
    assert frames is not None and int(frames[1]) == pytest.approx(60 * truth.duration_s, abs=1)


def test_fault_80_a_node_that_fails_to_configure_ends_the_command_with_its_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.safetensors").write_text("these are notes")
    arguments = ("--local-only", "--namespace", "broken", "--models-dir", str(tmp_path), "--model", "notes")
    done = subprocess.run(
        _mer("up", *arguments), capture_output=True, text=True, env=_environment(), timeout=250
    )
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if line.startswith("mer: ")]
    assert re.match(r"mer: (classifier|explainer): .*notes", line)


def test_fault_64_a_tracker_that_dies_while_it_plays_a_video_ends_the_command(film: Path) -> None:
    arguments = ("--direct", "--local-only", "--namespace", "killed", "--camera", str(film), "--json")
    process = subprocess.Popen(
        _mer("up", *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment()
    )
    watchdog = threading.Timer(200, process.kill)
    watchdog.start()
    assert process.stderr is not None
    next(line for line in process.stderr if line.startswith("[face_tracker] "))
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    (tracker,) = (int(p) for p in children if b"face_tracker" in Path(f"/proc/{p}/cmdline").read_bytes())
    os.kill(tracker, signal.SIGKILL)
    _, said = process.communicate()
    watchdog.cancel()
    assert process.returncode == 2, said
    (line,) = (line for line in said.splitlines() if line.startswith("mer: "))
    assert line.startswith("mer: face_tracker has died with exit code -9 while it played the recording")
    assert "restarting" not in said


def test_fault_95_a_second_graph_under_one_namespace_is_refused_before_any_node_starts(
    running: subprocess.Popen[str],
) -> None:
    assert running.stdout is not None
    next(line for line in running.stdout if "must activate this node" in line)
    again = _mer("up", "--image", "/other/image_raw")
    done = subprocess.run(again, capture_output=True, text=True, env=_environment(), timeout=60)
    assert done.returncode == 2 and done.stdout == ""
    (line,) = done.stderr.splitlines()
    words = f"mer: /mer/face_tracker is already a node of a graph of process {running.pid}: give this graph"
    assert line.startswith(words)


def _mer(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from mer_ros.cli.entry import main; main()", *arguments]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


@pytest.fixture
def running() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        _mer("up", "--no-autostart", "--local-only", "--camera", "synthetic:1"),
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )
    yield process
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_and_reaps_all_children(running: subprocess.Popen[str], number: int) -> None:
    assert running.stdout is not None
    waiting: set[str] = set()
    watchdog = threading.Timer(100, running.kill)
    watchdog.start()
    for line in running.stdout:
        found = re.search(r"\[mer\.(\w+)\]: .*must activate this node", line)
        if found:
            waiting.add(found[1])
        if len(waiting) == 4:
            break
    assert waiting == {"camera", "face_tracker", "classifier", "explainer"}
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    assert len(children) == 3
    running.send_signal(number)
    assert running.wait(60) == 0
    watchdog.cancel()
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_a_live_page_is_served_beside_the_graph_and_ends_with_it() -> None:
    arguments = ("--watch", "--watch-port", "0", "--no-autostart", "--local-only", "--namespace", "seen")
    process = subprocess.Popen(_mer("up", *arguments), stdout=subprocess.PIPE, text=True, env=_environment())
    watchdog = threading.Timer(200, process.kill)
    watchdog.start()
    assert process.stdout is not None
    found = next(
        filter(
            None, (re.match(r"\[watch\] Open http://127\.0\.0\.1:(\d+)/", line) for line in process.stdout)
        )
    )
    connection = HTTPConnection("127.0.0.1", int(found[1]), timeout=60)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    watchdog.cancel()
    assert process.returncode == 0 and "Traceback" not in said
    assert len(children) == 3 and not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_a_page_that_cannot_be_served_ends_nothing_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        arguments = ("--watch", "--watch-port", str(port), "--no-autostart", "--local-only")
        process = subprocess.Popen(
            _mer("up", *arguments, "--namespace", "unseen"),
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(),
        )
        watchdog = threading.Timer(200, process.kill)
        watchdog.start()
        assert process.stdout is not None
        said = list(itertools.takewhile(lambda line: "[watch] has ended" not in line, process.stdout))
        assert any(f"[watch] mer: port {port} of 127.0.0.1 is in use" in line for line in said)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate()
        watchdog.cancel()
    assert process.returncode == 0
