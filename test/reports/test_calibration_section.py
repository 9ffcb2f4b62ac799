from __future__ import annotations

import numpy as np

from mer_ros.evaluation.model_study import Calibrated
from mer_ros.metrics import Reliability
from mer_ros.reports.calibration_section import calibration_blocks, confusion_table


def test_the_curve_is_described_in_words_and_as_a_table():
    found = Calibrated(0.125, (Reliability(3, 0.5, 0.25), Reliability(5, 0.9, 1.0)))
    html = "".join(str(block.html()) for block in calibration_blocks("net", found, "here"))
    assert "confidence .500: .250 right of 3" in html and "ECE .125" in html
    assert "<td" in html and ">5<" in html and 'id="here-title"' in html


def test_confusion_is_shaded_by_the_share_of_the_row():
    table = confusion_table("net", ("a", "b"), np.array([[3, 1], [0, 0]]))
    assert table.rows == [["a", "3", "1"], ["b", "0", "0"]]
    assert table.shades[0, 1] == 0.75 and table.shades[1, 2] == 0
