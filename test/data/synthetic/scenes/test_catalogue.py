"""Each head has its scene."""

from __future__ import annotations

import pytest

from mer_ros.data.synthetic.photograph import built_in
from mer_ros.data.synthetic.scenes import scene_of
from mer_ros.data.synthetic.scenes.photographed import PhotographedScene
from mer_ros.data.synthetic.scenes.sculpted import SculptedScene
from mer_ros.data.synthetic.subject import Subject
from mer_ros.errors import ConfigError


def test_the_head_of_a_subject_chooses_the_scene(plain_subject: Subject, sculpted: Subject) -> None:
    assert isinstance(scene_of(plain_subject, (160, 130), 60.0), PhotographedScene)
    assert isinstance(scene_of(sculpted, (160, 130), 60.0), SculptedScene)


def test_a_photograph_of_a_sculpted_subject_is_refused(sculpted: Subject) -> None:
    with pytest.raises(ConfigError, match="leave the photograph away"):
        scene_of(sculpted, (160, 130), 60.0, photograph=built_in())
