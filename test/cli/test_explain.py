"""`mer explain` as a user calls it."""

from __future__ import annotations

import json
import re

import pytest
from recorded_sets import write_casme2, write_mmew, write_samm, write_smic
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


def test_clips_of_four_layouts_are_named_and_have_a_map(tmp_path, one_thread):
    written = {"casme2": write_casme2, "samm": write_samm, "smic": write_smic, "mmew": write_mmew}
    for name, write in written.items():
        write(tmp_path / "sets" / name)
    folders = ("--root", tmp_path / "sets", "--cache", tmp_path / "cache", "--out", tmp_path / "out")
    done = command("linear_prototype", "--data", ",".join(written), "--samples", 14, *folders)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out/linear_prototype/report.html").read_text()
    origin = " + ".join(
        f"{name}, flow dis" for name in ("CASME II", "SAMM", "SMIC-HS", "MMEW, micro-expressions")
    )
    assert f"{origin}, 13 clips of 8 subjects." in page and "too few for a map" not in page
    assert "Scatter plot of 13 clips (7 negative, 4 positive, 2 surprise)" in page
    given = json.loads((tmp_path / "out/linear_prototype/model.json").read_text())["given"]
    assert given["origin"] == origin


@pytest.mark.parametrize(
    ("name", "write", "says"),
    [
        ("casme2", write_casme2, "CASME II, flow dis, 4 clips of 2 subjects."),
        ("smic", write_smic, "SMIC-HS, flow dis, 3 clips of 2 subjects."),
    ],
)
def test_a_few_clips_of_one_layout_are_named_and_the_missing_map_is_explained(
    tmp_path, one_thread, name, write, says
):
    folders = ("--root", write(tmp_path / "set"), "--cache", tmp_path / "cache", "--out", tmp_path)
    done = command("linear_prototype", "--data", name, "--samples", 14, *folders)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "linear_prototype/report.html").read_text()
    assert says in page and f"{says.split()[-5]} clips of these subjects are too few for a map" in page
