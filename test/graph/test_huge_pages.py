"""Huge pages are asked for where Linux gives them on request, by a second start of the command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mer_ros.graph import huge_pages
from mer_ros.graph.description import node_specs
from mer_ros.graph.options import GraphOptions

ON_REQUEST = "always [madvise] never\n"

STARTED = """
import json, os, signal, sys
from pathlib import Path
from mer_ros.graph import huge_pages
huge_pages._THP_ENABLED = Path({setting!r})
os.confstr = lambda _: "glibc 2.39"
with open({log!r}, "a") as log:
    print(json.dumps([os.getpid(), os.environ.get("GLIBC_TUNABLES", ""), sys.argv[1:]]), file=log)
if {lost}:
    os.environ.pop("GLIBC_TUNABLES", None)
huge_pages.reexec()
held = signal.pthread_sigmask(signal.SIG_BLOCK, ())
huge_pages.release_signals()
print(sorted(map(int, held)), sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, ()))))
"""


@pytest.fixture
def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the kernel's setting, which says that programs must ask; the C library knows how."""
    path = tmp_path / "enabled"
    path.write_text(ON_REQUEST)
    monkeypatch.setattr(huge_pages, "_THP_ENABLED", path)
    monkeypatch.setattr(os, "confstr", lambda _: "glibc 2.39")
    return path


@pytest.mark.usefixtures("setting")
@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("", "glibc.malloc.hugetlb=1"),
        ("glibc.malloc.arena_max=2", "glibc.malloc.arena_max=2:glibc.malloc.hugetlb=1"),
    ],
)
def test_other_tunables_are_kept(own: str, expected: str) -> None:
    assert huge_pages.variables({"GLIBC_TUNABLES": own}) == {"GLIBC_TUNABLES": expected}


@pytest.mark.usefixtures("setting")
def test_the_choice_of_the_user_is_kept() -> None:
    assert huge_pages.variables({"GLIBC_TUNABLES": "glibc.malloc.hugetlb=0"}) == {}


@pytest.mark.parametrize("content", ["[always] madvise never\n", "always madvise [never]\n", None])
def test_nothing_is_set_where_nobody_can_ask(setting: Path, content: str | None) -> None:
    setting.unlink() if content is None else setting.write_text(content)
    assert huge_pages.variables({}) == {}


@pytest.mark.usefixtures("setting")
def test_every_node_of_the_graph_asks_for_them() -> None:
    specs = node_specs(GraphOptions(camera="synthetic:1"), environ={})
    assert specs
    assert {spec.env["GLIBC_TUNABLES"] for spec in specs} == {"glibc.malloc.hugetlb=1"}


@pytest.mark.parametrize(
    ("content", "lost", "starts"),
    [(ON_REQUEST, False, 2), (ON_REQUEST, True, 2), ("always madvise [never]\n", False, 1)],
)
def test_a_command_is_started_once_more_with_the_same_words_in_the_same_process(
    setting: Path, tmp_path: Path, content: str, lost: bool, starts: int
) -> None:
    """lost: the tunable does not reach the second start, as in secure-execution mode."""
    setting.write_text(content)
    log = tmp_path / "log"
    env = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"}
    code = STARTED.format(setting=str(setting), log=str(log), lost=lost)
    words = ["--camera", "a b", ""]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], env=env, capture_output=True, text=True, timeout=100
    )
    rows = [json.loads(row) for row in log.read_text().splitlines()]
    held = [int(signal.SIGINT), int(signal.SIGTERM)] if starts == 2 else []
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{held} []\n", "")
    assert [row[1] for row in rows] == ["", "glibc.malloc.hugetlb=1"][:starts]
    assert {(row[0], *row[2]) for row in rows} == {(rows[0][0], *words)}


@pytest.mark.usefixtures("setting")
def test_a_command_that_cannot_reexec_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def refused(*words: object) -> None:
        tried.append(words)
        raise OSError(7, "Argument list too long")

    monkeypatch.setattr(os, "execve", refused)
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    huge_pages.reexec()
    assert len(tried) == 1 and signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before


@pytest.mark.usefixtures("setting")
@pytest.mark.parametrize("version", ["glibc 2.31", "", None])
def test_a_c_library_without_the_tunable_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, version: str | None
) -> None:
    monkeypatch.setattr(os, "confstr", lambda _: version)
    assert huge_pages.variables({}) == {}
