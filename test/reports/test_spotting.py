"""Tables and sentences of a spotting evaluation."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from toy_spotting import toy_evaluation

from mer_ros.evaluation import spotting_results
from mer_ros.reports import spotting


@pytest.fixture(scope="module", params=[True, False], ids=["with_a_model", "without"])
def evaluated(request):
    """(evaluation, results) with the labels of a model, and without."""
    evaluation = toy_evaluation(request.param)
    return evaluation, spotting_results.summarise(evaluation)


def test_the_tables_of_the_terminal_fit_into_its_width(evaluated):
    file = io.StringIO()
    console = Console(file=file, width=80)
    for table in spotting.tables(evaluated[1]):
        console.print(table)
    text = file.getvalue()
    assert "LBP offline" in text and "samm-lv" in text and "\u2026" not in text
    assert ("STRS" in text) == bool(evaluated[0].reading)


def test_the_sentences_name_data_rule_and_model(evaluated):
    text = " ".join(spotting.sentences(evaluated[1]))
    assert "casme-sq: 7 videos of 5 subjects, 7.0 minutes" in text
    assert "IoU of 0.5 or more" in text and "micro up to 0.5 s" in text and "2000 bootstrap draws" in text
    assert ("Labels of m@123" in text) == bool(evaluated[0].reading)
    assert "agreement with their generator" in text
