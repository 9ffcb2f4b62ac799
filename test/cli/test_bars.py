from __future__ import annotations

import io

from rich.console import Console

from mer_ros.cli.bars import Bars


def test_bars_show_the_listed_tasks_from_the_first_start_on():
    text = io.StringIO()
    words, tasks = "{task.completed} of {task.total} clips", {"a": 2, "b": 5}
    with Bars(Console(file=text, width=100), words, tasks) as bars:
        assert not text.getvalue()
        bars.started("a", 2)
        bars.advanced("a", 2)
    assert "2 of 2 clips" in text.getvalue() and "0 of 5 clips" in text.getvalue()


def test_a_task_that_was_not_listed_gets_a_bar():
    text = io.StringIO()
    with Bars(Console(file=text, width=100), "{task.completed} of {task.total} clips") as bars:
        bars.started("later", 3)
        bars.advanced("later", 1, "a note")
        bars.finished("later")
    assert "later" in text.getvalue() and "1 of 3 clips" in text.getvalue()


def test_without_a_note_there_is_no_comma_for_it():
    text = io.StringIO()
    words = "{task.completed:.0f}{task.fields[of]}{task.fields[note]}, left"
    with Bars(Console(file=text, width=100), words) as bars:
        for name, note in (("a", ""), ("b", "3 events"), ("c", "once")):
            bars.started(name, 280)
            bars.advanced(name, 280, note)
        bars.started("c", 7)
    assert "280 of 280, left" in text.getvalue() and "280 of 280, 3 events, left" in text.getvalue()
    assert "0 of 7, left" in text.getvalue(), "without the note of before"


def test_a_name_that_is_used_again_starts_anew():
    text = io.StringIO()
    with Bars(Console(file=text, width=100), "{task.completed} of {task.total} clips") as bars:
        for total in (3, 8):
            bars.started("measuring", total)
            bars.advanced("measuring", total - 1)
    assert "7 of 8 clips" in text.getvalue() and "of 3" not in text.getvalue()


def test_nothing_is_shown_without_a_task():
    text = io.StringIO()
    with Bars(Console(file=text, width=100), ""):
        pass
    assert not text.getvalue()


def test_a_total_that_is_unknown_is_left_out():
    text = io.StringIO()
    words = "{task.completed:.0f}{task.fields[of]} frames"
    with Bars(Console(file=text, width=100), words) as bars:
        bars.started("a", 1.0)
        bars.started("b")
        bars.advanced("b", 7)
    assert "0 of 1 frames" in text.getvalue() and "7 frames" in text.getvalue()
