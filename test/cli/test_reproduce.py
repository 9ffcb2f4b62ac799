from __future__ import annotations

import pytest
from typer import Typer
from typer.testing import CliRunner

from mer_ros.cli.reproduce import reproduce
from mer_ros.errors import ConfigError


def command(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(reproduce)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--data", "samm", "--root", "/tmp"), "the experiment is on casme2 and mmew"),
        (("--data", "synthetic,mmew"), "name one or both, or synthetic"),
        (("--data", "casme2"), "--data casme2 needs --root"),
        (("--epochs", "10,0"), "--epochs is '10,0': give numbers from 1 to 1000"),
        (("--epochs", "ten"), "--epochs is 'ten'"),
        (
            ("--data", "casme2", "--root", "x", "--samples", "9"),
            "read from x, not generated, but --samples is 9",
        ),
    ],
)
def test_options_that_do_not_fit_are_refused_in_one_sentence(arguments, message, tmp_path):
    done = command(*arguments, "--out", tmp_path / "out")
    assert isinstance(done.exception, ConfigError) and message in str(done.exception)
    assert not (tmp_path / "out").exists()


def test_rendered_clips_of_synthetic_subjects_give_the_page(tmp_path):
    done = command(
        *("--samples", 24, "--subjects", 6, "--epochs", "1", "--start", "random", "--device", "cpu"),
        *("--out", tmp_path),
    )
    assert done.exit_code == 0, done.output
    words = " ".join(done.output.split())
    assert "rendered clips" in words and "24 clips of 6 subjects" in words and "CASME II" in words
    assert "starts from random weights" in words
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "micro-attention, 1 epoch" in page and "<script" not in page
    assert (tmp_path / "synthetic" / "subjects-70-30" / "results.json").is_file()
