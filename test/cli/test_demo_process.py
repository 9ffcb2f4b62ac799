"""``mer demo`` in its own process: the shipped model, all nodes, files and exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2

MER = [sys.executable, "-c", "from mer_ros.cli.main import main; main()"]


def mer(*arguments: str, limit_s: float = 250.0, **env: str) -> subprocess.CompletedProcess[str]:
    """Run ``mer`` in its own process."""
    return subprocess.run(
        [*MER, *arguments],
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1", **env},
    )


def test_the_demo_works_at_30_fps_and_states_the_shortest_event(tmp_path: Path) -> None:
    done = mer("demo", "--fps", "30", "--rate", "1", "--events", "7", "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    folder = tmp_path / "seed_1"
    outcome = json.loads((folder / "outcome.json").read_text())
    assert outcome["events"] == 7 and outcome["hits"] >= 5 and outcome["false"] <= 1
    assert outcome["frames_sent"] >= outcome["frames_seen"] > 0.9 * outcome["frames_sent"]
    assert "At 30 fps the shortest detectable event takes 133 ms" in done.stdout
    lines = done.stdout.splitlines()
    header = next(i for i, line in enumerate(lines) if line.startswith("time s"))
    assert sum("face_1" in line for line in lines[header:]) == outcome["hits"] + outcome["false"]
    for name in ("overlay.png", "prototype.png"):
        assert cv2.imread(str(folder / name)) is not None
    page = (folder / "report.html").read_text()
    assert f"Page with all events: {folder / 'report.html'}" in done.stdout
    assert page.count('<h3 id="event-') == outcome["hits"] + outcome["false"]
    assert f"Spotted {outcome['hits']} of 7 events" in page
    video = cv2.VideoCapture(str(folder / "annotated.mp4"))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) > 30
    video.release()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = mer("demo", "--out", str(tmp_path / "file"))
    assert done.returncode == 2 and "is not writable" in done.stderr and "--out" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failure_of_ros_is_one_sentence(tmp_path: Path) -> None:
    done = mer("demo", "--out", str(tmp_path), ROS_DOMAIN_ID="abc")
    assert done.returncode == 2 and "ROS does not start" in done.stderr and "Traceback" not in done.stderr


def test_an_unknown_model_is_refused_before_files_of_an_earlier_demo_are_removed(tmp_path: Path) -> None:
    image = tmp_path / "seed_1" / "overlay.png"
    image.parent.mkdir()
    image.write_bytes(b"of an earlier demo")
    done = mer("demo", "--model", "nonsense", "--out", str(tmp_path))
    assert done.returncode == 2 and "'nonsense' is not in" in done.stderr and done.stdout == ""
    assert "Traceback" not in done.stderr and image.read_bytes() == b"of an earlier demo"


def test_a_node_that_does_not_start_ends_the_demo_with_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('a broken torch')\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = mer("demo", "--out", str(tmp_path), PYTHONPATH=path)
    assert done.returncode == 2 and "the demo cannot start" in done.stderr and "torch" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_photograph_that_cannot_be_used_ends_the_demo_before_the_nodes_start(tmp_path: Path) -> None:
    done = mer("demo", "--photo", str(tmp_path / "me.jpg"), "--out", str(tmp_path / "out"))
    assert done.returncode == 2 and "me.jpg cannot be read" in done.stderr and done.stdout == ""
    assert "Traceback" not in done.stderr and not (tmp_path / "out").exists()


def test_an_unknown_head_ends_the_demo_before_the_nodes_start(tmp_path: Path) -> None:
    done = mer("demo", "--head", "round", "--out", str(tmp_path / "out"))
    assert done.returncode == 2 and "'round'" in done.stderr and done.stdout == ""
    assert not (tmp_path / "out").exists()
