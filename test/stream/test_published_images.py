from __future__ import annotations

import pytest

from mer_ros.graph import topic_names
from mer_ros.stream.published_images import is_published_image


def test_they_are_the_images_that_a_graph_publishes():
    images = [name for name, kind in topic_names.TOPICS.items() if kind == "sensor_msgs/Image"]
    published = [name for name in images if is_published_image(f"/mer/{name}")]
    assert {*images} - {*published} == {topic_names.IMAGE} and len(published) == 3


@pytest.mark.parametrize("topic", ["/image", "/camera/image_raw", "/not_annotated", "/annotated/image"])
def test_a_camera_is_none_of_them(topic):
    assert not is_published_image(topic)


def test_the_namespace_does_not_matter():
    assert is_published_image("/annotated") and is_published_image("/robot/mer/explanation/overlay")
