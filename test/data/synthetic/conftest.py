"""A subject without peculiarities, and a small frame in which it is at rest."""

from __future__ import annotations

import pytest

from mer_ros.data.synthetic.photograph import built_in
from mer_ros.data.synthetic.stage import Stage
from mer_ros.data.synthetic.subject import Subject, make_subject

FACE_WIDTH_PX = 100.0


@pytest.fixture(scope="session")
def plain_subject() -> Subject:
    """The geometry of the photograph; all factors 1, all angles 0."""
    return make_subject(0, spread=0.0, head="photograph")


@pytest.fixture(scope="session")
def stage(plain_subject: Subject) -> Stage:
    """A face 100 px wide in a 320x240 frame."""
    return Stage(plain_subject, (320, 240), FACE_WIDTH_PX, built_in())
