from __future__ import annotations

import re
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from mer_ros import __version__
from mer_ros.cli import main as cli
from mer_ros.cli.catalogue import COMMANDS, Subcommand
from mer_ros.errors import ConfigError

HEAVY = ("torch", "torchvision", "mediapipe", "skimage", "matplotlib", "rclpy")  # seconds together


def run(*arguments):
    command = [sys.executable, "-c", "from mer_ros.cli.main import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=250)


def test_the_version():
    assert run("--version").stdout.strip() == f"mer_ros {__version__}"


def test_help_names_every_command_without_boxes():
    text = run("--help").stdout
    assert list(COMMANDS) == [
        "up",
        "watch",
        "demo",
        "analyze",
        "explain",
        "train",
        "evaluate",
        "reproduce",
        "doctor",
    ]
    for name, command in COMMANDS.items():
        assert re.search(rf"\n  {name} +{re.escape(command.short_help)}\n", text)
    assert text.isascii()


def test_a_command_is_added_by_its_file_and_one_line(tmp_path, monkeypatch):
    (tmp_path / "hello_command.py").write_text("def hello(name: str = 'you'):\n    print(f'Hello {name}.')\n")
    monkeypatch.syspath_prepend(tmp_path)
    app = cli.build_app({**COMMANDS, "hello": Subcommand("hello_command:hello", "Greet somebody.")})
    assert "  hello " in CliRunner().invoke(app, ["--help"]).output
    assert CliRunner().invoke(app, ["hello", "--name", "robot"]).output == "Hello robot.\n"


def test_an_unknown_command_is_refused_without_a_traceback():
    done = run("bogus")
    assert done.returncode == 2
    assert "bogus" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_error_for_an_unknown_command_lists_the_commands():
    error = run("frobnicate").stderr
    assert "'frobnicate'" in error and ", ".join(COMMANDS) in error


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_help_fits_80_columns(monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "80")
    result = CliRunner().invoke(cli.app, [name, "--help"] if name else ["--help"])
    assert result.exit_code == 0, result.output
    assert [line for line in result.output.splitlines() if len(line) > 80] == []


LONG = "A sentence of about two hundred characters " * 5


@pytest.mark.parametrize(
    ("error", "first"), [(ConfigError(LONG), "mer: "), (typer.BadParameter(LONG), "Error: Invalid value: ")]
)
@pytest.mark.parametrize("terminal", [True, False])
def test_a_long_error_is_wrapped_on_a_terminal_and_whole_in_a_pipe(
    monkeypatch, capsys, error, first, terminal
):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(cli, "app", failing(error))
    monkeypatch.setattr(sys, "argv", ["mer"])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    with pytest.raises(SystemExit) as raised:
        cli.main()
    assert raised.value.code == 2
    lines = capsys.readouterr().err.rstrip().splitlines()
    message = lines[next(i for i, line in enumerate(lines) if line.startswith(first)) :]
    assert " ".join(message).split() == (first + LONG).split()
    assert max(map(len, message)) <= 80 if terminal else len(message) == 1


def test_nothing_heavy_is_imported_before_a_command_runs():
    script = f"import sys, mer_ros.cli.main; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=250, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("train", "--out", "x.pt"), "ends in .safetensors, found x.pt"),
        (("demo", "--model", "nosuch"), "'nosuch' is not in"),
    ],
)
def test_mistakes_that_need_no_torch_are_refused_without_importing_it(arguments, says, tmp_path):
    script = "import sys; sys.modules['torch'] = None; from mer_ros.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=250, cwd=tmp_path
    )
    assert done.returncode == 2 and says in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def failing(error):
    app = typer.Typer()

    @app.command()
    def fail():
        raise error

    return app


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (ConfigError("fps is 0: give 1 or more."), 2, "mer: fps is 0: give 1 or more.\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_a_mistake_is_one_sentence_and_an_interrupt_is_quiet(monkeypatch, capsys, error, status, says):
    monkeypatch.setattr(cli, "app", failing(error))
    monkeypatch.setattr(sys, "argv", ["mer"])
    with pytest.raises(SystemExit) as raised:
        cli.main()
    assert raised.value.code == status
    assert capsys.readouterr().err.strip() == says.strip()
