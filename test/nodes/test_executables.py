"""The executables follow from the node catalogue: a new node is a file and an entry."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from mer_ros.graph.catalogue import NODES, NodeEntry
from mer_ros.nodes import executables

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def reexecuted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each start that asked for huge pages; the tests themselves are not started again."""
    asked: list[int] = []
    monkeypatch.setattr(executables.huge_pages, "reexec", lambda: asked.append(1))
    return asked


@pytest.mark.parametrize("entry", NODES.values(), ids=NODES)
def test_a_place_names_the_class_of_its_node(entry: NodeEntry) -> None:
    module, _, attribute = entry.place.partition(":")
    node_class = getattr(import_module(module), attribute)
    assert node_class.NAME == entry.name


def test_setup_offers_one_executable_for_each_node() -> None:
    code = (
        "import setuptools; made = {}; setuptools.setup = made.update; exec(open('setup.py').read(),"
        " {'__file__': 'setup.py'}); print(*made['entry_points']['console_scripts'], sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    scripts = dict(line.split(" = ") for line in done.stdout.splitlines())
    assert scripts.pop("mer") == "mer_ros.cli.entry:main"
    assert scripts == {name: f"mer_ros.nodes.executables:{name}" for name in (*NODES, "recogniser")}


def test_an_executable_needs_only_a_catalogue_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setitem(NODES, "recorder", NodeEntry("recorder", "recorder_node:RecorderNode", ()))
    monkeypatch.setattr(executables, "run_process", lambda *places: started.extend(places) or 0)
    assert executables.recorder() == 0 and started == ["recorder_node:RecorderNode"]
    monkeypatch.setattr(sys, "argv", ["executables", "recorder", "--ros-args"])
    assert executables.main() == 0 and len(started) == 2 and sys.argv == ["executables", "--ros-args"]


def test_a_host_runs_the_nodes_that_name_it(monkeypatch: pytest.MonkeyPatch, reexecuted: list[int]) -> None:
    started: list[str] = []
    monkeypatch.setattr(executables, "run_process", lambda *places: started.extend(places) or 0)
    assert executables.recogniser() == 0 and reexecuted == [1]
    assert started == [NODES["classifier"].place, NODES["explainer"].place]


def test_memory_is_tuned_for_the_nodes_that_exchange_images(monkeypatch: pytest.MonkeyPatch) -> None:
    tuned: list[str] = []
    monkeypatch.setattr(executables, "run_process", lambda *places: 0)
    for name in NODES:
        monkeypatch.setattr(executables.runtime, "tune_for_images", lambda name=name: tuned.append(name))
        executables.run(name)
    assert tuned == ["camera", "face_tracker"]


def test_an_unknown_name_is_one_sentence_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["executables", "recorder"])
    assert executables.main() == 2
    assert "No executable is named 'recorder': use one of camera, " in capsys.readouterr().err
    with pytest.raises(AttributeError, match="recorder"):
        executables.recorder  # noqa: B018
