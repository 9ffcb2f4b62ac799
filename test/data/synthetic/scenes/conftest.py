"""A sculpted subject before a small camera."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.data.synthetic.scenes.lids import LidMargins
from mer_ros.data.synthetic.scenes.lips import LipLine
from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.relief import Relief
from mer_ros.data.synthetic.scenes.sculpted import SculptedScene
from mer_ros.data.synthetic.subject import Subject, make_subject

SIZE_WH, FACE_WIDTH_PX = (320, 240), 100.0


@pytest.fixture(scope="session")
def sculpted() -> Subject:
    """A subject that looks straight into the camera."""
    return replace(make_subject(2003, head="parametric"), yaw_rad=0.0, pitch_rad=0.0)


@pytest.fixture(scope="session")
def looks(sculpted: Subject) -> Looks:
    return Looks.of(sculpted.id)


@pytest.fixture(scope="session")
def relief(sculpted: Subject) -> Relief:
    """Its surface without hair."""
    return Relief(sculpted, SIZE_WH, FACE_WIDTH_PX)


@pytest.fixture(scope="session")
def lips(relief: Relief) -> LipLine:
    return LipLine(relief)


@pytest.fixture(scope="session")
def lids(relief: Relief) -> LidMargins:
    return LidMargins(relief)


@pytest.fixture(scope="session")
def scene(sculpted: Subject) -> SculptedScene:
    return SculptedScene(sculpted, SIZE_WH, FACE_WIDTH_PX)
