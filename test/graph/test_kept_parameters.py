"""Parameters that outlive a process of a node, but neither its launch nor another user's wishes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mer_ros.errors import ConfigError
from mer_ros.graph import kept_parameters
from mer_ros.graph.description import node_specs
from mer_ros.graph.kept_parameters import VARIABLE, KeptParameters
from mer_ros.graph.options import GraphOptions


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of nodes that this process starts."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return kept_parameters.variables()


@pytest.fixture
def node(environ: dict[str, str]) -> Callable[..., KeptParameters]:
    """``node(name)``: the kept parameters of a node, as a process of it sees them."""
    return lambda name="/mer/classifier": KeptParameters(name, environ)


def test_values_keep_their_types_and_the_last_one_counts(node: Callable[..., KeptParameters]) -> None:
    assert node().read() == {}
    node().update({"model": "two", "min_confidence": 0.0})
    node().update({"min_confidence": 1.0, "threads": 2, "flag": True})
    found = node().read()
    assert found == {"model": "two", "min_confidence": 1.0, "threads": 2, "flag": True}
    assert [type(value) for value in found.values()] == [str, float, int, bool]


def test_every_node_of_the_graph_is_named_the_same_folder(environ: dict[str, str]) -> None:
    assert all(environ.items() <= spec.env.items() for spec in node_specs(GraphOptions(camera="synthetic:1")))


def test_nodes_of_one_launch_keep_their_own_and_share_a_folder(node: Callable[..., KeptParameters]) -> None:
    node("/front/classifier").update({"model": "two"})
    assert node("/left/classifier").read() == node("/front/explainer").read() == {}
    assert node("/front/classifier").read() == {"model": "two"}


def test_a_node_that_nobody_restarts_keeps_nothing(tmp_path: Path) -> None:
    KeptParameters("/mer/classifier", {}).update({"model": "two"})
    assert KeptParameters("/mer/classifier", {}).read() == {} and list(tmp_path.iterdir()) == []


def test_every_process_of_launch_has_its_own_folder_and_those_of_the_dead_are_removed(
    node: Callable[..., KeptParameters], environ: dict[str, str], tmp_path: Path
) -> None:
    code = (
        "import sys; from mer_ros.graph import kept_parameters as k\n"
        "k.KeptParameters('/mer/classifier', k.variables()).update({'model': 'old'})"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    user = Path(environ[VARIABLE]).parent
    [dead] = user.iterdir()
    assert node().read() == {} and dead != Path(environ[VARIABLE])
    (user / "notes").mkdir()
    node().update({"model": "two"})
    assert {path.name for path in user.iterdir()} == {Path(environ[VARIABLE]).name, "notes"}


def test_a_folder_that_others_can_write_is_neither_read_nor_written(
    node: Callable[..., KeptParameters], environ: dict[str, str]
) -> None:
    node().update({"model": "two"})
    Path(environ[VARIABLE]).parent.chmod(0o777)
    assert node().read() == {}
    with pytest.raises(ConfigError, match="belongs to another user or is open to others: remove it"):
        node().update({"model": "three"})


@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00"])
def test_a_damaged_file_counts_as_none(
    text: str, node: Callable[..., KeptParameters], environ: dict[str, str]
) -> None:
    node().update({"model": "two"})
    [file] = Path(environ[VARIABLE]).iterdir()
    file.write_text(text)
    assert node().read() == {}
    node().update({"model": "three"})
    assert node().read() == {"model": "three"}


def test_a_folder_that_cannot_be_written_is_one_sentence(environ: dict[str, str]) -> None:
    Path(environ[VARIABLE]).parent.write_text("a file")
    with pytest.raises(ConfigError, match="is not writable"):
        KeptParameters("/mer/classifier", environ).update({"model": "two"})
