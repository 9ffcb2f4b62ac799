"""The tables of the model card about action units are those of the shipped file."""

from __future__ import annotations

import hashlib

from mer_ros import files
from mer_ros.doctor.checks.models import digests_of_card
from mer_ros.explanation.action_unit_file import training_summary
from mer_ros.face.facs import UNITS
from mer_ros.recognition.model_files import ACTION_UNITS
from mer_ros.reports.action_units import CARD, error_table, with_tables

PATH = files.models_dir() / ACTION_UNITS


def test_an_update_of_the_card_changes_nothing():
    card = (files.models_dir() / CARD).read_text(encoding="utf-8")
    assert with_tables(card, PATH) == card, "python -m mer_ros.reports.action_units updates it"
    digest = hashlib.sha256(PATH.read_bytes()).hexdigest()
    assert digests_of_card(files.models_dir() / CARD, PATH.name) == [digest]


def test_the_table_has_each_unit_with_its_errors():
    unseen = training_summary(PATH)["unseen"]
    rows = error_table(unseen).splitlines()
    assert len(rows) == len(UNITS) + 4 and all(row.count("|") == 8 for row in rows)
    auc = f"{unseen['unit']['units']['AU12']['auc']:.3f}".lstrip("0")
    assert any(row.startswith("| AU12, ") and f"| {auc} |" in row for row in rows)
