from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from mer_ros.reports.model_document import FORMAT, document


def test_numbers_that_are_not_finite_are_null(explained_models):
    study = explained_models("linear_prototype")
    found = document(replace(study, regions=np.full_like(study.regions, np.nan), maps=None))
    assert found["format"] == FORMAT and found["maps"] is None
    assert set(found["regions"]["happiness"].values()) == {None}
    json.dumps(found, allow_nan=False)
