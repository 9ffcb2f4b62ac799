"""`mer explain` as a user calls it."""

from __future__ import annotations

import re

import pytest
from typer import Typer
from typer.testing import CliRunner

from mer_ros.cli.explain import explain
from mer_ros.errors import CheckpointError, ConfigError, DataError


def command(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(explain)
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_a_shipped_model_has_a_folder_with_its_page_and_its_numbers(tmp_path, one_thread):
    done = command("linear_prototype", "--samples", 14, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "linear_prototype").iterdir()} == {"report.html", "model.json"}
    printed = " ".join(done.output.split())
    assert "14 samples: flow of 2 synthetic subjects" in printed
    assert str(tmp_path / "linear_prototype" / "report.html") in done.output


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (("none",), CheckpointError, "'none' is not in .*, which contains .*prototype"),
        (("prototype", "--root", "x"), ConfigError, "--data is missing: name the data set"),
        (("prototype", "--data", "synthetic"), ConfigError, "is shown anyway"),
        (("prototype", "--data", "megc-flow"), ConfigError, "needs --root"),
        (("prototype", "--data", "nothing", "--root", "x"), ConfigError, "nothing"),
    ],
)
def test_what_cannot_be_explained_is_one_sentence(tmp_path, arguments, kind, message):
    done = command(*arguments, "--out", tmp_path)
    assert isinstance(done.exception, kind), done.output
    assert re.search(message, str(done.exception)) and not list(tmp_path.iterdir())


def test_a_folder_without_clips_is_one_sentence(tmp_path):
    (tmp_path / "empty").mkdir()
    done = command(
        "prototype", "--data", "megc-flow", "--root", tmp_path / "empty", "--out", tmp_path / "out"
    )
    assert isinstance(done.exception, (ConfigError, DataError)), done.output
    assert (
        str(done.exception).count(". ") == 0 and not (tmp_path / "out" / "prototype" / "report.html").exists()
    )
